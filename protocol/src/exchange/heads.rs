//! What neighbours say they hold, and what they can therefore be asked for.

use super::Exchange;
use super::input::{Misbehaviour, Out};
use super::interest::keeps;
use super::item::Item;
use crate::bounds::{MAX_OFFERS, MAX_OFFERS_TOTAL};
use crate::clock::Millis;
use crate::frontier::HeadOf;
use crate::ids::{LogId, OfficeId, Seq};

/// Logs that a neighbour may be wrong about, or that may wait, before it is asked for nothing more.
pub(super) const MAX_GRUDGES: usize = 1_024;

impl Exchange {
    pub(super) fn on_heads(&mut self, id: OfficeId, heads: &[HeadOf], done: bool, now: Millis, out: &mut Vec<Out>) {
        let mut news = Vec::new();
        let total: usize = self.peers.values().map(|peer| peer.offers.len()).sum();
        let mut free = MAX_OFFERS_TOTAL.saturating_sub(total).max(MAX_OFFERS / 16);
        for head in heads {
            if head.seq == Seq::ZERO {
                return self.strike(id, Misbehaviour::Disorder, out);
            }
            if !self.concerns(id, &head.log) {
                continue;
            }
            let held = self.frontier.head(&head.log);
            let said = head.seq;
            // Who has not heard yet that the log was cut may hold more than counts.
            let head = HeadOf { seq: self.interest.end_of(&head.log).map_or(said, |end| said.min(end)), ..*head };
            if head.seq == Seq::ZERO {
                continue;
            }
            let Some(peer) = self.peers.get_mut(&id) else { return };
            if peer.written_off {
                return;
            }
            if head.seq > held.map_or(Seq::ZERO, |held| held.seq) && !peer.offers.contains(&Item::Log(head.log)) {
                if peer.offers.len() >= MAX_OFFERS || free == 0 {
                    peer.overflowed = true;
                    continue;
                }
                free -= 1;
            }
            if peer.holds(&head.log) < head.seq {
                peer.told.insert(head.log, head.seq);
                peer.told_ids.insert(head.log, (said, head.id));
                news.push((head.log, head.seq));
                self.refresh_offer(id, &head.log);
                self.wait_for_gossip(&head.log, now);
            }
            if self.pulls.frozen.contains(&head.log) {
                self.probe(id, &head.log, false, now, out);
            } else if held.is_some_and(|held| held.seq == said && held.id != head.id) {
                self.probe(id, &head.log, true, now, out);
            }
        }
        if !news.is_empty() {
            out.push(Out::Holds { peer: id, heads: news });
        }
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.telling.heard(now);
            if done {
                peer.telling.release(now);
            }
        }
    }

    /// A neighbour passed on an entry that is not next, so it holds the log up to there.
    pub(super) fn on_seen(&mut self, id: OfficeId, log: LogId, seq: Seq, pending: bool) {
        if !self.concerns(id, &log) {
            return;
        }
        let held = self.frontier.seq(&log);
        let seq = self.interest.end_of(&log).map_or(seq, |end| seq.min(end));
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if peer.holds(&log) < seq && seq > held && (peer.offers.len() < MAX_OFFERS || peer.told.contains_key(&log)) {
            peer.told.insert(log, seq);
        }
        if pending && peer.waiting.len() < MAX_GRUDGES {
            peer.waiting.insert(Item::Log(log));
        } else if pending {
            self.bar(id, Item::Log(log));
        }
        self.pulls.rests.remove(&log);
        self.refresh_offer(id, &log);
    }

    /// Whether a log is both a neighbour's business and ours.
    pub(super) fn concerns(&self, id: OfficeId, log: &LogId) -> bool {
        let interest = self.interest.as_ref();
        interest.knows(log.office) && keeps(interest, self.config.me, log) && keeps(interest, id, log)
    }

    /// Sees anew whether a neighbour can be asked for a log.
    pub(super) fn refresh_offer(&mut self, id: OfficeId, log: &LogId) {
        let item = Item::Log(*log);
        let held = self.frontier.seq(log);
        let frozen = self.pulls.frozen.contains(log);
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let trusted = !peer.written_off && !peer.barred.contains(&item);
        if peer.has(log, held.next()) && !frozen && trusted && !peer.waiting.contains(&item) {
            peer.offers.insert(item);
        } else {
            peer.offers.remove(&item);
        }
    }

    /// Sees anew what all neighbours can be asked for, after documents or the directory changed.
    pub(super) fn refresh_all_offers(&mut self) {
        let ids: Vec<OfficeId> = self.peers.keys().copied().collect();
        for id in ids {
            let Some(peer) = self.peers.get_mut(&id) else { continue };
            for item in std::mem::take(&mut peer.waiting) {
                if let Item::Log(log) = item {
                    self.refresh_offer(id, &log);
                }
            }
            self.refresh_documents(id);
        }
    }

    /// Forgets what is no longer both a neighbour's business and ours, after the directory changed.
    pub(super) fn refresh_interest(&mut self, id: OfficeId) {
        let Some(peer) = self.peers.get(&id) else { return };
        let foreign: Vec<LogId> = peer.told.keys().filter(|log| !self.concerns(id, log)).copied().collect();
        let shorter = peer.told.iter().filter_map(|(log, told)| Some((*log, self.interest.end_of(log).filter(|end| end < told)?)));
        let shorter: Vec<(LogId, Seq)> = shorter.collect();
        let Some(peer) = self.peers.get_mut(&id) else { return };
        peer.told.extend(shorter.iter().copied());
        shorter.iter().for_each(|(log, _)| self.refresh_offer(id, log));
        let Some(peer) = self.peers.get_mut(&id) else { return };
        for log in foreign {
            peer.told.remove(&log);
            peer.told_ids.remove(&log);
            peer.asked.remove(&log);
            peer.given_up.remove(&log);
            peer.offers.remove(&Item::Log(log));
        }
    }

    /// Does not ask a neighbour for a log again, until it connects anew.
    pub(super) fn bar(&mut self, id: OfficeId, item: Item) {
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.offers.remove(&item);
            peer.barred.insert(item);
            if peer.barred.len() >= MAX_GRUDGES {
                peer.written_off = true;
                peer.offers.clear();
            }
        }
    }

    /// Leaves gossip a moment for what is probably under way: asking would fetch it twice.
    fn wait_for_gossip(&mut self, log: &LogId, now: Millis) {
        let delay = self.config.ack_delay_ms;
        let live = self.pulls.live.get(log).is_some_and(|at| now.since(*at) <= 2 * delay);
        if live && !Item::Log(*log).is_pressing() {
            self.pulls.rests.entry(*log).or_insert(now.plus(delay / 6));
        }
    }

    /// Says hello again to who had more to tell than was taken note of, once that is worked off.
    pub(super) fn ask_for_the_rest(&mut self, now: Millis, out: &mut Vec<Out>) {
        let done = self.peers.iter_mut().filter(|(_, peer)| peer.overflowed && peer.offers.is_empty() && !peer.written_off);
        let ids: Vec<OfficeId> = done
            .map(|(id, peer)| {
                peer.overflowed = false;
                *id
            })
            .collect();
        for id in ids {
            self.say_hello(id, now, out);
        }
    }
}
