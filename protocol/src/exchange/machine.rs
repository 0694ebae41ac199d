//! The machine itself: one input after the other, for all neighbours.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arrive::{Brought, Range};
use super::documents::Piece;
use super::flow::Flow;
use super::frames::Frame;
use super::input::{Config, In, Misbehaviour, Out};
use super::interest::Interest;
use super::item::{Holdings, Item};
use super::pace::Pace;
use super::session::Peer;
use super::wants::Pulls;
use crate::clock::Millis;
use crate::frontier::{Frontier, HeadOf};
use crate::ids::{LogId, OfficeId, Seq};

/// The exchange of one office with all its neighbours.
#[derive(Debug)]
pub struct Exchange {
    pub(super) config: Config,
    pub(super) interest: Arc<dyn Interest>,
    pub(super) frontier: Frontier,
    /// Up to where the beginnings of logs were given up here.
    pub(super) given_up: BTreeMap<LogId, Seq>,
    pub(super) editions: Holdings,
    pub(super) peers: BTreeMap<OfficeId, Peer>,
    pub(super) pulls: Pulls,
    pub(super) armed: Option<Millis>,
    strikes: BTreeMap<OfficeId, u32>,
    sessions: u64,
}

impl Exchange {
    /// An exchange without neighbours, over what the office holds durably.
    #[must_use]
    pub fn new(
        config: Config,
        interest: Arc<dyn Interest>,
        editions: impl Into<Holdings>,
        heads: impl IntoIterator<Item = HeadOf>,
    ) -> Self {
        let mut frontier = Frontier::default();
        for head in heads {
            frontier.advance(head);
        }
        Self {
            config,
            interest,
            frontier,
            given_up: BTreeMap::new(),
            editions: editions.into(),
            peers: BTreeMap::new(),
            pulls: Pulls::default(),
            armed: None,
            strikes: BTreeMap::new(),
            sessions: 0,
        }
    }

    /// What the office holds durably, as far as the exchange was told.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Takes one input and adds what is to be done to `out`.
    pub fn handle(&mut self, input: In, now: Millis, out: &mut Vec<Out>) {
        match input {
            In::PeerUp { peer, rtt_ms } => self.up(peer, rtt_ms, now, out),
            In::PeerDown { peer } => self.down(peer, out),
            In::Link { peer, rtt_ms, bytes_per_s } => {
                if let Some(peer) = self.peers.get_mut(&peer) {
                    peer.flow.told(rtt_ms, bytes_per_s);
                    peer.pace.told(bytes_per_s);
                }
            }
            In::Terms { peer, direct, least } => {
                if let Some(peer) = self.peers.get_mut(&peer) {
                    (peer.direct, peer.least) = (direct, least);
                    peer.telling.rearm(least);
                }
            }
            In::Hears { peer, topics } => {
                if let Some(peer) = self.peers.get_mut(&peer) {
                    peer.heard = Some(topics);
                }
            }
            In::Frame { peer, bytes } => self.frame(peer, &bytes, now, out),
            In::Copy { peer, bytes } => self.on_copy(peer, &bytes, out),
            In::Appended { head, from, gossiped } => {
                let way = if gossiped { Brought::Gossip } else { Brought::Asked };
                self.on_appended(head, from, way, now, out);
            }
            In::Seen { peer, log, seq, pending } => self.on_seen(peer, log, seq, pending),
            In::Settled { ticket, head, verdict } => self.on_settled(ticket, head, verdict, now, out),
            In::Loaded { peer, log, from, entries } => self.on_loaded(peer, log, from, entries, now, out),
            In::DocumentLoaded { peer, kind, version, offset, total, bytes } => {
                self.on_document_loaded(peer, Piece { kind, version, offset, total, bytes }, now, out);
            }
            In::Documents(editions) => self.on_documents(editions, out),
            In::DocumentRefused { peer, kind, version } => self.on_refused(peer, kind, version, out),
            In::Cut { log, head } => self.frontier.retreat(&log, head),
            In::Kept(rows) => self.keep(&rows, out),
            In::Slowed(slowed) => self.on_slowed(slowed, now, out),
            In::Interest(interest) => self.on_interest(interest, now, out),
            In::Tick => {
                self.armed = None;
                self.watch(now, out);
            }
        }
        self.tell(now, out);
        self.ask_for_the_rest(now, out);
        self.ask(now, out);
        self.serve(now, out);
        self.arm(now, out);
    }

    fn up(&mut self, id: OfficeId, rtt_ms: Option<u32>, now: Millis, out: &mut Vec<Out>) {
        self.down(id, out);
        if id == self.config.me {
            return;
        }
        // Two lives of one office never say hello under the same number: time tells them apart.
        self.sessions = now.0.max(self.sessions.saturating_add(1));
        self.peers.insert(id, Peer::new(self.sessions, Flow::new(rtt_ms, now), Pace::default(), now));
        self.say_hello(id, now, out);
    }

