//! Campaigns: long trials of everything that may go wrong, with a short form for every change.
//!
//! Each prints a line `ROW | what | how much | what came of it`; `tests/run --long` gathers them into a table.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../../../node/tests/faulty/mod.rs"]
mod faulty;
mod attack;
mod flood;
mod full;
mod parted;
mod partition;
mod process;
mod refused;
mod soak;
mod spoilt;

/// A number from the environment; the long form asks for more.
fn number(name: &str, short: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}
