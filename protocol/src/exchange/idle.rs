//! Neighbours that give other things, and nothing of something that they are asked for.
//!
//! Whoever says nothing at all is given up by its deadline. Whoever talks of other things is not silent, and still what it
//! withholds must come: it is left with that as soon as it has brought nothing of it for the span of a review, if another
//! neighbour has it too, and is asked for it again when all others were left with it later. An honest neighbour comes to that
//! where what goes first fills its line for long, so it is neither accused nor barred; and the span grows every time, so that
//! what nobody gives does not go round and round.

use super::Exchange;
use super::arrive::LATER_MS;
use super::heads::MAX_GRUDGES;
use super::input::Out;
use super::item::Item;
use super::session::Peer;
use super::wants::{FLASH_EXCESS, MIN_GRANT, slot};
use crate::bounds::MAX_STREAMS;
use crate::clock::Millis;
use crate::ids::{LogId, OfficeId};

/// The longest that nothing may come of something, beyond the span of a review, in milliseconds.
const MAX_IDLE_MS: u64 = 600_000;
/// The longest that a log rests which came with a gap and nobody else has, in milliseconds.
const MAX_GAP_MS: u64 = 60_000;

impl Peer {
    /// Its turn with something: 0 until it was left with that, then behind all that were left before. Whoever was left with
    /// more than is taken note of comes last with everything.
    fn turn(&self, item: &Item) -> u32 {
        let unlisted = if self.idled.len() >= MAX_GRUDGES { u32::MAX } else { 0 };
        self.idled.get(&slot(item)).copied().unwrap_or(unlisted)
    }

    /// Whether it has something, or another version of it, and is to be asked for it: at once, or in its turn, where it gives
    /// something of all that it is asked for.
    fn could_give(&self, item: &Item, now: Millis) -> bool {
        let has = match item {
            Item::Log(log) => self.offers.contains(item) && !self.looks_into(log),
            Item::Document(..) => self.offers.iter().any(|offer| slot(offer) == slot(item)),
        };
        if !has || self.flow.is_silent() || self.waits(item.precedence()) {
            return false;
        }
        let window = self.flow.window() + if item.is_pressing() { FLASH_EXCESS } else { 0 };
        let room = self.under_way().saturating_add(MIN_GRANT) <= window && self.streams.len() < MAX_STREAMS;
        let span = self.review_ms();
        room || self.streams.values().all(|stream| stream.credit == 0 || now.since(stream.moved) < span)
    }
}

impl Exchange {
    /// Whether a neighbour was left with something, and it is the turn of another that could give it.
    pub(super) fn is_anothers_turn(&self, id: OfficeId, item: &Item, now: Millis) -> bool {
        let turn = self.peers.get(&id).map_or(0, |peer| peer.turn(item));
        turn > 0 && self.others(id).any(|other| other.turn(item) < turn && other.could_give(item, now))
    }

    /// Takes from a neighbour what it has brought nothing of for so long, where another could give it.
    pub(super) fn leave_idle(&mut self, id: OfficeId, now: Millis, span: u64, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get(&id) else { return };
        let is_idle = |item: &Item, moved: Millis| {
            let patience = span.saturating_mul(1 << peer.turn(item).min(7)).min(MAX_IDLE_MS.max(span));
            now.since(moved) >= patience && self.others(id).any(|other| other.could_give(item, now))
        };
        let waiting = peer.streams.iter().filter(|(_, stream)| stream.credit > 0 && !stream.probe);
        let idle: Vec<Item> = waiting.filter(|(item, stream)| is_idle(item, stream.moved)).map(|(item, _)| *item).collect();
        for item in idle {
            self.put_last(id, &item);
            self.stop(id, &item, out);
        }
    }

    /// What it gave of a log does not follow what is here. Others are asked before it; where nobody else has it, it is asked
    /// again later, and ever more seldom. It is not accused: a log that was cut meanwhile comes to that too.
    pub(super) fn leave_gapped(&mut self, id: OfficeId, log: &LogId, now: Millis, out: &mut Vec<Out>) {
        let item = Item::Log(*log);
        let turn = self.put_last(id, &item);
        self.stop_following(id, log, out);
        if !self.others(id).any(|other| other.could_give(&item, now)) {
            self.pulls.rests.insert(*log, now.plus((LATER_MS << turn.min(7)).min(MAX_GAP_MS)));
        }
    }

    /// Everybody else's turn with something comes before its own. Says how often turns were lost with that.
    fn put_last(&mut self, id: OfficeId, item: &Item) -> u32 {
        let last = self.peers.values().filter_map(|peer| peer.idled.get(&slot(item)).copied()).max().unwrap_or(0);
        let turn = last.saturating_add(1);
        let Some(peer) = self.peers.get_mut(&id) else { return 0 };
        if peer.idled.len() >= MAX_GRUDGES && !peer.idled.contains_key(&slot(item)) {
            return u32::MAX;
        }
        peer.idled.insert(slot(item), turn);
        turn
    }

    fn others(&self, id: OfficeId) -> impl Iterator<Item = &Peer> {
        self.peers.iter().filter(move |(other, _)| **other != id).map(|(_, peer)| peer)
    }
}
