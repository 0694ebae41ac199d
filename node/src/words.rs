//! The languages of what a person reads, and how a sentence is said in both.
//!
//! A sentence stands where it is said, by [`said!`](crate::said), Russian first. Command words, flags,
//! names of settings, JSON keys, log events and metric names are English always.

use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;

use okrug_protocol::ids::Hash32;
use okrug_protocol::words::{self, List};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Lang {
    /// The language of this process: `OKRUG_LANG`, else the locale, else English.
    #[must_use]
    pub fn of_environment() -> Self {
        Self::chosen(|name| std::env::var(name).ok())
    }

    /// What `--lang` says in arguments that are not parsed yet.
    #[must_use]
    pub fn of_arguments(args: &[OsString]) -> Option<Self> {
        let mut words = args.iter().skip(1).map_while(|arg| arg.to_str()).take_while(|arg| *arg != "--");
        while let Some(word) = words.next() {
            if let Some(value) = word.strip_prefix("--lang=") {
                return value.parse().ok();
            }
            if word == "--lang" {
                return words.next().and_then(|value| value.parse().ok());
            }
        }
        None
    }

    fn chosen(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        if let Some(lang) = set("OKRUG_LANG").and_then(|value| value.parse().ok()) {
            return lang;
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        if locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("ru")) { Self::Ru } else { Self::En }
    }

    /// The one of two values that belongs to this language.
    pub fn pick<T>(self, ru: T, en: T) -> T {
        match self {
            Self::Ru => ru,
            Self::En => en,
        }
    }

    /// The words by which fingerprints are said in this language.
    #[must_use]
    pub fn list(self) -> List {
        self.pick(List::Russian, List::English)
    }

    /// The word in flags and settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "ru" => Ok(Self::Ru),
            "en" => Ok(Self::En),
            other => Err(UnknownLang(other.to_owned())),
        }
    }
}

/// A word that names no language of the interface.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no language; there are ru and en")]
pub struct UnknownLang(String);

/// A sentence in both languages.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    ru: String,
    en: String,
}

impl Said {
    /// A sentence; see the macro [`said`](crate::said), which checks that both use the same parts.
    #[must_use]
    pub fn new(ru: String, en: String) -> Self {
        Self { ru, en }
    }

    /// The sentence in one language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.ru, &self.en)
    }

    /// A fingerprint in the words of each language.
    #[must_use]
    pub fn fingerprint(hash: &Hash32) -> Self {
        Self::new(words::say(hash, List::Russian), words::say(hash, List::English))
    }

    /// The same words in both: names, paths, commands.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Self { ru: en.clone(), en }
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.en, f)
    }
}

/// Says a sentence in Russian and in English, with the same named parts in both.
#[macro_export]
macro_rules! said {
    ($ru:literal, $en:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $(let $name = &$value;)*
        $crate::words::Said::new(format!($ru $(, $name = $name)*), format!($en $(, $name = $name)*))
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(set: &[(&str, &str)]) -> Lang {
        Lang::chosen(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_language_is_asked_for_or_follows_the_locale() {
        assert_eq!(chosen(&[]), Lang::En);
        assert_eq!(chosen(&[("LANG", "ru_RU.UTF-8")]), Lang::Ru);
        assert_eq!(chosen(&[("LANG", "ru_RU.UTF-8"), ("LC_ALL", "C")]), Lang::En);
        assert_eq!(chosen(&[("LANG", "ru_RU.UTF-8"), ("OKRUG_LANG", "en")]), Lang::En);
        assert_eq!(chosen(&[("LANG", "de_DE.UTF-8"), ("OKRUG_LANG", "ru")]), Lang::Ru);
    }

    #[test]
    fn the_flag_names_the_language_wherever_it_stands() {
        let flag = |words: &[&str]| Lang::of_arguments(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(flag(&["okrug", "--lang", "ru", "org", "show"]), Some(Lang::Ru));
        assert_eq!(flag(&["okrug", "org", "show", "--lang=en"]), Some(Lang::En));
        assert_eq!(flag(&["okrug", "org", "--", "--lang=ru"]), None);
    }

    #[test]
    fn a_sentence_has_the_same_parts_in_both_languages() {
        let said = said!("порт {port} занят", "port {port} is in use", port = 7600);
        assert_eq!((said.text(Lang::Ru), said.text(Lang::En)), ("порт 7600 занят", "port 7600 is in use"));
    }
}
