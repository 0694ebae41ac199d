//! Times of the authority: written as RFC 3339 in UTC, and never taken from a clock that cannot be right.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use okrug_node::clock;
use okrug_protocol::clock::Millis;

use crate::problem::{Exit, Problem};
use crate::words::{Lang, said};

/// Milliseconds of a day.
pub const DAY_MS: u64 = 86_400_000;

/// A time in RFC 3339, to the second.
#[must_use]
pub fn text(at: Millis) -> String {
    let seconds = i64::try_from(at.0 / 1_000).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map_or_else(|_| at.0.to_string(), |time| time.to_string())
}

/// The date alone.
#[must_use]
pub fn date(at: Millis) -> String {
    text(at).chars().take(10).collect()
}

/// A time for people, to the minute, where this machine is.
#[must_use]
pub fn shown(at: Millis, lang: Lang) -> String {
    let form = lang.pick("%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M");
    let time = i64::try_from(at.0).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    time.map_or_else(|| at.0.to_string(), |time| time.to_zoned_datetime(TimeZone::system()).strftime(form).to_string())
}

/// The date alone, for people.
#[must_use]
pub fn shown_date(at: Millis, lang: Lang) -> String {
    shown(at, lang).chars().take(10).collect()
}

/// How long something lasts, in its two largest units: `3 ч 10 мин`.
#[must_use]
pub fn span(ms: u64, lang: Lang) -> String {
    let seconds = ms / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let [s, min, h, d] = lang.pick(["с", "мин", "ч", "дн."], ["s", "min", "h", "d"]);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} {s}"),
        (0, 0, _) => format!("{minutes} {min}"),
        (0, ..) if minutes % 60 == 0 => format!("{hours} {h}"),
        (0, ..) => format!("{hours} {h} {} {min}", minutes % 60),
        _ => format!("{days} {d}"),
    }
}

/// How long ago something was.
#[must_use]
pub fn ago(ms: u64, lang: Lang) -> String {
    if ms < 10_000 {
        return lang.pick("сейчас", "now").to_owned();
    }
    let span = span(ms, lang);
    lang.pick(format!("{span} назад"), format!("{span} ago"))
}

/// Reads a time in RFC 3339.
///
/// # Errors
/// Another text, or a time before 1970.
pub fn parse(word: &str) -> Result<Millis, String> {
    let time: Timestamp = word.parse().map_err(|_| "2026-11-24T10:00:00Z".to_owned())?;
    u64::try_from(time.as_millisecond()).map(Millis).map_err(|_| "2026-11-24T10:00:00Z".to_owned())
}

/// Reads a time in RFC 3339, or a date, which means its beginning where this machine is.
///
/// # Errors
/// Another text, or a time before 1970.
pub fn beginning(word: &str) -> Result<Millis, String> {
    day(word, false).map_or_else(|| parse(word), Ok)
}

/// Reads a time in RFC 3339, or a date, which means its end where this machine is.
///
/// # Errors
/// Another text, or a time before 1970.
pub fn end(word: &str) -> Result<Millis, String> {
    day(word, true).map_or_else(|| parse(word), Ok)
}

fn day(word: &str, whole: bool) -> Option<Millis> {
    let form = if word.contains('.') { "%d.%m.%Y" } else { "%Y-%m-%d" };
    let date = jiff::civil::Date::strptime(form, word).ok()?;
    let date = if whole { date.tomorrow().ok()? } else { date };
    let midnight = date.to_zoned_datetime(TimeZone::system()).ok()?.timestamp().as_millisecond();
    u64::try_from(midnight).ok().map(Millis)
}

/// The time that a signature is to carry: the one that was given, else the machine's.
///
/// # Errors
/// A clock that was never set, or one that stands before `latest`, the time of the newest signed document.
pub fn of_signing(given: Option<Millis>, latest: Millis) -> Result<Millis, Problem> {
    let now = given.unwrap_or_else(clock::now);
    if clock::is_plausible(now) && now >= latest {
        return Ok(now);
    }
    let (now, latest) = (text(now), text(latest));
    Err(Problem::new(
        "clock",
        Exit::Clock,
        said!(
            "часы показывают {now}, а последний документ подписан {latest}; ничего не подписано",
            "the clock says {now}, and the newest document was signed at {latest}; nothing was signed"
        ),
    )
    .hint(said!(
        "поставьте часы или назовите время сами: --now 2026-11-24T10:00:00Z",
        "set the clock, or say the time yourself: --now 2026-11-24T10:00:00Z"
    )))
}

/// Reads `30s`, `2m`, `1h`, `500ms`, or a number of seconds.
///
/// # Errors
/// Another text.
pub fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let number: u64 = digits.parse().map_err(|_| "30s, 2m, 1h, 500ms".to_owned())?;
    let milliseconds = match unit {
        "ms" => Some(number),
        "" | "s" => number.checked_mul(1_000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        "d" => number.checked_mul(86_400_000),
        _ => None,
    };
    milliseconds.map(Duration::from_millis).ok_or_else(|| "30s, 2m, 1h, 500ms".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_never_set_signs_nothing() {
        assert_eq!(of_signing(Some(Millis(0)), Millis(0)).unwrap_err().exit, Exit::Clock);
        let (before, after) = (parse("2026-11-24T10:00:00Z").unwrap(), parse("2026-11-25T10:00:00Z").unwrap());
        assert_eq!(of_signing(Some(before), after).unwrap_err().exit, Exit::Clock);
        assert_eq!(of_signing(Some(after), before), Ok(after));
    }

    #[test]
    fn times_are_written_and_read_in_one_form() {
        assert_eq!(text(parse("2026-11-24T10:00:00Z").unwrap()), "2026-11-24T10:00:00Z");
        assert_eq!(date(parse("2026-11-24T23:30:00-03:00").unwrap()), "2026-11-25");
        assert!(parse("tomorrow").is_err() && parse("1950-01-01T00:00:00Z").is_err());
    }

    #[test]
    fn a_date_begins_and_ends_with_its_day() {
        let (begins, ends) = (beginning("2026-11-24").unwrap(), end("2026-11-24").unwrap());
        assert_eq!((ends, beginning("24.11.2026")), (beginning("2026-11-25").unwrap(), Ok(begins)));
        assert_eq!(end("2026-11-24T10:00:00Z"), beginning("2026-11-24T10:00:00Z"));
        assert!(end("24.13.2026").is_err() && beginning("tomorrow").is_err());
    }

    #[test]
    fn spans_are_said_in_their_largest_units() {
        let said = |seconds: u64| (span(seconds * 1_000, Lang::Ru), span(seconds * 1_000, Lang::En));
        for (seconds, ru, en) in [
            (7, "7 с", "7 s"),
            (600, "10 мин", "10 min"),
            (3_600, "1 ч", "1 h"),
            (11_400, "3 ч 10 мин", "3 h 10 min"),
            (1_080_000, "12 дн.", "12 d"),
        ] {
            assert_eq!(said(seconds), (ru.to_owned(), en.to_owned()));
        }
        assert_eq!((ago(9_999, Lang::Ru), ago(10_000, Lang::Ru)), ("сейчас".to_owned(), "10 с назад".to_owned()));
    }

    #[test]
    fn durations_are_numbers_with_a_unit() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("5"), Ok(Duration::from_secs(5)));
        assert!(duration("soon").is_err());
        assert!(duration("5 weeks").is_err());
        assert!(duration("99999999999999999999h").is_err());
    }
}
