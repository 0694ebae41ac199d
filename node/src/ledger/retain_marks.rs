//! When this node took note of how far a log had come: by the time that it has run, and by the time that the authority has named.
//!
//! A machine's clock is no part of it, so no clock that is set makes anything old; nor does a chart that names a late day, nor a long run
//! without hearing of the authority.

use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{Decode, Encode};
use okrug_protocol::ids::Seq;

use crate::keyring::Moment;
use crate::store::{Store, StoreError, Tree};

/// One day in milliseconds.
pub(super) const DAY_MS: u64 = 24 * 3_600 * 1_000;
/// Marks of one log; where there are more, every other one goes, and what stood before it is erased with the next.
const MAX_MARKS: usize = 64;
/// Where it is remembered how far the erasing has come.
pub(super) const RETAINED: &[u8] = b"retained";

/// What was erased here, and how far the step has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct Retained {
    /// How long the node had run at the last step: the budget of an hour is not given twice, whatever restarts.
    pub ran: Option<u64>,
    /// Bodies that were erased.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The segment of the journal that is looked at next.
    pub segment: u64,
}

impl Retained {
    /// Reads it from the store.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn read(store: &Store) -> Result<Self, StoreError> {
        Ok(store.get_decoded(Tree::Meta, RETAINED)?.unwrap_or_default())
    }
}

/// How far a log had come at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
struct Mark {
    ran: u64,
    named: Millis,
    seq: Seq,
}

/// The marks of one log, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(super) struct Marks {
    /// Up to here bodies are erased, as far as they may be.
    pub(super) upto: Seq,
    marks: Vec<Mark>,
}

impl Default for Marks {
    fn default() -> Self {
        Self { upto: Seq::ZERO, marks: Vec::new() }
    }
}

impl Marks {
    /// Takes note of how far the log has come, once a day at most; says whether that is news.
    pub(super) fn note(&mut self, now: Moment, head: Seq) -> bool {
        let (known, lately) = match self.marks.last() {
            Some(mark) => (mark.seq, now.ran.saturating_sub(mark.ran) < DAY_MS),
            None => (self.upto, false),
        };
        if head <= known || lately {
            return false;
        }
        self.marks.push(Mark { ran: now.ran, named: now.named, seq: head });
        if self.marks.len() > MAX_MARKS {
            let mut place = 0;
            self.marks.retain(|_| {
                place += 1;
                place % 2 == 1
            });
        }
        true
    }

    /// Up to where both times agree that the log has been here for so many days.
    pub(super) fn due(&self, days: u16, now: Moment) -> Seq {
        let kept = DAY_MS.saturating_mul(days.into());
        let is_old = |mark: &&Mark| now.named.since(mark.named) >= kept && now.ran.saturating_sub(mark.ran) >= kept;
        self.marks.iter().filter(is_old).map(|mark| mark.seq).max().unwrap_or(Seq::ZERO)
    }

    /// Bodies are erased up to a place; what was noted of those is of no use any more.
    pub(super) fn erased(&mut self, upto: Seq) {
        self.upto = upto;
        let last = self.marks.len().saturating_sub(1);
        let mut place = 0;
        self.marks.retain(|mark| {
            place += 1;
            mark.seq > upto || place > last
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ran: u64, named: u64) -> Moment {
        Moment { shown: Millis(0), ran: ran * DAY_MS, named: Millis(named * DAY_MS) }
    }

    fn noted(days: u64) -> Marks {
        let mut marks = Marks::default();
        (0..days).for_each(|day| assert!(marks.note(at(day, 100 + day), Seq(10 * (day + 1)))));
        marks
    }

    #[test]
    fn what_is_old_by_one_of_the_two_times_alone_is_not_old() {
        let marks = noted(3);
        assert_eq!(marks.due(30, at(1_000, 102)), Seq(0), "the authority was not heard");
        assert_eq!(marks.due(30, at(3, 9_000)), Seq(0), "the node was off");
        assert_eq!(marks.due(30, at(30, 130)), Seq(10));
        assert_eq!(marks.due(30, at(31, 130)), Seq(10));
        assert_eq!(marks.due(30, at(32, 132)), Seq(30));
    }

    #[test]
    fn a_day_has_one_mark_and_a_log_that_stands_still_has_none_more() {
        let mut marks = noted(1);
        assert!(!marks.note(at(0, 100), Seq(11)) && !marks.note(at(5, 105), Seq(10)));
        assert!(marks.note(at(5, 105), Seq(11)));
    }

    #[test]
    fn marks_that_are_thinned_out_make_nothing_older() {
        let marks = noted(100);
        assert!(marks.marks.len() <= MAX_MARKS);
        for day in 0..100 {
            // Noted on day n is what had come by then.
            assert!(marks.due(30, at(30 + day, 130 + day)) <= Seq(10 * (day + 1)), "day {day}");
        }
        assert_eq!(marks.due(30, at(129, 229)), Seq(1_000), "the newest is never thinned out");
    }

    #[test]
    fn what_is_erased_is_not_noted_again() {
        let mut marks = noted(3);
        marks.erased(Seq(30));
        assert!(!marks.note(at(9, 109), Seq(30)));
        assert!(marks.note(at(9, 109), Seq(31)));
    }
}
