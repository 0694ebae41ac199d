//! Looking at a journal that somebody else has open, or nobody: nothing is changed, nothing is opened.

use std::fs;
use std::path::Path;

use super::open::walk;
use super::segment::{self, BadHead, Head};
use super::{JournalError, Number};

/// What the segments of a journal hold, by their heads, numbers and checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Files.
    pub segments: usize,
    /// Records that are whole.
    pub records: u64,
    /// Records that are damaged or missing.
    pub lost: u64,
    /// Bytes behind the last whole record: the end of a write, or damage.
    pub behind: u64,
}

impl Look {
    /// Looks through every segment in a folder, one in memory at a time; `None` where there is no journal.
    ///
    /// # Errors
    /// A newer format, segments of several journals, a damaged beginning, or the system's refusal.
    pub fn at(dir: &Path) -> Result<Option<Self>, JournalError> {
        let io = |path: &Path, source| JournalError::Io { path: path.to_owned(), source };
        let firsts = match segment::list(dir) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            listed => listed.map_err(|error| io(dir, error))?,
        };
        let (mut look, mut journal, mut next) = (Self::default(), None, Number(1));
        for (i, first) in firsts.iter().enumerate() {
            let path = segment::path(dir, *first);
            let bytes = fs::read(&path).map_err(|error| io(&path, error))?;
            let (head, records) = match Head::decode(&bytes) {
                Ok(read) => read,
                // A crash while it was made: there was nothing in it yet.
                Err(BadHead::Short) if i + 1 == firsts.len() => break,
                Err(BadHead::Newer(found)) => return Err(JournalError::Newer { path, found }),
                Err(BadHead::Short | BadHead::Broken) => return Err(JournalError::Damaged { path, what: "its beginning" }),
            };
            if journal.is_some_and(|known| known != head.journal) {
                return Err(JournalError::Foreign { path });
            }
            if head.first != *first {
                return Err(JournalError::Damaged { path, what: "it was renamed" });
            }
            journal = Some(head.journal);
            let found = walk(records, head.first);
            let inside = found.lost.iter().map(super::Lost::records).sum::<u64>();
            look.lost += inside + head.first.0.saturating_sub(next.0);
            look.records += found.last.next().0.saturating_sub(head.first.0).saturating_sub(inside);
            look.behind = u64::try_from(records.len() - found.end).unwrap_or(u64::MAX);
            look.segments += 1;
            next = found.last.next();
        }
        Ok((look.segments > 0).then_some(look))
    }
}
