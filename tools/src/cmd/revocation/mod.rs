//! `okrug revocation`: who counts no more.

mod add;
mod age;
mod ends;
mod import;
mod show;

pub(super) use add::{Args as Addition, find_office, office};

use clap::Subcommand;

use super::bootstrap;
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
    List(show::ListArgs),
    Show(show::Args),
    Age(age::Args),
    Add(add::Args),
    Sign(add::Signing),
    Import(bootstrap::Import),
    CutOffs(ends::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("revocation", "Who counts no more: the list of revocations", "Кто больше не действует: список отзыва"),
    ("revocation.list", "Show the list as it is signed", "Показать подписанный список"),
    ("revocation.list.since", "Only what this version and later ones added", "Только добавленное с этой версии"),
    ("revocation.show", "Show one revocation whole", "Показать один отзыв полностью"),
    ("revocation.show.whom", "An office (short name, o3) or a person (p30001)", "Отделение (краткое имя, o3) или человек (p30001)"),
    (
        "revocation.age",
        "Show how old the newest list is, in this folder or at the node that is named",
        "Показать возраст последнего списка: в этой папке или у названного узла",
    ),
    ("revocation.add", "Revoke an office or a person at once", "Немедленно отозвать отделение или человека"),
    ("revocation.add.whom", "An office (short name, o3) or a person (p30001)", "Отделение (краткое имя, o3) или человек (p30001)"),
    ("revocation.add.reason", "Why, for people", "Причина, для людей"),
    ("revocation.add.confirm", "The name again, instead of typing it", "Имя ещё раз, вместо ввода"),
    (
        "revocation.add.cut_offs",
        "Where the office's logs end, by revocation cut-offs; may be repeated, then the longer log counts",
        "Концы журналов отделения из revocation cut-offs; можно повторять, тогда действует более длинный журнал",
    ),
    ("revocation.add.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    ("revocation.add.passphrase_file", "A file with the passphrase of the key", "Файл с паролем ключа"),
    ("revocation.add.valid", "Until when a newer list is promised; 30d by default", "На какой срок; по умолчанию 30d"),
    ("revocation.add.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    (
        "revocation.sign",
        "Sign the list anew, so that its age shows that nothing is withheld",
        "Подписать список заново, чтобы его возраст показывал, что ничего не скрыто",
    ),
    ("revocation.sign.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    ("revocation.sign.passphrase_file", "A file with the passphrase of the key", "Файл с паролем ключа"),
    ("revocation.sign.valid", "Until when a newer list is promised; 30d by default", "На какой срок; по умолчанию 30d"),
    ("revocation.sign.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    (
        "revocation.import",
        "Give a district file with a newer list to the running node",
        "Передать работающему узлу файл округа с более новым списком",
    ),
    ("revocation.import.file", "The district file", "Файл округа"),
    (
        "revocation.cut-offs",
        "Ask the node where the logs of an office end that it holds",
        "Спросить узел, где кончаются журналы отделения, которые у него есть",
    ),
    ("revocation.cut-offs.office", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("revocation.cut-offs.out", "Write them to this file; shown otherwise", "Записать в этот файл; иначе показать"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::List(args) => show::list(context, &args),
        Action::Show(args) => show::show(context, &args),
        Action::Age(args) => age::run(context, &args),
        Action::Add(args) => add::add(context, &args),
        Action::Sign(signing) => add::sign(context, &signing, None),
        Action::CutOffs(args) => ends::run(context, &args),
        Action::Import(args) => import::run(context, &args),
    }
}
