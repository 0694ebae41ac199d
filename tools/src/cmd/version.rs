//! `okrug version`.

use serde_json::json;

use crate::context::Context;
use crate::help::Row;
use crate::print::Table;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Its texts.
pub const HELP: &[Row] = &[("version", "The version of the program", "Версия программы")];

/// Prints the version.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(context: &Context, _args: &Args) -> Result<(), Problem> {
    let version = env!("CARGO_PKG_VERSION");
    context.show(json!({ "name": "okrug", "version": version }), &Table::new(["okrug", version]))
}
