//! What neighbours gossip, read from bytes alone: for fuzzing.

/// The entries of a message; `None` when it is none.
#[must_use]
pub fn gossip(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    super::batch::decode(bytes)
}

/// The message of these entries; those that do not fit are left out.
#[must_use]
pub fn said(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut batch = super::batch::Batch::default();
    for entry in entries {
        let _ = batch.push(entry);
    }
    batch.encode()
}
