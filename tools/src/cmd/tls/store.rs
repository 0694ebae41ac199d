//! `okrug tls trust` and `untrust`: the system's own store of roots, on Linux.
//!
//! Browsers of Linux keep stores of their own; the page `/trust` says how to reach those.

use std::path::{Path, PathBuf};
use std::process::Command;

use okrug_node::certs::{fingerprint, pem, root_of};
use okrug_protocol::ids::Hash32;
use okrug_protocol::words::Spoken;
use serde_json::json;

use crate::context::Context;
use crate::files::{self, Access};
use crate::problem::{Exit, FileError, Problem};
use crate::words::{Lang, Said, said};

/// The longest file of a root.
const MAX_FILE: usize = 32 << 10;
/// Where a system keeps roots that its administrator adds, and what takes them up: Debian and Astra, ALT and RED OS.
const STORES: [(&str, &str, &str); 2] =
    [("usr/local/share/ca-certificates", "crt", "update-ca-certificates"), ("etc/pki/ca-trust/source/anchors", "pem", "update-ca-trust")];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    root: PathBuf,
    #[arg(long, value_name = "WORDS")]
    fingerprint: Option<String>,
    #[arg(long, value_name = "DIR")]
    system: Option<PathBuf>,
}

/// One store, and what takes up its changes.
struct Store {
    file: PathBuf,
    program: &'static str,
}

pub(super) fn trust(context: &Context, args: &Args) -> Result<(), Problem> {
    let (hash, der) = root(args)?;
    let compared = compare(args.fingerprint.as_deref(), &hash)?;
    let store = store(args, &hash)?;
    if !context.dry_run {
        files::write(&store.file, pem(&der).as_bytes(), Access::Everybody)?;
        take_up(args, &store)?;
    }
    let words = Said::fingerprint(&hash);
    let (ru, en, file) = (words.text(Lang::Ru), words.text(Lang::En), store.file.display());
    let told = if compared {
        said!("эта машина доверяет корню округа: {file}", "this machine trusts the district's root: {file}")
    } else {
        said!(
            "эта машина доверяет корню округа: {file}; сверьте отпечаток с листком:\n{ru}",
            "this machine trusts the district's root: {file}; compare the fingerprint with the paper:\n{en}"
        )
    };
    let next = said!("браузерам нужно ещё: см. /trust на узле отделения", "browsers need more: see /trust at the office's node");
    context.done(
        json!({ "root": hash.to_hex(), "file": file.to_string(), "compared": compared, "dry_run": context.dry_run }),
        &told,
        Some(&next),
    )
}

pub(super) fn untrust(context: &Context, args: &Args) -> Result<(), Problem> {
    let (hash, _) = root(args)?;
    compare(args.fingerprint.as_deref(), &hash)?;
    let store = store(args, &hash)?;
    let file = store.file.display().to_string();
    let had = store.file.exists();
    if had && !context.dry_run {
        std::fs::remove_file(&store.file).map_err(FileError::at(&store.file))?;
        take_up(args, &store)?;
    }
    let told = if had {
        said!("эта машина больше не доверяет корню округа", "this machine trusts the district's root no more")
    } else {
        said!("этому корню здесь и не доверяли; ничего не изменено", "this root was not trusted here; nothing was changed")
    };
    context.done(json!({ "root": hash.to_hex(), "file": file, "removed": had, "dry_run": context.dry_run }), &told, None)
}

fn root(args: &Args) -> Result<(Hash32, Vec<u8>), Problem> {
    let der = root_of(&files::read(&args.root, MAX_FILE)?).ok_or_else(|| {
        let path = args.root.display();
        Problem::new(
            "not_a_root",
            Exit::Usage,
            said!("{path}: это не корневой сертификат округа", "{path}: no root certificate of a district"),
        )
    })?;
    Ok((fingerprint(&der), der))
}

fn compare(said: Option<&str>, hash: &Hash32) -> Result<bool, Problem> {
    let Some(said) = said else { return Ok(false) };
    if Spoken::read(said).is_ok_and(|spoken| spoken.fits(hash)) {
        return Ok(true);
    }
    Err(Problem::new(
        "other_fingerprint",
        Exit::BadSignature,
        said!("у этого сертификата другой отпечаток; ничего не изменено", "this certificate has another fingerprint; nothing was changed"),
    )
    .hint(said!("не доверяйте ему и позвоните администратору", "do not trust it, and call the administrator")))
}

fn store(args: &Args, hash: &Hash32) -> Result<Store, Problem> {
    let system = args.system.as_deref().unwrap_or(Path::new("/"));
    let found = STORES.iter().find(|(folder, ..)| system.join(folder).is_dir());
    let (folder, ending, program) = found.ok_or_else(|| {
        Problem::new(
            "no_store",
            Exit::NotFound,
            said!("хранилища сертификатов этой системы здесь нет", "no store of certificates of a known system is here"),
        )
        .hint(said!("установите вручную: /trust на узле отделения", "install it by hand: /trust at the office's node"))
    })?;
    Ok(Store { file: system.join(folder).join(format!("okrug-{}.{ending}", hash.short())), program })
}

/// Has the system take up what changed; in a folder that stands for another system nothing runs.
fn take_up(args: &Args, store: &Store) -> Result<(), Problem> {
    if args.system.is_some() {
        return Ok(());
    }
    let program = store.program;
    match Command::new(program).output() {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(Problem::new(
            "store_not_updated",
            Exit::Partly,
            said!("файл записан, а {program} не выполнен", "the file is written, and {program} did not run"),
        )
        .hint(Said::same(format!("sudo {program}")))),
    }
}
