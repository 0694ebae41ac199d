//! What is left of logs whose beginnings a carrier has given up to make room.
//!
//! A head says up to where an office holds a log. Beside it stands, where that is so, from where on: nobody asks for what
//! is not there, and nobody takes it for held. Whoever comes to the place from which on something is held asks there again.

use super::Exchange;
use super::frames::Frame;
use super::input::Out;
use super::interest::{keeps, share};
use super::item::Item;
use super::telling::Due;
use crate::bounds::{MAX_HEADS, MAX_OFFERS};
use crate::clock::Millis;
use crate::frontier::{HeadOf, Kept};
use crate::ids::{LogId, OfficeId, Precedence, Seq};

impl Exchange {
    /// Whether an entry is held here.
    pub(super) fn has(&self, log: &LogId, seq: Seq) -> bool {
        seq <= self.frontier.seq(log) && self.given_up.get(log).is_none_or(|after| seq > *after)
    }

    /// Something was given up here: neighbours are told.
    pub(super) fn keep(&mut self, rows: &[(Kept, Option<HeadOf>)], out: &mut Vec<Out>) {
        let ids: Vec<OfficeId> = self.peers.keys().copied().collect();
        for (row, head) in rows {
            if row.after > Seq::ZERO {
                self.given_up.insert(row.log, row.after);
            } else {
                self.given_up.remove(&row.log);
            }
            // With a head it goes on; what has been appended since comes, or came, by itself.
            if head.is_none() {
                self.frontier.retreat(&row.log, None);
                self.pulls.fronts.remove(&row.log);
                self.pulls.rests.remove(&row.log);
                ids.iter().for_each(|id| self.refresh_offer(*id, &row.log));
            }
        }
        let rows: Vec<Kept> = rows.iter().map(|(row, _)| Kept { to: self.frontier.seq(&row.log).max(row.after), ..*row }).collect();
        ids.iter().for_each(|id| self.tell_kept(*id, Some(&rows), out));
    }

    /// Tells a neighbour what is left, of some logs or of all.
    pub(super) fn tell_kept(&self, id: OfficeId, rows: Option<&[Kept]>, out: &mut Vec<Out>) {
        let all = || self.given_up.iter().map(|(log, after)| Kept { log: *log, after: *after, to: self.frontier.seq(log) }).collect();
        let mut rows: Vec<Kept> = rows.map_or_else(all, <[Kept]>::to_vec);
        rows.retain(|row| share(self.interest.as_ref(), self.config.me, id, row.log.topic).has(&row.log));
        for page in rows.chunks(MAX_HEADS) {
            out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: Frame::Kept(page.to_vec()).encode() });
        }
    }

    /// A neighbour tells what is left at its side.
    ///
    /// Whoever holds more tells it so: what it knew of that may be forgotten, or never was told.
    pub(super) fn on_kept(&mut self, id: OfficeId, rows: &[Kept], now: Millis, out: &mut Vec<Out>) {
        let mut news = Vec::new();
        for row in rows {
            // Who has not heard yet that the log was cut may hold more than counts.
            let end = self.interest.end_of(&row.log).unwrap_or(Seq(u64::MAX));
            let row = &Kept { after: row.after.min(end), to: row.to.min(end), ..*row };
            let interest = self.interest.as_ref();
            if !interest.knows(row.log.office) || !keeps(interest, self.config.me, &row.log) || !keeps(interest, id, &row.log) {
                continue;
            }
            let Some(peer) = self.peers.get_mut(&id) else { return };
            let known = (peer.given_up.get(&row.log).copied().unwrap_or(Seq::ZERO), peer.holds(&row.log));
            let is_one_too_many = peer.told.len() >= MAX_OFFERS && !peer.told.contains_key(&row.log);
            if known == (row.after, row.to) || is_one_too_many {
                continue;
            }
            if row.after > Seq::ZERO && (peer.given_up.len() < MAX_OFFERS || peer.given_up.contains_key(&row.log)) {
                peer.given_up.insert(row.log, row.after);
            } else {
                peer.given_up.remove(&row.log);
            }
            if row.to > Seq::ZERO {
                peer.told.insert(row.log, row.to);
            } else {
                peer.told.remove(&row.log);
            }
            // What it asked for or told of before was another part.
            peer.asked.remove(&row.log);
            peer.told_ids.remove(&row.log);
            peer.barred.remove(&Item::Log(row.log));
            let held = self.frontier.seq(&row.log);
            if held > row.to {
                peer.telling.schedule(row.log, Due { at: now, joins: false, receipt: false, seq: held });
            }
            news.push(*row);
            if !self.peers.get(&id).is_some_and(|peer| peer.has(&row.log, self.reached(&row.log).next())) {
                self.stop(id, &Item::Log(row.log), out);
            }
            self.refresh_offer(id, &row.log);
        }
        if !news.is_empty() {
            out.push(Out::Keeps { peer: id, rows: news });
        }
    }

    /// A log has come to where a neighbour that has given up its beginning can go on.
    pub(super) fn reach_what_is_kept(&mut self, log: &LogId) {
        let ids = self.peers.iter().filter(|(_, peer)| peer.given_up.contains_key(log)).map(|(id, _)| *id);
        for id in ids.collect::<Vec<_>>() {
            self.refresh_offer(id, log);
        }
    }
}
