//! What peers say to each other, read from bytes alone: for fuzzing.

pub use super::copies::outside::{copy, sealed};
pub use super::door::outside::{documents, editions};
pub use super::exchange::outside::stream;

/// Where a neighbour met other offices; how many it names.
#[must_use]
pub fn hints(bytes: &[u8]) -> Option<usize> {
    super::hints::read(bytes).map(|met| met.len())
}
