//! What happens when: the queue, and what goes into the offices and comes out of them.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Sim;
use super::link::{Cargo, Link};
use crate::clock::Millis;
use crate::document::DocumentKind;
use crate::exchange::{In, Interest, Out, Settled, Ticket};
use crate::ids::{LogId, OfficeId, Precedence, Seq, Version};

/// How long a store takes to make a batch durable, in microseconds.
const LEDGER_US: u64 = 1_000;
/// How long a store takes to read, in microseconds.
const LOAD_US: u64 = 200;

/// One direction of a link.
pub(super) type Way = (OfficeId, OfficeId);

/// Something that will happen.
#[derive(Debug)]
pub(super) enum Event {
    /// The line is free for the next frame.
    Free(Way, u64),
    Arrive(Way, u64, Cargo),
    Wake(OfficeId, u64),
    Settle(OfficeId, u64, Ticket, LogId, Vec<Vec<u8>>),
    Loaded(OfficeId, u64, In),
}

impl Sim {
    pub(super) fn at(&mut self, delay_us: u64, event: Event) {
        self.queue.push(Reverse((self.now_us + delay_us, self.next_event)));
        self.events.insert(self.next_event, event);
        self.next_event += 1;
    }

    /// Lets the next thing happen, unless it is later than `end`.
    pub(super) fn step(&mut self, end: u64) -> bool {
        let Some(Reverse((at, number))) = self.queue.peek().copied() else { return false };
        if at > end {
            return false;
        }
        self.queue.pop();
        self.now_us = at;
        let event = self.events.remove(&number).expect("what is queued is kept");
        self.happen(event);
        true
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Free(way, connection) => {
                if let Some(link) = self.links.get_mut(&way).filter(|link| link.connection == connection) {
                    link.freed();
                    self.transmit(way);
                }
            }
            Event::Arrive((from, to), connection, cargo) => {
                if self.links.get(&(from, to)).is_some_and(|link| link.connection == connection) {
                    match cargo {
                        Cargo::Frame(bytes) => self.input(to, In::Frame { peer: from, bytes }),
                        Cargo::Gossip { log, seq, entry } => self.gossip_arrives(from, to, log, seq, &entry),
                    }
                }
            }
            Event::Wake(id, life) => self.input_of(id, life, In::Tick),
            Event::Loaded(id, life, input) => self.input_of(id, life, input),
            Event::Settle(id, life, ticket, log, entries) => {
                if self.offices.get(&id).is_some_and(|at| at.life == life) {
                    let verdict = self.accept(id, log, &entries);
                    let head = self.content.head(&log, self.held(id, &log));
                    self.input(id, In::Settled { ticket, head, verdict });
                }
            }
        }
    }

    /// Connects two offices that are on and joined by a link.
    pub(super) fn connect(&mut self, a: OfficeId, b: OfficeId) {
        let on = |id: &OfficeId| self.offices.get(id).is_some_and(|at| at.exchange.is_some());
        let down = self.links.get(&(a, b)).is_some_and(|link| !link.is_up);
        if on(&a) && on(&b) && down {
            for way in [(a, b), (b, a)] {
                self.links.entry(way).and_modify(Link::open);
            }
            self.greet(a, b);
            self.greet(b, a);
        }
    }

    pub(super) fn greet(&mut self, id: OfficeId, peer: OfficeId) {
        let Some(link) = self.links.get(&(id, peer)).map(|link| link.plan) else { return };
        let rtt_ms = u32::try_from(2 * link.latency_ms).ok();
        self.input(id, In::PeerUp { peer, rtt_ms });
        if link.direct {
            self.input(id, In::Terms { peer, direct: true, least: Precedence::Routine });
            self.input(id, In::Hears { peer, topics: BTreeSet::new() });
        }
        if link.rate_is_known {
            self.input(id, In::Link { peer, rtt_ms, bytes_per_s: link.bytes_per_s });
        }
    }

    fn input_of(&mut self, id: OfficeId, life: u64, input: In) {
        if self.offices.get(&id).is_some_and(|at| at.life == life) {
            self.input(id, input);
        }
    }

    pub(super) fn input(&mut self, id: OfficeId, input: In) {
        let now = Millis(self.now_us / 1_000);
        let Some(office) = self.offices.get_mut(&id) else { return };
        let Some(exchange) = &mut office.exchange else { return };
        let mut out = Vec::new();
        exchange.handle(input, now, &mut out);
        office.footprint = office.footprint.max(exchange.footprint());
        let life = office.life;
        out.into_iter().for_each(|out| self.output(id, life, out));
    }

    fn output(&mut self, id: OfficeId, life: u64, out: Out) {
        match out {
            Out::Send { peer, precedence, frame } => self.send(id, peer, precedence, frame),
            Out::Append { ticket, log, entries, .. } => self.at(LEDGER_US, Event::Settle(id, life, ticket, log, entries)),
            Out::Load { peer, log, from, max_entries, max_bytes } => {
                let entries = self.read(id, &log, from, max_entries, max_bytes);
                self.at(LOAD_US, Event::Loaded(id, life, In::Loaded { peer, log, from, entries }));
            }
            Out::LoadDocument { peer, kind, version, offset, max_bytes } => {
                let (total, bytes) = self.read_document(id, kind, version, offset, max_bytes);
                self.at(LOAD_US, Event::Loaded(id, life, In::DocumentLoaded { peer, kind, version, offset, total, bytes }));
            }
            Out::Document { peer, kind, version, bytes } => {
                let real = self.content.documents.get(&(kind, version)) == Some(&bytes);
                let Some(office) = self.offices.get_mut(&id) else { return };
                let input = match real && office.take_document(kind, version) {
                    true => In::Documents(office.editions.into()),
                    false => In::DocumentRefused { peer, kind, version },
                };
                self.at(LEDGER_US, Event::Loaded(id, life, input));
            }
            Out::Holds { peer, heads } => {
                let Some(office) = self.offices.get_mut(&id) else { return };
                office.receipts.extend(heads.into_iter().map(|(log, seq)| ((peer, log), seq)));
            }
            // No office of the simulator gives anything up, and none has a quota.
            Out::Keeps { .. } | Out::Slows { .. } => {}
            Out::WakeAt(at) => self.at((at.0 * 1_000).saturating_sub(self.now_us), Event::Wake(id, life)),
            Out::Misbehaved { .. } => self.report.misbehaved += 1,
        }
    }

    pub(super) fn accept(&mut self, id: OfficeId, log: LogId, entries: &[impl AsRef<[u8]>]) -> Settled {
        let Some(office) = self.offices.get_mut(&id) else { return Settled::Later };
        let (verdict, appended) = office.accept(&self.content, log, entries, self.now_us);
        self.report.delivered += appended;
        if self.readers_want(id, &log) {
            self.missing -= appended;
        }
        verdict
    }

    fn read(&self, id: OfficeId, log: &LogId, from: Seq, max_entries: usize, max_bytes: usize) -> Vec<Vec<u8>> {
        let held = self.held(id, log);
        let mut entries: Vec<Vec<u8>> = Vec::new();
        let mut bytes = 0;
        let mut seq = from;
        while seq <= held && entries.len() < max_entries {
            let Some(entry) = self.content.entry(log, seq) else { break };
            bytes += entry.len();
            if bytes > max_bytes && !entries.is_empty() {
                break;
            }
            entries.push(entry.to_vec());
            seq = seq.next();
        }
        entries
    }

    fn read_document(&self, id: OfficeId, kind: DocumentKind, version: Version, offset: u32, max_bytes: usize) -> (u32, Vec<u8>) {
        let held = self.version(id, kind) >= version;
        let Some(bytes) = self.content.documents.get(&(kind, version)).filter(|_| held) else { return (0, Vec::new()) };
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let to = from.saturating_add(max_bytes).min(bytes.len());
        (u32::try_from(bytes.len()).unwrap_or(u32::MAX), bytes[from..to].to_vec())
    }

    pub(super) fn announce_readers(&mut self) {
        for id in self.offices.keys().copied().collect::<Vec<_>>() {
            self.input(id, In::Interest(Arc::new(self.readers.clone())));
        }
        let logs: Vec<(LogId, u64)> = self.content.logs().map(|(log, len)| (*log, len)).collect();
        self.missing = 0;
        for (log, len) in logs {
            for id in self.plan.all().collect::<Vec<_>>() {
                self.missing += if self.readers_want(id, &log) { len - self.held(id, &log).0 } else { 0 };
            }
        }
    }

    /// Whether an office is waited for until it holds a log.
    pub(super) fn readers_want(&self, id: OfficeId, log: &LogId) -> bool {
        id != log.office && self.readers.wants(id, log.topic)
    }

    pub(super) fn wanting(&self, log: &LogId) -> u64 {
        let wanting = self.plan.all().filter(|id| self.readers_want(*id, log)).count();
        u64::try_from(wanting).expect("a count fits")
    }
}
