//! Opening: which segments there are, and where the last one really ends.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rand_core::RngCore;

use super::frame::{self, Step};
use super::segment::{self, BadHead, Head};
use super::{Journal, JournalError, JournalId, Number};
use crate::home::Owner;
use crate::rest::Rest;
use crate::{clock, disk};

/// What is said of a segment that the disk does not give.
const UNREADABLE: &str = "the disk cannot read it";

/// What opening found that was not as it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The end that was cut off.
    pub cut: Option<Cut>,
    /// Records that are damaged in the middle of the last segment.
    pub lost: Vec<Lost>,
    /// Damage elsewhere in it, which was found while the node ran.
    pub noted: bool,
}

impl Report {
    /// Whether something that had been confirmed may be missing: not merely the end of a write that
    /// a crash cut off.
    #[must_use]
    pub fn is_suspicious(&self) -> bool {
        self.noted || !self.lost.is_empty() || self.cut.as_ref().is_some_and(|cut| cut.kept_in.is_some())
    }
}

/// Bytes behind the last whole record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The segment.
    pub path: PathBuf,
    /// How many.
    pub bytes: u64,
    /// Where they were put, when they do not look like the end of a write that was cut off.
    pub kept_in: Option<PathBuf>,
}

/// Records that cannot be read any more, or bytes between two records (`from` after `to`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The first.
    pub from: Number,
    /// The last.
    pub to: Number,
}

impl Lost {
    /// How many.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.to.next().0.saturating_sub(self.from.0)
    }
}

pub(super) fn open(dir: &Path, owner: Owner, rest: &Rest) -> Result<(Journal, Report), JournalError> {
    let at = |path: &Path, source| JournalError::Io { path: path.to_owned(), source };
    disk::private_dir(dir).map_err(|e| at(dir, e))?;
    let mut firsts = segment::list(dir).map_err(|e| at(dir, e))?;
    let mut report = Report::default();
    loop {
        let Some(first) = firsts.last().copied() else { return Ok((begin(dir, owner, rest)?, report)) };
        let path = segment::path(dir, first);
        let (bytes, is_read) = disk::read_around(&path).map_err(|e| at(&path, e))?;
        if !is_read {
            // Where its last record ends cannot be told.
            return Err(JournalError::Damaged { path, what: UNREADABLE });
        }
        match read_head(&path, first, owner, &bytes) {
            Ok((head, records)) => {
                check_others(dir, &firsts, &head)?;
                return last(dir, rest, head, path, records, report);
            }
            // A crash while the segment was made: there was nothing in it yet.
            Err((BadHead::Short, _)) => {
                fs::remove_file(&path).map_err(|e| at(&path, e))?;
                let bytes = u64::try_from(bytes.len()).expect("a length fits into 64 bits");
                report.cut = Some(Cut { path, bytes, kept_in: None });
                firsts.pop();
            }
            Err((_, error)) => return Err(error),
        }
    }
}

/// Reads and checks the head of the segment that should begin with `first`.
pub(super) fn read_head<'a>(
    path: &Path,
    first: Number,
    owner: Owner,
    bytes: &'a [u8],
) -> Result<(Head, &'a [u8]), (BadHead, JournalError)> {
    let path = || path.to_owned();
    let (head, records) = Head::decode(bytes).map_err(|bad| match bad {
        BadHead::Newer(found) => (bad, JournalError::Newer { path: path(), found }),
        BadHead::Short | BadHead::Broken => (bad, JournalError::Damaged { path: path(), what: "its beginning" }),
    })?;
    if head.owner != owner {
        Err((BadHead::Broken, JournalError::Foreign { path: path() }))
    } else if head.first != first {
        Err((BadHead::Broken, JournalError::Damaged { path: path(), what: "it was renamed" }))
    } else {
        Ok((head, records))
    }
}

