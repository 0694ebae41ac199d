//! `okrug office`: the offices of the district.

mod address;
mod answer;
mod enrol;
mod list;
mod suspend;

use clap::Subcommand;

use super::revocation;
use crate::authority::Plan;
use crate::authority::plan::PlanOffice;
use crate::context::Context;
use crate::help::Row;
use crate::problem::{Problem, nothing};
use crate::words::said;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Enrol(enrol::Args),
    Answer(answer::Args),
    List,
    Address(address::Args),
    Suspend(suspend::Args),
    Resume(suspend::Args),
    Close(suspend::Closing),
    Revoke(revocation::Addition),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("office", "The offices of the district", "Отделения округа"),
    ("office.enrol", "Enrol an office by the request that its node made", "Зачислить отделение по заявке, которую создал его узел"),
    (
        "office.enrol.fingerprint",
        "Its fingerprint as the office reads it out: words of either language, or digits",
        "Её отпечаток, как его читает отделение: слова на любом языке или цифры",
    ),
    ("office.enrol.name", "The office's name; that of the list or the request by default", "Название; по умолчанию из списка или заявки"),
    ("office.enrol.slug", "Its short name; that of the request by default", "Краткое имя; по умолчанию из заявки"),
    ("office.enrol.request", "The request, made by okrug-node init", "Заявка, созданная okrug-node init"),
    (
        "office.enrol.unit",
        "A unit that has people there, by name or number; may be repeated",
        "Отдел, люди которого там работают, по названию или номеру; можно повторять",
    ),
    ("office.enrol.address", "Where its node is reached; may be repeated", "Адрес его узла; можно повторять"),
    (
        "office.enrol.no_carrier",
        "It does not keep and forward what it cannot read",
        "Не хранить и не передавать то, что не может прочитать",
    ),
    ("office.enrol.replace", "Take new keys in place of those that it had", "Принять новые ключи вместо прежних"),
    ("office.answer", "The lines by which a new office begins without a stick", "Строки, с которых новое отделение начинает без флешки"),
    ("office.answer.office", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("office.answer.qr", "Write a page with QR codes and the lines", "Записать страницу с кодами QR и строками"),
    ("office.list", "Show the offices", "Показать отделения"),
    ("office.address", "Where the nodes of offices are reached", "Адреса узлов отделений"),
    ("office.address.add", "Add an address", "Добавить адрес"),
    ("office.address.add.office", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("office.address.add.address", "Such as /ip4/192.0.2.7/tcp/7600", "Например, /ip4/192.0.2.7/tcp/7600"),
    ("office.address.remove", "Remove an address", "Убрать адрес"),
    ("office.address.remove.office", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("office.address.remove.address", "The address as it is listed", "Адрес, как он записан"),
    ("office.suspend", "Make an office read-only until it is resumed", "Приостановить отделение: только чтение, пока не возобновят"),
    ("office.suspend.office", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("office.resume", "Let a suspended office write again", "Возобновить приостановленное отделение"),
    ("office.resume.office", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("office.close", "Close an office: it leaves the directory in good order", "Закрыть отделение: оно выходит из справочника"),
    ("office.close.office", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("office.close.confirm", "The short name again, instead of typing it", "Краткое имя ещё раз, вместо ввода"),
    ("office.revoke", "Revoke an office at once: it counts no more", "Немедленно отозвать отделение: оно больше не действует"),
    ("office.revoke.whom", "The office: short name or number", "Отделение: краткое имя или номер"),
    ("office.revoke.reason", "Why, for people", "Причина, для людей"),
    ("office.revoke.confirm", "The short name again, instead of typing it", "Краткое имя ещё раз, вместо ввода"),
    (
        "office.revoke.cut_offs",
        "Where its logs end, by revocation cut-offs; may be repeated, then the longer log counts",
        "Концы его журналов из revocation cut-offs; можно повторять, тогда действует более длинный журнал",
    ),
    ("office.revoke.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    ("office.revoke.passphrase_file", "A file with the passphrase of the key", "Файл с паролем ключа"),
    ("office.revoke.valid", "Until when a newer list is promised; 30d by default", "На какой срок; по умолчанию 30d"),
    ("office.revoke.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Answer(args) => answer::run(context, &args),
        Action::Enrol(args) => enrol::run(context, args),
        Action::List => list::run(context),
        Action::Address(args) => address::run(context, args),
        Action::Suspend(args) => suspend::suspend(context, &args),
        Action::Resume(args) => suspend::resume(context, &args),
        Action::Close(args) => suspend::close(context, &args),
        Action::Revoke(args) => revocation::office(context, &args),
    }
}

/// The office that a word means.
fn find<'a>(plan: &'a mut Plan, word: &str) -> Result<&'a mut PlanOffice, Problem> {
    let number = plan.office(word).map(|office| office.number);
    let names: Vec<String> = plan.offices_in_use().map(|office| office.slug.clone()).collect();
    let found = number.and_then(|number| plan.offices.iter_mut().find(|office| office.number == number));
    found.ok_or_else(|| nothing("no_office", word, &names, said!("отделения «{word}» нет", "there is no office \"{word}\"")))
}
