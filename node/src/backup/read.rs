//! Reading a backup: with its key every byte is proven, without it whatever a disk did shows.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use okrug_protocol::clock::Millis;

use super::head::{MAGIC, MAX_HEAD, place};
use super::piece::{MAX_PIECE, Piece, Sums};
use super::write::{LAST, ROOM};
use super::{BackupError, Head, count};
use crate::rest::{REST_OVERHEAD, Rest};

/// What a look without the key found.
#[derive(Debug)]
pub struct Looked {
    /// What it says of itself.
    pub head: Head,
    /// Its bytes.
    pub bytes: u64,
    /// Whether it ends where it says that it ends, and nothing in it was changed by a disk.
    pub whole: Result<(), BackupError>,
}

/// Reads the head of a backup and all its pieces, without opening them.
///
/// # Errors
/// It has no readable head, or cannot be read.
pub fn look(path: &Path) -> Result<Looked, BackupError> {
    let file = std::fs::File::open(path).map_err(BackupError::at(path))?;
    let bytes = file.metadata().map_err(BackupError::at(path))?.len();
    let mut frames = Frames::begin(io::BufReader::new(file), path)?;
    let mut walk = || loop {
        if frames.next()?.1 {
            return frames.nothing_more();
        }
    };
    let whole = walk();
    Ok(Looked { head: frames.head, bytes, whole })
}

/// The pieces as they stand in the file.
struct Frames<R> {
    from: R,
    path: std::path::PathBuf,
    head: Head,
    clear: Vec<u8>,
    at: u64,
}

impl<R: Read> Frames<R> {
    fn begin(mut from: R, path: &Path) -> Result<Self, BackupError> {
        let mut clear = Vec::new();
        let mut more = |bytes: &mut Vec<u8>, until: usize| {
            let missing = count(until.saturating_sub(bytes.len()));
            from.by_ref().take(missing).read_to_end(bytes).map_err(BackupError::at(path))
        };
        more(&mut clear, MAGIC.len() + 5)?;
        let len = clear.get(MAGIC.len() + 1..).and_then(|len| len.first_chunk()).map_or(0, |len| u32::from_le_bytes(*len));
        let len = usize::try_from(len).unwrap_or(usize::MAX).min(MAX_HEAD);
        more(&mut clear, MAGIC.len() + 5 + len + 4)?;
        let (head, end) = Head::decode(&clear)?;
        Ok(Self { from, path: path.to_owned(), head, at: count(end), clear })
    }

    /// The next piece, sealed as it is, and whether it is the last.
    fn next(&mut self) -> Result<(Vec<u8>, bool), BackupError> {
        let begin = self.at;
        let mut len = [0; 4];
        self.fill(&mut len)?;
        let (len, last) = (u32::from_le_bytes(len) & !LAST, u32::from_le_bytes(len) & LAST != 0);
        let size = usize::try_from(len).unwrap_or(usize::MAX);
        if size > MAX_PIECE + REST_OVERHEAD {
            return Err(BackupError::Damaged(begin));
        }
        let mut sealed = vec![0; size];
        self.fill(&mut sealed)?;
        let mut check = [0; 4];
        self.fill(&mut check)?;
        let word = len | if last { LAST } else { 0 };
        if crc32c::crc32c_append(crc32c::crc32c(&word.to_le_bytes()), &sealed) != u32::from_le_bytes(check) {
            return Err(BackupError::Damaged(begin));
        }
        Ok((sealed, last))
    }

    fn nothing_more(&mut self) -> Result<(), BackupError> {
        match self.from.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(BackupError::Damaged(self.at)),
            Err(error) => Err(BackupError::at(&self.path)(error)),
        }
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), BackupError> {
        match self.from.read_exact(buffer) {
            Ok(()) => {
                self.at += count(buffer.len());
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(BackupError::Short(self.at)),
            Err(error) => Err(BackupError::at(&self.path)(error)),
        }
    }
}

/// Reads a backup with its key.
pub struct Reader<R> {
    frames: Frames<R>,
    rest: Rest,
    number: u64,
    file: Option<String>,
    counted: Sums,
    ended: bool,
}

impl<R> std::fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("head", &self.frames.head).finish_non_exhaustive()
    }
}

impl<R: Read> Reader<R> {
    /// Reads the head and opens the key.
    ///
    /// # Errors
    /// It is no backup, or the passphrase is another.
    pub fn open(from: R, path: &Path, passphrase: &str) -> Result<Self, BackupError> {
        let frames = Frames::begin(from, path)?;
        let rest = frames.head.open(passphrase)?;
        Ok(Self { frames, rest, number: 0, file: None, counted: Sums::default(), ended: false })
    }

    /// Reads the head; the key is known.
    #[cfg(feature = "outside")]
    pub(super) fn opened(from: R, rest: Rest) -> Result<Self, BackupError> {
        let frames = Frames::begin(from, Path::new("backup"))?;
        Ok(Self { frames, rest, number: 0, file: None, counted: Sums::default(), ended: false })
    }

    /// What it says of itself; true once a piece was opened.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.frames.head
    }

    /// How many bytes were read.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.frames.at
    }

    /// When it was made.
    #[must_use]
    pub fn made(&self) -> Millis {
        self.frames.head.made
    }

    /// Reads to the end and proves every byte; gives what is in it. `progress` is told how many bytes were read.
    ///
    /// # Errors
    /// Something in it is not as it was written.
    pub fn check(mut self, mut progress: impl FnMut(u64)) -> Result<Sums, BackupError> {
        loop {
            let piece = self.next()?;
            progress(self.read());
            if let Piece::End(sums) = piece {
                return Ok(sums);
            }
        }
    }

    /// The next piece; the last one says that as much came as was written.
    pub(super) fn next(&mut self) -> Result<Piece, BackupError> {
        let begin = self.frames.at;
        let damaged = || BackupError::Damaged(begin);
        if self.ended {
            return Err(damaged());
        }
        let (sealed, last) = self.frames.next()?;
        let plain = self.rest.open(ROOM, &place(&self.frames.clear, self.number, last), &sealed).map_err(|_| damaged())?;
        self.number += 1;
        let piece = Piece::decode(&plain).ok_or_else(damaged)?;
        let begins = self.begins(&piece);
        self.counted.add(&piece, begins);
        match &piece {
            Piece::End(sums) if last && sums.fit(&self.counted) => {
                self.frames.nothing_more()?;
                self.ended = true;
            }
            Piece::End(_) => return Err(damaged()),
            _ if last => return Err(damaged()),
            _ => {}
        }
        Ok(piece)
    }

    /// Whether a file begins with this piece.
    fn begins(&mut self, piece: &Piece) -> bool {
        let Piece::File { path, .. } = piece else { return false };
        let begins = self.file.as_ref() != Some(path);
        if begins {
            self.file = Some(path.clone());
        }
        begins
    }
}
