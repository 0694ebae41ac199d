//! Entries on their way in: from the neighbour to the ledger, and the ledger's verdict.

use std::collections::btree_map::Entry;

use super::Exchange;
use super::input::{Misbehaviour, Out, Settled, Ticket};
use super::item::Item;
use super::session::{Doubt, Stream};
use super::wants::{Front, Handed, Kind};
use crate::bounds::MAX_ENTRY;
use crate::clock::Millis;
use crate::document::DocumentKind;
use crate::frontier::HeadOf;
use crate::ids::{LogId, OfficeId, Precedence, Seq};

/// Logs of one neighbour that are searched for the place at which they part from ours.
const MAX_DOUBTS: usize = 1_024;
/// How long the ledger is left alone when it could not take a batch, in milliseconds.
pub(super) const LATER_MS: u64 = 5_000;

/// How an entry came that was appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brought {
    /// By gossip, which brings it to all that hear its topic.
    Gossip,
    /// Sent by a neighbour because it is new.
    Live,
    /// Asked for, or written here and told by heads alone.
    Asked,
}

/// A reply with entries.
#[derive(Debug)]
pub(super) struct Range {
    pub(super) log: LogId,
    pub(super) from: Seq,
    pub(super) entries: Vec<Vec<u8>>,
    pub(super) end: bool,
}

impl Exchange {
    pub(super) fn on_range(&mut self, id: OfficeId, range: Range, now: Millis, out: &mut Vec<Out>) {
        let Range { log, from, mut entries, end } = range;
        let item = Item::Log(log);
        let bytes = len(entries.iter().map(Vec::len).sum());
        let count = len(entries.len());
        let reached = self.reached(&log);
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let Some(stream) = peer.streams.get_mut(&item) else {
            return self.unasked(id, bytes, out);
        };
        // The last entry may exceed the credit, but there must be some.
        let allowed = if stream.credit > 0 { stream.credit + len(MAX_ENTRY) } else { 0 };
        let excess = bytes.saturating_sub(allowed);
        // An answer to an earlier question says nothing of the place that is looked into now.
        let elsewhere = if stream.probe { from.0 != stream.next } else { from.0 > stream.next };
        // An honest answer brings something new or is the last: else it would be no word and pass for one.
        let reaches = from.0.saturating_add(count);
        let idle = !end && !stream.probe && reaches <= stream.next;
        if elsewhere || idle || excess > peer.slack {
            // Left over from what was stopped, or a neighbour that skips and will be given up.
            return self.unasked(id, bytes, out);
        }
        peer.slack -= excess;
        stream.credit = stream.credit.saturating_sub(bytes);
        if reaches > stream.next {
            (stream.next, stream.moved) = (reaches, now);
        }
        let (last, probe) = (Seq(from.0.saturating_add(count).saturating_sub(1)), stream.probe);
        let nothing = entries.is_empty() && end;
        if end || probe {
            self.close(id, &item);
        }
        self.heard(id, bytes, now);
        let accuses = self.peers.get(&id).and_then(|peer| peer.probed.get(&log)).is_none_or(|doubt| doubt.accuses);
        if nothing && probe && !accuses {
            return;
        }
        if nothing {
            return self.gave_nothing(id, &log, from, out);
        }
        if let Some(mean) = bytes.checked_div(count) {
            self.pulls.entry_len = (7 * self.pulls.entry_len + mean) / 8;
        }
        let known = if probe { Seq::ZERO } else { reached };
        let skip = usize::try_from(known.next().0.saturating_sub(from.0)).unwrap_or(usize::MAX);
        entries.drain(..skip.min(entries.len()));
        // Behind the end of a log that was cut nothing is taken; who sends it need not have heard yet.
        if let Some(end) = self.interest.end_of(&log) {
            let counting = usize::try_from((end.0 + 1).saturating_sub(known.next().0.max(from.0))).unwrap_or(usize::MAX);
            entries.truncate(counting);
        }
        if !entries.is_empty() {
            let kind = if probe { Kind::Probe } else { Kind::Asked };
            self.hand_over(id, log, last, entries, kind, out);
        } else if end {
            self.compare_with_what_it_told(id, &log, now, out);
        }
    }

