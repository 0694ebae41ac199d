//! What stops a message, in a line beneath it.

use okrug_protocol::clock::Millis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::trace::WaitCode;
use super::{schema, text};

/// The gravest reason why a message of this office does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// In a word: `documents`, `full`, `gave_up`, `left`, `no_key`, `quota` or `removed`.
    pub code: WaitCode,
    /// Names of offices that it is about, a few of them.
    pub offices: Vec<String>,
    /// How many more it is about.
    pub more: usize,
    /// Of `quota`: until when, where it is about several offices at the last of them.
    #[serde(with = "text::optional_time", default)]
    #[schema(schema_with = schema::time_or_null)]
    pub until: Option<Millis>,
}
