//! The epoch keys that this office has, and what they open.

use std::collections::HashMap;
use std::ops::ControlFlow;

use okrug_protocol::clock::Millis;
use okrug_protocol::entry::Kind;
use okrug_protocol::epoch::{self, EpochError, Place, Rekey};
use okrug_protocol::ids::{DistrictId, Epoch, LogId, OfficeId, Seq};
use okrug_protocol::log::VerifiedEntry;
use okrug_protocol::seal::{OpenKey, SealKey, SharedKey};

use super::unopened::Why;
use crate::disk;
use crate::keyring::{EpochKeys, Harm, Held, Renewal, SealingKeys};
use crate::store::key::{epoch_key, split_log};
use crate::store::{Batch, Store, StoreError, Tree};

/// Under this it is remembered in the store that the terms of sealing keys are written down: nothing else tells that they are
/// gone where there is no key yet.
const TERMS: &[u8] = b"terms";

/// The epoch keys of the store, with when each epoch began.
fn held(store: &Store) -> Result<Vec<Held>, StoreError> {
    let mut keys = Vec::new();
    store.scan(Tree::EpochKeys, &[]).each(|key, value| {
        let held = split_log(key).zip(<[u8; 32]>::try_from(value).ok());
        keys.extend(held.and_then(|((log, epoch), value)| Some((log, Epoch(u32::from_be_bytes(epoch.try_into().ok()?)), value))));
        ControlFlow::Continue(())
    })?;
    let mut held = Vec::new();
    for (log, epoch, value) in keys {
        let Some(seq) = store.get_decoded::<Seq>(Tree::Rekeys, &epoch_key(&log, epoch))? else { continue };
        let Some(rekey) = store.entry(&log, seq)? else { continue };
        held.push((log, epoch, rekey.entry.header.time.millis(), SharedKey::from_bytes(value)));
    }
    Ok(held)
}

/// Opens bodies; remembers the running epoch of each log.
pub(super) struct KeyRing {
    me: OfficeId,
    /// The private half of the key that the directory lists.
    listed: OpenKey,
    store: Store,
    /// The one that it is to list, or lists by now.
    pub(super) renewal: Option<Renewal>,
    /// Those of the keys that this office announced.
    pub(super) sealing: SealingKeys,
    epochs: EpochKeys,
    /// The running epoch of a log and its key, or that this office has none.
    running: HashMap<LogId, (Epoch, Option<SharedKey>)>,
}

/// What a rekey entry gives this office.
pub(super) enum Learnt {
    /// The epoch's key.
    Key(SharedKey),
    /// Nothing: the epoch is not for it.
    NotForUs,
    /// A key that it cannot have.
    Lost(Why),
}

impl KeyRing {
    pub(super) fn new(
        me: OfficeId,
        listed: OpenKey,
        store: Store,
        sealing: SealingKeys,
        epochs: EpochKeys,
        renewal: Option<Renewal>,
    ) -> Self {
        Self { me, listed, renewal, store, sealing, epochs, running: HashMap::new() }
    }

    /// Looks at the whole keyring, and puts back from the store what the disk has lost of it.
    pub(super) fn mend(&mut self) -> Vec<Harm> {
        let mut harms = Vec::new();
        match self.store.get(Tree::Meta, TERMS) {
            Ok(Some(_)) => self.sealing.expect_terms(),
            Ok(None) => {}
            Err(error) => tracing::error!(event = "terms_not_asked_for", %error),
        }
        if let Err(error) = self.sealing.mend(&mut harms) {
            tracing::warn!(event = "keyring_not_mended", %error, "it is tried again at the next start");
        }
        let held = held(&self.store).inspect_err(|error| tracing::error!(event = "epoch_keys_not_read", %error)).unwrap_or_default();
        if let Err(error) = self.epochs.mend(held, &mut harms) {
            tracing::warn!(event = "keyring_not_mended", %error, "it is tried again at the next start");
        }
        harms
    }

