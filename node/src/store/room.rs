//! Room on the disk: refuse early and cleanly, and keep something back for the day when there is none.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::disk;

/// How much of the disk is kept free. Units: bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Kept in a file, which is given up when the store cannot be opened without it.
    pub reserve: u64,
    /// With less than this free, nothing is written.
    pub own: u64,
    /// With less than this free, nothing of other offices is taken: the rest is for our own people.
    pub foreign: u64,
    /// Held behind the end of sled's file: more than it ever has in memory and not yet on the disk.
    pub ahead: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { reserve: 32 << 20, own: 32 << 20, foreign: 128 << 20, ahead: 16 << 20 }
    }
}

/// A tenth of the disk is for this office's own people, but no more than this: it is what they write in two weeks.
const MOST_FOR_OWN: u64 = 1 << 30;

/// With less than this free on a disk of `size` bytes nothing of other offices is taken, where `least` is set; 0 sets nothing.
#[must_use]
pub fn kept_for_own(least: u64, size: u64) -> u64 {
    if least == 0 { 0 } else { least.max((size / 10).min(MOST_FOR_OWN)) }
}

/// Watches the disk under the store.
#[derive(Debug)]
pub(super) struct Room {
    dir: PathBuf,
    limits: Limits,
}

impl Room {
    pub(super) fn new(dir: &Path, limits: Limits) -> Self {
        Self { dir: dir.to_owned(), limits }
    }

    /// Whether anything may be written.
    pub(super) fn for_own(&self) -> Result<(), StoreError> {
        self.at_least(self.limits.own)
    }

    /// Whether entries of other offices may be taken.
    pub(super) fn for_foreign(&self) -> Result<(), StoreError> {
        let size = disk::size_bytes(&self.dir).unwrap_or(0);
        self.at_least(kept_for_own(self.limits.foreign, size))
    }

    /// Holds room in sled's `file` for a batch of so many bytes, before sled is asked to write it.
    pub(super) fn hold_ahead(&self, file: &File, bytes: u64) -> Result<(), StoreError> {
        // sled writes a key alone, then now and then its whole page: less than four times the bytes in all.
        let batch = bytes.saturating_mul(4);
        let (least, wanted) = (batch.saturating_add(self.limits.ahead / 2), batch.saturating_add(self.limits.ahead));
        let held = match disk::hold_ahead(file, least, wanted) {
            // Less than usual is better than nothing.
            Err(error) if disk::is_full(&error) => disk::hold_ahead(file, least, least),
            held => held,
        };
        match held {
            Err(error) if disk::is_full(&error) => Err(StoreError::Full),
            Err(error) => Err(StoreError::Failed(error.to_string())),
            Ok(()) => Ok(()),
        }
    }

    /// Keeps the reserve when there is room for it beside everything else.
    pub(super) fn refill(&self) {
        let wanted = self.limits.foreign.saturating_add(self.limits.reserve);
        if !self.file().exists() && self.at_least(wanted).is_ok() {
            let _ = disk::reserve(&self.file(), self.limits.reserve);
        }
    }

    /// Gives the reserve up; tells whether there was one.
    pub(super) fn give_up(&self) -> bool {
        fs::remove_file(self.file()).is_ok()
    }

    fn file(&self) -> PathBuf {
        self.dir.join("reserve")
    }

    fn at_least(&self, bytes: u64) -> Result<(), StoreError> {
        match disk::free_bytes(&self.dir) {
            // The reserve that was given up to open the store is not there to be written to, and may be all that is free.
            Ok(free) if bytes > 0 && free <= bytes => Err(StoreError::Full),
            // A disk that does not tell is written to until it refuses.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}
