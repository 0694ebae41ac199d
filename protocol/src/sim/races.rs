//! Removals that race with messages across partitions, by the real rules and in an order that a seed decides.
//!
//! Every office has the real [`Trust`] and judges entries by the real [`Candidate`]; documents and entries go from
//! neighbour to neighbour in meetings that succeed or break off. A subtree is delegated, and its own authority removes and
//! takes back offices meanwhile. What must hold is checked against snapshots of the directory as the authorities signed it
//! and what each writer held then, not against what charts remember of each other.

mod check;
mod subtree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use crate::chart::{Chart, Office};
use crate::clock::Timestamp;
use crate::directory::Directory;
use crate::document::DocumentKind;
use crate::entry::{Entry, Kind};
use crate::epoch::{self, KeyBox, Rekey};
use crate::ids::{Epoch, Hash32, Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version};
use crate::log::{Candidate, Draft, LogState, Refusal, write};
use crate::revocations::CutOff;
use crate::sample::{self, SampleDistrict};
use crate::sign::SecretKey;
use crate::trust::Trust;

const OFFICES: u32 = 6;
const STEPS: u32 = 150;
const STEPS_WITH_SUBTREE: u32 = 220;

/// Versions of the chart, of the list of revocations and of the delegated directory.
type Versions = (Version, Version, Version);

/// What a race came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Race {
    /// Messages written by the rules.
    pub messages: u32,
    /// Epochs begun.
    pub epochs: u32,
    /// Editions of the chart and lists of revocations that were signed meanwhile.
    pub documents: u32,
    /// Messages that a cheating writer put under a dead epoch; each was refused.
    pub cheats: u32,
    /// Messages that a suspended office put into its log all the same; each was refused.
    pub silenced: u32,
    /// Entries that a list took out of logs again.
    pub struck: u32,
    /// Offices that the authority of the subtree removed, or took a unit from.
    pub removed: u32,
    /// Offices that it took back.
    pub returned: u32,
    /// Messages of the subtree under an epoch that its own directory alone had ended; each was refused.
    pub outlived: u32,
}

/// Something happened that must not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An entry that was written by the rules was refused.
    #[error("{log}/{seq} was written by the rules and refused: {refusal}")]
    Honest {
        /// Its log.
        log: LogId,
        /// Its place.
        seq: Seq,
        /// The verdict.
        refusal: Refusal,
    },
    /// A message under an epoch that its writer knew to be dead was taken.
    #[error("a message under an epoch that its writer knew to be dead was taken: {0}/{1}")]
    DeadEpoch(LogId, Seq),
    /// Something was taken that its writer said while it knew that it was suspended.
    #[error("something was taken that its writer said while it was suspended: {0}/{1}")]
    Spoke(LogId, Seq),
    /// Two offices that exchanged all they have do not hold the same.
    #[error("{0} and {1} do not hold the same in the end")]
    Apart(OfficeId, OfficeId),
    /// Who came last, with the newest documents alone, judged otherwise.
    #[error("who came last does not hold the same")]
    Latecomer,
    /// An office went back to an older document.
    #[error("{0} went back to an older document")]
    Backwards(OfficeId),
}

/// A log as one office holds it.
#[derive(Debug, Clone, Default)]
struct Held {
    state: LogState,
    entries: Vec<Arc<Entry>>,
}

#[derive(Debug)]
struct Node {
    id: OfficeId,
    key: SecretKey,
    trust: Trust,
    logs: BTreeMap<LogId, Held>,
    /// Who has the key of the running epoch of own logs.
    members: BTreeMap<LogId, Vec<OfficeId>>,
    side: u32,
}

impl Node {
    fn new(id: OfficeId, trust: Trust) -> Self {
        Self { id, key: sample::signing("sign", id.0), trust, logs: BTreeMap::new(), members: BTreeMap::new(), side: 0 }
    }

    fn versions(&self) -> Versions {
        subtree::versions(&self.trust.directory())
    }

