//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    okrug::cli::main(std::env::args_os().collect())
}
