//! A real node whose clock is wrong, or moved by a test.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../served/mod.rs"]
mod served;
#[path = "../support/mod.rs"]
mod support;

mod jumps;
mod sessions;
mod unset;
