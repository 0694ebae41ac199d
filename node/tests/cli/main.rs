//! The program `okrug-node`: its words, its files, its configuration.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod config;
mod keys;
mod refusals;
mod start;
