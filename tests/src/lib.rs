//! Okrug test harness.
