//! The journal follows the store: what is erased there is taken out of the segments that are written no more, one an hour.

use okrug_protocol::entry::Entry;

use super::record::Record;
use super::retain_marks::{RETAINED, Retained};
use super::worker::{Hitch, Worker};
use crate::journal::Item;
use crate::store::{Batch, Store, StoreError, Tree};

/// Segments that are read for one that is rewritten.
const LOOKS: usize = 8;

impl Worker {
    /// Rewrites the next segment in which something is that the store has no more.
    pub(super) fn retain_journal(&mut self, retained: &mut Retained) -> Result<(), Hitch> {
        if retained.entries == 0 {
            return Ok(());
        }
        if self.begins_with_erased()? {
            // An office that writes little would keep it for years: a segment that goes on is not rewritten.
            self.journal.rotate()?;
        }
        let store = self.store.clone();
        for _ in 0..LOOKS {
            let closed = self.journal.closed()?;
            let next = closed.iter().copied().find(|first| first.0 >= retained.segment);
            let Some(first) = next else {
                retained.segment = 0;
                break;
            };
            let rewritten = self.journal.rewrite(first, |record| left_of(&store, record).map_err(Hitch::from))?;
            retained.segment = first.0.saturating_add(1);
            if rewritten {
                tracing::info!(event = "journal_shortened", segment = first.0);
                break;
            }
        }
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Meta, RETAINED, &*retained);
        self.store.apply(batch)?;
        Ok(())
    }

    /// Whether the first message in the segment that is being written is erased in the store.
    fn begins_with_erased(&self) -> Result<bool, Hitch> {
        for item in self.journal.open_records() {
            let Item::Record(_, record) = item? else { continue };
            let Ok(Record::Own { entry, .. }) = Record::decode(&record) else { continue };
            if Entry::decode(&entry).is_ok_and(|entry| entry.header.kind.may_be_erased() && entry.erased.is_none()) {
                return Ok(left_of(&self.store, &record)?.is_some());
            }
        }
        Ok(false)
    }
}

/// What is left of a record whose entry has no body any more in the store; `None` where it stays as it is.
fn left_of(store: &Store, record: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let Ok(Record::Own { entry, tag }) = Record::decode(record) else { return Ok(None) };
    let Ok(entry) = Entry::decode(&entry) else { return Ok(None) };
    if entry.erased.is_some() || !entry.header.kind.may_be_erased() {
        return Ok(None);
    }
    let stored = store.entry(&entry.header.log, entry.header.seq)?;
    let is_gone = stored.is_some_and(|stored| stored.entry.erased.is_some() && stored.entry.body_hash() == entry.body_hash());
    Ok(is_gone.then(|| Record::Own { entry: entry.without_body().encode(), tag }.encode()))
}
