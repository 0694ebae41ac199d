//! Roles and deputies as the page and the command line see them.

use std::fmt;
use std::str::FromStr;

use okrug_protocol::behalf::{Behalf, Right};
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, PersonId, RoleId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::ParseViewError;
use super::{schema, text};

/// For whom something is said: `r10001` for a role, `p10001` for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BehalfId(pub Behalf);

impl fmt::Display for BehalfId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Behalf::Role(role) => role.fmt(f),
            Behalf::Person(person) => person.fmt(f),
        }
    }
}

impl FromStr for BehalfId {
    type Err = ParseViewError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let role = text.parse().map(Behalf::Role).ok();
        let behalf = role.or_else(|| text.parse().map(Behalf::Person).ok());
        behalf.map(Self).ok_or_else(|| ParseViewError::new(text, "a role or a person (r10001, p10001)"))
    }
}

/// Whether somebody had the right to speak for whom they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RightCode {
    /// They had.
    Holds,
    /// The announcement that they name has not arrived yet.
    Unknown,
    /// They had not, or not then.
    Lacks,
}

impl From<Right> for RightCode {
    fn from(right: Right) -> Self {
        match right {
            Right::Holds => Self::Holds,
            Right::Unknown => Self::Unknown,
            Right::Lacks => Self::Lacks,
        }
    }
}

/// For whom a message is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct For {
    /// The role or the person.
    #[serde(with = "text")]
    #[schema(schema_with = schema::behalf)]
    pub id: BehalfId,
    /// The role's title or the person's name.
    pub name: String,
    /// Whether who says it had the right to, at the time that was signed.
    pub right: RightCode,
}

/// For whom a person may speak now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActsFor {
    /// The role or the person.
    #[serde(with = "text")]
    #[schema(schema_with = schema::behalf)]
    pub id: BehalfId,
    /// The role's title or the person's name.
    pub name: String,
    /// Until when; null when nobody has said.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub until: Option<Millis>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Role {
    /// Number, such as `r10001`.
    #[serde(with = "text")]
    #[schema(schema_with = schema::role)]
    pub id: RoleId,
    /// What people call it.
    pub title: String,
    /// Unit.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub unit: UnitId,
    /// Name of the unit.
    pub unit_name: String,
    /// Home office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Name of the office.
    pub office_name: String,
    /// The edition.
    pub version: u32,
    /// Whether it can be written to.
    pub active: bool,
    /// Who has the duty, and who will have it.
    pub holders: Vec<Holder>,
}

/// A holder of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holder {
    /// The person.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// From when on.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub from: Millis,
    /// Until when; null when nobody has said.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub until: Option<Millis>,
    /// Whether that is now.
    pub now: bool,
}

/// The roles of the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Roles {
    /// By number.
    pub roles: Vec<Role>,
}

/// Who stands in for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Deputy {
    /// The deputy.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub by: PersonId,
    /// Name.
    pub name: String,
    /// From when on.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub from: Millis,
    /// Until when.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub until: Millis,
    /// Whether that is now.
    pub now: bool,
}

/// A role to be founded at this office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// What people call it.
    pub title: String,
    /// Unit; this office must host it.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub unit: UnitId,
}

/// Somebody who is to have the duty of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHolder {
    /// The person; of this office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub person: PersonId,
    /// From when on; now when nothing is said.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null, required = false)]
    pub from: Option<Millis>,
    /// Until when; for good when nothing is said.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null, required = false)]
    pub until: Option<Millis>,
}

/// Somebody who is to stand in for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeputy {
    /// The deputy.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub by: PersonId,
    /// From when on; now when nothing is said.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null, required = false)]
    pub from: Option<Millis>,
    /// Until when.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub until: Millis,
}
