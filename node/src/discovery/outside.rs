//! What a file or a list says of addresses, read from texts alone: for fuzzing.

use okrug_protocol::ids::OfficeId;

use super::{bootstrap, last_good};
use crate::mesh::Multiaddr;

/// The lines of `last-good`.
#[must_use]
pub fn last_good(text: &str) -> Vec<(OfficeId, Multiaddr)> {
    last_good::parse(text).into_iter().collect()
}

/// The name and the port in an address of the bootstrap list that has a name.
#[must_use]
pub fn named(text: &str) -> Option<(&str, u16)> {
    bootstrap::named(text)
}
