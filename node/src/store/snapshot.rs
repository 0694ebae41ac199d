//! All rows of the store as they stood at one moment, read while it is written to.
//!
//! Rows are read one after the other, which takes long, and meanwhile every batch that is applied leaves the names of its
//! keys behind. Those are read again, and again, until few are left; the last of them while no batch can be applied. Whoever
//! does all rows in their order, the later over the earlier, has the store as it stood then: between two batches.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{MutexGuard, PoisonError};

use super::{Batch, Store, StoreError, Tree};

/// Keys that were changed since a snapshot began; there is one snapshot at a time.
pub(super) type Changed = Option<BTreeSet<(Tree, Vec<u8>)>>;

/// With so few keys left the last of them are read while nobody writes.
const FEW: usize = 256;
/// After so many rounds the rest is read so, however much it is.
const ROUNDS: usize = 8;

/// A row, or that there is none under this key any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The tree.
    pub tree: Tree,
    /// The key.
    pub key: Vec<u8>,
    /// The value; `None` when the row is gone.
    pub value: Option<Vec<u8>>,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub rows: u64,
    /// Bytes of their keys and values, as they lie on the disk.
    pub bytes: u64,
}

/// What a snapshot came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Rows that do not open: the disk changed them. They are not part of it.
    pub damaged: Vec<(Tree, Vec<u8>)>,
    /// Whether whoever was shown the rows stopped it.
    pub stopped: bool,
}

/// A snapshot that is under way.
#[derive(Debug)]
pub struct Snapshot<'a> {
    store: &'a Store,
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        *changed(self.store) = None;
    }
}

impl Store {
    /// Begins a snapshot; `None` while there is another.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot<'_>> {
        let mut changed = changed(self);
        if changed.is_some() {
            return None;
        }
        *changed = Some(BTreeSet::new());
        drop(changed);
        Some(Snapshot { store: self })
    }

    /// Counts all rows, without opening them.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn measure(&self) -> Result<Size, StoreError> {
        let mut size = Size::default();
        let mut rows = self.with(|open| Ok(open.db.iter()))?;
        while let Some((key, value)) = self.with(|_| rows.next().transpose())? {
            size.rows += 1;
            size.bytes += u64::try_from(key.len() + value.len()).expect("a length fits into 64 bits");
        }
        Ok(size)
    }
}

impl Snapshot<'_> {
    /// Shows all rows of these trees, as they stand when this ends.
    ///
    /// # Errors
    /// The store fails; a damaged row is no error.
    pub fn each(self, trees: &[Tree], mut show: impl FnMut(Change) -> ControlFlow<()>) -> Result<Taken, StoreError> {
        let mut damaged = BTreeSet::new();
        let stopped = |damaged: BTreeSet<_>| Taken { damaged: damaged.into_iter().collect(), stopped: true };
        for tree in trees {
            let range = [tree.tag()].to_vec()..[tree.tag() + 1].to_vec();
            let mut rows = self.store.with(|open| Ok(open.db.range(range)))?;
            while let Some((raw, sealed)) = self.store.with(|_| rows.next().transpose())? {
                let key = raw.get(1..).unwrap_or_default().to_vec();
                match self.store.unseal(*tree, &key, &sealed) {
                    Ok(value) => {
                        if show(Change { tree: *tree, key, value: Some(value) }).is_break() {
                            return Ok(stopped(damaged));
                        }
                    }
                    // One that is being written just now is among the changed ones and is read again.
                    Err(StoreError::Damaged { tree, key }) => drop(damaged.insert((tree, key))),
                    Err(error) => return Err(error),
                }
            }
        }
        for round in 1.. {
            let mut held = changed(self.store);
            let keys = held.replace(BTreeSet::new()).unwrap_or_default();
            let last = keys.len() <= FEW || round >= ROUNDS;
            let held = last.then_some(held);
            let mut rows = Vec::new();
            for (tree, key) in keys.into_iter().filter(|(tree, _)| trees.contains(tree)) {
                damaged.remove(&(tree, key.clone()));
                match self.store.get(tree, &key) {
                    Ok(value) => rows.push(Change { tree, key, value }),
                    Err(StoreError::Damaged { tree, key }) => drop(damaged.insert((tree, key))),
                    Err(error) => return Err(error),
                }
            }
            // Nobody waits for whoever is shown them.
            drop(held);
            if rows.into_iter().any(|row| show(row).is_break()) {
                return Ok(stopped(damaged));
            }
            if last {
                break;
            }
        }
        Ok(Taken { damaged: damaged.into_iter().collect(), stopped: false })
    }
}

