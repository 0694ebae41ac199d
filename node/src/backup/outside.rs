//! Backups that a hostile maker sealed: for fuzzing. Whoever has the public key of backups can make one.

use std::io::Read;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{DistrictId, OfficeId};
use rand_core::CryptoRngCore;

use super::head::{About, place};
use super::piece::{Piece, Row, Sums};
use super::write::{LAST, ROOM};
use super::{BackupError, BackupLock, Head, Reader, Scope};
use crate::keys::NodeKeys;
use crate::rest::Rest;
use crate::store::STORE_FORMAT;

/// Seals whatever it is given as the pieces of a backup.
#[derive(Debug)]
pub struct Forger {
    head: Head,
    rest: Rest,
}

impl Forger {
    /// A maker of backups of an office, sealed to this lock.
    ///
    /// Panics when nothing can be sealed to the lock.
    #[must_use]
    pub fn new(district: DistrictId, office: OfficeId, scope: Scope, lock: &BackupLock, rng: &mut impl CryptoRngCore) -> Self {
        let (slug, name) = ("uray".to_owned(), "Урай".to_owned());
        let about = About { district, office, slug, name, made: Millis(1), scope, store_format: STORE_FORMAT, forecast: 0 };
        let (head, rest) = Head::new(about, lock, rng).expect("the lock is one of ours");
        Self { head, rest }
    }

    /// The file with these pieces, and a last one that counts them right.
    #[must_use]
    pub fn file(&self, pieces: &[&[u8]]) -> Vec<u8> {
        let (mut sums, mut before) = (Sums::default(), String::new());
        for piece in pieces.iter().filter_map(|bytes| Piece::decode(bytes)) {
            let begins = matches!(&piece, Piece::File { path, .. } if *path != before);
            if let Piece::File { path, .. } = &piece {
                before.clone_from(path);
            }
            sums.add(&piece, begins);
        }
        let (head, last) = (self.head.encode(), Piece::End(sums).encode());
        let mut file = head.clone();
        for (number, piece) in (0..).zip(pieces.iter().copied().chain([&last[..]])) {
            let is_last = usize::try_from(number) == Ok(pieces.len());
            let sealed = self.rest.seal(ROOM, &place(&head, number, is_last), piece);
            let len = u32::try_from(sealed.len()).expect("a piece is short") | if is_last { LAST } else { 0 };
            let check = crc32c::crc32c_append(crc32c::crc32c(&len.to_le_bytes()), &sealed);
            file.extend([&len.to_le_bytes()[..], &sealed, &check.to_le_bytes()].concat());
        }
        file
    }

    /// Reads what [`Forger::file`] gave as whoever knows the passphrase, without the work that a passphrase takes.
    ///
    /// # Errors
    /// It is none.
    pub fn reader<R: Read>(&self, file: R) -> Result<Reader<R>, BackupError> {
        Reader::opened(file, self.rest.clone())
    }
}

/// The pieces of a backup, without the last, as they stand in it; a part of a file that is longer than `longest` is left out.
///
/// # Errors
/// As [`super::Reader::check`].
pub fn pieces<R: Read>(mut reader: Reader<R>, longest: usize) -> Result<Vec<Vec<u8>>, BackupError> {
    let mut pieces = Vec::new();
    loop {
        match reader.next()? {
            Piece::End(_) => return Ok(pieces),
            piece => pieces.push(piece.encode()),
        }
        pieces.retain(|piece| piece.len() <= longest);
    }
}

/// The piece with the keys.
#[must_use]
pub fn secrets(keys: &NodeKeys, request: &str) -> Vec<u8> {
    Piece::Secrets { keys: keys.to_bytes().to_vec(), request: request.to_owned() }.encode()
}

/// A row of the store: tag of its tree, key, value; without one the key is taken away.
pub type TaggedRow = (u8, Vec<u8>, Option<Vec<u8>>);

/// A piece with rows of the store.
#[must_use]
pub fn rows(rows: &[TaggedRow]) -> Vec<u8> {
    Piece::Rows(rows.iter().cloned().map(|(tree, key, value)| Row { tree, key, value }).collect()).encode()
}

/// A piece with a part of a file.
#[must_use]
pub fn file(path: &str, bytes: &[u8]) -> Vec<u8> {
    Piece::File { path: path.to_owned(), bytes: bytes.to_vec() }.encode()
}
