//! Okrug protocol.
