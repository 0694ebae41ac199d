//! The exchange's stream: one on each link, opened by whoever dialled, carrying frames both ways.
//!
//! A link stands once both sides have greeted each other on it; which connection that is, when two meet, is
//! decided by [`Greeting`] and the event loop. Everything after the greeting happens in the link's own task.

mod terms;
mod frames;
#[cfg(feature = "outside")]
pub(super) mod outside;
mod greet;
mod cutter;
mod flight;
mod pulse;
mod taken;
mod link;

pub(super) use greet::{Greeting, ask, hear};
pub(super) use link::{Ended, Link, MAX_PROBES, Probe, Redirected, millis};
pub use terms::Terms;
