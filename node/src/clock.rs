//! The one place that reads the machine's clock and its randomness.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

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

/// The machine's time as the ledger reads it: what its clock shows, and how long it has run. A test moves both.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Moved>);

#[derive(Debug)]
struct Moved {
    began: Instant,
    /// How far the shown time is ahead of the machine's, in milliseconds.
    ahead: AtomicI64,
    /// Milliseconds that passed without passing.
    passed: AtomicU64,
}

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(Moved { began: Instant::now(), ahead: AtomicI64::new(0), passed: AtomicU64::new(0) }))
    }
}

impl Clock {
    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Millis {
        Millis(now().0.saturating_add_signed(self.0.ahead.load(Relaxed)))
    }

    /// Milliseconds since it was made, whatever it shows: they never go back, and no clock that is set moves them.
    #[must_use]
    pub fn passed(&self) -> u64 {
        u64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(self.0.passed.load(Relaxed))
    }

    /// Lets time pass at once.
    pub fn pass(&self, ms: u64) {
        self.0.passed.fetch_add(ms, Relaxed);
        self.jump(i64::try_from(ms).unwrap_or(i64::MAX));
    }

    /// Sets what it shows forward or back, as if somebody had set the machine's clock.
    pub fn jump(&self, ms: i64) {
        self.0.ahead.fetch_add(ms, Relaxed);
    }
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
