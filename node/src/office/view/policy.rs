//! The rules of the district, as a node works by them.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::Topic;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{schema, text};

/// The rules of the district, and what was erased here by them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyView {
    /// The version of the directory that says so.
    pub directory: u32,
    /// For how many days the bodies of messages are kept; 0 for ever.
    pub retention_days: u16,
    /// What was written before this may be erased, of topics that are not held; null where nothing may.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub gone_before: Option<Millis>,
    /// Topics of which nothing is erased.
    pub holds: Vec<HoldView>,
    /// Bodies of messages that this node has erased.
    pub erased: u64,
    /// Their bytes.
    pub erased_bytes: u64,
    /// Days after which an office announces a new sealing key.
    pub sealing_key_days: u16,
    /// Days for which a replaced one is kept.
    pub sealing_key_grace_days: u16,
    /// Entries that an office may write in a day.
    pub entries_per_day: u32,
    /// Bytes that an office may write in a day.
    pub bytes_per_day: u64,
    /// The largest file, in bytes.
    pub file_max_bytes: u64,
}

/// A topic of which nothing is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldView {
    /// `d` for the district, a unit, a group, or an office: its inbox, with the direct messages to its people.
    #[serde(with = "text")]
    #[schema(schema_with = schema::topic)]
    pub topic: Topic,
    /// What people call it.
    pub name: String,
    /// Since when.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub since: Millis,
    /// Why.
    pub reason: String,
}
