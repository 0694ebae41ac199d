//! What was wrong with the arguments, in both languages.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::both;
use crate::failure::{Exit, Failure};
use crate::words::Text;

/// Says what clap found.
pub(super) fn failure(error: &Error) -> Failure {
    let arg = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let message = match error.kind() {
        ErrorKind::UnknownArgument => both!(en: "there is no argument {arg}", ru: "нет такого параметра: {arg}"),
        ErrorKind::InvalidSubcommand => {
            let word = context(error, ContextKind::InvalidSubcommand);
            both!(en: "there is no command {word}", ru: "нет такой команды: {word}")
        }
        ErrorKind::MissingRequiredArgument => both!(en: "missing: {arg}", ru: "не хватает: {arg}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            both!(en: "a command is missing", ru: "не хватает команды")
        }
        ErrorKind::InvalidValue if value.is_empty() => both!(en: "{arg}: a value is missing", ru: "{arg}: не хватает значения"),
        ErrorKind::InvalidValue => {
            let choices = context(error, ContextKind::ValidValue);
            both!(en: "{arg}: \"{value}\" is none of: {choices}", ru: "{arg}: «{value}» не подходит; можно: {choices}")
        }
        ErrorKind::ValueValidation => both!(en: "{arg}: \"{value}\" does not fit", ru: "{arg}: «{value}» не подходит"),
        ErrorKind::ArgumentConflict => {
            let other = context(error, ContextKind::PriorArg);
            if other.is_empty() || other == arg {
                both!(en: "{arg} was given twice", ru: "{arg} указан дважды")
            } else {
                both!(en: "{arg} and {other} exclude each other", ru: "{arg} и {other} исключают друг друга")
            }
        }
        _ => Text::same(error.render().to_string().trim().trim_start_matches("error: ").to_owned()),
    };
    Failure { exit: Exit::Usage, code: "usage", message, hint: Some(hint(error)) }
}

fn hint(error: &Error) -> Text {
    let meant = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .map(|kind| context(error, kind))
        .find(|text| !text.is_empty());
    match meant {
        Some(meant) => both!(en: "did you mean {meant}?", ru: "возможно, {meant}?"),
        None => Text::same("okrug --help"),
    }
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}
