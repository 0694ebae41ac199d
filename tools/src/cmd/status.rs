//! `okrug status`.

use crate::context::Context;
use crate::help::Row;
use crate::problem::{Problem, unfinished};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Its texts.
pub const HELP: &[Row] = &[("status", "The state of the node, its links and its queue", "Состояние узла, связи и очереди")];

/// Runs it.
///
/// # Errors
/// Whatever stops it.
pub fn run(_context: &Context, _args: Args) -> Result<(), Problem> {
    Err(unfinished("okrug status"))
}
