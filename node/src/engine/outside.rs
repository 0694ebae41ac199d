//! What was written down of declared links, read from a text alone: for fuzzing.

/// How much was spent is read, and written as it is read.
#[must_use]
pub fn rations(text: &str) -> String {
    super::rations::write(&super::rations::read(text))
}
