//! `okrug node`: one node of a demo or a measurement, started by this program itself.

use std::path::PathBuf;

use crate::context::Context;
use crate::problem::{Problem, unfinished};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    data: PathBuf,
}

/// Runs the node until its standard input closes.
///
/// # Errors
/// Whatever stops the node.
pub fn run(_context: &Context, args: Args) -> Result<(), Problem> {
    drop(args.data);
    Err(unfinished("okrug node"))
}
