//! Publishing: what this office wrote goes out on gossip at once, together where it comes quickly.

use okrug_protocol::bounds::MAX_GOSSIP_BYTES;
use okrug_protocol::ids::Topic;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

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
pub(super) async fn run(mesh: mesh::Handle, fresh: mpsc::Receiver<Fresh>) {
    let mut batches = Batches { fresh, next: None, earliest: Instant::now() };
    while let Some((topic, message)) = batches.next().await {
        mesh.publish(topic, message.into()).await;
    }
}

/// Two messages are at least so far apart. A lone entry leaves at once; what is written in a burst shares packets,
/// and nobody sees a hundredth of a second.
const APART: Duration = Duration::from_millis(10);

/// Entries as they come, put together.
struct Batches {
    fresh: mpsc::Receiver<Fresh>,
    /// The first of the next message.
    next: Option<Fresh>,
    earliest: Instant,
}

impl Batches {
    /// The next message with its topic; `None` when nobody writes any more.
    async fn next(&mut self) -> Option<(Topic, Vec<u8>)> {
        let first = match self.next.take() {
            Some(first) => first,
            None => self.fresh.recv().await?,
        };
        sleep_until(self.earliest).await;
        self.earliest = Instant::now() + APART;
        let (topic, entry) = first;
        let mut batch = Batch::default();
        batch.push(&entry);
        // What already waits and is of the same topic goes along; the first that does not begins the next message.
        while let Ok((other, entry)) = self.fresh.try_recv() {
            if other != topic || !batch.push(&entry) {
                self.next = Some((other, entry));
                // It has waited long enough.
                self.earliest = Instant::now();
                break;
            }
        }
        Some((topic, batch.encode()))
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::UnitId;

    use super::*;

    async fn said(batches: &mut Batches) -> (Topic, usize) {
        let (topic, message) = batches.next().await.unwrap();
        (topic, super::super::batch::decode(&message).unwrap().len())
    }

    #[tokio::test(start_paused = true)]
    async fn a_lone_entry_leaves_at_once_and_a_burst_leaves_together() {
        let (publisher, fresh) = Publisher::channel();
        let mut batches = Batches { fresh, next: None, earliest: Instant::now() };
        let (here, there) = (Topic::District, Topic::Unit(UnitId(2)));
        let entry: Arc<[u8]> = vec![7; 100].into();
        let began = Instant::now();
        assert!(publisher.publish(here, &entry));
        assert_eq!((said(&mut batches).await, began.elapsed()), ((here, 1), Duration::ZERO));
        let late = async {
            for _ in 0..5 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                assert!(publisher.publish(here, &entry));
            }
            assert!(publisher.publish(there, &entry));
        };
        let (together, ()) = tokio::join!(said(&mut batches), late);
        assert_eq!((together, began.elapsed()), ((here, 5), APART));
        assert_eq!((said(&mut batches).await, began.elapsed()), ((there, 1), APART), "another topic waits for nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_much_for_one_message_follows_in_the_next() {
        let (publisher, fresh) = Publisher::channel();
        let mut batches = Batches { fresh, next: None, earliest: Instant::now() };
        let entry: Arc<[u8]> = vec![7; MAX_GOSSIP_BYTES / 2].into();
        (0..3).for_each(|_| assert!(publisher.publish(Topic::District, &entry)));
        drop(publisher);
        assert_eq!((said(&mut batches).await.1, said(&mut batches).await.1), (2, 1));
        assert!(batches.next().await.is_none());
    }
}
