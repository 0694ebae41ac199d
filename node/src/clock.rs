//! The one place that reads the machine's clock and its randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use okrug_protocol::clock::Millis;
use rand_core::OsRng;

/// The first millisecond of 2025: no clock that was ever set shows less.
pub const PLAUSIBLE_FROM: Millis = Millis(1_735_689_600_000);

/// The machine's time; a clock that stands before 1970 gives 0.
#[must_use]
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Whether a clock that shows this was ever set.
#[must_use]
pub fn is_plausible(now: Millis) -> bool {
    now >= PLAUSIBLE_FROM
}

/// The operating system's randomness.
#[must_use]
pub fn rng() -> OsRng {
    OsRng
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_1970_is_noticed() {
        assert!(!is_plausible(Millis(0)));
        assert!(!is_plausible(Millis(86_400_000)));
        assert!(is_plausible(now()));
    }
}
