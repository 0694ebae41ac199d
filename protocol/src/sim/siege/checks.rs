//! What must hold after all that: the invariants of architecture.md, as far as this layer can break them.
//!
//! | invariant | here |
//! |---|---|
//! | 1 what was told to be sent is on the disk | every acknowledged entry is at its office, and in the end everywhere |
//! | 2 written by whom it names, in its place, unaltered | byte for byte what was written; liars' logs verified anew |
//! | 3 no reading without membership | no honest office ever gave a log to whom it is not for; sealing is tests/replay's |
//! | 4 no fork | honest logs are one; where two honest neighbours hold two stories, somebody holds the proof; who holds one has told all honest offices, who freeze at one place |
//! | 5 one timeline | the order of all that is wanted is the same at every two offices that both want it |
//! | 6 delivered once | nothing was filed twice, crashes and sticks included |
//! | 7 alone | with every link cut, each office writes and reads |
//! | 8 no older document | watched at every step; in the end all hold the newest |
//! | 9 no panic, no growth | no panic; the exchange's memory and the queue within bounds; no honest office is accused |
//! | 10 any crash | offices crash between the disk and the answer, and what opens again goes on |

use std::collections::BTreeMap;

use super::member::Member;
use super::world::World;
use crate::entry::Entry;
use crate::ids::{LogId, Precedence, Seq, Topic};
use crate::log::{Candidate, LogState};
use crate::timeline::Position;

/// The most that one exchange may keep in memory, in bytes, whatever its neighbours say.
const MAX_FOOTPRINT: usize = 6 << 20;

/// Something happened that must not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invariant {invariant} is broken: {what}")]
pub struct Broken {
    /// Its number in architecture.md.
    pub invariant: u8,
    /// What happened.
    pub what: String,
}

impl Broken {
    pub(super) fn new(invariant: u8, what: String) -> Self {
        Self { invariant, what }
    }
}

fn ensure(invariant: u8, holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken::new(invariant, what())) }
}

impl World {
    /// What honest offices wrote and somebody honest wants and does not hold yet.
    pub(super) fn missing(&self) -> Option<(usize, LogId, Seq, usize)> {
        for at in self.honest() {
            let member = &self.members[at];
            let directory = member.directory();
            for (log, entries) in &self.truth {
                let wanted = log.office == member.id || directory.wants(member.id, log.topic);
                let held = member.ledger.state(log).seq;
                if wanted && held != Seq(u64::try_from(entries.len()).expect("small")) {
                    return Some((at, *log, held, entries.len()));
                }
            }
        }
        None
    }

    /// An honest office that does not hold the newest documents.
    pub(super) fn behind(&self) -> Option<usize> {
        let newest = self.authority.trust.versions();
        self.honest().into_iter().find(|at| self.members[*at].trust.versions() != newest)
    }

    fn who_lies(&self) -> String {
        let lies = self.members.iter().filter_map(|member| Some(format!("{}: {:?}", member.id, member.liar.as_ref()?.lies)));
        lies.collect::<Vec<_>>().join(", ")
    }

    pub(super) fn check(&mut self) -> Result<(), Broken> {
        if let Some(broken) = self.broken.take() {
            return Err(broken);
        }
        if let Some((at, log, held, of)) = self.missing() {
            let what = format!("{} holds {held} of {of} of {log}; {}", self.members[at].id, self.who_lies());
            return Err(Broken::new(1, what));
        }
        for at in self.honest() {
            self.check_office(at)?;
        }
        self.check_pairs()?;
        self.check_forks()?;
        if let Some(at) = self.behind() {
            let (held, newest) = (self.members[at].trust.versions().chart.0, self.authority.trust.versions().chart.0);
            let what = format!("{} holds edition {held} of the chart, the newest is {newest}; {}", self.members[at].id, self.who_lies());
            return Err(Broken::new(8, what));
        }
        let accusation = self.siege.accusation.clone().unwrap_or_default();
        ensure(9, self.siege.accused == 0, || format!("an honest office was accused: {accusation}"))
    }

