//! What becomes of a packet that is given to one direction of a line: pure arithmetic, no clock and no socket.
//!
//! ```text
//!   offered ──> cut? ──> room in the queue? ──> sent at the line's rate ──> lost on the way? ──> under way ──> arrives
//! ```

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use super::parts::{Parts, is_tcp};

/// One direction of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// Bits that it carries in a second; 0 where it is never the bottleneck.
    pub rate: u64,
    /// How long a packet is under way after it was sent.
    pub delay: Duration,
    /// Bytes that may wait to be sent; what comes when it is full is dropped.
    pub queue: usize,
    /// Packets that are lost on the way, of a million.
    pub loss: u32,
    /// Whether nothing gets through.
    pub cut: bool,
    /// Whether nothing of TCP gets through.
    pub no_tcp: bool,
    /// After so many bytes in all nothing gets through any more; `None` when that does not matter.
    pub until: Option<u64>,
    /// How long it is up and then down, over and over; `None` when it does not flap.
    pub flaps: Option<(Duration, Duration)>,
}

impl Way {
    /// A line that nobody notices.
    pub const OPEN: Self =
        Self { rate: 0, delay: Duration::ZERO, queue: 1 << 20, loss: 0, cut: false, no_tcp: false, until: None, flaps: None };
    /// What a branch office has: 64 kbit/s, 300 ms, a modem with a queue of two seconds.
    pub const THIN: Self = Self { rate: 64_000, delay: Duration::from_millis(300), queue: 16_000, ..Self::OPEN };

    /// Whether it is down at a time since the line began.
    fn is_down(&self, now: Duration) -> bool {
        let flapping = self.flaps.is_some_and(|(up, down)| {
            let period = (up + down).as_nanos().max(1);
            now.as_nanos() % period >= up.as_nanos()
        });
        self.cut || flapping
    }

    /// How long it takes to send so many bytes.
    fn sending(&self, bytes: usize) -> Duration {
        let bits = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8);
        bits.saturating_mul(1_000_000_000).checked_div(self.rate).map_or(Duration::ZERO, Duration::from_nanos)
    }
}

/// Why a packet did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// The line was down when it was offered, or when it would have arrived.
    Down,
    /// The queue was full.
    Full,
    /// The line is a bad one.
    Noise,
}

/// What one direction has carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Packets that arrived.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Packets that were offered while the line was down, or on their way then.
    pub down: u64,
    /// Packets for which there was no room.
    pub full: u64,
    /// Packets that the line itself lost.
    pub noise: u64,
    /// The longest that a packet waited for those before it.
    pub waited: Duration,
}

/// One direction while it works.
#[derive(Debug)]
pub(super) struct Flow {
    way: Way,
    /// When the sender will have sent all that waits.
    free: Duration,
    noise: ChaCha8Rng,
    count: Count,
    parts: Parts,
}

impl Flow {
    /// A direction whose losses follow from a seed.
    pub(super) fn new(way: Way, seed: u64) -> Self {
        Self { way, free: Duration::ZERO, noise: ChaCha8Rng::seed_from_u64(seed), count: Count::default(), parts: Parts::default() }
    }

