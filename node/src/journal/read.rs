//! Reading the journal back, in order, one segment in memory at a time.

use std::path::{Path, PathBuf};

use super::frame::{self, Step};
use super::open::{Lost, read_head};
use super::segment::{self, Head};
use super::{JournalError, Number, ROOM, place};
use crate::disk;
use crate::rest::Rest;

/// What reading meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A record, opened.
    Record(Number, Vec<u8>),
    /// Records that are damaged or missing.
    Lost(Lost),
}

/// Reads records in order; made by [`super::Journal::records`].
#[derive(Debug)]
pub struct Records {
    dir: PathBuf,
    head: Head,
    rest: Rest,
    /// Segments still to be read, the next one last; `None` before the first look.
    segments: Option<Vec<Number>>,
    bytes: Vec<u8>,
    at: usize,
    /// What should stand at `at`.
    expected: Number,
    /// What is to be given next.
    wanted: Number,
    last: Number,
}

impl Records {
    pub(super) fn new(dir: &Path, head: Head, rest: Rest, after: Number, last: Number) -> Self {
        let wanted = after.next();
        Self { dir: dir.to_owned(), head, rest, segments: None, bytes: Vec::new(), at: 0, expected: wanted, wanted, last }
    }

    fn step(&mut self) -> Result<Option<Item>, JournalError> {
        while self.wanted <= self.last {
            let bytes = self.bytes.get(self.at..).unwrap_or_default();
            let lost_before = match frame::step(bytes, self.expected) {
                Step::Whole(frame) => {
                    let (number, len) = (frame.number, frame.len);
                    let item = (number >= self.wanted).then(|| self.open(number, frame.sealed));
                    self.at += len;
                    self.expected = number.next();
                    self.wanted = self.wanted.max(self.expected);
                    if item.is_some() {
                        return Ok(item);
                    }
                    continue;
                }
                Step::Broken => match frame::find(bytes, 1, self.expected) {
                    Some((ahead, number)) => {
                        self.at += ahead;
                        number
                    }
                    None => {
                        self.at = self.bytes.len();
                        continue;
                    }
                },
                Step::End => self.load()?.unwrap_or(self.last.next()),
            };
            self.expected = lost_before;
            if lost_before > self.wanted {
                let lost = Lost { from: self.wanted, to: Number(lost_before.0 - 1) };
                self.wanted = lost_before;
                return Ok(Some(Item::Lost(lost)));
            }
        }
        Ok(None)
    }

    fn open(&self, number: Number, sealed: &[u8]) -> Item {
        let opened = self.rest.open(ROOM, &place(self.head.journal, number), sealed);
        opened.map_or(Item::Lost(Lost { from: number, to: number }), |record| Item::Record(number, record))
    }

    /// Loads the next segment and tells with which number it begins; `None` when there is none.
    fn load(&mut self) -> Result<Option<Number>, JournalError> {
        let mut segments = match self.segments.take() {
            Some(segments) => segments,
            None => self.list()?,
        };
        let next = segments.pop();
        self.segments = Some(segments);
        let Some(first) = next else { return Ok(None) };
        let path = segment::path(&self.dir, first);
        // What the disk cannot read of it is lost, and the rest is not.
        (self.bytes, _) = disk::read_around(&path).map_err(|source| JournalError::Io { path: path.clone(), source })?;
        let (head, records) = read_head(&path, first, self.head.owner, &self.bytes).map_err(|(_, error)| error)?;
        if head.journal != self.head.journal {
            return Err(JournalError::Foreign { path });
        }
        self.at = self.bytes.len() - records.len();
        Ok(Some(first))
    }

    /// The segments that hold anything wanted, the next one last.
    fn list(&self) -> Result<Vec<Number>, JournalError> {
        let all = segment::list(&self.dir).map_err(|source| JournalError::Io { path: self.dir.clone(), source })?;
        let before = all.partition_point(|first| *first <= self.wanted).saturating_sub(1);
        Ok(all.into_iter().skip(before).rev().collect())
    }
}

impl Iterator for Records {
    type Item = Result<Item, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let stepped = self.step();
        if stepped.is_err() {
            // Nothing follows an error.
            self.wanted = self.last.next();
        }
        stepped.transpose()
    }
}
