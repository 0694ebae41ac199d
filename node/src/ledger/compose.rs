//! Own entries: composed, put through everybody's gate, journalled, appended.

use std::collections::{HashMap, HashSet};

use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Kind;
use okrug_protocol::epoch::{self, EpochError, EpochState, Place, Rekey};
use okrug_protocol::ids::{Epoch, Incarnation, LogId, OfficeId, Precedence};
use okrug_protocol::log::{self, Candidate, LogState, Refusal, VerifiedEntry};
use okrug_protocol::quota::Account;
use okrug_protocol::seal::{SealKey, SharedKey};

use super::commit::Origin;
use super::record::{Change, Record};
use super::verify::verify_all;
use super::worker::{DraftReply, Fatal, Hitch, KeepReply, Worker};
use super::{Draft, MAX_TAG, WriteError, Written};
use crate::clock;
use crate::journal::{JournalError, Number};
use crate::store::{Batch, StoreError};

/// An epoch whose key a member has lost ends once it is so old: nobody makes this office begin them one after the other.
const LOST_AFTER_MS: u64 = 60 * 60 * 1_000;

/// What a round has composed so far, on top of what is stored.
#[derive(Default)]
struct Stage {
    logs: HashMap<LogId, LogState>,
    epochs: HashMap<LogId, EpochState>,
}

/// A draft that was composed: the entry, before it a rekey entry where one was due.
struct Composed {
    log: LogId,
    tag: Option<Vec<u8>>,
    entries: usize,
    reply: DraftReply,
}

/// A draft whose entries passed the gate.
struct Passed {
    written: Written,
    tag: Option<Vec<u8>>,
    entries: Vec<VerifiedEntry>,
    reply: DraftReply,
}

impl Worker {
    /// Writes entries of this office and answers when they are on the disk.
    pub(super) fn write(&mut self, drafts: Vec<(Draft, DraftReply)>) -> Result<(), Fatal> {
        if drafts.is_empty() {
            return Ok(());
        }
        let was_behind = self.past.behind;
        let incarnation = match self.settle().and_then(|incarnation| Ok(self.store.has_room().map(|()| incarnation)?)) {
            Ok(incarnation) => incarnation,
            Err(Hitch::Full) => {
                drafts.into_iter().for_each(|(_, reply)| answer(reply, Err(WriteError::Full)));
                return Ok(());
            }
            Err(Hitch::Fatal(fatal)) => return Err(fatal),
        };
        if was_behind {
            // What was in the journal alone may be what is said here once more: whoever comes again finds it.
            drafts.into_iter().for_each(|(_, reply)| answer(reply, Err(WriteError::Full)));
            return Ok(());
        }
        let directory = self.shared.directory();
        let mut stage = Stage::default();
        let (mut composed, mut candidates) = (Vec::new(), Vec::new());
        let mut paces = HashMap::new();
        for (draft, reply) in drafts {
            if let Err(error) = self.pace_own(&draft, incarnation, &directory, &mut paces) {
                answer(reply, Err(error));
                continue;
            }
            match self.compose(&draft, incarnation, &directory, &mut stage) {
                Ok((log, entries)) => {
                    composed.push(Composed { log, tag: draft.tag, entries: entries.len(), reply });
                    candidates.extend(entries);
                }
                Err(error) => answer(reply, Err(error)),
            }
        }
        let passed = pass(composed, verify_all(candidates, &directory, self.threads));
        self.append_own(passed, stage.epochs)
    }

    /// Keeps local changes; one record each.
    pub(super) fn keep(&mut self, keeps: Vec<(Batch, KeepReply)>) -> Result<(), Fatal> {
        for (batch, reply) in keeps {
            let settled = self.settle_store().and_then(|()| Ok(self.store.has_room()?));
            let kept = settled.and_then(|()| self.journal_all(&[Record::Local(Change::all_of(&batch)).encode()]));
            match kept.and_then(|mark| self.commit_own(Vec::new(), batch, mark)) {
                Ok(()) => drop(reply.send(Ok(()))),
                Err(Hitch::Full) => drop(reply.send(Err(WriteError::Full))),
                Err(Hitch::Fatal(Fatal::Journal(JournalError::TooLong(_)))) => drop(reply.send(Err(WriteError::TooLong))),
                Err(Hitch::Fatal(fatal)) => return Err(fatal),
            }
        }
        Ok(())
    }

