//! What is new, sent at once to who lacks nothing else, on links where gossip is not used.
//!
//! Gossip knows no precedence and no bound in bytes: on a thin line what it queues would stand before a flash message. Here a
//! new entry goes as a frame in the lane of its precedence, unasked, if the neighbour holds all that is before it, and if
//! not too much went that way without a word back. Otherwise the neighbour is told the head, and asks when its turn comes.

use std::collections::VecDeque;

use super::Exchange;
use super::frames::{FRAME_VERSION, Frame};
use super::input::{Misbehaviour, Out};
use super::item::Item;
use super::session::Peer;
use crate::bounds::{MAX_BATCHES, MAX_GOSSIP_BYTES, MAX_GOSSIP_ENTRIES, MAX_UNSETTLED};
use crate::clock::Millis;
use crate::frontier::HeadOf;
use crate::ids::{LogId, OfficeId, Seq};

/// Bytes that go unasked and unanswered to one neighbour at most: two seconds of a thin line.
const MAX_PUSHED: u64 = 16 << 10;
/// The byte behind the version of a frame of live entries.
const LIVE: u8 = 9;
/// Logs of which something is on the way unasked.
const MAX_LOGS: usize = 64;

/// What was sent of a log and not told back yet.
#[derive(Debug, Clone)]
pub(super) struct Pushed {
    /// Up to here.
    seq: Seq,
    /// What went without having been asked for: up to where, and how many bytes. A receipt is rarely for the last of it.
    unasked: VecDeque<(Seq, u64)>,
    /// Up to here it is being read; no further than `seq` while nothing is.
    loading: Seq,
}

impl Pushed {
    fn nothing_beyond(seq: Seq) -> Self {
        Self { seq, unasked: VecDeque::new(), loading: seq }
    }

    fn is_being_read(&self) -> bool {
        self.loading > self.seq
    }

    fn bytes(&self) -> u64 {
        self.unasked.iter().map(|(_, bytes)| bytes).sum()
    }
}

impl Peer {
    /// Plans to send what is new of a log; `false` when it is to be told the head instead.
    fn may_push(&mut self, head: HeadOf) -> bool {
        let log = head.log;
        let held = self.holds(&log);
        let told = &self.told;
        self.pushed.retain(|log, pushed| {
            let told = told.get(log).copied().unwrap_or(Seq::ZERO);
            while pushed.unasked.pop_front_if(|(seq, _)| *seq <= told).is_some() {}
            pushed.is_being_read() || told < pushed.seq
        });
        let sent = self.pushed.get(&log).map_or(held, |pushed| pushed.seq.max(held));
        let under_way: u64 = self.pushed.values().map(Pushed::bytes).sum();
        let asked = self.serving.has(&Item::Log(log));
        if !self.direct || self.waits(log.precedence) || asked || under_way >= MAX_PUSHED || self.pushed.len() >= MAX_LOGS {
            return false;
        }
        // What is written while the last is being read goes with it or after it.
        let loading = self.pushed.get(&log).map_or(sent, |pushed| pushed.loading.max(sent));
        loading > sent || head.seq == sent.next()
    }

    /// It was sent all that there is of a log, as it had asked: what is new then follows that, on the way as it may be.
    ///
    /// On a long line its own word comes a round trip later, and by then there may be something new again, of which it would
    /// have to be told, and so for ever.
    pub(super) fn served(&mut self, log: LogId, last: Seq) {
        let room = self.pushed.len() < MAX_LOGS || self.pushed.contains_key(&log);
        if !self.direct || !room || self.holds(&log) >= last {
            return;
        }
        let pushed = self.pushed.entry(log).or_insert(Pushed::nothing_beyond(last));
        if !pushed.is_being_read() && pushed.seq < last {
            (pushed.seq, pushed.loading) = (last, last);
        }
    }
}

impl Exchange {
    /// Sends a neighbour what is new of a log, if it lacks nothing else of it; `false` when it is to be told instead.
    pub(super) fn push(&mut self, id: OfficeId, head: HeadOf, out: &mut Vec<Out>) -> bool {
        let Some(peer) = self.peers.get_mut(&id) else { return false };
        if !peer.may_push(head) {
            return false;
        }
        let held = peer.holds(&head.log);
        let pushed = peer.pushed.entry(head.log).or_insert(Pushed::nothing_beyond(held));
        if held > pushed.seq {
            *pushed = Pushed { loading: pushed.loading.max(held), ..Pushed::nothing_beyond(held) };
        }
        if !pushed.is_being_read() {
            pushed.loading = head.seq;
            out.push(load(id, head.log, pushed.seq.next()));
        }
        true
    }