    /// Remembers in the store what lies outside it, so that it is missed.
    pub(super) fn remember(&self) -> Result<(), StoreError> {
        if !self.sealing.has_terms() || self.store.get(Tree::Meta, TERMS)?.is_some() {
            return Ok(());
        }
        let mut batch = Batch::new();
        batch.put(Tree::Meta, TERMS, []);
        self.store.apply(batch)
    }

    /// Whether the private half of what the directory lists is here.
    pub(super) fn has_chart_key(&self, listed: SealKey) -> bool {
        self.chart_keys().any(|key| key.public() == listed)
    }

    /// All that opens what was sealed to this office, by its numbers; 0 is what the directory lists.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (u32, &OpenKey)> {
        self.chart_keys().map(|key| (0, key)).chain(self.sealing.secrets())
    }

    /// The keys that the directory lists, listed, or is to list: a renewed one beside the one before, until that one's term is over.
    fn chart_keys(&self) -> impl Iterator<Item = &OpenKey> {
        let old = Some(&self.listed).filter(|_| !self.renewal.as_ref().is_some_and(Renewal::is_over));
        old.into_iter().chain(self.renewal.as_ref().map(Renewal::key))
    }

    /// What a rekey entry brings for this office; `None` for any other entry.
    pub(super) fn learn(&mut self, district: DistrictId, entry: &VerifiedEntry) -> Option<Learnt> {
        let header = entry.header();
        if header.kind != Kind::REKEY {
            return None;
        }
        let learnt = match Rekey::decode(entry.body()) {
            Ok(rekey) => self.opened(district, entry, &rekey),
            Err(_) => Learnt::Lost(Why::Sealed),
        };
        if let Learnt::Lost(why) = &learnt {
            tracing::warn!(event = "epoch_key_unusable", log = %header.log, epoch = header.epoch.0, ?why);
        }
        let key = if let Learnt::Key(key) = &learnt { Some(key.clone()) } else { None };
        self.running.insert(header.log, (header.epoch, key));
        Some(learnt)
    }

    fn opened(&mut self, district: DistrictId, entry: &VerifiedEntry, rekey: &Rekey) -> Learnt {
        let header = entry.header();
        let place = Place { district, log: header.log, epoch: header.epoch };
        let Some(found) = rekey.box_for(self.me) else { return Learnt::NotForUs };
        let secrets: Vec<_> =
            if found.key == 0 { self.chart_keys().collect() } else { self.sealing.secret(found.key).into_iter().collect() };
        let mut why = Why::Gone;
        for secret in secrets {
            why = match rekey.open(&place, self.me, header.directory, secret) {
                Ok(Some(key)) => return Learnt::Key(key),
                Ok(None) => return Learnt::NotForUs,
                Err(EpochError::Commitment) => Why::Commitment,
                Err(_) => Why::Sealed,
            };
        }
        // Opened before, by a key that is destroyed since: the store is built anew.
        let kept = self.epochs.find(&header.log, header.epoch, header.time.millis());
        kept.filter(|key| rekey.promises(&place, key)).map_or(Learnt::Lost(why), Learnt::Key)
    }

    /// Keeps epoch keys outside the store, before it has them.
    pub(super) fn keep(&mut self, keys: &[(LogId, Epoch, Millis, SharedKey)]) -> Result<(), StoreError> {
        match self.epochs.keep(keys) {
            Err(error) if disk::is_full(&error.source) => Err(StoreError::Full),
            Err(error) => {
                // The store has them as well: what is at stake is a store that must be built anew.
                tracing::error!(event = "epoch_keys_not_kept", %error, "the folder of the keys cannot be written");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// The key of an epoch has come later than its entries.
    pub(super) fn learnt(&mut self, log: LogId, epoch: Epoch, key: &SharedKey) {
        if self.running.get(&log).is_some_and(|(running, _)| *running == epoch) {
            self.running.insert(log, (epoch, Some(key.clone())));
        }
    }

    /// What an entry says: its body, opened where it is sealed; `None` where this office has no key.
    pub(super) fn open(&mut self, district: DistrictId, entry: &VerifiedEntry) -> Option<Vec<u8>> {
        let header = entry.header();
        if entry.is_erased() {
            return None;
        }
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
