//! The journal: what this office wrote, before anything else knows of it.
//!
//! What an office wrote while it was alone exists nowhere else. So a record goes to an append-only
//! file first and is synced there, in groups, before its writer is told; the store can be rebuilt
//! from it.
//!
//! The journal is a row of segments, `<first number>.journal`, each of a few megabytes. Records carry
//! a number without a gap, a checksum, and a seal bound to the journal and the number. Opening reads
//! the last segment only: the end of a write that a crash cut off is cut off there and reported, a
//! damaged place in the middle is kept as it is, reported, and never written behind.
//!
//! Policy: no segment is ever removed. The journal of an office holds what its people wrote, and it is
//! the source for a rebuild. Retention by signed policy alone shortens it: a segment that is written no
//! more is replaced, in one step, by one with the same records, of which some have no body any more.
//! Opening does not get slower for it: the store remembers up to which number it has everything.

mod check;
mod frame;
mod open;
mod read;
mod rewrite;
mod look;
mod salvage;
mod segment;

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use check::Check;
pub use frame::MAX_RECORD;
pub use look::Look;
pub use open::{Cut, Lost, Report};
pub use read::{Item, Records};
pub use salvage::Salvage;

use crate::disk;
use crate::home::Owner;
use crate::rest::Rest;
use segment::Head;

/// The format that this version writes, and the newest that it reads.
pub const JOURNAL_FORMAT: u32 = 1;

/// A segment that has so many bytes is followed by another.
pub const SEGMENT_BYTES: u64 = 4 << 20;

/// Place of a record in the journal; the first is 1, and 0 stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(pub u64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Number {
    /// Before the first record.
    pub const ZERO: Self = Self(0);

    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Drawn when a journal is begun: tells one journal of an office from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalId(pub [u8; 16]);

/// Why the journal cannot be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// No room: nothing of the group was kept, and the journal is as it was.
    #[error("no room on the disk for the journal")]
    Full,
    /// What was written may or may not be on the disk. The node must stop: a second try would
    /// succeed without the lost pages, and tell a writer so.
    #[error("the disk did not confirm what was written to the journal: {0}")]
    Unsynced(io::Error),
    /// An earlier failure left the journal in a state that only opening it again makes good.
    #[error("the journal failed earlier and must be opened again")]
    Failed,
    /// A record longer than any may be.
    #[error("a record of {0} bytes is longer than any may be")]
    TooLong(usize),
    /// Written by a newer version.
    #[error("{} has format {found}, and this version knows formats up to {JOURNAL_FORMAT}", path.display())]
    Newer {
        /// The segment.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// The journal of another office, or a segment of another journal.
    #[error("{} belongs to another office or another journal", path.display())]
    Foreign {
        /// The segment.
        path: PathBuf,
    },
    /// The beginning of a segment is damaged, or a segment is missing.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The segment.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was touched.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl JournalError {
    /// Sorts what the system says to a new segment.
    fn made(path: PathBuf, source: io::Error) -> Self {
        if disk::is_full(&source) {
            Self::Full
        } else if disk::is_unconfirmed(&source) {
            Self::Unsynced(source)
        } else {
            Self::Io { path, source }
        }
    }
}

/// An open journal; one thread owns it.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    rest: Rest,
    head: Head,
    file: File,
    path: PathBuf,
    len: u64,
    last: Number,
    /// Where the group that was written last begins: the length, and the number before it.
    before: (u64, Number),
    failed: bool,
}

impl Journal {
    /// Opens the journal in `dir`, or begins one there.
    ///
    /// # Errors
    /// A newer format, another office's journal, a damaged beginning, or the system's refusal.
    pub fn open(dir: &Path, owner: Owner, rest: &Rest) -> Result<(Self, Report), JournalError> {
        open::open(dir, owner, rest)
    }

    /// Which journal this is.
    #[must_use]
    pub fn id(&self) -> JournalId {
        self.head.journal
    }

