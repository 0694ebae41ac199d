//! `okrug backup`: everything an office has in one sealed file, and back.

mod create;
mod shelf;
mod list;
mod check;
mod restore;
mod key;

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
    Create(create::Args),
    List(list::Args),
    Check(check::Args),
    Restore(restore::Args),
    Key(key::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    (
        "backup",
        "Keep everything this office has in a sealed file, and bring it back",
        "Резервная копия отделения: сделать, проверить, восстановить",
    ),
    ("backup.create", "Write a backup, while the node goes on working", "Записать копию, не останавливая узел"),
    ("backup.create.repo", "The folder for it", "Папка для копий"),
    (
        "backup.create.data",
        "The data directory of a node that does not run; by default the running node is asked",
        "Папка данных остановленного узла; по умолчанию копию даёт работающий узел",
    ),
    (
        "backup.create.data_passphrase_file",
        "With --data: a file with the passphrase of the node's own keys",
        "С --data: файл с паролем ключей самого узла",
    ),
    (
        "backup.create.key",
        "The key to seal it to, as `okrug backup key` makes it; no passphrase is needed then",
        "Чем запечатать: файл от `okrug backup key`; пароль тогда не нужен",
    ),
    ("backup.create.passphrase_file", "A file with the passphrase to seal it under", "Файл с паролем, которым запечатать копию"),
    ("backup.create.keys_only", "Only the keys, the documents and the logins", "Только ключи, документы и учётные записи"),
    (
        "backup.create.keep",
        "Remove older ones of this office, when this one is whole, until so many are left",
        "Когда эта копия готова, удалить старые копии этого отделения, оставив столько",
    ),
    ("backup.list", "The backups in a folder: whose, from when, how long, whether whole", "Копии в папке: чьи, когда, сколько, целы ли"),
    ("backup.list.folder", "The folder", "Папка"),
    (
        "backup.check",
        "Read every byte of a backup, and restore nothing",
        "Прочитать и проверить каждый байт копии, ничего не восстанавливая",
    ),
    ("backup.check.file", "The file", "Файл"),
    (
        "backup.check.passphrase_file",
        "A file with its passphrase; without one, damage is found and forgery is not",
        "Файл с её паролем; без пароля видно повреждение, но не подделку",
    ),
    ("backup.restore", "Restore a backup into an empty directory", "Восстановить копию в пустую папку"),
    ("backup.restore.file", "The file", "Файл"),
    ("backup.restore.data", "The new data directory; it must be empty", "Новая папка данных; она должна быть пустой"),
    ("backup.restore.passphrase_file", "A file with the passphrase of the backup", "Файл с паролем копии"),
    (
        "backup.restore.data_passphrase_file",
        "Lock the node's keys by the passphrase in this file; by default by a file beside them",
        "Запереть ключи узла паролем из этого файла; иначе главный ключ ляжет рядом с ними",
    ),
    (
        "backup.key",
        "Make a key that seals backups: for schedules, with no passphrase on the machine",
        "Создать ключ для копий: для расписаний, без пароля на машине",
    ),
    ("backup.key.out", "Where to write it", "Куда записать"),
    ("backup.key.passphrase_file", "A file with the passphrase that will open the backups", "Файл с паролем, который откроет копии"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it.
pub fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    match &args.action {
        Action::Create(args) => create::run(context, args),
        Action::List(args) => list::run(context, args),
        Action::Check(args) => check::run(context, args),
        Action::Restore(args) => restore::run(context, args),
        Action::Key(args) => key::run(context, args),
    }
}