    /// Takes an entry; false when it cannot be taken yet, or lies behind the end of its log.
    fn take(&mut self, entry: &Arc<Entry>, verify: bool) -> Result<bool, Refusal> {
        let directory = self.trust.directory();
        let held = self.logs.entry(entry.header.log).or_default();
        let judged = Candidate::next(Entry::clone(entry), &held.state, &directory);
        let state = judged.and_then(|candidate| {
            let state = candidate.state().clone();
            if verify { candidate.verify(&directory).map(|_| state) } else { Ok(state) }
        });
        match state {
            Ok(state) => {
                held.state = state;
                held.entries.push(Arc::clone(entry));
                Ok(true)
            }
            Err(Refusal::Pending(_) | Refusal::BeyondEnd { .. }) => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }

    /// Shortens logs to where the directory ends them; gives how many entries went.
    fn strike(&mut self) -> u32 {
        let directory = self.trust.directory();
        let mut struck = 0;
        for (log, held) in &mut self.logs {
            let Some(end) = directory.end_of(log).filter(|end| end.seq < held.state.seq) else { continue };
            let entries = std::mem::take(held).entries;
            for entry in &entries {
                match Candidate::next(Entry::clone(entry), &held.state, &directory) {
                    Ok(candidate) if entry.header.seq <= end.seq => {
                        held.state = candidate.state().clone();
                        held.entries.push(Arc::clone(entry));
                    }
                    _ => struck += 1,
                }
            }
        }
        struck
    }
}

struct World {
    rng: ChaCha8Rng,
    authority: SampleDistrict,
    delegated: bool,
    /// The directory as it was signed, by versions.
    told: BTreeMap<Versions, Arc<Directory>>,
    left: BTreeMap<OfficeId, Office>,
    /// Whom the authority of the subtree has removed.
    away: BTreeMap<OfficeId, Office>,
    /// What a writer held when it wrote an entry.
    knew: BTreeMap<(LogId, Seq), Versions>,
    revoked: BTreeSet<OfficeId>,
    cut: BTreeSet<OfficeId>,
    nodes: Vec<Node>,
    time: u64,
    race: Race,
}

/// Runs the race of a seed.
///
/// # Errors
/// What must not happen, happened.
pub fn race(seed: u64) -> Result<Race, Fault> {
    run(seed, false)
}

/// Runs the race of a seed in a district with a delegated subtree, whose authority removes and takes back offices.
///
/// # Errors
/// What must not happen, happened.
pub fn race_delegated(seed: u64) -> Result<Race, Fault> {
    run(seed, true)
}

fn run(seed: u64, delegated: bool) -> Result<Race, Fault> {
    let authority = if delegated { subtree::district(OFFICES) } else { sample::district(OFFICES) };
    let offices = authority.directory().offices().map(|office| office.id).collect::<Vec<_>>();
    let nodes = offices.into_iter().map(|id| Node::new(id, authority.trust.clone())).collect();
    let mut world = World {
        rng: ChaCha8Rng::seed_from_u64(seed),
        told: BTreeMap::from([(subtree::versions(&authority.directory()), authority.directory())]),
        authority,
        delegated,
        left: BTreeMap::new(),
        away: BTreeMap::new(),
        knew: BTreeMap::new(),
        revoked: BTreeSet::new(),
        cut: BTreeSet::new(),
        nodes,
        time: 0,
        race: Race::default(),
    };
    for _ in 0..if delegated { STEPS_WITH_SUBTREE } else { STEPS } {
        world.step()?;
    }
    world.settle()?;
    world.check()?;
    Ok(world.race)
}

impl World {
    fn draw(&mut self, below: u32) -> u32 {
        self.rng.next_u32() % below.max(1)
    }

    fn pick(&mut self) -> usize {
        let count = u32::try_from(self.nodes.len()).expect("a small number");
        usize::try_from(self.draw(count)).expect("a small number")
    }

