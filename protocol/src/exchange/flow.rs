//! What is measured about a neighbour's answers: how much may be under way, and how long to wait.
//!
//! Nothing here is one fixed time: the window and the patience follow from the round trip and the
//! rate that were seen, in the manner of RFC 6298 and of delivery-rate estimators.

use crate::bounds::{MAX_WINDOW, MIN_WINDOW};
use crate::clock::Millis;

/// How much is kept under way beyond the round trips, in milliseconds of the measured rate.
const AHEAD_MS: u64 = 500;
/// So many round trips are kept under way, as BBR has it: by the time that a part of it has come and its place is asked for
/// again, the rest must still fill the line for one.
const TRIPS: u64 = 2;
/// A rate is taken over at least so long, in milliseconds.
const SAMPLE_MS: u64 = 20;
/// The shortest patience in milliseconds, as RFC 6298 has it: a disk that flushes is not silent.
const MIN_PATIENCE_MS: u64 = 1_000;
/// The longest patience in milliseconds.
const MAX_PATIENCE_MS: u64 = 120_000;
/// The window of a link that is known to be slow, in bytes at least.
const THIN_WINDOW: u64 = 2 << 10;

/// Bytes that arrived since some time.
#[derive(Debug, Clone, Copy)]
struct Sample {
    since: Millis,
    bytes: u64,
    /// It began with an ask, so it holds a round trip too: the rate is at least this.
    at_least: bool,
}

/// The measurements of one neighbour.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    rtt_ms: Option<u64>,
    /// Mean and deviation of the time from an ask to its first answer, in milliseconds.
    response: Option<(u64, u64)>,
    given: Option<u64>,
    measured: Option<u64>,
    /// Whether `measured` was ever taken without a round trip in it.
    solid: bool,
    asked: Option<Millis>,
    heard: Millis,
    sample: Option<Sample>,
    /// Until then what comes may have been asked for too late to fill the line.
    late_until: Millis,
    /// How often in a row it did not answer in time.
    failures: u32,
}

impl Flow {
    pub(super) fn new(rtt_ms: Option<u32>, now: Millis) -> Self {
        Self {
            rtt_ms: rtt_ms.map(u64::from),
            response: None,
            given: None,
            measured: None,
            solid: false,
            asked: None,
            heard: now,
            sample: None,
            late_until: Millis(0),
            failures: 0,
        }
    }

    pub(super) fn told(&mut self, rtt_ms: Option<u32>, bytes_per_s: Option<u64>) {
        self.rtt_ms = rtt_ms.map(u64::from).or(self.rtt_ms);
        self.given = bytes_per_s.map(|rate| rate.max(1));
    }

    /// Something was asked while nothing was under way.
    pub(super) fn asked(&mut self, now: Millis) {
        self.asked = Some(now);
        self.heard = now;
        self.sample = Some(Sample { since: now, bytes: 0, at_least: true });
    }

    /// Something arrived that had been asked for; so much is still under way.
    pub(super) fn arrived(&mut self, bytes: u64, now: Millis, under_way: u64) {
        if let Some(asked) = self.asked.take() {
            self.learn_response(now.since(asked));
        }
        self.heard = now;
        self.failures = 0;
        let more = under_way > 0;
        let Some(mut sample) = self.sample else { return };
        sample.bytes += bytes;
        let ours = self.late_until.min(now).since(sample.since);
        let elapsed = now.since(sample.since).max(1);
        if elapsed < SAMPLE_MS && more {
            self.sample = Some(sample);
            return self.look_ahead(under_way, now);
        }
        let rate = sample.bytes.saturating_mul(1_000) / elapsed;
        // A wait that was ours says nothing about the line. Without this a window that is a little too small makes the line
        // look slower than it is, and so the next one smaller.
        let at_most = sample.bytes.saturating_mul(1_000).checked_div(elapsed.saturating_sub(ours));
        self.learn_rate(rate, at_most.filter(|_| more && !sample.at_least));
        self.sample = more.then_some(Sample { since: now, bytes: 0, at_least: false });
        self.look_ahead(under_way, now);
    }

    /// Takes note when less is under way than fills the line until what is asked for now comes.
    fn look_ahead(&mut self, under_way: u64, now: Millis) {
        if under_way.saturating_mul(1_000) < self.rate().saturating_mul(self.round_trip_ms()) {
            self.late_until = now.plus(self.round_trip_ms());
        }
    }

    /// It did not answer in time.
    pub(super) fn gave_up(&mut self) {
        self.failures = self.failures.saturating_add(1);
        self.asked = None;
        self.sample = None;
    }

    /// Whether it has not answered in time and said nothing since.
    pub(super) fn is_silent(&self) -> bool {
        self.failures > 0
    }

    /// Bytes that may be under way.
    pub(super) fn window(&self) -> u64 {
        if self.is_silent() {
            return THIN_WINDOW;
        }
        let floor = if self.given.is_some() || self.solid { THIN_WINDOW } else { MIN_WINDOW };
        let Some(rate) = self.given.or(self.measured) else { return MIN_WINDOW };
        (rate.saturating_mul(TRIPS * self.round_trip_ms() + AHEAD_MS) / 1_000).clamp(floor, MAX_WINDOW)
    }

