//! Okrug node.
