//! Where the logs of an office end here, for whoever revokes it.

use okrug_protocol::ids::OfficeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MessageId, schema, text};

/// The last entries of an office that this node holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfficeEnds {
    /// Which office.
    #[serde(with = "text")]
    #[schema(schema_with = schema::office)]
    pub office: OfficeId,
    /// One for each of its logs.
    pub ends: Vec<LogEnd>,
}

/// The last entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogEnd {
    /// Its place.
    #[serde(with = "text")]
    #[schema(schema_with = schema::message)]
    pub last: MessageId,
    /// Its identity: 64 hexadecimal digits.
    pub id: String,
}
