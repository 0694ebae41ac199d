//! A peer that we did not write: js-libp2p, at the door of a real node.
//!
//! What a listed identity opens to Okrug's own node it opens to any implementation of libp2p, and what is closed
//! to a stranger is closed to all of them. Ignored unless asked for (`tests/run --only interop`), since they need
//! Node.js and the packages of `tests/interop`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod district;
mod door;
mod entries;
mod nonsense;
mod peer;
