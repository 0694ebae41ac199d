//! What is known of one neighbour while it is connected.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::Flow;
use super::input::Ticket;
use super::item::{Holdings, Item};
use super::live::Pushed;
use super::pace::Pace;
use super::serving::Serving;
use super::slow::Slowness;
use super::telling::Telling;
use crate::bounds::MAX_WINDOW;
use crate::clock::Millis;
use crate::frontier::{HeadOf, Short};
use crate::ids::{LogId, Precedence, Seq, Topic};

/// Hellos and listings of topics that a neighbour may send in a row.
const COMPARE_BURST: u64 = 16;
/// One more is allowed after so many milliseconds.
const COMPARE_EVERY_MS: u64 = 2_000;

/// Something that a neighbour is asked for.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    /// The place of the entry, or of the byte, that comes next.
    pub(super) next: u64,
    /// Bytes that may still come.
    pub(super) credit: u64,
    pub(super) opened: Millis,
    /// When something of it came last, or since when something of it may come.
    pub(super) moved: Millis,
    /// Asked for a single entry that is held already, to see whether it is the same.
    pub(super) probe: bool,
}

/// A search for the place at which a neighbour's copy of a log and ours part: between the last that is the same and the
/// first that is not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    /// The last place that is known to be the same.
    pub(super) same: Seq,
    /// The first that is known to differ.
    pub(super) differs: Option<Seq>,
    /// The place that is asked for.
    pub(super) at: Seq,
    /// What came of that, in the ledger's hands.
    pub(super) handed: Option<Ticket>,
    /// The neighbour gave what does not hold, or said so; otherwise it only asked.
    pub(super) accuses: bool,
    /// It was found that the neighbour gave what is no other story.
    pub(super) is_judged: bool,
}

impl Doubt {
    pub(super) const NEW: Self = Self { same: Seq::ZERO, differs: None, at: Seq::ZERO, handed: None, accuses: false, is_judged: false };

    /// Where to look next, when both hold the log up to `common`; `None` when nothing is left between what is the same and
    /// what differs.
    pub(super) fn next(&self, common: Seq) -> Option<Seq> {
        match self.differs {
            None => (common > self.same).then_some(common),
            Some(differs) => {
                let between = differs.0.saturating_sub(self.same.0);
                (between > 1).then_some(Seq(self.same.0 + between / 2))
            }
        }
    }

    /// Whether a search that has ended is to go on: both have grown since, or another accusation came before it was through.
    pub(super) fn reopens(&self, common: Seq, accuses: bool) -> bool {
        let grown = self.differs.is_none() && common > self.at;
        !self.is_judged && (grown || accuses)
    }
}

/// A connected neighbour.
#[derive(Debug)]
pub(super) struct Peer {
    /// Names our side of this connection.
    pub(super) session: u64,
    /// Names its side, as soon as it has said hello.
    pub(super) theirs: Option<u64>,
    /// The documents that it holds.
    pub(super) editions: Holdings,
    /// Of which delegated directories of ours it was told, by their digest.
    pub(super) delegated_told: Option<Short>,
    /// What it hears by gossip; everything, while that is not known.
    pub(super) heard: Option<BTreeSet<Topic>>,
    /// What it said that it holds.
    pub(super) told: BTreeMap<LogId, Seq>,
    /// The last head that it told of each, with its id.
    pub(super) told_ids: BTreeMap<LogId, (Seq, Short)>,
    /// How much it must hold of what it asked for, since it asked from behind that.
    pub(super) asked: BTreeMap<LogId, Seq>,
    /// Up to where it has given up what it held of a log.
    pub(super) given_up: BTreeMap<LogId, Seq>,
    /// What it can be asked for.
    pub(super) offers: BTreeSet<Item>,
    /// It holds more than is taken note of at a time.
    pub(super) overflowed: bool,
    /// What it is not asked for again.
    pub(super) barred: BTreeSet<Item>,
    /// It was wrong so often that it is asked for nothing until it connects anew.
    pub(super) written_off: bool,
    /// What it gave nothing of while others had it too, and whose turn with that is before its own.
    pub(super) idled: BTreeMap<Item, u32>,
    /// What it is not asked for before documents change.
    pub(super) waiting: BTreeSet<Item>,
    /// What it was asked once more for, to see whether a log has forked.
    pub(super) probed: BTreeMap<LogId, Doubt>,
    pub(super) streams: BTreeMap<Item, Stream>,
    /// Bytes that may still come of what it was told to stop, or was asked by an earlier life of ours.
    pub(super) slack: u64,
    /// When to see whether another neighbour would be faster.
    pub(super) review_at: Option<Millis>,
    /// The last topic of a listing that is not complete yet.
    pub(super) listed: Option<Topic>,
    /// Live entries go to it with the exchange.
    pub(super) direct: bool,
    /// What is beneath this precedence waits.
    pub(super) least: Precedence,
    /// Up to where it was sent what is new, beyond what it told.
    pub(super) pushed: BTreeMap<LogId, Pushed>,
    pub(super) telling: Telling,
    pub(super) serving: Serving,
    /// Who lets whose logs wait.
    pub(super) slowness: Slowness,
    pub(super) flow: Flow,
    pub(super) pace: Pace,
    compares: u64,
    compared_at: Millis,
}

