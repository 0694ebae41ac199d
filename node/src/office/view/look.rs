//! What is shown to whoever looks closer at a message or a person.

use okrug_protocol::ids::{OfficeId, PersonId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{schema, text};

/// A person by their record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonCard {
    /// Number of the person.
    #[serde(with = "text")]
    #[schema(schema_with = schema::person)]
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Position.
    pub position: String,
    /// Number of the unit.
    #[serde(with = "text")]
    #[schema(schema_with = schema::unit)]
    pub unit: UnitId,
    /// Number of the home office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// Whether the person may log in and write.
    pub active: bool,
    /// The fingerprint of the keys by which the person signs and is written to.
    pub fingerprint: Fingerprint,
}

/// A fingerprint to be read aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fingerprint {
    /// In Russian words.
    pub ru: String,
    /// The same in English words.
    pub en: String,
}
