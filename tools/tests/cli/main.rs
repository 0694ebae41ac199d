//! The real program, run as people run it.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod desk;
mod district;
mod doctor;
#[path = "../../../node/tests/faulty/mod.rs"]
mod faulty;

mod alone;
mod audit;
mod authority;
mod backup;
mod bad_input;
mod bundle;
mod ceremony;
mod delegation;
mod demo;
mod full;
mod import;
mod moving;
mod msg;
mod person;
mod policy;
mod revocation;
mod role;
mod simulate;
mod staff;
mod status;
mod suspend;
mod tls;
mod words;
