//! The tree of commands, the global flags, and the way from arguments to an exit code.

mod global;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use okrug_node::usage;

use crate::cmd;
use crate::help::{self, Row};
use crate::print;
use crate::problem::Problem;
use crate::words::{self, Lang};

use global::Global;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "okrug", version, disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[command(subcommand_value_name = "COMMAND")]
enum Command {
    Demo(cmd::demo::Args),
    Status(cmd::status::Args),
    Doctor(cmd::doctor::Args),
    Graph(cmd::graph::Args),
    Ping(cmd::ping::Args),
    Wait(cmd::wait::Args),
    Authority(cmd::authority::Args),
    Org(cmd::org::Args),
    Office(cmd::office::Args),
    Person(cmd::person::Args),
    Role(cmd::role::Args),
    Bootstrap(cmd::bootstrap::Args),
    Revocation(cmd::revocation::Args),
    Tls(cmd::tls::Args),
    Policy(cmd::policy::Args),
    Bundle(cmd::bundle::Args),
    Backup(cmd::backup::Args),
    Msg(cmd::msg::Args),
    Audit(cmd::audit::Args),
    Verify(cmd::verify::Args),
    Simulate(cmd::simulate::Args),
    Bench(cmd::bench::Args),
    Completion(cmd::completion::Args),
    Version(cmd::version::Args),
}

/// Every table of help texts.
const TABLES: &[&[Row]] = &[
    global::HELP,
    cmd::demo::HELP,
    cmd::status::HELP,
    cmd::doctor::HELP,
    cmd::graph::HELP,
    cmd::ping::HELP,
    cmd::wait::HELP,
    cmd::authority::HELP,
    cmd::org::HELP,
    cmd::office::HELP,
    cmd::person::HELP,
    cmd::role::HELP,
    cmd::bootstrap::HELP,
    cmd::revocation::HELP,
    cmd::tls::HELP,
    cmd::policy::HELP,
    cmd::bundle::HELP,
    cmd::backup::HELP,
    cmd::msg::HELP,
    cmd::audit::HELP,
    cmd::verify::HELP,
    cmd::simulate::HELP,
    cmd::bench::HELP,
    cmd::completion::HELP,
    cmd::version::HELP,
    crate::client::HELP,
];

/// The tree with its texts.
#[must_use]
pub fn tree(lang: Lang) -> clap::Command {
    help::localise(Cli::command(), TABLES, lang)
}

/// Runs the program.
#[must_use]
pub fn main(args: Vec<OsString>) -> ExitCode {
    let lang = words::language(&args);
    let json = args.iter().filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--").any(|arg| arg == "--json" || arg == "--json=1");
    match parse_and_run(args, lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            print::note(&if json { problem.json(lang) } else { problem.text(lang) });
            problem.exit.into()
        }
    }
}

fn parse_and_run(args: Vec<OsString>, lang: Lang) -> Result<(), Problem> {
    // Not part of the tree: this program runs itself so, and nobody else is to be told of it.
    if let [_, word, data] = args.as_slice()
        && word == cmd::node::WORD
    {
        return cmd::node::run(data.as_ref());
    }
    let matches = match tree(lang).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) if error.exit_code() == 0 => return print::line(error.render().to_string().trim_end()),
        Err(error) => return Err(usage::problem(&error, "okrug")),
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| usage::problem(&error, "okrug"))?;
    let context = cli.global.context(lang)?;
    match cli.command {
        Command::Demo(args) => cmd::demo::run(&context, args),
        Command::Status(args) => cmd::status::run(&context, args),
        Command::Doctor(args) => cmd::doctor::run(&context, &args),
        Command::Graph(args) => cmd::graph::run(&context, &args),
        Command::Ping(args) => cmd::ping::run(&context, args),
        Command::Wait(args) => cmd::wait::run(&context, &args),
        Command::Authority(args) => cmd::authority::run(&context, args),
        Command::Org(args) => cmd::org::run(&context, args),
        Command::Office(args) => cmd::office::run(&context, args),
        Command::Person(args) => cmd::person::run(&context, args),
        Command::Role(args) => cmd::role::run(&context, args),
        Command::Bootstrap(args) => cmd::bootstrap::run(&context, args),
        Command::Revocation(args) => cmd::revocation::run(&context, args),
        Command::Tls(args) => cmd::tls::run(&context, args),
        Command::Policy(args) => cmd::policy::run(&context, args),
        Command::Bundle(args) => cmd::bundle::run(&context, &args),
        Command::Backup(args) => cmd::backup::run(&context, &args),
        Command::Msg(args) => cmd::msg::run(&context, args),
        Command::Audit(args) => cmd::audit::run(&context, &args),
        Command::Verify(args) => cmd::verify::run(&context, &args),
        Command::Simulate(args) => cmd::simulate::run(&context, args),
        Command::Bench(args) => cmd::bench::run(&context, args),
        Command::Completion(args) => cmd::completion::run(tree(lang), &args),
        Command::Version(args) => cmd::version::run(&context, &args),
    }
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
