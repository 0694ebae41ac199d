//! Hands the exchange's streams to the event loop, each with the connection that it is on.
//!
//! libp2p-stream would do nearly this, but it opens a stream on any of a peer's connections and does not say on
//! which one a stream arrived; while two connections meet, that is all that matters.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, StreamProtocol, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use super::handler::{FromHandler, Handler};

/// What became of the exchange's stream on a connection.
#[derive(Debug)]
pub(in crate::mesh) struct Opened {
    /// The other side.
    pub(in crate::mesh) peer: PeerId,
    /// The connection.
    pub(in crate::mesh) connection: ConnectionId,
    /// The stream; `None` when the other side refused it.
    pub(in crate::mesh) stream: Option<libp2p::Stream>,
}

/// The exchange's streams on all connections.
#[derive(Debug)]
pub(in crate::mesh) struct Behaviour {
    protocol: StreamProtocol,
    events: VecDeque<Opened>,
}

impl Behaviour {
    /// Speaks `/okrug/<tag>/exchange/1`.
    pub(in crate::mesh) fn new(tag: &str) -> Result<Self, String> {
        let protocol = StreamProtocol::try_from_owned(format!("/okrug/{tag}/exchange/1")).map_err(|error| error.to_string())?;
        Ok(Self { protocol, events: VecDeque::new() })
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Opened;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.protocol.clone(), false))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.protocol.clone(), true))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, peer: PeerId, connection: ConnectionId, event: THandlerOutEvent<Self>) {
        let stream = match event {
            FromHandler::Opened(stream) => Some(stream),
            FromHandler::Failed(reason) => {
                tracing::debug!(%peer, reason, "no exchange on this connection");
                None
            }
        };
        self.events.push_back(Opened { peer, connection, stream });
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        match self.events.pop_front() {
            Some(event) => Poll::Ready(ToSwarm::GenerateEvent(event)),
            None => Poll::Pending,
        }
    }
}
