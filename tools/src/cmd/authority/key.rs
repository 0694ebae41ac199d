//! `okrug authority key`: which keys there are, and a new one for a holder.

use std::path::PathBuf;

use clap::Subcommand;
use okrug_node::clock;
use okrug_protocol::ids::hex;
use okrug_protocol::sign::SecretKey;
use serde_json::json;

use super::rotate::{self, OneKey};
use crate::authority::keys::KeyFile;
use crate::authority::renewal::RoleName;
use crate::authority::{Folder, signing};
use crate::context::Context;
use crate::files;
use crate::print::Table;
use crate::problem::Problem;
use crate::secret;
use crate::words::said;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List,
    New(New),
    Add(OneKey),
    Remove(OneKey),
}

#[derive(Debug, clap::Args)]
struct New {
    file: PathBuf,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    match &args.action {
        Action::List => list(context),
        Action::New(args) => new(context, args),
        Action::Add(args) => rotate::add(context, args),
        Action::Remove(args) => rotate::remove(context, args),
    }
}

/// Shows the keys of every role, and which of them lie here.
fn list(context: &Context) -> Result<(), Problem> {
    let folder = Folder::open(&context.dir)?;
    let trust = folder.trust()?;
    let files = KeyFile::all(&folder.path("keys"))?;
    let place =
        |key| files.iter().find(|file| file.public().is_ok_and(|public| public == key)).map(|file| file.path().display().to_string());
    let charter = trust.charter().doc();
    let mut roles: Vec<_> = RoleName::ALL.iter().map(|name| (name.word().to_owned(), name.of(charter))).collect();
    roles.extend(signing::delegated(&folder, &trust)?.map(|role| ("delegated".to_owned(), role)));
    let mut table = Table::new(context.lang.pick(["РОЛЬ", "ПОРОГ", "КЛЮЧ", "ФАЙЛ"], ["ROLE", "THRESHOLD", "KEY", "FILE"]));
    let mut rows = Vec::new();
    for (word, role) in roles {
        for key in &role.keys {
            let (public, file) = (hex(&key.0), place(*key));
            table.row([word.clone(), role.threshold.to_string(), public.clone(), file.clone().unwrap_or_else(|| "-".to_owned())]);
            rows.push(json!({ "role": word, "threshold": role.threshold, "public": public, "file": file }));
        }
    }
    context.show(json!({ "keys": rows }), &table)
}

/// Makes a key for its holder, on the holder's own machine; the charter takes it in by `key add` or `rotate`.
fn new(context: &Context, args: &New) -> Result<(), Problem> {
    if args.file.exists() {
        return Err(super::init::key_exists(&args.file));
    }
    let mut rng = clock::rng();
    let key = SecretKey::generate(&mut rng);
    let passphrase =
        secret::new_passphrase(context, args.passphrase_file.as_deref(), &said!("Пароль для ключа", "A passphrase for the key"))?;
    let public = hex(&key.public().0);
    if !context.dry_run {
        if let Some(parent) = args.file.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            files::folder(parent)?;
        }
        KeyFile::seal(&key, &passphrase, args.file.clone(), &mut rng).save()?;
    }
    let file = args.file.display();
    context.done(
        json!({ "file": file.to_string(), "public": public, "dry_run": context.dry_run }),
        &said!("ключ создан: {file}\nсообщите администратору: {public}", "a key is made: {file}\ntell the authority: {public}"),
        Some(&said!("okrug authority rotate --add {public} --remove СТАРЫЙ", "okrug authority rotate --add {public} --remove OLD")),
    )
}
