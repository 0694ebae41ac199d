//! When to ask whether the other side is still there, and when to give the link up.
//!
//! libp2p's ping asks every 15 seconds, needed or not: 260 kB an hour on a line where nobody speaks. Here any byte
//! counts as a sign of life, so a busy link never asks, and an idle one asks rarely.

use std::time::{Duration, Instant};

/// What was sent and not answered is asked after so long beyond a round trip: a little later than a receipt comes by itself.
const UNANSWERED: Duration = Duration::from_secs(7);
/// Silence after a beat that ends the link, beyond a round trip.
const DEAD: Duration = Duration::from_secs(18);
/// So many bytes that follow the last ones that came may be an answer to them, an echo or a confirmation, and want none.
const ANSWER: u64 = 128;
/// A busy link asks so often, for the round trip's sake.
const MEASURE: Duration = Duration::from_secs(300);
/// No round trip is believed to be longer than this.
const MAX_TRIP: Duration = Duration::from_secs(20);
/// How often the pulse is looked at; costs nothing on the line.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// What a connection has carried so far, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Carried {
    /// What came.
    pub(super) received: u64,
    /// What was sent.
    pub(super) sent: u64,
    /// What of it was sent after the last byte that came.
    pub(super) unanswered: u64,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing.
    Nothing,
    /// Ask.
    Beat,
    /// Give up.
    Dead,
}

/// The signs of life of one link.
///
/// Where something was sent, a silent other side is noticed within three round trips and 30 seconds.
#[derive(Debug)]
pub(super) struct Pulse {
    idle: Duration,
    trip: Duration,
    carried: Carried,
    heard: Instant,
    /// The first thing sent that nothing has come after.
    sent: Option<Instant>,
    asked: Option<Instant>,
    measured: Instant,
}

impl Pulse {
    /// A link that has just been greeted.
    ///
    /// Units:   after `idle` of silence it is asked; `lean` is 0 to 255 and makes this side patient by up to a quarter
    ///          more, so that of two sides one asks.
    pub(super) fn new(now: Instant, idle: Duration, lean: u8) -> Self {
        let idle = idle + idle * u32::from(lean) / 1_024;
        Self { idle, trip: Duration::ZERO, carried: Carried::default(), heard: now, sent: None, asked: None, measured: now }
    }

    /// A round trip was measured.
    pub(super) fn trip(&mut self, trip: Duration) {
        self.trip = trip.min(MAX_TRIP);
    }

    /// Looks at what was carried and says what is due.
    pub(super) fn look(&mut self, now: Instant, carried: Carried) -> Due {
        if carried.received != self.carried.received {
            self.heard = now;
            // The last byte that came and the first that never will be answered may lie between two looks.
            self.sent = (carried.unanswered > ANSWER).then_some(now);
        } else if carried.sent != self.carried.sent && self.sent.is_none() {
            self.sent = Some(now);
        }
        self.carried = carried;
        let silent = now.duration_since(self.heard);
        if let Some(asked) = self.asked {
            let patience = DEAD + self.trip;
            let dead = now.duration_since(asked) >= patience && silent >= patience;
            return if dead { Due::Dead } else { Due::Nothing };
        }
        let unanswered = self.sent.is_some_and(|at| now.duration_since(at) >= UNANSWERED + self.trip);
        if silent >= self.idle || unanswered || now.duration_since(self.measured) >= MEASURE {
            self.asked = Some(now);
            return Due::Beat;
        }
        Due::Nothing
    }

