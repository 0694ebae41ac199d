//! One file of the journal, and what stands at its beginning.
//!
//! ```text
//!   "okrug journal\r\n\0"   format u32 LE   journal id (16)   district (32)   office u32 LE
//!   first number u64 LE   crc32c u32 LE over all before
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use okrug_protocol::ids::{DistrictId, Hash32, OfficeId};

use super::{JOURNAL_FORMAT, JournalId, Number};
use crate::disk;
use crate::home::Owner;

/// Bytes before the first record.
pub(super) const HEAD_BYTES: u64 = 84;

const MAGIC: &[u8; 16] = b"okrug journal\r\n\0";
const SUFFIX: &str = "journal";

/// What stands at the beginning of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) journal: JournalId,
    pub(super) owner: Owner,
    pub(super) first: Number,
}

/// Why a head cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadHead {
    /// Fewer bytes than a head has.
    Short,
    /// No head, or a damaged one.
    Broken,
    /// Of a newer format.
    Newer(u32),
}

impl Head {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::from(MAGIC);
        out.extend_from_slice(&JOURNAL_FORMAT.to_le_bytes());
        out.extend_from_slice(&self.journal.0);
        out.extend_from_slice(&self.owner.district.0.0);
        out.extend_from_slice(&self.owner.office.0.to_le_bytes());
        out.extend_from_slice(&self.first.0.to_le_bytes());
        out.extend_from_slice(&crc32c::crc32c(&out).to_le_bytes());
        out
    }

    /// Reads a head and gives back what follows.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, &[u8]), BadHead> {
        let magic = bytes.first_chunk().ok_or(BadHead::Short)?;
        if magic != MAGIC {
            return Err(BadHead::Broken);
        }
        let format = u32::from_le_bytes(*bytes.get(16..).and_then(<[u8]>::first_chunk).ok_or(BadHead::Short)?);
        if format > JOURNAL_FORMAT {
            // With the format that we know the checksum holds: a bit of the format is wrong, and nothing is newer.
            let mut known = bytes.get(..usize::try_from(HEAD_BYTES).unwrap_or_default()).unwrap_or_default().to_vec();
            // A file that is cut within its head has no such place.
            if let Some(written) = known.get_mut(16..20) {
                written.copy_from_slice(&JOURNAL_FORMAT.to_le_bytes());
            }
            let spoilt = Self::fields(&known).flatten().is_some();
            return Err(if spoilt { BadHead::Broken } else { BadHead::Newer(format) });
        }
        Self::fields(bytes).ok_or(BadHead::Short)?.ok_or(BadHead::Broken)
    }

    /// The fields behind magic and format; the outer `None` when there are too few bytes.
    #[expect(clippy::option_option, reason = "too short and broken are told apart")]
    fn fields(bytes: &[u8]) -> Option<Option<(Self, &[u8])>> {
        let (_, rest) = bytes.split_at_checked(20)?;
        let (journal, rest) = rest.split_first_chunk()?;
        let (district, rest) = rest.split_first_chunk()?;
        let (office, rest) = rest.split_first_chunk()?;
        let (first, rest) = rest.split_first_chunk()?;
        let (crc, rest) = rest.split_first_chunk()?;
        let covered = bytes.len() - rest.len() - crc.len();
        if crc32c::crc32c(bytes.get(..covered)?) != u32::from_le_bytes(*crc) {
            return Some(None);
        }
        let owner = Owner { district: DistrictId(Hash32(*district)), office: OfficeId(u32::from_le_bytes(*office)) };
        let head = Self { journal: JournalId(*journal), owner, first: Number(u64::from_le_bytes(*first)) };
        Some(Some((head, rest)))
    }
}

/// The file of the segment that begins with `first`.
pub(super) fn path(dir: &Path, first: Number) -> PathBuf {
    dir.join(format!("{:016x}.{SUFFIX}", first.0))
}

/// The first numbers of all segments in `dir`, in order.
pub(super) fn list(dir: &Path) -> io::Result<Vec<Number>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let stem = path.extension().filter(|suffix| *suffix == SUFFIX).and_then(|_| path.file_stem()?.to_str());
        found.extend(stem.filter(|stem| stem.len() == 16).and_then(|stem| u64::from_str_radix(stem, 16).ok()).map(Number));
    }
    found.sort_unstable();
    Ok(found)
}

/// Makes a new segment that lasts; its file is open for appending.
pub(super) fn create(dir: &Path, head: &Head) -> Result<(File, PathBuf), (PathBuf, io::Error)> {
    let path = path(dir, head.first);
    let made = || {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        disk::owner_only(&mut options);
        let mut file = options.open(&path)?;
        // A crash or a full disk may have left the beginning of one.
        file.set_len(0)?;
        file.write_all(&head.encode()).and_then(|()| file.sync_all()).inspect_err(|_| {
            let _ = fs::remove_file(&path);
        })?;
        disk::sync_dir(dir)?;
        Ok(file)
    };
    match made() {
        Ok(file) => Ok((file, path)),
        Err(source) => Err((path, source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_of_whatever_length_is_refused_and_not_fallen_over() {
        let owner = Owner { district: DistrictId(Hash32([1; 32])), office: OfficeId(3) };
        let whole = Head { journal: JournalId([7; 16]), owner, first: Number(1) }.encode();
        let mut newer = whole.clone();
        newer[17] = 1;
        for length in 0..whole.len() {
            assert_eq!(Head::decode(&whole[..length]), Err(BadHead::Short), "{length}");
            let cut = Head::decode(&newer[..length]);
            assert_eq!(cut, Err(if length < 20 { BadHead::Short } else { BadHead::Newer(257) }), "{length}");
        }
        assert_eq!(Head::decode(&newer), Err(BadHead::Broken), "one bit of the format is wrong");
    }
}