    /// Where it lies.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Begins another journal of the same office in `dir`.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn begin_beside(&self, dir: &Path) -> Result<(Self, Report), JournalError> {
        open::open(dir, self.head.owner, &self.rest)
    }

    /// All that can be read of a damaged journal of the same office; `hint` is what it may be called.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn salvage(&self, dir: &Path, hint: Option<JournalId>) -> io::Result<Salvage> {
        Salvage::of(dir, self.head.owner, &self.rest, hint)
    }

    /// Its folder has another name now.
    pub fn moved_to(&mut self, dir: &Path) {
        self.path = segment::path(dir, self.head.first);
        self.dir = dir.to_owned();
    }

    /// The number of the last record, synced or not.
    #[must_use]
    pub fn last(&self) -> Number {
        self.last
    }

    /// Writes a group of records behind the last; they are durable after [`Journal::sync`].
    ///
    /// # Errors
    /// [`JournalError::Full`] keeps nothing of the group; anything else ends this journal's life.
    pub fn append(&mut self, records: &[Vec<u8>]) -> Result<Number, JournalError> {
        self.usable()?;
        if self.len >= SEGMENT_BYTES {
            self.rotate()?;
        }
        self.before = (self.len, self.last);
        let mut bytes = Vec::with_capacity(records.iter().map(|record| frame::wire_len(record.len())).sum());
        let mut number = self.last;
        for record in records {
            number = number.next();
            let sealed = self.rest.seal(ROOM, &place(self.head.journal, number), record);
            frame::write(number, &sealed, &mut bytes).map_err(|_| JournalError::TooLong(record.len()))?;
        }
        match self.file.write_all(&bytes) {
            Ok(()) => {
                self.len += u64::try_from(bytes.len()).expect("a length fits into 64 bits");
                self.last = number;
                Ok(number)
            }
            Err(source) => {
                // What was written of the group must not stay in front of the next one.
                self.failed = self.file.set_len(self.len).is_err();
                Err(self.refused(source))
            }
        }
    }

    /// Takes back the group that was written last, synced or not: nobody was told of it.
    ///
    /// # Errors
    /// [`JournalError::Unsynced`]: the node must stop; the group may be there or not.
    pub fn take_back(&mut self) -> Result<(), JournalError> {
        self.usable()?;
        let (len, last) = self.before;
        self.file.set_len(len).and_then(|()| self.file.sync_all()).map_err(|source| {
            self.failed = true;
            JournalError::Unsynced(source)
        })?;
        (self.len, self.last) = (len, last);
        Ok(())
    }

    /// Makes all that was written durable.
    ///
    /// # Errors
    /// [`JournalError::Unsynced`]: the node must stop.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        self.usable()?;
        self.file.sync_data().map_err(|source| {
            self.failed = true;
            JournalError::Unsynced(source)
        })
    }

    /// Reads what stands behind `after`, in order.
    #[must_use]
    pub fn records(&self, after: Number) -> Records {
        Records::new(&self.dir, self.head.clone(), self.rest.clone(), after, self.last)
    }

    /// Goes on in a new segment.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn rotate(&mut self) -> Result<(), JournalError> {
        self.sync()?;
        let head = Head { first: self.last.next(), ..self.head.clone() };
        let (file, path) = segment::create(&self.dir, &head).map_err(|(path, source)| JournalError::made(path, source))?;
        (self.file, self.path, self.head, self.len) = (file, path, head, segment::HEAD_BYTES);
        Ok(())
    }

    pub(super) fn usable(&self) -> Result<(), JournalError> {
        if self.failed { Err(JournalError::Failed) } else { Ok(()) }
    }

    fn refused(&self, source: io::Error) -> JournalError {
        if disk::is_full(&source) { JournalError::Full } else { JournalError::Io { path: self.path.clone(), source } }
    }
}

/// Where a record is sealed for.
const ROOM: &str = "journal";

fn place(journal: JournalId, number: Number) -> [u8; 24] {
    let mut place = [0; 24];
    place[..16].copy_from_slice(&journal.0);
    place[16..].copy_from_slice(&number.0.to_be_bytes());
    place
}

#[cfg(test)]
mod tests;
