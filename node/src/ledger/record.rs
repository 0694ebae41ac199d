//! What the ledger puts into the journal.

use okrug_protocol::codec::{self, CodecError, Decode, Encode};
use okrug_protocol::ids::Incarnation;

use crate::journal::MAX_RECORD;
use crate::store::{Batch, Tree};

/// One record of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(super) enum Record {
    /// From here on this office writes as this incarnation.
    Incarnation(Incarnation),
    /// An entry of this office.
    Own {
        /// As it travels.
        entry: Vec<u8>,
        /// See [`super::Draft::tag`].
        tag: Option<Vec<u8>>,
    },
    /// Something that only this office knows and that no other can give back.
    Local(Vec<Change>),
}

/// A key of the store that is set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(super) struct Change {
    tree: u8,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
}

impl Change {
    /// All changes of a batch.
    pub(super) fn all_of(batch: &Batch) -> Vec<Self> {
        let change = |(tree, key, value): (Tree, &[u8], Option<&[u8]>)| Self {
            tree: tree.tag(),
            key: key.to_vec(),
            value: value.map(<[u8]>::to_vec),
        };
        batch.changes().map(change).collect()
    }

    /// The tree and the key; `None` when the tree is no longer known.
    pub(super) fn place(&self) -> Option<(Tree, Vec<u8>)> {
        Some((Tree::from_tag(self.tree)?, self.key.clone()))
    }

    /// Does it again. A tree that is no longer known is passed over.
    pub(super) fn put(self, batch: &mut Batch) {
        let Some(tree) = Tree::from_tag(self.tree) else { return };
        match self.value {
            Some(value) => batch.put(tree, self.key, value),
            None => batch.delete(tree, self.key),
        }
    }
}

impl Record {
    pub(super) fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        codec::decode(bytes, MAX_RECORD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_back_and_their_bytes_are_fixed() {
        let own = Record::Own { entry: vec![1, 2], tag: Some(vec![3]) };
        assert_eq!(Record::decode(&own.encode()), Ok(own.clone()));
        assert_eq!(own.encode(), [1, 2, 1, 2, 1, 1, 3]);
        assert_eq!(Record::Incarnation(Incarnation(7)).encode(), [0, 7]);
    }

    #[test]
    fn local_changes_can_be_done_again() {
        let mut batch = Batch::new();
        batch.put(Tree::Accounts, b"a", b"1");
        batch.delete(Tree::Accounts, b"b");
        let mut again = Batch::new();
        let Ok(Record::Local(changes)) = Record::decode(&Record::Local(Change::all_of(&batch)).encode()) else { panic!("not a change") };
        changes.into_iter().for_each(|change| change.put(&mut again));
        assert_eq!(Change::all_of(&again), Change::all_of(&batch));
    }

    #[test]
    fn the_longest_entry_with_the_longest_tag_fits_into_a_record() {
        let own = Record::Own { entry: vec![0; okrug_protocol::bounds::MAX_ENTRY], tag: Some(vec![0; super::super::MAX_TAG]) };
        assert!(own.encode().len() <= MAX_RECORD);
    }
}
