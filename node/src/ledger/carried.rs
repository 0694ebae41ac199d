//! What this office carries for others: entries of topics that it does not read, within a quota.
//!
//! What makes room, in this order, each routine before urgent before flash and the oldest first:
//!
//! | what                                                  | given up                                              |
//! |-------------------------------------------------------|-------------------------------------------------------|
//! | what all its readers have                             | whoever wrote it                                      |
//! | what somebody still waits for                         | of the writer that takes most room, beyond its share  |
//! | what a reader lacks that is linked and is fetching it | not: new entries wait at their writers instead        |
//! | own entries, topics that this office reads            | never                                                 |
//! | the last entry of a log                               | never: the log goes on from it                        |
//!
//! Entries go from the beginning of a log, so what is left is a log from some place on; everybody is told from which. A
//! reader that needs what was given up gets it from whoever has it; where this office stands between them, it begins
//! the log anew and passes it on part by part.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::entry::Header;
use okrug_protocol::frontier::Kept;
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq};

use super::handle::head_of;
use super::worker::{Fatal, Worker};
use crate::store::key::{entry_key, log_key, split_log};
use crate::store::{Batch, Store, StoreError, Tree};

/// What a carrier keeps unless it is configured, in bytes of entries.
pub(super) const DEFAULT_QUOTA: u64 = 4 << 30;
/// Bytes that are given up in one go at most: the ledger's thread has other work.
const MAX_AT_ONCE: u64 = 4 << 20;
/// Entries that are given up of one log before the next is looked at.
const CHUNK: u64 = 16;
/// Bytes that lie before an entry in the store.
const BEFORE_ENTRY: usize = 32;
/// A log is begun anew at most so often, in milliseconds.
const ANEW_EVERY_MS: u64 = 10 * 60 * 1_000;
/// Longer than any row.
const MAX_ROW: usize = 64;

/// What is carried of one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct CarriedLog {
    /// Up to here it was given up.
    pub after: Seq,
    /// Bytes of the entries that are left.
    pub bytes: u64,
    /// When the first of them was written, by its writer's clock.
    pub oldest: Millis,
    /// Entries that were given up before all their readers had them.
    pub given_up: u64,
}

/// All that is carried.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// By log.
    pub logs: HashMap<LogId, CarriedLog>,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Bytes that are carried at most.
    pub quota: u64,
    /// Nothing can be given up, and nothing more is taken.
    pub full: bool,
}

impl Carried {
    /// Reads it from the store.
    pub(super) fn read(store: &Store, quota: u64) -> Result<Self, StoreError> {
        let mut carried = Self { quota, ..Self::default() };
        store.scan(Tree::Carried, &[]).each(|key, bytes| {
            if let (Some((log, [])), Ok(row)) = (split_log(key), codec::decode::<CarriedLog>(&bytes, MAX_ROW)) {
                carried.bytes += row.bytes;
                carried.logs.insert(log, row);
            }
            ControlFlow::Continue(())
        })?;
        Ok(carried)
    }

    /// Counts an entry that is being appended. A log that was read here before is not counted, nor ever given up.
    fn count(&mut self, header: &Header, len: u64, batch: &mut Batch) {
        let oldest = header.time.millis();
        let begins = (header.seq == Seq(1)).then_some(CarriedLog { after: Seq::ZERO, bytes: 0, oldest, given_up: 0 });
        let Some(mut row) = self.logs.get(&header.log).copied().or(begins) else { return };
        row.bytes += len;
        self.bytes += len;
        batch.put_encoded(Tree::Carried, log_key(&header.log), &row);
        self.logs.insert(header.log, row);
    }

    /// The writers that take more than their share, the greediest first.
    fn greedy(&self) -> Vec<OfficeId> {
        let mut by_writer: BTreeMap<OfficeId, u64> = BTreeMap::new();
        self.logs.iter().for_each(|(log, row)| *by_writer.entry(log.office).or_default() += row.bytes);
        let share = self.quota / u64::try_from(by_writer.len().max(1)).unwrap_or(1);
        let mut greedy: Vec<_> = by_writer.into_iter().filter(|(_, bytes)| *bytes >= share).collect();
        greedy.sort_by_key(|(office, bytes)| (std::cmp::Reverse(*bytes), *office));
        greedy.into_iter().map(|(office, _)| office).collect()
    }

    /// Logs in the order in which they give up: routine first, the oldest first.
    fn in_order(&self, which: impl Fn(&LogId) -> bool) -> Vec<LogId> {
        let mut logs: Vec<_> = self.logs.iter().filter(|(log, _)| which(log)).map(|(log, row)| (*log, row.oldest)).collect();
        logs.sort_by_key(|(log, oldest)| (std::cmp::Reverse(log.precedence), *oldest, *log));
        logs.into_iter().map(|(log, _)| log).collect()
    }
}

