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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_nouns_follow_their_numbers() {
        let say = |n| counted(n, "отделение", "отделения", "отделений");
        assert_eq!([say(1), say(3), say(5), say(11), say(22), say(112)].join(", "), {
            "1 отделение, 3 отделения, 5 отделений, 11 отделений, 22 отделения, 112 отделений"
        });
    }
}
