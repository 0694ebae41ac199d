//! The ledger: verifies, appends, makes durable.
//!
//! One thread owns every append. It takes what has arrived since it looked last, ours and others',
//! and does it as one: judges, verifies signatures in parallel, writes one atomic batch that holds
//! what the office files with an entry, and answers when that is durable.
//!
//! ```text
//!   ours     compose ── rekey where due, seal, sign ─┐
//!                                                    ├─ verify ── journal, synced ── store ── answer
//!   others'  decode ── chain ────────────────────────┘                 └─ (others': store, flushed)
//! ```
//!
//! A head that was announced is on this disk; so is what a writer was told is written.

#![allow(dead_code, reason = "the thread behind the handle follows in the next commit")]

mod alarm;
mod filing;
mod handle;
mod verdict;
mod write;

pub use alarm::Alarm;
pub use filing::{Filed, Filing};
pub use handle::{Appended, Handle};
pub use verdict::Verdict;
pub use write::{Draft, MAX_TAG, WriteError, Written};
