//! Names of topics in gossip: the tag's first digits, a stroke, the topic as it is written everywhere (`1f0c/u12`).
//!
//! A name travels with every message. Who is of the district is known before the first of them, and each entry is
//! signed for its district: these digits only keep gossip of two districts that share a peer from being mixed.

use std::sync::Arc;

use libp2p::gossipsub::{IdentTopic, MaxCountSubscriptionFilter, TopicHash, TopicSubscriptionFilter};
use okrug_protocol::bounds::{MAX_OFFICES, MAX_UNITS};
use okrug_protocol::ids::Topic;

/// Topics that a peer may subscribe to: every unit, every inbox, the groups and the district.
pub(super) const MAX_TOPICS: usize = MAX_UNITS + 2 * MAX_OFFICES;

/// Digits of the tag in a name.
const TAG_DIGITS: usize = 4;

/// Translates topics to gossip's names and back.
#[derive(Debug, Clone)]
pub(in crate::mesh) struct Topics {
    prefix: Arc<str>,
}

impl Topics {
    pub(in crate::mesh) fn new(tag: &str) -> Self {
        let digits = tag.get(..TAG_DIGITS).unwrap_or(tag);
        Self { prefix: format!("{digits}/").into() }
    }

    /// The name of a topic.
    pub(in crate::mesh) fn name(&self, topic: Topic) -> IdentTopic {
        IdentTopic::new(format!("{}{topic}", self.prefix))
    }

    /// The topic of a name; `None` for another district's and for what is no topic.
    pub(in crate::mesh) fn topic(&self, name: &TopicHash) -> Option<Topic> {
        name.as_str().strip_prefix(&*self.prefix)?.parse().ok()
    }
}

/// Lets through subscriptions to this district's topics, and no more of them than there can be.
pub(super) type Filter = MaxCountSubscriptionFilter<Topics>;

pub(super) fn filter(topics: Topics) -> Filter {
    MaxCountSubscriptionFilter { filter: topics, max_subscribed_topics: MAX_TOPICS, max_subscriptions_per_request: MAX_TOPICS }
}

impl TopicSubscriptionFilter for Topics {
    fn can_subscribe(&mut self, name: &TopicHash) -> bool {
        self.topic(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::UnitId;

    use super::*;

    #[test]
    fn topics_of_other_districts_are_no_topics_here() {
        let (ours, theirs) = (Topics::new("1f0c9a2e"), Topics::new("00000000"));
        let name = ours.name(Topic::Unit(UnitId(12))).hash();
        assert_eq!(name.as_str(), "1f0c/u12");
        assert_eq!(ours.topic(&name), Some(Topic::Unit(UnitId(12))));
        assert_eq!(theirs.topic(&name), None);
        assert_eq!(ours.topic(&TopicHash::from_raw("1f0c/x")), None);
    }
}
