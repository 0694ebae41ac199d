//! Restoring: into an empty directory, whole or not at all.
//!
//! Everything is proven as it is read, and what was made is taken away again when something does not hold. The keys
//! are put in their place last, in one step: without them no node starts on a half of it. As long as they are not there a
//! file says that this is under way; what a restore left that was broken off, the next one takes away.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::piece::{Piece, Row, is_ours};
use super::read::Reader;
use super::source::KEPT;
use super::{BackupError, Head, Scope, Sums};
use crate::home::Owner;
use crate::keys::{KeyFolder, NodeKeys, Unlock};
use crate::ledger;
use crate::rest::Rest;
use crate::store::{Batch, Limits, STORE_FORMAT, Store, Tree};
use crate::{clock, disk};

/// Rows that are put into the store in one step, in bytes.
const BATCH_BYTES: usize = 1 << 20;
/// Says in `Tree::Meta` that this office has spoken before, though nothing of that is here yet.
pub const COUNTS_APART: &[u8] = b"counts-apart";
/// Where the folders of the keyring wait for the keys.
const WAITING: &str = "keys.restored";

/// Says that a restore is under way, or was broken off; locked as long as it is under way.
const UNDER_WAY: &str = "restoring";
/// What a restore makes, besides.
const MADE: [&str; 9] = ["journal", "store", "store.new", "documents", "tls", WAITING, "last-good", "node.toml", "reserve"];

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup says of itself.
    pub head: Head,
    /// What was in it.
    pub sums: Sums,
}

/// Restores a backup into an empty directory, its keys locked by `unlock`; `progress` is told how many bytes were read.
///
/// # Errors
/// See [`BackupError`]; the directory is as empty then as it was before.
pub fn restore<R: Read>(
    mut reader: Reader<R>,
    data: &Path,
    unlock: &Unlock,
    mut progress: impl FnMut(u64),
) -> Result<Restored, BackupError> {
    let head = reader.head().clone();
    if head.store_format > STORE_FORMAT {
        return Err(BackupError::NewerStore(head.store_format));
    }
    let under_way = begin(data)?;
    let free = disk::free_bytes(data).unwrap_or(u64::MAX);
    // The store takes about twice what is in it.
    let needed = head.forecast.saturating_mul(2);
    let restored = if free < needed { Err(BackupError::NoRoom { needed, free }) } else { fill(&mut reader, data, unlock, &mut progress) };
    if restored.is_err() {
        clear(data);
    }
    let _ = fs::remove_file(data.join(UNDER_WAY));
    drop(under_way);
    restored.map(|sums| Restored { head, sums })
}

/// Takes an empty directory, or one in which a restore was broken off, and says in it what is under way.
fn begin(data: &Path) -> Result<File, BackupError> {
    let (at, path) = (BackupError::at, data.join(UNDER_WAY));
    let holds = |name: &str| data.join(name).exists();
    if holds(UNDER_WAY) && !holds("keys") {
        let file = File::open(&path).map_err(at(&path))?;
        if disk::lock_within(&file, Duration::ZERO).map_err(at(&path))? {
            clear(data);
        }
    }
    let others = match fs::read_dir(data) {
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(at(data)(error)),
        Ok(entries) => entries.flatten().filter(|entry| entry.file_name() != UNDER_WAY).count(),
    };
    if others > 0 {
        return Err(BackupError::NotEmpty(data.to_owned()));
    }
    disk::private_dir(data).map_err(at(data))?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    disk::owner_only(&mut options);
    let file = options.open(&path).map_err(at(&path))?;
    if !disk::lock_within(&file, Duration::ZERO).map_err(at(&path))? {
        return Err(BackupError::NotEmpty(data.to_owned()));
    }
    disk::sync_dir(data).map_err(at(data))?;
    Ok(file)
}

