//! What an office holds, and the rules by which it grows: as the node's ledger judges.

use std::collections::{BTreeMap, BTreeSet};

use crate::directory::Directory;
use crate::entry::{Entry, Kind};
use crate::frontier::HeadOf;
use crate::ids::{EntryId, LogId, OfficeId, Seq, Topic};
use crate::log::{Candidate, ForkProof, LogState, Refusal, fork_proof};

/// An entry as it is held.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) entry: Entry,
    pub(super) previous: EntryId,
}

/// A log as it is held.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    pub(super) state: LogState,
    pub(super) entries: Vec<Stored>,
}

/// Signatures that were found to hold, by whichever office: each costs as much as a thousand other checks.
#[derive(Debug, Default)]
pub(super) struct Signatures(BTreeSet<(EntryId, [u8; 64])>);

impl Signatures {
    pub(super) fn check(&mut self, candidate: Candidate, signature: [u8; 64], directory: &Directory) -> Result<LogState, Refusal> {
        let state = candidate.state().clone();
        if !self.0.contains(&(state.id, signature)) {
            candidate.verify(directory)?;
            self.0.insert((state.id, signature));
        }
        Ok(state)
    }
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Appended(HeadOf),
    Known,
    Gap,
    Pending,
    Later,
    Refused,
    Frozen,
}

/// All that an office holds; it survives a crash.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) logs: BTreeMap<LogId, Held>,
    pub(super) proofs: BTreeMap<LogId, ForkProof>,
    /// The lowest place at which entries tell that a log forks.
    told: BTreeMap<LogId, Seq>,
    /// How often each entry was filed into a timeline.
    pub(super) filed: BTreeMap<(LogId, Seq), u32>,
}

impl Ledger {
    pub(super) fn head(&self, log: &LogId) -> Option<HeadOf> {
        let state = &self.logs.get(log).filter(|held| held.state.seq > Seq::ZERO)?.state;
        Some(HeadOf { log: *log, seq: state.seq, id: state.id.into() })
    }

    pub(super) fn heads(&self) -> impl Iterator<Item = HeadOf> {
        self.logs.keys().filter_map(|log| self.head(log))
    }

    pub(super) fn state(&self, log: &LogId) -> LogState {
        self.logs.get(log).map_or(LogState::EMPTY, |held| held.state.clone())
    }

    /// An entry at its place.
    pub(super) fn entry(&self, log: &LogId, seq: Seq) -> Option<&Stored> {
        self.logs.get(log)?.entries.get(usize::try_from(seq.0.checked_sub(1)?).ok()?)
    }

    /// Entries from a place on, as they travel.
    pub(super) fn range(&self, log: &LogId, from: Seq, max_entries: usize, max_bytes: usize) -> Vec<Vec<u8>> {
        let mut left = max_bytes;
        let mut range: Vec<Vec<u8>> = Vec::new();
        let mut seq = from;
        while let Some(stored) = self.entry(log, seq).filter(|_| range.len() < max_entries) {
            let bytes = stored.entry.encode();
            if bytes.len() > left && !range.is_empty() {
                break;
            }
            left = left.saturating_sub(bytes.len());
            range.push(bytes);
            seq = seq.next();
        }
        range
    }

    /// Judges an entry of somebody, and appends it where it may be.
    pub(super) fn offer(&mut self, me: OfficeId, bytes: &[u8], directory: &Directory, signatures: &mut Signatures) -> Said {
        let Ok(entry) = Entry::decode(bytes) else { return Said::Refused };
        if entry.header.seq == Seq::ZERO {
            return Said::Refused;
        }
        let log = entry.header.log;
        if log.office != me && !directory.wants(me, log.topic) {
            return Said::Later;
        }
        let state = self.state(&log);
        if entry.header.seq <= state.seq {
            return self.compare(&entry, directory);
        }
        let forks = self.proofs.get(&log).map(|proof| proof.place().1);
        if forks.is_some_and(|at| entry.header.seq >= at && state.seq.next() >= at) {
            return Said::Frozen;
        }
        let signature = entry.signature.0;
        let judged = Candidate::next(entry.clone(), &state, directory).and_then(|next| signatures.check(next, signature, directory));
        match judged {
            Ok(after) => {
                self.told_of_fork(&entry, directory);
                Said::Appended(self.append(entry, state.id, after))
            }
            Err(Refusal::Known { .. }) => Said::Known,
            Err(Refusal::Gap { .. }) => Said::Gap,
            Err(Refusal::Pending(_)) => Said::Pending,
            Err(Refusal::BeyondEnd { .. }) => Said::Later,
            Err(_) => Said::Refused,
        }
    }

    pub(super) fn append(&mut self, entry: Entry, previous: EntryId, after: LogState) -> HeadOf {
        let log = entry.header.log;
        let head = HeadOf { log, seq: after.seq, id: after.id.into() };
        let held = self.logs.entry(log).or_default();
        held.state = after;
        held.entries.push(Stored { entry, previous });
        *self.filed.entry((log, head.seq)).or_insert(0) += 1;
        head
    }

    /// Takes note of what an entry tells of a fork, as far as it is true.
    pub(super) fn told_of_fork(&mut self, entry: &Entry, directory: &Directory) {
        let is_told = entry.header.kind == Kind::FORK && entry.header.log.topic == Topic::District;
        let proof = ForkProof::decode(&entry.body).ok().filter(|proof| is_told && proof.chart() <= entry.header.directory);
        let Some(proof) = proof.filter(|proof| proof.holds(directory)) else { return };
        let (log, at) = proof.place();
        let told = self.told.entry(log).or_insert(at);
        *told = at.min(*told);
        if self.proofs.get(&log).is_none_or(|kept| at < kept.place().1) {
            self.proofs.insert(log, proof);
        }
    }

    /// A fork of which nobody has told yet.
    pub(super) fn untold(&self) -> Option<&ForkProof> {
        let is_told = |proof: &ForkProof| self.told.get(&proof.place().0).is_some_and(|told| *told <= proof.place().1);
        self.proofs.values().find(|proof| !is_told(proof))
    }

    fn compare(&mut self, other: &Entry, directory: &Directory) -> Said {
        if other.header.directory > directory.version() {
            return Said::Pending;
        }
        let Some(kept) = self.entry(&other.header.log, other.header.seq) else { return Said::Known };
        if kept.entry == *other {
            return Said::Known;
        }
        match fork_proof(&kept.entry, other, kept.previous, directory) {
            Some(proof) => {
                self.proofs.entry(other.header.log).or_insert(proof);
                Said::Frozen
            }
            None => Said::Refused,
        }
    }
}
