//! `okrug org`.

use crate::context::Context;
use crate::help::Row;
use crate::problem::{Problem, unfinished};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Its texts.
pub const HELP: &[Row] = &[("org", "The organisation chart", "Структура округа")];

/// Runs it.
///
/// # Errors
/// Whatever stops it.
pub fn run(_context: &Context, _args: Args) -> Result<(), Problem> {
    Err(unfinished("okrug org"))
}
