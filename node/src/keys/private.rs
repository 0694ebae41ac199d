//! Files and folders that only their owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use super::KeysError;
use crate::disk;

/// No file of ours is longer.
const MAX_BYTES: u64 = 64 << 10;

/// Makes a folder, with those above it, for its owner alone.
pub(super) fn create_dir(path: &Path) -> Result<(), KeysError> {
    disk::private_dir(path).map_err(KeysError::at(path))
}

/// Writes a new file for its owner alone and makes it durable.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), KeysError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(KeysError::at(path))
}

/// Puts a file into the place of another, whole at every moment, and overwrites what was there.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeysError> {
    let write = || {
        let mut before = OpenOptions::new().write(true).open(path)?;
        let len = before.metadata()?.len();
        disk::replace(path, bytes)?;
        // The old file has no name any more; its bytes lie where they lay.
        before.write_all(&vec![0; usize::try_from(len.min(MAX_BYTES)).unwrap_or(0)])?;
        before.sync_all()
    };
    write().map_err(KeysError::at(path))
}

/// Makes what was created, renamed or removed in a folder durable.
pub(super) fn sync_dir(path: &Path) -> Result<(), KeysError> {
    disk::sync_dir(path).map_err(KeysError::at(path))
}

/// Refuses a file or folder that others may read.
pub(super) fn check(path: &Path) -> Result<(), KeysError> {
    let mode = fs::metadata(path).map_err(KeysError::at(path))?.mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeysError::Open { path: path.to_owned(), mode }) }
}

/// Reads a file that only its owner may read.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    check(path)?;
    read_any(path)
}

/// Reads a file whose permissions are its giver's business.
pub(super) fn read_any(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(KeysError::at(path))?;
    if u64::try_from(read).is_ok_and(|read| read <= MAX_BYTES) { Ok(bytes) } else { Err(KeysError::Damaged(path.to_owned())) }
}
