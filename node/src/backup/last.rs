//! When the last backup was made, as whoever holds it has confirmed.

use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{Decode, Encode};

use super::BackupError;
use crate::store::{Batch, Store, Tree};

const KEY: &[u8] = b"last-backup";

/// A backup that is whole and durable, wherever it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct LastBackup {
    /// When it was made.
    pub made: Millis,
    /// Its bytes.
    pub bytes: u64,
}

impl LastBackup {
    /// The last one of everything; `None` when there is none that was confirmed.
    #[must_use]
    pub fn read(store: &Store) -> Option<Self> {
        store.get_decoded(Tree::Meta, KEY).ok().flatten()
    }

    /// Remembers it.
    ///
    /// # Errors
    /// The store takes nothing.
    pub fn keep(self, store: &Store) -> Result<(), BackupError> {
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Meta, KEY, &self);
        Ok(store.apply(batch)?)
    }
}
