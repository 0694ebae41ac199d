//! Time: whom to give up, whom to replace, and when to look again.

use super::Exchange;
use super::input::Out;
use super::item::Item;
use crate::clock::Millis;
use crate::ids::OfficeId;

/// How many times faster another neighbour must be before something is taken over.
const FASTER: u64 = 4;

impl Exchange {
    /// Gives up neighbours that are silent, and takes from slow ones what a faster one could give.
    pub(super) fn watch(&mut self, now: Millis, out: &mut Vec<Out>) {
        self.pulls.rests.retain(|_, until| *until > now);
        let ids: Vec<OfficeId> = self.peers.keys().copied().collect();
        for id in ids {
            let Some(peer) = self.peers.get_mut(&id) else { continue };
            let under_way = peer.under_way();
            if under_way > 0 && peer.flow.deadline(under_way) <= now {
                peer.flow.gave_up();
                let items: Vec<Item> = peer.streams.keys().copied().collect();
                for item in items {
                    self.stop(id, &item, out);
                }
            } else if peer.review_at.is_some_and(|at| at <= now) {
                self.review(id, now, out);
            }
        }
    }

    /// Takes from a neighbour what has been under way for long and another gives much faster.
    fn review(&mut self, id: OfficeId, now: Millis, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get(&id) else { return };
        let span = peer.review_ms();
        let rate = peer.flow.rate();
        let faster = |item: &Item| {
            let mut others = self.peers.iter().filter(|(other, _)| **other != id);
            others.any(|(_, other)| {
                let idle = other.under_way() < other.flow.window();
                idle && !other.flow.is_silent() && other.offers.contains(item) && other.flow.rate() >= FASTER.saturating_mul(rate)
            })
        };
        let old = peer.streams.iter().filter(|(_, stream)| now.since(stream.opened) >= span);
        let moved: Vec<Item> = old.map(|(item, _)| *item).filter(faster).collect();
        for item in moved {
            self.stop(id, &item, out);
        }
        self.leave_idle(id, now, span, out);
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.review_at = (!peer.streams.is_empty()).then(|| now.plus(span));
        }
    }

    /// Says when to look again, if that is not known already.
    pub(super) fn arm(&mut self, now: Millis, out: &mut Vec<Out>) {
        let Some(next) = self.next_event(now) else { return };
        let next = next.max(now.plus(1));
        if self.armed.is_none_or(|armed| next < armed || armed <= now) {
            self.armed = Some(next);
            out.push(Out::WakeAt(next));
        }
    }

    fn next_event(&self, now: Millis) -> Option<Millis> {
        let mut next: Option<Millis> = None;
        let mut at = |time: Millis| next = Some(next.map_or(time, |next| next.min(time)));
        for peer in self.peers.values() {
            if let Some(soonest) = peer.telling.soonest() {
                at(if soonest > now { soonest } else { peer.pace.ready_at(now) });
            }
            let under_way = peer.under_way();
            if under_way > 0 {
                at(peer.flow.deadline(under_way));
            }
            if let Some(resume) = peer.serving.resume_at {
                at(resume);
            }
            if let Some(review) = peer.review_at.filter(|_| !peer.streams.is_empty()) {
                at(review);
            }
        }
        if self.peers.values().any(|peer| !peer.offers.is_empty()) {
            self.pulls.rests.values().for_each(|until| at(*until));
        }
        next
    }
}
