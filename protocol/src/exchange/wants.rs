//! Who is asked for what, and how much may be under way.
//!
//! Every log, and every document, is asked from one neighbour at a time; many at once from each.
//! Flash goes first and waits for no window. The faster neighbour is filled first.

use std::collections::{BTreeMap, BTreeSet};

use super::Exchange;
use super::documents::Assembly;
use super::frames::{Ask, Frame};
use super::input::{Out, Slow, Slowdown, Ticket};
use super::item::Item;
use super::session::{Peer, Stream};
use crate::bounds::{MAX_ASKS, MAX_BATCHES, MAX_ENTRY, MAX_STREAMS, MAX_UNSETTLED};
use crate::clock::Millis;
use crate::document::DocumentKind;
use crate::ids::{LogId, OfficeId, Precedence, Seq, Version};

/// The least that is worth asking for, in bytes, when more is wanted.
pub(super) const MIN_GRANT: u64 = 1 << 10;
/// What one of several logs gets of a thin link's window at least, in bytes.
const MIN_SHARE: u64 = 4 << 10;
/// What a flash log gets at once, whatever is under way, in bytes.
const FLASH_GRANT: u64 = 64 << 10;
/// What may be under way of flash beyond the window, in bytes.
pub(super) const FLASH_EXCESS: u64 = 256 << 10;

/// A batch in the ledger's hands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handed {
    pub(super) peer: OfficeId,
    /// The connection on which it came, as our side names it.
    pub(super) session: u64,
    pub(super) log: LogId,
    pub(super) bytes: u64,
    pub(super) kind: Kind,
}

/// How a batch came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It was asked for.
    Asked,
    /// It was asked for to see whether a log has forked.
    Probe,
    /// It was sent because it is new.
    Live,
}

/// What was received of a log and is in the ledger's hands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Front {
    pub(super) seq: Seq,
    pub(super) batches: u32,
    /// One of them was not taken, so those behind it will not be either.
    pub(super) failed: bool,
}

/// What is asked for, from all neighbours.
#[derive(Debug)]
pub(super) struct Pulls {
    /// From whom; documents stand under version 0, so that one version is fetched at a time.
    pub(super) sources: BTreeMap<Item, OfficeId>,
    pub(super) fronts: BTreeMap<LogId, Front>,
    pub(super) tickets: BTreeMap<Ticket, Handed>,
    pub(super) next_ticket: u64,
    /// Bytes in the ledger's hands.
    pub(super) unsettled: u64,
    /// Logs that have forked.
    pub(super) frozen: BTreeSet<LogId>,
    /// Logs that are not asked for before some time.
    pub(super) rests: BTreeMap<LogId, Millis>,
    /// Offices that have written more than the quota.
    pub(super) slowed: BTreeMap<OfficeId, Slow>,
    /// And until when, as far as that was said.
    pub(super) slowdowns: BTreeMap<OfficeId, Slowdown>,
    /// When gossip last brought a log forward.
    pub(super) live: BTreeMap<LogId, Millis>,
    pub(super) assemblies: BTreeMap<DocumentKind, Assembly>,
    /// Documents of which each neighbour is asked for all, since what several gave did not fit together.
    pub(super) alone: BTreeSet<DocumentKind>,
    /// The length of an entry as seen lately.
    pub(super) entry_len: u64,
}

impl Default for Pulls {
    fn default() -> Self {
        Self {
            sources: BTreeMap::new(),
            fronts: BTreeMap::new(),
            tickets: BTreeMap::new(),
            next_ticket: 0,
            unsettled: 0,
            frozen: BTreeSet::new(),
            rests: BTreeMap::new(),
            slowed: BTreeMap::new(),
            slowdowns: BTreeMap::new(),
            live: BTreeMap::new(),
            assemblies: BTreeMap::new(),
            alone: BTreeSet::new(),
            entry_len: 512,
        }
    }
}

/// The name under which an item has its one source.
pub(super) fn slot(item: &Item) -> Item {
    match item {
        Item::Log(log) => Item::Log(*log),
        Item::Document(kind, _) => Item::Document(*kind, Version(0)),
    }
}

