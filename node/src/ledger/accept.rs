//! Entries of others: chained, verified in parallel, appended, announced when they last.
//!
//! The chain is followed before a signature is checked, so that a whole batch is verified at once. Where
//! a signature then does not hold, what followed it in its log was judged by a state that never came
//! to be, and is judged again, one by one.

use std::collections::{BTreeMap, HashMap, HashSet};

use okrug_protocol::directory::Directory;
use okrug_protocol::entry::{Entry, EntryError, Header};
use okrug_protocol::heard::Pretence;
use okrug_protocol::ids::{EntryId, Incarnation, LogId, OfficeId, Seq, Topic};
use okrug_protocol::log::{self, Candidate, ForkProof, LogState, Refusal, VerifiedEntry};
use okrug_protocol::quota::Account;

use super::commit::Origin;
use super::handle::{Offer, Way, head_of};
use super::verify::verify_all;
use super::worker::{Fatal, Hitch, OfferReply, Worker};
use super::{Alarm, Verdict};
use crate::store::{Batch, Tree, key};

/// What the first look says.
enum First {
    /// Settled without a signature.
    Settled(Verdict),
    /// The next of its log, if all before it hold: a candidate.
    Next(LogId),
    /// Its place was taken by a candidate, or it comes behind one: to be judged when those are.
    Behind,
}

/// A round of entries while it is judged.
struct Bench<'a> {
    directory: &'a Directory,
    /// The state of each log that grows, with every entry that was verified so far.
    logs: HashMap<LogId, LogState>,
    /// Entries that may be appended.
    verified: Vec<(VerifiedEntry, Origin)>,
    proofs: Vec<ForkProof>,
    /// Whether what room there is is kept for this office: of others' only what the district itself lives by is taken.
    tight: bool,
    /// The accounts of their writers with them.
    paces: HashMap<OfficeId, Account>,
}

impl Worker {
    /// Judges entries that neighbours brought, appends those that may be, and answers.
    pub(super) fn accept(&mut self, offers: Vec<(Offer, OfferReply)>) -> Result<(), Fatal> {
        if offers.is_empty() {
            return Ok(());
        }
        self.relieve()?;
        let room = self.settle_store().and_then(|()| Ok(self.store.has_room()?));
        match room {
            Ok(()) => {}
            Err(Hitch::Full) => {
                offers.into_iter().for_each(|(offer, reply)| refuse(reply, offer.entries.len(), Verdict::Full));
                return Ok(());
            }
            Err(Hitch::Fatal(fatal)) => return Err(fatal),
        }
        let (directory, tight) = (self.shared.directory(), self.store.has_room_for_foreign().is_err());
        let (mut entries, mut replies) = (Vec::new(), Vec::new());
        for (Offer { peer, entries: offered, way }, reply) in offers {
            replies.push((offered.len(), reply));
            entries.extend(offered.into_iter().map(|bytes| (bytes, Origin::Neighbour(peer, way))));
        }
        let (logs, paces) = (HashMap::new(), HashMap::new());
        let mut bench = Bench { directory: &directory, logs, verified: Vec::new(), proofs: Vec::new(), tight, paces };
        let mut verdicts = self.judge(entries, &mut bench);
        let Bench { verified, proofs, .. } = bench;
        self.append_foreign(verified, proofs, &mut verdicts)?;
        self.relieve()?;
        let mut verdicts = verdicts.into_iter();
        for (count, reply) in replies {
            // Whoever asked may have gone meanwhile.
            let _ = reply.send(verdicts.by_ref().take(count).collect());
        }
        Ok(())
    }