    /// Composes the next entry of an own log, and a rekey entry before it where a new epoch is due.
    fn compose(
        &mut self,
        draft: &Draft,
        incarnation: Incarnation,
        directory: &Directory,
        stage: &mut Stage,
    ) -> Result<(LogId, Vec<Candidate>), WriteError> {
        self.check(draft, directory)?;
        let log = LogId { office: self.me, incarnation, topic: draft.topic, precedence: draft.precedence };
        let mut state = stage.logs.get(&log).or_else(|| self.logs.get(&log)).cloned().unwrap_or(LogState::EMPTY);
        let mut entries = Vec::new();
        let mut add = |worker: &mut Self, state: &mut LogState, kind, epoch, body| {
            let draft = log::Draft { kind, epoch, time: worker.clock.tick(worker.time.now()), body };
            let entry = log::write(log, state, draft, directory, &worker.sign).map_err(|_| WriteError::TooLong)?;
            let candidate = Candidate::next(entry, state, directory).map_err(WriteError::Refused)?;
            *state = candidate.state().clone();
            entries.push(candidate);
            Ok(())
        };
        if draft.kind.is_sealed() {
            let running = stage.epochs.get(&log).or_else(|| self.epochs.get(&log));
            let known = directory.known();
            let members = epoch::members(directory, &log, &known);
            // Who left and came back had the key in between: that the members are the same again is not enough.
            let dead = directory.is_dead(log.topic, &state.rekeyed, &known);
            let is_over = |epoch: &EpochState| epoch.is_over(&members, self.time.now()) || self.is_lost(&log, epoch);
            let mut epoch = match running.filter(|epoch| !dead && !is_over(epoch)) {
                Some(running) => running.clone(),
                None => {
                    let (epoch, body) = self.begin_epoch(log, &state, members, directory).map_err(WriteError::Epoch)?;
                    add(self, &mut state, Kind::REKEY, epoch.epoch, body)?;
                    epoch
                }
            };
            let place = Place { district: directory.district(), log, epoch: epoch.epoch };
            let body =
                epoch::seal_body(&epoch.key, &place, state.seq.next(), &draft.plain, &mut clock::rng()).map_err(|_| WriteError::TooLong)?;
            add(self, &mut state, draft.kind, epoch.epoch, body)?;
            epoch.messages = epoch.messages.saturating_add(1);
            stage.epochs.insert(log, epoch);
        } else {
            let epoch = state.epoch;
            add(self, &mut state, draft.kind, epoch, draft.plain.clone())?;
        }
        stage.logs.insert(log, state);
        Ok((log, entries))
    }

    /// Whether others would take it now: what people say is refused before it would wait unseen. Flash, and what this office
    /// accounts for itself with, is written in any case.
    fn pace_own(
        &mut self,
        draft: &Draft,
        incarnation: Incarnation,
        directory: &Directory,
        paces: &mut HashMap<OfficeId, Account>,
    ) -> Result<(), WriteError> {
        let log = LogId { office: self.me, incarnation, topic: draft.topic, precedence: draft.precedence };
        if !draft.kind.is_sealed() || draft.precedence == Precedence::Flash {
            return Ok(());
        }
        self.pace.take(paces, &log, draft.plain.len(), directory).map_err(|for_ms| {
            self.slow_down(&log, for_ms);
            WriteError::OverQuota { for_ms }
        })
    }

    fn check(&self, draft: &Draft, directory: &Directory) -> Result<(), WriteError> {
        if directory.office(self.me).is_none() {
            return Err(WriteError::NotListed(self.me));
        }
        if !directory.may_write(self.me, draft.topic) {
            return Err(WriteError::MayNotWrite(draft.topic));
        }
        if directory.is_suspended(self.me) && !draft.kind.is_of_reading() {
            return Err(WriteError::Suspended);
        }
        if draft.kind == Kind::REKEY {
            return Err(WriteError::Refused(Refusal::EpochOutOfTurn));
        }
        if draft.tag.as_ref().is_some_and(|tag| tag.len() > MAX_TAG) { Err(WriteError::TooLong) } else { Ok(()) }
    }

