//! `okrug completion`: what a shell needs to complete commands and flags.

use clap_complete::Shell;

use crate::help::Row;
use crate::print;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    shell: Shell,
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("completion", "Print a completion script for a shell", "Вывести сценарий дополнения для оболочки"),
    ("completion.shell", "bash, zsh, fish, elvish or powershell", "bash, zsh, fish, elvish или powershell"),
];

/// Prints the script.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(mut tree: clap::Command, args: &Args) -> Result<(), Problem> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut tree, "okrug", &mut script);
    print::line(String::from_utf8_lossy(&script).trim_end())
}
