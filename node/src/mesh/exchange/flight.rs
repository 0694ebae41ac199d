//! What of the written bytes is still under way, how fast they arrive, and how much more may be written.
//!
//! The other side says now and then how many bytes it has taken. So whatever lies between, be it here, in the kernel, in a
//! modem or on the line, is known and bounded: what a round trip holds and a fraction of a second more. That is all that a
//! flash frame can find before it. No probe is sent: the traffic itself measures the line, in the manner of BBR.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What is kept under way beyond the round trip on a line of so many bytes a second, or less: with what is not confirmed
/// it is less than a second.
const AHEAD_THIN: (u64, Duration) = (24_000, Duration::from_millis(400));
/// The same on a faster one, whose rate is found the sooner for it.
const AHEAD: Duration = Duration::from_millis(800);
/// The other side says what it has taken once it is so much, so less than this may never be confirmed, in bytes.
pub(super) const UNTOLD: u64 = 2 << 10;
/// What may be under way before anything is known.
const FIRST_WINDOW: u64 = 8 << 10;
/// What may be under way at least: what is not confirmed, and two pieces.
pub(super) const MIN_WINDOW: u64 = UNTOLD + 2 * MIN_PIECE;
/// What may be under way at most.
const MAX_WINDOW: u64 = 4 << 20;
/// Pieces that are remembered; of more only every other one is.
const MAX_MARKS: usize = 128;
/// The longest piece: one multiplexer frame, one Noise message.
const MAX_PIECE: u64 = 16 << 10;
/// The shortest: with what is around it, it fills one packet.
pub(super) const MIN_PIECE: u64 = 1_360;
/// A second's pieces, at least.
const PIECES_A_SECOND: u64 = 8;

/// A piece that was written.
#[derive(Debug, Clone, Copy)]
struct Mark {
    /// The stream's length behind it.
    end: u64,
    at: Instant,
    /// What had been taken by then, and since when.
    taken: u64,
    since: Instant,
}

/// The bytes under way in one direction of a link.
#[derive(Debug)]
pub(super) struct Flight {
    sent: u64,
    taken: u64,
    /// When the last confirmation came, or writing began after a silence.
    since: Instant,
    marks: VecDeque<Mark>,
    /// Up to here there was not always something to write.
    slack_until: u64,
    trip: Option<Duration>,
    rate: Option<u64>,
}

impl Flight {
    /// Nothing was written yet.
    pub(super) fn new(now: Instant) -> Self {
        Self { sent: 0, taken: 0, since: now, marks: VecDeque::new(), slack_until: 0, trip: None, rate: None }
    }

    /// What is known of the line from earlier.
    pub(super) fn knowing(self, rate: Option<u64>) -> Self {
        Self { rate, ..self }
    }

    /// A round trip was measured by other means.
    pub(super) fn trip(&mut self, trip: Duration) {
        self.trip = Some(self.trip.map_or(trip, |known| known.min(trip)));
    }

    /// The shortest round trip that was seen.
    pub(super) fn shortest_trip(&self) -> Option<Duration> {
        self.trip
    }

    /// Bytes a second that arrive while there is always something to write; `None` while that was never so.
    pub(super) fn rate(&self) -> Option<u64> {
        self.rate
    }

    /// Takes note of bytes that are written now.
    pub(super) fn sent(&mut self, bytes: usize, now: Instant) {
        if self.under_way() <= UNTOLD {
            self.since = now;
        }
        self.sent += u64::try_from(bytes).unwrap_or(u64::MAX);
        if self.marks.len() >= MAX_MARKS {
            let mut keep = false;
            self.marks.retain(|_| {
                keep = !keep;
                keep
            });
        }
        self.marks.push_back(Mark { end: self.sent, at: now, taken: self.taken, since: self.since });
    }

    /// There is nothing to write.
    pub(super) fn idle(&mut self) {
        self.slack_until = self.sent;
    }

