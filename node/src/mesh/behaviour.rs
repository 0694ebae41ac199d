//! The protocols on one connection, put together.

use std::time::Duration;

use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::identify;
use libp2p::identity::PublicKey;
use libp2p::swarm::NetworkBehaviour;

use super::gossip::{Audience, Topics};
use super::streams::{self, Opens};
use super::{doorstep, gossip};

/// Connections with all peers at most; more offices than that meet through others.
const MAX_CONNECTIONS: u32 = 256;
/// Connections with one peer: the link, and one that is about to replace it.
const MAX_PER_PEER: u32 = 2;
/// Handshakes under way in each direction.
const MAX_PENDING: u32 = 32;
/// Identify tells once per connection; nothing in it changes that anybody waits for.
const IDENTIFY_AGAIN: Duration = Duration::from_secs(24 * 3_600);

/// What a connection is used for.
///
/// Limits come first: what they refuse, the others never see.
#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    limits: connection_limits::Behaviour,
    doorstep: doorstep::Behaviour,
    identify: identify::Behaviour,
    pub(super) exchange: streams::Behaviour,
    pub(super) copies: streams::Behaviour,
    pub(super) gossip: gossip::Behaviour,
}

/// Builds it.
///
/// # Errors
/// The words of the protocol that refused its configuration.
pub(super) fn build(tag: &str, key: PublicKey, topics: Topics, audience: Audience) -> Result<Behaviour, String> {
    let limits = ConnectionLimits::default()
        .with_max_pending_incoming(Some(MAX_PENDING))
        .with_max_pending_outgoing(Some(MAX_PENDING))
        .with_max_established_per_peer(Some(MAX_PER_PEER))
        .with_max_established(Some(MAX_CONNECTIONS));
    // Needed by other implementations before they speak gossip with us; kept as short as it can be.
    let identify = identify::Config::new(format!("okrug/{tag}"), key)
        .with_agent_version(concat!("okrug/", env!("CARGO_PKG_VERSION")).to_owned())
        .with_interval(IDENTIFY_AGAIN)
        .with_push_listen_addr_updates(false)
        .with_cache_size(0);
    Ok(Behaviour {
        limits: connection_limits::Behaviour::new(limits),
        doorstep: doorstep::Behaviour::default(),
        identify: identify::Behaviour::new(identify),
        exchange: streams::Behaviour::new(tag, "exchange", Opens::Dialler)?,
        copies: streams::Behaviour::new(tag, "copies", Opens::Either)?,
        gossip: gossip::build(topics, audience)?,
    })
}