impl Exchange {
    /// Asks every neighbour for what it is the best to ask for.
    pub(super) fn ask(&mut self, now: Millis, out: &mut Vec<Out>) {
        self.forget_finished();
        let wishes = self.peers.iter().filter(|(_, peer)| !peer.offers.is_empty());
        let mut order: Vec<_> = wishes.map(|(id, peer)| (peer.flow.is_silent(), u64::MAX - peer.flow.rate(), *id)).collect();
        order.sort_unstable();
        for (_, _, id) in order {
            let asks = self.plan(id, now);
            if !asks.is_empty() {
                self.say_asks(id, asks, now, out);
            }
        }
    }

    /// Forgets streams that wait for nothing, so that another neighbour can be the source.
    fn forget_finished(&mut self) {
        let (sources, fronts) = (&mut self.pulls.sources, &self.pulls.fronts);
        for peer in self.peers.values_mut() {
            let mut streams = std::mem::take(&mut peer.streams);
            streams.retain(|item, stream| {
                // It gave all that it told of, and the ledger took less: what came another way in its place was refused.
                let spent = |log: &LogId| stream.next > peer.holds(log).0 && !fronts.contains_key(log);
                let is_spent = !stream.probe && matches!(item, Item::Log(log) if spent(log));
                let waits = stream.credit > 0 || (peer.offers.contains(item) && !is_spent);
                if !waits && !stream.probe {
                    sources.remove(&slot(item));
                }
                waits
            });
            peer.streams = streams;
        }
    }

    /// What a neighbour is to be asked for now.
    fn plan(&self, id: OfficeId, now: Millis) -> Vec<Ask> {
        let Some(peer) = self.peers.get(&id) else { return Vec::new() };
        let (window, under_way) = (peer.flow.window(), peer.under_way());
        let everywhere: u64 = self.peers.values().map(Peer::under_way).sum();
        let busy = self.pulls.tickets.len() >= MAX_BATCHES;
        let limit = if busy { 0 } else { MAX_UNSETTLED.saturating_sub(everywhere + self.pulls.unsettled) };
        let mut free = window.saturating_sub(under_way).min(limit);
        let mut excess = (window + FLASH_EXCESS).saturating_sub(under_way);
        let wishes = u64::try_from(peer.offers.len().clamp(1, 8)).unwrap_or(8);
        let share = (window / wishes).max(MIN_SHARE);
        let mut streams = peer.streams.len();
        let mut asks = Vec::new();
        for item in peer.offers.iter().filter(|item| !peer.waits(item.precedence())) {
            let pressing = item.is_pressing();
            let room = if pressing { excess.min(FLASH_GRANT).max(free) } else { free };
            if asks.len() >= MAX_ASKS || (!pressing && free == 0) {
                break;
            }
            let stream = peer.streams.get(item);
            if stream.is_some_and(|stream| stream.probe) {
                continue;
            }
            if stream.is_none() && (streams >= MAX_STREAMS || !self.may_open(id, item, now)) {
                continue;
            }
            let have = stream.map_or(0, |stream| stream.credit);
            let want = self.need(peer, item).min(share.max(if pressing { FLASH_GRANT } else { 0 }));
            let grant = want.saturating_sub(have).min(room);
            // Early enough: with half of it left a long line would stand still until more comes.
            if have * 4 > want * 3 || grant < want.saturating_sub(have).min(MIN_GRANT) || grant == 0 {
                continue;
            }
            free = free.saturating_sub(grant);
            excess = excess.saturating_sub(grant);
            let credit = u32::try_from(grant).unwrap_or(u32::MAX);
            let from = self.next_of(id, item);
            match stream {
                Some(stream) if stream.credit > 0 || stream.next >= from => asks.push(Ask::More { item: *item, credit }),
                _ => {
                    streams += 1;
                    asks.push(Ask::Open { item: *item, from, credit });
                }
            }
        }
        asks
    }

