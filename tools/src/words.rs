//! Which language, and Russian numbers.
//!
//! Sentences are written with [`said!`](okrug_node::said), once in both languages, where they belong.

use std::ffi::OsString;

pub use okrug_node::said;
pub use okrug_node::words::{Lang, Said};

/// The language of a command line that is not parsed yet: `--lang`, then the environment.
#[must_use]
pub fn language(args: &[OsString]) -> Lang {
    Lang::of_arguments(args).unwrap_or_else(Lang::of_environment)
}

/// A number with its Russian noun: 1 сообщение, 2 сообщения, 5 сообщений.
#[must_use]
pub fn counted(n: usize, one: &str, few: &str, many: &str) -> String {
    let noun = match (n % 10, n % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    };
    format!("{n} {noun}")
}

/// An amount of data in its largest unit, with one digit after the point while it is small.
#[must_use]
pub fn bytes(n: u64, lang: Lang) -> String {
    let units = lang.pick(["Б", "КБ", "МБ", "ГБ", "ТБ"], ["B", "kB", "MB", "GB", "TB"]);
    let (mut whole, mut tenths, mut unit) = (n, 0, 0);
    while whole >= 1_000 && unit + 1 < units.len() {
        (whole, tenths, unit) = (whole / 1_000, whole % 1_000 / 100, unit + 1);
    }
    match (unit, whole) {
        (1.., 0..10) => format!("{whole}{}{tenths} {}", lang.pick(',', '.'), units[unit]),
        _ => format!("{whole} {}", units[unit]),
    }
}

/// A number with one digit after the point, as it is written in the language.
#[must_use]
pub fn decimal(number: f64, lang: Lang) -> String {
    lang.pick(format!("{number:.1}").replace('.', ","), format!("{number:.1}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_in_their_largest_units() {
        let said = |n| (bytes(n, Lang::Ru), bytes(n, Lang::En));
        assert_eq!(said(0), ("0 Б".to_owned(), "0 B".to_owned()));
        assert_eq!(said(1_870_000_000), ("1,8 ГБ".to_owned(), "1.8 GB".to_owned()));
        assert_eq!(said(412_999_999), ("412 МБ".to_owned(), "412 MB".to_owned()));
        assert_eq!(bytes(u64::MAX, Lang::En), "18446744 TB");
        assert_eq!((decimal(0.84, Lang::Ru), decimal(0.84, Lang::En)), ("0,8".to_owned(), "0.8".to_owned()));
    }

    #[test]
    fn russian_nouns_follow_their_numbers() {
        let say = |n| counted(n, "отделение", "отделения", "отделений");
        assert_eq!([say(1), say(3), say(5), say(11), say(22), say(112)].join(", "), {
            "1 отделение, 3 отделения, 5 отделений, 11 отделений, 22 отделения, 112 отделений"
        });
    }
}
