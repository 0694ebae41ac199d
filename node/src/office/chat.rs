//! Conversations: a topic, two people, or a role and a person.

use okrug_protocol::ids::{PersonId, RoleId, Topic};

/// A conversation as this office files it; the same key at every office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ChatKey {
    /// All that is said on a topic.
    Topic(Topic),
    /// What two people say to each other; the lower number first.
    Pair(PersonId, PersonId),
    /// What a role and a person say to each other.
    Role(RoleId, PersonId),
}

/// Bytes of an encoded key.
pub(crate) const CHAT_KEY_BYTES: usize = 9;

impl ChatKey {
    /// The conversation of two people.
    #[must_use]
    pub(crate) fn pair(a: PersonId, b: PersonId) -> Self {
        Self::Pair(a.min(b), a.max(b))
    }

    /// The key in the store's trees.
    #[must_use]
    pub(crate) fn bytes(&self) -> [u8; CHAT_KEY_BYTES] {
        let (tag, a, b) = match *self {
            Self::Topic(Topic::District) => (0, 0, 0),
            Self::Topic(Topic::Unit(unit)) => (1, unit.0, 0),
            Self::Topic(Topic::Group(group)) => (2, group.0, 0),
            Self::Topic(Topic::Inbox(office)) => (3, office.0, 0),
            Self::Pair(a, b) => (4, a.0, b.0),
            Self::Role(role, with) => (5, role.0, with.0),
        };
        let mut key = [tag; CHAT_KEY_BYTES];
        key[1..5].copy_from_slice(&a.to_be_bytes());
        key[5..].copy_from_slice(&b.to_be_bytes());
        key
    }

    /// Reads a key of the store's trees.
    #[must_use]
    pub(crate) fn from_bytes(key: &[u8; CHAT_KEY_BYTES]) -> Option<Self> {
        let [tag, a @ .., _, _, _, _] = *key;
        let [_, _, _, _, _, b @ ..] = *key;
        let (a, b) = (u32::from_be_bytes(a), u32::from_be_bytes(b));
        match tag {
            0 => Some(Self::Topic(Topic::District)),
            1 => Some(Self::Topic(Topic::Unit(okrug_protocol::ids::UnitId(a)))),
            2 => Some(Self::Topic(Topic::Group(okrug_protocol::ids::GroupId(a)))),
            3 => Some(Self::Topic(Topic::Inbox(okrug_protocol::ids::OfficeId(a)))),
            4 => Some(Self::Pair(PersonId(a), PersonId(b))),
            5 => Some(Self::Role(RoleId(a), PersonId(b))),
            _ => None,
        }
    }

    /// The other one, when this is a conversation of `me` with somebody (or with oneself).
    #[must_use]
    pub(crate) fn other(&self, me: PersonId) -> Option<PersonId> {
        match *self {
            Self::Pair(a, b) if a == me => Some(b),
            Self::Pair(a, b) if b == me => Some(a),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::{GroupId, OfficeId, UnitId};

    use super::*;

    #[test]
    fn keys_read_back_and_two_people_have_one_conversation() {
        let pair = ChatKey::pair(PersonId(20_001), PersonId(10_001));
        assert_eq!(pair, ChatKey::pair(PersonId(10_001), PersonId(20_001)));
        let topics = [Topic::District, Topic::Unit(UnitId(7)), Topic::Group(GroupId(8)), Topic::Inbox(OfficeId(9))];
        for key in topics.into_iter().map(ChatKey::Topic).chain([pair, ChatKey::Role(RoleId(10_001), PersonId(10_001))]) {
            assert_eq!(ChatKey::from_bytes(&key.bytes()), Some(key));
        }
        assert_eq!(pair.other(PersonId(10_001)), Some(PersonId(20_001)));
        assert_eq!(pair.other(PersonId(30_001)), None);
    }
}
