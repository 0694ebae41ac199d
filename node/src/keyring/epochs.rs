//! The epoch keys that this office was given, outside the store: what a store that is built anew opens old texts with.
//!
//! ```text
//! PERIOD-TOPIC    records of 96 bytes: nonce (24)  XChaCha20-Poly1305 of (log, epoch, key, zeros to 56) (56 + 16)
//! ```
//!
//! A file is appended to and read as a whole; what does not open is passed over.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::ids::{Epoch, LogId};
use okrug_protocol::seal::SharedKey;
use zeroize::Zeroizing;

use super::KeyringError;
use crate::disk;
use crate::rest::{REST_OVERHEAD, Rest};

const ROOM: &str = "epoch-key";
/// The longest (log, epoch, key) takes 54.
const PLAIN: usize = 56;
const RECORD: usize = PLAIN + REST_OVERHEAD;
/// What lies in one file: thirty days.
const PERIOD_MS: u64 = 30 * 24 * 3_600 * 1_000;

/// An epoch of a log, and when its rekey entry was written.
pub(super) type Which = (LogId, Epoch);

/// The epoch keys of this office; the ledger's thread owns them.
#[derive(Debug)]
pub struct EpochKeys {
    dir: PathBuf,
    rest: Rest,
    /// The file that was read last: a store that is built anew asks for one after the other.
    cached: Option<(String, HashMap<Which, SharedKey>)>,
}

impl EpochKeys {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(dir: &Path, rest: &Rest) -> Self {
        Self { dir: dir.to_owned(), rest: rest.clone(), cached: None }
    }

    /// Keeps keys, durably. `began` is the time in the header of each epoch's rekey entry.
    ///
    /// # Errors
    /// The disk does not take them.
    pub fn keep(&mut self, keys: &[(LogId, Epoch, Millis, SharedKey)]) -> Result<(), KeyringError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.cached = None;
        let mut files: HashMap<String, Vec<u8>> = HashMap::new();
        for (log, epoch, began, key) in keys {
            let name = name(log, *began);
            let mut plain = Zeroizing::new(codec::encode(&(log, epoch, key.bytes())));
            plain.resize(PLAIN, 0);
            let sealed = self.rest.seal(ROOM, name.as_bytes(), &plain);
            files.entry(name).or_default().extend(sealed);
        }
        let (fresh, mut named) = (!self.dir.exists(), false);
        disk::private_dir(&self.dir).map_err(KeyringError::at(&self.dir))?;
        for (name, records) in &files {
            let path = self.dir.join(name);
            named |= !path.exists();
            append(&path, records).map_err(KeyringError::at(&path))?;
        }
        let synced = if named { disk::sync_dir(&self.dir) } else { Ok(()) };
        let synced = synced.and_then(|()| if fresh { self.dir.parent().map_or(Ok(()), disk::sync_dir) } else { Ok(()) });
        synced.map_err(KeyringError::at(&self.dir))
    }

    /// A key that was kept.
    pub fn find(&mut self, log: &LogId, epoch: Epoch, began: Millis) -> Option<SharedKey> {
        let name = name(log, began);
        if self.cached.as_ref().is_none_or(|(cached, _)| *cached != name) {
            let read = self.read(&name).inspect_err(|error| tracing::warn!(event = "epoch_keys_unreadable", %error)).ok()?;
            self.cached = Some((name, read));
        }
        self.cached.as_ref().and_then(|(_, keys)| keys.get(&(*log, epoch)).cloned())
    }

    fn read(&self, name: &str) -> Result<HashMap<Which, SharedKey>, KeyringError> {
        let path = self.dir.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(HashMap::new()),
            Err(error) => return Err(KeyringError::at(&path)(error)),
        };
        let record = |sealed: &[u8]| {
            let plain = Zeroizing::new(self.rest.open(ROOM, name.as_bytes(), sealed).ok()?);
            let ((log, epoch, key), _) = codec::decode_prefix::<(LogId, Epoch, [u8; 32])>(&plain, PLAIN).ok()?;
            Some(((log, epoch), SharedKey::from_bytes(key)))
        };
        Ok(bytes.chunks_exact(RECORD).filter_map(record).collect())
    }
}

fn name(log: &LogId, began: Millis) -> String {
    format!("{:05}-{}", began.0 / PERIOD_MS, log.topic)
}

/// Appends whole records behind whole records: what a crash left of one is cut off first.
fn append(path: &Path, records: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    disk::owner_only(&mut options);
    let mut file = options.open(path)?;
    let record = u64::try_from(RECORD).expect("a small number");
    let len = file.metadata()?.len();
    if !len.is_multiple_of(record) {
        file.set_len(len - len % record)?;
    }
    file.write_all(records)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::{Incarnation, OfficeId, Precedence, Topic, UnitId};

    use super::*;

    fn log(office: u32) -> LogId {
        LogId {
            office: OfficeId(office),
            incarnation: Incarnation(u32::MAX),
            topic: Topic::Unit(UnitId(u32::MAX)),
            precedence: Precedence::Routine,
        }
    }

    fn key(byte: u8) -> SharedKey {
        SharedKey::from_bytes([byte; 32])
    }

    fn open(dir: &Path) -> EpochKeys {
        EpochKeys::new(dir, &Rest::new(&key(3)))
    }

    #[test]
    fn keys_come_back_and_what_a_crash_left_of_one_harms_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("epochs");
        let at = Millis(PERIOD_MS * 700);
        assert_eq!(open(&dir).find(&log(1), Epoch(1), at), None);
        open(&dir).keep(&[(log(1), Epoch(1), at, key(1)), (log(2), Epoch(u32::MAX), at, key(2))]).unwrap();
        let path = dir.join("00700-u4294967295");
        let mut bytes = fs::read(&path).unwrap();
        assert_eq!(bytes.len(), 2 * RECORD);
        bytes.extend([7; 50]);
        bytes[10] ^= 1;
        fs::write(&path, bytes).unwrap();
        let mut keys = open(&dir);
        keys.keep(&[(log(3), Epoch(4), at, key(3))]).unwrap();
        assert_eq!(keys.find(&log(1), Epoch(1), at), None, "damaged");
        assert_eq!(keys.find(&log(2), Epoch(u32::MAX), at), Some(key(2)));
        assert_eq!(keys.find(&log(3), Epoch(4), at), Some(key(3)));
        assert_eq!(keys.find(&log(3), Epoch(4), Millis(0)), None, "another period");
    }
}
