//! A journal that begins with what an office knew before it lost everything else.

use std::path::Path;

use super::record::{Change, Record};
use crate::home::Owner;
use crate::journal::{Journal, JournalError};
use crate::rest::Rest;
use crate::store::Batch;

/// Begins the journal of a new data directory with rows that no other office can give back: they come into the
/// store at the first start, and again whenever it is lost.
///
/// # Errors
/// See [`JournalError`].
pub fn begin_journal(home: &Path, owner: Owner, rest: &Rest, rows: &Batch) -> Result<(), JournalError> {
    let (mut journal, _) = Journal::open(&home.join("journal"), owner, rest)?;
    for change in Change::all_of(rows) {
        journal.append(&[Record::Local(vec![change]).encode()])?;
    }
    journal.sync()
}
