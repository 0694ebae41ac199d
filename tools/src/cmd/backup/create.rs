//! `okrug backup create`: of a node that runs, or of one that does not; a file that is whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use okrug_node::backup::{BackupLock, EXTENSION, LastBackup, Scope, Source, look};
use okrug_node::disk;
use okrug_node::keys::Unlock;
use okrug_node::office::view::{BackupPlan, MadeBackup, NewBackup};
use okrug_node::run;
use okrug_protocol::ids::hex;
use serde_json::json;

use super::shelf;
use crate::client::{Client, Place, Reach};
use crate::cmd::bundle::Progress;
use crate::context::Context;
use crate::files;
use crate::problem::{Exit, FileError, Problem};
use crate::secret;
use crate::time;
use crate::words::{bytes, said};

/// Read and written at a time.
const PIECE: usize = 256 << 10;
/// The longest file of a key.
const MAX_KEY: usize = 8 << 10;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "DIR")]
    repo: PathBuf,
    #[arg(long, value_name = "DIR", conflicts_with_all = ["token_file", "ca"])]
    data: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "data")]
    data_passphrase_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    passphrase_file: Option<PathBuf>,
    #[arg(long)]
    keys_only: bool,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
    #[command(flatten)]
    reach: Reach,
}

/// From where it comes.
enum From {
    Node(Client, BackupPlan),
    Disk(Box<Source>),
}

/// Runs it.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Problem> {
    files::folder(&args.repo)?;
    let scope = if args.keys_only { Scope::Keys } else { Scope::All };
    let from = match &args.data {
        Some(data) => From::Disk(Box::new(run::stopped(data, &Unlock::of_process(args.data_passphrase_file.clone()))?)),
        None => {
            let client = Client::admin(&Place::of(context, &args.reach)?, context.lang, context.timeout)?;
            let plan = client.get("/admin/backup")?;
            From::Node(client, plan)
        }
    };
    let (slug, expected) = match &from {
        From::Node(_, plan) => (plan.slug.clone(), if args.keys_only { plan.keys_bytes } else { plan.bytes }),
        From::Disk(source) => (source.names().0, source.forecast(scope)?.bytes),
    };
    room(&args.repo, expected)?;
    let lock = lock(context, args)?;
    let size = bytes(expected, context.lang);
    context.say(&said!("Готовлю копию {slug}: около {size}", "Making a backup of {slug}: about {size}"))?;
    let kind = if args.keys_only { "keys-" } else { "" };
    let stamp = time::text(okrug_node::clock::now()).replace([':', '.', 'T', 'Z', '-'], "");
    let stem = format!("okrug-{kind}{slug}-{}-{}", stamp.get(..8).unwrap_or_default(), stamp.get(8..14).unwrap_or_default());
    let name = unused(&args.repo, &stem);
    let (target, part) = (args.repo.join(&name), args.repo.join(format!(".{name}.part")));
    let progress = Progress::new(context, expected, 0);
    let written = write(&part, |out| match &from {
        From::Node(client, _) => fetch(client, &lock, args.keys_only, out, &part, &progress),
        From::Disk(source) => {
            let forecast = source.forecast(scope)?;
            let mut counted = Counted { out, progress: &progress, failed: None };
            let written = source.write(&lock, scope, forecast, &mut counted);
            // Why the file takes no more is known here alone.
            counted.failed.map_or(Ok(()), |error| Err(FileError::at(&part)(error)))?;
            written?;
            Ok(())
        }
    });
    if written.is_ok() {
        progress.over();
    }
    drop(progress);
    // It is looked at as it lies there before it gets its name.
    let looked = written.and_then(|()| {
        let looked = look(&part)?;
        looked.whole?;
        fs::rename(&part, &target).map_err(FileError::at(&target))?;
        disk::sync_dir(&args.repo).map_err(FileError::at(&args.repo))?;
        Ok((looked.head, looked.bytes))
    });
    let (head, len) = looked.inspect_err(|_| drop(fs::remove_file(&part)))?;
    if scope == Scope::All {
        match &from {
            From::Node(client, _) => client.put_nothing("/admin/backup", &MadeBackup { made: head.made, bytes: len })?,
            From::Disk(source) => source.confirm(LastBackup { made: head.made, bytes: len })?,
        }
    }
    let removed = args.keep.map_or(Ok(0), |keep| thin_out(&args.repo, &head, usize::from(keep)))?;
    let (file, size) = (target.display().to_string(), bytes(len, context.lang));
    let gone = match removed {
        0 => said!("", ""),
        n => said!(" Удалено старых копий: {n}.", " Older ones removed: {n}."),
    };
    let (ru, en) = (gone.text(crate::words::Lang::Ru).to_owned(), gone.text(crate::words::Lang::En).to_owned());
    context.done(
        json!({ "file": file, "office": slug, "made": time::text(head.made), "bytes": len, "keys_only": args.keys_only, "removed": removed }),
        &crate::words::Said::new(
            format!("Копия {slug} готова и дописана на диск: {file}, {size}.{ru}"),
            format!("The backup of {slug} is whole and on the disk: {file}, {size}.{en}"),
        ),
        Some(&said!(
            "okrug backup check {file}; храните её не на этой машине, а пароль — отдельно от неё",
            "okrug backup check {file}; keep it off this machine, and the passphrase away from it"
        )),
    )
}

