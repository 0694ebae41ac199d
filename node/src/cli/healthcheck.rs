//! `okrug-node healthcheck`: whether the node of a data directory serves, for containers and monitors.

use std::io::ErrorKind;

use super::settings::Place;
use super::{Context, line};
use crate::api::{self, Access};
use crate::help::Row;
use crate::problem::{Exit, Problem};
use crate::said;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(super) const HELP: &[Row] =
    &[("healthcheck", "Whether the node serves: ends with 0 when it does", "Отвечает ли узел: завершается с 0, если да")];

/// Runs the command.
pub(super) fn run(context: Context, args: Args) -> Result<(), Problem> {
    let data = args.place.load(context)?.config.data;
    let access = Access::read(&data).map_err(|error| match error.kind() {
        ErrorKind::NotFound => silent(&data.display().to_string(), "api.json"),
        _ => Problem::io(&data.join(api::FILE), &error),
    })?;
    match api::ask(&access, "/readyz") {
        Ok(200..300) => {
            let url = &access.url;
            line(said!("OK: узел отвечает на {url}", "OK: the node answers at {url}").text(context.lang))
        }
        Ok(status) => {
            let url = &access.url;
            let message = said!("узел на {url} не готов ({status})", "the node at {url} is not ready ({status})");
            Err(Problem::new("not_ready", Exit::Failed, message))
        }
        Err(error) => Err(silent(&access.url, &error.to_string())),
    }
}

fn silent(what: &str, why: &str) -> Problem {
    let message = said!("узел не отвечает ({what}: {why})", "the node does not answer ({what}: {why})");
    Problem::new("node_silent", Exit::NotRunning, message).hint(said!("okrug-node run", "okrug-node run"))
}
