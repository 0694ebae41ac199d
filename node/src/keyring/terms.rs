//! How long a sealing key is in use, and how long it is kept afterwards.
//!
//! A term is over when two times agree that neither a clock that is set nor a day that was slept through can forge: the
//! latest time that the authority has named, and the time that this node has run. After that it waits one more day of
//! running: documents come before entries on every link, and what is sealed to the key may stand right behind them.

use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{Decode, Encode};

/// One day in milliseconds.
const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// Now, by three clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct Moment {
    /// What this machine's clock shows.
    pub shown: Millis,
    /// Milliseconds that this node has run, in all its processes.
    pub ran: u64,
    /// The latest time that the authority has named.
    pub named: Millis,
}

/// The life of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(super) struct Term {
    pub(super) number: u32,
    /// Since when others may seal to it.
    since: Moment,
    /// Since when a later one takes its place.
    replaced: Option<Moment>,
    /// How long the node had run when both times agreed that it is no longer kept.
    agreed: Option<u64>,
}

impl Term {
    pub(super) fn begin(number: u32, now: Moment) -> Self {
        Self { number, since: now, replaced: None, agreed: None }
    }

    /// Whether a key of this age is due to be replaced: by the clock or by running, whichever comes first.
    pub(super) fn is_old(&self, days: u16, now: Moment) -> bool {
        let age = DAY_MS * u64::from(days);
        now.shown.since(self.since.shown) >= age || now.ran.saturating_sub(self.since.ran) >= age
    }

    /// A later key is in use.
    pub(super) fn replace(&mut self, now: Moment) -> bool {
        let news = self.replaced.is_none();
        self.replaced.get_or_insert(now);
        news
    }

    /// It is in use again, or still.
    pub(super) fn reinstate(&mut self) -> bool {
        self.agreed = None;
        self.replaced.take().is_some()
    }

    /// Whether the key may have been destroyed already, and only that was not written down.
    pub(super) fn is_ending(&self) -> bool {
        self.agreed.is_some()
    }

    /// Whether it may be destroyed; `true` in the second place when the term itself has changed.
    pub(super) fn is_over(&mut self, days: u16, now: Moment) -> (bool, bool) {
        let Some(replaced) = self.replaced else { return (false, false) };
        let grace = DAY_MS * u64::from(days);
        let agree = now.named.since(replaced.named) >= grace && now.ran.saturating_sub(replaced.ran) >= grace;
        match self.agreed {
            Some(at) => (now.ran.saturating_sub(at) >= DAY_MS, false),
            None if agree => {
                self.agreed = Some(now.ran);
                (false, true)
            }
            None => (false, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(shown: u64, ran: u64, named: u64) -> Moment {
        Moment { shown: Millis(shown * DAY_MS), ran: ran * DAY_MS, named: Millis(named * DAY_MS) }
    }

    fn over(term: &mut Term, now: Moment) -> bool {
        term.is_over(35, now).0
    }

    fn replaced() -> Term {
        let mut term = Term::begin(5, at(100, 10, 100));
        assert!(term.replace(at(107, 17, 107)));
        term
    }

    #[test]
    fn a_replaced_key_ends_when_the_authority_and_the_running_agree_and_a_day_has_passed() {
        let mut term = replaced();
        assert!(!over(&mut term, at(141, 51, 141)));
        assert!(!over(&mut term, at(142, 52, 142)), "both agree for the first time");
        assert!(!over(&mut term, at(142, 52, 142)));
        assert!(over(&mut term, at(143, 53, 142)));
    }

    #[test]
    fn a_clock_that_jumps_ends_no_key() {
        let mut term = replaced();
        for shown in [0, 107, 10_000, 200_000_000] {
            assert!(!over(&mut term, at(shown, 20, 110)), "only the clock has moved, to day {shown}");
        }
        assert!(!over(&mut term, at(500, 20, 500)), "the authority names a later day, and the node was off");
        assert!(!over(&mut term, at(500, 400, 110)), "the node has run, and hears nothing of the authority");
        assert_eq!(term, replaced(), "nothing of it was remembered");
    }

    #[test]
    fn what_the_authority_says_after_a_long_silence_leaves_a_day_for_what_comes_behind_it() {
        let mut term = replaced();
        assert!(!over(&mut term, at(200, 110, 107)));
        assert!(!over(&mut term, at(200, 110, 200)));
        assert!(!over(&mut term, at(9_000, 110, 9_000)));
        assert!(over(&mut term, at(201, 111, 200)));
    }

    #[test]
    fn a_key_grows_old_by_the_clock_or_by_running() {
        let term = Term::begin(5, at(100, 10, 100));
        assert!(!term.is_old(7, at(106, 16, 100)));
        assert!(term.is_old(7, at(107, 10, 100)));
        assert!(term.is_old(7, at(0, 17, 100)), "a clock that was set back does not keep it young");
    }

    #[test]
    fn a_key_in_use_never_ends() {
        let mut term = Term::begin(5, at(100, 10, 100));
        assert!(!over(&mut term, at(9_000, 9_000, 9_000)));
        term = replaced();
        over(&mut term, at(142, 52, 142));
        assert!(term.reinstate());
        assert!(!over(&mut term, at(9_000, 9_000, 9_000)));
    }
}
