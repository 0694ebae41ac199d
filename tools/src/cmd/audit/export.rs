//! `okrug audit export`.

use std::path::PathBuf;

use okrug_protocol::evidence::Evidence;
use serde_json::json;

use crate::client::{Client, Place, Reach};
use crate::cmd::verify;
use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::Problem;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let place = Place::of(context, &args.reach)?;
    let bytes = Client::admin(&place, context.lang, context.timeout)?.made("/audit/evidence")?;
    let evidence = Evidence::decode(&bytes).map_err(verify::problem)?;
    let district = evidence.district.district()?;
    let report = evidence.verify(district).map_err(verify::problem)?;
    files::write(&args.out, &bytes, Access::Owner)?;
    let (file, id, count) = (args.out.display(), district.0.to_hex(), report.acts.len());
    let changed = said!("действий администратора {count} в файле {file}", "{count} acts of administrators in {file}");
    let next = said!("okrug verify {file} --charter {id}", "okrug verify {file} --charter {id}");
    context.done(json!({ "file": args.out, "acts": count, "district": id }), &changed, Some(&next))
}
