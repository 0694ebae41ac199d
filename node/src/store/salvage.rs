//! What is whole in a store that was set aside.

use std::ops::Bound;

use super::{Scrub, Store, StoreError, Stored, Tree};

/// Entries that were found whole, as they travel.
#[derive(Debug, Default)]
pub struct Whole {
    /// In the order of their logs.
    pub entries: Vec<Vec<u8>>,
    /// Whether there are no more.
    pub last: bool,
}

impl Store {
    /// Reads the next entries that are whole, and passes over those that are not.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn whole_entries(&self, at: &mut Scrub, rows: usize) -> Result<Whole, StoreError> {
        let (tag, mut whole) = (Tree::Entries.tag(), Whole::default());
        let low = at.after.clone().map_or_else(|| Bound::Included(vec![tag].into()), Bound::Excluded);
        let mut iter = self.with(|open| Ok(open.db.range::<sled::IVec, _>((low, Bound::Excluded(vec![tag + 1].into())))))?;
        for _ in 0..rows {
            let Some((raw, sealed)) = self.with(|_| iter.next().transpose())? else {
                whole.last = true;
                break;
            };
            let opened = raw.get(1..).map(|key| self.unseal_once(Tree::Entries, key, &sealed));
            if let Some(Ok(value)) = opened {
                whole.entries.extend(Stored::read(&value).map(|stored| stored.entry.encode()));
            }
            at.after = Some(raw);
            at.rows += 1;
        }
        Ok(whole)
    }
}
