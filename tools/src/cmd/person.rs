//! `okrug person`.

use crate::context::Context;
use crate::help::Row;
use crate::problem::{Problem, unfinished};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Its texts.
pub const HELP: &[Row] = &[("person", "The people of this office", "Люди этого отделения")];

/// Runs it.
///
/// # Errors
/// Whatever stops it.
pub fn run(_context: &Context, _args: Args) -> Result<(), Problem> {
    Err(unfinished("okrug person"))
}
