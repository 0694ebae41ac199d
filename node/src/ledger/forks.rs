//! Forks: which logs are frozen and from which place on, what others tell of them, and telling others.
//!
//! Whoever finds a fork writes the proof into its district log, so that it reaches every office that any path leads to. Each
//! judges it for itself; from the lowest place on for which there is a proof nothing of the log is taken, so all end alike.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use okrug_protocol::bounds::{MAX_FORK_PROOF, MAX_FORKS_TOLD};
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::{Header, Kind};
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq, Topic};
use okrug_protocol::log::ForkProof;

use super::Alarm;
use super::worker::{Fatal, Worker};
use crate::store::{Batch, Store, StoreError, Tree, key};

/// Forks of one office that are taken note of: more than are told of, since several tell at once.
const MAX_FORKS_HEARD: usize = 4 * MAX_FORKS_TOLD;
/// Proofs of one teller that wait for a document.
const MAX_EARLY: usize = 8;
/// Logs of one office of which there is an alarm.
const MAX_ALARMED: usize = 8;
/// Forks that are told of at a time.
const MAX_TELLING: usize = 16;

/// What an entry tells of.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
struct Row {
    at: Seq,
    /// Where it cannot be judged yet.
    early: Option<ForkProof>,
}

/// What is known of forks.
#[derive(Debug, Default)]
pub(super) struct Forks {
    /// From which place on nothing of a log is taken.
    frozen: HashMap<LogId, Seq>,
    /// The lowest place at which entries tell that a log forks.
    told: HashMap<LogId, Seq>,
    early: BTreeMap<(OfficeId, LogId), ForkProof>,
    /// Proofs in entries that are being appended.
    news: Vec<ForkProof>,
}

impl Forks {
    /// Reads them from the store.
    pub(super) fn read(store: &Store) -> Result<Self, StoreError> {
        let mut forks = Self::default();
        store.scan(Tree::Proofs, &[]).each(|found, bytes| {
            if let Some((log, _)) = key::split_log(found) {
                // What does not read freezes all the same.
                let at = codec::decode(&bytes, MAX_FORK_PROOF).map_or(Seq::ZERO, |proof: ForkProof| proof.place().1);
                forks.frozen.insert(log, at);
            }
            ControlFlow::Continue(())
        })?;
        forks.reread(store)?;
        Ok(forks)
    }

    /// What was told, anew: the store has the truth.
    pub(super) fn reread(&mut self, store: &Store) -> Result<(), StoreError> {
        (self.told, self.early, self.news) = Default::default();
        store.scan(Tree::Told, &[]).each(|found, bytes| {
            let place = key::split_log(found).and_then(|(log, teller)| Some((log, OfficeId(u32::from_be_bytes(teller.try_into().ok()?)))));
            match (place, codec::decode(&bytes, 2 * MAX_FORK_PROOF)) {
                (Some((log, teller)), Ok(Row { early: Some(proof), .. })) => drop(self.early.insert((teller, log), proof)),
                (Some((log, _)), Ok(Row { at, early: None })) => lower(&mut self.told, log, at),
                _ => {}
            }
            ControlFlow::Continue(())
        })
    }

    /// Whether a log is frozen at all.
    pub(super) fn is_forked(&self, log: &LogId) -> bool {
        self.frozen.contains_key(log)
    }

    /// All logs that are frozen, and where.
    pub(super) fn places(&self) -> Vec<(LogId, Seq)> {
        self.frozen.iter().map(|(log, at)| (*log, *at)).collect()
    }

    /// Whether nothing is taken at a place of a log, or behind it.
    pub(super) fn is_frozen(&self, log: &LogId, place: Seq) -> bool {
        self.frozen.get(log).is_some_and(|at| place >= *at)
    }

    /// Freezes a log; false when it was.
    pub(super) fn freeze(&mut self, log: LogId, at: Seq) -> bool {
        let first = !self.is_forked(&log);
        lower(&mut self.frozen, log, at);
        first
    }

    fn frozen_of(&self, office: OfficeId) -> usize {
        self.frozen.keys().filter(|log| log.office == office).count()
    }

    fn heard_of(&self, office: OfficeId) -> usize {
        self.told.keys().filter(|log| log.office == office).count()
    }

    fn is_told(&self, log: &LogId, at: Seq) -> bool {
        self.told.get(log).is_some_and(|told| *told <= at)
    }

    /// Logs of which nobody has told yet.
    fn untold(&self) -> Vec<LogId> {
        let untold = self.frozen.iter().filter(|(log, at)| !self.is_told(log, **at) && self.heard_of(log.office) < MAX_FORKS_TOLD);
        untold.map(|(log, _)| *log).take(MAX_TELLING).collect()
    }

