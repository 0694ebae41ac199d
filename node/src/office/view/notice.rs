//! What stops a message, in a line beneath it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::trace::WaitCode;

/// The gravest reason why a message of this office does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// In a word: `documents`, `full`, `gave_up`, `left`, `no_key` or `removed`.
    pub code: WaitCode,
    /// Names of offices that it is about, a few of them.
    pub offices: Vec<String>,
    /// How many more it is about.
    pub more: usize,
}