    fn check_office(&mut self, at: usize) -> Result<(), Broken> {
        let member = &self.members[at];
        for (log, seq) in &member.acknowledged {
            ensure(1, member.ledger.entry(log, Seq(*seq)).is_some(), || format!("{log}/{seq} was acknowledged and is not there"))?;
        }
        let twice = member.ledger.filed.iter().find(|(_, times)| **times != 1);
        ensure(6, twice.is_none(), || format!("{} filed {twice:?}", member.id))?;
        let within = member.footprint <= MAX_FOOTPRINT;
        ensure(9, within, || format!("the exchange of {} took {} bytes", member.id, member.footprint))?;
        self.siege.memory = self.siege.memory.max(member.footprint);
        for (log, held) in &member.ledger.logs {
            if let Some(truth) = self.truth.get(log) {
                let same = held.entries.iter().zip(truth).all(|(held, written)| held.entry.encode() == *written);
                ensure(2, same, || format!("{} holds another {log} than was written", member.id))?;
            } else {
                let verified = verified(&member.directory(), held.entries.iter().map(|stored| &stored.entry));
                ensure(2, verified == Some(held.state.clone()), || format!("{} holds of {log} what does not verify", member.id))?;
            }
        }
        for (log, proof) in &member.ledger.proofs {
            ensure(4, proof.holds(&member.directory()), || format!("{} keeps a proof about {log} that proves nothing", member.id))?;
            ensure(4, !self.truth.contains_key(log), || format!("{} holds {log} of an honest office for forked", member.id))?;
            self.siege.proofs += 1;
        }
        Ok(())
    }

    /// What one honest office has proof of, all know, and from the same place on.
    fn check_forks(&self) -> Result<(), Broken> {
        let places =
            |at: &usize| -> BTreeMap<LogId, Seq> { self.members[*at].ledger.proofs.values().map(crate::log::ForkProof::place).collect() };
        let honest = self.honest();
        let first = places(&honest[0]);
        for at in &honest {
            ensure(4, places(at) == first, || {
                let (one, other) = (self.members[honest[0]].id, self.members[*at].id);
                format!("{one} knows of forks {first:?}, {other} of {:?}; {}", places(at), self.who_lies())
            })?;
        }
        Ok(())
    }

    /// Two honest neighbours that have exchanged all they have.
    fn check_pairs(&mut self) -> Result<(), Broken> {
        let pairs: Vec<_> = self.edges.iter().filter(|(a, b)| self.is_honest(*a) && self.is_honest(*b)).copied().collect();
        for (a, b) in pairs {
            let (one, other) = (&self.members[a], &self.members[b]);
            for (log, held) in &one.ledger.logs {
                let Some(theirs) = other.ledger.logs.get(log) else { continue };
                let same = held.entries.iter().zip(&theirs.entries).all(|(a, b)| a.entry == b.entry);
                let proofs = [one, other].into_iter().filter(|member| member.ledger.proofs.contains_key(log)).count();
                self.siege.one_sided += u64::from(!same && proofs == 1);
                ensure(4, same || proofs > 0, || {
                    let proves = |member: &Member| if member.ledger.proofs.contains_key(log) { "with" } else { "without" };
                    let parts = held.entries.iter().zip(&theirs.entries).take_while(|(a, b)| a.entry == b.entry).count() + 1;
                    let told = |member: &Member, len: Seq| format!("{} ({len} long, {} proof)", member.id, proves(member));
                    let (a, b) = (told(one, held.state.seq), told(other, theirs.state.seq));
                    format!("{a} and {b} hold two stories of {log}, which part at {parts}; {}", self.who_lies())
                })?;
            }
            ensure(5, self.timeline(a, b) == self.timeline(b, a), || format!("{} and {} show another order", one.id, other.id))?;
        }
        Ok(())
    }

    /// What an office shows of the honest logs that both it and another want, in its order.
    fn timeline(&self, at: usize, with: usize) -> Vec<Position> {
        let other = &self.members[with];
        let mut positions = BTreeMap::new();
        for (log, held) in &self.members[at].ledger.logs {
            if self.truth.contains_key(log) && other.ledger.logs.contains_key(log) {
                for stored in &held.entries {
                    let (time, seq) = (stored.entry.header.time, stored.entry.header.seq);
                    positions.insert(Position { time, log: *log, seq }, ());
                }
            }
        }
        positions.into_keys().collect()
    }

    /// Everybody alone: each writes, and has what it wrote.
    pub(super) fn check_alone(&mut self) -> Result<(), Broken> {
        self.edges.clone().into_iter().for_each(|(a, b)| self.cut(a, b));
        for at in self.honest() {
            let before = self.members[at].acknowledged.len();
            self.say(at, Topic::District, Precedence::Flash);
            let member = &self.members[at];
            let (log, seq) = member.acknowledged.last().copied().unzip();
            let there = log.zip(seq).is_some_and(|(log, seq)| member.ledger.entry(&log, Seq(seq)).is_some());
            ensure(7, there && member.acknowledged.len() > before, || format!("{} cannot write alone", member.id))?;
        }
        self.broken.take().map_or(Ok(()), Err)
    }
}

/// The state of a log whose entries all hold, judged from the first on.
fn verified<'a>(directory: &crate::directory::Directory, entries: impl Iterator<Item = &'a Entry>) -> Option<LogState> {
    let mut state = LogState::EMPTY;
    for entry in entries {
        let next = Candidate::next(entry.clone(), &state, directory).ok()?;
        state = next.state().clone();
        next.verify(directory).ok()?;
    }
    Some(state)
}