impl Peer {
    pub(super) fn new(session: u64, flow: Flow, pace: Pace, now: Millis) -> Self {
        Self {
            session,
            theirs: None,
            editions: Holdings::NONE,
            delegated_told: None,
            heard: None,
            told: BTreeMap::new(),
            told_ids: BTreeMap::new(),
            asked: BTreeMap::new(),
            given_up: BTreeMap::new(),
            offers: BTreeSet::new(),
            overflowed: false,
            barred: BTreeSet::new(),
            written_off: false,
            idled: BTreeMap::new(),
            waiting: BTreeSet::new(),
            probed: BTreeMap::new(),
            streams: BTreeMap::new(),
            slack: MAX_WINDOW,
            review_at: None,
            listed: None,
            direct: false,
            least: Precedence::Routine,
            pushed: BTreeMap::new(),
            telling: Telling::default(),
            serving: Serving::default(),
            slowness: Slowness::new(now),
            flow,
            pace,
            compares: COMPARE_BURST,
            compared_at: now,
        }
    }

    /// The same neighbour begun anew: what it knew and was known of it is gone, the link is the same.
    pub(super) fn renewed(&self, now: Millis) -> Self {
        let (compares, compared_at) = (self.compares, self.compared_at);
        let heard = self.heard.clone();
        let (direct, least) = (self.direct, self.least);
        let slowness = self.slowness.renewed();
        Self { compares, compared_at, heard, direct, least, slowness, ..Self::new(self.session, self.flow.clone(), self.pace.clone(), now) }
    }

    /// Whether gossip brings it what is said on a topic.
    pub(super) fn hears(&self, topic: Topic) -> bool {
        self.heard.as_ref().is_none_or(|heard| heard.contains(&topic))
    }

    /// What it holds of a log, as far as it said.
    pub(super) fn holds(&self, log: &LogId) -> Seq {
        self.told.get(log).copied().unwrap_or(Seq::ZERO)
    }

    /// What it holds of a log, as far as it said or asked.
    pub(super) fn reaches(&self, log: &LogId) -> Seq {
        self.asked.get(log).copied().unwrap_or(Seq::ZERO).max(self.holds(log))
    }

    /// Whether it still has an entry of a log, as far as it said.
    pub(super) fn has(&self, log: &LogId, seq: Seq) -> bool {
        seq <= self.holds(log) && self.given_up.get(log).is_none_or(|after| seq > *after)
    }

    /// Whether it told of another head at this place.
    pub(super) fn contradicts(&self, head: &HeadOf) -> bool {
        self.told_ids.get(&head.log).is_some_and(|(seq, id)| *seq == head.seq && *id != head.id)
    }

    /// Whether it is asked for a single entry of a log, to see whether that is the same as ours.
    pub(super) fn looks_into(&self, log: &LogId) -> bool {
        self.streams.get(&Item::Log(*log)).is_some_and(|stream| stream.probe)
    }

    /// Whether something has to wait for another time.
    pub(super) fn waits(&self, precedence: Precedence) -> bool {
        precedence > self.least
    }

    /// Bytes that it may still send.
    pub(super) fn under_way(&self) -> u64 {
        self.streams.values().map(|stream| stream.credit).sum()
    }

    /// For so long, in milliseconds, it may keep what it is asked for before it is seen whether another neighbour does better.
    pub(super) fn review_ms(&self) -> u64 {
        4 * self.flow.patience_ms(self.under_way())
    }

    /// Whether it may compare now: every hello and every listing that it sends costs us an answer.
    pub(super) fn may_compare(&mut self, now: Millis) -> bool {
        let earned = now.since(self.compared_at) / COMPARE_EVERY_MS;
        if earned > 0 {
            self.compares = (self.compares + earned).min(COMPARE_BURST);
            self.compared_at = now;
        }
        let allowed = self.compares > 0;
        self.compares = self.compares.saturating_sub(1);
        allowed
    }
}