    fn step(&mut self) -> Result<(), Fault> {
        match self.draw(if self.delegated { 22 } else { 20 }) {
            0 => {
                for at in 0..self.nodes.len() {
                    self.nodes[at].side = self.draw(3);
                }
                Ok(())
            }
            1..=2 => self.sign(),
            20..=21 => self.sign_subtree(),
            3..=9 => {
                let at = self.pick();
                self.say(at)
            }
            _ => {
                let (a, b) = (self.pick(), self.pick());
                // A meeting may break off before entries are exchanged, or before documents are.
                let (documents, entries) = (self.draw(8) > 0, self.draw(4) > 0);
                if self.nodes[a].side == self.nodes[b].side { self.meet(a, b, documents, entries) } else { Ok(()) }
            }
        }
    }

    /// The authority changes something, and tells one office.
    fn sign(&mut self) -> Result<(), Fault> {
        let office = OfficeId(self.draw(OFFICES) + 1);
        let unit = UnitId(self.draw(4) + 1);
        let (at, any) = (self.pick(), self.pick());
        let any = self.nodes[any].id;
        let (kind, bytes) = match self.draw(8) {
            0 if self.revoked.len() < 3 && self.revoked.insert(any) => (DocumentKind::Revocations, self.authority.revoke(&[any], &[], &[])),
            1 | 2 => match self.ends() {
                Some(ends) => (DocumentKind::Revocations, self.authority.revoke(&[], &[], &ends)),
                None => return Ok(()),
            },
            3 if self.left.len() < 2 && !self.left.contains_key(&office) => {
                let row = self.authority.trust.chart().doc().offices.iter().find(|row| row.id == office).cloned();
                self.left.extend(row.map(|row| (office, row)));
                let leaves = |chart: &mut Chart| {
                    chart.offices.retain(|row| row.id != office);
                    chart.groups.iter_mut().for_each(|group| group.offices.retain(|id| *id != office));
                    chart.suspended.retain(|id| *id != office);
                };
                (DocumentKind::Chart, self.authority.amend(leaves))
            }
            4 if self.left.contains_key(&office) => {
                let Some(row) = self.left.remove(&office) else { return Ok(()) };
                let returns = |chart: &mut Chart| {
                    let since = chart.head.version;
                    chart.offices.push(Office { since, ..row });
                    chart.offices.sort_by_key(|row| row.id);
                };
                (DocumentKind::Chart, self.authority.amend(returns))
            }
            5 if !self.left.contains_key(&any) => {
                let turns = |chart: &mut Chart| match chart.suspended.binary_search(&any) {
                    Ok(at) => drop(chart.suspended.remove(at)),
                    Err(at) => chart.suspended.insert(at, any),
                };
                (DocumentKind::Chart, self.authority.amend(turns))
            }
            _ => {
                let turns = |chart: &mut Chart| {
                    let Some(row) = chart.offices.iter_mut().find(|row| row.id == office) else { return };
                    match row.hosts.binary_search(&unit) {
                        Ok(at) => drop(row.hosts.remove(at)),
                        Err(at) => row.hosts.insert(at, unit),
                    }
                };
                (DocumentKind::Chart, self.authority.amend(turns))
            }
        };
        self.signed();
        self.learn(at, kind, &bytes)
    }

    /// Where the logs of a revoked office end, as some office that still belongs to the district holds them.
    fn ends(&mut self) -> Option<Vec<CutOff>> {
        let office = self.revoked.iter().find(|office| !self.cut.contains(office)).copied()?;
        let at = self.pick();
        let node = &self.nodes[at];
        if self.revoked.contains(&node.id) {
            return None;
        }
        let logs = node.logs.iter().filter(|(log, held)| log.office == office && held.state.seq > Seq::ZERO);
        let ends: Vec<CutOff> = logs.map(|(log, held)| CutOff { log: *log, seq: held.state.seq, id: held.state.id }).collect();
        (!ends.is_empty()).then(|| {
            self.cut.insert(office);
            ends
        })
    }

