//! How long the first words on a connection may take: as the line is known, and generously where it is not.
//!
//! A caller has whoever answers its TCP before it, and waits. Who is called may have anybody before it, and holds one of few
//! places for them: it waits longer only for a host where an office was met over a slow line.

use std::time::Duration;

/// At least so long; and for callers of whom nothing is known.
const LEAST: Duration = Duration::from_secs(10);
/// So long for whoever is called the first time.
const FIRST: Duration = Duration::from_secs(30);
/// At most so long.
const MOST: Duration = Duration::from_secs(60);
/// Round trips of a handshake, with some that are spent on what was lost.
const TRIPS: u32 = 8;
/// Bytes of a handshake, with what else may be under way.
const BYTES: u64 = 4 << 10;

/// What is known of a line from earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// The round trip.
    pub(super) trip: Duration,
    /// Bytes a second.
    pub(super) rate: Option<u64>,
}

/// How long a handshake may take once TCP has connected.
pub(super) fn handshake(known: Option<Known>, calls: bool) -> Duration {
    let Some(Known { trip, rate }) = known else { return if calls { FIRST } else { LEAST } };
    let sending = rate.map_or(Duration::ZERO, |rate| Duration::from_millis(BYTES * 1_000 / rate.max(1)));
    trip.saturating_mul(TRIPS).saturating_add(sending).clamp(LEAST, MOST)
}

/// How long the other side may take over its greeting, where the handshake before it took so long.
pub(super) fn greeting(handshake: Duration) -> Duration {
    handshake.saturating_mul(4).clamp(LEAST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_follow_the_line_and_are_never_without_bound() {
        let known = |trip, rate| Some(Known { trip: Duration::from_millis(trip), rate });
        assert_eq!((handshake(None, true), handshake(None, false)), (FIRST, LEAST));
        assert_eq!(handshake(known(1, None), true), LEAST, "a machine may be busy");
        assert_eq!(handshake(known(4_000, None), false), Duration::from_secs(32));
        assert_eq!(handshake(known(2_000, Some(120)), false), Duration::from_millis(16_000 + 34_133), "960 bit/s");
        assert_eq!(handshake(known(20_000, Some(0)), true), MOST);
        assert_eq!((greeting(Duration::ZERO), greeting(Duration::from_secs(9)), greeting(MOST)), (LEAST, Duration::from_secs(36), MOST));
    }
}
