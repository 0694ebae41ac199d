//! The command line of `okrug-node`: the daemon, and what must be done without it.

mod settings;
mod run;
mod init;
mod config;
mod key;
mod rebuild;
mod healthcheck;
mod openapi;
mod version;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::help::{self, Row};
use crate::problem::{Exit, Problem};
use crate::usage;
use crate::words::{Lang, Said};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "okrug-node", version, disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The flags that every command takes.
#[derive(Debug, clap::Args)]
struct Global {
    #[arg(long, global = true)]
    json: bool,
    #[arg(long, global = true, value_name = "ru|en", value_parser = ["ru", "en"])]
    lang: Option<String>,
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    #[arg(long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
#[command(subcommand_value_name = "COMMAND")]
enum Command {
    Run(run::Args),
    Init(init::Args),
    Config(config::Args),
    Key(key::Args),
    Rebuild(rebuild::Args),
    Openapi(openapi::Args),
    Healthcheck(healthcheck::Args),
    Version(version::Args),
}

const HELP: &[Row] = &[
    (
        "okrug-node",
        "The node of an office: carries, keeps and shows its messages",
        "Узел отделения: переносит, хранит и показывает сообщения",
    ),
    ("global.json", "One JSON object instead of text", "Один объект JSON вместо текста"),
    ("global.lang", "Language of texts (OKRUG_LANG, LANG)", "Язык текстов (OKRUG_LANG, LANG)"),
    ("global.help", "This text", "Этот текст"),
    ("global.version", "The version of the program", "Версия программы"),
];

const TABLES: &[&[Row]] =
    &[HELP, settings::HELP, run::HELP, init::HELP, config::HELP, key::HELP, rebuild::HELP, openapi::HELP, healthcheck::HELP, version::HELP];

/// What every command is given.
#[derive(Debug, Clone, Copy)]
struct Context {
    /// The language before the configuration is read.
    lang: Lang,
    /// What `--lang` says; it outranks the configuration.
    asked: Option<Lang>,
    json: bool,
}

/// The tree with its texts.
#[must_use]
pub fn tree(lang: Lang) -> clap::Command {
    help::localise(Cli::command(), TABLES, lang)
}

/// Runs the program.
#[must_use]
pub fn main(args: Vec<OsString>) -> ExitCode {
    let asked = Lang::of_arguments(&args);
    let lang = asked.unwrap_or_else(Lang::of_environment);
    let json = args.iter().any(|arg| arg == "--json");
    match parse_and_run(args, Context { lang, asked, json }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            note(&if json { problem.json(lang) } else { problem.text(lang) });
            problem.exit.into()
        }
    }
}

fn parse_and_run(args: Vec<OsString>, context: Context) -> Result<(), Problem> {
    let matches = match tree(context.lang).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) if error.exit_code() == 0 => return line(error.render().to_string().trim_end()),
        Err(error) => return Err(usage::problem(&error, "okrug-node")),
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| usage::problem(&error, "okrug-node"))?;
    match cli.command {
        Command::Run(args) => run::run(context, args),
        Command::Init(args) => init::run(context, args),
        Command::Config(args) => config::run(context, args),
        Command::Key(args) => key::run(context, args),
        Command::Rebuild(args) => rebuild::run(context, args),
        Command::Openapi(args) => openapi::run(context, &args),
        Command::Healthcheck(args) => healthcheck::run(context, args),
        Command::Version(args) => version::run(context, &args),
    }
}

/// Writes a line to standard output; a reader that went away (`| head`) is no failure.
fn line(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::new("output", Exit::Failed, Said::same(format!("stdout: {error}"))))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error, where a failure to write has nobody left to be told.
fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_has_its_text_in_both_languages() {
        assert_eq!(help::missing(&tree(Lang::En), TABLES), Vec::<String>::new());
        let empty: Vec<_> = TABLES.iter().flat_map(|t| t.iter()).filter(|row| row.1.is_empty() || row.2.is_empty()).collect();
        assert_eq!(empty, Vec::<&Row>::new());
    }

    #[test]
    fn the_tree_is_sound() {
        tree(Lang::Ru).debug_assert();
    }
}
