//! The real program, run as people run it.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod desk;
mod district;
mod doctor;

mod alone;
mod audit;
mod authority;
mod backup;
mod bad_input;
mod bundle;
mod ceremony;
mod delegation;
mod demo;
mod import;
mod moving;
mod msg;
mod person;
mod revocation;
mod role;
mod simulate;
mod staff;
mod status;
mod suspend;
mod tls;
mod words;
