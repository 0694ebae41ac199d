//! `okrug backup key`: what seals backups, and opens none without its passphrase.

use std::path::PathBuf;

use okrug_node::backup::BackupLock;
use serde_json::json;

use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::{Exit, Problem};
use crate::secret;
use crate::words::said;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let path = args.out.display();
    if args.out.exists() {
        return Err(Problem::new(
            "file_exists",
            Exit::Refused,
            said!("{path} уже есть и не перезаписан", "{path} exists and was not overwritten"),
        ));
    }
    let phrase = secret::new_passphrase(context, args.passphrase_file.as_deref(), &said!("Пароль для копий", "Passphrase for backups"))?;
    let lock = BackupLock::of_passphrase(&phrase, &mut okrug_node::clock::rng())?;
    files::write(&args.out, &lock.to_file(), Access::Everybody)?;
    context.done(
        json!({ "file": path.to_string() }),
        &said!(
            "Ключ копий: {path}. Он запечатывает, но без пароля ничего не открывает; забытый пароль не восстановить.",
            "The key for backups is {path}. It seals, and opens nothing without the passphrase; a forgotten one cannot be recovered."
        ),
        Some(&said!("okrug backup create --repo ПАПКА --key {path} --keep 7", "okrug backup create --repo DIR --key {path} --keep 7")),
    )
}