    fn down(&mut self, id: OfficeId, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get(&id) else { return };
        if peer.slowness.is_said() {
            out.push(Out::Slows { peer: id, slowdown: None });
        }
        let items: Vec<Item> = peer.streams.keys().copied().collect();
        for item in items {
            self.close(id, &item);
        }
        self.peers.remove(&id);
    }

    /// Begins anew with a neighbour that has begun anew on a connection that still stands.
    pub(super) fn renew(&mut self, id: OfficeId, now: Millis, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get(&id) else { return };
        // Our side stays the same, or each would take the other's answer for another beginning.
        let renewed = peer.renewed(now);
        self.down(id, out);
        self.peers.insert(id, renewed);
        self.say_hello(id, now, out);
    }

    fn frame(&mut self, id: OfficeId, bytes: &[u8], now: Millis, out: &mut Vec<Out>) {
        if !self.peers.contains_key(&id) {
            return;
        }
        match Frame::decode(bytes) {
            Ok(Frame::Hello { session, editions, digest }) => self.on_hello(id, session, (editions, digest), now, out),
            Ok(Frame::Editions(editions)) => self.on_editions(id, editions, out),
            Ok(Frame::Delegated(rows)) => self.on_delegated(id, rows.into_iter().collect(), out),
            Ok(Frame::Topics { topics, last }) => self.on_topics(id, &topics, last, now, out),
            Ok(Frame::Heads { heads, done }) => self.on_heads(id, &heads, done, now, out),
            Ok(Frame::Kept(rows)) => self.on_kept(id, &rows, now, out),
            Ok(Frame::Asks(asks)) => self.on_asks(id, &asks, now, out),
            Ok(Frame::Range { log, from, entries, end }) => self.on_range(id, Range { log, from, entries, end }, now, out),
            Ok(Frame::Piece { kind, version, offset, total, bytes }) => {
                self.on_piece(id, Piece { kind, version, offset, total, bytes }, now, out);
            }
            Ok(Frame::Live { log, from, entries }) => self.on_live(id, log, from, entries, out),
            Ok(Frame::Slowed(slowed)) => self.on_slowed_by(id, slowed, now, out),
            Err(error) => self.strike(id, Misbehaviour::Frame(error), out),
        }
    }

    fn on_interest(&mut self, interest: Arc<dyn Interest>, now: Millis, out: &mut Vec<Out>) {
        self.interest = interest;
        self.refresh_all_offers();
        let ids: Vec<OfficeId> = self.peers.keys().copied().collect();
        for id in ids {
            self.refresh_interest(id);
            self.say_hello(id, now, out);
        }
    }

    /// Counts a broken rule.
    pub(super) fn strike(&mut self, id: OfficeId, why: Misbehaviour, out: &mut Vec<Out>) {
        let strikes = self.strikes.entry(id).or_insert(0);
        *strikes = strikes.saturating_add(1);
        out.push(Out::Misbehaved { peer: id, why, strikes: *strikes });
    }

    /// What neighbours hold and this office lacks, neighbour by neighbour: entries, their bytes by the length of those that
    /// came lately, and milliseconds at the rate that was measured.
    pub fn coming(&self) -> impl Iterator<Item = (OfficeId, u64, u64, u64)> + '_ {
        self.peers.iter().map(|(id, peer)| {
            let lacks = |item: &Item| match item {
                Item::Log(log) => peer.holds(log).0.saturating_sub(self.frontier.seq(log).0),
                Item::Document(..) => 0,
            };
            // Whoever lies about two logs says more than there are numbers.
            let entries = peer.offers.iter().map(lacks).fold(0, u64::saturating_add);
            let bytes = entries.saturating_mul(self.pulls.entry_len);
            (*id, entries, bytes, bytes.saturating_mul(1_000) / peer.flow.rate())
        })
    }

    /// Bytes that the exchange keeps in memory, roughly.
    #[must_use]
    pub fn footprint(&self) -> usize {
        const NODE: usize = 48;
        let per_peer = |peer: &Peer| {
            let things = 2 * peer.told.len()
                + peer.asked.len()
                + peer.given_up.len()
                + peer.offers.len()
                + peer.barred.len()
                + peer.idled.len()
                + peer.waiting.len()
                + peer.probed.len();
            NODE * (things + 2 * peer.streams.len() + 2 * peer.telling.len() + 2 * peer.serving.len()) + size_of::<Peer>()
        };
        let pulls = &self.pulls;
        let things = pulls.sources.len()
            + pulls.fronts.len()
            + 2 * pulls.tickets.len()
            + pulls.frozen.len()
            + pulls.rests.len()
            + pulls.slowed.len()
            + pulls.slowdowns.len()
            + pulls.live.len();
        let documents: usize = pulls.assemblies.values().map(super::documents::Assembly::len).sum();
        self.peers.values().map(per_peer).sum::<usize>() + NODE * (things + self.frontier.len()) + documents
    }
}
