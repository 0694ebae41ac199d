//! One stream of a protocol on each connection, handed to the event loop with the connection that it is on.
//!
//! libp2p-stream would do nearly this, but it opens a stream on any of a peer's connections and does not say on
//! which one a stream arrived; while two connections meet, that is all that matters.

mod behaviour;
mod handler;

pub(super) use behaviour::{Behaviour, Opened, Opens};
