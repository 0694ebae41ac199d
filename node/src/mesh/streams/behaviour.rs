//! Asks for the streams of one protocol and takes them, on all connections.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, StreamProtocol, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use super::handler::{Ask, FromHandler, Handler};

/// Who opens the stream of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mesh) enum Opens {
    /// Whoever dialled, at once; there is one.
    Dialler,
    /// Either side, when it is told to; there is one each way.
    Either,
}

/// What became of a stream on a connection.
#[derive(Debug)]
pub(in crate::mesh) struct Opened {
    /// The other side.
    pub(in crate::mesh) peer: PeerId,
    /// The connection.
    pub(in crate::mesh) connection: ConnectionId,
    /// Whether this side asked for it.
    pub(in crate::mesh) ours: bool,
    /// The stream; `None` when the other side refused it.
    pub(in crate::mesh) stream: Option<libp2p::Stream>,
}

/// The streams of one protocol on all connections.
#[derive(Debug)]
pub(in crate::mesh) struct Behaviour {
    protocol: StreamProtocol,
    opens: Opens,
    events: VecDeque<ToSwarm<Opened, Ask>>,
}

impl Behaviour {
    /// Speaks `/okrug/<tag>/<name>/1`.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub(in crate::mesh) fn new(tag: &str, name: &str, opens: Opens) -> Result<Self, String> {
        let protocol = StreamProtocol::try_from_owned(format!("/okrug/{tag}/{name}/1")).map_err(|error| error.to_string())?;
        Ok(Self { protocol, opens, events: VecDeque::new() })
    }

    /// Asks for a stream on a connection; once on each.
    pub(in crate::mesh) fn ask(&mut self, peer_id: PeerId, connection: ConnectionId) {
        self.events.push_back(ToSwarm::NotifyHandler { peer_id, handler: NotifyHandler::One(connection), event: Ask });
    }

    fn handler(&self, dialled: bool) -> Handler {
        let (asks, takes) = match self.opens {
            Opens::Dialler => (dialled, !dialled),
            Opens::Either => (false, true),
        };
        Handler::new(self.protocol.clone(), asks, takes)
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
        Ok(self.handler(false))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler(true))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, peer: PeerId, connection: ConnectionId, event: THandlerOutEvent<Self>) {
        let (ours, stream) = match event {
            FromHandler::Opened { ours, stream } => (ours, Some(stream)),
            FromHandler::Failed(reason) => {
                tracing::debug!(%peer, protocol = %self.protocol, reason, "no stream on this connection");
                (true, None)
            }
        };
        self.events.push_back(ToSwarm::GenerateEvent(Opened { peer, connection, ours, stream }));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        self.events.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}
