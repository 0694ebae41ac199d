//! `okrug-node run`: the daemon in the foreground.

use super::Context;
use super::settings::Settings;
use crate::help::Row;
use crate::logging;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    settings: Settings,
}

pub(super) const HELP: &[Row] = &[("run", "Run the node in the foreground", "Запустить узел на переднем плане")];

/// Runs the command.
pub(super) fn run(context: Context, args: Args) -> Result<(), Problem> {
    let config = args.settings.load(context)?.config;
    logging::start(&config.log);
    Ok(())
}
