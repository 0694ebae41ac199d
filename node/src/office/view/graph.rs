//! What the pictures of the node show, as numbers: the table beside each of them.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::people::{Freshness, MyOffice};
use super::status::Queue;
use super::{schema, text};

/// The links, and what went over them hour by hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Graph {
    /// The office that answers.
    pub office: MyOffice,
    /// When this was so.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub at: Millis,
    /// Since when messages are counted: for so many hours, or since the node started.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub since: Millis,
    /// The hours that are shown, at most 24; the last one is not over yet.
    pub hours: u32,
    /// All messages of this office by the hour in which they were written, and those of others by the hour in which they came.
    pub all: Vec<GraphHour>,
    /// The other offices, in the order of the directory.
    pub offices: Vec<GraphOffice>,
}

/// How another office is heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Over a link that stands.
    Direct,
    /// There is no link; what it wrote within the last day came through others.
    Carried,
    /// Not at all.
    None,
}

/// Another office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GraphOffice {
    /// Its number.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// How it is heard of.
    pub way: Way,
    /// The last measured round trip, in milliseconds.
    #[schema(required = true)]
    pub rtt_ms: Option<u32>,
    /// When it was last heard of, over the link or by what it wrote.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub heard: Option<Millis>,
    /// What waits for it.
    pub queue: Queue,
    /// All hours together.
    pub whole: GraphHour,
    /// The hours in which there was something.
    pub hours: Vec<GraphHour>,
}

/// What was said in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GraphHour {
    /// When the hour began.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub start: Millis,
    /// Messages of this office that were written in it.
    pub sent: u32,
    /// How many of them have arrived by now, as this office has heard.
    pub delivered: u32,
    /// Messages that came here in it.
    pub received: u32,
    /// Half of what arrived was known to have arrived within so many seconds.
    #[schema(required = true)]
    pub median_s: Option<u64>,
    /// The longest that it took, in seconds.
    #[schema(required = true)]
    pub longest_s: Option<u64>,
}

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PaperKind {
    /// The charter.
    Charter,
    /// The directory.
    Chart,
    /// The list of revocations.
    Revocations,
    /// The addresses to begin with.
    Bootstrap,
    /// A delegated directory.
    Delegated,
}

/// A signed document that is in force here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Paper {
    /// Which.
    pub kind: PaperKind,
    /// Of which unit, where it is a delegated directory; else empty.
    pub unit: String,
    /// The version.
    pub version: u32,
    /// The epoch that the version is of; a new one begins when keys were taken back.
    pub epoch: u32,
    /// When it was signed, by the authority's clock.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub issued: Millis,
    /// When a newer one is promised.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub refresh_by: Millis,
    /// Since it was signed, in seconds.
    pub age_s: u64,
    /// Whether it is due for a refresh.
    pub freshness: Freshness,
}

/// The documents that are in force here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Papers {
    /// The charter first.
    pub documents: Vec<Paper>,
}
