//! Gossip: for speed. What it loses, the exchange finds.
//!
//! gossipsub, anonymous (entries carry their own signatures), forwarding nothing before it was judged,
//! and held to one connection per peer by [`Behaviour`].

mod audience;
mod behaviour;
mod config;
mod slot;
mod topics;

pub(super) use audience::Audience;
pub use audience::Heard;
pub(super) use behaviour::Behaviour;
pub(super) use config::build;
pub(super) use topics::Topics;

/// gossipsub as it is used here.
type Inner = libp2p::gossipsub::Behaviour<libp2p::gossipsub::IdentityTransform, topics::Filter>;
