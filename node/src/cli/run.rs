//! `okrug-node run`: the daemon in the foreground.

use super::settings::Settings;
use super::{Context, line};
use crate::help::Row;
use crate::problem::Problem;
use crate::{logging, run, said};

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
    let lang = config.language;
    run::until_signal(config, |running| {
        let url = running.api_url();
        if context.json {
            return line(&serde_json::json!({ "type": "started", "v": 1, "url": url, "office": running.office().to_string() }).to_string());
        }
        line(said!("OK: узел работает, страница: {url}", "OK: the node runs, the page is at {url}").text(lang))
    })
}
