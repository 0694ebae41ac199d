//! What cannot be opened, as it stands in JSON.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{schema, text};

/// Messages that were meant for this office and cannot be opened: the key to which they were sealed is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unopened {
    /// How many messages.
    pub messages: u64,
    /// How many other entries, such as records of people.
    pub others: u64,
    /// When the first of them was written.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub first: Millis,
    /// When the last of them was written.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub last: Millis,
    /// Whether the writers were asked to seal them again; that needs the policy of the district.
    pub asked: bool,
}

/// What of one topic and one office cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnopenedStatus {
    /// The topic: `d`, `u12`, `g7`, or `o3` for direct messages.
    pub topic: String,
    /// What people call it.
    pub title: String,
    /// Who wrote it.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// That office's name.
    pub office_name: String,
    /// How much, and from when.
    pub what: Unopened,
}
