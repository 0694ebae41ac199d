//! The state of the node as the page and the command line see it.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::carried::CarriedStatus;
use super::graph::Paper;
use super::people::{District, Freshness, MyOffice};
use super::trace::TraceWait;
use super::unopened::UnopenedStatus;
use super::{schema, text};

/// How the link to an office stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// It is this office.
    Here,
    /// It stands.
    Up,
    /// There is none.
    Down,
}

/// The state of the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeStatus {
    /// The office that answers.
    pub office: MyOffice,
    /// Whether the directory in force lists it.
    pub enrolled: bool,
    /// Version of the program.
    pub version: String,
    /// Seconds since its start.
    pub uptime_s: u64,
    /// The district.
    pub district: District,
    /// Versions of the signed documents.
    pub documents: DocumentVersions,
    /// The delegated directories, by unit.
    #[serde(default)]
    #[schema(required = true)]
    pub delegated: Vec<Paper>,
    /// The other offices.
    pub peers: Vec<Peer>,
    /// What this office wrote and nobody else has yet.
    pub queue: Queue,
    /// What lies in the store.
    pub store: StoreStatus,
    /// The disk under it; null where the system does not tell.
    #[schema(required = true)]
    pub disk: Option<DiskStatus>,
    /// How fast the data grow, and how large they may be in a year.
    #[serde(default)]
    pub growth: GrowthStatus,
    /// The last backup of everything that was confirmed; null when there is none.
    #[schema(required = true)]
    pub backup: Option<BackupStatus>,
    /// What is carried for others; null at an office that is no carrier.
    #[serde(default)]
    #[schema(required = true)]
    pub carried: Option<CarriedStatus>,
    /// The machine's clock.
    pub clock: ClockStatus,
    /// What should not be, and the administrator must hear of; the oldest of each kind first.
    pub alarms: Vec<AlarmStatus>,
    /// What was meant for this office and cannot be opened here.
    pub unopened: Vec<UnopenedStatus>,
}

/// Something that should not be; the node goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlarmStatus {
    /// A stable name, such as `document_conflict`.
    pub code: String,
    /// What it is about, in English as in the log.
    pub about: String,
}

/// Versions of the signed documents; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentVersions {
    /// The charter.
    pub charter: u32,
    /// The chart.
    pub chart: u32,
    /// The bootstrap list.
    pub bootstrap: u32,
    /// The revocations.
    pub revocations: u32,
    /// Whether they are due for a refresh.
    pub freshness: Freshness,
    /// When a newer chart is promised.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub refresh_by: Millis,
}

/// Another office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// Its number.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// The link to it.
    pub link: Link,
    /// The last measured round trip, in milliseconds.
    #[schema(required = true)]
    pub rtt_ms: Option<u32>,
    /// When anything was last heard from it.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub last_contact: Option<Millis>,
    /// The address in use, or the last one that worked.
    #[schema(required = true)]
    pub address: Option<String>,
    /// What kind of link it is, by what was measured or declared; null while it never stood.
    #[serde(default)]
    pub class: Option<LinkClass>,
    /// Bytes a second that the link carries towards the office; null while there was never enough to say for that.
    #[serde(default)]
    pub rate: Option<u64>,
    /// Why all but flash waits for another time; null when nothing has to.
    #[serde(default)]
    pub waits: Option<Waits>,
    /// What it still has to bring; null when that is nothing, or there is no link.
    #[serde(default)]
    pub coming: Option<Coming>,
    /// Whether it keeps and passes on what it cannot read.
    pub carrier: bool,
    /// When it wrote the newest of its entries that is here, by its own clock, whoever brought it.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub last_entry: Option<Millis>,
    /// What waits for it.
    pub queue: Queue,
    /// Why the oldest of that does, in the words of a message's movement; null where nothing waits.
    #[serde(default)]
    pub why: Option<TraceWait>,
    /// Whether it is suspended: it reads, and writes nothing.
    #[serde(default)]
    pub suspended: bool,
}

/// What kind of link it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkClass {
    /// In the house.
    Lan,
    /// Between towns.
    Wan,
    /// So slow that what goes first matters.
    Thin,
}

/// All but flash waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Waits {
    /// Why.
    pub why: WaitsFor,
    /// Until when.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub until: Millis,
}

/// Why all but flash waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WaitsFor {
    /// It is none of the hours that were set for this link.
    Hours,
    /// The bytes that were set for an hour of this link are spent.
    Budget,
}

/// What an office still has to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Coming {
    /// Entries: messages, and what belongs to them.
    pub entries: u64,
    /// Their bytes, roughly.
    pub bytes: u64,
    /// Seconds that they take, roughly.
    pub seconds: u64,
}

/// Messages of this office that are not held elsewhere: by an office that reads them, or by any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Queue {
    /// How many.
    pub messages: u64,
    /// How many of them are urgent or flash.
    pub urgent: u64,
    /// How many of them are flash.
    #[serde(default)]
    #[schema(required = true)]
    pub flash: u64,
    /// Age of the oldest, in seconds.
    #[schema(required = true)]
    pub oldest_s: Option<u64>,
}

/// What lies in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreStatus {
    /// Entries.
    pub entries: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// How fast the data grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrowthStatus {
    /// Bytes of the store and of the journal.
    pub bytes: u64,
    /// Over how many seconds of running the growth was measured: those of the last thirty days at most.
    pub measured_s: u64,
    /// Bytes a day; null before a day of running.
    #[schema(required = true)]
    pub per_day: Option<u64>,
    /// For how many days the district keeps the bodies of messages; null for ever.
    #[serde(default)]
    #[schema(required = true)]
    pub kept_days: Option<u16>,
    /// Bytes in a year, should it go on so.
    #[schema(required = true)]
    pub in_a_year: Option<u64>,
    /// What the district's quotas would come to in a year, were all offices to fill them every day.
    pub quotas_in_a_year: u64,
}

/// A backup that is whole and durable, wherever it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupStatus {
    /// When it was made.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub made: Millis,
    /// How old it is, in seconds.
    pub age_s: u64,
    /// Its bytes.
    pub bytes: u64,
}

/// The disk under the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiskStatus {
    /// Bytes that the node may still write.
    pub free: u64,
    /// Bytes in all.
    pub size: u64,
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockStatus {
    /// What it shows.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub now: Millis,
    /// Whether it was ever set.
    pub plausible: bool,
}

/// A question to another office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PingWish {
    /// Which.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// How long its answer may take, in milliseconds; 24 seconds at most.
    pub wait_ms: u64,
}

/// Whether another office answered, and what else is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PingReport {
    /// The office; its link may stand although it did not answer in time.
    pub peer: Peer,
    /// The round trip in microseconds; null when there is no link, or no answer came in time.
    #[schema(required = true)]
    pub rtt_us: Option<u64>,
    /// Linked offices that keep and pass on what is for it, by their names in addresses.
    pub carriers: Vec<String>,
}

/// What came of a district file: the versions by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// Whether anything in it was newer than what was there.
    pub newer: bool,
    /// The versions.
    pub documents: DocumentVersions,
}
