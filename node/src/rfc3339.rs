//! Times as people and programs exchange them: RFC 3339, UTC, milliseconds.

use std::fmt;
use std::str::FromStr;

use okrug_protocol::clock::Millis;

/// A text is no time of the form `2026-11-23T15:12:00.000Z`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no time like 2026-11-23T15:12:00Z")]
pub struct NoTime(String);

/// A time with its text.
///
/// Source:  RFC 3339; the calendar by the 400-year cycle of the Gregorian calendar, counted from the first of March of year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Utc(pub Millis);

const DAY_MS: u64 = 24 * 3_600 * 1_000;
/// Days from the first of March of year 0 to the first of January 1970.
const DAYS_TO_1970: u64 = 719_468;
const DAYS_PER_CYCLE: u64 = 146_097;
/// The last millisecond of the year 9999: there is no text for later ones.
const LAST: u64 = 253_402_300_799_999;

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0.min(LAST);
        let (year, month, day) = date(ms / DAY_MS);
        let of_day = ms % DAY_MS;
        let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", of_day % 1_000)
    }
}

impl FromStr for Utc {
    type Err = NoTime;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).map(Self).ok_or_else(|| NoTime(text.to_owned()))
    }
}

/// Year, month and day of a day since 1970.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + DAYS_TO_1970;
    let (cycle, of_cycle) = (days / DAYS_PER_CYCLE, days % DAYS_PER_CYCLE);
    let of_cycle_years = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * of_cycle_years + of_cycle_years / 4 - of_cycle_years / 100);
    // Months count from March; (153 m + 2) / 5 is the day of the year on which month m begins.
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let (month, next_year) = if from_march < 10 { (from_march + 3, 0) } else { (from_march - 9, 1) };
    (cycle * 400 + of_cycle_years + next_year, month, day)
}

/// The day since 1970; `None` before it.
fn day_number(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, from_march) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let (cycle, of_cycle_years) = (year / 400, year % 400);
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let days = cycle * DAYS_PER_CYCLE + of_cycle_years * 365 + of_cycle_years / 4 - of_cycle_years / 100 + of_year;
    days.checked_sub(DAYS_TO_1970)
}

fn read(text: &str) -> Option<Millis> {
    let (date_part, time_part) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date_part, '-', [4, 2, 2])?;
    let (clock, fraction) = time_part.split_once('.').unwrap_or((time_part, "0"));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    if hour > 23 || minute > 59 || second > 59 || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let days = day_number(year, month, day)?;
    // A thirty-first of February is another day when written back.
    (date(days) == (year, month, day)).then_some(Millis(days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1_000 + millis))
}

fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[u64; 3]> {
    let parts: Vec<&str> = text.split(between).collect();
    let parts: [&str; 3] = parts.try_into().ok()?;
    let mut found = [0; 3];
    for ((part, want), slot) in parts.iter().zip(digits).zip(&mut found) {
        if part.len() != want || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *slot = part.parse().ok()?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_have_their_text() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (LAST, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Utc(Millis(ms)).to_string(), text);
            assert_eq!(text.parse(), Ok(Utc(Millis(ms))), "{text}");
        }
        assert_eq!(Utc(Millis(u64::MAX)).to_string(), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn every_day_of_four_centuries_reads_back() {
        for day in 0..DAYS_PER_CYCLE {
            let time = Utc(Millis(day * DAY_MS + 45_296_007));
            assert_eq!(time.to_string().parse(), Ok(time));
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23 15:12:00Z",
            "2026-11-23T15:12:00",
            "2026-11-23T15:12:00+03:00",
            "1969-12-31T23:59:59Z",
            "2026-11-23T15:12:00.Z",
            "+026-11-23T15:12:00Z",
        ] {
            assert!(text.parse::<Utc>().is_err(), "{text}");
        }
        assert_eq!("2026-11-23T15:12:00.5Z".parse::<Utc>().map(|t| t.to_string()), Ok("2026-11-23T15:12:00.500Z".to_owned()));
    }
}
