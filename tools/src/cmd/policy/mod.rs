//! `okrug policy`: the district's rules, and what is held beyond them.

mod hold;
mod import;
mod node;
mod set;
mod show;

use clap::Subcommand;

use crate::authority::Plan;
use crate::context::Context;
use crate::help::Row;
use crate::problem::{Exit, Problem};
use crate::words::said;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Show(show::Args),
    Check(import::Check),
    Import(import::Args),
    Set(set::Args),
    #[command(subcommand)]
    Hold(hold::Action),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("policy", "The district's rules: how long messages are kept, quotas, keys", "Правила округа: сроки хранения, квоты, ключи"),
    (
        "policy.show",
        "What is signed, and what waits for a signature; or what a node that is named works by, and what it has erased",
        "Что подписано и что ждёт подписи; или по чему работает названный узел и что он стёр",
    ),
    ("policy.check", "Whether rules can be signed, and what they change", "Можно ли подписать правила и что они меняют"),
    (
        "policy.check.file",
        "A file of rules; those that wait in this folder by default",
        "Файл правил; по умолчанию ждущие подписи в этой папке",
    ),
    ("policy.import", "Take rules from a file; what it does not name stays", "Взять правила из файла; чего в нём нет, остаётся"),
    ("policy.import.file", "The file, such as one with the line keep_days = 1095", "Файл, например со строкой keep_days = 1095"),
    ("policy.set", "Change figures; nodes follow the next signed directory", "Изменить значения; узлы следуют подписанному справочнику"),
    (
        "policy.set.keep_days",
        "Days for which the texts of messages are kept; 0 for ever",
        "Сколько дней хранятся тексты сообщений; 0 — всегда",
    ),
    (
        "policy.set.reseal",
        "Whether keys of old messages are sealed again for an office that lost its own: members or never",
        "Запечатывать ли снова ключи старых сообщений отделению, потерявшему свои: members или never",
    ),
    (
        "policy.set.post",
        "Who writes to a unit: its members or anyone",
        "Кто пишет подразделению: его сотрудники (members) или все (anyone)",
    ),
    ("policy.set.entries_per_day", "Entries that an office may write in a day", "Сколько записей в день вправе сделать отделение"),
    ("policy.set.bytes_per_day", "Bytes that an office may write in a day", "Сколько байт в день вправе записать отделение"),
    (
        "policy.set.sealing_key_days",
        "Days after which an office announces a new sealing key",
        "Через сколько дней отделение объявляет новый ключ запечатывания",
    ),
    (
        "policy.set.grace_days",
        "Days for which it keeps a replaced one: the longest absence that loses nothing",
        "Сколько дней хранится прежний: самое долгое отсутствие без потерь",
    ),
    ("policy.hold", "Messages that are kept whatever the rule", "Сообщения, которые хранятся вопреки сроку"),
    (
        "policy.hold.add",
        "Keep the messages of a unit, of an office's people, or of the district",
        "Хранить сообщения подразделения, людей отделения или округа",
    ),
    ("policy.hold.remove", "Let the rule hold for them again", "Вернуть их под общее правило"),
    ("policy.hold.add.unit", "Of this unit", "Этого подразделения"),
    ("policy.hold.add.office", "Direct messages to people of this office", "Личные сообщения людям этого отделения"),
    ("policy.hold.add.district", "What is said to the whole district", "Сказанное всему округу"),
    ("policy.hold.remove.unit", "Of this unit", "Этого подразделения"),
    ("policy.hold.remove.office", "Direct messages to people of this office", "Личные сообщения людям этого отделения"),
    ("policy.hold.remove.district", "What is said to the whole district", "Сказанное всему округу"),
    ("policy.hold.add.reason", "Why, for whoever reads it later", "Почему: для тех, кто прочтёт это потом"),
    ("policy.hold.list", "What is held", "Что удерживается"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Show(args) => show::run(context, &args),
        Action::Check(args) => import::check(context, &args),
        Action::Import(args) => import::run(context, &args),
        Action::Set(args) => set::run(context, &args),
        Action::Hold(action) => hold::run(context, &action),
    }
}

/// Only the district's own chart has rules.
fn whole_district(plan: &Plan) -> Result<(), Problem> {
    if plan.under.is_none() {
        return Ok(());
    }
    let message = said!(
        "правила задаёт округ, а это папка ветви; ничего не изменено",
        "it is the district that makes rules, and this is the folder of a subtree; nothing was changed"
    );
    Err(Problem::new("not_the_district", Exit::Refused, message)
        .hint(said!("попросите администратора округа: okrug policy", "ask the district's authority: okrug policy")))
}
