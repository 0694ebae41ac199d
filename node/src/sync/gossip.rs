//! Publishing: what this office wrote goes out on gossip at once, together where it comes quickly.

use okrug_protocol::bounds::MAX_GOSSIP_BYTES;
use okrug_protocol::ids::Topic;
use std::sync::Arc;
use tokio::sync::mpsc;

use super::batch::Batch;
use crate::mesh;

/// Entries that wait to be published; what finds no room is told as a head instead.
const MAX_WAITING: usize = 1_024;

/// An own entry for gossip.
pub(super) type Fresh = (Topic, Arc<[u8]>);

/// The way to the publisher.
#[derive(Debug, Clone)]
pub(super) struct Publisher(mpsc::Sender<Fresh>);

impl Publisher {
    pub(super) fn channel() -> (Self, mpsc::Receiver<Fresh>) {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        (Self(sender), receiver)
    }

    /// Queues an entry; false when gossip will not bring it.
    pub(super) fn publish(&self, topic: Topic, entry: &Arc<[u8]>) -> bool {
        entry.len() <= MAX_GOSSIP_BYTES && self.0.try_send((topic, Arc::clone(entry))).is_ok()
    }
}

/// Publishes until nobody is left who writes.
pub(super) async fn run(mesh: mesh::Handle, mut fresh: mpsc::Receiver<Fresh>) {
    let mut next = fresh.recv().await;
    while let Some((topic, entry)) = next.take() {
        let mut batch = Batch::default();
        batch.push(&entry);
        // What already waits and is of the same topic goes along; the first that does not begins the next message.
        next = loop {
            match fresh.try_recv() {
                Ok((other, entry)) if other == topic && batch.push(&entry) => {}
                Ok(other) => break Some(other),
                Err(_) => break None,
            }
        };
        mesh.publish(topic, batch.encode().into()).await;
        if next.is_none() {
            next = fresh.recv().await;
        }
    }
}
