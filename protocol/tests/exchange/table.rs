//! One exchange, two neighbours that are played by hand, and the words for it.

pub(crate) use std::collections::BTreeSet;
pub(crate) use std::sync::Arc;

pub(crate) use okrug_protocol::bounds::{MAX_HEADS, MAX_OFFERS, MAX_STREAMS, MAX_UNSETTLED};
pub(crate) use okrug_protocol::clock::Millis;
pub(crate) use okrug_protocol::document::DocumentKind;
pub(crate) use okrug_protocol::exchange::{
    Ask, Config, Edition, Editions, Exchange, Frame, In, Interest, Item, Misbehaviour, Out, Settled, Slow, Slowdown, Ticket, answers,
};
pub(crate) use okrug_protocol::frontier::{Digest, HeadOf, Kept, Short};
pub(crate) use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version};
pub(crate) use proptest::prelude::*;

pub(crate) const ME: OfficeId = OfficeId(1);
pub(crate) const PEER: OfficeId = OfficeId(2);
pub(crate) const OTHER: OfficeId = OfficeId(3);

/// A hundred offices; all read the district and their inbox, nobody reads a unit.
#[derive(Debug)]
pub(crate) struct Hundred;

impl Interest for Hundred {
    fn wants(&self, office: OfficeId, topic: Topic) -> bool {
        topic == Topic::District || topic == Topic::Inbox(office)
    }

    fn knows(&self, office: OfficeId) -> bool {
        (1..=100).contains(&office.0)
    }
}

pub(crate) fn log(incarnation: u32) -> LogId {
    LogId { office: OTHER, incarnation: Incarnation(incarnation), topic: Topic::District, precedence: Precedence::Routine }
}

pub(crate) fn head(incarnation: u32, seq: u64) -> HeadOf {
    HeadOf { log: log(incarnation), seq: Seq(seq), id: Short([1; 8]) }
}

pub(crate) struct Table {
    pub(crate) exchange: Exchange,
    pub(crate) now: Millis,
}

impl Table {
    pub(crate) fn with(heads: &[HeadOf]) -> Self {
        let exchange = Exchange::new(Config::of(ME), Arc::new(Hundred), Editions::NONE, heads.iter().copied());
        let mut table = Self { exchange, now: Millis(1_000_000) };
        for peer in [PEER, OTHER] {
            table.input(In::PeerUp { peer, rtt_ms: Some(10) });
        }
        table
    }

    pub(crate) fn input(&mut self, input: In) -> Vec<Out> {
        let mut out = Vec::new();
        self.exchange.handle(input, self.now, &mut out);
        out
    }

    pub(crate) fn frame(&mut self, peer: OfficeId, frame: &Frame) -> Vec<Out> {
        self.input(In::Frame { peer, bytes: frame.encode() })
    }

    pub(crate) fn heads(&mut self, peer: OfficeId, heads: &[HeadOf]) -> Vec<Out> {
        self.frame(peer, &Frame::Heads { heads: heads.to_vec(), done: false })
    }

    pub(crate) fn range(&mut self, peer: OfficeId, log: LogId, from: u64, count: usize, end: bool) -> Vec<Out> {
        self.frame(peer, &Frame::Range { log, from: Seq(from), entries: vec![vec![7; 100]; count], end })
    }

    /// Lets time pass, waking the machine as it wishes.
    pub(crate) fn pass(&mut self, ms: u64) -> Vec<Out> {
        let mut all = Vec::new();
        for _ in 0..ms / 100 {
            self.now = self.now.plus(100);
            all.extend(self.input(In::Tick));
        }
        all
    }
}

pub(crate) fn asks(out: &[Out], to: OfficeId) -> Vec<Ask> {
    let frames = out.iter().filter_map(|out| match out {
        Out::Send { peer, frame, .. } if *peer == to => Frame::decode(frame).ok(),
        _ => None,
    });
    frames.flat_map(|frame| if let Frame::Asks(asks) = frame { asks } else { Vec::new() }).collect()
}

pub(crate) fn opened(out: &[Out], to: OfficeId) -> Vec<(Item, u64)> {
    asks(out, to).into_iter().filter_map(|ask| if let Ask::Open { item, from, .. } = ask { Some((item, from)) } else { None }).collect()
}

pub(crate) fn appends(out: &[Out]) -> Vec<(Ticket, usize)> {
    out.iter().filter_map(|out| if let Out::Append { ticket, entries, .. } = out { Some((*ticket, entries.len())) } else { None }).collect()
}

pub(crate) fn strikes(out: &[Out]) -> Vec<Misbehaviour> {
    out.iter().filter_map(|out| if let Out::Misbehaved { why, .. } = out { Some(*why) } else { None }).collect()
}
