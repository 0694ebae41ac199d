//! Sending: one task per link, so that a slow neighbour holds up nobody else.

use std::collections::BTreeMap;

use bytes::Bytes;
use okrug_protocol::ids::{OfficeId, Precedence};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::mesh;

/// Frames that wait for one link; the exchange asks for little at a time, so more means that the link is stuck.
const MAX_WAITING: usize = 512;

/// The queues of all links that stand.
#[derive(Debug)]
pub(super) struct Senders {
    mesh: mesh::Handle,
    tasks: TaskTracker,
    links: BTreeMap<OfficeId, mpsc::Sender<(Precedence, Bytes)>>,
}

impl Senders {
    pub(super) fn new(mesh: mesh::Handle, tasks: TaskTracker) -> Self {
        Self { mesh, tasks, links: BTreeMap::new() }
    }

    /// A link stands: what waited for the one before it is gone.
    pub(super) fn up(&mut self, office: OfficeId) {
        let (sender, frames) = mpsc::channel(MAX_WAITING);
        self.links.insert(office, sender);
        self.tasks.spawn(send(self.mesh.clone(), office, frames));
    }

    pub(super) fn down(&mut self, office: OfficeId) {
        self.links.remove(&office);
    }

    /// Queues a frame; false when the queue is full and the dialogue must begin anew.
    pub(super) fn send(&self, office: OfficeId, precedence: Precedence, frame: Vec<u8>) -> bool {
        // A frame for a link that is gone is normal: its `Down` is on the way.
        self.links.get(&office).is_none_or(|link| match link.try_send((precedence, frame.into())) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => true,
            Err(mpsc::error::TrySendError::Full(_)) => false,
        })
    }
}

/// Sends what is queued until the link or the queue is gone.
async fn send(mesh: mesh::Handle, office: OfficeId, mut frames: mpsc::Receiver<(Precedence, Bytes)>) {
    while let Some((precedence, frame)) = frames.recv().await {
        if let Err(error) = mesh.send(office, precedence, frame).await {
            tracing::debug!(event = "frame_not_sent", %office, %error);
        }
    }
}