    /// Journals entries that passed, then appends them, then answers.
    fn append_own(&mut self, passed: Vec<Passed>, epochs: HashMap<LogId, EpochState>) -> Result<(), Fatal> {
        if passed.is_empty() {
            return Ok(());
        }
        let (directory, mut batch) = (self.shared.directory(), Batch::new());
        let (mut records, mut ready, mut replies) = (Vec::new(), Vec::new(), Vec::new());
        for Passed { written, tag, entries, reply } in passed {
            let last = entries.len() - 1;
            for (at, entry) in entries.into_iter().enumerate() {
                self.pace.count(&written.log, entry.encode().len(), &directory, &mut batch);
                let tag = tag.clone().filter(|_| at == last);
                records.push(Record::Own { entry: entry.encode(), tag: tag.clone() }.encode());
                ready.push(self.ready(entry, Origin::Own(tag)));
            }
            replies.push((reply, written));
        }
        match self.journal_all(&records).and_then(|mark| self.commit_own(ready, batch, mark)) {
            Ok(()) => {
                let logs: HashSet<_> = replies.iter().map(|(_, written)| written.log).collect();
                self.epochs.extend(epochs.into_iter().filter(|(log, _)| logs.contains(log)));
                replies.into_iter().for_each(|(reply, written)| answer(reply, Ok(written)));
                Ok(())
            }
            Err(Hitch::Full) => {
                self.pace.reread(&self.store);
                self.keys.forget();
                replies.into_iter().for_each(|(reply, _)| answer(reply, Err(WriteError::Full)));
                Ok(())
            }
            Err(Hitch::Fatal(fatal)) => Err(fatal),
        }
    }

    /// Makes records last.
    fn journal_all(&mut self, records: &[Vec<u8>]) -> Result<Number, Hitch> {
        let mark = self.journal.append(records)?;
        self.journal.sync()?;
        Ok(mark)
    }

    /// Appends what is in the journal already: where the store has no room for it, it is taken back from there, so that
    /// what is refused is nowhere.
    fn commit_own(&mut self, ready: Vec<super::commit::Ready>, batch: Batch, mark: Number) -> Result<(), Hitch> {
        match self.commit(ready, batch, Some(mark), false) {
            Ok(()) => Ok(()),
            Err(StoreError::Full) if self.store.failure().is_none() => {
                self.journal.take_back()?;
                Err(Hitch::Full)
            }
            Err(error) => {
                self.past.behind = true;
                Err(Hitch::Fatal(Fatal::Store(error)))
            }
        }
    }
}

fn answer(reply: DraftReply, outcome: Result<Written, WriteError>) {
    // Whoever asked may have gone meanwhile.
    let _ = reply.send(outcome);
}

/// Hands the verified entries back to their drafts. After one that does not pass, none of its log does.
fn pass(composed: Vec<Composed>, verified: Vec<Result<VerifiedEntry, Refusal>>) -> Vec<Passed> {
    let mut verified = verified.into_iter();
    let mut broken = HashSet::new();
    let mut passed = Vec::new();
    for Composed { log, tag, entries, reply } in composed {
        let entries: Result<Vec<_>, _> = verified.by_ref().take(entries).collect::<Vec<_>>().into_iter().collect();
        match entries {
            Ok(entries) if !broken.contains(&log) => {
                let Some(last) = entries.last() else { continue };
                let written = Written { log, seq: last.header().seq, id: last.id(), time: last.header().time };
                passed.push(Passed { written, tag, entries, reply });
            }
            Ok(_) => answer(reply, Err(WriteError::Unavailable)),
            Err(refusal) => {
                tracing::error!(event = "own_entry_refused", %log, %refusal);
                broken.insert(log);
                answer(reply, Err(WriteError::Refused(refusal)));
            }
        }
    }
    passed
}

impl Worker {
    /// Whether a member has lost the key of an epoch, and is not given it again: what is said from now on is sealed to its new one.
    fn is_lost(&self, log: &LogId, epoch: &EpochState) -> bool {
        self.time.now().since(epoch.since) >= LOST_AFTER_MS && self.requests.wait_for(log, epoch.epoch)
    }

    /// Draws the key of a log's next epoch and seals it to its members: to the newest key that each has announced.
    fn begin_epoch(
        &self,
        log: LogId,
        state: &LogState,
        members: Vec<OfficeId>,
        directory: &Directory,
    ) -> Result<(EpochState, Vec<u8>), EpochError> {
        let epoch = Epoch(state.epoch.0.saturating_add(1));
        let place = Place { district: directory.district(), log, epoch };
        let key = SharedKey::generate(&mut clock::rng());
        let reader = |id: &OfficeId| {
            let listed = (*id, 0, directory.office(*id)?.seal);
            Some(self.announced.of(*id, directory).map_or(listed, |announced| (*id, announced.key.number, announced.key.key)))
        };
        let readers: Vec<(OfficeId, u32, SealKey)> = members.iter().filter_map(reader).collect();
        let body = Rekey::seal(&place, &key, &readers, directory.known(), &mut clock::rng())?.encode()?;
        Ok((EpochState { epoch, since: self.time.now(), messages: 0, members, key }, body))
    }
}
