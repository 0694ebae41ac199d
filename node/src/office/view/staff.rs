//! Invitations, passwords, sessions and changes of the staff as they stand in JSON.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::device::Device;
use super::people::Password;
use super::{schema, text};

/// Somebody who is to come.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Name.
    pub name: String,
    /// Position.
    pub position: String,
    /// Unit; this office must host it.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub unit: UnitId,
    /// Seconds for which the code holds: a minute to thirty days, by default a day.
    #[serde(default)]
    #[schema(required = false)]
    pub ttl_s: Option<u64>,
}

/// New keys for somebody who cannot get at theirs.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// As in an invitation.
    #[serde(default)]
    #[schema(required = false)]
    pub ttl_s: Option<u64>,
}

/// An invitation, without its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The number that is promised.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Position.
    pub position: String,
    /// Unit.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub unit: UnitId,
    /// Name of the unit.
    pub unit_name: String,
    /// The login of somebody who was here before; null for a newcomer, who chooses one.
    #[schema(required = true)]
    pub login: Option<String>,
    /// Until when the code holds.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub ends: Millis,
}

/// An invitation that was made: its code is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Invited {
    /// For whom.
    pub invitation: Invitation,
    /// Such as `7KQM-2XVD-9RTA`.
    pub code: Password,
    /// The office's name.
    pub office_name: String,
}

/// Open invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitations {
    /// By number.
    pub invitations: Vec<Invitation>,
}

/// A code becomes an account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// From the slip, however it is typed.
    pub code: Password,
    /// The login that the person chooses; not needed by somebody who was here before.
    #[serde(default)]
    #[schema(required = false)]
    pub login: String,
    /// The password that the person chooses.
    pub password: Password,
    /// Whether to answer with a bearer token for a script instead of a cookie.
    #[serde(default)]
    pub token: bool,
}

/// A person changes their password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one that holds.
    pub old: Password,
    /// The one that is to hold.
    pub new: Password,
}

/// A running session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// What it is called; it opens nothing.
    pub id: String,
    /// When it began.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub began: Millis,
    /// When it was used last.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub used: Millis,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The address from which it began; null where nobody told.
    #[serde(default)]
    #[schema(required = true)]
    pub address: Option<String>,
    /// The device on which it began.
    #[serde(default)]
    #[schema(required = true)]
    pub device: Device,
}

/// Running sessions of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sessions {
    /// The newest first.
    pub sessions: Vec<Session>,
}

/// Sessions that were ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ended {
    /// How many.
    pub ended: usize,
}

/// Somebody leaves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dismissal {
    /// Why; it stays in this office's journal of administration.
    pub reason: String,
    /// Since when, or from when on; without it now.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null, required = false)]
    pub at: Option<Millis>,
}

/// Other words for a person of this office; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    /// Name.
    #[serde(default)]
    #[schema(required = false)]
    pub name: Option<String>,
    /// Position.
    #[serde(default)]
    #[schema(required = false)]
    pub position: Option<String>,
    /// Unit; this office must host it.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::unit_or_null, required = false)]
    pub unit: Option<UnitId>,
}

/// Somebody moves to another office.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// To which.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub to: OfficeId,
}

/// A person was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Released {
    /// Direct messages that go after them.
    pub letters: usize,
}

/// Somebody is taken in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// Unit; this office must host it.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub unit: UnitId,
    /// Position; the one that they had by default.
    #[serde(default)]
    #[schema(required = false)]
    pub position: Option<String>,
    /// Login; the one that they had by default.
    #[serde(default)]
    #[schema(required = false)]
    pub login: Option<String>,
}

/// Somebody on the way to this office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Arrival {
    /// Number.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// The position that they had.
    pub position: String,
    /// The office that let them go.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub from: OfficeId,
    /// Its name.
    pub from_name: String,
    /// The login that they had; null while their keys are still on the way.
    #[schema(required = true)]
    pub login: Option<String>,
}

/// People on the way to this office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Arrivals {
    /// By number.
    pub arrivals: Vec<Arrival>,
}
