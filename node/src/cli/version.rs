//! `okrug-node version`.

use super::{Context, line};
use crate::help::Row;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) const HELP: &[Row] = &[("version", "The version of the program and of its data", "Версия программы и её данных")];

/// Runs the command.
pub(super) fn run(context: Context, _: &Args) -> Result<(), Problem> {
    let version = env!("CARGO_PKG_VERSION");
    let data = crate::home::HOME_FORMAT;
    if context.json {
        return line(&serde_json::json!({ "type": "version", "v": 1, "version": version, "data": data }).to_string());
    }
    line(&format!("okrug-node {version} (data {data})"))
}