    /// The other side says how many bytes it has taken, as the lower half of the number.
    pub(super) fn confirmed(&mut self, told: u32, now: Instant) {
        let ahead = told.wrapping_sub(low(self.taken));
        let taken = self.taken + u64::from(ahead);
        if ahead == 0 || taken > self.sent {
            return;
        }
        self.taken = taken;
        let mut last = None;
        while let Some(mark) = self.marks.front().filter(|mark| mark.end <= taken) {
            last = Some(*mark);
            self.marks.pop_front();
        }
        if let Some(mark) = last {
            self.trip(now.duration_since(mark.at));
            // Over a round trip at least, so that confirmations that come together do not look like a fast line.
            let span = now.duration_since(mark.since).max(Duration::from_millis(1));
            let bytes = taken - mark.taken;
            let rate = u64::try_from(u128::from(bytes) * 1_000_000 / span.as_micros().max(1)).unwrap_or(u64::MAX).max(1);
            self.learn(rate, mark.end > self.slack_until);
        }
        self.since = now;
    }

    fn learn(&mut self, rate: u64, busy: bool) {
        self.rate = match self.rate {
            None if busy => Some(rate),
            Some(known) if rate > known => Some((known + 3 * rate) / 4),
            Some(known) if busy => Some((7 * known + rate) / 8),
            known => known,
        };
    }

    /// Written and not known to have arrived.
    pub(super) fn under_way(&self) -> u64 {
        self.sent - self.taken
    }

    /// How much may be under way beneath flash.
    pub(super) fn window(&self) -> u64 {
        let Some(rate) = self.rate else { return FIRST_WINDOW };
        let ahead = if rate <= AHEAD_THIN.0 { AHEAD_THIN.1 } else { AHEAD };
        let span = self.trip.unwrap_or_default() + ahead;
        let bytes = u64::try_from(u128::from(rate) * span.as_millis() / 1_000).unwrap_or(u64::MAX);
        // What has arrived and is not confirmed yet keeps nothing busy.
        bytes.saturating_add(UNTOLD).clamp(MIN_WINDOW, MAX_WINDOW)
    }

    /// Whether a piece beneath flash may be written.
    pub(super) fn has_room(&self) -> bool {
        // Half of it: on a slow line a piece is long, and the line must not stand still for the other half.
        self.under_way() + self.piece() / 2 <= self.window()
    }

    /// How long a piece is at most, in bytes: what flash has to let pass where it begins.
    pub(super) fn piece(&self) -> u64 {
        self.rate.map_or(MIN_PIECE, |rate| (rate / PIECES_A_SECOND).clamp(MIN_PIECE, MAX_PIECE))
    }
}

