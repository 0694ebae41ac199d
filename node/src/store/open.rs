//! Opening sled, which panics on damage: watched from another thread.

use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::error::panicked;
use super::{OpenError, STORE_FORMAT};
use crate::disk;

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

/// How long is waited for sled's lock: a thread of sled's holds it for a moment after the last handle is dropped, and so
/// does a process that is being started or ended meanwhile.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// Opens the store at `path`, or begins one.
pub(super) fn open(path: &Path) -> Result<Open, OpenError> {
    let io = |e: io::Error| OpenError::Io { path: path.to_owned(), what: e.to_string() };
    remove_half_made(path).map_err(io)?;
    if !path.exists() {
        begin(path)?;
    }
    let open = match watched(path) {
        Err(OpenError::Locked { .. }) if is_let_go(path).map_err(io)? => watched(path)?,
        Err(OpenError::Unsynced { path, what }) if is_unreadable(&path) => {
            return Err(OpenError::Damaged { path, what: format!("the disk cannot read it: {what}") });
        }
        opened => opened?,
    };
    // sled makes files without making them, or their names, last.
    sync_files(path)
        .map_err(|e| if disk::is_unconfirmed(&e) { OpenError::Unsynced { path: path.to_owned(), what: e.to_string() } } else { io(e) })?;
    Ok(open)
}

/// Begins a store: it has its name when all of it lasts. sled would take half of its own settings for damage.
fn begin(path: &Path) -> Result<(), OpenError> {
    let sort = |e: io::Error| {
        let path = path.to_owned();
        if disk::is_full(&e) { OpenError::Full { path } } else { OpenError::Io { path, what: e.to_string() } }
    };
    let new = path.with_added_extension("new");
    match fs::remove_dir_all(&new) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(sort(e)),
        _ => {}
    }
    let open = watched(&new)?;
    // sled panics where it cannot write out what it has when it is closed.
    if let Err(panic) = catch_unwind(AssertUnwindSafe(move || drop(open))) {
        return Err(OpenError::Io { path: path.to_owned(), what: panicked(&*panic) });
    }
    if !is_let_go(&new).map_err(sort)? {
        return Err(OpenError::Locked { path: new });
    }
    let named = sync_files(&new).and_then(|()| fs::rename(&new, path));
    named.and_then(|()| path.parent().map_or(Ok(()), disk::sync_dir)).map_err(sort)
}

/// Waits until nobody holds the lock of sled in `path`; tells whether it came to that.
pub(super) fn is_let_go(path: &Path) -> io::Result<bool> {
    match File::open(path.join("db")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        file => disk::lock_within(&file?, LOCK_PATIENCE),
    }
}

fn sync_files(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            match File::open(entry.path()) {
                // sled tidies up.
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                file => file?.sync_all()?,
            }
        }
    }
    disk::sync_dir(path)
}

/// Whether the disk cannot read what lies there. sled reads and writes when it opens, and does not tell what it was that failed.
fn is_unreadable(path: &Path) -> bool {
    let files = fs::read_dir(path).into_iter().flatten().flatten().filter(|entry| entry.path().is_file());
    let read = |path: &Path| File::open(path).and_then(|mut file| io::copy(&mut file, &mut io::sink()));
    files.map(|entry| entry.path()).any(|path| read(&path).is_err_and(|error| disk::is_unconfirmed(&error)))
}

/// Lets sled open the store on a thread of its own, so that its panic is an error.
fn watched(path: &Path) -> Result<Open, OpenError> {
    let owned = path.to_owned();
    let opening = thread::Builder::new().name("store-open".to_owned()).spawn(move || {
        let config = sled::Config::new().path(&owned).cache_capacity(CACHE_BYTES).flush_every_ms(Some(FLUSH_EVERY_MS));
        let db = config.open().map_err(|e| OpenError::sort(owned.clone(), &e))?;
        check_format(&db, &owned)?;
        let at = |e: io::Error| OpenError::Io { path: owned.clone(), what: e.to_string() };
        let file = File::options().write(true).open(owned.join("db")).map_err(at)?;
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
