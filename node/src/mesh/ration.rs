//! What a declared thin link may carry, and when: bytes an hour, and hours of the day.
//!
//! A machine without clock and files: [`Ration`] says, [`Spent`] counts. Outside the hours, and when the hour's bytes are
//! spent, flash goes and all else waits; so does what the link itself needs to stand.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::Precedence;

/// A minute in milliseconds.
const MINUTE: u64 = 60_000;
/// An hour in milliseconds.
const HOUR: u64 = 60 * MINUTE;
/// A day in minutes.
const DAY: u64 = 24 * 60;

/// Hours of the day, of Universal Time, in minutes since midnight; over midnight where the end is before the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// When they begin.
    pub from: u16,
    /// When they end.
    pub to: u16,
}

/// What was declared of a thin link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ration {
    /// Bytes in an hour, both directions, all that is around them included.
    pub bytes_an_hour: Option<u64>,
    /// Bytes in a second towards the office, beneath flash.
    pub bytes_a_second: Option<u64>,
    /// When anything but flash may go.
    pub hours: Option<Hours>,
}

/// What crossed a link in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Hours since 1970.
    pub hour: u64,
    /// Bytes in it.
    pub bytes: u64,
}

/// Why something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is none of the hours.
    Hours,
    /// The hour's bytes are spent.
    Spent,
}

/// Until when all but flash waits, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub why: Why,
    /// Until then.
    pub until: Millis,
}

impl Pause {
    /// What goes all the same.
    pub const LEAST: Precedence = Precedence::Flash;
}

impl Spent {
    /// Adds bytes that crossed by now; a new hour begins with nothing.
    pub fn add(&mut self, bytes: u64, now: Millis) {
        let hour = now.0 / HOUR;
        // A clock that is set back begins no new hour: what was spent stays spent.
        if hour > self.hour {
            *self = Self { hour, bytes: 0 };
        }
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

impl Hours {
    /// Minutes until they begin; 0 while they last.
    fn wait(self, minute: u64) -> u64 {
        let (from, to) = (u64::from(self.from), u64::from(self.to));
        let since = (minute + DAY - from) % DAY;
        let length = (to + DAY - from) % DAY;
        // The same beginning and end is the whole day.
        if length == 0 || since < length { 0 } else { DAY - since }
    }
}

impl Ration {
    /// Whether all but flash waits now.
    #[must_use]
    pub fn pause(&self, spent: &Spent, now: Millis) -> Option<Pause> {
        let minutes = now.0 / MINUTE;
        let wait = self.hours.map_or(0, |hours| hours.wait(minutes % DAY));
        if wait > 0 {
            return Some(Pause { why: Why::Hours, until: Millis((minutes + wait) * MINUTE) });
        }
        let is_spent = self.bytes_an_hour.is_some_and(|most| spent.hour >= now.0 / HOUR && spent.bytes >= most);
        is_spent.then(|| Pause { why: Why::Spent, until: Millis((spent.hour + 1) * HOUR) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hour: u64, minute: u64) -> Millis {
        Millis(20_000 * DAY * MINUTE + hour * HOUR + minute * MINUTE + 7)
    }

    #[test]
    fn outside_the_hours_all_but_flash_waits_for_their_beginning() {
        let night = Ration { hours: Some(Hours { from: 20 * 60, to: 6 * 60 }), ..Ration::default() };
        let free = Spent::default();
        for hour in [20, 23, 0, 5] {
            assert_eq!(night.pause(&free, at(hour, 59)), None, "{hour}");
        }
        for hour in [6, 12, 19] {
            let pause = night.pause(&free, at(hour, 59)).unwrap();
            assert_eq!((pause.why, pause.until), (Why::Hours, Millis(at(20, 0).0 - 7)), "{hour}");
        }
        let all_day = Ration { hours: Some(Hours { from: 60, to: 60 }), ..Ration::default() };
        assert_eq!(all_day.pause(&free, at(13, 0)), None);
    }

    #[test]
    fn what_was_spent_stays_spent_until_the_next_hour_even_if_the_clock_goes_back() {
        let ration = Ration { bytes_an_hour: Some(1_000), ..Ration::default() };
        let mut spent = Spent::default();
        spent.add(999, at(14, 10));
        assert_eq!(ration.pause(&spent, at(14, 11)), None);
        spent.add(1, at(14, 12));
        let pause = ration.pause(&spent, at(14, 13)).unwrap();
        assert_eq!((pause.why, pause.until), (Why::Spent, Millis(at(15, 0).0 - 7)));
        spent.add(0, at(13, 0));
        assert!(ration.pause(&spent, at(13, 0)).is_some());
        spent.add(1, at(15, 0));
        assert_eq!(ration.pause(&spent, at(15, 0)), None);
        assert_eq!(spent.bytes, 1);
    }

    proptest! {
        #[test]
        fn a_pause_ends_when_it_says(from in 0_u16..1_440, to in 0_u16..1_440, cap in 0_u64..2_000, bytes in 0_u64..2_000, now in 0_u64..1_000_000_000_000) {
            let ration = Ration { bytes_an_hour: Some(cap), hours: Some(Hours { from, to }), ..Ration::default() };
            let mut spent = Spent::default();
            let mut now = Millis(now);
            spent.add(bytes, now);
            // Hours, bytes, and hours again; then nothing more stands in the way but a cap of nothing.
            for _ in 0..3 {
                let Some(pause) = ration.pause(&spent, now) else { return Ok(()) };
                prop_assert!(pause.until > now && pause.until.0 - now.0 <= 24 * HOUR);
                now = pause.until;
                spent.add(0, now);
            }
            prop_assert!(ration.pause(&spent, now).is_none_or(|pause| cap == 0 && pause.why == Why::Spent));
        }
    }
}