    fn learn(&mut self, at: usize, kind: DocumentKind, bytes: &[u8]) -> Result<(), Fault> {
        let node = &mut self.nodes[at];
        let before = node.versions();
        // An older one is refused, and nothing is changed.
        let _ = node.trust.accept(kind, bytes);
        let after = node.versions();
        if after.0 < before.0 || after.1 < before.1 || after.2 < before.2 {
            return Err(Fault::Backwards(node.id));
        }
        self.race.struck += node.strike();
        Ok(())
    }

    /// An office says something, by the rules; now and then it cheats first.
    fn say(&mut self, at: usize) -> Result<(), Fault> {
        let topic = match self.draw(if self.delegated { 7 } else { 6 }) {
            0 => Topic::District,
            1 => {
                let of = self.pick();
                Topic::Inbox(self.nodes[of].id)
            }
            6 => Topic::Unit(subtree::SECTOR),
            unit => Topic::Unit(UnitId(unit - 1)),
        };
        self.time += 1;
        let time = Timestamp(self.time);
        let node = &mut self.nodes[at];
        let directory = node.trust.directory();
        if !directory.may_write(node.id, topic) {
            return Ok(());
        }
        let log = LogId { office: node.id, incarnation: Incarnation(7), topic, precedence: Precedence::Routine };
        let (key, versions) = (&node.key.clone(), node.versions());
        let known = directory.known();
        let members = epoch::members(&directory, &log, &known);
        let state = node.logs.entry(log).or_default().state.clone();
        let draft = |kind, epoch, body| Draft { kind, epoch, time, body };
        if directory.is_suspended(node.id) {
            let cheat = write(log, &state, draft(Kind::MESSAGE, state.epoch, vec![1]), &directory, key).expect("a short body");
            self.race.silenced += 1;
            let refused = Candidate::next(cheat, &state, &directory).err() == Some(Refusal::Suspended);
            return if refused { Ok(()) } else { Err(Fault::Spoke(log, state.seq.next())) };
        }
        let running = node.members.get(&log);
        let lost: Vec<OfficeId> = running.into_iter().flatten().filter(|office| !members.contains(office)).copied().collect();
        // Whom another subtree's directory removed a writer names with the next epoch alone: no rule finds it before.
        let proven = |office: &OfficeId| !subtree::has(*office) || subtree::has(log.office) || directory.is_revoked(*office);
        if lost.iter().any(proven) {
            let own = lost.iter().all(|office| subtree::has(*office) && !directory.is_revoked(*office));
            self.race.outlived += u32::from(own);
            let cheat = write(log, &state, draft(Kind::MESSAGE, state.epoch, vec![1]), &directory, key).expect("a short body");
            self.race.cheats += 1;
            if Candidate::next(cheat, &state, &directory).err() != Some(Refusal::DeadEpoch) {
                return Err(Fault::DeadEpoch(log, state.seq.next()));
            }
        }
        // Who left and came back had the key in between: that the members are the same again is not enough.
        if running != Some(&members) || directory.is_dead(topic, &state.rekeyed, &known) {
            let boxes = members.iter().map(|office| KeyBox { office: *office, key: 0, sealed: [0; 80] }).collect();
            let body = Rekey { commitment: Hash32::ZERO, boxes, delegated: known.delegated.clone() }.encode().expect("few boxes");
            let epoch = Epoch(state.epoch.0 + 1);
            let rekey = write(log, &state, draft(Kind::REKEY, epoch, body), &directory, key).expect("few boxes");
            self.knew.insert((log, rekey.header.seq), versions);
            append(node, rekey)?;
            node.members.insert(log, members);
            self.race.epochs += 1;
        }
        self.time += 1;
        let state = node.logs.entry(log).or_default().state.clone();
        let said = Draft { time: Timestamp(self.time), ..draft(Kind::MESSAGE, state.epoch, vec![2]) };
        self.knew.insert((log, state.seq.next()), versions);
        append(node, write(log, &state, said, &directory, key).expect("a short body"))?;
        self.race.messages += 1;
        Ok(())
    }

