//! People, units and offices as the page and the command line see them.

use std::fmt;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroize;

use super::roles::{ActsFor, Deputy, Role};
use super::status::Link;
use super::{schema, text};

/// A password on its way to the vault: wiped when dropped, never shown.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = Password)]
pub struct Password(String);

impl Password {
    /// The password itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("password")
    }
}

/// A request to begin a session.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The login.
    pub login: String,
    /// The password.
    pub password: Password,
    /// Whether to answer with a bearer token for a script instead of a cookie.
    #[serde(default)]
    pub token: bool,
}

/// A bearer token for a script.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// To be sent as `Authorization: Bearer …`.
    pub token: String,
}

/// Who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The person.
    pub person: Person,
    /// The office.
    pub office: MyOffice,
    /// The district.
    pub district: District,
    /// What the person may do: `post`.
    pub rights: Vec<String>,
    /// What should not be, by stable names such as `data_moved`; the administrator's status says more.
    #[serde(default)]
    pub alarms: Vec<String>,
    /// For whom they may speak now: roles whose duty they have, people in whose place they stand.
    pub acts_for: Vec<ActsFor>,
}

/// A person and their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Number, such as `p10001`.
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
}

/// The office that answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MyOffice {
    /// Number, such as `o1`.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub id: OfficeId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// The district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct District {
    /// Sixty-four hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How old what is known of it is.
    pub freshness: Freshness,
    /// How old the newest list of revocations is; null when there is none yet.
    #[schema(required = true)]
    pub revocations: Option<ListAge>,
    /// Whether this office is revoked: it reads what it has, and nobody takes what it writes.
    pub revoked: bool,
    /// Whether this office is suspended: it reads what comes, and writes nothing until it is resumed.
    #[serde(default)]
    pub suspended: bool,
}

/// How old a list of revocations is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListAge {
    /// Its version.
    pub version: u32,
    /// When it was signed.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub issued: Millis,
    /// When a newer one is promised.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub refresh_by: Millis,
    /// Seconds since it was signed, by this machine's clock.
    pub age_s: u64,
    /// Whether a newer one is due.
    pub freshness: Freshness,
}

/// Whether the signed documents are due for a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// Not yet.
    Fresh,
    /// Due.
    Stale,
    /// Long due.
    Overdue,
}

/// The district as a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tree {
    /// Version of the chart.
    pub version: u32,
    /// Units; a parent stands before its children.
    pub units: Vec<TreeUnit>,
    /// Offices.
    pub offices: Vec<TreeOffice>,
    /// People.
    pub people: Vec<TreePerson>,
    /// Roles that can be written to.
    pub roles: Vec<Role>,
}

/// A unit in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TreeUnit {
    /// Number.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub id: UnitId,
    /// The unit that it lies in.
    #[serde(with = "text::optional", default)]
    #[schema(schema_with = schema::unit_or_null)]
    pub parent: Option<UnitId>,
    /// Name.
    pub name: String,
    /// Offices that host it.
    #[serde(with = "text::list")]
    #[schema(schema_with = schema::offices)]
    pub offices: Vec<OfficeId>,
}

/// An office in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TreeOffice {
    /// Number.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub id: OfficeId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Units that it hosts.
    #[serde(with = "text::list")]
    #[schema(schema_with = schema::units)]
    pub units: Vec<UnitId>,
    /// Whether it is the one that answers.
    pub here: bool,
    /// How the link to it stands.
    pub link: Link,
    /// When anything was last heard from it.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub last_contact: Option<Millis>,
    /// Whether it is suspended: it reads, and writes nothing.
    #[serde(default)]
    #[schema(required = true)]
    pub suspended: bool,
}

/// A person in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TreePerson {
    /// Number.
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
    /// Home office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Whether it is who asks.
    pub me: bool,
    /// Who stands in for them, now or soon.
    #[schema(required = true)]
    pub deputy: Option<Deputy>,
    /// Whether they serve.
    pub state: PersonState,
}

/// Whether a person serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PersonState {
    /// They do.
    Serves,
    /// They have left: they cannot log in or write, and nobody can write to them.
    Left,
    /// Their office has let them go to another, where they have not arrived yet.
    Moves,
}

/// A person to be enrolled at this office.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The login.
    pub login: String,
    /// The first password.
    pub password: Password,
    /// Name.
    pub name: String,
    /// Position.
    pub position: String,
    /// Unit; this office must host it.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub unit: UnitId,
}

/// A person of this office, for its administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonView {
    /// Number.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub id: PersonId,
    /// The login.
    pub login: String,
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
    /// Whether the person may log in and write.
    pub active: bool,
    /// Whether the password opens nothing until the person comes with the code of a reset.
    pub locked: bool,
    /// Whether the person has the right `it`: they see the state of the node.
    #[serde(default)]
    #[schema(required = true)]
    pub it: bool,
}

/// The people of this office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct People {
    /// By number.
    pub people: Vec<PersonView>,
}
