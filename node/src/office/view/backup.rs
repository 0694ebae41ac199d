//! Backups as the command line asks for them.

use okrug_protocol::clock::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{schema, text};

/// A backup that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBackup {
    /// The key for backups to seal it to, as `okrug backup key` makes it, in hexadecimal digits.
    pub key: String,
    /// Only what a rebuild from the neighbours needs: the keys, the documents and the logins.
    #[serde(default)]
    pub keys_only: bool,
}

/// How long a backup will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupPlan {
    /// The short name of the office.
    pub slug: String,
    /// Rows of the store.
    pub rows: u64,
    /// About how many bytes the file will have.
    pub bytes: u64,
    /// The same of the keys alone.
    pub keys_bytes: u64,
}

/// A backup that is whole and durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MadeBackup {
    /// When it was made, as it says itself.
    #[serde(with = "text::time")]
    #[schema(schema_with = schema::time)]
    pub made: Millis,
    /// Its bytes.
    pub bytes: u64,
}
