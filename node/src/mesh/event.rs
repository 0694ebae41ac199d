//! What the mesh tells: links, frames, gossip, and the queue in which they wait.

use std::sync::Arc;

use super::exchange::Terms;
use libp2p::gossipsub::MessageId;
use libp2p::{Multiaddr, PeerId};
use okrug_protocol::bounds::MAX_FRAME;
use okrug_protocol::ids::{OfficeId, Topic};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Events that wait at most.
const MAX_EVENTS: usize = 1_024;
/// Bytes of frames and gossip that wait at most, whatever the number of links.
const MAX_EVENT_BYTES: usize = 2 * MAX_FRAME;

/// What happened in the mesh.
///
/// For one office: `Up`, then its frames, then `Down`; each of both exactly once per link.
#[derive(Debug)]
pub enum Event {
    /// A link to an office stands.
    Up {
        /// The other side.
        office: OfficeId,
        /// The round trip of the link's first words; unknown on the side that was called.
        rtt_ms: Option<u32>,
    },
    /// The link is gone; the mesh dials again by itself.
    Down {
        /// The other side.
        office: OfficeId,
    },
    /// The link is to be used in another way from now on; after `Up`, and before anything that follows from it.
    Terms {
        /// The other side.
        office: OfficeId,
        /// What both sides want together.
        terms: Terms,
    },
    /// A frame of the exchange.
    Frame {
        /// Who sent it.
        office: OfficeId,
        /// At most [`MAX_FRAME`] bytes.
        bytes: Vec<u8>,
    },
    /// A copy of a frame of the exchange, which came beside the link; the frame itself comes in its order.
    Copy {
        /// Who sent it.
        office: OfficeId,
        /// Opaque.
        bytes: Vec<u8>,
    },
    /// A gossip message; it goes no further until [`Handle::verdict`](super::Handle::verdict) accepts it.
    Gossip {
        /// What it is about.
        topic: Topic,
        /// Who passed it on, which need not be who wrote it.
        from: OfficeId,
        /// Opaque.
        bytes: Vec<u8>,
        /// To be given back with the verdict.
        token: GossipToken,
    },
    /// Two nodes with the key of this office take the link from each other.
    Twins {
        /// Which.
        office: OfficeId,
    },
    /// The node listens here.
    Listening(Multiaddr),
}

/// Names a gossip message that waits for a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GossipToken {
    pub(super) id: MessageId,
    pub(super) source: PeerId,
}

/// What is to become of a gossip message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Pass it on.
    Accept,
    /// Keep it here: known, pending, or not for us to judge.
    Ignore,
    /// It is wrong, and who passed it on should have known.
    Reject,
}

/// The receiving end of the mesh's events.
///
/// When it is not emptied, frames wait at their senders (the link's flow control), gossip is dropped, and
/// memory stays within twice the longest frame.
#[derive(Debug)]
pub struct Events {
    queue: mpsc::Receiver<(Event, Option<OwnedSemaphorePermit>)>,
}

impl Events {
    /// The next event; `None` when the mesh has stopped.
    pub async fn recv(&mut self) -> Option<Event> {
        self.queue.recv().await.map(|(event, _room)| event)
    }

    /// The next event if one waits.
    pub fn try_recv(&mut self) -> Option<Event> {
        self.queue.try_recv().ok().map(|(event, _room)| event)
    }
}

/// The sending end, cloned into every link.
#[derive(Debug, Clone)]
pub(super) struct EventSender {
    queue: mpsc::Sender<(Event, Option<OwnedSemaphorePermit>)>,
    room: Arc<Semaphore>,
}

/// Room for the bytes of one event.
pub(super) type Room = OwnedSemaphorePermit;

/// Nobody listens to events any more: the node is going down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deaf;

pub(super) fn channel() -> (EventSender, Events) {
    let (sender, receiver) = mpsc::channel(MAX_EVENTS);
    (EventSender { queue: sender, room: Arc::new(Semaphore::new(MAX_EVENT_BYTES)) }, Events { queue: receiver })
}

impl EventSender {
    /// Waits until so many bytes have room; asked for before they are read.
    pub(super) async fn room(&self, bytes: u32) -> Result<Room, Deaf> {
        Arc::clone(&self.room).acquire_many_owned(bytes).await.map_err(|_closed| Deaf)
    }

    /// Waits until the event is queued.
    pub(super) async fn send(&self, event: Event, room: Option<Room>) -> Result<(), Deaf> {
        self.queue.send((event, room)).await.map_err(|_closed| Deaf)
    }

    /// Queues gossip or a copy if there is room for it; `false` when it was dropped.
    pub(super) fn offer(&self, event: Event, bytes: usize) -> bool {
        let Ok(bytes) = u32::try_from(bytes) else { return false };
        let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(bytes) else { return false };
        self.queue.try_send((event, Some(room))).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn gossip_is_dropped_when_nobody_listens_and_room_returns_when_somebody_does() {
        let (sender, mut events) = channel();
        let gossip = || Event::Down { office: OfficeId(1) };
        assert!(sender.offer(gossip(), MAX_EVENT_BYTES));
        assert!(!sender.offer(gossip(), 1));
        assert!(events.recv().await.is_some());
        assert!(sender.offer(gossip(), 1));
    }
}
