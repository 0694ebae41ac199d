//! Reading a journal that is in use, to find damage where nobody looks.

use std::fs;
use std::path::{Path, PathBuf};

use super::frame::{self, Step};
use super::segment::{self, Head};
use super::{JournalId, Number, ROOM, place};
use crate::rest::Rest;

/// How far the reading has come.
#[derive(Debug)]
pub struct Check {
    dir: PathBuf,
    rest: Rest,
    next: Number,
    journal: Option<JournalId>,
}

impl Check {
    /// Begins at the beginning.
    #[must_use]
    pub fn of(dir: &Path, rest: &Rest) -> Self {
        Self { dir: dir.to_owned(), rest: rest.clone(), next: Number(1), journal: None }
    }

    /// Reads the next segment; tells whether it was the last.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn step(&mut self) -> Result<bool, String> {
        let segments = segment::list(&self.dir).map_err(|error| error.to_string())?;
        let first = segments.iter().copied().find(|first| *first >= self.next);
        let Some(first) = first.filter(|first| *first == self.next) else {
            return Err(format!("the segment that begins with record {} is missing", self.next));
        };
        let is_last = segments.last() == Some(&first);
        let path = segment::path(&self.dir, first);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let damaged = |what: &str| format!("{}: {what}", path.display());
        let (head, records) = Head::decode(&bytes).map_err(|_| damaged("its beginning is damaged"))?;
        if self.journal.get_or_insert(head.journal) != &head.journal || head.first != first {
            return Err(damaged("it is a segment of another place"));
        }
        let mut at = 0;
        loop {
            let rest = records.get(at..).unwrap_or_default();
            match frame::step(rest, self.next) {
                Step::Whole(frame) => {
                    self.rest
                        .open(ROOM, &place(head.journal, self.next), frame.sealed)
                        .map_err(|_| damaged(&format!("record {} does not open", self.next)))?;
                    at += frame.len;
                    self.next = self.next.next();
                }
                Step::End => break,
                // What is being written just now has no end yet.
                Step::Broken if is_last && frame::find(rest, 1, self.next).is_none() => break,
                Step::Broken => return Err(damaged(&format!("record {} is damaged", self.next))),
            }
        }
        // Another segment may have been begun meanwhile.
        Ok(is_last)
    }
}
