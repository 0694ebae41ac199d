//! What was wrong with the arguments, in both languages.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::problem::{Exit, Problem};
use crate::said;
use crate::words::Said;

/// Says what clap found in the arguments of `program`.
#[must_use]
pub fn problem(error: &Error, program: &str) -> Problem {
    let arg = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let message = match error.kind() {
        ErrorKind::UnknownArgument => said!("нет такого параметра: {arg}", "there is no argument {arg}"),
        ErrorKind::InvalidSubcommand => {
            let word = context(error, ContextKind::InvalidSubcommand);
            said!("нет такой команды: {word}", "there is no command {word}")
        }
        ErrorKind::MissingRequiredArgument => said!("не хватает: {arg}", "missing: {arg}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            said!("не хватает команды", "a command is missing")
        }
        ErrorKind::InvalidValue if value.is_empty() => said!("{arg}: не хватает значения", "{arg}: a value is missing"),
        ErrorKind::InvalidValue => {
            let choices = context(error, ContextKind::ValidValue);
            said!("{arg}: «{value}» не подходит; можно: {choices}", "{arg}: \"{value}\" is none of: {choices}")
        }
        ErrorKind::ValueValidation => said!("{arg}: «{value}» не подходит", "{arg}: \"{value}\" does not fit"),
        ErrorKind::ArgumentConflict => {
            let other = context(error, ContextKind::PriorArg);
            if other.is_empty() || other == arg {
                said!("{arg} указан дважды", "{arg} was given twice")
            } else {
                said!("{arg} и {other} исключают друг друга", "{arg} and {other} exclude each other")
            }
        }
        _ => Said::same(error.render().to_string().trim().trim_start_matches("error: ").to_owned()),
    };
    Problem::new("usage", Exit::Usage, message).hint(hint(error, program))
}

fn hint(error: &Error, program: &str) -> Said {
    let meant = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .map(|kind| context(error, kind))
        .find(|text| !text.is_empty());
    match meant {
        Some(meant) => said!("возможно, {meant}?", "did you mean {meant}?"),
        None => Said::same(format!("{program} --help")),
    }
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}
