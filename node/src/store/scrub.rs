//! Reading everything, so that damage is found before somebody needs what it hit.

use std::ops::Bound;

use okrug_protocol::ids::{EntryId, LogId, Seq};

use super::key::split_entry;
use super::{Store, StoreError, Stored, Tree};

/// How far the reading has come.
#[derive(Debug, Clone, Default)]
pub struct Scrub {
    pub(super) after: Option<sled::IVec>,
    /// The entry before, as the next of its log must name it.
    entry: Option<(LogId, Seq, EntryId)>,
    /// Values that were read.
    pub rows: u64,
}

impl Store {
    /// Reads the next values: each must open in its place, and entries of one log follow each other. Tells whether that
    /// was the last of them.
    ///
    /// # Errors
    /// Damage, which is taken note of; or a store that does not answer.
    pub fn scrub(&self, scrub: &mut Scrub, rows: usize) -> Result<bool, StoreError> {
        let low = scrub.after.clone().map_or(Bound::Unbounded, Bound::Excluded);
        let mut iter = self.with(|open| Ok(open.db.range::<sled::IVec, _>((low, Bound::Unbounded))))?;
        for _ in 0..rows {
            let Some((raw, sealed)) = self.with(|_| iter.next().transpose())? else { return Ok(true) };
            let place = raw.split_first().and_then(|(tag, key)| Some((Tree::from_tag(*tag)?, key)));
            // Others are the format, and the parts of long values, which are read with those.
            if let Some((tree, key)) = place {
                match self.unseal(tree, key, &sealed) {
                    Ok(value) if tree == Tree::Entries => self.follow(scrub, key, &value)?,
                    Ok(_) => {}
                    Err(StoreError::Damaged { .. }) if self.is_replaced(tree, key, &sealed)? => {}
                    Err(error) => return Err(error),
                }
                scrub.rows += 1;
            }
            scrub.after = Some(raw);
        }
        Ok(false)
    }

    /// Compares an entry with the one before it.
    fn follow(&self, scrub: &mut Scrub, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let damaged = || self.met(StoreError::Damaged { tree: Tree::Entries, key: key.to_owned() });
        let (log, seq) = split_entry(key).ok_or_else(damaged)?;
        let stored = Stored::read(value).ok_or_else(damaged)?;
        if let Some((before, last, id)) = scrub.entry
            && before == log
            && (last.next() != seq || id != stored.previous)
        {
            return Err(damaged());
        }
        scrub.entry = Some((log, seq, stored.id()));
        Ok(())
    }
}
