//! The movement of a message: by what it came, which office has it since when, and why it waits.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Delivery, MessageId, schema, text};

/// The movement of a message, as far as this office has heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trace {
    /// Which message.
    #[serde(with = "text")]
    #[schema(schema_with = schema::message)]
    pub id: MessageId,
    /// When it was written, by its office's clock.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub written: Millis,
    /// How it came here.
    pub came: TraceCame,
    /// How many of this office's people have read it. What others have read is not told from office to office.
    pub read_here: TraceRead,
    /// How far it has come.
    pub delivery: Delivery,
    /// Offices that read it or hold it, by number, and those that were to read it before they were removed.
    pub offices: Vec<TraceOffice>,
}

/// How a message came to this office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceCame {
    /// When it was on this office's disk.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub at: Millis,
    /// The office that gave it; null when it was written here.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::office_or_null)]
    pub from: Option<OfficeId>,
    /// Its name; empty when it was written here.
    pub name: String,
    /// By what; null when it was written here.
    pub by: Option<TraceBy>,
    /// With what it was written here, where that was told.
    pub with: Option<TraceProgram>,
}

/// By what a message came from one office to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TraceBy {
    /// Live, as it was written: from the writer, or from a neighbour that passed it on at once.
    Gossip,
    /// Over a link, because it was asked for there.
    Exchange,
    /// In a file on a memory stick.
    Stick,
    /// With a person who moved.
    Handover,
    /// Through other offices; how is not known here.
    Others,
}

/// With what a message was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TraceProgram {
    /// The page.
    Page,
    /// A program with a token, such as the command line.
    Script,
}

/// How many of this office's people have read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceRead {
    /// Have read it.
    pub read: usize,
    /// See its conversation, its author apart.
    pub of: usize,
}

/// An office on the way of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceOffice {
    /// Number of the office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Its name.
    pub name: String,
    /// Whether it was written there.
    pub writes: bool,
    /// Whether it may read it.
    pub reads: bool,
    /// Whether it is known to have it.
    pub holds: bool,
    /// When this office heard that it has it; null when that is not known, or not remembered any more.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub heard: Option<Millis>,
    /// When it said so, by its own clock.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub said: Option<Millis>,
    /// By what it came there, as far as that is known here.
    pub by: Option<TraceBy>,
    /// When it was last put on a memory stick for this office.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub stick: Option<Millis>,
    /// Why it waits; null where it does not, and for messages that were not written here.
    pub wait: Option<TraceWait>,
}

/// Why a message waits for an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceWait {
    /// In a word.
    pub code: WaitCode,
    /// Since when: of `no_link` and `through` when the link last stood; null when it never did.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub since: Option<Millis>,
    /// Of `through`: the neighbour by which it was last heard of.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::office_or_null)]
    pub via: Option<OfficeId>,
    /// Its name, or empty.
    pub via_name: String,
    /// Of `hours`, `budget` and `quota`: until when.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub until: Option<Millis>,
}

impl TraceWait {
    /// A reason of which nothing more is known.
    #[must_use]
    pub fn of(code: WaitCode) -> Self {
        Self { code, since: None, via: None, via_name: String::new(), until: None }
    }
}

/// Why a message waits, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitCode {
    /// The link stands: it is on its way.
    UnderWay,
    /// The link stands, and the office does not know yet the directory that the message names: it takes it when it has it.
    Documents,
    /// The link stands, and it is none of the hours that were set for it: of `via` where that is named, else of the office's own.
    Hours,
    /// The link stands, and the bytes that were set for an hour of it are spent; `via` as for `hours`.
    Budget,
    /// There is no link.
    NoLink,
    /// There is no link, and the neighbour by which it was last heard of is linked: it goes by that one.
    Through,
    /// There is no link, and none to the neighbour by which it was last heard of.
    ThroughNoLink,
    /// The office only carried it, and gave it up to make room, before all readers had it.
    GaveUp,
    /// The office only carries it, and has no room: of `via` where that is named, else the office's own.
    Full,
    /// The link stands, and the office says that this one has written more than the district's quota: it takes the rest later; of
    /// `via` where that is named, else of the office's own.
    Quota,
    /// The person to whom it is has left, and it is not known to have come before.
    Left,
    /// The office has it and cannot open it: the key that it was sealed to is destroyed or lost there, and it was not given another.
    NoKey,
    /// The office was removed: it gets nothing any more, and does not count among the readers.
    Removed,
}
