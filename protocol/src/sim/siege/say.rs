//! What honest offices write, by the rules.

use super::checks::Broken;
use super::world::World;
use crate::bounds::CLOCK_MAX_LEAD_MS;
use crate::entry::Kind;
use crate::epoch::{self, KeyBox, Rekey};
use crate::exchange::In;
use crate::ids::{Epoch, Hash32, Incarnation, LogId, Precedence, Topic};
use crate::log::{Candidate, Draft, write};

impl World {
    /// An office says something, and a new epoch before it where one is due.
    pub(super) fn say(&mut self, at: usize, topic: Topic, precedence: Precedence) {
        let member = &self.members[at];
        let directory = member.directory();
        if !member.is_on() || !directory.may_write(member.id, topic) {
            return;
        }
        let log = LogId { office: member.id, incarnation: Incarnation(7), topic, precedence };
        let known = directory.known();
        let readers = epoch::members(&directory, &log, &known);
        let state = member.ledger.state(&log);
        if member.readers.get(&log) != Some(&readers) || directory.is_dead(topic, &state.rekeyed, &known) {
            let boxes = readers.iter().map(|office| KeyBox { office: *office, key: 0, sealed: [0; 80] }).collect();
            let body = Rekey { commitment: Hash32::ZERO, boxes, delegated: known.delegated.clone() }.encode().expect("few boxes");
            self.write(at, log, Kind::REKEY, Epoch(state.epoch.0 + 1), body);
            self.members[at].readers.insert(log, readers);
        }
        let body = vec![0xab; 20 + self.draw(400)];
        let epoch = self.members[at].ledger.state(&log).epoch;
        self.write(at, log, Kind::MESSAGE, epoch, body);
    }

    /// An office tells of the forks that it found.
    pub(super) fn tell_forks(&mut self, at: usize) {
        let member = &self.members[at];
        let Some(proof) = member.ledger.untold().filter(|_| member.is_on() && member.liar.is_none()) else { return };
        let (office, body) = (member.id, proof.encode());
        let log = LogId { office, incarnation: Incarnation(7), topic: Topic::District, precedence: Precedence::Urgent };
        let epoch = member.ledger.state(&log).epoch;
        self.write(at, log, Kind::FORK, epoch, body);
    }

    fn write(&mut self, at: usize, log: LogId, kind: Kind, epoch: Epoch, body: Vec<u8>) {
        let now_ms = self.now_ms;
        let member = &mut self.members[at];
        let directory = member.directory();
        let now = member.now(now_ms);
        let time = member.clock.tick(now);
        let ahead = time.millis().since(member.latest);
        let state = member.ledger.state(&log);
        let entry = write(log, &state, Draft { kind, epoch, time, body }, &directory, &self.authority.sign_keys[at]).expect("a short body");
        let (bytes, signature) = (entry.encode(), entry.signature.0);
        let judged = Candidate::next(entry.clone(), &state, &directory).and_then(|next| self.signatures.check(next, signature, &directory));
        if ahead > CLOCK_MAX_LEAD_MS + 1_000 {
            self.fault(Broken::new(5, format!("{} was moved {ahead} ms ahead by others' clocks", log.office)));
        }
        let after = match judged {
            Ok(after) => after,
            Err(refusal) => return self.fault(Broken::new(2, format!("{log} was written by the rules and refused: {refusal}"))),
        };
        // From here on it is on this office's disk.
        let member = &mut self.members[at];
        member.ledger.told_of_fork(&entry, &directory);
        let head = member.ledger.append(entry, state.id, after);
        self.truth.entry(log).or_default().push(bytes.clone());
        self.siege.written += 1;
        if self.is_rough && self.draw(60) == 0 {
            self.siege.crashes += 1;
            self.switch_off(at);
            return self.switch_on(at);
        }
        // And now whoever wrote it is told so.
        self.members[at].acknowledged.push((log, head.seq.0));
        self.spread(at, None, &log, &bytes);
        self.input(at, In::Appended { head, from: None, gossiped: true });
    }
}
