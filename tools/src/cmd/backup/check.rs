//! `okrug backup check`: every byte, without restoring any.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use okrug_node::backup::{Reader, Scope, look};
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
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    let file = args.file.display().to_string();
    let looked = look(&args.file)?;
    let (slug, made) = (looked.head.slug.clone(), time::shown(looked.head.made, context.lang));
    looked.whole?;
    let restore = said!("okrug backup restore {file} --data ПАПКА", "okrug backup restore {file} --data DIR");
    if args.passphrase_file.is_none() && (context.no_input || context.json) {
        return context.done(
            json!({ "file": file, "office": slug, "bytes": looked.bytes, "whole": true, "proven": false }),
            &said!(
                "{file}: {slug}, {made}; дописана до конца, повреждений нет. Подделку без пароля не исключить.",
                "{file}: {slug}, {made}; it ends where it should, nothing is damaged. Without the passphrase forgery is not ruled out."
            ),
            Some(&said!("--passphrase-file ФАЙЛ проверит и это", "--passphrase-file FILE proves that too")),
        );
    }
    let phrase = secret::passphrase(context, args.passphrase_file.as_deref(), &said!("Пароль копии", "Passphrase of the backup"))?;
    let reader = Reader::open(BufReader::new(File::open(&args.file).map_err(FileError::at(&args.file))?), &args.file, &phrase)?;
    let progress = Progress::new(context, looked.bytes, 0);
    let sums = reader.check(|read| progress.at(read))?;
    drop(progress);
    let (rows, files, damaged) = (sums.rows, sums.files, sums.damaged);
    if damaged > 0 {
        context.warn(&said!(
            "{damaged} строк хранилища были повреждены ещё там, где копия сделана, и в ней их нет",
            "{damaged} rows of the store were damaged where the backup was made, and are not in it"
        ));
    }
    context.done(
        json!({
            "file": file, "office": slug, "bytes": looked.bytes, "whole": true, "proven": true, "rows": rows, "files": files,
            "damaged": damaged, "keys_only": looked.head.scope == Scope::Keys,
        }),
        &said!(
            "{file}: {slug}, {made}; каждый байт проверен: строк {rows}, файлов {files}",
            "{file}: {slug}, {made}; every byte is proven: {rows} rows, {files} files"
        ),
        Some(&restore),
    )
}
