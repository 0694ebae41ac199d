//! Calls the offices that are due.

use std::time::Instant;

use libp2p::PeerId;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use okrug_protocol::ids::OfficeId;

use super::event_loop::EventLoop;
use super::identity::{key_of, peer_id};
use super::neighbours;

impl EventLoop {
    pub(super) fn dial_due(&mut self) {
        let now = Instant::now();
        while let Some(office) = self.redial.take_due(now) {
            self.dial(office);
        }
        self.choose_neighbours();
    }

    /// Keeps to the neighbours that the known addresses suggest: new ones are due now, others no more.
    pub(super) fn choose_neighbours(&mut self) {
        let ourselves = key_of(self.swarm.local_peer_id()).and_then(|key| self.admission.office_of(&key));
        let listed = self.addresses.offices().filter(|(office, _)| self.admission.peer_of(*office).is_some());
        let chosen = neighbours::choose(ourselves, listed, |office| self.redial.answers(office));
        for office in self.neighbours.difference(&chosen) {
            self.redial.forget(*office);
        }
        for office in chosen.difference(&self.neighbours) {
            self.table.known(*office);
            if !self.links.contains_key(office) {
                self.redial.soon(*office, Instant::now());
            }
        }
        self.neighbours = chosen;
    }

    fn dial(&mut self, office: OfficeId) {
        let Some(peer) = self.admission.peer_of(office).and_then(|key| peer_id(&key)) else { return };
        if !self.neighbours.contains(&office) {
            return;
        }
        if self.is_settled(&peer) {
            // A connection without a link is one that begins or one that ends: nobody else would tell when it is over.
            if !self.links.contains_key(&office) {
                self.try_again(office);
            }
            return;
        }
        let addresses = self.addresses.of(office);
        if addresses.is_empty() {
            return;
        }
        // From a port of its own: out of the listening port, two nodes that call each other at the same moment
        // would meet in one TCP connection with two callers and nobody to answer.
        let call = DialOpts::peer_id(peer).condition(PeerCondition::DisconnectedAndNotDialing).addresses(addresses).allocate_new_port();
        if let Err(error) = self.swarm.dial(call.build()) {
            tracing::debug!(%office, %error, "not dialled");
            self.try_again(office);
        }
    }

    fn is_settled(&self, peer: &PeerId) -> bool {
        self.arbiter.is_busy(peer) || self.swarm.is_connected(peer) || peer == self.swarm.local_peer_id()
    }
}
