//! Who sees which conversation, and who may write there.

use okrug_protocol::directory::Directory;
use okrug_protocol::ids::{OfficeId, Topic};
use okrug_protocol::person::PersonRecord;

use super::chat::ChatKey;

/// Whether a person of this office reads a conversation.
///
/// A unit's conversation is seen by its people, by the people of the units within it, and by the
/// people of the units that it lies within: a department and its chiefs.
pub(crate) fn sees(directory: &Directory, me: OfficeId, person: &PersonRecord, chat: &ChatKey) -> bool {
    match *chat {
        ChatKey::Pair(..) => chat.other(person.person).is_some(),
        ChatKey::Role(_, with) => with == person.person,
        ChatKey::Topic(Topic::Unit(unit)) => {
            directory.reads_now(me, Topic::Unit(unit)) && (directory.is_within(person.unit, unit) || directory.is_within(unit, person.unit))
        }
        ChatKey::Topic(Topic::Inbox(_)) => false,
        ChatKey::Topic(topic) => directory.reads_now(me, topic),
    }
}

/// Whether a person may write into a conversation that they see.
pub(crate) fn may_post(directory: &Directory, person: &PersonRecord, chat: &ChatKey) -> bool {
    if directory.is_suspended(person.office) {
        return false;
    }
    match *chat {
        ChatKey::Pair(..) => person.active && chat.other(person.person).is_some(),
        ChatKey::Role(_, with) => person.active && with == person.person,
        ChatKey::Topic(Topic::Inbox(_)) => false,
        ChatKey::Topic(topic) => directory.may_post(person, topic),
    }
}
