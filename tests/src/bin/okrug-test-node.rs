//! The daemon as the suites start it: the same `main` as `okrug-node`, built together with them.

use std::process::ExitCode;

fn main() -> ExitCode {
    okrug_node::cli::main(std::env::args_os().collect())
}
