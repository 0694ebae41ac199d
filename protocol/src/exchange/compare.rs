//! Comparing two frontiers: the whole digest, then topics, then the heads of those that differ.
//!
//! Both sides see which topics differ. The office with the lower number tells its heads first; the
//! other answers with what is left to say, so that what both hold crosses the wire once.

use super::Exchange;
use super::frames::Frame;
use super::input::{Misbehaviour, Out};
use super::interest::share;
use super::item::Editions;
use super::session::Peer;
use super::telling::Due;
use crate::bounds::MAX_TOPICS_PAGE;
use crate::clock::Millis;
use crate::frontier::{Digest, HeadOf, whole_digest};
use crate::ids::{OfficeId, Precedence, Seq, Topic};

impl Exchange {
    /// Says hello: on a new connection, and when another directory holds.
    pub(super) fn say_hello(&mut self, id: OfficeId, now: Millis, out: &mut Vec<Out>) {
        let digest = whole_digest(&self.common_digests(id));
        let editions = self.editions.told;
        let Some(peer) = self.peers.get(&id) else { return };
        let frame = Frame::Hello { session: peer.session, editions, digest };
        out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: frame.encode() });
        self.tell_kept(id, None, out);
        self.tell_slowed(id, true, now, out);
    }

    pub(super) fn on_hello(&mut self, id: OfficeId, session: u64, theirs: (Editions, Digest), now: Millis, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if !peer.may_compare(now) {
            return self.strike(id, Misbehaviour::Restless, out);
        }
        if peer.theirs.is_some_and(|known| known != session) {
            // It began anew without our noticing: what it knew of us is gone, our hello included.
            self.renew(id, now, out);
        }
        let (editions, digest) = theirs;
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.theirs = Some(session);
        }
        self.on_editions(id, editions, out);
        self.tell_delegated(id, out);
        let topics = self.common_digests(id);
        if whole_digest(&topics) == digest {
            let all = topics.iter().map(|(topic, _)| *topic).collect();
            return self.holds_the_same(id, all, out);
        }
        let mut pages = topics.chunks(MAX_TOPICS_PAGE).peekable();
        if pages.peek().is_none() {
            let nothing = Frame::Topics { topics: Vec::new(), last: true };
            out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: nothing.encode() });
        }
        while let Some(page) = pages.next() {
            let frame = Frame::Topics { topics: page.to_vec(), last: pages.peek().is_none() };
            out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: frame.encode() });
        }
    }

    pub(super) fn on_topics(&mut self, id: OfficeId, topics: &[(Topic, Digest)], last: bool, now: Millis, out: &mut Vec<Out>) {
        let mine = self.common_digests(id);
        let me = self.config.me;
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let after = peer.listed;
        if after.is_none() && !peer.may_compare(now) {
            return self.strike(id, Misbehaviour::Restless, out);
        }
        if !topics.windows(2).all(|pair| pair[0].0 < pair[1].0) || topics.first().is_some_and(|first| Some(first.0) <= after) {
            return self.strike(id, Misbehaviour::Disorder, out);
        }
        let until = topics.last().map(|topic| topic.0);
        peer.listed = if last { None } else { until.or(after) };
        let covered = |topic: Topic| Some(topic) > after && (last || Some(topic) <= until);
        let (mut same, mut differ) = (Vec::new(), Vec::new());
        for (topic, digest) in mine.into_iter().filter(|(topic, _)| covered(*topic)) {
            let theirs = topics.binary_search_by_key(&topic, |t| t.0).ok().map(|i| topics[i].1);
            if theirs == Some(digest) { same.push(topic) } else { differ.push(topic) }
        }
        let first = me < id;
        let at = if first { now } else { now.plus(peer.flow.patience_ms(0)) };
        if first && last {
            peer.telling.close(now);
        }
        if !first {
            peer.telling.hold(at);
        }
        for topic in differ {
            let share = share(self.interest.as_ref(), me, id, topic);
            for head in self.frontier.heads(topic, share) {
                peer.telling.schedule(head.log, Due { at, joins: false, receipt: head.log.office == id, seq: head.seq });
            }
        }
        self.holds_the_same(id, same, out);
    }

    /// The digests of what both keep, in order.
    fn common_digests(&mut self, id: OfficeId) -> Vec<(Topic, Digest)> {
        let (me, interest) = (self.config.me, &self.interest);
        self.frontier.digests(|topic| share(interest.as_ref(), me, id, topic))
    }

    /// A neighbour holds exactly what we hold of some topics.
    fn holds_the_same(&mut self, id: OfficeId, topics: Vec<Topic>, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let mut advanced = Vec::new();
        for topic in topics {
            let share = share(self.interest.as_ref(), self.config.me, id, topic);
            for head in self.frontier.heads(topic, share) {
                if learn(peer, head) {
                    advanced.push((head.log, head.seq));
                }
            }
        }
        if !advanced.is_empty() {
            out.push(Out::Holds { peer: id, heads: advanced });
        }
    }
}

fn learn(peer: &mut Peer, head: HeadOf) -> bool {
    let known = peer.told.entry(head.log).or_insert(Seq::ZERO);
    let news = *known < head.seq;
    *known = head.seq.max(*known);
    news
}
