//! Person records.