/// The lower half of a count, as it travels.
pub(super) fn low(count: u64) -> u32 {
    u32::try_from(count & u64::from(u32::MAX)).expect("half of it was cut off")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A line in virtual time: what is written waits for its turn, is sent at the line's rate and confirmed behind the delay.
    struct Line {
        rate: u64,
        delay: Duration,
        now: Instant,
        free: Instant,
        /// What arrives when, as the stream's length behind it.
        arriving: VecDeque<(Instant, u64)>,
        confirming: VecDeque<(Instant, u64)>,
        told: u64,
    }

    impl Line {
        fn new(rate: u64, delay_ms: u64) -> Self {
            let now = Instant::now();
            let delay = Duration::from_millis(delay_ms);
            Self { rate, delay, now, free: now, arriving: VecDeque::new(), confirming: VecDeque::new(), told: 0 }
        }

        fn write(&mut self, flight: &mut Flight, bytes: u64) {
            flight.sent(usize::try_from(bytes).unwrap(), self.now);
            // Around it: multiplexer, Noise, TCP and IP.
            self.free = self.free.max(self.now) + Duration::from_micros((bytes + 86) * 1_000_000 / self.rate);
            self.arriving.push_back((self.free + self.delay, flight.sent));
        }

        /// Writes as much as there is room for.
        fn fill(&mut self, flight: &mut Flight) {
            while flight.has_room() {
                let piece = flight.piece();
                self.write(flight, piece);
            }
        }

        /// Lets time pass to the next thing that happens.
        fn step(&mut self, flight: &mut Flight) {
            let next = [self.arriving.front(), self.confirming.front()].into_iter().flatten().map(|(at, _)| *at).min();
            self.now = next.unwrap_or(self.now + Duration::from_millis(10)).max(self.now);
            while let Some((_, end)) = self.arriving.pop_front_if(|(at, _)| *at <= self.now) {
                if end >= self.told + UNTOLD {
                    self.told = end;
                    self.confirming.push_back((self.now + self.delay, end));
                }
            }
            while let Some((_, end)) = self.confirming.pop_front_if(|(at, _)| *at <= self.now) {
                flight.confirmed(low(end), self.now);
            }
        }

        /// Milliseconds until the line has sent all that was given to it.
        fn queued_ms(&self) -> u128 {
            self.free.saturating_duration_since(self.now).as_millis()
        }
    }

    proptest! {
        #[test]
        fn a_line_is_kept_busy_and_never_has_a_second_queued(
            rate in prop_oneof![1 => 2_000_u64..6_000, 3 => 6_000_u64..2_000_000],
            delay_ms in 1_u64..700,
        ) {
            let mut line = Line::new(rate, delay_ms);
            let mut flight = Flight::new(line.now);
            flight.trip(2 * line.delay);
            let (begun, mut longest, mut first) = (line.now, 0, None);
            while line.now.duration_since(begun) < Duration::from_secs(60) {
                line.fill(&mut flight);
                if line.now.duration_since(begun) > Duration::from_secs(20) {
                    longest = longest.max(line.queued_ms());
                    first.get_or_insert((line.now, flight.taken));
                }
                line.step(&mut flight);
            }
            // At least the smallest window and the half of a piece that goes beyond it, with what is around them: a line of less
            // than 6 kB/s takes a second for that.
            let smallest = u128::from((MIN_WINDOW + MIN_PIECE / 2 + 5 * 86) * 1_000 / rate);
            prop_assert!(longest <= smallest.max(1_000), "{longest} ms queued at {rate} B/s and {delay_ms} ms; window {}", flight.window());
            let (since, before) = first.unwrap();
            let carried = flight.taken - before;
            let carried = carried + 86 * carried / flight.piece();
            let most = rate * u64::try_from(line.now.duration_since(since).as_millis()).unwrap() / 1_000;
            prop_assert!(carried + UNTOLD >= most * 85 / 100, "{carried} of {most} at {rate} B/s and {delay_ms} ms");
        }

        #[test]
        fn confirmations_that_nobody_can_have_meant_do_no_harm(told in proptest::collection::vec(any::<u32>(), 0..40)) {
            let now = Instant::now();
            let mut flight = Flight::new(now);
            for told in told {
                flight.sent(1_000, now);
                flight.confirmed(told, now);
                prop_assert!(flight.taken <= flight.sent && flight.window() <= MAX_WINDOW);
            }
        }
    }

    #[test]
    fn a_line_that_becomes_slow_is_noticed_and_one_that_is_used_little_is_not_taken_for_slow() {
        let mut line = Line::new(1_000_000, 20);
        let mut flight = Flight::new(line.now);
        let run = |line: &mut Line, flight: &mut Flight, seconds| {
            let end = line.now + Duration::from_secs(seconds);
            while line.now < end {
                line.fill(flight);
                line.step(flight);
            }
        };
        run(&mut line, &mut flight, 10);
        let fast = flight.rate().unwrap();
        assert!(fast > 500_000, "{fast}");
        for _ in 0..100 {
            line.write(&mut flight, 3_000);
            flight.idle();
            (0..100).for_each(|_| line.step(&mut flight));
        }
        assert!(flight.rate().unwrap() * 2 > fast);
        line.rate = 8_000;
        run(&mut line, &mut flight, 120);
        assert!(flight.rate().unwrap() < 9_000, "{:?}", flight.rate());
        assert!(flight.window() <= 8_000, "{}", flight.window());
    }
}
