//! Offices together, without a network between them or with engines linked over loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../served/mod.rs"]
mod served;
#[path = "../offices/mod.rs"]
mod offices;

mod arrival;
mod audit;
mod branch;
mod bundle;
mod carriers;
mod conflicts;
mod delegated;
mod liar;
mod keyless;
mod moving;
mod moving_cut;
mod offline;
mod people_hostile;
mod quota;
mod retention;
mod revoked;
mod roles;
mod set_back;
mod suspended;
mod trace;
mod words;
