//! `okrug person`: the people of an office, enrolled by its node's administrator.

mod add;
mod list;
mod unit;

use clap::Subcommand;

use crate::client::Reach;
use crate::context::Context;
use crate::help::Row;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(add::Args),
    List(Reach),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("person", "The people of this office", "Люди этого отделения"),
    ("person.add", "Enrol a person at this office", "Завести человека в этом отделении"),
    ("person.add.login", "The name to log in with: letters, digits, and . _ -", "Имя для входа: буквы, цифры и знаки . _ -"),
    ("person.add.name", "The name that others see", "Имя, которое видят другие"),
    ("person.add.position", "The position", "Должность"),
    (
        "person.add.unit",
        "The unit, by number or full name; this office must have people of it",
        "Отдел по номеру или полному названию; его люди должны работать в этом отделении",
    ),
    (
        "person.add.password_file",
        "A file with the first password; asked for otherwise",
        "Файл с первым паролем; иначе пароль будет спрошен",
    ),
    ("person.add.generate", "Make a password and show it once", "Придумать пароль и показать его один раз"),
    ("person.list", "Show the people of this office", "Показать людей этого отделения"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Add(args) => add::run(context, args),
        Action::List(reach) => list::run(context, &reach),
    }
}
