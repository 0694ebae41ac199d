//! So many bytes a second, and no more at once than a few messages.

use std::time::Instant;

/// What may still go.
#[derive(Debug)]
pub(super) struct Allowance {
    left: u64,
    at: Instant,
    most: u64,
}

impl Allowance {
    /// All of it, which is `most` bytes.
    pub(super) fn new(most: u64, now: Instant) -> Self {
        Self { left: most, at: now, most }
    }

    /// Takes so many bytes from it where it has them; it grows by `rate` bytes a second.
    pub(super) fn take(&mut self, bytes: usize, rate: u64, now: Instant) -> bool {
        let passed = now.duration_since(self.at).as_millis();
        let grown = u64::try_from(passed.saturating_mul(rate.into()) / 1_000).unwrap_or(u64::MAX);
        if grown > 0 {
            (self.left, self.at) = (self.left.saturating_add(grown).min(self.most), now);
        }
        let left = self.left.checked_sub(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn over_any_time_no_more_goes_than_grows_and_was_there_before() {
        let start = Instant::now();
        let mut allowance = Allowance::new(1_000, start);
        let taken = (0..100_000_u64).filter(|n| allowance.take(10, 500, start + Duration::from_micros(n * 100))).count();
        assert!((590..=600).contains(&taken), "10 s at 500, and 1,000: {taken}");
        assert!(allowance.take(1_000, 500, start + Duration::from_secs(100)));
        assert!(!allowance.take(1, 500, start + Duration::from_secs(100)), "a pause saves no more than that");
    }
}