    /// An answer brought nothing, since what it has came from elsewhere meanwhile: that may have been another story than
    /// the one that this neighbour told of, and it could not be asked while it was answering.
    fn compare_with_what_it_told(&mut self, id: OfficeId, log: &LogId, now: Millis, out: &mut Vec<Out>) {
        let Some(head) = self.frontier.head(log) else { return };
        if self.peers.get(&id).is_some_and(|peer| peer.contradicts(&head)) {
            self.probe(id, log, true, now, out);
        }
    }

    pub(super) fn hand_over(&mut self, peer: OfficeId, log: LogId, last: Seq, entries: Vec<Vec<u8>>, kind: Kind, out: &mut Vec<Out>) {
        let bytes = len(entries.iter().map(Vec::len).sum());
        let ticket = Ticket(self.pulls.next_ticket);
        self.pulls.next_ticket += 1;
        self.pulls.unsettled += bytes;
        let session = self.peers.get(&peer).map_or(0, |peer| peer.session);
        self.pulls.tickets.insert(ticket, Handed { peer, session, log, bytes, kind });
        if kind != Kind::Probe {
            let front = self.pulls.fronts.entry(log).or_insert(Front { seq: last, batches: 0, failed: false });
            front.seq = front.seq.max(last);
            front.batches += 1;
        }
        if kind == Kind::Probe
            && let Some(doubt) = self.peers.get_mut(&peer).and_then(|peer| peer.probed.get_mut(&log))
        {
            doubt.handed = Some(ticket);
        }
        out.push(Out::Append { ticket, peer, log, entries });
    }

    /// Something arrived that had been asked for.
    pub(super) fn heard(&mut self, id: OfficeId, bytes: u64, now: Millis) {
        if let Some(peer) = self.peers.get_mut(&id) {
            let under_way = peer.under_way();
            peer.flow.arrived(bytes, now, under_way);
        }
    }

    /// Something arrived that is not being asked for; harmless while it may have been under way.
    pub(super) fn unasked(&mut self, id: OfficeId, bytes: u64, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if bytes <= peer.slack {
            peer.slack -= bytes;
        } else {
            self.strike(id, Misbehaviour::Unasked, out);
        }
    }

    /// A neighbour has nothing at a place that it said it holds.
    fn gave_nothing(&mut self, id: OfficeId, log: &LogId, from: Seq, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.has(log, from) {
            peer.told.insert(*log, Seq(from.0.saturating_sub(1)));
            self.bar(id, Item::Log(*log));
            self.strike(id, Misbehaviour::Empty, out);
        }
    }

