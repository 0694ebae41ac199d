//! The rules by which an entry is appended to its log.
