//! What a backup says of itself in clear: enough to choose one from a folder without any key.

use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::digest;
use okrug_protocol::ids::{DistrictId, OfficeId};
use okrug_protocol::labels;
use okrug_protocol::seal::{OpenKey, SharedKey};
use rand_core::CryptoRngCore;

use super::{BACKUP_FORMAT, BackupError, BackupLock, count};
use crate::rest::Rest;

pub(super) const MAGIC: &[u8; 8] = b"OKRUGBAK";
/// The longest head.
pub(super) const MAX_HEAD: usize = 8 << 10;

/// What is in a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub enum Scope {
    /// Everything.
    All,
    /// What a rebuild from the neighbours needs: keys, documents, and the logins of this office's people.
    Keys,
}

/// The clear beginning of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct Head {
    /// The district.
    pub district: DistrictId,
    /// The office.
    pub office: OfficeId,
    /// Its short name.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// When it was made, by the node's clock.
    pub made: Millis,
    /// What is in it.
    pub scope: Scope,
    /// The program that made it.
    pub program: String,
    /// The format of the store in it.
    pub store_format: u32,
    /// About how long the file is, as was reckoned before it was written.
    pub forecast: u64,
    lock: BackupLock,
    key: Vec<u8>,
}

/// All of a head but what is made with it.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) district: DistrictId,
    pub(super) office: OfficeId,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) made: Millis,
    pub(super) scope: Scope,
    pub(super) store_format: u32,
    pub(super) forecast: u64,
}

impl Head {
    /// A new head, and what seals the pieces.
    pub(super) fn new(about: About, lock: &BackupLock, rng: &mut impl CryptoRngCore) -> Result<(Self, Rest), BackupError> {
        let About { district, office, slug, name, made, scope, store_format, forecast } = about;
        let file = SharedKey::generate(rng);
        let key = lock.public().seal(&prologue(district, office, made), file.bytes(), rng).map_err(|_| BackupError::NoLock)?;
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let head = Self { district, office, slug, name, made, scope, program, store_format, forecast, lock: lock.clone(), key };
        Ok((head, Rest::new(&file)))
    }

    /// Everything before the pieces.
    pub(super) fn encode(&self) -> Vec<u8> {
        let body = codec::encode(self);
        let mut bytes = MAGIC.to_vec();
        bytes.push(BACKUP_FORMAT);
        bytes.extend(u32::try_from(body.len()).expect("a head is short").to_le_bytes());
        bytes.extend(body);
        let check = crc32c::crc32c(&bytes);
        bytes.extend(check.to_le_bytes());
        bytes
    }

    /// Reads what [`Head::encode`] wrote; gives its length as well.
    pub(super) fn decode(bytes: &[u8]) -> Result<(Self, usize), BackupError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(BackupError::NoBackup)?;
        let (version, rest) = rest.split_first().ok_or(BackupError::Short(count(bytes.len())))?;
        if *version != BACKUP_FORMAT {
            return Err(BackupError::Newer(*version));
        }
        let short = || BackupError::Short(count(bytes.len()));
        let (len, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let len = usize::try_from(u32::from_le_bytes(*len)).unwrap_or(usize::MAX);
        if len > MAX_HEAD {
            return Err(BackupError::Damaged(0));
        }
        let (body, rest) = rest.split_at_checked(len).ok_or_else(short)?;
        let (check, _) = rest.split_first_chunk().ok_or_else(short)?;
        let end = MAGIC.len() + 1 + 4 + len;
        if crc32c::crc32c(&bytes[..end]) != u32::from_le_bytes(*check) {
            return Err(BackupError::Damaged(0));
        }
        let head: Self = codec::decode(body, MAX_HEAD).map_err(|_| BackupError::Damaged(0))?;
        Ok((head, end + 4))
    }

    /// What opens the pieces, for whoever knows the passphrase.
    pub(super) fn open(&self, passphrase: &str) -> Result<Rest, BackupError> {
        let secret: OpenKey = self.lock.open(passphrase)?;
        let file = secret.open(&prologue(self.district, self.office, self.made), &self.key).map_err(|_| BackupError::Damaged(0))?;
        let file = <[u8; 32]>::try_from(file.as_slice()).map_err(|_| BackupError::Damaged(0))?;
        Ok(Rest::new(&SharedKey::from_bytes(file)))
    }
}

fn prologue(district: DistrictId, office: OfficeId, made: Millis) -> Vec<u8> {
    [labels::BACKUP_KEY, &district.0.0, &office.0.to_be_bytes(), &made.0.to_be_bytes()].concat()
}

/// What a piece is bound to: everything before the pieces, its number, and whether it is the last.
pub(super) fn place(head: &[u8], number: u64, last: bool) -> Vec<u8> {
    let hash = digest::hash(labels::BACKUP_KEY, &[head]);
    [&hash.0[..], &number.to_be_bytes(), &[u8::from(last)]].concat()
}
