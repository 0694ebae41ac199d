//! Whether journal and store tell one story, and as which incarnation this office therefore writes.
//!
//! | journal and store                                | then                                             |
//! |--------------------------------------------------|--------------------------------------------------|
//! | agree                                            | same incarnation                                 |
//! | the store is behind                              | it catches up; same incarnation                  |
//! | there is no store, or it was set aside           | it is filled from the journal; new incarnation   |
//! | the store is ahead, or of another journal        | new incarnation, the journal is written anew     |
//! | the journal is damaged, or does not fit          | new incarnation, the journal is written anew     |
//! | the marker is missing, or names another place    | new incarnation                                  |
//! | an own entry comes from outside that is not here | new incarnation                                  |

use std::path::PathBuf;

use okrug_protocol::clock::Timestamp;
use okrug_protocol::ids::Incarnation;

use super::Alarm;
use crate::here::Here;
use crate::journal::{Journal, JournalId, Lost, Number, Report};
use crate::store::{Batch, Store, StoreError, Tree};

const INCARNATION: &[u8] = b"incarnation";
const SINCE: &[u8] = b"incarnation-since";
const JOURNAL: &[u8] = b"journal";

/// What is known of this office's own past.
#[derive(Debug)]
pub(super) struct Past {
    /// Up to which record of the journal the store has everything.
    pub(super) mark: Number,
    /// Whether the store lacks something that the journal has.
    pub(super) behind: bool,
    /// Own entries met while catching up.
    pub(super) replayed: u64,
    /// Records that cannot be read, met while catching up.
    pub(super) lost: u64,
    /// Own entries that do not fit to what is stored, met while catching up.
    pub(super) unplaced: u64,
    incarnation: Option<Incarnation>,
    /// Since when this office writes as this incarnation.
    since: Timestamp,
    doubt: Option<Alarm>,
    had_store: bool,
    /// Whether the journal lacks something, and is to be written anew.
    pub(super) ails: bool,
    /// Where the one before lies, once it was.
    pub(super) healed: Option<PathBuf>,
    /// What the store calls the journal that it belongs to.
    pub(super) stored_journal: Option<JournalId>,
}

impl Past {
    /// Compares the store with the journal beside it.
    ///
    /// Shapes:  `lost_journal` where the journal could not be opened and another was begun.
    pub(super) fn read(store: &Store, journal: &Journal, report: &Report, here: Here, lost_journal: bool) -> Result<Self, StoreError> {
        let stored: Option<([u8; 16], u64)> = store.get_decoded(Tree::Meta, JOURNAL)?;
        let incarnation: Option<u32> = store.get_decoded(Tree::Meta, INCARNATION)?;
        let (mark, mut doubt) = match stored {
            Some(_) if lost_journal => (Number::ZERO, Some(Alarm::JournalDamaged { lost: 0, unplaced: 0 })),
            None => (Number::ZERO, None),
            Some((id, _)) if JournalId(id) != journal.id() => (Number::ZERO, Some(Alarm::StoreWithoutPast)),
            Some((_, number)) if Number(number) > journal.last() => (journal.last(), Some(Alarm::JournalBehind)),
            Some((_, number)) => (Number(number), None),
        };
        if report.is_suspicious() {
            let lost = report.lost.iter().map(Lost::records).sum();
            doubt = doubt.or(Some(Alarm::JournalDamaged { lost, unplaced: 0 }));
        }
        let ails = lost_journal || doubt.is_some();
        if here != Here::Same && (stored.is_some() || journal.last() > Number::ZERO) {
            doubt = doubt.or(Some(Alarm::NotHere(here)));
        }
        let since: Option<u64> = store.get_decoded(Tree::Meta, SINCE)?;
        Ok(Self {
            mark,
            behind: lost_journal || mark < journal.last(),
            replayed: 0,
            lost: 0,
            unplaced: 0,
            incarnation: incarnation.map(Incarnation),
            since: Timestamp(since.unwrap_or(0)),
            doubt,
            had_store: stored.is_some(),
            ails,
            healed: None,
            stored_journal: stored.map(|(id, _)| JournalId(id)),
        })
    }

    /// As which incarnation this office writes; `None` when that is not settled.
    pub(super) fn incarnation(&self) -> Option<Incarnation> {
        self.incarnation.filter(|_| self.doubt.is_none() && !self.behind)
    }

    /// Takes note of an incarnation that was begun, in the journal or just now.
    pub(super) fn begin(&mut self, incarnation: Incarnation, since: Timestamp) {
        self.incarnation = Some(incarnation);
        self.since = since;
    }

    /// Whether there was no store, and nothing of it is in doubt: the first start.
    pub(super) fn is_none_yet(&self) -> bool {
        !self.had_store && self.doubt.is_none()
    }

    /// Since when this office writes as the present incarnation.
    pub(super) fn since(&self) -> Timestamp {
        self.since
    }

    /// Whether a new incarnation is due.
    pub(super) fn is_doubted(&self) -> bool {
        self.doubt.is_some()
    }

    /// From now on the present incarnation is not to be written to.
    pub(super) fn doubt(&mut self, alarm: Alarm) {
        self.doubt.get_or_insert(alarm);
    }

    /// The store has caught up: draws the conclusions.
    pub(super) fn caught_up(&mut self, mark: Number) {
        self.mark = mark;
        self.behind = false;
        if self.lost + self.unplaced > 0 {
            self.doubt(Alarm::JournalDamaged { lost: self.lost, unplaced: self.unplaced });
            self.ails = true;
        }
        // A node that stopped before its first entry has no past that could be lost.
        if !self.had_store && self.replayed > 0 {
            self.doubt(Alarm::StoreWithoutPast);
        }
        self.had_store = true;
    }

    /// Why a new incarnation is due; takes the reason.
    pub(super) fn take_doubt(&mut self) -> Option<Alarm> {
        self.doubt.take()
    }

    /// Adds to a batch how far in the journal the store is with it.
    pub(super) fn put_mark(batch: &mut Batch, journal: JournalId, mark: Number) {
        batch.put_encoded(Tree::Meta, JOURNAL, &(journal.0, mark.0));
    }

    /// Adds to a batch as which incarnation this office writes.
    pub(super) fn put_incarnation(batch: &mut Batch, incarnation: Incarnation, since: Timestamp) {
        batch.put_encoded(Tree::Meta, SINCE, &since.0);
        batch.put_encoded(Tree::Meta, INCARNATION, &incarnation.0);
    }
}
