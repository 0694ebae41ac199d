//! When to ask whether the other side is still there, and when to give the link up.
//!
//! libp2p's ping asks every 15 seconds, needed or not: 260 kB an hour on a line where nobody speaks. Here any byte
//! counts as a sign of life, so a busy link never asks, and an idle one asks rarely.

use std::time::{Duration, Instant};

/// Silence after which a link is asked.
const IDLE: Duration = Duration::from_secs(60);
/// The same when something was sent and nothing came back.
const UNANSWERED: Duration = Duration::from_secs(10);
/// Silence after a beat that ends the link.
const DEAD: Duration = Duration::from_secs(20);
/// A busy link asks so often, for the round trip's sake.
const MEASURE: Duration = Duration::from_secs(300);

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
#[derive(Debug)]
pub(super) struct Pulse {
    idle: Duration,
    bytes: (u64, u64),
    heard: Instant,
    /// The first thing sent that nothing has come after.
    sent: Option<Instant>,
    asked: Option<Instant>,
    measured: Instant,
}

impl Pulse {
    /// A link that has just been greeted.
    ///
    /// Units:   `lean` is 0 to 255 and makes this side patient by up to a quarter more, so that of two sides one asks.
    pub(super) fn new(now: Instant, lean: u8) -> Self {
        let idle = IDLE + IDLE * u32::from(lean) / 1_024;
        Self { idle, bytes: (0, 0), heard: now, sent: None, asked: None, measured: now }
    }

    /// Looks at the counters of received and sent bytes and says what is due.
    pub(super) fn look(&mut self, now: Instant, received: u64, sent: u64) -> Due {
        if received != self.bytes.0 {
            self.heard = now;
            self.sent = None;
        } else if sent != self.bytes.1 && self.sent.is_none() {
            self.sent = Some(now);
        }
        self.bytes = (received, sent);
        let silent = now.duration_since(self.heard);
        if let Some(asked) = self.asked {
            let dead = now.duration_since(asked) >= DEAD && silent >= DEAD;
            return if dead { Due::Dead } else { Due::Nothing };
        }
        let unanswered = self.sent.is_some_and(|at| now.duration_since(at) >= UNANSWERED);
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
        Some(now.duration_since(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_busy_link_is_asked_only_for_its_round_trip() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, 0);
        let beats: Vec<u64> =
            (1..=60).map(|step| step * 5).filter(|second| pulse.look(after(start, *second), *second, *second) == Due::Beat).collect();
        assert_eq!(beats, [300]);
    }

    #[test]
    fn an_idle_link_is_asked_after_a_minute_and_given_up_when_it_stays_silent() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, 0);
        assert_eq!(pulse.look(after(start, 59), 0, 0), Due::Nothing);
        assert_eq!(pulse.look(after(start, 60), 0, 0), Due::Beat);
        assert_eq!(pulse.look(after(start, 79), 0, 40), Due::Nothing);
        assert_eq!(pulse.look(after(start, 80), 0, 40), Due::Dead);
    }

    #[test]
    fn what_was_sent_and_not_answered_is_asked_after_sooner() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, 0);
        assert_eq!(pulse.look(after(start, 5), 0, 100), Due::Nothing);
        assert_eq!(pulse.look(after(start, 15), 0, 100), Due::Beat);
        assert_eq!(pulse.echoed(after(start, 16)), Some(Duration::from_secs(1)));
        assert_eq!(pulse.look(after(start, 20), 40, 140), Due::Nothing);
    }

    #[test]
    fn of_two_sides_the_less_patient_one_asks() {
        let start = Instant::now();
        let (mut first, mut second) = (Pulse::new(start, 0), Pulse::new(start, 255));
        assert_eq!(first.look(after(start, 60), 0, 0), Due::Beat);
        assert_eq!(second.look(after(start, 60), 0, 0), Due::Nothing);
    }

    #[test]
    fn whoever_wants_to_know_asks_at_once_and_once() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start, 0);
        assert!(pulse.ask(after(start, 1)));
        assert!(!pulse.ask(after(start, 2)));
        assert_eq!(pulse.echoed(after(start, 3)), Some(Duration::from_secs(2)));
        assert!(pulse.ask(after(start, 4)));
        assert_eq!(pulse.look(after(start, 24), 0, 40), Due::Dead, "an answer that does not come ends the link");
    }
}
