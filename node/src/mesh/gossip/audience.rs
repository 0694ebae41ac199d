//! Who hears what: the topics that each neighbour has subscribed to, for those who would rather not send twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use libp2p::PeerId;
use libp2p::gossipsub::TopicHash;
use okrug_protocol::ids::{OfficeId, Topic};
use tokio::sync::watch;

use super::topics::Topics;
use crate::mesh::config::Admission;
use crate::mesh::identity::key_of;

/// The topics that each neighbour hears by gossip.
pub type Heard = BTreeMap<OfficeId, BTreeSet<Topic>>;

/// Keeps account of it.
pub(in crate::mesh) struct Audience {
    topics: Topics,
    admission: Arc<dyn Admission>,
    heard: watch::Sender<Heard>,
}

impl fmt::Debug for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audience").field("heard", &self.heard).finish_non_exhaustive()
    }
}

impl Audience {
    pub(in crate::mesh) fn new(topics: Topics, admission: Arc<dyn Admission>) -> Self {
        Self { topics, admission, heard: watch::channel(Heard::new()).0 }
    }

    /// The account, as it changes.
    pub(in crate::mesh) fn watch(&self) -> watch::Receiver<Heard> {
        self.heard.subscribe()
    }

    /// A neighbour has begun or ceased to hear a topic.
    pub(super) fn hears(&self, peer: &PeerId, name: &TopicHash, hears: bool) {
        let (Some(office), Some(topic)) = (self.office(peer), self.topics.topic(name)) else { return };
        self.heard.send_if_modified(|heard| {
            let topics = heard.entry(office).or_default();
            if hears { topics.insert(topic) } else { topics.remove(&topic) }
        });
    }

    /// A neighbour hears nothing any more, or must say anew what it hears.
    pub(super) fn left(&self, peer: &PeerId) {
        if let Some(office) = self.office(peer) {
            self.heard.send_if_modified(|heard| heard.remove(&office).is_some());
        }
    }

    fn office(&self, peer: &PeerId) -> Option<OfficeId> {
        self.admission.office_of(&key_of(peer)?)
    }
}
