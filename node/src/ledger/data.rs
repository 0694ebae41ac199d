//! What lies on the disk, opened and found consistent; or set aside.

use std::path::Path;

use okrug_protocol::seal::{OpenKey, SharedKey};

use super::Alarm;
use crate::clock::Clock;
use crate::here::{Here, Marker, Witness};
use crate::home::Home;
use crate::journal::{Journal, JournalError, Report};
use crate::keyring::{EpochKeys, KeyringError, Renewal, SealingKeys};
use crate::rest::Rest;
use crate::store::{Limits, OpenError, Store, StoreError, Tree, key, set_aside};

/// Why the data of this node cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The store.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The keyring.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The store is damaged and cannot be renamed.
    #[error("the store is damaged and cannot be set aside: {0}")]
    SetAside(std::io::Error),
}

/// Journal and store, open; [`Data::start`] makes a ledger of them.
#[derive(Debug)]
pub struct Data {
    pub(super) store: Store,
    pub(super) journal: Journal,
    pub(super) report: Report,
    pub(super) alarms: Vec<Alarm>,
    pub(super) sealing: SealingKeys,
    pub(super) epochs: EpochKeys,
    pub(super) renewal: Option<Renewal>,
    pub(super) time: Clock,
    pub(super) here: Here,
    pub(super) marker: Marker,
    pub(super) witness: Option<Witness>,
}

impl Data {
    /// Opens journal and store. A damaged store is set aside, and another is begun.
    ///
    /// # Errors
    /// See [`DataError`]; nothing was changed then.
    pub fn open(home: &Home, at_rest: &SharedKey, limits: Limits) -> Result<Self, DataError> {
        let rest = Rest::new(at_rest);
        let (journal, report) = Journal::open(&home.path().join("journal"), home.owner(), &rest)?;
        let mut alarms = Vec::new();
        let store = match open_store(home.path(), &rest, limits) {
            Err(OpenError::Damaged { path, what }) => {
                let aside = set_aside(&path).map_err(DataError::SetAside)?;
                alarms.push(Alarm::StoreSetAside { path: aside, why: what });
                Store::open(home.path(), &rest, limits)?
            }
            opened => opened?,
        };
        if let Some(cut) = &report.cut {
            tracing::warn!(event = "journal_cut", segment = %cut.path.display(), bytes = cut.bytes, kept_in = ?cut.kept_in);
        }
        let witness = home.witness().map(|dir| Witness::of(dir, &journal.id().0));
        let set_back = witness.as_ref().and_then(Witness::seen).is_some_and(|seen| seen > journal.last().0);
        let here = if set_back && home.here() == Here::Same { Here::SetBack } else { home.here() };
        let keys = home.path().join("keys");
        let (sealing, epochs) = (SealingKeys::open(&keys.join("sealing"), &rest)?, EpochKeys::new(&keys.join("epochs"), &rest));
        let renewal = Renewal::open(&keys.join("sealing"), &rest)?;
        let (time, marker) = (Clock::default(), home.marker().clone());
        Ok(Self { store, journal, report, alarms, sealing, epochs, renewal, time, here, marker, witness })
    }

    /// The same with a clock that a test moves.
    #[must_use]
    pub fn with_clock(self, time: Clock) -> Self {
        Self { time, ..self }
    }

    /// The key that the chart is to list in place of the present one, where one was made.
    #[must_use]
    pub fn renewed(&self) -> Option<OpenKey> {
        self.renewal.as_ref().map(|renewal| renewal.key().clone())
    }

    /// The store, for whoever reads it; the ledger alone appends to it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}

fn open_store(home: &Path, rest: &Rest, limits: Limits) -> Result<Store, OpenError> {
    let store = Store::open(home, rest, limits)?;
    match contradiction(&store) {
        Ok(None) => Ok(store),
        Ok(Some(what)) => Err(OpenError::Damaged { path: store.path().to_owned(), what }),
        Err(error) => Err(OpenError::Damaged { path: store.path().to_owned(), what: error.to_string() }),
    }
}

/// Compares every log's state with its last entry: a part of the store that was silently set back shows here.
///
/// Two look-ups for each log, none for each entry.
fn contradiction(store: &Store) -> Result<Option<String>, StoreError> {
    for (log, state) in store.logs()? {
        let last = store.entry(&log, state.seq)?;
        if last.is_none_or(|last| last.id() != state.id) {
            return Ok(Some(format!("the last entry of {log} is not the one that it should be")));
        }
        if store.get(Tree::Entries, &key::entry_key(&log, state.seq.next()))?.is_some() {
            return Ok(Some(format!("{log} has entries behind its last one")));
        }
    }
    Ok(None)
}
