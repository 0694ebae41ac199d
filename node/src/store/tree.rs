//! The trees of the store, by name.

/// One of the store's ordered maps.
///
/// All of them live in one sled tree, told apart by the first byte of the key: so one batch over
/// several of them is one atomic write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tree {
    /// What the node knows about itself: incarnation, place in the journal.
    Meta,
    /// Entries as they travel, each behind the id of the one before, by log and sequence.
    Entries,
    /// State of each log, by log.
    Logs,
    /// Epoch keys that were opened for this office, by log and epoch.
    EpochKeys,
    /// Proofs of forks, by log; such a log is frozen.
    Proofs,
    /// Signed documents as accepted.
    Documents,
    /// Person records, by person.
    People,
    /// Logins and vaults of the people of this office.
    Accounts,
    /// What a conversation shows, by conversation and position.
    Timeline,
    /// How far each person has read each conversation.
    Read,
    /// When an entry arrived here.
    Arrivals,
    /// How far each office holds each log.
    Holdings,
    /// What a client named a message that it sent, so that sending twice is sending once.
    ClientIds,
    /// What a person said under which count, so that it is accepted once.
    Said,
    /// Addresses at which offices were reached.
    Addresses,
    /// Who exchanged a direct message with whom.
    Chats,
    /// What a person said before their record arrived.
    Waiting,
    /// Acts of administrators: those begun, and those that are entries.
    Acts,
    /// Editions of roles, by role and version.
    Roles,
    /// Who stands in for whom, by person, office and version.
    Deputies,
    /// The newest secrets of this office's roles, locked by the node's key.
    RoleKeys,
    /// Which role and which person have written to each other.
    Desks,
    /// Who may come with a code, by its hash.
    Invitations,
    /// When somebody is to leave, by person.
    Leaving,
    /// The newest sealing key that each office announced.
    SealingKeys,
    /// Epochs whose key is sealed to this office and cannot be had.
    Unopened,
    /// Where each epoch began, by log and epoch.
    Rekeys,
    /// Who asked for which epoch of ours to be sealed again.
    Resealing,
    /// Entries that were taken out of their logs: they lie behind the end of a revoked office.
    Struck,
    /// How far an office said by a checkpoint that it holds a log, and under which list of revocations.
    Witnesses,
    /// Messages that other offices handed over, by the place where they were said.
    Letters,
    /// Messages that are to be handed over.
    Outgoing,
    /// Accounts that other offices handed over, by person and office.
    Incoming,
    /// Who of this office looks after the node, by person and right.
    Rights,
    /// When each office was heard to hold what this one wrote, by log and office: a ring.
    Steps,
    /// By which neighbour an office that is none was last heard of.
    Ways,
    /// What stops messages elsewhere: carriers without room, people who have left and when.
    Stops,
    /// What is carried of each log that is not read here.
    Carried,
    /// How much each office has written lately.
    Paces,
    /// When this node took note of how far each log had come, and up to where bodies are erased.
    Marks,
    /// Forks that entries tell of, by log and teller.
    Told,
}

impl Tree {
    /// All of them.
    pub const ALL: [Self; 41] = [
        Self::Meta,
        Self::Entries,
        Self::Logs,
        Self::EpochKeys,
        Self::Proofs,
        Self::Documents,
        Self::People,
        Self::Accounts,
        Self::Timeline,
        Self::Read,
        Self::Arrivals,
        Self::Holdings,
        Self::ClientIds,
        Self::Said,
        Self::Addresses,
        Self::Waiting,
        Self::Chats,
        Self::Acts,
        Self::Roles,
        Self::Deputies,
        Self::RoleKeys,
        Self::Desks,
        Self::Invitations,
        Self::Leaving,
        Self::SealingKeys,
        Self::Unopened,
        Self::Rekeys,
        Self::Resealing,
        Self::Struck,
        Self::Witnesses,
        Self::Letters,
        Self::Outgoing,
        Self::Incoming,
        Self::Rights,
        Self::Steps,
        Self::Ways,
        Self::Stops,
        Self::Carried,
        Self::Paces,
        Self::Marks,
        Self::Told,
    ];