    /// What was read for it; `false` when it was read for something else.
    pub(super) fn on_live_loaded(
        &mut self,
        id: OfficeId,
        log: LogId,
        from: Seq,
        entries: &[Vec<u8>],
        now: Millis,
        out: &mut Vec<Out>,
    ) -> bool {
        let head = self.frontier.seq(&log);
        let Some(peer) = self.peers.get_mut(&id) else { return false };
        let (held, asked) = (peer.holds(&log), peer.serving.has(&Item::Log(log)));
        let Some(pushed) = peer.pushed.get_mut(&log).filter(|pushed| pushed.is_being_read() && pushed.seq.next() == from) else {
            return false;
        };
        let mut bytes = 0;
        let fit = entries.iter().take(MAX_GOSSIP_ENTRIES).take_while(|entry| {
            bytes += entry.len();
            bytes <= MAX_GOSSIP_BYTES
        });
        let entries: Vec<Vec<u8>> = fit.cloned().collect();
        let last = Seq(from.0 + u64::try_from(entries.len()).unwrap_or(0) - u64::from(!entries.is_empty()));
        if entries.is_empty() || asked || held >= last {
            pushed.loading = pushed.seq;
            return true;
        }
        (pushed.seq, pushed.loading) = (last, last);
        let bytes = u64::try_from(entries.iter().map(Vec::len).sum::<usize>()).unwrap_or(u64::MAX);
        pushed.unasked.push_back((last, bytes));
        let frame = Frame::Live { log, from, entries }.encode();
        peer.pace.spend(frame.len(), now);
        out.push(Out::Send { peer: id, precedence: log.precedence, frame });
        // What was written meanwhile.
        if last < head
            && let Some(head) = self.frontier.head(&log)
            && let Some(pushed) =
                self.peers.get_mut(&id).and_then(|peer| peer.pushed.get_mut(&log)).filter(|pushed| pushed.bytes() < MAX_PUSHED)
        {
            pushed.loading = head.seq;
            out.push(load(id, log, last.next()));
        }
        true
    }

    /// A copy of what a neighbour sends unasked came beside the link.
    ///
    /// What does not follow here, or is here, says nothing: the frame itself comes in its order.
    pub(super) fn on_copy(&mut self, id: OfficeId, bytes: &[u8], out: &mut Vec<Out>) {
        if !self.peers.contains_key(&id) {
            return;
        }
        match Frame::decode(bytes) {
            Ok(Frame::Live { log, from, entries }) => {
                let reached = self.reached(&log);
                let beyond = from.0.saturating_add(u64::try_from(entries.len()).unwrap_or(0));
                if from <= reached.next() && beyond > reached.next().0 {
                    self.on_live(id, log, from, entries, out);
                }
            }
            Ok(_) => self.strike(id, Misbehaviour::Unasked, out),
            Err(error) => self.strike(id, Misbehaviour::Frame(error), out),
        }
    }

    /// A neighbour sends what is new, unasked.
    pub(super) fn on_live(&mut self, id: OfficeId, log: LogId, from: Seq, mut entries: Vec<Vec<u8>>, out: &mut Vec<Out>) {
        if from == Seq::ZERO {
            return self.strike(id, Misbehaviour::Disorder, out);
        }
        let last = Seq(from.0.saturating_add(u64::try_from(entries.len()).unwrap_or(0)).saturating_sub(1));
        let last = self.interest.end_of(&log).map_or(last, |end| last.min(end));
        if !self.concerns(id, &log) || last < from {
            return;
        }
        let reached = self.reached(&log);
        let bytes: u64 = entries.iter().map(|entry| u64::try_from(entry.len()).unwrap_or(u64::MAX)).sum();
        let busy = self.pulls.tickets.len() >= MAX_BATCHES || self.pulls.unsettled + bytes > MAX_UNSETTLED;
        let waits = self.is_slowed(&log) || self.pulls.rests.contains_key(&log) || self.pulls.frozen.contains(&log);
        let failed = self.pulls.fronts.get(&log).is_some_and(|front| front.failed);
        let Some(peer) = self.peers.get(&id) else { return };
        let item = Item::Log(log);
        let untrusted = peer.written_off || peer.barred.contains(&item) || peer.waiting.contains(&item);
        let fits = from <= reached.next() && last > reached;
        if !fits || busy || waits || failed || untrusted || self.pulls.sources.contains_key(&item) {
            // It holds them, at least: they are asked for in their turn.
            return self.on_seen(id, log, last, false);
        }
        let known = usize::try_from(reached.next().0.saturating_sub(from.0)).unwrap_or(usize::MAX);
        entries.drain(..known.min(entries.len()));
        entries.truncate(usize::try_from(last.0 - reached.0).unwrap_or(usize::MAX));
        if let Some(peer) = self.peers.get_mut(&id).filter(|peer| peer.holds(&log) < last) {
            peer.told.insert(log, last);
            out.push(Out::Holds { peer: id, heads: vec![(log, last)] });
        }
        self.refresh_offer(id, &log);
        self.hand_over(id, log, last, entries, super::wants::Kind::Live, out);
    }
}

/// Whether a frame is one of live entries, of which a copy may go beside the link.
#[must_use]
pub fn is_live(frame: &[u8]) -> bool {
    frame.starts_with(&[FRAME_VERSION, LIVE])
}

fn load(peer: OfficeId, log: LogId, from: Seq) -> Out {
    Out::Load { peer, log, from, max_entries: MAX_GOSSIP_ENTRIES, max_bytes: MAX_GOSSIP_BYTES }
}