/// Begins a journal.
fn begin(dir: &Path, owner: Owner, rest: &Rest) -> Result<Journal, JournalError> {
    let mut id = [0; 16];
    clock::rng().fill_bytes(&mut id);
    let head = Head { journal: JournalId(id), owner, first: Number(1) };
    let (file, path) = segment::create(dir, &head).map_err(|(path, source)| JournalError::made(path, source))?;
    let len = segment::HEAD_BYTES;
    Ok(Journal {
        dir: dir.to_owned(),
        rest: rest.clone(),
        head,
        file,
        path,
        len,
        last: Number::ZERO,
        before: (len, Number::ZERO),
        failed: false,
    })
}

/// Looks at the heads of all segments but the last; their records are looked at when they are read.
fn check_others(dir: &Path, firsts: &[Number], last: &Head) -> Result<(), JournalError> {
    if firsts.first() != Some(&Number(1)) {
        return Err(JournalError::Damaged { path: segment::path(dir, Number(1)), what: "it is missing" });
    }
    for first in firsts.iter().filter(|first| **first != last.first) {
        let path = segment::path(dir, *first);
        let bytes = read_start(&path).map_err(|source| match source {
            source if disk::is_unconfirmed(&source) => JournalError::Damaged { path: path.clone(), what: UNREADABLE },
            source => JournalError::Io { path: path.clone(), source },
        })?;
        let (head, _) = read_head(&path, *first, last.owner, &bytes).map_err(|(_, error)| error)?;
        if head.journal != last.journal {
            return Err(JournalError::Foreign { path });
        }
    }
    Ok(())
}

fn read_start(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(fs::File::open(path)?, segment::HEAD_BYTES), &mut bytes)?;
    Ok(bytes)
}

/// Finds where the last segment ends and opens it for appending.
fn last(dir: &Path, rest: &Rest, head: Head, path: PathBuf, records: &[u8], mut report: Report) -> Result<(Journal, Report), JournalError> {
    let found = walk(records, head.first);
    let at = |source| JournalError::Io { path: path.clone(), source };
    let len = segment::HEAD_BYTES + u64::try_from(found.end).expect("a length fits into 64 bits");
    let file = OpenOptions::new().append(true).open(&path).map_err(at)?;
    let tail = records.get(found.end..).unwrap_or_default();
    if !tail.is_empty() {
        let kept_in = if frame::is_cut_off(tail) { None } else { Some(set_aside(&path, tail).map_err(at)?) };
        file.set_len(len).and_then(|()| file.sync_all()).map_err(at)?;
        let bytes = u64::try_from(tail.len()).expect("a length fits into 64 bits");
        report.cut = Some(Cut { path: path.clone(), bytes, kept_in });
    }
    report.lost = found.lost;
    let mut journal = Journal {
        dir: dir.to_owned(),
        rest: rest.clone(),
        head,
        file,
        path,
        len,
        last: found.last,
        before: (len, found.last),
        failed: false,
    };
    // Nothing is written behind a damaged place: whoever looks into it later finds it as it was.
    if !report.lost.is_empty() {
        journal.rotate()?;
    }
    Ok((journal, report))
}

/// Keeps bytes that somebody may want to look at, beside the segment they were cut from.
fn set_aside(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let kept = path.with_added_extension(format!("cut-{}", clock::now().0));
    fs::write(&kept, bytes)?;
    Ok(kept)
}

/// Where the records of a segment lead.
pub(super) struct Walked {
    /// Bytes up to the end of the last whole record.
    pub(super) end: usize,
    /// Its number.
    pub(super) last: Number,
    /// What is damaged before it.
    pub(super) lost: Vec<Lost>,
}

pub(super) fn walk(records: &[u8], first: Number) -> Walked {
    let (mut end, mut next) = (0, first);
    let mut lost = Vec::new();
    loop {
        match frame::step(records.get(end..).unwrap_or_default(), next) {
            Step::Whole(frame) => (end, next) = (end + frame.len, next.next()),
            Step::End => break,
            Step::Broken => {
                let Some((at, number)) = frame::find(records, end + 1, next) else { break };
                lost.push(Lost { from: next, to: Number(number.0 - 1) });
                (end, next) = (at, number);
            }
        }
    }
    Walked { end, last: Number(next.0 - 1), lost }
}
