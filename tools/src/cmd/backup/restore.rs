//! `okrug backup restore`: into an empty directory, whole or not at all.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use okrug_node::backup::{Reader, Scope, restore};
use okrug_node::keys::Unlock;
use serde_json::json;

use crate::cmd::bundle::Progress;
use crate::context::Context;
use crate::problem::{FileError, Problem};
use crate::secret;
use crate::time;
use crate::words::said;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    data_passphrase_file: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let phrase = secret::passphrase(context, args.passphrase_file.as_deref(), &said!("Пароль копии", "Passphrase of the backup"))?;
    let file = File::open(&args.file).map_err(FileError::at(&args.file))?;
    let len = file.metadata().map_err(FileError::at(&args.file))?.len();
    let reader = Reader::open(BufReader::new(file), &args.file, &phrase)?;
    let (data, unlock) = (args.data.display().to_string(), Unlock::of_process(args.data_passphrase_file.clone()));
    let made = reader.made();
    let (slug, when, lang) = (reader.head().slug.clone(), time::shown(made, context.lang), context.lang);
    if context.dry_run {
        let progress = Progress::new(context, len, 0);
        let sums = reader.check(|read| progress.at(read))?;
        drop(progress);
        let rows = sums.rows;
        return context.done(
            json!({ "office": slug, "made": time::text(made), "data": data, "rows": rows, "dry_run": true }),
            &said!(
                "копия цела: {slug}, {when}, строк {rows}; ничего не записано",
                "the backup is whole: {slug}, {when}, {rows} rows; nothing was written"
            ),
            None,
        );
    }
    let progress = Progress::new(context, len, 0);
    let restored = restore(reader, &args.data, &unlock, |read| progress.at(read))?;
    drop(progress);
    if restored.sums.damaged > 0 {
        let damaged = restored.sums.damaged;
        context.warn(&said!(
            "{damaged} строк не было уже в копии; их вернут соседи",
            "{damaged} rows were missing in the backup already; the neighbours bring them"
        ));
    }
    context.say(&unlock.best().said())?;
    let (rows, keys_only) = (restored.sums.rows, restored.head.scope == Scope::Keys);
    let what = if keys_only {
        lang.pick("только ключи и учётные записи", "the keys and the logins alone")
    } else {
        lang.pick("всё", "everything")
    };
    context.done(
        json!({ "office": slug, "made": time::text(made), "data": data, "rows": rows, "keys_only": keys_only }),
        &said!(
            "{slug} восстановлено из копии от {when} ({what}) в {data}. Узел продолжит в новом воплощении; написанное позже вернут соседи. Старый узел не запускайте.",
            "{slug} was restored from the backup of {when} ({what}) into {data}. The node goes on as a new incarnation; its neighbours bring what was written later. Do not start the old one."
        ),
        Some(&said!("okrug-node run --data {data}", "okrug-node run --data {data}")),
    )
}
