//! Okrug tools.
