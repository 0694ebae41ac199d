//! `okrug audit`: the journal of administration of an office.

pub(super) mod deeds;
mod export;
mod list;
mod verify;

use clap::Subcommand;

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
    List(list::Args),
    Show(list::ShowArgs),
    Verify(verify::Args),
    Export(export::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("audit", "The journal of administration of this office", "Журнал действий администратора этого отделения"),
    ("audit.list", "Show what administrators did, oldest first", "Показать действия администраторов, сначала старые"),
    (
        "audit.list.before",
        "Those before this place, which the later page has named",
        "Те, что раньше этого места; его называет следующая страница",
    ),
    ("audit.list.limit", "How many at most, 1 to 200; 50 by default", "Сколько самое большее, от 1 до 200; по умолчанию 50"),
    ("audit.show", "Show one act", "Показать одно действие"),
    ("audit.show.id", "The place of its entry, such as o1.77.d.routine.5", "Место записи, например o1.77.d.routine.5"),
    (
        "audit.verify",
        "Look at the entries of this office's logs for the district, and name the first broken place",
        "Проверить записи журналов отделения для округа и назвать первое повреждённое место",
    ),
    (
        "audit.verify.from",
        "Only those written at this time or later: a date, or 2026-11-24T10:00:00Z",
        "Только написанные в это время или позже: дата или 2026-11-24T10:00:00Z",
    ),
    (
        "audit.export",
        "Write all acts into a file that okrug verify checks anywhere",
        "Записать все действия в файл, который okrug verify проверит где угодно",
    ),
    ("audit.export.out", "The file to write", "Файл, который записать"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; a journal that is not whole is one.
pub fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    match &args.action {
        Action::List(args) => list::run(context, args),
        Action::Show(args) => list::show(context, args),
        Action::Verify(args) => verify::run(context, args),
        Action::Export(args) => export::run(context, args),
    }
}
