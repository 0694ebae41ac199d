//! `okrug bootstrap`.

use crate::context::Context;
use crate::help::Row;
use crate::problem::{Problem, unfinished};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Its texts.
pub const HELP: &[Row] =
    &[("bootstrap", "The list of addresses by which nodes find each other", "Список адресов, по которым узлы находят друг друга")];

/// Runs it.
///
/// # Errors
/// Whatever stops it.
pub fn run(_context: &Context, _args: Args) -> Result<(), Problem> {
    Err(unfinished("okrug bootstrap"))
}
