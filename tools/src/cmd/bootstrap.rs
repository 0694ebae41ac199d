//! `okrug bootstrap`: the list of addresses by which nodes find each other.

use std::path::PathBuf;

use clap::Subcommand;
use okrug_node::office::view::Accepted;
use serde_json::json;

use super::authority::{Signing, What, sign};
use crate::authority::Folder;
use crate::authority::archive::MAX_DISTRICT_FILE;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::files;
use crate::help::Row;
use crate::print::Table;
use crate::problem::Problem;
use crate::time;
use crate::words::{Said, said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Sign(Signing),
    Import(Import),
    Show,
}

/// What giving a file to a running node takes.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    file: PathBuf,
    #[command(flatten)]
    reach: Reach,
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
    ("bootstrap.import", "Give a newer district file to the running node", "Передать работающему узлу более новый файл округа"),
    ("bootstrap.import.file", "The district file", "Файл округа"),
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
        Action::Import(args) => import(context, &args),
    }
}

fn import(context: &Context, args: &Import) -> Result<(), Problem> {
    let Some(Accepted { newer, documents }) = give(context, args)? else { return Ok(()) };
    let chart = documents.chart;
    let told = if newer {
        said!("принято; справочник v{chart} расходится по округу", "taken; directory v{chart} spreads over the district")
    } else {
        said!("всё это узел уже знает; справочник v{chart}", "the node knows all of it; directory v{chart}")
    };
    context.done(json!({ "newer": newer, "directory": chart }), &told, Some(&Said::same("okrug status")))
}

/// Gives a district file to the running node; `None` in a dry run, which says so.
pub(super) fn give(context: &Context, args: &Import) -> Result<Option<Accepted>, Problem> {
    let bytes = files::read(&args.file, MAX_DISTRICT_FILE)?;
    if context.dry_run {
        context.done(json!({ "dry_run": true }), &said!("проба, ничего не передано", "dry run, nothing was sent"), None)?;
        return Ok(None);
    }
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    node.post_bytes("/admin/district", &bytes).map(Some)
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
