//! Before anything is appended: the store has all that the journal has, and the incarnation is settled.

use std::collections::HashMap;

use okrug_protocol::clock::Timestamp;
use okrug_protocol::entry::Entry;
use okrug_protocol::ids::{Incarnation, LogId};
use okrug_protocol::log::{Candidate, LogState, Refusal, VerifiedEntry};
use rand_core::RngCore;

use super::Alarm;
use super::commit::{Origin, Ready};
use super::past::Past;
use super::record::Record;
use super::worker::{Fatal, Hitch, Worker};
use crate::clock;
use crate::journal::{Item, JournalError, Number};
use crate::store::{Batch, StoreError};

/// Entries that are taken over from the journal in one step.
const CHUNK: usize = 256;

impl From<StoreError> for Hitch {
    fn from(error: StoreError) -> Self {
        if error == StoreError::Full { Self::Full } else { Self::Fatal(Fatal::Store(error)) }
    }
}

impl Worker {
    /// Lets the store catch up with the journal, where that is due.
    pub(super) fn settle_store(&mut self) -> Result<(), Hitch> {
        match self.store.failure() {
            Some(failure) => Err(Hitch::Fatal(Fatal::Store(failure))),
            // What was confirmed is to be read, also on a full disk: the reserve is for that as well.
            None if self.past.behind => match self.catch_up() {
                Err(Hitch::Full) if self.store.give_up_reserve() => self.catch_up(),
                caught_up => caught_up,
            },
            None => Ok(()),
        }
    }

    /// The same, and settles as which incarnation this office writes.
    pub(super) fn settle(&mut self) -> Result<Incarnation, Hitch> {
        self.settle_store()?;
        self.heal_journal()?;
        if let Some(incarnation) = self.past.incarnation() {
            self.shared.set_incarnation(incarnation);
            self.mark_place();
            return Ok(incarnation);
        }
        if self.past.is_none_yet() && self.journal.last() == Number::ZERO {
            // Nothing is there that a copy could write once more; were it marked later, a power cut before would be taken for one.
            self.mark_place();
        }
        let incarnation = self.begin_incarnation()?;
        self.mark_place();
        Ok(incarnation)
    }

    /// Says in the data directory that it is the one; before the incarnation is settled a copy would say so too.
    fn mark_place(&mut self) {
        if !self.marked {
            match self.marker.write() {
                Ok(()) => self.marked = true,
                Err(error) => tracing::warn!(event = "marker_not_written", %error, "the next start begins a new incarnation"),
            }
        }
    }

    /// The same at the start, where a full disk is no reason not to serve what is there.
    pub(super) fn settle_or_wait(&mut self) -> Result<(), Fatal> {
        match self.settle() {
            Ok(_) => Ok(()),
            Err(Hitch::Full) => {
                tracing::error!(event = "disk_full", "nothing is written until there is room");
                Ok(())
            }
            Err(Hitch::Fatal(fatal)) => Err(fatal),
        }
    }

    /// Takes over from the journal what the store does not have.
    fn catch_up(&mut self) -> Result<(), Hitch> {
        let mut chunk = Chunk::default();
        let mut mark = self.past.mark;
        if let Some(dir) = &self.old_journal {
            let records = self.journal.salvage(dir, self.past.stored_journal);
            for record in records.map_err(|source| JournalError::Io { path: dir.clone(), source })? {
                self.take_over(&record, &mut chunk);
                if chunk.ready.len() >= CHUNK {
                    let full = std::mem::take(&mut chunk);
                    self.commit(full.ready, full.batch, None, false)?;
                }
            }
        }
        for item in self.journal.records(mark) {
            match item? {
                Item::Lost(lost) => {
                    self.past.lost += lost.records();
                    mark = mark.max(lost.to);
                }
                Item::Record(number, bytes) => {
                    self.take_over(&bytes, &mut chunk);
                    mark = number;
                }
            }
            if chunk.ready.len() >= CHUNK {
                let full = std::mem::take(&mut chunk);
                self.commit(full.ready, full.batch, Some(mark), false)?;
            }
        }
        self.commit(chunk.ready, chunk.batch, Some(mark), true)?;
        self.past.caught_up(mark);
        // The machine's clock may have been set back with the power cut, and times must rise.
        let last = self.logs.iter().filter(|(log, _)| log.office == self.me).map(|(_, state)| state.time).max();
        self.clock = self.clock.clone().beyond(last.unwrap_or(Timestamp::ZERO));
        Ok(())
    }

