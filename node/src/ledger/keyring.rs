//! The epoch keys that this office has, and what they open.

use std::collections::HashMap;

use okrug_protocol::entry::Kind;
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::ids::{DistrictId, Epoch, LogId, OfficeId};
use okrug_protocol::log::VerifiedEntry;
use okrug_protocol::seal::{OpenKey, SharedKey};

use crate::store::Store;

/// Opens bodies; remembers the running epoch of each log.
pub(super) struct KeyRing {
    me: OfficeId,
    secret: OpenKey,
    store: Store,
    /// The running epoch of a log and its key, or that this office has none.
    running: HashMap<LogId, (Epoch, Option<SharedKey>)>,
}

impl KeyRing {
    pub(super) fn new(me: OfficeId, secret: OpenKey, store: Store) -> Self {
        Self { me, secret, store, running: HashMap::new() }
    }

    /// The key that a rekey entry brings for this office; to be stored with the entry.
    pub(super) fn learn(&mut self, district: DistrictId, entry: &VerifiedEntry) -> Option<SharedKey> {
        let header = entry.header();
        if header.kind != Kind::REKEY {
            return None;
        }
        let place = Place { district, log: header.log, epoch: header.epoch };
        let opened = Rekey::decode(entry.body()).and_then(|rekey| rekey.open(&place, self.me, header.directory, &self.secret));
        let key = opened.unwrap_or_else(|error| {
            tracing::warn!(event = "epoch_key_unusable", log = %header.log, epoch = header.epoch.0, %error);
            None
        });
        self.running.insert(header.log, (header.epoch, key.clone()));
        key
    }

    /// What an entry says: its body, opened where it is sealed; `None` where this office has no key.
    pub(super) fn open(&mut self, district: DistrictId, entry: &VerifiedEntry) -> Option<Vec<u8>> {
        let header = entry.header();
        if !header.kind.is_sealed() {
            return Some(entry.body().to_vec());
        }
        let key = self.key(&header.log, header.epoch)?;
        let place = Place { district, log: header.log, epoch: header.epoch };
        let opened = epoch::open_body(&key, &place, header.seq, entry.body());
        opened.inspect_err(|error| tracing::warn!(event = "body_not_opened", log = %header.log, seq = header.seq.0, %error)).ok()
    }

    /// Forgets what was learnt: the store has the truth.
    pub(super) fn forget(&mut self) {
        self.running.clear();
    }

    fn key(&mut self, log: &LogId, epoch: Epoch) -> Option<SharedKey> {
        if let Some((_, key)) = self.running.get(log).filter(|(running, _)| *running == epoch) {
            return key.clone();
        }
        let stored = self.store.epoch_key(log, epoch);
        let key = stored.inspect_err(|error| tracing::error!(event = "epoch_key_unreadable", %log, epoch = epoch.0, %error)).ok()?;
        self.running.insert(*log, (epoch, key.clone()));
        key
    }
}