    /// When it is to be given up, with so many bytes under way.
    pub(super) fn deadline(&self, under_way: u64) -> Millis {
        self.heard.plus(self.patience_ms(under_way))
    }

    /// How long nothing may come while so many bytes are under way.
    pub(super) fn patience_ms(&self, under_way: u64) -> u64 {
        let (mean, deviation) = self.response.unwrap_or_else(|| self.rtt_ms.map_or((1_000, 500), |rtt| (rtt, rtt / 2)));
        let transfer = under_way.saturating_mul(2_000) / self.rate();
        let once = (mean + 4 * deviation + transfer).max(MIN_PATIENCE_MS);
        once.saturating_mul(1 << self.failures.min(7)).min(MAX_PATIENCE_MS)
    }

    /// Bytes per second that it delivers, as far as known.
    pub(super) fn rate(&self) -> u64 {
        self.given.or(self.measured).unwrap_or(MIN_WINDOW).max(1)
    }

    /// The round trip as measured, or as its answers show.
    pub(super) fn round_trip_ms(&self) -> u64 {
        self.rtt_ms.or(self.response.map(|(mean, _)| mean)).unwrap_or(0)
    }

    fn learn_response(&mut self, ms: u64) {
        self.response = Some(match self.response {
            None => (ms, ms / 2),
            Some((mean, deviation)) => ((7 * mean + ms) / 8, (3 * deviation + mean.abs_diff(ms)) / 4),
        });
    }

    /// Takes a rate at which something came, and the one that the line has at most as far as this shows.
    fn learn_rate(&mut self, rate: u64, at_most: Option<u64>) {
        let rate = rate.max(1);
        match self.measured {
            Some(known) if rate < known => {
                let lower = at_most.map(|most| most.max(1)).filter(|most| *most < known);
                self.measured = Some(lower.map_or(known, |lower| (3 * known + lower) / 4));
            }
            _ => self.measured = Some(rate),
        }
        self.solid |= at_most.is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers come after `rtt` and then at `rate` bytes per millisecond, one window after the other.
    fn after_transfers(rtt: u64, rate: u64) -> Flow {
        let mut flow = Flow::new(None, Millis(0));
        let mut now = Millis(0);
        for _ in 0..20 {
            flow.asked(now);
            now = now.plus(rtt);
            let pieces = 8;
            let piece = flow.window() / pieces;
            for i in 1..=pieces {
                now = now.plus(piece / rate);
                flow.arrived(piece, now, piece * (pieces - i));
            }
        }
        flow
    }

    #[test]
    fn a_fast_link_gets_a_wide_window_and_a_thin_one_a_second_at_most() {
        assert_eq!(after_transfers(1, 10_000).window(), MAX_WINDOW);
        assert!(after_transfers(100, 8).window() <= 8_000);
    }

    #[test]
    fn patience_follows_round_trip_and_rate_and_doubles_with_every_failure() {
        let mut thin = after_transfers(600, 4);
        let fast = after_transfers(1, 10_000);
        assert_eq!(fast.patience_ms(1_000), MIN_PATIENCE_MS);
        let once = thin.patience_ms(4_000);
        assert!((2_000..8_000).contains(&once), "{once}");
        thin.gave_up();
        assert_eq!(thin.patience_ms(4_000), 2 * once);
        thin.arrived(100, Millis(1_000_000), 1);
        assert!(!thin.is_silent());
    }

    #[test]
    fn a_small_answer_does_not_make_a_link_slow() {
        let mut flow = after_transfers(1, 10_000);
        let rate = flow.rate();
        flow.asked(Millis(5_000_000));
        flow.arrived(100, Millis(5_000_100), 0);
        assert_eq!(flow.rate(), rate);
    }

    #[test]
    fn a_wait_for_what_was_asked_too_late_does_not_make_a_link_slow_and_any_other_does() {
        let rate_after = |under_way: u64, wait: u64| {
            let mut flow = Flow::new(Some(600), Millis(0));
            flow.asked(Millis(0));
            flow.arrived(2_000, Millis(850), 10_000);
            flow.arrived(2_000, Millis(1_100), under_way);
            flow.arrived(2_000, Millis(1_100 + wait), 5_000);
            flow.rate()
        };
        assert_eq!(rate_after(4_000, 800), 8_000, "600 ms of it were ours");
        assert!(rate_after(8_000, 800) < 8_000, "there was enough on its way");
        assert!(rate_after(4_000, 3_000) < 8_000, "and no more than a round trip is ours");
    }

    #[test]
    fn a_link_that_becomes_slow_is_noticed() {
        let mut flow = after_transfers(1, 10_000);
        flow.asked(Millis(5_000_000));
        for i in 1..40 {
            flow.arrived(100, Millis(5_000_000 + i * 1_000), 1_000);
        }
        assert!(flow.rate() < 1_000, "{}", flow.rate());
    }
}
