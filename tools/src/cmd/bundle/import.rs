//! `okrug bundle import` and `inspect`.

use std::io::Read;
use std::path::{Path, PathBuf};

use okrug_node::office::view::{BundlePurpose, BundleReport};

use super::file;
use super::progress::Progress;
use super::report::{origin, sentence, shortfall, value};
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::print::Table;
use crate::problem::Problem;
use crate::words::{Said, bytes, said};

/// What is looked at of a long file first: whether it is for this office at all.
const PREVIEW: u64 = 512 << 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(super) struct InspectArgs {
    file: PathBuf,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let mut worst = Ok(());
    for file in &args.files {
        let taken = one(context, &node, file);
        if let (Err(problem), true) = (&taken, args.files.len() > 1) {
            let (at, lang) = (file.display(), context.lang);
            context.warn(&Said::same(format!("{at}: {}", problem.message.text(lang))));
        }
        worst = worst.and(taken);
    }
    worst
}

fn one(context: &Context, node: &Client, file: &Path) -> Result<(), Problem> {
    let report = if context.dry_run { send(context, node, file, true)? } else { take(context, node, file)? };
    let next = match report.purpose {
        Some(BundlePurpose::Messages) => {
            let at = file.display();
            Some(said!(
                "верните квитанции той же флешкой: okrug bundle receipts {at}",
                "give receipts back by the same stick: okrug bundle receipts {at}"
            ))
        }
        _ => Some(Said::same("okrug status")),
    };
    context.done(value(file, &report), &sentence(&report), next.as_ref())?;
    if report.for_others > 0 {
        let n = report.for_others;
        context.warn(&said!(
            "записей для других отделений: {n}; передайте флешку и им",
            "{n} entries are for other offices: hand the stick to them too"
        ));
    }
    shortfall(context, &report).map_or(Ok(()), Err)
}

/// Gives a file to the node; of a long one its beginning first, so that what is not for this office is not read to its end.
pub(super) fn take(context: &Context, node: &Client, file: &Path) -> Result<BundleReport, Problem> {
    let (reader, len) = file::open(file)?;
    if len > PREVIEW {
        let _: BundleReport = node.post_stream("/bundle/import?look=true", &mut reader.take(PREVIEW))?;
    }
    send(context, node, file, false)
}

/// Shows the node as much of a file as tells who made it.
pub(super) fn preview(node: &Client, file: &Path) -> Result<BundleReport, Problem> {
    let (reader, _) = file::open(file)?;
    node.post_stream("/bundle/import?look=true", &mut reader.take(PREVIEW))
}

fn send(context: &Context, node: &Client, file: &Path, look: bool) -> Result<BundleReport, Problem> {
    let (reader, len) = file::open(file)?;
    let progress = Progress::new(context, len, 0);
    node.post_stream(&format!("/bundle/import?look={look}"), &mut progress.through(reader))
}

pub(super) fn inspect(context: &Context, args: &InspectArgs) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
    let report = send(context, &node, &args.file, true)?;
    let lang = context.lang;
    let len = std::fs::metadata(&args.file).map_or(0, |file| file.len());
    let whom: Vec<String> = report.to.iter().map(ToString::to_string).collect();
    let mut table = Table::new([lang.pick("ЧТО", "WHAT"), lang.pick("СКОЛЬКО", "VALUE")]);
    table.row([lang.pick("от кого", "from").to_owned(), origin(&report, lang)]);
    table.row([lang.pick("для кого", "for").to_owned(), whom.join(", ")]);
    table.row([lang.pick("размер", "size").to_owned(), bytes(len, lang)]);
    let entries = report.entries;
    let split = format!("{} ({} / {} / {})", entries.all(), entries.flash, entries.urgent, entries.routine);
    table.row([lang.pick("записей (экстренных / срочных / обычных)", "entries (flash / urgent / routine)").to_owned(), split]);
    table.row([lang.pick("документов округа", "documents of the district").to_owned(), report.documents.to_string()]);
    table.row([lang.pick("квитанций по журналам", "receipts, by logs").to_owned(), report.receipts.to_string()]);
    table.row([lang.pick("не поместилось при записи", "left out when it was made").to_owned(), report.left_out.to_string()]);
    let whole = if report.whole { lang.pick("да", "yes") } else { lang.pick("нет", "no") };
    table.row([lang.pick("всё цело", "whole").to_owned(), whole.to_owned()]);
    context.show(value(&args.file, &report), &table)?;
    shortfall(context, &report).map_or(Ok(()), Err)
}
