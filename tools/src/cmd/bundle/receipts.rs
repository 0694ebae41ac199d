//! `okrug bundle receipts`: the small file that goes back.

use std::path::{Path, PathBuf};

use okrug_node::office::view::{BundlePurpose, MadeBundle, NewBundle};
use okrug_protocol::ids::OfficeId;
use serde_json::json;

use super::create::LONGEST;
use super::file::{self, fetch};
use super::import::preview;
use crate::client::{Client, Place, Reach};
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    file: PathBuf,
    #[arg(long, value_name = "DIR|FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let node = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout.max(LONGEST))?;
    let report = preview(&node, &args.file)?;
    let from = report.from.filter(|_| report.verified).ok_or_else(|| {
        let at = args.file.display();
        Problem::new("bundle_of_nobody", Exit::Failed, said!("{at}: не видно, кто записал файл", "{at}: who made the file cannot be seen"))
            .hint(said!(
                "okrug bundle create --for ОТДЕЛЕНИЕ тоже вернёт квитанции",
                "okrug bundle create --for OFFICE gives receipts back as well"
            ))
    })?;
    let out = args.out.clone().unwrap_or_else(|| file::folder(&args.file).to_owned());
    let (target, made) = write(context, &node, from, &out)?;
    let at = target.display();
    let changed = said!("квитанции для {from}: {at}", "receipts for {from}: {at}");
    let next = said!("верните флешку; там: okrug bundle import {at}", "take the stick back; there: okrug bundle import {at}");
    context.done(json!({ "file": target, "bytes": made.bytes, "for": from.to_string() }), &changed, Some(&next))
}

/// Writes receipts for an office.
pub(super) fn write(context: &Context, node: &Client, to: OfficeId, out: &Path) -> Result<(PathBuf, MadeBundle), Problem> {
    let wish = NewBundle { to: vec![to.to_string()], purpose: BundlePurpose::Receipts, ..NewBundle::default() };
    let (_, made): (u16, MadeBundle) = node.post("/bundle", &wish)?;
    let target = file::target(out, &made.file);
    fetch(&Context { quiet: true, json: false, ..context.clone() }, node, &made, &file::part(&target, &made.id, "r"), &target)?;
    Ok((target, made))
}
