//! The queue of what happens when, links that break, offices that crash.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use super::checks::Broken;
use super::ledger::Signatures;
use super::lies::Liar;
use super::member::Member;
use super::run::Siege;
use crate::document::DocumentKind;
use crate::exchange::{In, Ticket};
use crate::ids::{LogId, OfficeId, Precedence, Topic, Version};
use crate::sample::{self, SampleDistrict};

/// When virtual time begins, in milliseconds since 1970.
pub(super) const BEGINNING_MS: u64 = 1_767_225_600_000;

/// How long a store takes to make a batch durable, in milliseconds.
pub(super) const LEDGER_MS: u64 = 2;

/// Something that will happen.
#[derive(Debug)]
pub(super) enum Event {
    Frame { from: usize, to: usize, connection: u64, bytes: Vec<u8> },
    Gossip { from: usize, to: usize, bytes: Vec<u8> },
    Settle { at: usize, life: u64, ticket: Ticket, log: LogId, entries: Vec<Vec<u8>> },
    Input { at: usize, life: u64, input: In },
    Learnt { at: usize, life: u64, peer: OfficeId, kind: DocumentKind, version: Version, taken: bool, news: bool },
    TellForks { at: usize, life: u64 },
    Say { at: usize, life: u64, topic: Topic, precedence: Precedence },
}