impl Worker {
    /// Counts an entry of another office that this one only carries.
    pub(super) fn carry(&self, header: &Header, len: usize, batch: &mut Batch) {
        if header.log.office != self.me && !self.shared.directory().reads(self.me, header.log.topic) {
            let len = u64::try_from(len).unwrap_or(u64::MAX);
            self.shared.carried(|carried| carried.count(header, len, batch));
        }
    }

    /// Whether an entry is to wait at its writer, since nothing can make room for it. Flash may exceed the quota a little.
    pub(super) fn has_no_quota(&self, log: &LogId) -> bool {
        let full = self.shared.carried(|carried| {
            let extra = if log.precedence == Precedence::Flash { carried.quota / 16 } else { 0 };
            carried.full && carried.bytes > carried.quota.saturating_add(extra)
        });
        full && log.office != self.me && !self.shared.directory().reads(self.me, log.topic)
    }

    /// Makes room where more is carried than the quota lets.
    pub(super) fn relieve(&mut self) -> Result<(), Fatal> {
        let (bytes, quota) = self.shared.carried(|carried| (carried.bytes, carried.quota));
        if bytes <= quota {
            if self.shared.carried(|carried| std::mem::replace(&mut carried.full, false)) {
                self.filing.room();
            }
            return Ok(());
        }
        let target = (quota - quota / 16).max(bytes.saturating_sub(MAX_AT_ONCE));
        match self.relieve_to(target) {
            Ok(()) => Ok(()),
            // There is no room even to give something up; that comes back with the next entry.
            Err(StoreError::Full) => Ok(()),
            Err(error) => Err(Fatal::Store(error)),
        }
    }

    fn relieve_to(&mut self, target: u64) -> Result<(), StoreError> {
        let over = |worker: &Self| worker.shared.carried(|carried| carried.bytes).saturating_sub(target);
        for log in self.shared.carried(|carried| carried.in_order(|_| true)) {
            let delivered = self.filing.delivered(&log);
            while over(self) > 0 && self.give_up(&log, delivered, over(self), true)? > 0 {}
        }
        while over(self) > 0 {
            let mut gave = 0;
            for writer in self.shared.carried(|carried| carried.greedy()) {
                for log in self.shared.carried(|carried| carried.in_order(|log| log.office == writer)) {
                    let awaited = self.filing.awaited(&log).unwrap_or(Seq(u64::MAX));
                    gave = self.give_up(&log, awaited, over(self), false)?;
                    if gave > 0 {
                        break;
                    }
                }
                if gave > 0 {
                    break;
                }
            }
            if gave == 0 {
                break;
            }
        }
        let (was, full) = self.shared.carried(|carried| {
            let full = carried.bytes > carried.quota;
            (std::mem::replace(&mut carried.full, full), full)
        });
        if was != full {
            self.filing.room();
        }
        if full {
            tracing::warn!(event = "carrier_full", "entries for others wait at their writers until readers have what is here");
        }
        Ok(())
    }

    /// Gives up some entries from the beginning of a log, none behind `upto` and never its last; says how many bytes.
    fn give_up(&mut self, log: &LogId, upto: Seq, enough: u64, delivered: bool) -> Result<u64, StoreError> {
        let (Some(mut row), Some(head)) =
            (self.shared.carried(|carried| carried.logs.get(log).copied()), self.logs.get(log).map(|state| state.seq))
        else {
            return Ok(0);
        };
        let (before, last) = (row, Seq(upto.0.min(head.0.saturating_sub(1)).min(row.after.0 + CHUNK)));
        let mut batch = Batch::new();
        while row.after < last && before.bytes - row.bytes < enough {
            row.after = row.after.next();
            let key = entry_key(log, row.after);
            let len = self.store.get(Tree::Entries, &key)?.map_or(0, |value| value.len().saturating_sub(BEFORE_ENTRY));
            row.bytes = row.bytes.saturating_sub(u64::try_from(len).unwrap_or(u64::MAX));
            batch.was(Tree::Entries, key.clone(), len + BEFORE_ENTRY);
            batch.delete(Tree::Entries, key);
        }
        if row.after == before.after {
            return Ok(0);
        }
        row.oldest = self.store.entry(log, row.after.next())?.map_or(row.oldest, |first| first.entry.header.time.millis());
        row.given_up += if delivered { 0 } else { row.after.0 - before.after.0 };
        batch.put_encoded(Tree::Carried, log_key(log), &row);
        self.store.apply(batch)?;
        let freed = before.bytes.saturating_sub(row.bytes);
        self.shared.carried(|carried| {
            carried.bytes = carried.bytes.saturating_sub(freed);
            carried.logs.insert(*log, row);
        });
        self.tell_kept(log);
        // Entries without a byte do not exist; so something was freed, and it is not asked in vain again.
        Ok(freed.max(1))
    }

