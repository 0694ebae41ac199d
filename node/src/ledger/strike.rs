//! What no longer counts is taken out of the logs: entries behind the end that a list of revocations names.
//!
//! Nothing is lost by it: they lie aside, where nobody is given them and nothing is made of them.

use okrug_protocol::directory::Known;
use okrug_protocol::entry::Kind;
use okrug_protocol::epoch::Rekey;
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{EntryId, LogId, Seq, Version};
use okrug_protocol::log::LogState;

use super::handle::head_of;
use super::worker::{Fatal, Worker};
use super::{Alarm, Struck};
use crate::store::{Batch, StoreError, Tree, key};

/// Entries that are set aside in one step.
const CHUNK: u64 = 256;

impl Worker {
    /// Shortens the logs of others to where the directory in force ends them; gives those that are shorter now.
    pub(super) fn strike(&mut self) -> Result<Vec<Struck>, Fatal> {
        let directory = self.shared.directory();
        let mut struck = Vec::new();
        let others = self.logs.iter().filter(|(log, _)| log.office != self.me);
        let others: Vec<(LogId, LogState)> = others.map(|(log, state)| (*log, state.clone())).collect();
        for (log, state) in others {
            let Some(end) = directory.end_of(&log) else { continue };
            if end.seq < state.seq {
                match self.shorten(log, state.seq, end.seq) {
                    Ok(head) => struck.push(Struck { log, head }),
                    // There is no room to set them aside; the next start tries again.
                    Err(StoreError::Full) => tracing::warn!(event = "log_not_cut", %log, "no room on the disk"),
                    Err(error) => return Err(Fatal::Store(error)),
                }
            }
            let held = self.logs.get(&log).cloned().unwrap_or(LogState::EMPTY);
            if held.seq == end.seq && held.seq > Seq::ZERO && held.id != end.id && self.forks.freeze(log, held.seq) {
                self.filing.forked(log, held.seq);
                self.shared.raise(Alarm::Fork { log, seq: held.seq });
            }
        }
        Ok(struck)
    }

    /// From the last entry back, so that whatever interrupts it leaves a whole log.
    fn shorten(&mut self, log: LogId, from: Seq, end: Seq) -> Result<Option<HeadOf>, StoreError> {
        let mut last = from;
        while last > end {
            let first = Seq(end.0.max(last.0.saturating_sub(CHUNK)).saturating_add(1));
            let mut batch = Batch::new();
            for seq in (first.0..=last.0).rev().map(Seq) {
                let key = key::entry_key(&log, seq);
                if let Some(value) = self.store.get(Tree::Entries, &key)? {
                    batch.put(Tree::Struck, key.clone(), value);
                }
                batch.delete(Tree::Entries, key);
                self.filing.struck(&log, seq, &mut batch);
            }
            last = Seq(first.0 - 1);
            let state = self.state_at(&log, last)?;
            match &state {
                Some(state) => batch.put_encoded(Tree::Logs, key::log_key(&log), state),
                None => batch.delete(Tree::Logs, key::log_key(&log)),
            }
            if let Err(error) = self.store.apply(batch).and_then(|()| self.store.flush()) {
                self.filing.undone();
                return Err(error);
            }
            match state {
                Some(state) => drop(self.logs.insert(log, state)),
                None => drop(self.logs.remove(&log)),
            }
            self.filing.filed();
        }
        self.keys.forget();
        self.recount(&log)?;
        let state = self.logs.get(&log).cloned();
        self.shared.replace_log(log, state.clone());
        self.shared.raise(Alarm::Struck { log, from: end.next(), to: from });
        Ok(state.map(|state| head_of(log, &state)))
    }

    /// The state of a log as it was after an entry; `None` before the first.
    fn state_at(&self, log: &LogId, seq: Seq) -> Result<Option<LogState>, StoreError> {
        let Some(stored) = self.store.entry(log, seq)? else { return Ok(None) };
        let id: EntryId = stored.id();
        let header = stored.entry.header;
        let directory = self.shared.directory();
        let (mut rekeyed, mut own) = (None, header.delegated);
        for before in (1..=seq.0).rev().map(Seq) {
            let Some(entry) = self.store.entry(log, before)?.map(|stored| stored.entry) else { break };
            if own == Version(0) {
                own = entry.header.delegated;
            }
            if entry.header.kind == Kind::REKEY && rekeyed.is_none() {
                rekeyed = Rekey::decode(&entry.body).ok().map(|rekey| rekey.known_by(&entry.header));
            }
            if rekeyed.is_some() && (own > Version(0) || !directory.may_be_delegated(log.office)) {
                break;
            }
        }
        Ok(Some(LogState {
            seq,
            id,
            time: header.time,
            epoch: header.epoch,
            directory: header.directory,
            revocations: header.revocations,
            rekeyed: rekeyed.unwrap_or(Known::NOTHING),
            delegated: own,
        }))
    }
}
