//! The place of a protocol on one connection: asks for its stream, or waits for it.

use std::collections::VecDeque;
use std::task::{Context, Poll};
use std::time::Duration;

use libp2p::Stream;
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::swarm::handler::{ConnectionEvent, FullyNegotiatedInbound, FullyNegotiatedOutbound};
use libp2p::swarm::{ConnectionHandler, ConnectionHandlerEvent, StreamProtocol, SubstreamProtocol};

/// The stream is to be asked for.
#[derive(Debug)]
pub(in crate::mesh) struct Ask;

/// What became of a stream.
#[derive(Debug)]
pub(in crate::mesh) enum FromHandler {
    /// It is open.
    Opened {
        /// Whether it was asked for here.
        ours: bool,
        /// The stream.
        stream: Stream,
    },
    /// The other side does not speak the protocol, or not with us.
    Failed(String),
}

/// How long both sides may take to agree on the stream, over the longest lines; nobody but an office gets as far as this.
const AGREEING: Duration = Duration::from_secs(30);

/// The handler of one connection.
#[derive(Debug)]
pub(in crate::mesh) struct Handler {
    protocol: StreamProtocol,
    /// Whether the stream is still to be asked for.
    asks: bool,
    /// Whether one of the other side is still to be taken.
    takes: bool,
    events: VecDeque<FromHandler>,
}

impl Handler {
    pub(super) fn new(protocol: StreamProtocol, asks: bool, takes: bool) -> Self {
        Self { protocol, asks, takes, events: VecDeque::new() }
    }

    fn upgrade(&self) -> SubstreamProtocol<ReadyUpgrade<StreamProtocol>> {
        SubstreamProtocol::new(ReadyUpgrade::new(self.protocol.clone()), ()).with_timeout(AGREEING)
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Ask;
    type ToBehaviour = FromHandler;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        self.upgrade()
    }

    fn on_behaviour_event(&mut self, _: Ask) {
        self.asks = true;
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol>) {
        match event {
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol: stream, .. }) => {
                self.events.push_back(FromHandler::Opened { ours: true, stream });
            }
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol: stream, .. }) if self.takes => {
                self.takes = false;
                self.events.push_back(FromHandler::Opened { ours: false, stream });
            }
            ConnectionEvent::DialUpgradeError(error) => self.events.push_back(FromHandler::Failed(error.error.to_string())),
            // A second stream is dropped here, which resets it.
            _ => {}
        }
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), FromHandler>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(event));
        }
        if self.asks {
            self.asks = false;
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol: self.upgrade() });
        }
        Poll::Pending
    }
}
