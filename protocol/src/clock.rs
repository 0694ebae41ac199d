//! The hybrid logical clock: time that people recognise, in an order that never contradicts cause.

use std::fmt;

use crate::bounds::CLOCK_MAX_LEAD_MS;
use crate::codec::{Decode, Encode};

/// Milliseconds since 1970 by some office's own clock.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Millis(pub u64);

impl Millis {
    /// This time and so many milliseconds.
    #[must_use]
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// How many milliseconds lie between `earlier` and this; 0 when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A hybrid timestamp: 48 bits of milliseconds, 16 bits of counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Before everything.
    pub const ZERO: Self = Self(0);

    /// The first timestamp of a millisecond.
    #[must_use]
    pub fn at(ms: Millis) -> Self {
        Self(ms.0.min((1 << 48) - 1) << 16)
    }

    /// The milliseconds in it.
    #[must_use]
    pub fn millis(self) -> Millis {
        Millis(self.0 >> 16)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.millis().0, self.0 & 0xffff)
    }
}

/// A hybrid logical clock.
///
/// Units:   milliseconds since 1970.
/// Source:  Kulkarni and others, "Logical Physical Clocks", 2014; protocol.md, section 5.
#[derive(Debug, Clone)]
pub struct Hybrid {
    last: Timestamp,
}

impl Hybrid {
    /// A clock that never gives `last` or anything before it again.
    #[must_use]
    pub fn after(last: Timestamp) -> Self {
        Self { last }
    }

    /// The same clock, which never gives `last` or anything before it again either.
    #[must_use]
    pub fn beyond(self, last: Timestamp) -> Self {
        Self { last: self.last.max(last) }
    }

    /// The timestamp for something that happens now; always later than the one before.
    pub fn tick(&mut self, now: Millis) -> Timestamp {
        self.last = Timestamp(self.last.0.saturating_add(1)).max(Timestamp::at(now));
        self.last
    }

    /// Takes note of a timestamp from elsewhere.
    ///
    /// A clock that runs ahead elsewhere moves this one by at most [`CLOCK_MAX_LEAD_MS`].
    pub fn observe(&mut self, remote: Timestamp, now: Millis) {
        let limit = Timestamp::at(now.plus(CLOCK_MAX_LEAD_MS));
        self.last = self.last.max(remote.min(limit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_rise_even_when_the_clock_goes_back() {
        let mut clock = Hybrid::after(Timestamp::ZERO);
        let a = clock.tick(Millis(1_000));
        let b = clock.tick(Millis(500));
        let c = clock.tick(Millis(2_000));
        assert!(a < b && b < c);
        assert_eq!(c.millis(), Millis(2_000));
    }

    #[test]
    fn a_remote_clock_moves_ours_by_five_minutes_at_most() {
        let mut clock = Hybrid::after(Timestamp::ZERO);
        let now = Millis(1_000_000);
        clock.observe(Timestamp(u64::MAX), now);
        assert_eq!(clock.tick(now).millis(), now.plus(CLOCK_MAX_LEAD_MS));
    }
}
