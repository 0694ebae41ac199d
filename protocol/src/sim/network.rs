//! The network: all offices, all links, and one queue of what happens when.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use super::content::{Content, Readers};
use super::events::{Event, Way};
use super::link::Link;
use super::office::Office;
use super::plan::{LinkPlan, Plan};
use super::report::Report;
use crate::bounds::MAX_GOSSIP_BYTES;
use crate::document::DocumentKind;
use crate::exchange::{Holdings, In};
use crate::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, Version};

/// When virtual time begins, in microseconds since 1970: clocks do not begin at 0.
const BEGINNING_US: u64 = 1_767_225_600_000_000;

/// A simulated district.
#[derive(Debug)]
pub struct Sim {
    pub(super) plan: Plan,
    pub(super) rng: ChaCha8Rng,
    pub(super) now_us: u64,
    pub(super) queue: BinaryHeap<Reverse<(u64, u64)>>,
    pub(super) events: BTreeMap<u64, Event>,
    pub(super) next_event: u64,
    pub(super) edges: BTreeSet<Way>,
    pub(super) links: BTreeMap<Way, Link>,
    pub(super) offices: BTreeMap<OfficeId, Office>,
    pub(super) content: Content,
    pub(super) readers: Readers,
    pub(super) missing: u64,
    pub(super) report: Report,
}

