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

mod accept;
mod alarm;
mod announced;
mod ask;
mod begin;
mod bundle;
mod carried;
mod commit;
mod compose;
mod data;
mod filing;
mod forks;
mod handle;
#[cfg(feature = "outside")]
pub mod outside;
mod pace;
mod heal;
mod keyring;
mod past;
mod record;
mod reseal;
mod retain;
mod retain_journal;
mod retain_marks;
mod settle;
mod start;
mod strike;
mod tend;
mod unopened;
mod verdict;
mod verify;
mod worker;
mod write;

pub use alarm::Alarm;
pub use begin::begin_journal;
pub use bundle::{Closed, Recipient};
pub use carried::{Carried, CarriedLog};
pub use data::{Data, DataError};
pub use filing::{Filed, Filing};
pub use handle::{Appended, Arrivals, Handle, Struck, Way};
pub use pace::Slowed;
pub use retain_marks::Retained;
pub use start::{Running, Setup, StartError};
pub use unopened::{Unopened, Why};
pub use verdict::Verdict;
pub use worker::Fatal;
pub use write::{Draft, MAX_TAG, WriteError, Written};