    /// Two offices that let each other in exchange what they have: documents first, revocations before charts.
    fn meet(&mut self, a: usize, b: usize, documents: bool, entries: bool) -> Result<(), Fault> {
        let admits = |one: &Node, other: &Node| one.trust.directory().member(other.id).is_some();
        let both = |world: &Self| admits(&world.nodes[a], &world.nodes[b]) && admits(&world.nodes[b], &world.nodes[a]);
        if a == b {
            return Ok(());
        }
        // At the door, whom the other does not know shows the documents that list it.
        let knocks = |one: &Node, other: &Node| !admits(other, one) && admits(one, one) && admits(one, other);
        for (from, to) in [(a, b), (b, a)] {
            if documents && knocks(&self.nodes[from], &self.nodes[to]) {
                self.tell(from, to)?;
            }
        }
        if !both(self) {
            return Ok(());
        }
        if documents {
            self.tell(a, b)?;
            self.tell(b, a)?;
        }
        // Whoever learnt that the other is removed says nothing more to it.
        if !entries || !both(self) {
            return Ok(());
        }
        for (from, to) in [(a, b), (b, a)] {
            let logs: Vec<(LogId, Vec<Arc<Entry>>)> =
                self.nodes[from].logs.iter().map(|(log, held)| (*log, held.entries.clone())).collect();
            for (log, entries) in logs {
                pull(&mut self.nodes[to], &log, &entries, false)?;
            }
        }
        Ok(())
    }

    /// One shows another its documents, revocations before charts.
    fn tell(&mut self, from: usize, to: usize) -> Result<(), Fault> {
        for kind in subtree::KINDS {
            for bytes in self.nodes[from].trust.envelopes(kind, Version(0)) {
                self.learn(to, kind, &bytes)?;
            }
        }
        Ok(())
    }

    /// Every partition is over; all meet until nothing is new.
    fn settle(&mut self) -> Result<(), Fault> {
        // What was told to an office that was itself removed is told once more to one that belongs to the district.
        let newest = self.authority.directory();
        let Some(at) = self.nodes.iter().position(|node| newest.member(node.id).is_some()) else { return Ok(()) };
        for kind in subtree::KINDS {
            for bytes in self.authority.trust.envelopes(kind, Version(0)) {
                self.learn(at, kind, &bytes)?;
            }
        }
        for _ in 0..OFFICES {
            let count = self.nodes.len();
            for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))) {
                self.meet(a, b, true, true)?;
            }
        }
        Ok(())
    }
}

fn append(node: &mut Node, entry: Entry) -> Result<(), Fault> {
    let (log, seq) = (entry.header.log, entry.header.seq);
    match node.take(&Arc::new(entry), false) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Fault::Honest { log, seq, refusal: Refusal::Revoked }),
        Err(refusal) => Err(Fault::Honest { log, seq, refusal }),
    }
}

/// Takes of a log what is not here yet, as far as it can be taken.
fn pull(node: &mut Node, log: &LogId, entries: &[Arc<Entry>], verify: bool) -> Result<(), Fault> {
    let have = node.logs.get(log).map_or(Seq::ZERO, |held| held.state.seq);
    for entry in entries.iter().filter(|entry| entry.header.seq > have) {
        match node.take(entry, verify) {
            Ok(true) => {}
            Ok(false) => break,
            Err(refusal) => return Err(Fault::Honest { log: *log, seq: entry.header.seq, refusal }),
        }
    }
    Ok(())
}

fn heads(node: &Node) -> BTreeMap<LogId, LogState> {
    node.logs.iter().filter(|(_, held)| held.state.seq > Seq::ZERO).map(|(log, held)| (*log, held.state.clone())).collect()
}
