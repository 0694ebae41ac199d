//! How many may stand at the door from one address: so that one machine on the LAN cannot keep all others waiting.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};

use super::endpoint::host;

/// Handshakes under way from one address; an office needs one or two.
const MAX_PENDING_PER_ADDRESS: usize = 8;

/// Too many handshakes are under way from this address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many handshakes from {0} at once")]
struct Crowded(IpAddr);

/// Counts unfinished inbound handshakes by address.
#[derive(Debug, Default)]
pub(super) struct Behaviour {
    pending: HashMap<ConnectionId, IpAddr>,
}

impl Behaviour {
    fn arrive(&mut self, connection: ConnectionId, from: &Multiaddr) -> Result<(), Crowded> {
        let Some(ip) = host(from) else { return Ok(()) };
        // Bounded by the limit on all pending handshakes, so counting them is cheap.
        if !ip.is_loopback() && self.pending.values().filter(|other| **other == ip).count() >= MAX_PENDING_PER_ADDRESS {
            return Err(Crowded(ip));
        }
        self.pending.insert(connection, ip);
        Ok(())
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        from: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.arrive(connection, from).map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.pending.remove(&connection);
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        if let FromSwarm::ListenFailure(failure) = event {
            self.pending.remove(&failure.connection_id);
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_fill_the_doorstep() {
        let mut doorstep = Behaviour::default();
        let (crowd, office): (Multiaddr, Multiaddr) = ("/ip4/10.0.0.9/tcp/5".parse().unwrap(), "/ip4/10.0.0.3/tcp/5".parse().unwrap());
        for number in 0..MAX_PENDING_PER_ADDRESS {
            assert_eq!(doorstep.arrive(ConnectionId::new_unchecked(number), &crowd), Ok(()));
        }
        assert!(doorstep.arrive(ConnectionId::new_unchecked(100), &crowd).is_err());
        assert_eq!(doorstep.arrive(ConnectionId::new_unchecked(101), &office), Ok(()));
    }
}
