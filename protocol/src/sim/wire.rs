//! What crosses links: frames of the exchange, and gossip.

use std::sync::Arc;

use rand_core::RngCore;

use super::Sim;
use super::events::{Event, Way};
use super::link::Cargo;
use crate::exchange::{Frame, In, Interest, Settled};
use crate::ids::{LogId, OfficeId, Precedence, Seq};

impl Sim {
    pub(super) fn neighbours(&self, id: OfficeId) -> Vec<OfficeId> {
        self.links.range((id, OfficeId(0))..=(id, OfficeId(u32::MAX))).map(|((_, other), _)| *other).collect()
    }

    pub(super) fn send(&mut self, from: OfficeId, to: OfficeId, precedence: Precedence, frame: Vec<u8>) {
        let bytes = u64::try_from(frame.len()).expect("a length fits");
        self.report.frames += 1;
        self.report.bytes += bytes;
        match Frame::decode(&frame) {
            Ok(Frame::Range { .. } | Frame::Piece { .. }) => self.report.payload_bytes += bytes,
            Ok(Frame::Asks(_)) => {
                self.offices.entry(from).and_modify(|at| at.asks += 1);
            }
            _ => {}
        }
        self.load(from, to, precedence, Cargo::Frame(frame));
    }

    fn load(&mut self, from: OfficeId, to: OfficeId, precedence: Precedence, cargo: Cargo) {
        if let Some(link) = self.links.get_mut(&(from, to)) {
            link.push(precedence, cargo);
            self.transmit((from, to));
        }
    }

    pub(super) fn transmit(&mut self, way: Way) {
        while let Some(link) = self.links.get_mut(&way) {
            let Some((cargo, micros)) = link.start() else { break };
            let (connection, latency) = (link.connection, link.plan.latency_ms * 1_000);
            self.at(micros + latency, Event::Arrive(way, connection, cargo));
            if micros > 0 {
                self.at(micros, Event::Free(way, connection));
            }
        }
    }

    pub(super) fn spread(&mut self, id: OfficeId, from: Option<OfficeId>, log: LogId, seq: Seq, entry: &Arc<[u8]>) {
        let Some(gossip) = self.plan.gossip else { return };
        for other in self.neighbours(id) {
            let direct = self.links.get(&(id, other)).is_some_and(|link| link.plan.direct);
            if direct || Some(other) == from || !self.readers.wants(other, log.topic) {
                continue;
            }
            self.report.gossip_messages += 1;
            self.report.gossip_bytes += u64::try_from(entry.len()).expect("a length fits");
            if self.rng.next_u32() % 100 >= gossip.loss_percent {
                self.load(id, other, log.precedence, Cargo::Gossip { log, seq, entry: entry.clone() });
            }
        }
    }

    pub(super) fn gossip_arrives(&mut self, from: OfficeId, to: OfficeId, log: LogId, seq: Seq, entry: &Arc<[u8]>) {
        let Some(at) = self.offices.get_mut(&to) else { return };
        if at.seq(&log) >= seq {
            self.report.gossip_duplicates += 1;
            return;
        }
        let verdict = self.accept(to, log, std::slice::from_ref(entry));
        match verdict {
            Settled::Taken => {
                let head = self.content.head(&log, seq).expect("just taken");
                self.spread(to, Some(from), log, seq, entry);
                self.input(to, In::Appended { head, from: Some(from), gossiped: true });
            }
            Settled::Gap | Settled::Pending => {
                let pending = verdict == Settled::Pending;
                self.input(to, In::Seen { peer: from, log, seq, pending });
            }
            Settled::Refused | Settled::Withheld | Settled::Frozen | Settled::Later | Settled::Slowed => {}
        }
    }
}
