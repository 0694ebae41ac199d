//! Entries that must not be, signed with the valid key of a member.

use super::lies::Branch;
use super::world::World;
use crate::clock::{Millis, Timestamp};
use crate::codec;
use crate::entry::{Entry, Header, Kind, SUITE, Witness};
use crate::exchange::In;
use crate::ids::{EntryId, Epoch, Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version};
use crate::log::{ForkProof, LogState};
use crate::sign::Signature;

/// A rule that an entry breaks.
#[derive(Debug, Clone, Copy)]
enum Flaw {
    Time,
    Epoch,
    Topic,
    Writer,
    NewerChart,
    Readers,
    Signature,
    Previous,
    Place,
    Body,
}

const FLAWS: [Flaw; 10] = [
    Flaw::Time,
    Flaw::Epoch,
    Flaw::Topic,
    Flaw::Writer,
    Flaw::NewerChart,
    Flaw::Readers,
    Flaw::Signature,
    Flaw::Previous,
    Flaw::Place,
    Flaw::Body,
];

/// An entry behind a log, whatever the rules say.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) log: LogId,
    pub(super) seq: Seq,
    pub(super) previous: EntryId,
    pub(super) time: Timestamp,
    pub(super) kind: Kind,
    pub(super) epoch: Epoch,
    pub(super) chart: Version,
    pub(super) body: Vec<u8>,
}

impl World {
    /// Signs an entry as a member, whatever it says.
    pub(super) fn sign(&self, at: usize, raw: Raw) -> (Entry, EntryId) {
        let Raw { log, seq, previous, time, kind, epoch, chart, body } = raw;
        let body_len = u32::try_from(body.len()).expect("short");
        let (revocations, delegated) = (self.members[at].directory().revocations_version(), Version(0));
        let header = Header { suite: SUITE, kind, log, seq, epoch, time, directory: chart, revocations, body_len, delegated };
        let mut entry = Entry { header, signature: Signature([0; 64]), body, erased: None };
        let part = entry.signed_part(previous);
        entry.signature = part.sign(&self.authority.sign_keys[at]);
        (entry, part.id())
    }

    /// The log in which a member that lies writes two stories.
    pub(super) fn forked_log(&self, at: usize) -> LogId {
        let office = self.members[at].id;
        LogId { office, incarnation: Incarnation(0xf0), topic: Topic::District, precedence: Precedence::Routine }
    }

    /// Adds an entry to one of the two stories.
    pub(super) fn tell(&self, at: usize, branch: &mut Branch, body: Vec<u8>, time: Timestamp) -> Entry {
        let chart = self.members[at].directory().version();
        let (log, seq) = (self.forked_log(at), branch.state.seq.next());
        let raw = Raw { log, seq, previous: branch.state.id, time, kind: Kind::CHECKPOINT, epoch: Epoch(0), chart, body };
        let (entry, id) = self.sign(at, raw);
        branch.state = LogState { seq, id, time, ..branch.state.clone() };
        branch.entries.push(entry.encode());
        entry
    }

