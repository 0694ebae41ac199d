//! Replacing a segment that is written no more by one with the same records, of which some are shorter.
//!
//! ```text
//!   <first>.journal.new    written, synced
//!   <first>.journal        takes its place by a change of name, and the folder is synced
//! ```
//! Whatever interrupts it leaves the one or the other under the name, whole; what is half made has no name that counts, and is
//! removed with the next.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::frame::{self, Step};
use super::open::read_head;
use super::segment::{self, Head};
use super::{Item, Journal, JournalError, Number, ROOM, place};
use crate::disk;

impl Journal {
    /// With which records the segments begin that are written no more.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn closed(&self) -> Result<Vec<Number>, JournalError> {
        let all = segment::list(&self.dir).map_err(|source| JournalError::Io { path: self.dir.clone(), source })?;
        Ok(all.into_iter().filter(|first| *first < self.head.first).collect())
    }

    /// What stands in the segment that is being written.
    pub fn open_records(&self) -> impl Iterator<Item = Result<Item, JournalError>> {
        self.records(Number(self.head.first.0.saturating_sub(1)))
    }

    /// Replaces the closed segment that begins with `first` by one whose records are what `left` leaves of them, where that is less; says
    /// whether it did. One that is damaged stays as it is.
    ///
    /// # Errors
    /// As [`Journal::append`]; [`JournalError::Full`] changes nothing.
    pub fn rewrite<E: From<JournalError>>(
        &mut self,
        first: Number,
        mut left: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<bool, E> {
        self.usable()?;
        let path = segment::path(&self.dir, first);
        let (bytes, _) = disk::read_around(&path).map_err(|source| JournalError::Io { path: path.clone(), source })?;
        let Ok((head, mut records)) = read_head(&path, first, self.head.owner, &bytes) else { return Ok(false) };
        let (mut out, mut next, mut changed) = (head.encode(), first, false);
        loop {
            let frame = match frame::step(records, next) {
                Step::Whole(frame) => frame,
                Step::End => break,
                Step::Broken => return Ok(false),
            };
            let at = place(head.journal, next);
            let Ok(record) = self.rest.open(ROOM, &at, frame.sealed) else { return Ok(false) };
            match left(&record)? {
                Some(less) => {
                    changed = true;
                    let sealed = self.rest.seal(ROOM, &at, &less);
                    frame::write(next, &sealed, &mut out).map_err(|_| JournalError::TooLong(less.len()))?;
                }
                None => out.extend_from_slice(records.get(..frame.len).unwrap_or_default()),
            }
            records = records.get(frame.len..).unwrap_or_default();
            next = next.next();
        }
        if changed && self.is_ours(&head) {
            self.replace(&path, &out)?;
        }
        Ok(changed)
    }

    fn is_ours(&self, head: &Head) -> bool {
        head.journal == self.head.journal
    }

    fn replace(&mut self, path: &Path, bytes: &[u8]) -> Result<(), JournalError> {
        let new = path.with_added_extension("new");
        let made = || -> io::Result<()> {
            match fs::remove_file(&new) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            disk::owner_only(&mut options);
            let mut file = options.open(&new)?;
            file.write_all(bytes).and_then(|()| file.sync_all())
        };
        if let Err(source) = made() {
            // The segment under the name is whole, and stays.
            let _ = fs::remove_file(&new);
            return Err(JournalError::made(new, source));
        }
        fs::rename(&new, path).and_then(|()| disk::sync_dir(&self.dir)).map_err(|source| {
            self.failed = true;
            JournalError::made(path.to_owned(), source)
        })
    }
}