    /// The first byte of its keys; given once and never reused.
    #[must_use]
    pub fn tag(self) -> u8 {
        match self {
            Self::Meta => 1,
            Self::Entries => 2,
            Self::Logs => 3,
            Self::EpochKeys => 4,
            Self::Proofs => 5,
            Self::Documents => 6,
            Self::People => 7,
            Self::Accounts => 8,
            Self::Timeline => 9,
            Self::Read => 10,
            Self::Arrivals => 11,
            Self::Holdings => 12,
            Self::ClientIds => 13,
            Self::Said => 14,
            Self::Addresses => 15,
            Self::Waiting => 16,
            Self::Chats => 17,
            Self::Acts => 18,
            Self::Roles => 19,
            Self::Deputies => 20,
            Self::RoleKeys => 21,
            Self::Desks => 22,
            Self::Invitations => 24,
            Self::Leaving => 25,
            Self::SealingKeys => 30,
            Self::Unopened => 31,
            Self::Rekeys => 32,
            Self::Resealing => 33,
            Self::Struck => 40,
            Self::Witnesses => 41,
            Self::Letters => 26,
            Self::Outgoing => 27,
            Self::Incoming => 28,
            Self::Rights => 50,
            Self::Steps => 60,
            Self::Ways => 61,
            Self::Stops => 63,
            Self::Carried => 62,
            Self::Paces => 70,
            Self::Marks => 80,
            Self::Told => 81,
        }
    }

    /// The tree with this tag.
    #[must_use]
    pub fn from_tag(tag: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|tree| tree.tag() == tag)
    }

    /// The name under which its values are sealed; given once and never changed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Entries => "entries",
            Self::Logs => "logs",
            Self::EpochKeys => "epoch-keys",
            Self::Proofs => "proofs",
            Self::Documents => "documents",
            Self::People => "people",
            Self::Accounts => "accounts",
            Self::Timeline => "timeline",
            Self::Read => "read",
            Self::Arrivals => "arrivals",
            Self::Holdings => "holdings",
            Self::ClientIds => "client-ids",
            Self::Said => "said",
            Self::Addresses => "addresses",
            Self::Waiting => "waiting",
            Self::Chats => "chats",
            Self::Acts => "acts",
            Self::Roles => "roles",
            Self::Deputies => "deputies",
            Self::RoleKeys => "role-keys",
            Self::Desks => "desks",
            Self::Invitations => "invitations",
            Self::Leaving => "leaving",
            Self::SealingKeys => "sealing-keys",
            Self::Unopened => "unopened",
            Self::Rekeys => "rekeys",
            Self::Resealing => "resealing",
            Self::Struck => "struck",
            Self::Witnesses => "witnesses",
            Self::Letters => "letters",
            Self::Outgoing => "outgoing",
            Self::Incoming => "incoming",
            Self::Rights => "rights",
            Self::Steps => "steps",
            Self::Ways => "ways",
            Self::Stops => "stops",
            Self::Carried => "carried",
            Self::Paces => "paces",
            Self::Marks => "marks",
            Self::Told => "told",
        }
    }

    /// A key of this tree as sled has it.
    pub(super) fn raw(self, key: &[u8]) -> Vec<u8> {
        let mut raw = Vec::with_capacity(1 + key.len());
        raw.push(self.tag());
        raw.extend_from_slice(key);
        raw
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_trees_share_a_tag_or_a_name_and_none_has_a_tag_that_is_taken() {
        let tags: HashSet<_> = Tree::ALL.iter().map(|tree| tree.tag()).collect();
        let names: HashSet<_> = Tree::ALL.iter().map(|tree| tree.name()).collect();
        assert_eq!((tags.len(), names.len()), (Tree::ALL.len(), Tree::ALL.len()));
        assert!(!tags.contains(&0) && !tags.contains(&255), "the format's, and that of parts");
    }
}
