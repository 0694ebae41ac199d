//! Gossip messages: entries of one topic, several where they come quickly.

use okrug_protocol::bounds::{MAX_GOSSIP_BYTES, MAX_GOSSIP_ENTRIES};
use okrug_protocol::codec;

/// The format's version.
const VERSION: u8 = 1;

/// Entries on their way into one gossip message.
#[derive(Debug, Default)]
pub(super) struct Batch {
    entries: Vec<Vec<u8>>,
    bytes: usize,
}

impl Batch {
    /// Adds an entry; false when the batch must leave first.
    pub(super) fn push(&mut self, entry: &[u8]) -> bool {
        let fits = self.entries.len() < MAX_GOSSIP_ENTRIES && self.bytes + entry.len() <= MAX_GOSSIP_BYTES;
        if fits {
            self.bytes += entry.len();
            self.entries.push(entry.to_vec());
        }
        fits
    }

    /// The message.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes + 4 * self.entries.len() + 4);
        bytes.push(VERSION);
        codec::encode_into(&self.entries, &mut bytes);
        bytes
    }
}

/// Reads a message; `None` when it is none.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (version, rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let entries: Vec<Vec<u8>> = codec::decode(rest, crate::mesh::MAX_GOSSIP).ok()?;
    (1..=MAX_GOSSIP_ENTRIES).contains(&entries.len()).then_some(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_batch_reads_back_and_takes_no_more() {
        let mut batch = Batch::default();
        let entry = vec![7; MAX_GOSSIP_BYTES / MAX_GOSSIP_ENTRIES];
        (0..MAX_GOSSIP_ENTRIES).for_each(|_| assert!(batch.push(&entry)));
        assert!(!batch.push(&[1]));
        let bytes = batch.encode();
        assert!(bytes.len() <= crate::mesh::MAX_GOSSIP);
        assert_eq!(decode(&bytes), Some(vec![entry; MAX_GOSSIP_ENTRIES]));
    }

    #[test]
    fn a_long_entry_does_not_fit_at_all() {
        assert!(!Batch::default().push(&vec![0; MAX_GOSSIP_BYTES + 1]));
    }

    proptest! {
        #[test]
        fn hostile_bytes_are_no_message_and_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(entries) = decode(&bytes) {
                prop_assert!(entries.iter().map(Vec::len).sum::<usize>() <= bytes.len());
            }
        }
    }
}
