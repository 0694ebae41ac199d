//! To which sealing key of each office an epoch's key is sealed: the newest that it announced.

use std::collections::HashMap;
use std::ops::ControlFlow;

use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::directory::Directory;
use okrug_protocol::ids::{Incarnation, OfficeId};
use okrug_protocol::sealing::SealingKey;
use okrug_protocol::sign::PublicKey;

use crate::store::{Batch, Store, StoreError, Tree};

/// Longer than any row.
const MAX_ROW: usize = 128;

/// What an office announced last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(super) struct Announced {
    pub(super) key: SealingKey,
    /// As which incarnation it wrote then.
    pub(super) incarnation: Incarnation,
    /// What verified the entry: an office that was given new keys by the authority begins anew.
    sign: PublicKey,
}

/// The newest announced key of each office.
#[derive(Debug, Default)]
pub(super) struct AnnouncedKeys(HashMap<OfficeId, Announced>);

impl AnnouncedKeys {
    /// Reads them from the store.
    pub(super) fn read(store: &Store) -> Result<Self, StoreError> {
        let mut all = HashMap::new();
        store.scan(Tree::SealingKeys, &[]).each(|key, bytes| {
            if let (Ok(office), Ok(announced)) = (key.try_into(), codec::decode(&bytes, MAX_ROW)) {
                all.insert(OfficeId(u32::from_be_bytes(office)), announced);
            }
            ControlFlow::Continue(())
        })?;
        Ok(Self(all))
    }

    /// What an office announced last under the keys that the directory lists for it.
    pub(super) fn of(&self, office: OfficeId, directory: &Directory) -> Option<Announced> {
        let sign = directory.office(office)?.sign;
        self.0.get(&office).filter(|announced| announced.sign == sign).copied()
    }

    /// Takes note of a key that an office announced; of several the one with the highest number stays.
    pub(super) fn learn(&mut self, office: OfficeId, incarnation: Incarnation, key: SealingKey, directory: &Directory, batch: &mut Batch) {
        let Some(listed) = directory.office(office) else { return };
        if self.of(office, directory).is_some_and(|known| known.key.number >= key.number) {
            return;
        }
        let announced = Announced { key, incarnation, sign: listed.sign };
        batch.put_encoded(Tree::SealingKeys, office.0.to_be_bytes(), &announced);
        self.0.insert(office, announced);
    }
}
