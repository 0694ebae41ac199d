//! What lies on the disk, opened and found consistent; or set aside.

use std::path::{Path, PathBuf};

use okrug_protocol::seal::{OpenKey, SharedKey};

use super::Alarm;
use crate::clock::Clock;
use crate::disk;
use crate::here::{Here, Marker, Witness};
use crate::home::Home;
use crate::journal::{Journal, JournalError, Report};
use crate::keyring::{EpochKeys, KeyringError, Renewal, SealingKeys};
use crate::rest::Rest;
use crate::store::{Limits, Note, OpenError, Store, StoreError, Tree, key};

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
    aside: Option<PathBuf>,
    /// Where the journal lies that could not be opened.
    pub(super) old_journal: Option<PathBuf>,
}

impl Data {
    /// Opens journal and store. A damaged store is set aside, and another is begun.
    ///
    /// # Errors
    /// See [`DataError`]; nothing was changed then.
    pub fn open(home: &Home, at_rest: &SharedKey, limits: Limits) -> Result<Self, DataError> {
        let rest = Rest::new(at_rest);
        let (journal, report, old_journal) = open_journal(home, &rest)?;
        let (mut alarms, mut aside) = (Vec::new(), None);
        alarms.extend(home.set_aside().map(|path| Alarm::FileSetAside { path: path.to_owned() }));
        let store = match open_store(home.path(), &rest, limits) {
            Err(OpenError::Damaged { path, what }) => {
                let kept = disk::set_aside(&path).map_err(DataError::SetAside)?;
                Note::of(home.path()).remove();
                tracing::error!(event = "store_set_aside", store = %path.display(), aside = %kept.display(), why = what);
                alarms.push(Alarm::StoreSetAside { path: kept.clone(), why: what });
                aside = Some(kept);
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
        Ok(Self { store, journal, report, alarms, sealing, epochs, renewal, time, here, marker, witness, aside, old_journal })
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

    /// The store that was set aside when this was opened, if one was.
    #[must_use]
    pub fn aside(&self) -> Option<&PathBuf> {
        self.aside.as_ref()
    }

    /// The store, for whoever reads it; the ledger alone appends to it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}

/// Opens the journal. One whose beginning is damaged, or of which a part is missing, is set aside, and another is begun.
fn open_journal(home: &Home, rest: &Rest) -> Result<(Journal, Report, Option<PathBuf>), DataError> {
    let dir = home.path().join("journal");
    let at = |source| JournalError::Io { path: dir.clone(), source };
    let new = dir.with_extension("new");
    if !dir.exists() && new.exists() {
        // It was written anew, and the power went before it had its name.
        std::fs::rename(&new, &dir).and_then(|()| disk::sync_dir(home.path())).map_err(at)?;
    }
    match Journal::open(&dir, home.owner(), rest) {
        Err(JournalError::Damaged { path, what }) => {
            let aside = disk::set_aside(&dir).map_err(at)?;
            tracing::error!(event = "journal_set_aside", segment = %path.display(), aside = %aside.display(), what);
            let (journal, report) = Journal::open(&dir, home.owner(), rest)?;
            Ok((journal, report, Some(aside)))
        }
        opened => {
            let (journal, mut report) = opened?;
            report.noted = Note::of_journal(home.path()).read().is_some();
            Ok((journal, report, None))
        }
    }
}

fn open_store(home: &Path, rest: &Rest, limits: Limits) -> Result<Store, OpenError> {
    let (note, path) = (Note::of(home), home.join("store"));
    match note.read() {
        Some(what) if path.exists() => return Err(OpenError::Damaged { path, what }),
        // It was acted upon, and the power went.
        Some(_) => note.remove(),
        None => {}
    }
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
