//! One direction of a link: a queue by precedence, a rate, a latency.

use std::collections::VecDeque;
use std::sync::Arc;

use super::plan::LinkPlan;
use crate::ids::{LogId, Precedence, Seq};

/// What crosses a link.
#[derive(Debug, Clone)]
pub(super) enum Cargo {
    /// A frame of the exchange.
    Frame(Vec<u8>),
    /// An entry on gossip.
    Gossip { log: LogId, seq: Seq, entry: Arc<[u8]> },
}

impl Cargo {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Frame(bytes) => bytes.len(),
            // What gossip says around an entry: topic, message, request.
            Self::Gossip { entry, .. } => entry.len() + 40,
        }
    }
}

/// One direction of a link.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) plan: LinkPlan,
    queues: [VecDeque<Cargo>; 3],
    busy: bool,
    pub(super) is_up: bool,
    /// It swallows what is sent, and nobody notices.
    pub(super) is_mute: bool,
    /// Counts the connections: what was sent on an earlier one never arrives.
    pub(super) connection: u64,
}

impl Link {
    pub(super) fn new(plan: LinkPlan) -> Self {
        Self { plan, queues: Default::default(), busy: false, is_up: false, is_mute: false, connection: 0 }
    }

    /// Begins a connection.
    pub(super) fn open(&mut self) {
        self.is_up = true;
        self.connection += 1;
    }

    /// Ends a connection: what is queued and what is under way is lost.
    pub(super) fn close(&mut self) {
        *self = Self { connection: self.connection + 1, is_mute: self.is_mute, ..Self::new(self.plan) };
    }

    pub(super) fn push(&mut self, precedence: Precedence, cargo: Cargo) {
        if self.is_up && !self.is_mute {
            self.queues[place(precedence)].push_back(cargo);
        }
    }

    /// The next thing to send and how long the line is busy with it, in microseconds; `None` while
    /// it is busy or has nothing.
    pub(super) fn start(&mut self) -> Option<(Cargo, u64)> {
        if self.busy || !self.is_up {
            return None;
        }
        let cargo = self.queues.iter_mut().find_map(VecDeque::pop_front)?;
        let bytes = u64::try_from(cargo.len() + self.plan.overhead).expect("a frame's length fits");
        let micros = self.plan.bytes_per_s.map_or(0, |rate| bytes * 1_000_000 / rate.max(1));
        self.busy = micros > 0;
        Some((cargo, micros))
    }

    /// The line is free again.
    pub(super) fn freed(&mut self) {
        self.busy = false;
    }
}

fn place(precedence: Precedence) -> usize {
    match precedence {
        Precedence::Flash => 0,
        Precedence::Urgent => 1,
        Precedence::Routine => 2,
    }
}