    /// Takes note of a proof that holds.
    fn learn(&mut self, teller: OfficeId, proof: ForkProof, batch: &mut Batch) {
        let (log, at) = proof.place();
        batch.put_encoded(Tree::Told, told_key(&log, teller), &Row { at, early: None });
        lower(&mut self.told, log, at);
        if !self.is_frozen(&log, at) {
            batch.put_encoded(Tree::Proofs, key::log_key(&log), &proof);
            self.news.push(proof);
        }
    }

    /// Keeps a proof until the document comes that it names.
    fn await_document(&mut self, teller: OfficeId, proof: ForkProof, batch: &mut Batch) {
        let (log, at) = proof.place();
        let waiting = self.early.keys().filter(|(by, _)| *by == teller).count();
        if waiting < MAX_EARLY && !self.early.contains_key(&(teller, log)) {
            batch.put_encoded(Tree::Told, told_key(&log, teller), &Row { at, early: Some(proof.clone()) });
            self.early.insert((teller, log), proof);
        }
    }
}

impl Worker {
    /// Takes note of what an entry that is being appended tells of a fork. What does not hold is passed over.
    pub(super) fn told_of_fork(&mut self, header: &Header, body: &[u8], directory: &Directory, batch: &mut Batch) {
        let teller = header.log.office;
        let Some(proof) = ForkProof::decode(body).ok().filter(|proof| proof.chart() <= header.directory) else {
            tracing::warn!(event = "fork_proof_malformed", %teller, log = %header.log, seq = header.seq.0);
            return;
        };
        let (log, at) = proof.place();
        let enough = !self.forks.told.contains_key(&log) && self.forks.heard_of(log.office) >= MAX_FORKS_HEARD;
        if enough || self.forks.is_told(&log, at) {
            return;
        }
        if proof.holds(directory) {
            self.forks.learn(teller, proof, batch);
        } else if proof.is_early(directory) {
            self.forks.await_document(teller, proof, batch);
        } else {
            tracing::warn!(event = "fork_proof_false", %teller, about = %log, at = at.0);
        }
    }

    /// What was told is durable now.
    pub(super) fn freeze_told(&mut self) {
        for proof in std::mem::take(&mut self.forks.news) {
            self.freeze(&proof);
        }
    }

    /// From now on nothing is taken of a log where it forks.
    pub(super) fn freeze(&mut self, proof: &ForkProof) {
        let (log, seq) = proof.place();
        let first = self.forks.freeze(log, seq);
        self.filing.forked(log, seq);
        if first {
            // Whoever forks without end takes no other alarm's place.
            if self.forks.frozen_of(log.office) <= MAX_ALARMED {
                self.shared.raise(Alarm::Fork { log, seq });
            }
            self.due = true;
            if log.office == self.me && Some(log.incarnation) == self.past.incarnation() {
                self.past.doubt(Alarm::OwnEntryFromOutside { log, seq });
            }
        }
    }

    /// Judges what had to wait for a document, and tells of the forks of which nobody has told.
    pub(super) fn tell_forks(&mut self) -> Result<(), Fatal> {
        self.judge_early()?;
        for log in self.forks.untold() {
            // Of a log that ends otherwise than a list of revocations says there is no proof.
            let proof = self.store.get_decoded::<ForkProof>(Tree::Proofs, &key::log_key(&log)).ok().flatten();
            let Some(proof) = proof else { continue };
            match self.write_own(Topic::District, Precedence::Urgent, Kind::FORK, proof.encode())? {
                Ok(_) => tracing::info!(event = "fork_told", %log),
                Err(error) => {
                    tracing::warn!(event = "fork_not_told", %log, %error, "it is tried again");
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn judge_early(&mut self) -> Result<(), Fatal> {
        let directory = self.shared.directory();
        let ripe = |(place, proof): (&(OfficeId, LogId), &ForkProof)| (!proof.is_early(&directory)).then(|| (*place, proof.clone()));
        let ripe: Vec<_> = self.forks.early.iter().filter_map(ripe).collect();
        if ripe.is_empty() {
            return Ok(());
        }
        self.note(|worker, batch| {
            for ((teller, log), proof) in ripe {
                worker.forks.early.remove(&(teller, log));
                batch.delete(Tree::Told, told_key(&log, teller));
                if proof.holds(&directory) {
                    worker.forks.learn(teller, proof, batch);
                }
            }
        })?;
        self.freeze_told();
        Ok(())
    }
}

fn lower(places: &mut HashMap<LogId, Seq>, log: LogId, at: Seq) {
    let place = places.entry(log).or_insert(at);
    *place = at.min(*place);
}

fn told_key(log: &LogId, teller: OfficeId) -> Vec<u8> {
    [&key::log_key(log)[..], &teller.0.to_be_bytes()].concat()
}
