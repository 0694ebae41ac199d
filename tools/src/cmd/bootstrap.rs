//! `okrug bootstrap`: the list of addresses by which nodes find each other.

use clap::Subcommand;
use serde_json::json;

use super::authority::{Signing, What, sign};
use crate::authority::Folder;
use crate::context::Context;
use crate::help::Row;
use crate::print::Table;
use crate::problem::Problem;
use crate::time;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Sign(Signing),
    Show,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("bootstrap", "The list of addresses by which nodes find each other", "Список адресов, по которым узлы находят друг друга"),
    (
        "bootstrap.sign",
        "Sign the list if it has changed, and write the district file",
        "Подписать список, если он изменился, и записать файл округа",
    ),
    ("bootstrap.sign.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    (
        "bootstrap.sign.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    ("bootstrap.sign.valid", "Until when a newer edition is promised; 365d by default", "На какой срок; по умолчанию 365d"),
    ("bootstrap.sign.renew", "Sign a new edition even if nothing has changed", "Подписать новую редакцию, даже если ничего не изменилось"),
    ("bootstrap.sign.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    ("bootstrap.show", "Show the list as it is signed", "Показать подписанный список"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Sign(args) => sign(context, &args, What::Bootstrap),
        Action::Show => show(context),
    }
}

fn show(context: &Context) -> Result<(), Problem> {
    let trust = Folder::open(&context.dir)?.trust()?;
    let directory = trust.directory();
    let mut table = Table::new(context.lang.pick(["ОТДЕЛЕНИЕ", "АДРЕС"], ["OFFICE", "ADDRESS"]));
    let mut rows = Vec::new();
    for (office, addresses) in trust.bootstrap() {
        let slug = directory.office(*office).map_or_else(|| office.to_string(), |row| row.slug.clone());
        addresses.iter().for_each(|address| table.row([slug.clone(), address.clone()]));
        rows.push(json!({ "office": office.to_string(), "slug": slug, "addresses": addresses }));
    }
    let head = trust.bootstrap_list().map(|list| list.doc().head);
    let version = head.map_or(0, |head| head.version.0);
    context.show(json!({ "version": version, "refresh_by": head.map(|head| time::text(head.refresh_by)), "rows": rows }), &table)
}
