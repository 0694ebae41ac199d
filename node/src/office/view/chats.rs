//! Conversations and messages as the page and the command line see them.

use okrug_protocol::clock::Millis;
use okrug_protocol::delivery;
use okrug_protocol::ids::{OfficeId, PersonId, Precedence};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{ChatId, ClientId, Cursor, MessageId};
use super::notice::Notice;
use super::roles::{BehalfId, For};
use super::unopened::Unopened;
use super::{schema, text};

/// What a conversation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChatKind {
    /// The whole district.
    District,
    /// A unit.
    Unit,
    /// A group of offices.
    Group,
    /// Another person.
    Person,
    /// A role.
    Role,
    /// What somebody and a role write to each other, as one who has its duty sees it.
    Desk,
}

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chat {
    /// Its name, such as `u12`.
    #[serde(with = "text")]
    #[schema(schema_with = schema::chat)]
    pub id: ChatId,
    /// What it is about.
    pub kind: ChatKind,
    /// What people call it.
    pub title: String,
    /// Messages of others that were not read yet, counted up to 100.
    pub unread: usize,
    /// Whether the person may write.
    pub can_post: bool,
    /// Offices that read it.
    pub offices: usize,
    /// The last message.
    #[schema(required = true)]
    pub last: Option<Last>,
    /// What of it cannot be opened here; absent where all can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unopened: Option<Unopened>,
}

/// The last message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Last {
    /// The beginning of its text.
    pub text: String,
    /// Name of who said it.
    pub author: String,
    /// When it was said.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub sent: Millis,
}

/// The conversations of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chats {
    /// The one with the newest message first.
    pub chats: Vec<Chat>,
}

/// Whether the text of a message can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// It can.
    Text,
    /// It was not sealed to this office or person.
    Unreadable,
    /// It was past keeping by the district's rule, and its text was erased.
    Erased,
    /// It needs a newer version of the node.
    Newer,
    /// The person's signature does not hold: nobody knows who said it.
    Invalid,
    /// Its author was revoked, and the author's office knew: it does not count.
    Revoked,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// Number.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub id: PersonId,
    /// Name, by the person's own record.
    pub name: String,
    /// Position.
    pub position: String,
    /// Office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Name of the office, by the directory.
    pub office_name: String,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its name; the same at every office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::message)]
    pub id: MessageId,
    /// Its place in the conversation.
    #[serde(with = "text")]
    #[schema(schema_with = schema::cursor)]
    pub cursor: Cursor,
    /// The conversation.
    #[serde(with = "text")]
    #[schema(schema_with = schema::chat)]
    pub chat: ChatId,
    /// Who said it.
    pub author: Author,
    /// For whom they said it; null for themselves.
    #[serde(rename = "for")]
    #[schema(required = true)]
    pub behalf: Option<For>,
    /// Whether that is who asks.
    pub mine: bool,
    /// Whether the text can be shown.
    pub kind: MessageKind,
    /// The text; empty when it cannot be shown.
    pub text: String,
    /// Of an erased one: for how many days the district keeps messages now, 0 for ever; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_days: Option<u16>,
    /// How soon it had to travel.
    #[serde(with = "text")]
    #[schema(schema_with = schema::precedence)]
    pub precedence: Precedence,
    /// When it was said.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub sent: Millis,
    /// When it arrived here.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub received: Millis,
    /// Whether it was long under way.
    pub late: bool,
    /// The message that it answers.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::message_or_null)]
    pub reply_to: Option<MessageId>,
    /// How far it has come.
    pub delivery: Delivery,
    /// What stops it, of a message that was written here; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// Its office is revoked, it is not yet known where its logs end, and no other office is known to have held it before.
    pub unwitnessed: bool,
    /// Its office signed another entry for its place in the log, or for one before it; absent where that is not so.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub disputed: bool,
}