    fn take_over(&mut self, bytes: &[u8], chunk: &mut Chunk) {
        let (entry, tag) = match Record::decode(bytes) {
            Ok(Record::Incarnation(incarnation)) => {
                // The journal does not say when; what was written before now is nothing new.
                let since = self.clock.tick(self.time.now());
                self.past.begin(incarnation, since);
                Past::put_incarnation(&mut chunk.batch, incarnation, since);
                return;
            }
            Ok(Record::Local(changes)) => {
                changes.into_iter().for_each(|change| change.put(&mut chunk.batch));
                return;
            }
            Ok(Record::Own { entry, tag }) => (entry, tag),
            Err(_) => {
                self.past.unplaced += 1;
                return;
            }
        };
        self.past.replayed += 1;
        match self.judge_own(&entry, &chunk.logs) {
            Ok(verified) => {
                chunk.logs.insert(verified.header().log, verified.state().clone());
                let ready = self.ready(verified, Origin::Own(tag));
                chunk.ready.push(ready);
            }
            Err(Refusal::Known { .. }) => {}
            Err(refusal) => {
                tracing::error!(event = "journal_entry_unplaced", %refusal);
                self.past.unplaced += 1;
            }
        }
    }

    fn judge_own(&self, bytes: &[u8], staged: &HashMap<LogId, LogState>) -> Result<VerifiedEntry, Refusal> {
        let directory = self.shared.directory();
        let entry = Entry::decode(bytes)?;
        let log = entry.header.log;
        let state = staged.get(&log).or_else(|| self.logs.get(&log)).cloned().unwrap_or(LogState::EMPTY);
        Candidate::again(entry, &state, &directory)?.verify(&directory)
    }

    /// Draws a new incarnation and makes it last before anything is written in it.
    fn begin_incarnation(&mut self) -> Result<Incarnation, Hitch> {
        self.store.has_room()?;
        let incarnation = self.unused_incarnation();
        let mark = self.journal.append(&[Record::Incarnation(incarnation).encode()])?;
        self.journal.sync()?;
        let cause = self.past.take_doubt();
        let since = self.clock.tick(self.time.now());
        self.past.begin(incarnation, since);
        self.epochs.clear();
        self.shared.set_incarnation(incarnation);
        if let Some(cause) = cause {
            self.shared.raise(cause);
            if let Some(path) = self.past.healed.take() {
                self.shared.raise(Alarm::JournalSetAside { path });
            }
            self.shared.raise(Alarm::NewIncarnation(incarnation));
        }
        let mut batch = Batch::new();
        Past::put_incarnation(&mut batch, incarnation, since);
        self.past.behind = true;
        self.commit(Vec::new(), batch, Some(mark), true)?;
        self.past.behind = false;
        Ok(incarnation)
    }

    fn unused_incarnation(&self) -> Incarnation {
        loop {
            let drawn = Incarnation(clock::rng().next_u32());
            let used = self.logs.keys().any(|log| log.office == self.me && log.incarnation == drawn);
            if drawn.0 != 0 && !used {
                return drawn;
            }
        }
    }
}

/// What is taken over in one step.
#[derive(Default)]
struct Chunk {
    ready: Vec<Ready>,
    logs: HashMap<LogId, LogState>,
    batch: Batch,
}
