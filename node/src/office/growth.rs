//! How fast this office's data grow, measured by the time that the node has run: a clock that is set changes nothing.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use okrug_protocol::codec::{Decode, Encode};
use tokio_util::sync::CancellationToken;

use super::desk::Desk;
use super::view::GrowthStatus;
use crate::store::{Batch, Store, StoreError, Tree};

const KEY: &[u8] = b"growth";
/// How often the time that has passed is written down.
const EVERY: Duration = Duration::from_secs(3_600);
const HOUR_MS: u64 = 3_600 * 1_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// Samples are so far apart.
const APART_MS: u64 = 12 * HOUR_MS;
/// And reach back thirty days of running.
const MAX_SAMPLES: usize = 60;
/// With a rule for keeping, what came is gone so much later at most: marks stand apart, charts are signed now and then.
const LATE_DAYS: u64 = 60;
/// What lies on the disk for a byte of an entry, when it comes to the worst: sealing, index, and sled's own copies.
const OVERHEAD: u64 = 3;

/// Sizes as they were, by running time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
struct Growth {
    /// Milliseconds that the node has run.
    ran: u64,
    /// When, and how many bytes there were.
    samples: Vec<(u64, u64)>,
}

impl Growth {
    fn read(store: &Store) -> Self {
        store.get_decoded(Tree::Meta, KEY).ok().flatten().unwrap_or_default()
    }

    fn keep(&self, store: &Store) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Meta, KEY, self);
        store.apply(batch)
    }

    /// The node has run for `passed` more, and has so many bytes.
    fn add(&mut self, passed: u64, bytes: u64) {
        self.ran = self.ran.saturating_add(passed);
        if self.samples.last().is_none_or(|(at, _)| self.ran.saturating_sub(*at) >= APART_MS) {
            self.samples.push((self.ran, bytes));
            if self.samples.len() > MAX_SAMPLES {
                self.samples.remove(0);
            }
        }
    }

    /// Bytes a day, and over how long that was measured; nothing before a day has passed.
    fn per_day(&self, bytes: u64) -> Option<(u64, u64)> {
        let (since, before) = self.samples.first()?;
        let measured = self.ran.saturating_sub(*since);
        if measured < DAY_MS {
            return None;
        }
        let grown = u128::from(bytes.saturating_sub(*before)) * u128::from(DAY_MS) / u128::from(measured);
        Some((u64::try_from(grown).unwrap_or(u64::MAX), measured))
    }
}

impl Desk {
    /// All that this office keeps, in bytes.
    fn bytes(&self) -> u64 {
        let journal = self.store.path().parent().map_or(0, |home| in_folder(&home.join("journal")));
        self.store.bytes().unwrap_or(0).saturating_add(journal)
    }

    /// How it grows, and how large it may be in a year.
    pub(crate) fn growth(&self) -> GrowthStatus {
        let (directory, bytes) = (self.directory(), self.bytes());
        let measured = Growth::read(&self.store).per_day(bytes);
        let per_day = measured.map(|(per_day, _)| per_day);
        let policy = directory.policy();
        let writers = u64::try_from(directory.members().count()).unwrap_or(u64::MAX);
        let kept = kept_days(policy.retention_days);
        let most = policy.bytes_per_day.saturating_mul(writers).saturating_mul(kept).saturating_mul(OVERHEAD);
        GrowthStatus {
            bytes,
            measured_s: measured.map_or(0, |(_, measured)| measured / 1_000),
            per_day,
            in_a_year: per_day.map(|per_day| bytes.saturating_add(per_day.saturating_mul(kept))),
            kept_days: (policy.retention_days > 0).then_some(policy.retention_days),
            quotas_in_a_year: bytes.saturating_add(most),
        }
    }
}

/// For how many days of a year what is written takes its room: by a rule for keeping some of them alone.
fn kept_days(rule: u16) -> u64 {
    if rule == 0 { 365 } else { (u64::from(rule) + u64::from(rule) / 30 + LATE_DAYS).min(365) }
}

/// Takes samples until `stop`.
pub(super) async fn watch(desk: Arc<Desk>, stop: CancellationToken) {
    let mut last = Instant::now();
    loop {
        let passed = u64::try_from(last.elapsed().as_millis()).unwrap_or(u64::MAX);
        last = Instant::now();
        let sampled = Arc::clone(&desk);
        let sample = tokio::task::spawn_blocking(move || {
            let mut growth = Growth::read(&sampled.store);
            growth.add(passed, sampled.bytes());
            growth.keep(&sampled.store)
        });
        if let Ok(Err(error)) = sample.await {
            tracing::warn!(event = "growth_not_kept", %error);
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

fn in_folder(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).filter(fs::Metadata::is_file).map(|file| file.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_for_keeping_bounds_the_year() {
        assert_eq!((kept_days(0), kept_days(30), kept_days(90), kept_days(365), kept_days(u16::MAX)), (365, 91, 153, 365, 365));
    }

    #[test]
    fn growth_is_told_after_a_day_of_running_and_looks_back_a_month_of_it() {
        let mut growth = Growth::default();
        growth.add(0, 1_000);
        for hour in 1..24 {
            growth.add(HOUR_MS, 1_000 + hour * 10);
            assert_eq!(growth.per_day(1_000 + hour * 10), None, "after {hour} hours");
        }
        growth.add(HOUR_MS, 1_240);
        assert_eq!(growth.per_day(1_240), Some((240, DAY_MS)));
        assert_eq!(growth.per_day(900), Some((0, DAY_MS)), "what shrinks does not grow");
        // A month later nothing comes any more, and a month after that it is forgotten that something came.
        for _ in 0..70 {
            growth.add(12 * HOUR_MS, 2_000);
        }
        assert_eq!(growth.samples.len(), MAX_SAMPLES);
        assert_eq!(growth.per_day(2_000).unwrap().0, 0);
        assert!(growth.per_day(2_000).unwrap().1 < 31 * DAY_MS);
    }
}
