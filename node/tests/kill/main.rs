//! Processes that are killed while they write: what they had told is there, once, and the next one goes on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../site/mod.rs"]
mod site;

mod sealing;
mod writes;