/// Takes note of what a batch changes, and keeps snapshots waiting until it is applied.
pub(super) fn note<'a>(store: &'a Store, batch: &Batch) -> MutexGuard<'a, Changed> {
    let mut changed = changed(store);
    if let Some(keys) = changed.as_mut() {
        keys.extend(batch.changes().map(|(tree, key, _)| (tree, key.to_vec())));
    }
    changed
}

fn changed(store: &Store) -> MutexGuard<'_, Changed> {
    store.0.changed.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::thread;

    use okrug_protocol::seal::SharedKey;

    use super::*;
    use crate::rest::Rest;
    use crate::store::Limits;

    fn open(home: &std::path::Path) -> Store {
        let limits = Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 };
        Store::open(home, &Rest::new(&SharedKey::from_bytes([3; 32])), limits).unwrap()
    }

    fn taken(store: &Store, mut while_at: impl FnMut(usize)) -> (BTreeMap<Vec<u8>, Vec<u8>>, Taken) {
        let (mut rows, mut shown) = (BTreeMap::new(), 0);
        let snapshot = store.snapshot().unwrap();
        let taken = snapshot.each(&Tree::ALL, |row| {
            match row.value {
                Some(value) => rows.insert(row.key, value),
                None => rows.remove(&row.key),
            };
            shown += 1;
            while_at(shown);
            ControlFlow::Continue(())
        });
        (rows, taken.unwrap())
    }

    /// Two rows that every batch changes together, and many between them.
    fn put(store: &Store, n: u64) {
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Meta, b"first", &n);
        batch.put(Tree::Meta, n.to_be_bytes(), vec![7; usize::try_from(n % 9_000).unwrap()]);
        batch.delete(Tree::Meta, n.saturating_sub(40).to_be_bytes());
        batch.put_encoded(Tree::Rights, b"last", &n);
        store.apply(batch).unwrap();
    }

    #[test]
    fn a_snapshot_stands_between_two_batches_however_many_are_applied_meanwhile() {
        let home = tempfile::tempdir().unwrap();
        let store = open(home.path());
        (100..400).for_each(|n| put(&store, n));
        let writer = store.clone();
        let writing = thread::spawn(move || (400..1_200).for_each(|n| put(&writer, n)));
        let mut seen = Vec::new();
        for _ in 0..5 {
            let (rows, all) = taken(&store, |_| ());
            assert_eq!(all, Taken::default());
            let number = |key: &[u8]| okrug_protocol::codec::decode::<u64>(&rows[key], 16).unwrap();
            let n = number(b"first");
            assert_eq!(number(b"last"), n);
            let numbered: Vec<u64> = rows.keys().filter_map(|key| Some(u64::from_be_bytes(key.as_slice().try_into().ok()?))).collect();
            assert_eq!(numbered, (n - 39..=n).collect::<Vec<_>>());
            assert!(numbered.iter().all(|n| rows[n.to_be_bytes().as_slice()].len() == usize::try_from(n % 9_000).unwrap()));
            seen.push(n);
        }
        writing.join().unwrap();
        assert!(seen.is_sorted());
        assert!(store.measure().unwrap().rows > 42);
    }

    #[test]
    fn what_is_changed_behind_the_reader_is_part_of_it_and_there_is_one_reader_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let store = open(home.path());
        (100..140).for_each(|n| put(&store, n));
        let (rows, _) = taken(&store, |shown| {
            assert!(store.snapshot().is_none());
            if shown == 20 {
                put(&store, 140);
            }
        });
        assert!(!rows.contains_key(100_u64.to_be_bytes().as_slice()) && rows.contains_key(140_u64.to_be_bytes().as_slice()));
        assert!(store.snapshot().is_some(), "the one before is over");
    }
}
