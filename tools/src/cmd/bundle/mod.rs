//! `okrug bundle`: what offices without a line to each other carry on memory sticks.

mod progress;
mod file;
mod create;
mod report;
mod import;
mod receipts;
mod watch;

use clap::Subcommand;

pub(super) use progress::Progress;

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
    Create(create::Args),
    Inspect(import::InspectArgs),
    Import(import::Args),
    Receipts(receipts::Args),
    Watch(watch::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("bundle", "Carry messages on a memory stick", "Передать сообщения на флешке"),
    ("bundle.create", "Write what other offices lack into a sealed file", "Записать в зашифрованный файл то, чего нет у других отделений"),
    ("bundle.create.to", "For whom: short name or number; may be repeated", "Для кого: краткое имя или номер; можно повторять"),
    ("bundle.create.out", "The stick's folder, or the file", "Папка флешки или файл"),
    (
        "bundle.create.max",
        "The longest that the file may be, such as 4G; by default what is free there",
        "Наибольший размер файла, например 4G; по умолчанию сколько свободно",
    ),
    ("bundle.create.only", "Nothing less pressing than this", "Только такой срочности и выше"),
    ("bundle.create.all", "All that there is for them, whatever they have", "Всё, что для них есть, даже если оно у них уже есть"),
    ("bundle.create.since", "Nothing written before this", "Только написанное с этого времени"),
    ("bundle.inspect", "Read and check a file, and take nothing", "Прочитать и проверить файл, ничего не принимая"),
    ("bundle.inspect.file", "The file", "Файл"),
    ("bundle.import", "Take what is in files", "Принять файлы"),
    ("bundle.import.files", "The files", "Файлы"),
    ("bundle.receipts", "Write the receipts for a file, to go back to where it came from", "Записать квитанции для отделения, откуда файл"),
    ("bundle.receipts.file", "The file that was taken", "Принятый файл"),
    (
        "bundle.receipts.out",
        "The folder or the file to write; beside the first file by default",
        "Папка или файл; по умолчанию рядом с принятым",
    ),
    (
        "bundle.watch",
        "Take every file that appears in a folder, and write receipts beside it",
        "Принимать каждый файл, который появится в папке, и писать рядом квитанции",
    ),
    ("bundle.watch.folder", "The folder, such as where sticks are mounted", "Папка, например где подключаются флешки"),
    ("bundle.watch.once", "Take what is there now, and end", "Принять то, что есть сейчас, и закончить"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; what is missing of a file is one.
pub fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    match &args.action {
        Action::Create(args) => create::run(context, args),
        Action::Inspect(args) => import::inspect(context, args),
        Action::Import(args) => import::run(context, args),
        Action::Receipts(args) => receipts::run(context, args),
        Action::Watch(args) => watch::run(context, args),
    }
}
