//! What the journal gives back at a start, read from bytes alone: for fuzzing.

use super::record::{Change, Record};
use crate::store::Batch;

/// Reads a record and does again what it says, as far as that is a change; gives its bytes and how many changes there are.
#[must_use]
pub fn record(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let record = Record::decode(bytes).ok()?;
    let (written, mut batch) = (record.encode(), Batch::new());
    if let Record::Local(changes) = record {
        changes.into_iter().for_each(|change| change.put(&mut batch));
    }
    Some((written, Change::all_of(&batch).len()))
}
