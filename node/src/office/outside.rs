//! What a person types from a slip, and what a row says, read from outside alone: for fuzzing.

use okrug_protocol::codec;

use super::accounts;
use super::index::{Arrival, Row};
use super::slip::Slip;

/// The code of a slip as it is written, when this is one.
#[must_use]
pub fn slip(text: &str) -> Option<String> {
    Slip::read(text).map(|slip| slip.text())
}

/// An account of the store, written as it was read.
#[must_use]
pub fn account(bytes: &[u8]) -> Option<Vec<u8>> {
    accounts::read(bytes).map(|account| codec::encode(&account))
}

/// A row of a conversation, or one of the order of arrival; each written as it was read.
#[must_use]
pub fn row(bytes: &[u8]) -> Option<Vec<u8>> {
    let arrival = Arrival::read(bytes).map(|arrival| codec::encode(&arrival));
    arrival.or_else(|| codec::decode::<Row>(bytes, bytes.len()).ok().map(|row| codec::encode(&row)))
}
