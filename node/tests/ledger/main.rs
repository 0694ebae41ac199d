//! An office's ledger on a real disk: what is appended, what comes back after harm, which keys it has.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../site/mod.rs"]
mod site;
#[path = "../lives/mod.rs"]
mod lives;

mod backups;

mod bundle;
mod carried;
mod entries;
mod epochs;
mod forks;
mod full;
mod incarnations;
mod keys_gone;
mod pace;
mod past;
mod retention;
mod sealing;
