//! Okrug's daemon, as a library: mesh, store, office, HTTP API and page.
//!
//! The modules form a ladder: each uses only those above it.
#![doc = include_str!("given_up.md")]

pub mod words;
pub mod problem;
pub mod help;
pub mod usage;
pub mod qr;
pub mod paper;
pub mod refused;
pub mod config;
pub mod clock;
pub mod rfc3339;
pub mod disk;
pub mod keys;
pub mod rest;
pub mod certs;
pub mod keyring;
pub mod shared;
pub mod documents;
pub mod here;
pub mod home;
pub mod journal;
pub mod store;
pub mod ledger;
pub mod backup;
pub mod mesh;
pub mod discovery;
pub mod sync;
pub mod office;
pub mod engine;
pub mod page;
pub mod picture;
pub mod api;
pub mod logging;
pub mod run;
pub mod cli;
