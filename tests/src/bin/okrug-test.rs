//! The command line as the suites start it: the same `main` as `okrug`, built together with them.

use std::process::ExitCode;

fn main() -> ExitCode {
    okrug::cli::main(std::env::args_os().collect())
}