/// How far a message has come, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryCode {
    /// On this office's disk; nobody else has it.
    Queued,
    /// At least one other office holds it.
    Relayed,
    /// Every office that reads it holds it.
    Delivered,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// In a word.
    pub code: DeliveryCode,
    /// Other offices that hold it.
    pub held_by: usize,
    /// Other reading offices that hold it, and have not said that they cannot open it.
    pub delivered: usize,
    /// Other reading offices in all.
    pub of: usize,
    /// Other reading offices that hold it and have said that they cannot open it: their key is destroyed or lost.
    #[serde(default)]
    pub unopened: usize,
}

impl Delivery {
    /// How far it has come, where so many of the readers that hold it cannot open it.
    #[must_use]
    pub fn of(delivery::Delivery { held_by, delivered, of }: delivery::Delivery, unopened: usize) -> Self {
        let delivered = delivered.saturating_sub(unopened);
        let code = match (held_by, delivered) {
            (_, delivered) if delivered >= of => DeliveryCode::Delivered,
            (0, _) => DeliveryCode::Queued,
            _ => DeliveryCode::Relayed,
        };
        Self { code, held_by, delivered, of, unopened }
    }
}

/// A part of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Where to go on towards older messages; null at the beginning.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::cursor_or_null)]
    pub before: Option<Cursor>,
    /// Where to go on towards newer messages, after a page that was asked for by `after` or `around`; null at the end.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::cursor_or_null)]
    pub after: Option<Cursor>,
}

/// A message to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The client's own name for it: the same one again writes nothing twice.
    #[serde(with = "text")]
    #[schema(schema_with = schema::client_id)]
    pub client_id: ClientId,
    /// The text.
    pub text: String,
    /// How soon it must travel.
    #[serde(with = "text", default = "routine")]
    #[schema(schema_with = schema::precedence)]
    pub precedence: Precedence,
    /// The message that it answers.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::message_or_null, required = false)]
    pub reply_to: Option<MessageId>,
    /// For whom it is said, when not for the writer alone: a role or a person of `acts_for`.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::behalf_or_null, required = false)]
    pub on_behalf_of: Option<BehalfId>,
}

fn routine() -> Precedence {
    Precedence::Routine
}

/// A message that was said, on disk now or already before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The message.
    pub message: Message,
    /// Whether the same `client_id` had said it before.
    pub repeated: bool,
}

/// How far a person has read a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The conversation.
    #[serde(with = "text")]
    #[schema(schema_with = schema::chat)]
    pub chat: ChatId,
    /// The place of the last message that was seen.
    #[serde(with = "text")]
    #[schema(schema_with = schema::cursor)]
    pub cursor: Cursor,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_delivered_when_every_reader_has_it_and_relayed_when_anybody_has() {
        let code = |held_by, delivered, of| Delivery::of(delivery::Delivery { held_by, delivered, of }, 0).code;
        assert_eq!(code(0, 0, 2), DeliveryCode::Queued);
        assert_eq!(code(1, 0, 2), DeliveryCode::Relayed);
        assert_eq!(code(2, 1, 2), DeliveryCode::Relayed);
        assert_eq!(code(2, 2, 2), DeliveryCode::Delivered);
        assert_eq!(code(0, 0, 0), DeliveryCode::Delivered);
    }

    #[test]
    fn an_office_that_cannot_open_a_message_has_it_and_it_is_not_delivered_there() {
        let delivery = Delivery::of(delivery::Delivery { held_by: 5, delivered: 4, of: 4 }, 1);
        assert_eq!((delivery.code, delivery.delivered, delivery.of, delivery.unopened), (DeliveryCode::Relayed, 3, 4, 1));
        assert_eq!(Delivery::of(delivery::Delivery { held_by: 1, delivered: 1, of: 1 }, 1).code, DeliveryCode::Relayed);
    }

    #[test]
    fn a_post_is_routine_unless_it_says_otherwise_and_unknown_fields_are_refused() {
        let post: Post = serde_json::from_str(r#"{"client_id":"a","text":"да"}"#).unwrap();
        assert_eq!((post.precedence, post.reply_to), (Precedence::Routine, None));
        assert!(serde_json::from_str::<Post>(r#"{"client_id":"a","text":"да","precidence":"flash"}"#).is_err());
        assert!(serde_json::from_str::<Post>(r#"{"client_id":"a b","text":"да"}"#).is_err());
    }
}
