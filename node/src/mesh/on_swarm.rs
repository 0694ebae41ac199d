//! What the swarm reports. Events that mean nothing here are passed over, never a reason to fall.

use std::error::Error;

use libp2p::core::ConnectedPoint;
use libp2p::gossipsub::{self, MessageAcceptance};
use libp2p::identify;
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId};
use okrug_protocol::ids::OfficeId;

use super::MAX_GOSSIP;
use super::behaviour::BehaviourEvent;
use super::endpoint::host;
use super::event::{Event, GossipToken};
use super::event_loop::{Connection, EventLoop};
use super::handle::Source;
use super::identity::key_of;

impl EventLoop {
    pub(super) fn on_swarm(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Exchange(opened)) => self.on_opened(opened),
            SwarmEvent::Behaviour(BehaviourEvent::Copies(opened)) => self.on_copies(opened),
            SwarmEvent::Behaviour(BehaviourEvent::Gossip(event)) => self.on_gossip(event),
            SwarmEvent::Behaviour(BehaviourEvent::Identify(event)) => self.on_identify(event),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.on_connection(peer_id, connection_id, endpoint);
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, .. } => self.on_closed(&peer_id, connection_id),
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => {
                tracing::debug!(%peer, %error, "not reached");
                if let Some(office) = self.office_of(&peer) {
                    self.try_again(office);
                }
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, .. } => {
                tracing::debug!(from = %send_back_addr, reason = whole(&error), "not let in");
            }
            SwarmEvent::NewListenAddr { address, .. } => {
                self.watched.listening(address.clone());
                self.events.offer(Event::Listening(address), 0);
            }
            SwarmEvent::ExpiredListenAddr { address, .. } => self.watched.silent(&address),
            SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "the listener stumbled"),
            SwarmEvent::ListenerClosed { reason: Err(error), .. } => tracing::error!(%error, "no longer listening"),
            _ => {}
        }
    }

    pub(super) fn office_of(&self, peer: &PeerId) -> Option<OfficeId> {
        self.admission.office_of(&key_of(peer)?)
    }

    fn on_connection(&mut self, peer: PeerId, connection: ConnectionId, point: ConnectedPoint) {
        // The directory may have changed since the handshake.
        let Some(office) = self.office_of(&peer) else {
            self.swarm.close_connection(connection);
            return;
        };
        let meter = self.meters.of(&point).unwrap_or_default();
        self.table.opened(office, meter.clone());
        self.connections.insert(connection, Connection { peer, office, point, meter });
    }

    fn on_closed(&mut self, peer: &PeerId, connection: ConnectionId) {
        self.arbiter.closed(peer, connection);
        let Some(known) = self.connections.remove(&connection) else { return };
        self.table.closed(known.office, &known.meter);
        match self.links.get(&known.office) {
            Some(link) if link.connection == connection => link.cancel.cancel(),
            Some(_) => {}
            None => {
                self.try_again(known.office);
                if !self.swarm.is_connected(peer) {
                    self.knock(&known);
                }
            }
        }
    }

    fn on_identify(&mut self, event: identify::Event) {
        let identify::Event::Received { connection_id, info, .. } = event else { return };
        let Some(known) = self.connections.get(&connection_id) else { return };
        // A loopback address means something only to those on the same machine.
        let same_machine = host(known.point.get_remote_address()).is_some_and(|ip| ip.is_loopback());
        let office = known.office;
        let usable = |address: &Multiaddr| same_machine || host(address).is_some_and(|ip| !ip.is_loopback());
        let addresses = info.listen_addrs.into_iter().filter(usable).collect();
        if self.addresses.set(office, Source::Told, addresses) {
            self.choose_neighbours();
        }
        self.pass_on();
    }

    fn on_gossip(&mut self, event: gossipsub::Event) {
        let gossipsub::Event::Message { propagation_source, message_id, message } = event else { return };
        let bytes = message.data.len();
        let token = GossipToken { id: message_id, source: propagation_source };
        if bytes > MAX_GOSSIP {
            self.office_of(&propagation_source).into_iter().for_each(|office| self.table.offended(office));
            return self.judge(&token, MessageAcceptance::Reject);
        }
        let (Some(topic), Some(from)) = (self.topics.topic(&message.topic), self.office_of(&propagation_source)) else {
            return self.judge(&token, MessageAcceptance::Ignore);
        };
        let event = Event::Gossip { topic, from, bytes: message.data, token: token.clone() };
        if !self.events.offer(event, bytes) {
            tracing::debug!(%topic, "gossip dropped: nobody takes it in time");
            self.judge(&token, MessageAcceptance::Ignore);
        }
    }

    pub(super) fn judge(&mut self, token: &GossipToken, acceptance: MessageAcceptance) {
        let gossipsub = self.swarm.behaviour_mut().gossip.gossipsub();
        // A message that is no longer remembered was judged too late to matter.
        let _ = gossipsub.report_message_validation_result(&token.id, &token.source, acceptance);
    }
}

/// The words of an error and of what caused it: libp2p's own say only in which step it was.
fn whole(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.ends_with(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}
