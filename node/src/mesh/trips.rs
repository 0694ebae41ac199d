//! Whether a link's round trip is a long one, as several measurements say.
//!
//! A single one holds what both machines were busy with: no line answers sooner than it can, and any line later.

use std::collections::VecDeque;
use std::time::Duration;

/// Where the round trip is this long, a link is used without gossip until the line has shown that it is no thin one: what
/// gossip queues, flash would wait for. It is long no longer below the second.
const LONG: (Duration, Duration) = (Duration::from_millis(100), Duration::from_millis(80));
/// The last so many are looked at.
const LOOK_BACK: usize = 4;

/// The last round trips of one link.
#[derive(Debug, Clone, Default)]
pub(super) struct Trips {
    last: VecDeque<Duration>,
    long: bool,
}

impl Trips {
    /// A round trip was measured.
    pub(super) fn measured(&mut self, trip: Duration) {
        if self.last.len() == LOOK_BACK {
            self.last.pop_front();
        }
        self.last.push_back(trip);
        let bound = if self.long { LONG.1 } else { LONG.0 };
        self.long = self.last.iter().all(|trip| *trip >= bound);
    }

    /// Whether all that is known says so.
    pub(super) fn are_long(&self) -> bool {
        self.long
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_after(trips: &[u64]) -> bool {
        let mut link = Trips::default();
        trips.iter().for_each(|trip| link.measured(Duration::from_millis(*trip)));
        link.are_long()
    }

    #[test]
    fn a_link_is_long_from_the_first_word_and_a_single_short_trip_shows_that_the_line_is_not() {
        assert!(!long_after(&[]));
        assert!(long_after(&[600]) && long_after(&[600, 700]));
        assert!(!long_after(&[600, 5]) && !long_after(&[600, 5, 600, 600, 600]), "a busy moment");
        assert!(long_after(&[5, 600, 600, 600, 600]), "another line");
    }

    #[test]
    fn a_link_at_the_bound_does_not_change_all_the_time() {
        let mut link = Trips::default();
        let mut changes = 0;
        for n in 0..1_000_u64 {
            let before = link.are_long();
            link.measured(Duration::from_millis(85 + n * 7 % 31));
            changes += usize::from(before != link.are_long());
        }
        assert!(changes <= 1, "{changes}");
    }
}