    /// One verdict for each entry, in order; what may be appended is left in `bench`.
    fn judge(&mut self, entries: Vec<(Vec<u8>, Origin)>, bench: &mut Bench<'_>) -> Vec<Verdict> {
        let mut staged = HashMap::new();
        let mut candidates = Vec::new();
        let look = |(bytes, origin): &(Vec<u8>, Origin)| self.look(bytes, way(origin), bench, &mut staged, &mut candidates);
        let firsts: Vec<First> = entries.iter().map(look).collect();
        let mut outcomes = verify_all(candidates, bench.directory, self.threads).into_iter();
        let mut broken = HashSet::new();
        let mut verdicts = Vec::with_capacity(entries.len());
        for (first, (bytes, origin)) in firsts.into_iter().zip(entries) {
            let verdict = match first {
                First::Settled(verdict) => verdict,
                First::Behind => self.judge_again(&bytes, origin, bench),
                First::Next(log) => match outcomes.next() {
                    Some(_) | None if broken.contains(&log) => self.judge_again(&bytes, origin, bench),
                    Some(Ok(verified)) => {
                        let verdict = self.take(verified, origin, bench);
                        if matches!(verdict, Verdict::Slowed(_)) {
                            broken.insert(log);
                        }
                        verdict
                    }
                    Some(Err(refusal)) => {
                        broken.insert(log);
                        Verdict::Refused(refusal)
                    }
                    None => Verdict::Unavailable,
                },
            };
            verdicts.push(verdict);
        }
        verdicts
    }

    /// The cheap rules, on the assumption that every signature before holds.
    fn look(
        &mut self,
        bytes: &[u8],
        way: Way,
        bench: &Bench<'_>,
        staged: &mut HashMap<LogId, LogState>,
        candidates: &mut Vec<Candidate>,
    ) -> First {
        let directory = bench.directory;
        let entry = match Entry::decode(bytes) {
            Ok(entry) => entry,
            Err(error) => return First::Settled(Verdict::Refused(error.into())),
        };
        // Places are counted from 1.
        if entry.header.seq == Seq::ZERO {
            return First::Settled(Verdict::Refused(EntryError::Malformed.into()));
        }
        let log = entry.header.log;
        if log.office != self.me && !directory.wants(self.me, log.topic) {
            return First::Settled(Verdict::Unwanted);
        }
        let before = self.logs.get(&log).cloned().unwrap_or(LogState::EMPTY);
        if entry.header.seq <= before.seq {
            return First::Settled(self.compare(&entry, directory));
        }
        let state = staged.get(&log);
        if self.is_behind_a_fork(&entry.header, state.unwrap_or(&before)) {
            return First::Settled(Verdict::Frozen);
        }
        if bench.tight && log.topic != Topic::District {
            return First::Settled(Verdict::Full);
        }
        if self.has_no_quota(&log) {
            return First::Settled(Verdict::OverQuota);
        }
        // Before a signature is looked at.
        if let Some(for_ms) = self.waits(&log, way, directory) {
            return First::Settled(Verdict::Slowed(for_ms));
        }
        let behind = state.is_some();
        match Candidate::next(entry, state.unwrap_or(&before), directory) {
            Ok(candidate) => {
                staged.insert(log, candidate.state().clone());
                candidates.push(candidate);
                First::Next(log)
            }
            // Behind candidates, which may not hold, nothing is said that is not true in either case.
            Err(_) if behind => First::Behind,
            Err(refusal) => First::Settled(plain(refusal)),
        }
    }

    /// Judges an entry by what was verified before it, and verifies it at once.
    fn judge_again(&mut self, bytes: &[u8], origin: Origin, bench: &mut Bench<'_>) -> Verdict {
        let entry = match Entry::decode(bytes) {
            Ok(entry) => entry,
            Err(error) => return Verdict::Refused(error.into()),
        };
        let log = entry.header.log;
        let state = bench.logs.get(&log).or_else(|| self.logs.get(&log)).cloned().unwrap_or(LogState::EMPTY);
        if let Some(kept) =
            bench.verified.iter().map(|(kept, _)| kept).find(|k| k.header().log == log && k.header().seq == entry.header.seq)
        {
            let verdict = rivals(&kept.encode(), &entry, kept.previous(), bench.directory);
            if let Verdict::Forked(proof) = &verdict {
                bench.proofs.push((**proof).clone());
            }
            return verdict;
        }
        if self.is_behind_a_fork(&entry.header, &state) {
            return Verdict::Frozen;
        }
        match Candidate::next(entry, &state, bench.directory).and_then(|candidate| candidate.verify(bench.directory)) {
            Ok(verified) => self.take(verified, origin, bench),
            Err(refusal) => plain(refusal),
        }
    }

