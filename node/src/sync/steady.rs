//! The exchange's time: it begins with the machine's clock and then only goes forward.
//!
//! A clock that is set back would stop every timer of the exchange for as long.

use std::time::Duration;

use okrug_protocol::clock::Millis;
use tokio::time::Instant;

use crate::clock;

/// A time that never goes back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steady {
    began: Millis,
    at: Instant,
}

impl Steady {
    pub(super) fn begin() -> Self {
        Self { began: clock::now(), at: Instant::now() }
    }

    pub(super) fn now(&self) -> Millis {
        self.began.plus(u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// When this time will have come.
    pub(super) fn instant(&self, time: Millis) -> Instant {
        self.at + Duration::from_millis(time.since(self.began))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_time_to_wake_at_has_come_when_its_instant_has() {
        let steady = Steady::begin();
        let due = steady.now().plus(1_500);
        tokio::time::sleep_until(steady.instant(due)).await;
        assert!(steady.now() >= due);
    }
}
