//! What a stream of events carries.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::chats::{Chat, Delivery, Message};
use super::ids::{ChatId, MessageId};
use super::notice::Notice;
use super::status::Link;
use super::{schema, text};

/// Something that a page wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Event {
    /// A message was filed.
    MessageNew(Box<Message>),
    /// A message has come further.
    MessageState(MessageState),
    /// A conversation is new, or was read.
    ChatUpdate(Chat),
    /// A link went up or down.
    Peer(PeerChange),
    /// People or the chart changed.
    OrgVersion(OrgVersion),
    /// The stream has a gap: lists are to be loaded anew.
    Reset,
}

impl Event {
    /// The name in the stream.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessageNew(_) => "message.new",
            Self::MessageState(_) => "message.state",
            Self::ChatUpdate(_) => "chat.update",
            Self::Peer(_) => "peer",
            Self::OrgVersion(_) => "org.version",
            Self::Reset => "reset",
        }
    }

    /// Reads an event of a stream; `None` when it has another form or a name of a newer version.
    #[must_use]
    pub fn read(name: &str, data: &str) -> Option<Self> {
        match name {
            "message.new" => serde_json::from_str(data).map(Self::MessageNew).ok(),
            "message.state" => serde_json::from_str(data).map(Self::MessageState).ok(),
            "chat.update" => serde_json::from_str(data).map(Self::ChatUpdate).ok(),
            "peer" => serde_json::from_str(data).map(Self::Peer).ok(),
            "org.version" => serde_json::from_str(data).map(Self::OrgVersion).ok(),
            "reset" => Some(Self::Reset),
            _ => None,
        }
    }
}

/// How far a message has come by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageState {
    /// The message.
    #[serde(with = "text")]
    #[schema(schema_with = schema::message)]
    pub id: MessageId,
    /// Its conversation.
    #[serde(with = "text")]
    #[schema(schema_with = schema::chat)]
    pub chat: ChatId,
    /// How far.
    pub delivery: Delivery,
    /// What stops it; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// Its office signed another entry for its place in the log, or for one before it; absent where that is not so.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub disputed: bool,
}

/// How the link to an office stands by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerChange {
    /// The office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// The link.
    pub link: Link,
    /// When anything was last heard from it.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub last_contact: Option<Millis>,
}

/// The version of the chart by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrgVersion {
    /// The version; the same again when people changed and the chart did not.
    pub version: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use okrug_protocol::clock::Millis;

    #[test]
    fn an_event_reads_back_by_its_name_and_unknown_ones_are_passed_over() {
        let peer = Event::Peer(PeerChange { office: OfficeId(3), link: Link::Down, last_contact: Some(Millis(1_767_225_599_999)) });
        let data = serde_json::to_string(&peer).unwrap();
        assert_eq!(data, r#"{"office":"o3","link":"down","last_contact":"2025-12-31T23:59:59.999Z"}"#);
        assert_eq!(Event::read(peer.name(), &data), Some(peer));
        assert_eq!(Event::read("reset", "null"), Some(Event::Reset));
        assert_eq!(Event::read("late", "{}"), None);
        assert_eq!(Event::read("peer", "{"), None);
    }
}