    /// Whether an entry is where its log forks, or behind, and all before that place is here.
    fn is_behind_a_fork(&self, header: &Header, before: &LogState) -> bool {
        self.forks.is_frozen(&header.log, header.seq) && self.forks.is_frozen(&header.log, before.seq.next())
    }

    /// Takes what was verified, if its writer has not written too much.
    fn take(&mut self, verified: VerifiedEntry, origin: Origin, bench: &mut Bench<'_>) -> Verdict {
        let log = verified.header().log;
        if self.is_paced(&log, way(&origin))
            && let Err(for_ms) = self.pace.take(&mut bench.paces, &log, verified.encode().len(), bench.directory)
        {
            self.slow_down(&log, for_ms);
            return Verdict::Slowed(for_ms);
        }
        bench.take(verified, origin)
    }

    fn is_paced(&self, log: &LogId, way: Way) -> bool {
        log.office != self.me && way != Way::Bundle
    }

    fn waits(&mut self, log: &LogId, way: Way, directory: &Directory) -> Option<u64> {
        let for_ms = if self.is_paced(log, way) { self.pace.waits(log, directory) } else { 0 };
        (for_ms > 0).then(|| {
            self.slow_down(log, for_ms);
            for_ms
        })
    }

    /// Compares an entry for a place that is taken with the one that is there.
    fn compare(&self, entry: &Entry, directory: &Directory) -> Verdict {
        // Under which key it was signed is not known yet.
        if entry.header.directory > directory.version() {
            return Verdict::Pending(entry.header.directory);
        }
        match self.store.entry(&entry.header.log, entry.header.seq) {
            Ok(Some(stored)) => rivals(&stored.entry.encode(), entry, stored.previous, directory),
            Ok(None) => Verdict::Known,
            Err(error) => {
                tracing::error!(event = "entry_unreadable", log = %entry.header.log, seq = entry.header.seq.0, %error);
                Verdict::Known
            }
        }
    }

    /// Appends what was verified and keeps the proofs; corrects the verdicts where the store does not take it.
    fn append_foreign(
        &mut self,
        verified: Vec<(VerifiedEntry, Origin)>,
        mut proofs: Vec<ForkProof>,
        verdicts: &mut [Verdict],
    ) -> Result<(), Fatal> {
        proofs.extend(
            verdicts.iter().filter_map(|verdict| if let Verdict::Forked(proof) = verdict { Some((**proof).clone()) } else { None }),
        );
        proofs.retain(|proof| !self.forks.is_forked(&proof.kept.part.header.log));
        if verified.is_empty() && proofs.is_empty() {
            return Ok(());
        }
        let own = self.own_from_outside(&verified);
        let elsewhere = self.written_elsewhere(&verified);
        self.look_for_pretence(&verified);
        let mut batch = Batch::new();
        for proof in &proofs {
            batch.put_encoded(Tree::Proofs, key::log_key(&proof.kept.part.header.log), proof);
        }
        let now = self.time.now();
        let ready = verified.into_iter().map(|(entry, origin)| {
            self.clock.observe(entry.header().time, now);
            self.ready(entry, origin)
        });
        let ready = ready.collect();
        if let Err(error) = self.commit(ready, batch, None, true) {
            let instead = if error == crate::store::StoreError::Full { Verdict::Full } else { Verdict::Unavailable };
            verdicts
                .iter_mut()
                .filter(|verdict| matches!(verdict, Verdict::Appended(_) | Verdict::Forked(_)))
                .for_each(|v| *v = instead.clone());
            return Self::wait_out(error);
        }
        for proof in proofs {
            self.freeze(&proof);
        }
        for (incarnation, (log, seq)) in elsewhere {
            if self.elsewhere.insert(incarnation) {
                self.shared.raise(Alarm::WrittenElsewhere { log, seq });
            }
        }
        if let Some((log, seq)) = own {
            self.past.doubt(Alarm::OwnEntryFromOutside { log, seq });
        }
        Ok(())
    }

