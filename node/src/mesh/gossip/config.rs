//! gossipsub's parameters, for 3 to 300 offices on lines that may be thin.

use std::time::Duration;

use libp2p::gossipsub::{ConfigBuilder, IdentityTransform, Message, MessageAuthenticity, MessageId, ValidationMode};
use okrug_protocol::bounds::MAX_GOSSIP_BYTES;
use okrug_protocol::digest::hash;
use okrug_protocol::labels;

use super::topics::{MAX_TOPICS, Topics, filter};
use super::{Audience, Behaviour, Inner};

/// The longest gossip packet: a carrier's greeting with every topic there can be is longer than any message.
const MAX_PACKET: usize = 64 * MAX_TOPICS;
/// Bytes of a message's id: enough that nobody finds two messages of one id, and short, since ids travel.
const ID_BYTES: usize = 20;
/// Packets that wait for one peer; beyond it gossip drops, which the exchange makes good.
const MAX_WAITING: usize = 512;

/// Builds gossip.
///
/// # Errors
/// gossipsub's own words when it refuses its configuration.
pub(in crate::mesh) fn build(topics: Topics, audience: Audience) -> Result<Behaviour, String> {
    let config = ConfigBuilder::default()
        // Entries carry signatures of their own: a second one would cost 64 bytes and 320 µs a message.
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(content_id)
        // With up to twelve neighbours everybody is in everybody's mesh and nothing is announced first and
        // fetched later. With more, each message still crosses a line once or twice, not once per neighbour.
        .mesh_n(8)
        .mesh_n_low(5)
        .mesh_n_high(12)
        .mesh_outbound_min(2)
        .gossip_lazy(3)
        // An office on a thin line must not send each message to every subscriber itself.
        .flood_publish(false)
        // Tell the others at once what need not be sent to us any more. Between three offices it halves what
        // crosses the line between two receivers, and costs nothing between sender and receiver.
        .idontwant_message_size_threshold(MIN_WORTH_DECLINING)
        // Who left a topic may come back at once; there is no one here to defend against by waiting.
        .unsubscribe_backoff(Duration::from_secs(1))
        .prune_backoff(Duration::from_secs(30))
        .duplicate_cache_time(Duration::from_secs(120))
        .max_transmit_size(MAX_PACKET)
        .connection_handler_queue_len(MAX_WAITING)
        .build()
        .map_err(|error| error.to_string())?;
    let inner =
        Inner::new_with_subscription_filter_and_transform(MessageAuthenticity::Anonymous, config, filter(topics), IdentityTransform)
            .map_err(str::to_owned)?;
    Behaviour::new(inner, audience)
}

/// Longer packets are worth declining.
const MIN_WORTH_DECLINING: usize = 200;
const _: () = assert!(MAX_GOSSIP_BYTES < MAX_PACKET);

/// The same bytes on the same topic are the same message, whoever sends them.
fn content_id(message: &Message) -> MessageId {
    let topic = message.topic.as_str().as_bytes();
    // The topic's length first: of two parts only the last may vary in length.
    let length = u64::try_from(topic.len()).unwrap_or(u64::MAX).to_be_bytes();
    let id = hash(labels::GOSSIP_ID, &[&length, topic, &message.data]);
    MessageId::new(&id.0[..ID_BYTES])
}
