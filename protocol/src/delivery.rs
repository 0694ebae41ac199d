//! How far a message has come, from what offices say that they hold.
//!
//! An office says it in two ways: to its neighbours by the heads that it tells them, to everybody by
//! its checkpoints. Either is said only of what is on its disk.

use std::collections::HashMap;

use crate::frontier::Kept;
use crate::ids::{LogId, OfficeId, Seq};

/// Which office holds which log how far.
#[derive(Debug, Clone, Default)]
pub struct Holdings {
    by_log: HashMap<LogId, HashMap<OfficeId, Held>>,
    /// Beyond what is believed: how far others say that they hold a log.
    claimed: HashMap<LogId, Seq>,
}

/// What an office holds of a log: what lies behind `after`, up to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Up to here it has given up what it held.
    pub after: Seq,
    /// Up to here it holds the log.
    pub to: Seq,
}

impl Held {
    /// Nothing.
    pub const NOTHING: Self = Self { after: Seq::ZERO, to: Seq::ZERO };

    /// Whether an entry is among it.
    #[must_use]
    pub fn covers(&self, seq: Seq) -> bool {
        self.after < seq && seq <= self.to
    }
}

/// How far one message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Other offices that hold it, readers or not.
    pub held_by: usize,
    /// Other reading offices that hold it.
    pub delivered: usize,
    /// Other reading offices in all.
    pub of: usize,
}

impl Holdings {
    /// Takes note that `office` holds `log` up to `seq`; returns where it stood before when that is news.
    pub fn learn(&mut self, office: OfficeId, log: LogId, seq: Seq) -> Option<Seq> {
        let known = self.by_log.entry(log).or_default().entry(office).or_insert(Held::NOTHING);
        let before = known.to;
        (seq > before).then(|| {
            known.to = seq;
            before
        })
    }

    /// Takes note that `office` has given up a part of what it held; returns what it held before when that is news.
    pub fn keeps(&mut self, office: OfficeId, kept: &Kept) -> Option<Held> {
        let known = self.by_log.entry(kept.log).or_default().entry(office).or_insert(Held::NOTHING);
        let (before, now) = (*known, Held { after: kept.after, to: kept.to });
        (before != now).then(|| {
            *known = now;
            before
        })
    }

    /// How far `office` holds `log`.
    #[must_use]
    pub fn held(&self, office: OfficeId, log: &LogId) -> Seq {
        self.part(office, log).to
    }

    /// What `office` holds of `log`.
    #[must_use]
    pub fn part(&self, office: OfficeId, log: &LogId) -> Held {
        self.by_log.get(log).and_then(|offices| offices.get(&office)).copied().unwrap_or(Held::NOTHING)
    }

    /// The logs of an office that somebody holds.
    #[must_use]
    pub fn logs_of(&self, office: OfficeId) -> Vec<LogId> {
        self.by_log.keys().filter(|log| log.office == office).copied().collect()
    }

    /// Takes note that somebody says to hold more of a log than can be believed: nothing counts as held by that, but it is looked into.
    pub fn claim(&mut self, log: LogId, seq: Seq) {
        let known = self.claimed.entry(log).or_insert(seq);
        *known = (*known).max(seq);
    }

    /// How far another office than the writer holds `log`, or says to, at the furthest.
    #[must_use]
    pub fn furthest(&self, log: &LogId) -> Option<Seq> {
        let held = self.by_log.get(log).into_iter().flatten();
        held.filter(|(office, _)| **office != log.office).map(|(_, held)| held.to).chain(self.claimed.get(log).copied()).max()
    }

    /// How far anybody but `me` holds each log, its writer counted too.
    #[must_use]
    pub fn furthest_of_all(&self, me: OfficeId) -> Vec<(LogId, Seq)> {
        let furthest =
            |offices: &HashMap<OfficeId, Held>| offices.iter().filter(|(office, _)| **office != me).map(|(_, held)| held.to).max();
        self.by_log.iter().filter_map(|(log, offices)| Some((*log, furthest(offices)?))).collect()
    }

    /// How far the message in place `seq` of `log` has come, to the `readers` of its topic.
    ///
    /// Shapes:  the log's own writer counts nowhere: it has what it wrote. Nor does whoever is no office any more, so that
    ///          a message whose only holder was removed waits again.
    #[must_use]
    pub fn delivery(&self, log: &LogId, seq: Seq, readers: &[OfficeId], is_office: impl Fn(OfficeId) -> bool) -> Delivery {
        let covers = |office: &OfficeId| *office != log.office && self.part(*office, log).covers(seq);
        let counts = |office: &&OfficeId| covers(office) && is_office(**office);
        let held_by = self.by_log.get(log).map_or(0, |offices| offices.keys().filter(counts).count());
        let others = || readers.iter().filter(|office| **office != log.office);
        Delivery { held_by, delivered: others().filter(|o| covers(o)).count(), of: others().count() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::log;

    #[test]
    fn delivered_counts_readers_and_held_counts_carriers_too() {
        let mut holdings = Holdings::default();
        let readers = [3, 4, 5].map(OfficeId);
        let delivery = |holdings: &Holdings| holdings.delivery(&log(), Seq(2), &readers, |office| office != OfficeId(8));
        assert_eq!(delivery(&holdings), Delivery { held_by: 0, delivered: 0, of: 2 });
        holdings.learn(OfficeId(8), log(), Seq(7));
        assert_eq!(delivery(&holdings).held_by, 0, "it was an office once");
        holdings.learn(OfficeId(9), log(), Seq(2));
        holdings.learn(OfficeId(4), log(), Seq(7));
        holdings.learn(OfficeId(5), log(), Seq(1));
        holdings.learn(OfficeId(3), log(), Seq(7));
        assert_eq!(delivery(&holdings), Delivery { held_by: 2, delivered: 1, of: 2 });
    }

    #[test]
    fn what_a_carrier_has_given_up_is_held_no_more_until_it_has_it_again() {
        let mut holdings = Holdings::default();
        let held_by = |holdings: &Holdings, seq| holdings.delivery(&log(), Seq(seq), &[OfficeId(3)], |_| true).held_by;
        holdings.learn(OfficeId(9), log(), Seq(7));
        assert_eq!((held_by(&holdings, 2), held_by(&holdings, 7)), (1, 1));
        let kept = Kept { log: log(), after: Seq(4), to: Seq(7) };
        assert_eq!(holdings.keeps(OfficeId(9), &kept), Some(Held { after: Seq(0), to: Seq(7) }));
        assert_eq!(holdings.keeps(OfficeId(9), &kept), None);
        assert_eq!((held_by(&holdings, 4), held_by(&holdings, 5), held_by(&holdings, 7)), (0, 1, 1));
        holdings.keeps(OfficeId(9), &Kept { log: log(), after: Seq(0), to: Seq(0) });
        assert_eq!(held_by(&holdings, 7), 0);
        holdings.learn(OfficeId(9), log(), Seq(2));
        assert_eq!((held_by(&holdings, 2), held_by(&holdings, 3)), (1, 0));
    }

    #[test]
    fn what_is_held_never_shrinks() {
        let mut holdings = Holdings::default();
        assert_eq!(holdings.learn(OfficeId(4), log(), Seq(7)), Some(Seq(0)));
        assert_eq!(holdings.learn(OfficeId(4), log(), Seq(3)), None);
        assert_eq!(holdings.learn(OfficeId(4), log(), Seq(9)), Some(Seq(7)));
        assert_eq!(holdings.held(OfficeId(4), &log()), Seq(9));
    }
}
