//! Offices that have written more than the policy's quota: what is theirs waits with whoever holds it.
//!
//! Who keeps the accounts says whose logs wait. They are not asked for meanwhile, and from their next entry on afterwards: a
//! quota slows, it never makes a gap. A neighbour whose own logs wait is told so, when that begins, when it ends, and with
//! every hello between. What a neighbour says of ours may be a lie: it is handed on to be shown, and changes nothing here.

use std::collections::BTreeMap;

use super::Exchange;
use super::frames::Frame;
use super::input::{Out, Slow, Slowdown};
use super::item::Item;
use crate::bounds::MAX_SLOWED_S;
use crate::clock::Millis;
use crate::ids::{LogId, OfficeId, Precedence};
use crate::quota::is_reserved;

/// So often in a row a neighbour may say anew that our logs wait.
const WORD_BURST: u64 = 16;
/// Once more after so many milliseconds.
const WORD_EVERY_MS: u64 = 60_000;

/// What two neighbours have said to each other of logs that wait.
#[derive(Debug)]
pub(super) struct Slowness {
    /// Of its logs, to it.
    told: Option<Slowdown>,
    /// Of ours, by it.
    said: Option<Slowdown>,
    words: u64,
    counted: Millis,
}

impl Slowness {
    pub(super) fn new(now: Millis) -> Self {
        Self { told: None, said: None, words: WORD_BURST, counted: now }
    }

    /// The same neighbour begun anew: it has said nothing yet, and may say no more for that.
    pub(super) fn renewed(&self) -> Self {
        Self { told: None, said: None, ..*self }
    }

    /// Whether it has said that logs of ours wait.
    pub(super) fn is_said(&self) -> bool {
        self.said.is_some()
    }

    /// Takes its word; true when that is another than before. Who changes it too often has said nothing.
    fn hear(&mut self, word: Option<Slowdown>, now: Millis) -> bool {
        if !differ(self.said.as_ref(), word.as_ref()) {
            return false;
        }
        let earned = now.since(self.counted) / WORD_EVERY_MS;
        if earned > 0 {
            (self.words, self.counted) = ((self.words + earned).min(WORD_BURST), now);
        }
        let before = self.said;
        self.said = word.filter(|_| self.words > 0);
        self.words = self.words.saturating_sub(u64::from(word.is_some()));
        self.said != before
    }
}

fn differ(before: Option<&Slowdown>, word: Option<&Slowdown>) -> bool {
    match (before, word) {
        (Some(before), Some(word)) => word.is_news_after(before),
        (before, word) => before.is_some() != word.is_some(),
    }
}

impl Exchange {
    /// Whether a log waits, since its writer has written too much.
    pub(super) fn is_slowed(&self, log: &LogId) -> bool {
        self.pulls.slowed.get(&log.office).is_some_and(|slow| slow.holds(log))
    }

    /// An entry was not taken, since its writer has written too much.
    pub(super) fn slow_down(&mut self, log: &LogId, out: &mut Vec<Out>) {
        let slow = if is_reserved(log) { Slow::All } else { Slow::Common };
        let known = self.pulls.slowed.entry(log.office).or_insert(slow);
        *known = slow.max(*known);
        self.stop_slowed(out);
    }

    /// From now on the logs of these offices wait, and of no others.
    pub(super) fn on_slowed(&mut self, slowed: BTreeMap<OfficeId, Slowdown>, now: Millis, out: &mut Vec<Out>) {
        self.pulls.slowed = slowed.iter().map(|(office, slowdown)| (*office, slowdown.slow)).collect();
        self.pulls.slowdowns = slowed;
        self.stop_slowed(out);
        let ids: Vec<OfficeId> = self.peers.keys().copied().collect();
        ids.into_iter().for_each(|id| self.tell_slowed(id, false, now, out));
    }

    fn stop_slowed(&mut self, out: &mut Vec<Out>) {
        let asked = self.peers.iter().flat_map(|(id, peer)| peer.streams.iter().map(move |(item, stream)| (*id, *item, stream.probe)));
        let slowed = |item: &Item| matches!(item, Item::Log(log) if self.is_slowed(log));
        let stopped: Vec<(OfficeId, Item)> =
            asked.filter(|(_, item, probe)| !probe && slowed(item)).map(|(id, item, _)| (id, item)).collect();
        stopped.into_iter().for_each(|(id, item)| self.stop(id, &item, out));
    }

    /// Tells a neighbour whether its own logs wait here: when that is another word than before, and anew with a hello.
    pub(super) fn tell_slowed(&mut self, id: OfficeId, with_hello: bool, now: Millis, out: &mut Vec<Out>) {
        let word = self.pulls.slowdowns.get(&id).copied().filter(|slowdown| slowdown.until > now);
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if differ(peer.slowness.told.as_ref(), word.as_ref()) || (with_hello && word.is_some()) {
            peer.slowness.told = word;
            let frame = Frame::Slowed(word.map(|Slowdown { slow, until }| (slow, seconds(until.since(now)))));
            out.push(Out::Send { peer: id, precedence: Precedence::Flash, frame: frame.encode() });
        }
    }

    /// A neighbour says whether our logs wait there.
    pub(super) fn on_slowed_by(&mut self, id: OfficeId, word: Option<(Slow, u32)>, now: Millis, out: &mut Vec<Out>) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let slowdown = word.map(|(slow, for_s)| Slowdown { slow, until: now.plus(u64::from(for_s) * 1_000) });
        if peer.slowness.hear(slowdown, now) {
            out.push(Out::Slows { peer: id, slowdown: peer.slowness.said });
        }
    }
}

/// No less than there are, so that the other side does not look for what is still to come.
fn seconds(ms: u64) -> u32 {
    u32::try_from(ms.div_ceil(1_000)).unwrap_or(u32::MAX).min(MAX_SLOWED_S)
}
