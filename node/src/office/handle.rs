//! The office's handle: all that its people, its administrators and its neighbours ask of it.

use std::sync::Arc;

use okrug_protocol::exchange::Slow;
use okrug_protocol::frontier::Kept;
use okrug_protocol::ids::{LogId, OfficeId, Seq};
use okrug_protocol::seal::SharedKey;

use super::Refused;
use super::accounts::Vaults;
use super::appoint::Appointments;
use super::compose::Composer;
use super::desk::{Desk, Link};
use super::events::Happened;
use super::invitations::Run;
use super::open::OfficeKeys;
use super::steps::Heard;
use super::view::{self, NodeStatus};
use crate::ledger;

/// The way into the office; cheap to clone.
#[derive(Debug, Clone)]
pub struct Handle {
    pub(super) desk: Arc<Desk>,
    pub(super) composer: Composer,
    pub(super) vaults: Vaults,
    pub(super) ledger: ledger::Handle,
    pub(super) keys: Arc<OfficeKeys>,
    pub(super) appointments: Appointments,
    pub(super) run: Run,
    pub(super) shelf: super::bundle::Shelf,
    /// Held while a number is given.
    pub(super) enrolling: Arc<tokio::sync::Mutex<()>>,
}

impl Handle {
    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(super) fn composer(&self) -> &Composer {
        &self.composer
    }

    pub(super) fn appointments(&self) -> &Appointments {
        &self.appointments
    }

    pub(super) fn shared_desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    pub(super) fn ledger(&self) -> &ledger::Handle {
        &self.ledger
    }

    /// Opens this office's acts.
    pub(super) fn act_key(&self) -> &SharedKey {
        &self.keys.vault
    }

    pub(super) fn office_keys(&self) -> &OfficeKeys {
        &self.keys
    }

    pub(super) fn vaults(&self) -> &Vaults {
        &self.vaults
    }

    /// The work done for passwords that were tried since the start, in KiB that Argon2 filled.
    #[must_use]
    pub fn guessed_kib(&self) -> u64 {
        self.vaults.guessed_kib()
    }

    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    pub(super) fn shelf(&self) -> &super::bundle::Shelf {
        &self.shelf
    }

    /// Whoever changes the staff of this office does it in turn.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.enrolling.lock().await
    }
}

/// What administrators ask.
impl Handle {
    /// The office's name.
    #[must_use]
    pub fn name(&self) -> String {
        self.desk.my_office().name
    }

    /// The organisation tree, as it is to nobody in particular.
    #[must_use]
    pub fn whole_tree(&self) -> view::Tree {
        self.desk.tree(None)
    }

    /// Takes a district file.
    ///
    /// # Errors
    /// Nothing of it is taken when a part is not to be believed.
    pub fn district_file(&self, bytes: &[u8]) -> Result<view::Accepted, Refused> {
        let newer = self.desk.documents.accept_file(bytes)?;
        self.directory_changed();
        Ok(view::Accepted { newer, documents: self.desk.document_versions(crate::clock::now()) })
    }

    /// The node's state.
    #[must_use]
    pub fn status(&self) -> NodeStatus {
        let heads: Vec<_> = self.ledger.heads().into_iter().map(|head| (head.log, head.seq)).collect();
        let status = self.desk.status(&heads, &self.ledger.alarms(), &self.ledger.unopened());
        let mut alarms = status.alarms;
        alarms.extend(self.ledger.slowed().into_iter().map(|row| super::slowed::alarm(&self.desk, row)));
        NodeStatus { carried: self.carried(), alarms, ..status }
    }

    /// By which ways entries of other offices have come.
    #[must_use]
    pub fn arrivals(&self) -> ledger::Arrivals {
        self.ledger.arrivals()
    }
}

/// What the mesh and the exchange tell.
impl Handle {
    /// How a link stands now.
    pub fn link(&self, office: OfficeId, link: Link) {
        let changed = self.desk.links.change(|links| {
            let before = links.insert(office, link.clone());
            before.is_none_or(|before| before.up != link.up)
        });
        if changed && link.up {
            self.desk.up_since.change(|since| since.insert(office, crate::clock::now()));
        }
        if changed && !link.up {
            self.desk.serves_no_more(office);
        }
        if changed {
            self.desk.events.tell(Happened::Link(office));
        }
    }

    /// What a neighbour durably holds.
    pub fn holds(&self, office: OfficeId, heads: &[(LogId, Seq)]) {
        self.desk.present.change(|present| *present = Some(self.ledger.incarnation()));
        self.desk.neighbour_holds(office, heads, Heard::Link);
    }

    /// What is left at a neighbour of logs whose beginnings it has given up.
    pub fn keeps(&self, office: OfficeId, rows: &[Kept]) {
        self.desk.neighbour_keeps(office, rows);
    }

    /// Which logs of this office wait at a neighbour by its own word, and for how many milliseconds from now on.
    pub fn slows(&self, office: OfficeId, word: Option<(Slow, u64)>) {
        self.desk.learn_slowed(office, word);
    }

    /// What a neighbour is being given over its link, because it asked.
    pub fn serves(&self, office: OfficeId, log: LogId, to: Seq) {
        self.desk.serves(office, log, to);
    }

    /// The chart or the people changed.
    pub fn directory_changed(&self) {
        let directory = self.desk.directory();
        let revoked = |person| directory.person_revoked_since(person).is_some();
        if self.desk.sessions.change(|sessions| sessions.end_of(revoked)) > 0 {
            self.desk.events.tell(Happened::Ended);
        }
        self.desk.look_at_removed();
        self.desk.events.tell(Happened::Directory(self.desk.directory().version()));
    }
}