impl Sim {
    /// A district as planned, connected, with nothing written; all offices read the district's
    /// topic and their inbox.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        let edges = plan.edges(&mut rng);
        let readers = Readers { offices: plan.offices, ..Readers::default() };
        let offices = plan.all().map(|id| (id, Office::new(id))).collect();
        let mut sim = Self {
            rng,
            now_us: BEGINNING_US,
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            next_event: 0,
            links: edges.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).map(|way| (way, Link::new(plan.link))).collect(),
            plan,
            edges,
            offices,
            content: Content::default(),
            readers,
            missing: 0,
            report: Report::default(),
        };
        for id in sim.plan.all().collect::<Vec<_>>() {
            sim.switch_on(id);
        }
        sim
    }

    /// Lets a topic be read by some offices, from now on.
    pub fn readers(&mut self, topic: Topic, offices: impl IntoIterator<Item = OfficeId>) {
        self.readers.topics.insert(topic, offices.into_iter().collect());
        self.announce_readers();
    }

    /// Lets an office carry what it does not read, from now on.
    pub fn carrier(&mut self, office: OfficeId) {
        self.readers.carriers.insert(office);
        self.announce_readers();
    }

    /// Gives an office a newer document.
    pub fn publish(&mut self, office: OfficeId, kind: DocumentKind, version: Version, len: usize) {
        self.content.documents.insert((kind, version), vec![0xdd; len]);
        let Some(at) = self.offices.get_mut(&office) else { return };
        at.take_document(kind, version);
        let editions = at.editions;
        self.input(office, In::Documents(editions.into()));
    }

    /// Lets an office write entries of a length; they go out on gossip where there is one.
    pub fn write(&mut self, office: OfficeId, topic: Topic, precedence: Precedence, count: u32, len: usize) -> LogId {
        self.write_under(office, topic, precedence, count, len, Version(0))
    }

    /// Lets an office write entries that need a version of the chart.
    pub fn write_under(&mut self, office: OfficeId, topic: Topic, precedence: Precedence, count: u32, len: usize, needs: Version) -> LogId {
        let log = LogId { office, incarnation: Incarnation(0x5a5a_0000 | office.0), topic, precedence };
        for _ in 0..count {
            let entry = self.content.write(log, len, needs);
            let seq = Seq(self.content.len(&log));
            self.missing += self.wanting(&log);
            let Some(at) = self.offices.get_mut(&office) else { continue };
            at.durable.insert(log, seq);
            let gossiped = self.plan.gossip.is_some() && len <= MAX_GOSSIP_BYTES;
            if gossiped {
                self.spread(office, None, log, seq, &entry);
            }
            let head = self.content.head(&log, seq).expect("written above");
            self.input(office, In::Appended { head, from: None, gossiped });
        }
        log
    }

    /// Cuts a link: what is under way is lost, both ends notice.
    pub fn cut(&mut self, a: OfficeId, b: OfficeId) {
        for way in [(a, b), (b, a)] {
            if self.links.get(&way).is_some_and(|link| link.is_up) {
                self.links.entry(way).and_modify(Link::close);
                self.input(way.0, In::PeerDown { peer: way.1 });
            }
        }
    }

    /// Restores a link, if there is one and both offices are on.
    pub fn heal(&mut self, a: OfficeId, b: OfficeId) {
        self.connect(a.min(b), a.max(b));
    }

    /// Gives a link another latency and rate; it is connected anew.
    pub fn relink(&mut self, a: OfficeId, b: OfficeId, plan: LinkPlan) {
        self.cut(a, b);
        for way in [(a, b), (b, a)] {
            self.links.entry(way).and_modify(|link| link.plan = plan);
        }
        self.heal(a, b);
    }

    /// Lets all that an office sends from now on vanish, without anybody noticing; or ends that.
    pub fn mute(&mut self, office: OfficeId, mute: bool) {
        for ((from, _), link) in &mut self.links {
            if *from == office {
                link.is_mute = mute;
            }
        }
    }

    /// Cuts every link between some offices and the rest.
    pub fn split(&mut self, some: &[OfficeId]) {
        let crossing: Vec<Way> = self.edges.iter().filter(|(a, b)| some.contains(a) != some.contains(b)).copied().collect();
        crossing.into_iter().for_each(|(a, b)| self.cut(a, b));
    }

    /// Restores every link.
    pub fn heal_all(&mut self) {
        self.edges.clone().into_iter().for_each(|(a, b)| self.heal(a, b));
    }

    /// Switches an office off: what is not durable is gone.
    pub fn switch_off(&mut self, id: OfficeId) {
        let neighbours: Vec<OfficeId> = self.neighbours(id);
        neighbours.into_iter().for_each(|other| self.cut(id, other));
        if let Some(office) = self.offices.get_mut(&id) {
            office.exchange = None;
            office.life += 1;
        }
    }

    /// Switches an office on and connects it.
    pub fn switch_on(&mut self, id: OfficeId) {
        if let Some(office) = self.offices.get_mut(&id) {
            office.start(&self.content, &self.readers, self.plan.ack_delay_ms);
        }
        self.neighbours(id).into_iter().for_each(|other| self.heal(id, other));
    }

    /// Restarts an office so fast that its neighbours do not notice: connections stand, but what it
    /// knew of them is gone.
    pub fn restart_unnoticed(&mut self, id: OfficeId) {
        if let Some(office) = self.offices.get_mut(&id) {
            office.start(&self.content, &self.readers, self.plan.ack_delay_ms);
        }
        for other in self.neighbours(id) {
            if self.links.get(&(id, other)).is_some_and(|link| link.is_up) {
                self.greet(id, other);
            }
        }
    }

    /// Hands an office a frame as if a neighbour had sent it.
    pub fn inject(&mut self, from: OfficeId, to: OfficeId, bytes: Vec<u8>) {
        self.input(to, In::Frame { peer: from, bytes });
    }

    /// Lets time pass until everything written is everywhere it is wanted; gives the milliseconds
    /// that took, or `None` when it took longer than allowed.
    pub fn settle(&mut self, within_ms: u64) -> Option<u64> {
        let (begin, end) = (self.now_us, self.now_us + within_ms * 1_000);
        while self.missing > 0 {
            if !self.step(end) {
                self.now_us = end;
                return None;
            }
        }
        Some((self.now_us - begin) / 1_000)
    }

    /// Lets time pass.
    pub fn run(&mut self, ms: u64) {
        let end = self.now_us + ms * 1_000;
        while self.step(end) {}
        self.now_us = end;
    }

    /// Whether everything written is everywhere it is wanted.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.missing == 0
    }

    /// The logs that an office wants and does not hold to their end: what it holds, and what there is.
    #[must_use]
    pub fn lacking(&self, office: OfficeId) -> Vec<(LogId, Seq, Seq)> {
        let logs = self.content.logs().filter(|(log, _)| self.readers_want(office, log));
        logs.map(|(log, len)| (*log, self.held(office, log), Seq(len))).filter(|(_, held, all)| held < all).collect()
    }

    /// How much of a log an office holds.
    #[must_use]
    pub fn held(&self, office: OfficeId, log: &LogId) -> Seq {
        self.offices.get(&office).map_or(Seq::ZERO, |at| at.seq(log))
    }

    /// When an entry arrived somewhere, in milliseconds since the simulation began.
    #[must_use]
    pub fn arrival(&self, office: OfficeId, log: &LogId, seq: Seq) -> Option<u64> {
        let at = self.offices.get(&office)?.arrivals.get(&(*log, seq))?;
        Some((at - BEGINNING_US) / 1_000)
    }

    /// How much of a log an office knows a neighbour to hold.
    #[must_use]
    pub fn receipt(&self, office: OfficeId, neighbour: OfficeId, log: &LogId) -> Seq {
        self.offices.get(&office).and_then(|at| at.receipts.get(&(neighbour, *log))).copied().unwrap_or(Seq::ZERO)
    }

    /// The documents that an office holds.
    #[must_use]
    pub fn version(&self, office: OfficeId, kind: DocumentKind) -> Version {
        self.offices.get(&office).map_or(Version(0), |at| Holdings::from(at.editions).of(kind).version)
    }

    /// What it cost so far.
    #[must_use]
    pub fn report(&self) -> Report {
        let offices = || self.offices.values();
        Report {
            time_ms: (self.now_us - BEGINNING_US) / 1_000,
            rounds: offices().map(|at| at.asks).max().unwrap_or(0),
            duplicates: offices().map(|at| at.duplicates).sum(),
            memory: offices().map(|at| u64::try_from(at.footprint).unwrap_or(u64::MAX)).max().unwrap_or(0),
            ..self.report
        }
    }
}
