//! `okrug-node openapi`: the description of the HTTP API that CI compares.

use std::path::PathBuf;

use super::{Context, line};
use crate::help::Row;
use crate::problem::Problem;
use crate::{api, disk, said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) const HELP: &[Row] = &[
    ("openapi", "The description of the HTTP API (OpenAPI)", "Описание HTTP API (OpenAPI)"),
    ("openapi.out", "Where to write it; standard output by default", "Куда записать; по умолчанию на стандартный вывод"),
];

/// Runs the command.
pub(super) fn run(context: Context, args: &Args) -> Result<(), Problem> {
    let text = api::openapi();
    let Some(path) = &args.out else { return line(text.trim_end()) };
    disk::replace(path, text.as_bytes()).map_err(|error| Problem::io(path, &error))?;
    line(said!("OK: {path}", "OK: {path}", path = path.display()).text(context.lang))
}