    fn say_asks(&mut self, id: OfficeId, asks: Vec<Ask>, now: Millis, out: &mut Vec<Out>) {
        for ask in &asks {
            if let Ask::Open { item: item @ Item::Document(..), .. } = ask {
                self.assemble(id, *item);
            }
        }
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.under_way() == 0 {
            peer.flow.asked(now);
        }
        for ask in &asks {
            match *ask {
                Ask::Open { item, from, credit } => {
                    let stream = Stream { next: from, credit: credit.into(), opened: now, moved: now, probe: false };
                    peer.streams.insert(item, stream);
                    self.pulls.sources.insert(slot(&item), id);
                }
                Ask::More { item, credit } => {
                    if let Some(stream) = peer.streams.get_mut(&item) {
                        // While nothing was asked for nothing was withheld.
                        stream.moved = if stream.credit == 0 { now } else { stream.moved };
                        stream.credit += u64::from(credit);
                    }
                }
                Ask::Stop { .. } => {}
            }
        }
        if peer.review_at.is_none() {
            peer.review_at = Some(now.plus(peer.review_ms()));
        }
        out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: Frame::Asks(asks).encode() });
    }

    /// Whether a neighbour may be asked for something that it is not being asked for.
    fn may_open(&self, id: OfficeId, item: &Item, now: Millis) -> bool {
        if self.pulls.sources.contains_key(&slot(item)) {
            return false;
        }
        let Some(peer) = self.peers.get(&id) else { return false };
        if peer.flow.is_silent() && self.peers.values().any(|other| !other.flow.is_silent() && other.offers.contains(item)) {
            return false;
        }
        if self.is_anothers_turn(id, item, now) {
            return false;
        }
        match item {
            Item::Log(log) => {
                let rests = self.is_slowed(log) || self.pulls.rests.get(log).is_some_and(|until| *until > now);
                !rests && self.pulls.fronts.get(log).is_none_or(|front| !front.failed && front.seq < peer.holds(log))
            }
            Item::Document(kind, _) => self.pulls.assemblies.get(kind).is_none_or(|assembly| !assembly.handed),
        }
    }

    /// The place from which something is asked for.
    fn next_of(&self, id: OfficeId, item: &Item) -> u64 {
        match item {
            Item::Log(log) => self.reached(log).next().0,
            Item::Document(kind, version) => self.assembled(id, *kind, *version),
        }
    }

    /// How far a log is held or in the ledger's hands.
    pub(super) fn reached(&self, log: &LogId) -> Seq {
        let front = self.pulls.fronts.get(log).map_or(Seq::ZERO, |front| front.seq);
        front.max(self.frontier.seq(log))
    }

    /// Bytes that something will take, roughly.
    fn need(&self, peer: &Peer, item: &Item) -> u64 {
        match item {
            Item::Log(log) => {
                let next = peer.streams.get(item).map_or(0, |stream| stream.next).max(self.reached(log).next().0);
                let entries = peer.holds(log).0.saturating_add(1).saturating_sub(next);
                let some = entries.saturating_mul(self.pulls.entry_len * 5 / 4).saturating_add(256);
                if entries == 0 { 0 } else { some }
            }
            Item::Document(..) => u64::MAX,
        }
    }

    /// Stops asking a neighbour for something.
    pub(super) fn stop(&mut self, id: OfficeId, item: &Item, out: &mut Vec<Out>) {
        if let Some(credit) = self.close(id, item)
            && let Some(peer) = self.peers.get_mut(&id)
        {
            let longest = u64::try_from(MAX_ENTRY).unwrap_or(u64::MAX);
            peer.slack = peer.slack.saturating_add(credit).saturating_add(longest);
            let frame = Frame::Asks(vec![Ask::Stop { item: *item }]);
            out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: frame.encode() });
        }
    }

    /// Forgets that a neighbour is asked for something; gives back what may still come.
    pub(super) fn close(&mut self, id: OfficeId, item: &Item) -> Option<u64> {
        let stream = self.peers.get_mut(&id)?.streams.remove(item)?;
        if !stream.probe {
            self.pulls.sources.remove(&slot(item));
        }
        Some(stream.credit)
    }
}
