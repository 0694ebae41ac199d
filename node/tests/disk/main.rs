//! Disks that lose power, refuse to sync, fill up and change what was written on them: nothing that was told is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../faulty/mod.rs"]
mod faulty;
#[path = "../site/mod.rs"]
mod site;
#[path = "../support/mod.rs"]
mod support;

mod corrupt;
mod first;
mod layer;
mod power;
mod rewritten;
mod unreadable;
mod unsynced;
