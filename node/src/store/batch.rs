//! Changes that happen together or not at all.

use std::collections::BTreeMap;

use okrug_protocol::codec::{self, Encode};

use super::{Tree, parts};
use crate::rest::{REST_OVERHEAD, Rest};

/// Changes over any trees that are applied as one.
///
/// It can be read before it is applied: whoever adds to a batch sees what was put there before.
#[derive(Debug, Default)]
pub struct Batch {
    changes: BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>,
    /// How long values are that are replaced or taken away, where that was said.
    before: BTreeMap<(Tree, Vec<u8>), usize>,
}

impl Batch {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key to a value.
    pub fn put(&mut self, tree: Tree, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.changes.insert((tree, key.into()), Some(value.into()));
    }

    /// Sets a key to a value in its encoding.
    pub fn put_encoded<T: Encode>(&mut self, tree: Tree, key: impl Into<Vec<u8>>, value: &T) {
        self.put(tree, key, codec::encode(value));
    }

    /// Takes a key away.
    pub fn delete(&mut self, tree: Tree, key: impl Into<Vec<u8>>) {
        self.changes.insert((tree, key.into()), None);
    }

    /// Says how many bytes the value has that is replaced or taken away: so nothing of a long one stays behind.
    pub fn was(&mut self, tree: Tree, key: impl Into<Vec<u8>>, bytes: usize) {
        self.before.insert((tree, key.into()), bytes);
    }

    /// What this batch does with a key: nothing (`None`), take it away, or set it.
    #[must_use]
    pub fn pending(&self, tree: Tree, key: &[u8]) -> Option<Option<&[u8]>> {
        self.changes.get(&(tree, key.to_vec())).map(Option::as_deref)
    }

    /// All that would change, by tree and key; without a value what would be taken away.
    pub fn changes(&self) -> impl Iterator<Item = (Tree, &[u8], Option<&[u8]>)> {
        self.changes.iter().map(|((tree, key), value)| (*tree, key.as_slice(), value.as_deref()))
    }

    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many keys would change.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// The changes as sled takes them, values sealed for their places and long ones in parts; and how many bytes.
    pub(super) fn sealed(self, rest: &Rest) -> (sled::Batch, u64) {
        let mut sealed = sled::Batch::default();
        let mut bytes = 0;
        for ((tree, key), value) in self.changes {
            let raw = tree.raw(&key);
            let sealed_len = |len: &usize| len.saturating_add(REST_OVERHEAD);
            let before = self.before.get(&(tree, key.clone())).map_or(0, |len| parts::count(sealed_len(len)));
            let after = value.as_ref().map_or(0, |value| parts::count(sealed_len(&value.len())));
            for number in after + 1..=before {
                bytes += raw.len();
                sealed.remove(parts::key(&raw, number));
            }
            bytes += raw.len();
            let Some(value) = value else {
                sealed.remove(raw);
                continue;
            };
            let value = rest.seal(tree.name(), &key, &value);
            let (first, parts) = parts::split(&value);
            for (number, part) in parts {
                bytes += raw.len() + part.len();
                sealed.insert(parts::key(&raw, number), part);
            }
            bytes += first.len();
            sealed.insert(raw, first);
        }
        (sealed, u64::try_from(bytes).expect("a length fits into 64 bits"))
    }
}
