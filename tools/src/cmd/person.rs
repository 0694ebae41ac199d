//! `okrug person`.

use crate::context::Context;
use crate::failure::{Failure, unfinished};
use crate::help::Row;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Its texts.
pub const HELP: &[Row] = &[("person", "The people of this office", "Люди этого отделения")];

/// Runs it.
///
/// # Errors
/// Whatever stops it.
pub fn run(_context: &Context, _args: Args) -> Result<(), Failure> {
    Err(unfinished("okrug person"))
}
