//! The order in which a person sees messages: the same at every office that has them.

use crate::clock::{Millis, Timestamp};
use crate::ids::{LogId, Seq};

/// An entry's place on the screen: by hybrid time, then by log, then by sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The entry's time.
    pub time: Timestamp,
    /// Its log.
    pub log: LogId,
    /// Its place there.
    pub seq: Seq,
}

/// A message that was said this long before it arrived is marked as late.
pub const LATE_AFTER_MS: u64 = 10 * 60 * 1_000;

/// Whether a message that was written at `time` came late when it arrived at `received`.
#[must_use]
pub fn is_late(time: Timestamp, received: Millis) -> bool {
    received.since(time.millis()) > LATE_AFTER_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::log;
    use crate::ids::OfficeId;

    #[test]
    fn time_decides_first_then_the_log_then_the_place() {
        let at = |time, office, seq| Position { time: Timestamp(time), log: LogId { office: OfficeId(office), ..log() }, seq: Seq(seq) };
        let mut positions = vec![at(2, 1, 1), at(1, 2, 9), at(1, 1, 2), at(1, 1, 1)];
        positions.sort();
        assert_eq!(positions, [at(1, 1, 1), at(1, 1, 2), at(1, 2, 9), at(2, 1, 1)]);
    }

    #[test]
    fn only_what_was_long_under_way_is_late() {
        let said = Timestamp::at(Millis(1_000_000));
        assert!(!is_late(said, Millis(1_000_000 + LATE_AFTER_MS)));
        assert!(is_late(said, Millis(1_000_001 + LATE_AFTER_MS)));
        assert!(!is_late(said, Millis(0)));
    }
}
