//! `okrug role`: addresses that stay while the people who have their duty change.

mod add;
mod assign;
mod list;
mod remove;
mod show;
pub(super) mod which;

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
    List(Reach),
    Show(show::Args),
    Add(add::Args),
    Assign(assign::Args),
    Remove(remove::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("role", "Roles: addresses whose duty changes hands", "Роли: адреса, обязанности по которым переходят от человека к человеку"),
    ("role.list", "Show the roles of the district", "Показать роли округа"),
    ("role.show", "Show a role and who has its duty", "Показать роль и кто её исполняет"),
    ("role.show.role", "The role: r10001, its title, or TITLE@OFFICE", "Роль: r10001, её название или НАЗВАНИЕ@ОТДЕЛЕНИЕ"),
    ("role.add", "Found a role of this office", "Завести роль в этом отделении"),
    ("role.add.title", "What people call it, such as \"Дежурный\"", "Как её называют, например «Дежурный»"),
    (
        "role.add.unit",
        "The unit, by number or full name; this office must have people of it",
        "Отдел по номеру или полному названию; его люди должны работать в этом отделении",
    ),
    ("role.assign", "Give somebody of this office the duty of a role", "Поручить роль человеку этого отделения"),
    ("role.assign.role", "The role: r10001, its title, or TITLE@OFFICE", "Роль: r10001, её название или НАЗВАНИЕ@ОТДЕЛЕНИЕ"),
    ("role.assign.person", "Who: p10001, a login, or a full name", "Кому: p10001, логин или полное имя"),
    (
        "role.assign.from",
        "From when on: 2026-03-20 (its beginning) or 2026-03-20T08:00:00+03:00; now by default",
        "С какого времени: 2026-03-20 (с начала дня) или 2026-03-20T08:00:00+03:00; по умолчанию сейчас",
    ),
    (
        "role.assign.until",
        "Until when: 2026-03-20 (its end) or 2026-03-20T20:00:00+03:00; for good by default",
        "До какого времени: 2026-03-20 (до конца дня) или 2026-03-20T20:00:00+03:00; по умолчанию без срока",
    ),
    ("role.remove", "Take the duty from somebody, or close the role", "Снять человека с роли или закрыть роль"),
    ("role.remove.role", "The role: r10001, its title, or TITLE@OFFICE", "Роль: r10001, её название или НАЗВАНИЕ@ОТДЕЛЕНИЕ"),
    (
        "role.remove.person",
        "From whom: p10001, a login, or a full name; without it the role is closed for good",
        "Кого снять: p10001, логин или полное имя; без него роль закрывается насовсем",
    ),
    ("role.remove.confirm", "The role's number, to close it without being asked", "Номер роли, чтобы закрыть её без вопроса"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::List(reach) => list::run(context, &reach),
        Action::Show(args) => show::run(context, &args),
        Action::Add(args) => add::run(context, args),
        Action::Assign(args) => assign::run(context, &args),
        Action::Remove(args) => remove::run(context, &args),
    }
}