    /// Somebody wants to know; false when the other side is being asked already, whose echo then answers this too.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        let is_first = self.asked.is_none();
        self.asked.get_or_insert(now);
        is_first
    }

    /// The echo came; the round trip, when it was asked for.
    pub(super) fn echoed(&mut self, now: Instant) -> Option<Duration> {
        let asked = self.asked.take()?;
        (self.heard, self.measured, self.sent) = (now, now, None);
        let trip = now.duration_since(asked);
        self.trip(trip);
        Some(trip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_secs(60);

    /// What came, and what was sent some time after it.
    fn carried(received: u64, sent: u64) -> Carried {
        Carried { received, sent, unanswered: 0 }
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_busy_link_is_asked_only_for_its_round_trip() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, IDLE, 0);
        let beats: Vec<u64> = (1..=60)
            .map(|step| step * 5)
            .filter(|second| pulse.look(after(start, *second), carried(*second, *second)) == Due::Beat)
            .collect();
        assert_eq!(beats, [300]);
    }

    #[test]
    fn an_idle_link_is_asked_after_a_minute_and_given_up_when_it_stays_silent() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, IDLE, 0);
        assert_eq!(pulse.look(after(start, 59), carried(0, 0)), Due::Nothing);
        assert_eq!(pulse.look(after(start, 60), carried(0, 0)), Due::Beat);
        assert_eq!(pulse.look(after(start, 77), carried(0, 40)), Due::Nothing);
        assert_eq!(pulse.look(after(start, 78), carried(0, 40)), Due::Dead);
    }

    #[test]
    fn what_was_sent_and_not_answered_is_asked_after_sooner() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, IDLE, 0);
        assert_eq!(pulse.look(after(start, 5), carried(0, 100)), Due::Nothing);
        assert_eq!(pulse.look(after(start, 12), carried(0, 100)), Due::Beat);
        assert_eq!(pulse.echoed(after(start, 13)), Some(Duration::from_secs(1)));
        assert_eq!(pulse.look(after(start, 20), carried(40, 140)), Due::Nothing);
    }

    #[test]
    fn who_vanished_is_noticed_within_three_round_trips_and_thirty_seconds_of_the_first_word_to_them() {
        for trip in [0, 1, 2, 5, 15] {
            for spoken in 0..70 {
                let start = Instant::now();
                let mut pulse = Pulse::new(start, Duration::from_secs(3_600), 0);
                pulse.trip(Duration::from_secs(trip));
                // Whatever we write leaves, and nothing comes back.
                let dead = (1..200)
                    .find(|second| pulse.look(after(start, *second), carried(0, second.saturating_sub(spoken).min(1))) == Due::Dead);
                assert!(dead.unwrap() - spoken <= 30 + 3 * trip, "{dead:?} for {spoken}, {trip}");
            }
        }
    }

    #[test]
    fn what_was_sent_in_the_second_in_which_the_last_byte_came_is_asked_after_too() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, Duration::from_secs(3_600), 0);
        let burst = Carried { received: 400, sent: 60_000, unanswered: 50_000 };
        let dead = (1..200).find(|second| pulse.look(after(start, *second), burst) == Due::Dead);
        assert!(dead.is_some_and(|second| second <= 31), "{dead:?}");
    }

    #[test]
    fn two_sides_that_answer_each_other_come_to_rest() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, Duration::from_secs(3_600), 0);
        // A beat came, an echo and a confirmation went out after it, in one second.
        let answered = Carried { received: 40, sent: 90, unanswered: 90 };
        assert!((1..250).all(|second| pulse.look(after(start, second), answered) == Due::Nothing));
    }

    #[test]
    fn a_slow_answer_is_waited_for() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, IDLE, 0);
        pulse.trip(Duration::from_secs(15));
        assert_eq!(pulse.look(after(start, 1), carried(0, 100)), Due::Nothing);
        assert_eq!(pulse.look(after(start, 22), carried(0, 100)), Due::Nothing);
        assert_eq!(pulse.look(after(start, 23), carried(0, 100)), Due::Beat);
        assert_eq!(pulse.look(after(start, 50), carried(0, 140)), Due::Nothing);
    }

    #[test]
    fn a_message_a_second_whose_receipts_come_every_seven_is_not_asked_after() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, IDLE, 0);
        pulse.trip(Duration::from_millis(600));
        assert!((1..250).all(|second| pulse.look(after(start, second), carried(second / 7, second)) == Due::Nothing));
    }

    #[test]
    fn of_two_sides_the_less_patient_one_asks() {
        let start = Instant::now();
        let (mut first, mut second) = (Pulse::new(start, IDLE, 0), Pulse::new(start, IDLE, 255));
        assert_eq!(first.look(after(start, 60), carried(0, 0)), Due::Beat);
        assert_eq!(second.look(after(start, 60), carried(0, 0)), Due::Nothing);
    }

    #[test]
    fn whoever_wants_to_know_asks_at_once_and_once() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, IDLE, 0);
        assert!(pulse.ask(after(start, 1)));
        assert!(!pulse.ask(after(start, 2)));
        assert_eq!(pulse.echoed(after(start, 3)), Some(Duration::from_secs(2)));
        assert!(pulse.ask(after(start, 4)));
        assert_eq!(pulse.look(after(start, 26), carried(0, 40)), Due::Dead, "an answer that does not come ends the link");
    }
}
