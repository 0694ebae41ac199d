//! Who saw the entries of an office before it was revoked.
//!
//! While nobody has said where the logs of a revoked office end, what it wrote counts, and is shown under a warning
//! unless another office's checkpoint covers it that was written before its writer knew: the thief of a key can write
//! back, but cannot have been seen then.

use okrug_protocol::entry::Header;
use okrug_protocol::ids::{LogId, OfficeId, Seq, Version};

use super::desk::Desk;
use super::index;
use crate::store::key::log_key;
use crate::store::{Batch, Tree};

/// How far an office held a log, by the list of revocations that it knew when it said so; both rise.
type Said = Vec<(Version, Seq)>;

impl Desk {
    /// Takes note of a checkpoint; `header` is its entry's.
    pub(crate) fn witness(&self, header: &Header, heads: &[(LogId, Seq)], batch: &mut Batch) {
        let (by, list) = (header.log.office, header.revocations);
        for (log, seq) in heads.iter().filter(|(log, _)| log.office != by) {
            let key = index::holding_key(log, by);
            let mut said: Said = self.pending(batch, Tree::Witnesses, &key).unwrap_or_default();
            match said.last_mut() {
                Some((known, held)) if *known == list => *held = (*held).max(*seq),
                _ => said.push((list, *seq)),
            }
            batch.put_encoded(Tree::Witnesses, key, &said);
        }
    }

    /// Whether an entry is to be shown under a warning: its office is revoked, nobody has said where its logs end, and
    /// nobody else is known to have held it before that.
    pub(crate) fn is_unwitnessed(&self, log: &LogId, seq: Seq) -> bool {
        let directory = self.directory();
        let Some(since) = directory.open_since(log.office) else { return false };
        let rows = self.store.scan(Tree::Witnesses, &log_key(log)).rows(usize::MAX).unwrap_or_default();
        let saw = |(key, value): &(Vec<u8>, Vec<u8>)| {
            let by = key.get(key.len().saturating_sub(4)..).and_then(|bytes| Some(OfficeId(u32::from_be_bytes(bytes.try_into().ok()?))));
            let said: Said = okrug_protocol::codec::decode(value, 1 << 16).unwrap_or_default();
            by.is_some_and(|by| !directory.is_revoked(by)) && said.iter().any(|(list, held)| *list < since && *held >= seq)
        };
        !rows.iter().any(saw)
    }
}
