//! The API and its page, over real sockets: what is asked, what is answered, what is refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../served/mod.rs"]
mod served;

mod acts;
mod answers;
mod bundle;
mod district;
mod enrol;
mod events;
mod forged;
mod it;
mod limits;
mod login;
mod look;
mod once;
mod matrix;
mod openapi;
mod resume;
mod sessions;
mod staff;
mod tls;
