//! Real meshes on loopback: links, frames, gossip, and those who do not belong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod discovery;
mod district;
mod door;
mod frames;
mod gossip;
mod hostile;
mod links;
mod raw;