    /// An entry of the present incarnation that somebody else had to bring: we are not the only one who writes as us.
    fn own_from_outside(&self, verified: &[(VerifiedEntry, Origin)]) -> Option<(LogId, Seq)> {
        let present = self.past.incarnation()?;
        let own = |log: &LogId| log.office == self.me && log.incarnation == present;
        verified.iter().map(|(entry, _)| entry.header()).find(|header| own(&header.log)).map(|header| (header.log, header.seq))
    }

    /// Entries of other incarnations of this office that it cannot have written before this one began: of an incarnation that
    /// is not known here, or written since. What is merely fetched back after a loss is neither.
    fn written_elsewhere(&self, verified: &[(VerifiedEntry, Origin)]) -> BTreeMap<Incarnation, (LogId, Seq)> {
        let Some(present) = self.past.incarnation() else { return BTreeMap::new() };
        let known = |incarnation| self.logs.keys().any(|log| log.office == self.me && log.incarnation == incarnation);
        let mut found = BTreeMap::new();
        for header in verified.iter().map(|(entry, _)| entry.header()) {
            let log = header.log;
            let other = log.office == self.me && log.incarnation != present && !self.elsewhere.contains(&log.incarnation);
            if other && (header.time > self.past.since() || !known(log.incarnation)) {
                found.entry(log.incarnation).or_insert((log, header.seq));
            }
        }
        found
    }

    /// What others wrote as if they had not heard of a removal, and had.
    fn look_for_pretence(&mut self, verified: &[(VerifiedEntry, Origin)]) {
        let directory = self.shared.directory();
        for (entry, _) in verified.iter().filter(|(entry, _)| entry.header().log.office != self.me) {
            if let Some(Pretence { log, seq, knew, at }) = self.heard.learn(entry, &directory) {
                self.shared.raise(Alarm::Pretence { log, seq, knew, at });
            }
        }
    }
}

impl Bench<'_> {
    fn take(&mut self, verified: VerifiedEntry, origin: Origin) -> Verdict {
        let log = verified.header().log;
        let verdict = Verdict::Appended(head_of(log, verified.state()));
        self.logs.insert(log, verified.state().clone());
        self.verified.push((verified, origin));
        verdict
    }
}

/// The verdict for a refusal that is final or says what is missing.
fn plain(refusal: Refusal) -> Verdict {
    match refusal {
        Refusal::Known { .. } => Verdict::Known,
        Refusal::Gap { head } => Verdict::Gap { have: head },
        Refusal::Pending(version) => Verdict::Pending(version),
        refusal => Verdict::Refused(refusal),
    }
}

/// Two entries for one place: the same, a fork, or a forgery.
fn rivals(kept: &[u8], other: &Entry, previous: EntryId, directory: &Directory) -> Verdict {
    if kept == other.encode() {
        return Verdict::Known;
    }
    let Ok(kept) = Entry::decode(kept) else { return Verdict::Known };
    // What is left of an entry whose body was erased is the same entry.
    if kept.signature == other.signature && kept.signed_part(previous) == other.signed_part(previous) {
        return Verdict::Known;
    }
    let proof = log::fork_proof(&kept, other, previous, directory);
    proof.map_or(Verdict::Refused(Refusal::BadSignature), |proof| Verdict::Forked(Box::new(proof)))
}

fn way(origin: &Origin) -> Way {
    match origin {
        Origin::Own(_) => Way::Exchange,
        Origin::Neighbour(_, way) => *way,
    }
}

fn refuse(reply: OfferReply, count: usize, verdict: Verdict) {
    let _ = reply.send(vec![verdict; count]);
}
