//! The daemon.

use std::process::ExitCode;

fn main() -> ExitCode {
    okrug_node::cli::main(std::env::args_os().collect())
}
