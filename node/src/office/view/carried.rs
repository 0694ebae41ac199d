//! What an office carries for others.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{schema, text};

/// What a carrier holds of topics that it does not read: how much, of whom, since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarriedStatus {
    /// Bytes of entries that it carries at most (`mesh.carrier_quota`).
    pub quota: u64,
    /// Bytes that it carries.
    pub bytes: u64,
    /// Whether new entries wait at their writers, since nothing can be given up.
    pub full: bool,
    /// Entries that were given up before all their readers had them; their writers are told.
    pub given_up: u64,
    /// When the oldest was written, by its writer's clock; null when there is none.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub oldest: Option<Millis>,
    /// Those who wrote most of it.
    pub writers: Vec<CarriedOffice>,
    /// What most of it is about.
    pub topics: Vec<CarriedTopic>,
}

/// How much is carried of one writer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarriedOffice {
    /// Which office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
}

/// How much is carried of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CarriedTopic {
    /// What people call it.
    pub title: String,
    /// Bytes.
    pub bytes: u64,
}
