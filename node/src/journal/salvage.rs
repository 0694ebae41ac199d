//! All that can still be read of a journal, however it was damaged.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use super::frame;
use super::segment::{self, HEAD_BYTES, Head};
use super::{JournalId, Number, ROOM, place};
use crate::disk;
use crate::home::Owner;
use crate::rest::Rest;

/// Gives the records of a damaged journal one by one, in their order, and passes over what is not whole.
#[derive(Debug)]
pub struct Salvage {
    rest: Rest,
    owner: Owner,
    /// Which journal it may be: a segment without its beginning does not say so.
    ids: Vec<JournalId>,
    /// The segments that follow, the next one last.
    segments: Vec<(Number, PathBuf)>,
    read: VecDeque<Vec<u8>>,
}

impl Salvage {
    /// Looks at a journal; `hint` is what the store calls it.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn of(dir: &Path, owner: Owner, rest: &Rest, hint: Option<JournalId>) -> io::Result<Self> {
        let (mut ids, mut segments): (Vec<_>, Vec<_>) = (hint.into_iter().collect(), Vec::new());
        for named in segment::list(dir)? {
            let path = segment::path(dir, named);
            let head = disk::read_around(&path).ok().and_then(|(bytes, _)| Head::decode(&bytes).ok().map(|(head, _)| head));
            if let Some(head) = &head
                && !ids.contains(&head.journal)
            {
                ids.push(head.journal);
            }
            segments.push((head.map_or(named, |head| head.first), path));
        }
        segments.sort();
        segments.reverse();
        Ok(Self { rest: rest.clone(), owner, ids, segments, read: VecDeque::new() })
    }

    fn load(&mut self, first: Number, path: &Path) {
        let Ok((bytes, _)) =
            disk::read_around(path).inspect_err(|error| tracing::warn!(event = "segment_unreadable", path = %path.display(), %error))
        else {
            return;
        };
        let records = match Head::decode(&bytes) {
            Ok((head, _)) if head.owner != self.owner => return,
            Ok((_, records)) => records,
            Err(_) => bytes.get(usize::try_from(HEAD_BYTES).unwrap_or(usize::MAX)..).unwrap_or_default(),
        };
        let (mut at, mut next) = (0, first);
        while let Some((found, number)) = frame::find(records, at, next) {
            let Some(whole) = records.get(found..).and_then(frame::whole) else { break };
            self.read.extend(self.ids.iter().find_map(|id| self.rest.open(ROOM, &place(*id, number), whole.sealed).ok()));
            (at, next) = (found + whole.len, number.next());
        }
    }
}

impl Iterator for Salvage {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(record) = self.read.pop_front() {
                return Some(record);
            }
            let (first, path) = self.segments.pop()?;
            self.load(first, &path);
        }
    }
}
