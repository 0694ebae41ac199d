//! Entries, logs and epoch keys as they lie in the store.

use std::ops::ControlFlow;

use okrug_protocol::entry::Entry;
use okrug_protocol::epoch::{self, Place};
use okrug_protocol::ids::{DistrictId, EntryId, Epoch, Hash32, LogId, Seq};
use okrug_protocol::log::{LogState, VerifiedEntry};
use okrug_protocol::seal::SharedKey;

use super::key::{entry_key, epoch_key, log_key, split_log};
use super::{Batch, Store, StoreError, Tree};

/// An entry as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The id of the entry before it.
    pub previous: EntryId,
    /// The entry.
    pub entry: Entry,
}

impl Stored {
    /// Reads the value of an entry; `None` when it is none.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let (previous, bytes) = split_stored(value)?;
        Some(Self { previous, entry: Entry::decode(bytes).ok()? })
    }

    /// The entry's own id.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.entry.id(self.previous)
    }
}

impl Batch {
    /// Appends an entry to its log.
    pub fn put_entry(&mut self, entry: &VerifiedEntry, bytes: &[u8]) {
        let log = &entry.header().log;
        self.put(Tree::Entries, entry_key(log, entry.header().seq), [&entry.previous().0.0[..], bytes].concat());
        self.put_encoded(Tree::Logs, log_key(log), entry.state());
    }

    /// Keeps the key of an epoch.
    pub fn put_epoch_key(&mut self, log: &LogId, epoch: Epoch, key: &SharedKey) {
        self.put(Tree::EpochKeys, epoch_key(log, epoch), *key.bytes());
    }
}

impl Store {
    /// Reads an entry.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn entry(&self, log: &LogId, seq: Seq) -> Result<Option<Stored>, StoreError> {
        let key = entry_key(log, seq);
        let Some(value) = self.get(Tree::Entries, &key)? else { return Ok(None) };
        Stored::read(&value).map(Some).ok_or(StoreError::Damaged { tree: Tree::Entries, key })
    }

    /// The id of an entry.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn entry_id(&self, log: &LogId, seq: Seq) -> Result<Option<EntryId>, StoreError> {
        Ok(self.entry(log, seq)?.map(|stored| stored.id()))
    }

    /// Entries of a log as they travel, from `from` to `to`, in order and without a gap.
    ///
    /// Shapes:  at least one where there is one, then as many as fit into both limits.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn range(&self, log: &LogId, from: Seq, to: Seq, max_entries: usize, max_bytes: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let (mut found, mut next, mut bytes) = (Vec::new(), from, 0usize);
        let beyond = entry_key(log, to.next());
        self.scan(Tree::Entries, &log_key(log)).from(&entry_key(log, from)).before(&beyond).each(|key, value| {
            let Some((_, entry)) = split_stored(&value).filter(|_| key == entry_key(log, next)) else { return ControlFlow::Break(()) };
            bytes = bytes.saturating_add(entry.len());
            if found.len() >= max_entries || (bytes > max_bytes && !found.is_empty()) {
                return ControlFlow::Break(());
            }
            found.push(entry.to_vec());
            next = next.next();
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// The key of an epoch, where this office has it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn epoch_key(&self, log: &LogId, epoch: Epoch) -> Result<Option<SharedKey>, StoreError> {
        let key = epoch_key(log, epoch);
        let Some(value) = self.get(Tree::EpochKeys, &key)? else { return Ok(None) };
        let bytes = value.try_into().map_err(|_| StoreError::Damaged { tree: Tree::EpochKeys, key })?;
        Ok(Some(SharedKey::from_bytes(bytes)))
    }

    /// What an entry says: its body, opened where it is sealed; `None` when it is not here or not for this office.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn opened(&self, district: DistrictId, log: &LogId, seq: Seq) -> Result<Option<(Entry, Vec<u8>)>, StoreError> {
        let Some(Stored { entry, .. }) = self.entry(log, seq)? else { return Ok(None) };
        if !entry.header.kind.is_sealed() {
            let body = entry.body.clone();
            return Ok(Some((entry, body)));
        }
        let Some(key) = self.epoch_key(log, entry.header.epoch)? else { return Ok(None) };
        let place = Place { district, log: *log, epoch: entry.header.epoch };
        Ok(epoch::open_body(&key, &place, seq, &entry.body).ok().map(|plain| (entry, plain)))
    }

    /// The state of one log.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn log_state(&self, log: &LogId) -> Result<Option<LogState>, StoreError> {
        self.get_decoded(Tree::Logs, &log_key(log))
    }

    /// The state of every log.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn logs(&self) -> Result<Vec<(LogId, LogState)>, StoreError> {
        let mut logs = Vec::new();
        let mut damaged = None;
        self.scan(Tree::Logs, &[]).each(|key, value| {
            let log = split_log(key).filter(|(_, rest)| rest.is_empty()).map(|(log, _)| log);
            match log.zip(okrug_protocol::codec::decode(&value, super::MAX_VALUE).ok()) {
                Some(found) => logs.push(found),
                None => damaged = Some(StoreError::Damaged { tree: Tree::Logs, key: key.to_owned() }),
            }
            ControlFlow::Continue(())
        })?;
        damaged.map_or(Ok(logs), Err)
    }
}

fn split_stored(value: &[u8]) -> Option<(EntryId, &[u8])> {
    let (previous, bytes) = value.split_first_chunk()?;
    Some((EntryId(Hash32(*previous)), bytes))
}
