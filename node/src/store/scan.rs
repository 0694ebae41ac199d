//! Reading a stretch of a tree, forward or backward.

use std::ops::{Bound, ControlFlow};

use super::{Store, StoreError, Tree};

/// A key and its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// A stretch of a tree; made by [`Store::scan`].
///
/// Shapes:  bounds are whole keys of the tree, the prefix included. What is written meanwhile may or may not be seen.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    store: &'a Store,
    tree: Tree,
    prefix: Vec<u8>,
    low: Bound<Vec<u8>>,
    high: Bound<Vec<u8>>,
    backward: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(store: &'a Store, tree: Tree, prefix: &[u8]) -> Self {
        let (low, high) = (Bound::Unbounded, Bound::Unbounded);
        Self { store, tree, prefix: prefix.to_owned(), low, high, backward: false }
    }

    /// Only `key` and what follows it.
    #[must_use]
    pub fn from(mut self, key: &[u8]) -> Self {
        self.low = Bound::Included(key.to_owned());
        self
    }

    /// Only what follows `key`.
    #[must_use]
    pub fn after(mut self, key: &[u8]) -> Self {
        self.low = Bound::Excluded(key.to_owned());
        self
    }

    /// Only what stands before `key`.
    #[must_use]
    pub fn before(mut self, key: &[u8]) -> Self {
        self.high = Bound::Excluded(key.to_owned());
        self
    }

    /// From the end to the beginning.
    #[must_use]
    pub fn backward(mut self) -> Self {
        self.backward = true;
        self
    }

    /// At most so many rows.
    ///
    /// # Errors
    /// A damaged value, or a failed store.
    pub fn rows(&self, limit: usize) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        if limit > 0 {
            self.each(|key, value| {
                rows.push((key.to_owned(), value));
                if rows.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
        }
        Ok(rows)
    }

    /// Whether there is any row.
    ///
    /// # Errors
    /// As [`Scan::rows`].
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.rows(1)?.is_empty())
    }

    /// Shows rows one by one, until told to stop.
    ///
    /// # Errors
    /// As [`Scan::rows`].
    pub fn each(&self, mut show: impl FnMut(&[u8], Vec<u8>) -> ControlFlow<()>) -> Result<(), StoreError> {
        let range = self.raw_range();
        let mut iter = self.store.with(|open| Ok(open.db.range(range)))?;
        loop {
            let next = self.store.with(|_| if self.backward { iter.next_back() } else { iter.next() }.transpose())?;
            let Some((raw, sealed)) = next else { return Ok(()) };
            let Some((_, key)) = raw.split_first() else { return Ok(()) };
            let value = match self.store.unseal(self.tree, key, &sealed) {
                // It was replaced or taken away while its parts were read.
                Err(StoreError::Damaged { .. }) if self.store.is_replaced(self.tree, key, &sealed)? => self.store.get(self.tree, key)?,
                value => Some(value?),
            };
            if value.is_some_and(|value| show(key, value).is_break()) {
                return Ok(());
            }
        }
    }

    /// The bounds as sled has them: within the prefix, and within the tree.
    fn raw_range(&self) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
        let begin = self.tree.raw(&self.prefix);
        let end = successor(begin.clone());
        let raw = |bound: &Bound<Vec<u8>>| bound.as_ref().map(|key| self.tree.raw(key));
        let low = match raw(&self.low) {
            Bound::Included(key) if key > begin => Bound::Included(key),
            Bound::Excluded(key) if key >= begin => Bound::Excluded(key),
            _ => Bound::Included(begin),
        };
        let high = match (raw(&self.high), end) {
            (Bound::Excluded(key), Some(end)) => Bound::Excluded(key.min(end)),
            (_, Some(end)) => Bound::Excluded(end),
            (high, None) => high,
        };
        ordered(low, high)
    }
}

/// The first key behind all that begin with `prefix`; `None` when there is none.
fn successor(mut prefix: Vec<u8>) -> Option<Vec<u8>> {
    while let Some(last) = prefix.pop() {
        if let Some(next) = last.checked_add(1) {
            prefix.push(next);
            return Some(prefix);
        }
    }
    None
}

/// An empty range instead of one whose end lies before its beginning.
fn ordered(low: Bound<Vec<u8>>, high: Bound<Vec<u8>>) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    match (&low, &high) {
        (Bound::Included(a) | Bound::Excluded(a), Bound::Excluded(b)) if a >= b => (Bound::Included(b.clone()), Bound::Excluded(b.clone())),
        _ => (low, high),
    }
}
