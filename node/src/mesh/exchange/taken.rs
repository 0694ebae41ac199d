//! What the other side sent, and when it is told how much of it has come.
//!
//! On a busy line it is told at once, since its next words wait for that. Where a message comes now and then it waits for a
//! packet to go with: one of its own costs as much as a third of a message, with what TCP says to it.

use std::time::{Duration, Instant};

use super::flight::{MIN_PIECE, MIN_WINDOW, UNTOLD, low};

/// What was taken is confirmed at most so often, unless it is very much.
pub(super) const BETWEEN_CONFIRMATIONS: Duration = Duration::from_millis(20);
/// So much is confirmed at once.
const VERY_MUCH: u64 = 64 << 10;
/// What took longer to come than this may wait for company: the line is not busy, or so slow that much of it is under way.
const BUSY: Duration = Duration::from_secs(2);
/// So much is worth eight bytes of a packet that goes anyway.
const WORTH_A_WORD: u64 = 1 << 10;
/// It waits as long as this, by when a receipt has gone for what came.
const PATIENCE: Duration = Duration::from_secs(10);
/// And as much as this: the other side does not stop for it, however small its window.
const MUCH: u64 = MIN_WINDOW - MIN_PIECE;

/// Bytes of the other side.
#[derive(Debug, Default)]
pub(super) struct Taken {
    bytes: u64,
    confirmed: u64,
    /// When the first of those came that are not confirmed.
    since: Option<Instant>,
}

impl Taken {
    /// Takes note of bytes.
    pub(super) fn took(&mut self, bytes: usize, now: Instant) {
        self.bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
        self.since.get_or_insert(now);
    }

    fn open(&self) -> u64 {
        self.bytes - self.confirmed
    }

    /// Whether so much came that the other side is to know it.
    pub(super) fn is_something(&self) -> bool {
        self.open() >= UNTOLD
    }

    /// Whether so much came that it is to know it now.
    pub(super) fn is_very_much(&self) -> bool {
        self.open() >= VERY_MUCH
    }

    /// How long it may be told later, with something else; `None` when there is too little to tell.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let since = self.since.filter(|_| self.is_something())?;
        let came_in = now.duration_since(since);
        let waits = came_in > BUSY && self.open() < MUCH;
        Some(if waits { PATIENCE.saturating_sub(came_in) } else { Duration::ZERO })
    }

    /// How much there was, for telling it now; `None` when too little has come since it was told.
    pub(super) fn confirm(&mut self) -> Option<u32> {
        if self.open() < WORTH_A_WORD {
            return None;
        }
        (self.confirmed, self.since) = (self.bytes, None);
        Some(low(self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_busy_line_it_is_told_at_once_and_of_a_message_now_and_then_with_something_else() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut taken = Taken::default();
        taken.took(1_000, at(0));
        assert_eq!((taken.wait(at(0)), taken.confirm()), (None, None), "too little for a word");
        taken.took(400, at(0));
        taken.took(1_400, at(200));
        assert_eq!(taken.wait(at(200)), Some(Duration::ZERO), "8 kB/s");
        assert_eq!((taken.confirm(), taken.confirm(), taken.wait(at(200))), (Some(2_800), None, None));
        (0..5).for_each(|n| taken.took(450, at(1_000 + n * 1_000)));
        assert_eq!(taken.wait(at(5_000)), Some(Duration::from_secs(6)), "a message a second");
        assert_eq!(taken.wait(at(11_000)), Some(Duration::ZERO), "nothing went that way");
        (0..3).for_each(|n| taken.took(450, at(6_000 + n * 1_000)));
        assert_eq!(taken.wait(at(8_000)), Some(Duration::ZERO), "the other side may wait for it");
        assert!(!taken.is_very_much());
    }
}