/// A district with liars.
#[derive(Debug)]
pub(super) struct World {
    pub(super) rng: ChaCha8Rng,
    pub(super) authority: SampleDistrict,
    pub(super) members: Vec<Member>,
    pub(super) now_ms: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    events: BTreeMap<u64, Event>,
    next_event: u64,
    /// Who is joined to whom, the smaller first.
    pub(super) edges: BTreeSet<(usize, usize)>,
    /// The number of the connection that stands.
    pub(super) up: BTreeMap<(usize, usize), u64>,
    next_connection: u64,
    /// Every office is joined to every other; otherwise the honest ones form a ring.
    pub(super) is_mesh: bool,
    pub(super) loss_percent: u32,
    pub(super) latency_ms: u64,
    /// Whether offices crash by themselves.
    pub(super) is_rough: bool,
    /// What honest offices wrote, as they wrote it.
    pub(super) truth: BTreeMap<LogId, Vec<Vec<u8>>>,
    pub(super) signatures: Signatures,
    pub(super) broken: Option<Broken>,
    pub(super) siege: Siege,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let honest = 3 + rng.next_u32() % 3;
        let liars = 1 + rng.next_u32() % 3;
        let offices = honest + liars;
        let authority = sample::district(offices);
        // Those who lie may be any of them, the carrier among them.
        let mut order: Vec<u32> = (1..=offices).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, draw(&mut rng, at + 1));
        }
        let lying: BTreeSet<u32> = order.into_iter().take(usize::try_from(liars).expect("small")).collect();
        let mut members = Vec::new();
        for id in 1..=offices {
            let liar = lying.contains(&id).then(|| Liar::drawn(&mut rng));
            members.push(Member::new(OfficeId(id), authority.trust.clone(), liar));
        }
        let is_mesh = rng.next_u32() % 3 > 0;
        let edges = edges(&members, is_mesh, &mut rng);
        let loss_percent = [0, 30, 90, 100][draw(&mut rng, 4)];
        let latency_ms = [1, 20, 300][draw(&mut rng, 3)];
        let siege = Siege { seeds: 1, offices: offices.into(), liars: liars.into(), ..Siege::default() };
        let mut world = Self {
            rng,
            authority,
            members,
            now_ms: BEGINNING_MS,
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            next_event: 0,
            edges,
            up: BTreeMap::new(),
            next_connection: 0,
            is_mesh,
            loss_percent,
            latency_ms,
            is_rough: true,
            truth: BTreeMap::new(),
            signatures: Signatures::default(),
            broken: None,
            siege,
        };
        (0..world.members.len()).for_each(|at| world.switch_on(at));
        world
    }

    pub(super) fn draw(&mut self, below: usize) -> usize {
        draw(&mut self.rng, below)
    }

    pub(super) fn is_honest(&self, at: usize) -> bool {
        self.members[at].liar.is_none()
    }

    pub(super) fn honest(&self) -> Vec<usize> {
        (0..self.members.len()).filter(|at| self.is_honest(*at)).collect()
    }

    pub(super) fn index(&self, office: OfficeId) -> usize {
        usize::try_from(office.0).expect("small") - 1
    }

    /// Remembers the first thing that must not be.
    pub(super) fn fault(&mut self, broken: Broken) {
        self.broken.get_or_insert(broken);
    }

    pub(super) fn at(&mut self, delay_ms: u64, event: Event) {
        self.queue.push(Reverse((self.now_ms + delay_ms, self.next_event)));
        self.events.insert(self.next_event, event);
        self.next_event += 1;
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, ms: u64) {
        let end = self.now_ms + ms;
        while let Some(Reverse((at, number))) = self.queue.peek().copied().filter(|Reverse((at, _))| *at <= end) {
            self.queue.pop();
            self.now_ms = at;
            let event = self.events.remove(&number).expect("what is queued is kept");
            self.happen(event);
            self.siege.queue = self.siege.queue.max(u64::try_from(self.events.len()).unwrap_or(u64::MAX));
        }
        self.now_ms = end;
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Frame { from, to, connection, bytes } => {
                if self.up.get(&(from, to)) == Some(&connection) {
                    self.frame_arrives(from, to, bytes);
                }
            }
            Event::Gossip { from, to, bytes } => self.gossip_arrives(from, to, &bytes),
            Event::Settle { at, life, ticket, log, entries } => self.settle(at, life, ticket, log, &entries),
            Event::Input { at, life, input } => {
                if self.members[at].life == life {
                    self.input(at, input);
                }
            }
            Event::Learnt { at, life, peer, kind, version, taken, news } => {
                if self.members[at].life == life {
                    self.learnt(at, peer, (kind, version), taken, news);
                }
            }
            Event::TellForks { at, life } => {
                if self.members[at].life == life {
                    self.tell_forks(at);
                }
            }
            Event::Say { at, life, topic, precedence } => {
                if self.members[at].life == life {
                    self.say(at, topic, precedence);
                }
            }
        }
    }

    pub(super) fn neighbours(&self, at: usize) -> Vec<usize> {
        self.edges.iter().filter_map(|(a, b)| if *a == at { Some(*b) } else { (*b == at).then_some(*a) }).collect()
    }

    pub(super) fn linked(&self, at: usize) -> Vec<usize> {
        self.up.keys().filter(|(from, _)| *from == at).map(|(_, to)| *to).collect()
    }

    pub(super) fn cut(&mut self, a: usize, b: usize) {
        for (from, to) in [(a, b), (b, a)] {
            if self.up.remove(&(from, to)).is_some() {
                let peer = self.members[to].id;
                self.input(from, In::PeerDown { peer });
            }
        }
    }

    pub(super) fn heal(&mut self, a: usize, b: usize) {
        let on = self.members[a].is_on() && self.members[b].is_on();
        if !on || self.up.contains_key(&(a, b)) || !self.edges.contains(&(a.min(b), a.max(b))) {
            return;
        }
        self.next_connection += 1;
        for (from, to) in [(a, b), (b, a)] {
            self.up.insert((from, to), self.next_connection);
        }
        let rtt_ms = u32::try_from(2 * self.latency_ms).ok();
        for (from, to) in [(a, b), (b, a)] {
            let peer = self.members[to].id;
            self.input(from, In::PeerUp { peer, rtt_ms });
        }
    }

    pub(super) fn heal_all(&mut self) {
        self.edges.clone().into_iter().for_each(|(a, b)| self.heal(a, b));
    }

    /// What is not durable is gone.
    pub(super) fn switch_off(&mut self, at: usize) {
        self.neighbours(at).into_iter().for_each(|other| self.cut(at, other));
        self.members[at].exchange = None;
        self.members[at].life += 1;
    }

    pub(super) fn switch_on(&mut self, at: usize) {
        if !self.members[at].is_on() {
            self.members[at].start();
            let life = self.members[at].life;
            self.at(LEDGER_MS, Event::TellForks { at, life });
            self.neighbours(at).into_iter().for_each(|other| self.heal(at, other));
        }
    }
}

pub(super) fn draw(rng: &mut ChaCha8Rng, below: usize) -> usize {
    usize::try_from(rng.next_u32()).expect("fits") % below.max(1)
}

/// All joined to all; or the honest in a ring, and each who lies joined to two of them.
fn edges(members: &[Member], is_mesh: bool, rng: &mut ChaCha8Rng) -> BTreeSet<(usize, usize)> {
    let count = members.len();
    if is_mesh {
        return (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect();
    }
    let (honest, lying): (Vec<usize>, Vec<usize>) = (0..count).partition(|at| members[*at].liar.is_none());
    let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (at, one) in honest.iter().enumerate() {
        let next = honest[(at + 1) % honest.len()];
        edges.insert((*one.min(&next), *one.max(&next)));
    }
    for liar in lying {
        for _ in 0..2 {
            let other = honest[draw(rng, honest.len())];
            edges.insert((liar.min(other), liar.max(other)));
        }
    }
    edges
}
