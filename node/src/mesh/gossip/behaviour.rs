//! Shows gossipsub exactly one connection per peer: the one that is the link.
//!
//! gossipsub tells its subscriptions on a peer's first connection only, and lets all connections of a peer empty
//! one queue. When an office restarts, the stale connection is still there: the new one counts as the second, and the
//! office never hears what we subscribe to, or half of it goes down the dead line (rust-libp2p issue 5097). Here a
//! change of connection looks to gossipsub like a peer that left and came back, so everything is told again.

use std::collections::{HashMap, VecDeque};
use std::task::{Context, Poll};

use libp2p::core::transport::PortUse;
use libp2p::core::{ConnectedPoint, Endpoint};
use libp2p::gossipsub::Event;
use libp2p::swarm::behaviour::{ConnectionClosed, ConnectionEstablished};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};

use super::slot::{Slot, ToSlot};
use super::{Audience, Inner};

type Listen = <<Inner as NetworkBehaviour>::ConnectionHandler as ConnectionHandler>::InboundProtocol;

/// The connections of one peer.
#[derive(Default)]
struct Peer {
    open: Vec<(ConnectionId, ConnectedPoint)>,
    used: Option<(ConnectionId, ConnectedPoint)>,
    /// Its link is used without gossip.
    shunned: bool,
}

/// gossipsub on one connection per peer.
pub(in crate::mesh) struct Behaviour {
    inner: Inner,
    audience: Audience,
    listen: Listen,
    peers: HashMap<PeerId, Peer>,
    actions: VecDeque<ToSwarm<Event, ToSlot>>,
}

impl Behaviour {
    pub(super) fn new(mut inner: Inner, audience: Audience) -> Result<Self, String> {
        let listen = sample(&mut inner).map_err(|denied| denied.to_string())?;
        Ok(Self { inner, audience, listen, peers: HashMap::new(), actions: VecDeque::new() })
    }

    /// gossipsub itself, for publishing, subscribing and verdicts.
    pub(in crate::mesh) fn gossipsub(&mut self) -> &mut Inner {
        &mut self.inner
    }

    /// Makes gossip use this connection of a peer.
    pub(in crate::mesh) fn prefer(&mut self, peer: PeerId, connection: ConnectionId) {
        let Some(entry) = self.peers.get_mut(&peer) else { return };
        entry.shunned = false;
        let Some(chosen) = entry.open.iter().find(|(id, _)| *id == connection).cloned() else { return };
        if entry.used.as_ref().is_some_and(|(id, _)| *id == connection) {
            return;
        }
        if let Some((old, point)) = entry.used.take() {
            leave(&mut self.inner, peer, old, &point);
            self.audience.left(&peer);
            self.notify(peer, old, ToSlot::Empty);
        }
        self.use_connection(peer, chosen);
    }

    /// Makes gossip use no connection of a peer, until one is preferred.
    pub(in crate::mesh) fn shun(&mut self, peer: PeerId) {
        let Some(entry) = self.peers.get_mut(&peer) else { return };
        entry.shunned = true;
        if let Some((old, point)) = entry.used.take() {
            leave(&mut self.inner, peer, old, &point);
            self.audience.left(&peer);
            self.notify(peer, old, ToSlot::Empty);
        }
    }

    fn use_connection(&mut self, peer: PeerId, (connection, point): (ConnectionId, ConnectedPoint)) {
        let Ok(handler) = enter(&mut self.inner, peer, connection, &point) else { return };
        self.peers.entry(peer).or_default().used = Some((connection, point));
        self.notify(peer, connection, ToSlot::Fill(Box::new(handler)));
    }

    fn note<In>(&self, action: ToSwarm<Event, In>) -> ToSwarm<Event, In> {
        match &action {
            ToSwarm::GenerateEvent(Event::Subscribed { peer_id, topic }) => self.audience.hears(peer_id, topic, true),
            ToSwarm::GenerateEvent(Event::Unsubscribed { peer_id, topic }) => self.audience.hears(peer_id, topic, false),
            _ => {}
        }
        action
    }

