//! Russian and English, side by side.
//!
//! Command words, flags, JSON keys and metric names are English always; what is meant for people is a
//! [`Text`], written once in both languages where it belongs.

use std::env;
use std::ffi::OsString;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Russian.
    Ru,
}

impl Lang {
    /// The language that a name asks for: `ru`, `ru_RU.UTF-8`, `en`; `None` for any other.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let word = name.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match word.to_ascii_lowercase().as_str() {
            "ru" => Some(Self::Ru),
            "en" | "c" | "posix" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of a command line that is not parsed yet: `--lang`, `OKRUG_LANG`, then the locale.
    #[must_use]
    pub fn of(args: &[OsString]) -> Self {
        flag(args).or_else(environment).unwrap_or(Self::En)
    }

    /// The one of two values that belongs to this language.
    pub fn pick<T>(self, en: T, ru: T) -> T {
        match self {
            Self::En => en,
            Self::Ru => ru,
        }
    }
}

fn flag(args: &[OsString]) -> Option<Lang> {
    let mut words = args.iter().skip(1).map_while(|arg| arg.to_str()).take_while(|arg| *arg != "--");
    while let Some(word) = words.next() {
        if let Some(value) = word.strip_prefix("--lang=") {
            return Lang::named(value);
        }
        if word == "--lang" {
            return words.next().and_then(Lang::named);
        }
    }
    None
}

fn environment() -> Option<Lang> {
    // The first that is set decides, as in POSIX; an empty value counts as not set.
    ["OKRUG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
        .and_then(|value| Lang::named(&value))
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

impl Text {
    /// The text in one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.ru)
    }

    /// The same words in both: names, paths, commands.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Self { ru: en.clone(), en }
    }
}

/// Formats a text in both languages: `both!(en: "{n} offices", ru: "отделений: {n}")`.
#[macro_export]
macro_rules! both {
    (en: $en:literal, ru: $ru:literal $(,)?) => {
        $crate::words::Text { en: format!($en), ru: format!($ru) }
    };
}

/// A number with its Russian noun: 1 сообщение, 2 сообщения, 5 сообщений.
#[must_use]
pub fn counted(n: u64, one: &str, few: &str, many: &str) -> String {
    let noun = match (n % 10, n % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    };
    format!("{n} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn the_flag_names_the_language_wherever_it_stands() {
        assert_eq!(Lang::of(&args(&["okrug", "--lang", "ru", "org", "show"])), Lang::Ru);
        assert_eq!(Lang::of(&args(&["okrug", "org", "show", "--lang=ru"])), Lang::Ru);
        assert_eq!(Lang::of(&args(&["okrug", "--lang=en"])), Lang::En);
    }

    #[test]
    fn a_locale_names_a_language_by_its_first_part() {
        assert_eq!(Lang::named("ru_RU.UTF-8"), Some(Lang::Ru));
        assert_eq!(Lang::named("C.UTF-8"), Some(Lang::En));
        assert_eq!(Lang::named("de_DE"), None);
    }

    #[test]
    fn russian_nouns_follow_their_numbers() {
        let say = |n| counted(n, "отделение", "отделения", "отделений");
        assert_eq!([say(1), say(3), say(5), say(11), say(22), say(112)].join(", "), {
            "1 отделение, 3 отделения, 5 отделений, 11 отделений, 22 отделения, 112 отделений"
        });
    }
}
