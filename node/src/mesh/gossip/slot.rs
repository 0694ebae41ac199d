//! The place of gossip on one connection: empty until the connection is the one that gossip uses.
//!
//! An empty slot already takes the other side's stream, since that side may have chosen this connection first;
//! refusing it would make the other side believe that gossip is not spoken here at all. So it does again once it was emptied:
//! a link that was used without gossip for a while may get it back, and the other side may begin.

use std::fmt;
use std::task::{Context, Poll, Waker};

use libp2p::swarm::handler::{ConnectionEvent, FullyNegotiatedInbound};
use libp2p::swarm::{ConnectionHandler, ConnectionHandlerEvent, NetworkBehaviour, SubstreamProtocol};

use super::Inner;

type Gossip = <Inner as NetworkBehaviour>::ConnectionHandler;
type Listen = <Gossip as ConnectionHandler>::InboundProtocol;
type Speak = <Gossip as ConnectionHandler>::OutboundProtocol;

/// What the behaviour tells a slot.
pub(in crate::mesh) enum ToSlot {
    /// Gossip uses this connection from now on.
    Fill(Box<Gossip>),
    /// Gossip uses another one.
    Empty,
    /// For the handler in the slot.
    Inner(<Gossip as ConnectionHandler>::FromBehaviour),
}

impl fmt::Debug for ToSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fill(_) => f.write_str("Fill"),
            Self::Empty => f.write_str("Empty"),
            Self::Inner(event) => event.fmt(f),
        }
    }
}

enum State {
    Waiting(Option<Box<FullyNegotiatedInbound<Listen, ()>>>),
    Filled(Box<Gossip>),
}

/// The handler of one connection.
pub(in crate::mesh) struct Slot {
    listen: Listen,
    state: State,
    waker: Option<Waker>,
    /// Streams that were asked for and are not there yet.
    asked: usize,
    /// Of these, those that a handler asked for that is gone; the next one has its own, and a second one would end it.
    stale: usize,
}

impl Slot {
    /// An empty slot that listens with this upgrade.
    pub(super) fn new(listen: Listen) -> Self {
        Self { listen, state: State::Waiting(None), waker: None, asked: 0, stale: 0 }
    }

    fn fill(&mut self, mut gossip: Box<Gossip>) {
        if let State::Waiting(stream) = &mut self.state
            && let Some(stream) = stream.take()
        {
            gossip.on_connection_event(ConnectionEvent::FullyNegotiatedInbound(*stream));
        }
        self.state = State::Filled(gossip);
    }
}

impl ConnectionHandler for Slot {
    type FromBehaviour = ToSlot;
    type ToBehaviour = <Gossip as ConnectionHandler>::ToBehaviour;
    type InboundProtocol = Listen;
    type OutboundProtocol = Speak;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        match &self.state {
            State::Filled(gossip) => gossip.listen_protocol(),
            State::Waiting(_) => SubstreamProtocol::new(self.listen.clone(), ()),
        }
    }

    fn connection_keep_alive(&self) -> bool {
        matches!(&self.state, State::Filled(gossip) if gossip.connection_keep_alive())
    }

    fn on_behaviour_event(&mut self, event: ToSlot) {
        match event {
            ToSlot::Fill(gossip) => self.fill(gossip),
            ToSlot::Empty => {
                self.state = State::Waiting(None);
                self.stale = self.asked;
            }
            ToSlot::Inner(event) => {
                if let State::Filled(gossip) = &mut self.state {
                    gossip.on_behaviour_event(event);
                }
            }
        }
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Listen, Speak>) {
        if matches!(event, ConnectionEvent::FullyNegotiatedOutbound(_) | ConnectionEvent::DialUpgradeError(_)) {
            self.asked = self.asked.saturating_sub(1);
            if self.stale > 0 {
                self.stale -= 1;
                return;
            }
        }
        match (&mut self.state, event) {
            (State::Filled(gossip), event) => gossip.on_connection_event(event),
            (State::Waiting(stream), ConnectionEvent::FullyNegotiatedInbound(new)) => *stream = Some(Box::new(new)),
            (State::Waiting(_), _) => {}
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<Speak, (), Self::ToBehaviour>> {
        match &mut self.state {
            State::Filled(gossip) => {
                let polled = gossip.poll(cx);
                self.asked += usize::from(matches!(polled, Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { .. })));
                polled
            }
            State::Waiting(_) => {
                self.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