    /// An entry in an own log, or in somebody else's, that breaks one rule.
    pub(super) fn flawed(&mut self, at: usize) -> Entry {
        let flaw = FLAWS[self.draw(FLAWS.len())];
        let victim = self.honest()[0];
        let office = self.members[at].id;
        let log = LogId { incarnation: Incarnation(7), ..self.forked_log(at) };
        let state = self.members[at].ledger.state(&log);
        let now = Timestamp::at(Millis(self.now_ms)).max(Timestamp(state.time.0 + 1));
        let mut raw = Raw {
            log,
            seq: state.seq.next(),
            previous: state.id,
            time: now,
            kind: Kind::CHECKPOINT,
            epoch: state.epoch,
            chart: self.members[at].directory().version(),
            body: vec![1, 2, 3],
        };
        match flaw {
            Flaw::Time => raw.time = state.time,
            Flaw::Epoch => raw.epoch = Epoch(state.epoch.0 + 5),
            // Offices with even numbers host nobody of unit 3; unit 9 there is none.
            Flaw::Topic => raw.log.topic = Topic::Unit(UnitId(if office.0.is_multiple_of(2) { 3 } else { 9 })),
            Flaw::Writer => {
                let log = LogId { office: self.members[victim].id, ..log };
                let theirs = self.members[at].ledger.state(&log);
                (raw.log, raw.seq, raw.previous, raw.epoch) = (log, theirs.seq.next(), theirs.id, theirs.epoch);
                raw.time = Timestamp(theirs.time.0 + 1);
            }
            Flaw::NewerChart => raw.chart = Version(u32::MAX),
            Flaw::Readers => (raw.kind, raw.epoch, raw.body) = (Kind::REKEY, Epoch(state.epoch.0 + 1), vec![0; 64]),
            Flaw::Signature | Flaw::Body => {}
            Flaw::Previous => raw.previous = EntryId(crate::ids::Hash32([9; 32])),
            Flaw::Place => raw.seq = Seq(u64::MAX),
        }
        let (mut entry, _) = self.sign(at, raw);
        match flaw {
            Flaw::Signature => entry.signature.0[7] ^= 1,
            Flaw::Body => entry.body[0] ^= 1,
            _ => {}
        }
        entry
    }

    /// An entry, valid itself, that tells of a fork in an honest office's log: one half is true, the other the liar's.
    pub(super) fn accusation(&mut self, at: usize) -> Entry {
        let directory = self.members[at].directory();
        let log = LogId { incarnation: Incarnation(8), ..self.forked_log(at) };
        let state = self.members[at].ledger.state(&log);
        let logs: Vec<LogId> = self.truth.keys().copied().collect();
        let accused = (!logs.is_empty()).then(|| logs[self.draw(logs.len())]);
        let kept = accused.and_then(|accused| Entry::decode(self.truth.get(&accused)?.first()?).ok());
        let mut body = vec![7; 300];
        if let Some(kept) = kept {
            let previous = EntryId(crate::ids::Hash32::ZERO);
            let mut other = kept.clone();
            other.header.time = Timestamp(other.header.time.0 + 1);
            let mut part = other.signed_part(previous);
            let signature = match self.draw(3) {
                0 => part.sign(&self.authority.sign_keys[at]),
                1 => kept.signature,
                _ => {
                    part = kept.signed_part(previous);
                    kept.signature
                }
            };
            let true_half = Witness { part: kept.signed_part(previous), signature: kept.signature };
            body = ForkProof { kept: true_half, other: Witness { part, signature } }.encode();
        }
        let time = Timestamp::at(Millis(self.now_ms)).max(Timestamp(state.time.0 + 1));
        let (seq, chart) = (state.seq.next(), directory.version());
        let raw = Raw { log, seq, previous: state.id, time, kind: Kind::FORK, epoch: state.epoch, chart, body };
        let (entry, id) = self.sign(at, raw);
        let after = LogState { seq, id, time, directory: chart, revocations: directory.revocations_version(), ..state.clone() };
        let head = self.members[at].ledger.append(entry.clone(), state.id, after);
        self.input(at, In::Appended { head, from: None, gossiped: true });
        entry
    }

    /// Heads of what there is not: giant, of other incarnations, of offices that do not exist.
    pub(super) fn giant(&mut self) -> crate::frontier::HeadOf {
        let (office, incarnation) = (self.draw(10), self.draw(3));
        let log = LogId {
            office: OfficeId(u32::try_from(office).expect("small")),
            incarnation: Incarnation([7, 8, 0xf0][incarnation]),
            topic: Topic::District,
            precedence: Precedence::ALL[self.draw(3)],
        };
        let seq = [1, 17, 1 << 20, 1 << 40, u64::MAX][self.draw(5)];
        let id = crate::frontier::Short(codec::encode(&Millis(self.now_ms)).repeat(2).try_into().unwrap_or([3; 8]));
        crate::frontier::HeadOf { log, seq: Seq(seq), id }
    }
}
