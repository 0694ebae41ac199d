//! What the office adds to an append, in the same atomic step.

use okrug_protocol::clock::Millis;
use okrug_protocol::frontier::Kept;
use okrug_protocol::ids::{LogId, OfficeId, Seq};
use okrug_protocol::log::VerifiedEntry;

use super::Way;
use crate::store::Batch;

/// An entry that is about to be appended, and all that the ledger knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Filed<'a> {
    /// The entry.
    pub entry: &'a VerifiedEntry,
    /// What it says: the body, opened where it is sealed; `None` when this office has no key for it.
    pub plain: Option<&'a [u8]>,
    /// What the writer wanted remembered with it; only of this office's own entries.
    pub tag: Option<&'a [u8]>,
    /// The neighbour that brought it; `None` for what this office wrote.
    pub from: Option<OfficeId>,
    /// By which way it came from there.
    pub way: Way,
    /// When it arrived, by this machine's clock.
    pub received: Millis,
}

/// Files entries; implemented by the office, called on the ledger's thread.
///
/// The order of calls is `file` for each entry of a batch, then `filed` or `undone` for all of them.
/// An own entry may be filed again after a crash, when the journal is ahead of the store.
pub trait Filing: Send + 'static {
    /// Adds to the batch what the entry means for people. Entries of one log come in their order.
    ///
    /// Reads must be made by [`crate::store::Store::get_with`], so that they see what this batch holds already.
    fn file(&mut self, filed: &Filed<'_>, batch: &mut Batch);

    /// Adds to the batch what it means that an entry, which the store still has, no longer counts.
    fn struck(&mut self, _log: &LogId, _seq: Seq, _batch: &mut Batch) {}

    /// Adds to the batch what it means that the body of an entry is erased, which the store still has; `false` where it is to be kept.
    fn erasing(&mut self, _log: &LogId, _seq: Seq, _batch: &mut Batch) -> bool {
        true
    }

    /// Up to where all other readers of a log have it, as far as is known.
    fn delivered(&self, _log: &LogId) -> Seq {
        Seq::ZERO
    }

    /// Up to where all readers have a log that are linked and are fetching it; `None` when nobody is.
    fn awaited(&self, _log: &LogId) -> Option<Seq> {
        None
    }

    /// Whether a linked reader lacks something of a log up to `after` that another neighbour could give.
    fn misses(&self, _log: &LogId, _after: Seq) -> bool {
        false
    }

    /// It is known, at the start too, that the office of a log signed two entries for this place of it.
    fn forked(&mut self, _log: LogId, _at: Seq) {}

    /// The beginning of a log was given up, to make room: what is left of it.
    fn kept(&mut self, _row: Kept) {}

    /// What is carried for others has come to its quota, or is below it again.
    fn room(&mut self) {}

    /// What was filed since the last call is in the store and may be announced.
    fn filed(&mut self);

    /// What was filed since the last call is not in the store and must be forgotten.
    fn undone(&mut self) {}
}

/// Files nothing: for carriers, tests and measurements.
impl Filing for () {
    fn file(&mut self, _filed: &Filed<'_>, _batch: &mut Batch) {}
    fn filed(&mut self) {}
}
