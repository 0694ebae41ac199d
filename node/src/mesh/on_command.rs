//! What the handle asks for.

use std::collections::BTreeSet;
use std::time::Instant;

use bytes::Bytes;
use libp2p::Multiaddr;
use libp2p::gossipsub::{MessageAcceptance, PublishError};
use okrug_protocol::ids::{OfficeId, Topic};

use super::MAX_GOSSIP;
use super::event::Verdict;
use super::event_loop::EventLoop;
use super::handle::{Command, Source};
use super::identity::key_of;

impl EventLoop {
    pub(super) fn on_command(&mut self, command: Command) {
        match command {
            Command::Publish(topic, bytes) => self.publish(topic, &bytes),
            Command::Subscribe(topics) => self.subscribe(&topics.into_iter().collect()),
            Command::Address(office, addresses, source) => self.learn(office, addresses, source),
            Command::Recheck => self.recheck(),
            Command::Verdict(token, verdict) => {
                let acceptance = match verdict {
                    Verdict::Accept => MessageAcceptance::Accept,
                    Verdict::Ignore => MessageAcceptance::Ignore,
                    Verdict::Reject => MessageAcceptance::Reject,
                };
                self.judge(&token, acceptance);
            }
        }
    }

    fn publish(&mut self, topic: Topic, bytes: &Bytes) {
        if bytes.len() > MAX_GOSSIP {
            tracing::debug!(%topic, bytes = bytes.len(), "too long for gossip; the exchange brings it");
            return;
        }
        let name = self.topics.name(topic);
        match self.swarm.behaviour_mut().gossip.gossipsub().publish(name, bytes.to_vec()) {
            Ok(_) | Err(PublishError::NoPeersSubscribedToTopic | PublishError::Duplicate) => {}
            Err(error) => tracing::debug!(%topic, %error, "not given to gossip"),
        }
    }

    fn subscribe(&mut self, wanted: &BTreeSet<Topic>) {
        let gossipsub = self.swarm.behaviour_mut().gossip.gossipsub();
        for topic in self.subscribed.difference(wanted) {
            gossipsub.unsubscribe(&self.topics.name(*topic));
        }
        for topic in wanted.difference(&self.subscribed) {
            if let Err(error) = gossipsub.subscribe(&self.topics.name(*topic)) {
                tracing::warn!(%topic, %error, "not subscribed");
            }
        }
        self.subscribed.clone_from(wanted);
    }

    fn learn(&mut self, office: OfficeId, addresses: Vec<Multiaddr>, source: Source) {
        let fresh = self.addresses.set(office, source, addresses);
        self.choose_neighbours();
        if fresh && self.neighbours.contains(&office) && !self.links.contains_key(&office) {
            self.redial.soon(office, Instant::now());
        }
    }

    fn recheck(&mut self) {
        let stale = self.connections.iter().filter(|(_, known)| {
            let office = key_of(&known.peer).and_then(|key| self.admission.office_of(&key));
            office != Some(known.office)
        });
        for connection in stale.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.swarm.close_connection(connection);
        }
        self.choose_neighbours();
    }
}