    /// Changes it from now on; what is under way arrives as it would have.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Way)) {
        change(&mut self.way);
    }

    /// What it has carried.
    pub(super) fn count(&self) -> Count {
        self.count
    }

    /// Whether a frame is one that this direction lets nothing of through, by what it is for.
    pub(super) fn refuses(&mut self, frame: &[u8]) -> bool {
        let refused = self.way.no_tcp && is_tcp(frame);
        self.count.down += u64::from(refused);
        refused
    }

    /// Takes a packet of so many bytes: when it will arrive.
    ///
    /// # Errors
    /// Why it will not.
    pub(super) fn offer(&mut self, bytes: usize, now: Duration) -> Result<Duration, Lost> {
        let fate = self.decide(bytes, now);
        match fate {
            Err(Lost::Full) => self.count.full += 1,
            Err(Lost::Noise) => self.count.noise += 1,
            Err(Lost::Down) => self.count.down += 1,
            Ok(_) => {}
        }
        fate
    }

    /// What that was for.
    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Whether a packet that was under way gets there; it does not when the line has gone down meanwhile.
    pub(super) fn arrives(&mut self, bytes: usize, now: Duration) -> bool {
        let total = self.count.bytes + u64::try_from(bytes).unwrap_or(u64::MAX);
        if self.way.is_down(now) || self.way.until.is_some_and(|until| total > until) {
            self.count.down += 1;
            return false;
        }
        self.count.packets += 1;
        self.count.bytes = total;
        true
    }

    /// Takes note of what a frame that has arrived was for.
    pub(super) fn carried(&mut self, frame: &[u8]) {
        self.parts.carried(frame);
    }

    fn decide(&mut self, bytes: usize, now: Duration) -> Result<Duration, Lost> {
        if self.way.is_down(now) {
            return Err(Lost::Down);
        }
        let waits = self.free.saturating_sub(now);
        // A packet that finds the sender idle is sent, however short the queue.
        if !waits.is_zero() && waits + self.way.sending(bytes) > self.way.sending(self.way.queue) {
            return Err(Lost::Full);
        }
        self.count.waited = self.count.waited.max(waits);
        self.free = self.free.max(now) + self.way.sending(bytes);
        if self.noise.next_u32() % 1_000_000 < self.way.loss { Err(Lost::Noise) } else { Ok(self.free + self.way.delay) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn packets_leave_one_after_the_other_and_are_under_way_at_the_same_time() {
        let mut flow = Flow::new(Way::THIN, 1);
        // 800 bytes at 64 kbit/s take 100 ms.
        let arrivals: Vec<_> = (0..3).map(|_| flow.offer(800, SECOND).unwrap()).collect();
        assert_eq!(arrivals, [ms(1_400), ms(1_500), ms(1_600)]);
        assert_eq!(flow.offer(800, ms(5_000)).unwrap(), ms(5_400));
    }

    #[test]
    fn no_more_than_the_rate_arrives_however_much_is_offered() {
        let mut flow = Flow::new(Way::THIN, 1);
        let offers = (0..100_000u64).map(|n| flow.offer(1_000, Duration::from_micros(n * 100)));
        let in_time: usize = offers.flatten().filter(|at| *at <= ms(10_300)).count();
        assert_eq!(in_time * 1_000, 80_000);
    }

    #[test]
    fn a_full_queue_drops_and_an_idle_sender_takes_even_what_is_longer_than_the_queue() {
        let mut flow = Flow::new(Way { queue: 2_000, ..Way::THIN }, 1);
        let fates: Vec<_> = (0..4).map(|_| flow.offer(1_000, SECOND).is_ok()).collect();
        assert_eq!(fates, [true, true, false, false]);
        assert_eq!(flow.count().full, 2);
        assert!(flow.offer(3_000, ms(9_000)).is_ok());
    }

    #[test]
    fn losses_come_at_their_rate_and_again_with_the_same_seed() {
        let fates = |seed| {
            let mut flow = Flow::new(Way { loss: 10_000, ..Way::OPEN }, seed);
            (0..100_000).map(|_| flow.offer(100, SECOND).is_ok()).collect::<Vec<_>>()
        };
        let lost = fates(7).iter().filter(|arrived| !**arrived).count();
        assert!((900..=1_100).contains(&lost), "{lost} of 100,000 at 1 %");
        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
    }

    #[test]
    fn a_line_that_goes_down_takes_with_it_what_is_under_way() {
        let mut flow = Flow::new(Way::THIN, 1);
        let at = flow.offer(800, SECOND).unwrap();
        flow.change(|way| way.cut = true);
        assert_eq!(flow.offer(800, SECOND), Err(Lost::Down));
        assert!(!flow.arrives(800, at));
        flow.change(|way| way.cut = false);
        assert!(flow.arrives(800, at));
        assert_eq!(flow.count(), Count { packets: 1, bytes: 800, down: 2, ..Count::default() });
    }

    #[test]
    fn a_line_with_an_end_carries_so_many_bytes_and_no_more() {
        let mut flow = Flow::new(Way { until: Some(2_000), ..Way::OPEN }, 1);
        assert_eq!([900, 900, 900, 200].map(|bytes| flow.arrives(bytes, SECOND)), [true, true, false, true]);
        assert_eq!((flow.count().bytes, flow.count().down), (2_000, 1));
    }

    #[test]
    fn a_flapping_line_is_up_and_down_by_turns() {
        let mut flow = Flow::new(Way { flaps: Some((ms(300), ms(100))), ..Way::OPEN }, 1);
        let up: Vec<_> = (0..8).map(|n| flow.offer(1, ms(n * 100)).is_ok()).collect();
        assert_eq!(up, [true, true, true, false, true, true, true, false]);
    }
}
