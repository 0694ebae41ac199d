//! The list of revocations.
