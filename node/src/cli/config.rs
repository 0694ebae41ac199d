//! `okrug-node config`: what is set, whether a file is right, and an example.

use std::path::PathBuf;

use clap::Subcommand;

use super::settings::Settings;
use super::{Context, line};
use crate::config::{check, current, example};
use crate::help::Row;
use crate::problem::Problem;
use crate::said;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show {
        #[arg(long)]
        origin: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    Check {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Example,
}

pub(super) const HELP: &[Row] = &[
    ("config", "Show, check and explain the settings", "Показать, проверить и объяснить настройки"),
    ("config.show", "Every setting as it holds now", "Все настройки, как они действуют сейчас"),
    ("config.show.origin", "Say where each value comes from", "Сказать, откуда взято каждое значение"),
    ("config.check", "Check one file", "Проверить один файл"),
    ("config.check.file", "The file", "Файл"),
    ("config.example", "Every setting with its meaning and its default", "Все настройки с объяснением и значением по умолчанию"),
];

/// Runs the command.
pub(super) fn run(context: Context, args: Args) -> Result<(), Problem> {
    match args.command {
        Command::Show { origin, settings } => line(current(&settings.load(context)?, origin).trim_end()),
        Command::Example => line(example(context.lang).trim_end()),
        Command::Check { file } => {
            check(&file)?;
            line(said!("OK: {file}", "OK: {file}", file = file.display()).text(context.lang))
        }
    }
}
