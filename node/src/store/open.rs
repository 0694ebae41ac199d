//! Opening sled, which panics on damage: watched from another thread.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use super::error::panicked;
use super::{OpenError, STORE_FORMAT};
use crate::clock;

/// What is open: sled, and its file once more.
///
/// On Linux sled's flush asks for `sync_file_range`, which does not make a file's length last nor the
/// disk's cache; so its file is synced by us as well. And sled does not survive a full disk, in ways from
/// an error to a wait without end; so room is held for its file by us.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) db: sled::Db,
    pub(super) file: File,
}

/// The key of the format: before all trees, and not sealed, so that any version can read it.
const FORMAT_KEY: &[u8] = &[0];

/// Bytes of pages that sled keeps in memory; it takes about five times as much.
const CACHE_BYTES: u64 = 2 << 20;

/// How often sled writes out and tidies up by itself.
const FLUSH_EVERY_MS: u64 = 1_000;

/// Opens the store at `path`, or begins one.
pub(super) fn open(path: &Path) -> Result<Open, OpenError> {
    let owned = path.to_owned();
    remove_half_made(path).map_err(|e| OpenError::Io { path: path.to_owned(), what: e.to_string() })?;
    let opening = thread::Builder::new().name("store-open".to_owned()).spawn(move || {
        let config = sled::Config::new().path(&owned).cache_capacity(CACHE_BYTES).flush_every_ms(Some(FLUSH_EVERY_MS));
        let db = config.open().map_err(|e| OpenError::sort(owned.clone(), &e))?;
        check_format(&db, &owned)?;
        let file =
            File::options().write(true).open(owned.join("db")).map_err(|e| OpenError::Io { path: owned.clone(), what: e.to_string() })?;
        Ok(Open { db, file })
    });
    match opening.map(thread::JoinHandle::join) {
        Ok(Ok(opened)) => opened,
        Ok(Err(panic)) => Err(OpenError::Damaged { path: path.to_owned(), what: panicked(&*panic) }),
        Err(e) => Err(OpenError::Io { path: path.to_owned(), what: e.to_string() }),
    }
}

/// Removes a snapshot that a crash or a full disk cut off while it was made: sled would take it for the
/// newest one, and the store for damaged. The one before is still there.
fn remove_half_made(path: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let file = entry?.path();
        if file.extension().is_some_and(|suffix| suffix == "generating") {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

fn check_format(db: &sled::Db, path: &Path) -> Result<(), OpenError> {
    let sort = |e: sled::Error| OpenError::sort(path.to_owned(), &e);
    let damaged = |what: &str| OpenError::Damaged { path: path.to_owned(), what: what.to_owned() };
    match db.get(FORMAT_KEY).map_err(sort)? {
        Some(value) => {
            let found = value.as_ref().try_into().map(u32::from_le_bytes).map_err(|_| damaged("its format is unreadable"))?;
            if found > STORE_FORMAT { Err(OpenError::Newer { path: path.to_owned(), found }) } else { Ok(()) }
        }
        None if db.iter().next().is_none() => {
            db.insert(FORMAT_KEY, &STORE_FORMAT.to_le_bytes()).map_err(sort)?;
            db.flush().map_err(sort)?;
            Ok(())
        }
        None => Err(damaged("it has values and no format")),
    }
}

/// Renames a damaged store, so that another can be begun and nobody's data are deleted.
///
/// # Errors
/// As the system says.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let aside = path.with_added_extension(format!("damaged-{}", clock::now().0));
    fs::rename(path, &aside)?;
    if let Some(parent) = path.parent() {
        crate::disk::sync_dir(parent)?;
    }
    Ok(aside)
}