    pub(super) fn on_settled(&mut self, ticket: Ticket, head: Option<HeadOf>, verdict: Settled, now: Millis, out: &mut Vec<Out>) {
        let Some(handed) = self.pulls.tickets.remove(&ticket) else { return };
        let Handed { peer, session, log, bytes, kind } = handed;
        let probe = kind == Kind::Probe;
        let item = Item::Log(log);
        self.pulls.unsettled -= bytes.min(self.pulls.unsettled);
        if let Some(head) = head {
            self.on_settled_head(head, peer, kind, now, out);
        }
        let held = self.frontier.seq(&log);
        if !probe && let Some(front) = self.pulls.fronts.get_mut(&log) {
            front.batches = front.batches.saturating_sub(1);
            let told_before = front.failed;
            if verdict != Settled::Taken {
                (front.seq, front.failed) = (held, true);
            }
            if front.batches == 0 {
                self.pulls.fronts.remove(&log);
            }
            if told_before {
                return;
            }
        }
        // What it had told of its story went with the connection: nobody is accused of what can no longer be looked into.
        let is_here = self.peers.get(&peer).is_some_and(|peer| peer.session == session);
        match (verdict, probe) {
            (Settled::Refused | Settled::Withheld, _) if !is_here => return,
            (Settled::Taken, false) => return,
            (Settled::Gap, false) if kind == Kind::Asked => return self.leave_gapped(peer, &log, now, out),
            (Settled::Gap, _) => {}
            (Settled::Later, _) => {
                self.pulls.rests.insert(log, now.plus(LATER_MS));
            }
            (Settled::Slowed, _) => self.slow_down(&log, out),
            (Settled::Pending, _) => self.on_seen(peer, log, Seq::ZERO, true),
            (Settled::Withheld, _) => {
                self.on_seen(peer, log, Seq::ZERO, true);
                if !self.knows_a_newer_chart(peer) {
                    self.strike(peer, Misbehaviour::Withholds, out);
                }
            }
            (Settled::Frozen, _) => self.freeze(log, now, out),
            (Settled::Refused, false) => {
                self.bar(peer, item);
                // Before it is accused: it may have been told another story than we were. What looks into that goes on.
                self.stop_following(peer, &log, out);
                if !self.probe(peer, &log, true, now, out) {
                    self.strike(peer, Misbehaviour::BadEntry, out);
                }
                return;
            }
            (Settled::Taken | Settled::Refused, true) => {
                return self.doubt_further(peer, log, ticket, verdict == Settled::Taken, now, out);
            }
        }
        self.stop_following(peer, &log, out);
    }

    /// Whether a neighbour told of a newer chart than the one here: it may have erased by that.
    fn knows_a_newer_chart(&self, id: OfficeId) -> bool {
        let theirs = self.peers.get(&id).map(|peer| peer.editions.of(DocumentKind::Chart).version);
        theirs > Some(self.editions.of(DocumentKind::Chart).version)
    }

    fn on_settled_head(&mut self, head: HeadOf, peer: OfficeId, kind: Kind, now: Millis, out: &mut Vec<Out>) {
        let way = if kind == Kind::Live { Brought::Live } else { Brought::Asked };
        self.on_appended(head, Some(peer), way, now, out);
    }

    /// A log has grown durably.
    pub(super) fn on_appended(&mut self, head: HeadOf, from: Option<OfficeId>, way: Brought, now: Millis, out: &mut Vec<Out>) {
        if !self.frontier.advance(head) {
            return;
        }
        if way != Brought::Asked {
            self.pulls.live.insert(head.log, now);
        }
        let item = Item::Log(head.log);
        for peer in self.peers.values_mut() {
            if peer.holds(&head.log) <= head.seq {
                peer.offers.remove(&item);
            }
        }
        self.reach_what_is_kept(&head.log);
        self.plan_telling(head, from, way, now, out);
        // Who told of this place before it was reached here was not compared with it.
        let others: Vec<OfficeId> = self.peers.iter().filter(|(_, peer)| peer.contradicts(&head)).map(|(id, _)| *id).collect();
        for id in others {
            self.probe(id, &head.log, true, now, out);
        }
    }

