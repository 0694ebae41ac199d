//! Bundles, as an administrator sees them.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, Precedence};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MessageId, schema, text};

/// What a bundle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BundlePurpose {
    /// It carries documents and messages.
    #[default]
    Messages,
    /// It says what its maker has received, and nothing else.
    Receipts,
}

/// A wish for a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct NewBundle {
    /// For whom: short names or numbers of offices, 1 to 255.
    #[serde(rename = "for")]
    pub to: Vec<String>,
    /// What for; messages where nothing is said.
    #[serde(default)]
    pub purpose: BundlePurpose,
    /// The longest that the file may be, in bytes.
    #[serde(default)]
    pub max_bytes: Option<u64>,
    /// Nothing less pressing than this.
    #[serde(default, with = "text::optional")]
    #[schema(schema_with = schema::precedence)]
    pub only: Option<Precedence>,
    /// All that there is for them, as if nothing were known of what they have.
    #[serde(default)]
    pub all: bool,
    /// Nothing written before this.
    #[serde(default, with = "text::optional_time")]
    #[schema(schema_with = schema::time_or_null)]
    pub since: Option<Millis>,
}

/// Entries by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct BundleCounts {
    /// Flash.
    pub flash: u64,
    /// Urgent.
    pub urgent: u64,
    /// Routine.
    pub routine: u64,
}

impl BundleCounts {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.flash.saturating_add(self.urgent).saturating_add(self.routine)
    }
}

/// A bundle that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MadeBundle {
    /// Its name here.
    pub id: String,
    /// The name that the file is to have.
    pub file: String,
    /// How long the file will be.
    pub bytes: u64,
    /// What stands before the first frame.
    pub head_bytes: u64,
    /// How long a frame is.
    pub frame_bytes: u64,
    /// How many there are.
    pub frames: u32,
    /// For whom.
    #[serde(with = "text::list")]
    #[schema(schema_with = schema::offices)]
    pub to: Vec<OfficeId>,
    /// Entries in it.
    pub entries: BundleCounts,
    /// Their bytes.
    pub entry_bytes: u64,
    /// Documents in it.
    pub documents: u32,
    /// Entries that found no room.
    pub left_out: u64,
    /// Until when its offices keep what opens it, as far as is known; null when for ever.
    #[serde(with = "text::optional_time")]
    #[schema(schema_with = schema::time_or_null)]
    pub valid_until: Option<Millis>,
}

/// Entries of a log that did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BundleGap {
    /// The first.
    #[serde(with = "text")]
    #[schema(schema_with = schema::message)]
    pub from: MessageId,
    /// The place of the last.
    pub to: u64,
}

/// What came of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct BundleReport {
    /// Who made it; null when that is damaged.
    #[serde(with = "text::optional")]
    #[schema(schema_with = schema::office_or_null)]
    pub from: Option<OfficeId>,
    /// Whether that office's signature holds; false where the office, or its key of then, is not known here.
    pub verified: bool,
    /// For whom it is.
    #[serde(with = "text::list")]
    #[schema(schema_with = schema::offices)]
    pub to: Vec<OfficeId>,
    /// When it was made, by its maker's clock.
    #[serde(with = "text::optional_time")]
    #[schema(schema_with = schema::time_or_null)]
    pub made: Option<Millis>,
    /// What it is for.
    #[schema(required = true)]
    pub purpose: Option<BundlePurpose>,
    /// Entries that there should be.
    pub claimed: u64,
    /// Entries that found no room in it when it was made.
    pub left_out: u64,
    /// Entries that came.
    pub entries: BundleCounts,
    /// Of them, new here.
    pub new: u64,
    /// Of them, here already.
    pub known: u64,
    /// Of them, for other offices, and not kept here.
    pub for_others: u64,
    /// Of them, not taken because something before them is missing here.
    pub waiting: u64,
    /// Of them, not valid.
    pub refused: u64,
    /// Documents that came.
    pub documents: u32,
    /// Of them, newer than what was here.
    pub newer_documents: u32,
    /// Of them, not to be believed.
    pub refused_documents: u32,
    /// Logs of which its maker says how far it has them.
    pub receipts: u64,
    /// Frames that are damaged or cut off.
    pub damaged_frames: u32,
    /// Records that were lost with them.
    pub damaged_records: u32,
    /// Entries that were lost with them.
    pub missing: u64,
    /// Which, as far as they are named.
    pub gaps: Vec<BundleGap>,
    /// Whether the node's disk took no more.
    pub full: bool,
    /// Whether nothing of the file is missing.
    pub whole: bool,
}