    fn tell_kept(&mut self, log: &LogId) {
        let after = self.shared.carried(|carried| carried.logs.get(log).map_or(Seq::ZERO, |row| row.after));
        let head = self.logs.get(log).map(|state| head_of(*log, state));
        let row = Kept { log: *log, after, to: head.map_or(Seq::ZERO, |head| head.seq) };
        self.filing.kept(row);
        self.shared.tell_kept(row, head);
    }

    /// Begins logs anew of which a linked reader lacks what was given up here, where a neighbour still has it.
    pub(super) fn begin_anew(&mut self) -> Result<(), Fatal> {
        let now = self.time.now();
        let given_up: Vec<(LogId, Seq)> = self
            .shared
            .carried(|carried| carried.logs.iter().filter(|(_, row)| row.after > Seq::ZERO).map(|(log, row)| (*log, row.after)).collect());
        for (log, after) in given_up {
            let lately = self.begun_anew.get(&log).is_some_and(|at| now.since(*at) < ANEW_EVERY_MS);
            if lately || self.forks.is_forked(&log) || !self.filing.misses(&log, after) {
                continue;
            }
            self.begun_anew.insert(log, now);
            match self.forget_carried(&log) {
                Ok(()) => tracing::info!(event = "carried_anew", %log, "a reader needs what was given up"),
                Err(StoreError::Full) => {}
                Err(error) => return Err(Fatal::Store(error)),
            }
        }
        Ok(())
    }

    /// Holds nothing of a log any more. From its beginning on, so that whatever interrupts it leaves a log.
    fn forget_carried(&mut self, log: &LogId) -> Result<(), StoreError> {
        while self.give_up(log, Seq(u64::MAX), u64::MAX, true)? > 0 {}
        let Some(head) = self.logs.get(log).map(|state| state.seq) else { return Ok(()) };
        let Some(row) = self.shared.carried(|carried| carried.logs.get(log).copied()) else { return Ok(()) };
        let mut batch = Batch::new();
        batch.delete(Tree::Entries, entry_key(log, head));
        batch.delete(Tree::Logs, log_key(log));
        batch.delete(Tree::Marks, log_key(log));
        let empty = CarriedLog { after: Seq::ZERO, bytes: 0, ..row };
        batch.put_encoded(Tree::Carried, log_key(log), &empty);
        self.store.apply(batch)?;
        self.store.flush()?;
        self.logs.remove(log);
        self.shared.replace_log(*log, None);
        self.shared.carried(|carried| {
            carried.bytes = carried.bytes.saturating_sub(row.bytes);
            carried.logs.insert(*log, empty);
        });
        self.tell_kept(log);
        Ok(())
    }

    /// Entries of a log have other lengths now.
    pub(super) fn resize_carried(&self, log: &LogId, was: u64, is: u64) -> Result<(), StoreError> {
        let Some(mut row) = self.shared.carried(|carried| carried.logs.get(log).copied()).filter(|_| was != is) else { return Ok(()) };
        let resized = |bytes: u64| bytes.saturating_add(is).saturating_sub(was);
        row.bytes = resized(row.bytes);
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Carried, log_key(log), &row);
        self.store.apply(batch)?;
        self.shared.carried(|carried| {
            carried.bytes = resized(carried.bytes);
            carried.logs.insert(*log, row);
        });
        Ok(())
    }

    /// A log was cut where its office was revoked: what is left of it is counted anew.
    pub(super) fn recount(&self, log: &LogId) -> Result<(), StoreError> {
        let Some(row) = self.shared.carried(|carried| carried.logs.get(log).copied()) else { return Ok(()) };
        let mut bytes = 0u64;
        self.store.scan(Tree::Entries, &log_key(log)).each(|_, value| {
            bytes += u64::try_from(value.len().saturating_sub(BEFORE_ENTRY)).unwrap_or(u64::MAX);
            ControlFlow::Continue(())
        })?;
        let after = if self.logs.contains_key(log) { row.after } else { Seq::ZERO };
        let now = CarriedLog { after, bytes, ..row };
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Carried, log_key(log), &now);
        self.store.apply(batch)?;
        self.shared.carried(|carried| {
            carried.bytes = carried.bytes.saturating_sub(row.bytes).saturating_add(bytes);
            carried.logs.insert(*log, now);
        });
        Ok(())
    }
}