    /// A log has forked: nobody is asked for it again, but once more for one entry, so that those who hold the other story
    /// see that there are two.
    fn freeze(&mut self, log: LogId, now: Millis, out: &mut Vec<Out>) {
        let first = self.pulls.frozen.insert(log);
        let head = self.frontier.head(&log);
        let ids: Vec<OfficeId> = self.peers.keys().copied().collect();
        for id in ids {
            self.stop(id, &Item::Log(log), out);
            self.refresh_offer(id, &log);
            let Some(peer) = self.peers.get_mut(&id).filter(|peer| first && peer.reaches(&log) > Seq::ZERO) else { continue };
            peer.probed.remove(&log);
            if let Some(head) = head {
                let frame = super::Frame::Heads { heads: vec![head], done: false }.encode();
                out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame });
            }
            self.probe(id, &log, false, now, out);
        }
    }

    /// Asks a neighbour for the last entry that both hold, since its head there has another id, its next entry does not
    /// fit ours, or it does the same: if the log has forked, the ledger will see the proof. False when nothing is left to
    /// be looked into.
    pub(super) fn probe(&mut self, id: OfficeId, log: &LogId, accuses: bool, now: Millis, out: &mut Vec<Out>) -> bool {
        let common = self.common(id, log);
        let searches = self.searches(id, log);
        let Some(peer) = self.peers.get_mut(&id) else { return false };
        let busy = !searches && peer.streams.contains_key(&Item::Log(*log));
        if common == Seq::ZERO || busy {
            return false;
        }
        let is_full = peer.probed.len() >= MAX_DOUBTS;
        let doubt = match peer.probed.entry(*log) {
            Entry::Occupied(doubt) => doubt.into_mut(),
            // Nobody is accused of what there was no room to look into.
            Entry::Vacant(_) if is_full => return true,
            Entry::Vacant(place) => place.insert(Doubt::NEW),
        };
        if searches {
            doubt.accuses |= accuses;
            return true;
        }
        let Some(at) = doubt.next(common).filter(|_| doubt.reopens(common, accuses)) else { return false };
        (doubt.at, doubt.accuses) = (at, accuses);
        self.ask_for_one(id, log, at, now, out);
        true
    }

    /// How far both a neighbour and this office hold a log.
    fn common(&self, id: OfficeId, log: &LogId) -> Seq {
        self.peers.get(&id).map_or(Seq::ZERO, |peer| peer.reaches(log)).min(self.frontier.seq(log))
    }

    /// Whether it is being looked into where a neighbour's copy of a log and ours part: the answer is on its way or in the
    /// ledger's hands.
    fn searches(&self, id: OfficeId, log: &LogId) -> bool {
        let Some(peer) = self.peers.get(&id) else { return false };
        let handed = peer.probed.get(log).and_then(|doubt| doubt.handed);
        peer.looks_into(log) || handed.is_some_and(|ticket| self.pulls.tickets.contains_key(&ticket))
    }

    /// Stops asking a neighbour for what follows in a log, and not for what it is asked to look into the log.
    pub(super) fn stop_following(&mut self, id: OfficeId, log: &LogId, out: &mut Vec<Out>) {
        if self.peers.get(&id).is_some_and(|peer| !peer.looks_into(log)) {
            self.stop(id, &Item::Log(*log), out);
        }
    }

    /// Two stories need not part at their ends: the place where they do is between one that is the same and one that is not.
    fn doubt_further(&mut self, id: OfficeId, log: LogId, ticket: Ticket, same: bool, now: Millis, out: &mut Vec<Out>) {
        let doubt = self.peers.get(&id).and_then(|peer| peer.probed.get(&log));
        if doubt.is_none_or(|doubt| doubt.handed != Some(ticket)) {
            return;
        }
        self.stop(id, &Item::Log(log), out);
        // Meanwhile both may have grown.
        let common = self.common(id, &log);
        let Some(doubt) = self.peers.get_mut(&id).and_then(|peer| peer.probed.get_mut(&log)) else { return };
        if same {
            doubt.same = doubt.at;
        } else {
            doubt.differs = Some(doubt.at);
        }
        if let Some(at) = doubt.next(common) {
            doubt.at = at;
            return self.ask_for_one(id, &log, at, now, out);
        }
        // They do not part where one is asked for by both: what it said or gave was no other story, it was nothing.
        if doubt.accuses || !same {
            doubt.is_judged = true;
            self.bar(id, Item::Log(log));
            self.strike(id, Misbehaviour::BadEntry, out);
        }
    }

    fn ask_for_one(&mut self, id: OfficeId, log: &LogId, at: Seq, now: Millis, out: &mut Vec<Out>) {
        let item = Item::Log(*log);
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.under_way() == 0 {
            peer.flow.asked(now);
        }
        peer.streams.insert(item, Stream { next: at.0, credit: 1, opened: now, moved: now, probe: true });
        let ask = super::frames::Ask::Open { item, from: at.0, credit: 1 };
        out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: super::Frame::Asks(vec![ask]).encode() });
    }
}

fn len(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