/// Takes away what a restore made, and nothing else.
fn clear(data: &Path) {
    for entry in fs::read_dir(data).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if MADE.contains(&name.as_str()) || name.starts_with("keys.part-") {
            // What stays is in nobody's way: a node finds no keys there.
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

fn fill<R: Read>(reader: &mut Reader<R>, data: &Path, unlock: &Unlock, progress: &mut impl FnMut(u64)) -> Result<Sums, BackupError> {
    let begin = reader.read();
    let Piece::Secrets { keys, request } = reader.next()? else { return Err(BackupError::Damaged(begin)) };
    let keys = NodeKeys::from_bytes(&keys).ok_or(BackupError::Damaged(begin))?;
    let rest = Rest::new(&keys.at_rest);
    let mut rows = match reader.head().scope {
        Scope::All => Rows::Store(filling(data, &rest)?, Batch::new(), 0),
        Scope::Keys => Rows::Journal(Batch::new()),
    };
    let mut open: Option<(String, File)> = None;
    let sums = loop {
        let piece = reader.next()?;
        progress(reader.read());
        match piece {
            Piece::Rows(many) => many.into_iter().try_for_each(|row| rows.put(row))?,
            Piece::File { path, bytes } => {
                let mut file = match open.take() {
                    Some((before, file)) if before == path => file,
                    before => {
                        before.map_or(Ok(()), |(path, file)| file.sync_all().map_err(BackupError::at(Path::new(&path))))?;
                        create(data, &path)?
                    }
                };
                file.write_all(&bytes).map_err(BackupError::at(&data.join(&path)))?;
                open = Some((path, file));
            }
            Piece::Secrets { .. } => return Err(BackupError::Damaged(reader.read())),
            Piece::End(sums) => break sums,
        }
    };
    open.map_or(Ok(()), |(path, file)| file.sync_all().map_err(BackupError::at(Path::new(&path))))?;
    let Head { district, office, .. } = *reader.head();
    rows.finish(data, Owner { district, office }, &rest)?;
    for folder in ["documents", "journal", "tls"].map(|folder| data.join(folder)).iter().filter(|folder| folder.is_dir()) {
        disk::sync_dir(folder).map_err(BackupError::at(folder))?;
    }
    let waiting = data.join(WAITING);
    KeyFolder::of(data).restore(&keys, &request, &waiting, unlock, &mut clock::rng())?;
    Ok(sums)
}

/// A store to be filled: nothing is kept back for others yet.
fn filling(data: &Path, rest: &Rest) -> Result<Store, BackupError> {
    Ok(Store::open(data, rest, Limits { reserve: 0, own: 0, foreign: 0, ..Limits::default() })?)
}

/// Begins a file in its place; those of the keyring wait elsewhere.
fn create(data: &Path, path: &str) -> Result<File, BackupError> {
    if !is_ours(path) {
        return Err(BackupError::Damaged(0));
    }
    let place: PathBuf = match path.strip_prefix("keys/") {
        Some(under) => data.join(WAITING).join(under),
        None => data.join(path),
    };
    let folder = place.parent().unwrap_or(data);
    disk::private_dir(folder).map_err(BackupError::at(folder))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    disk::owner_only(&mut options);
    options.open(&place).map_err(BackupError::at(&place))
}

/// Where rows go: into the store, or, where there is none, into the journal, from which one will be filled.
enum Rows {
    Store(Store, Batch, usize),
    Journal(Batch),
}

impl Rows {
    fn put(&mut self, row: Row) -> Result<(), BackupError> {
        let Some(tree) = Tree::from_tag(row.tree) else { return Ok(()) };
        let bytes = row.key.len() + row.value.as_ref().map_or(0, Vec::len);
        let batch = match self {
            Self::Store(_, batch, _) => batch,
            Self::Journal(batch) if KEPT.contains(&tree) => batch,
            Self::Journal(_) => return Ok(()),
        };
        match row.value {
            Some(value) => batch.put(tree, row.key, value),
            None => batch.delete(tree, row.key),
        }
        match self {
            Self::Store(store, batch, waiting) => {
                *waiting += bytes;
                if *waiting >= BATCH_BYTES {
                    *waiting = 0;
                    store.apply(std::mem::take(batch))?;
                }
            }
            Self::Journal(_) => {}
        }
        Ok(())
    }

    fn finish(self, data: &Path, owner: Owner, rest: &Rest) -> Result<(), BackupError> {
        match self {
            Self::Store(store, batch, _) => {
                store.apply(batch)?;
                store.flush()?;
                store.close();
                // The node keeps one of its own size.
                let _ = fs::remove_file(data.join("reserve"));
            }
            Self::Journal(mut batch) => {
                batch.put(Tree::Meta, COUNTS_APART, Vec::new());
                ledger::begin_journal(data, owner, rest, &batch)?;
            }
        }
        Ok(())
    }
}
