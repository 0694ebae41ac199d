//! The charter: the root of a district's trust.