/// A name that nothing has: two may be made within a second.
fn unused(repo: &Path, stem: &str) -> String {
    let names = (1..).map(|n: u32| if n == 1 { format!("{stem}.{EXTENSION}") } else { format!("{stem}-{n}.{EXTENSION}") });
    names.into_iter().find(|name| !repo.join(name).exists()).expect("there is always a next number")
}

/// Enough room, before anything is asked for.
fn room(repo: &Path, needed: u64) -> Result<(), Problem> {
    let free = disk::free_bytes(repo).unwrap_or(u64::MAX);
    if free > needed {
        return Ok(());
    }
    let path = repo.display();
    let message = said!(
        "{path}: нужно около {needed} байт, свободно {free}; ничего не записано",
        "{path}: about {needed} bytes are needed, {free} are free; nothing was written"
    );
    Err(Problem::new("no_space", Exit::NoSpace, message).hint(said!("освободите место и повторите", "make room, and repeat")))
}

fn lock(context: &Context, args: &Args) -> Result<BackupLock, Problem> {
    match &args.key {
        Some(path) => Ok(BackupLock::from_file(&files::read(path, MAX_KEY)?)?),
        None => {
            let what = said!("Пароль, которым запечатать копию", "Passphrase to seal the backup under");
            let phrase = secret::new_passphrase(context, args.passphrase_file.as_deref(), &what)?;
            Ok(BackupLock::of_passphrase(&phrase, &mut okrug_node::clock::rng())?)
        }
    }
}

/// Writes a file beside its place, and makes it durable.
fn write(part: &Path, fill: impl FnOnce(&mut File) -> Result<(), Problem>) -> Result<(), Problem> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part).map_err(FileError::at(part))?;
    fill(&mut file)?;
    file.sync_all().map_err(FileError::at(part))?;
    Ok(())
}

fn fetch(client: &Client, lock: &BackupLock, keys_only: bool, out: &mut File, part: &Path, progress: &Progress) -> Result<(), Problem> {
    let wish = NewBackup { key: hex(&lock.to_file()), keys_only };
    let mut reader = client.post_for_stream("/admin/backup", &wish)?;
    let mut buffer = vec![0; PIECE];
    loop {
        let read = reader.read(&mut buffer).map_err(|error| {
            Problem::new(
                "broken_off",
                Exit::NotRunning,
                said!("узел прервал копию: {error}; файла нет", "the node broke the backup off: {error}; there is no file"),
            )
            .hint(said!("повторите ту же команду", "repeat the same command"))
        })?;
        if read == 0 {
            return Ok(());
        }
        out.write_all(buffer.get(..read).unwrap_or_default()).map_err(FileError::at(part))?;
        progress.more(read);
    }
}

/// Removes the oldest whole backups of an office until so many are left; the one just made is never among them.
fn thin_out(repo: &Path, head: &okrug_node::backup::Head, keep: usize) -> Result<usize, Problem> {
    let all = shelf::of_office(repo, head)?;
    let old = all.len().saturating_sub(keep);
    for (path, _) in all.iter().take(old) {
        fs::remove_file(path).map_err(FileError::at(path))?;
    }
    Ok(old)
}

/// A writer that is counted.
struct Counted<'a, W> {
    out: W,
    progress: &'a Progress,
    /// Why it takes no more.
    failed: Option<io::Error>,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.out.write(bytes) {
            Ok(written) => {
                self.progress.more(written);
                Ok(written)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.failed.get_or_insert(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