    fn notify(&mut self, peer_id: PeerId, connection: ConnectionId, event: ToSlot) {
        self.actions.push_back(ToSwarm::NotifyHandler { peer_id, handler: NotifyHandler::One(connection), event });
    }

    fn opened(&mut self, peer: PeerId, connection: ConnectionId, point: &ConnectedPoint) {
        let entry = self.peers.entry(peer).or_default();
        entry.open.push((connection, point.clone()));
        if entry.used.is_none() && !entry.shunned {
            self.use_connection(peer, (connection, point.clone()));
        }
    }

    fn closed(&mut self, peer: PeerId, connection: ConnectionId) {
        let Some(entry) = self.peers.get_mut(&peer) else { return };
        entry.open.retain(|(id, _)| *id != connection);
        if entry.used.as_ref().is_some_and(|(id, _)| *id == connection)
            && let Some((old, point)) = entry.used.take()
        {
            leave(&mut self.inner, peer, old, &point);
            self.audience.left(&peer);
        }
        if entry.used.is_none() {
            match entry.open.last().cloned() {
                Some(next) if !entry.shunned => self.use_connection(peer, next),
                Some(_) => {}
                None => drop(self.peers.remove(&peer)),
            }
        }
    }
}

/// The upgrade by which gossipsub listens, taken from a handler for a peer that is at once gone again.
fn sample(inner: &mut Inner) -> Result<Listen, ConnectionDenied> {
    let (peer, connection) = (PeerId::random(), ConnectionId::new_unchecked(usize::MAX));
    let point = ConnectedPoint::Listener { local_addr: Multiaddr::empty(), send_back_addr: Multiaddr::empty() };
    let handler = enter(inner, peer, connection, &point)?;
    leave(inner, peer, connection, &point);
    Ok(handler.listen_protocol().into_upgrade().0)
}

fn enter(inner: &mut Inner, peer: PeerId, connection: ConnectionId, point: &ConnectedPoint) -> Result<THandler<Inner>, ConnectionDenied> {
    let handler = match point {
        ConnectedPoint::Dialer { address, .. } => {
            inner.handle_established_outbound_connection(connection, peer, address, Endpoint::Dialer, PortUse::New)
        }
        ConnectedPoint::Listener { local_addr, send_back_addr } => {
            inner.handle_established_inbound_connection(connection, peer, local_addr, send_back_addr)
        }
    }?;
    inner.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
        peer_id: peer,
        connection_id: connection,
        endpoint: point,
        failed_addresses: &[],
        other_established: 0,
    }));
    Ok(handler)
}

fn leave(inner: &mut Inner, peer: PeerId, connection: ConnectionId, point: &ConnectedPoint) {
    inner.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
        peer_id: peer,
        connection_id: connection,
        endpoint: point,
        cause: None,
        remaining_established: 0,
    }));
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Slot;
    type ToSwarm = Event;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Slot::new(self.listen.clone()))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Slot::new(self.listen.clone()))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionEstablished(new) => self.opened(new.peer_id, new.connection_id, new.endpoint),
            FromSwarm::ConnectionClosed(old) => self.closed(old.peer_id, old.connection_id),
            other => self.inner.on_swarm_event(other),
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, connection: ConnectionId, event: THandlerOutEvent<Self>) {
        let used = self.peers.get(&peer).and_then(|entry| entry.used.as_ref());
        if used.is_some_and(|(id, _)| *id == connection) {
            self.inner.on_connection_handler_event(peer, connection, event);
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        // A slot is filled before it hears anything that gossipsub has for it.
        match self.actions.pop_front() {
            Some(action) => Poll::Ready(action),
            None => self.inner.poll(cx).map(|action| self.note(action).map_in(ToSlot::Inner)),
        }
    }
}
