//! The epoch keys that this office was given, outside the store: what a store that is built anew opens old texts with.
//!
//! ```text
//! PERIOD-TOPIC    records of 96 bytes: nonce (24)  XChaCha20-Poly1305 of (log, epoch, key, zeros to 56) (56 + 16)
//! ```
//!
//! A file is appended to and read as a whole; what does not open is passed over when a key is looked for, and told of when all is
//! looked at. The store has the same keys, in other places: each puts back what the other has lost.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::ids::{Epoch, LogId};
use okrug_protocol::seal::SharedKey;
use zeroize::Zeroizing;

use super::harm::{ASIDE, keep_copy};
use super::{Harm, KeyringError};
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

/// A key that the store has: its epoch, when that began, and the key.
pub type Held = (LogId, Epoch, Millis, SharedKey);

/// What was found in a file.
#[derive(Debug, Default)]
struct Found {
    keys: HashMap<Which, SharedKey>,
    /// The records that open, one behind the other.
    whole: Vec<u8>,
    /// How many do not.
    damaged: usize,
}

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
    pub fn keep(&mut self, keys: &[Held]) -> Result<(), KeyringError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.cached = None;
        let mut files: HashMap<String, Vec<u8>> = HashMap::new();
        for key in keys {
            let name = name(&key.0, key.2);
            let sealed = self.record(&name, key);
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

    /// Reads all files: those in which something does not open.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn look(&self) -> Result<Vec<Harm>, KeyringError> {
        let mut harms = Vec::new();
        for name in self.names()? {
            let lost = self.found(&name)?.damaged;
            if lost > 0 {
                harms.push(Harm { path: self.dir.join(name), mended: 0, lost });
            }
        }
        Ok(harms)
    }

    /// Reads all files, keeps damaged ones aside, and puts back what the store holds and they do not.
    ///
    /// # Errors
    /// A file cannot be read, or the disk does not take another; what was found before is put into `harms`.
    pub fn mend(&mut self, held: Vec<Held>, harms: &mut Vec<Harm>) -> Result<(), KeyringError> {
        self.cached = None;
        let mut wanted: BTreeMap<String, Vec<Held>> = self.names()?.into_iter().map(|name| (name, Vec::new())).collect();
        for key in held {
            wanted.entry(name(&key.0, key.2)).or_default().push(key);
        }
        for (name, held) in wanted {
            let mut found = self.found(&name)?;
            let missing: Vec<_> = held.iter().filter(|(log, epoch, ..)| !found.keys.contains_key(&(*log, *epoch))).collect();
            let (mended, path) = (missing.len(), self.dir.join(&name));
            if mended == 0 && found.damaged == 0 {
                continue;
            }
            harms.push(Harm { path: path.clone(), mended, lost: found.damaged.saturating_sub(mended) });
            for key in missing {
                found.whole.extend(self.record(&name, key));
            }
            disk::private_dir(&self.dir).map_err(KeyringError::at(&self.dir))?;
            keep_copy(&path).and_then(|()| disk::replace(&path, &found.whole)).map_err(KeyringError::at(&path))?;
        }
        Ok(())
    }

    fn record(&self, name: &str, (log, epoch, _, key): &Held) -> Vec<u8> {
        let mut plain = Zeroizing::new(codec::encode(&(log, epoch, key.bytes())));
        plain.resize(PLAIN, 0);
        self.rest.seal(ROOM, name.as_bytes(), &plain)
    }

    /// The files that are in use.
    fn names(&self) -> Result<Vec<String>, KeyringError> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(KeyringError::at(&self.dir))?,
        };
        let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        let names: Vec<_> = names.collect::<io::Result<_>>().map_err(KeyringError::at(&self.dir))?;
        Ok(names.into_iter().filter(|name| !name.contains(ASIDE) && !name.ends_with(".new")).collect())
    }

    fn read(&self, name: &str) -> Result<HashMap<Which, SharedKey>, KeyringError> {
        self.found(name).map(|found| found.keys)
    }

    fn found(&self, name: &str) -> Result<Found, KeyringError> {
        let path = self.dir.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::default()),
            Err(error) => return Err(KeyringError::at(&path)(error)),
        };
        let record = |sealed: &[u8]| {
            let plain = Zeroizing::new(self.rest.open(ROOM, name.as_bytes(), sealed).ok()?);
            let ((log, epoch, key), _) = codec::decode_prefix::<(LogId, Epoch, [u8; 32])>(&plain, PLAIN).ok()?;
            Some(((log, epoch), SharedKey::from_bytes(key)))
        };
        let mut found = Found::default();
        // What a crash left of a record behind the last one was never relied on.
        for sealed in bytes.chunks_exact(RECORD) {
            match record(sealed) {
                Some((which, key)) => {
                    found.keys.insert(which, key);
                    found.whole.extend_from_slice(sealed);
                }
                None => found.damaged += 1,
            }
        }
        Ok(found)
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
    #[test]
    fn damage_is_told_set_aside_and_put_back_from_what_the_store_holds() {
        let folder = tempfile::tempdir().unwrap();
        let (dir, at) = (folder.path().join("epochs"), Millis(PERIOD_MS * 700));
        let held: Vec<Held> = (1..=4).map(|n| (log(u32::from(n)), Epoch(1), at, key(n))).collect();
        open(&dir).keep(&held).unwrap();
        let path = dir.join("00700-u4294967295");
        let (whole, mut harms) = (fs::read(&path).unwrap(), Vec::new());
        open(&dir).mend(held.clone(), &mut harms).unwrap();
        assert_eq!((harms, open(&dir).look().unwrap(), fs::read(&path).unwrap()), (vec![], vec![], whole.clone()));
        // One record is changed, another cut off.
        let harm = |mended, lost| vec![Harm { path: path.clone(), mended, lost }];
        let mut bytes = whole[..3 * RECORD + 5].to_vec();
        bytes[10] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(open(&dir).look().unwrap(), harm(0, 1));
        let mut harms = Vec::new();
        open(&dir).mend(held.clone(), &mut harms).unwrap();
        assert_eq!(harms, harm(2, 0));
        let aside = dir.read_dir().unwrap().map(|entry| entry.unwrap().path()).find(|found| *found != path).unwrap();
        assert_eq!(fs::read(aside).unwrap(), bytes);
        // The store has lost one as well.
        bytes = [&bytes[..RECORD], &whole[RECORD..]].concat();
        fs::write(&path, &bytes).unwrap();
        let mut harms = Vec::new();
        open(&dir).mend(held[1..].to_vec(), &mut harms).unwrap();
        assert_eq!((harms, open(&dir).look().unwrap()), (harm(0, 1), vec![]));
        // All of it is gone.
        fs::remove_file(&path).unwrap();
        let mut harms = Vec::new();
        open(&dir).mend(held.clone(), &mut harms).unwrap();
        assert_eq!((harms, open(&dir).look().unwrap()), (harm(4, 0), vec![]));
        for (log, epoch, began, key) in held {
            assert_eq!(open(&dir).find(&log, epoch, began), Some(key));
        }
    }
}
