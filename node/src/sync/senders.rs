//! Sending: one task per link and precedence, so that a slow neighbour holds up nobody else and routine
//! frames hold up no flash.

use std::collections::BTreeMap;

use bytes::Bytes;
use okrug_protocol::ids::{OfficeId, Precedence};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

use crate::mesh;

/// Frames of one precedence that wait for one link; the exchange asks for little at a time, so more means that the link is stuck.
const MAX_WAITING: usize = 512;

/// The frames that wait for one link in one precedence.
#[derive(Debug)]
struct Queue {
    frames: mpsc::Sender<Bytes>,
    task: AbortHandle,
}

/// What waits when its link is gone would be taken for part of the next dialogue.
impl Drop for Queue {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The queues of all links that stand.
#[derive(Debug)]
pub(super) struct Senders {
    mesh: mesh::Handle,
    tasks: TaskTracker,
    links: BTreeMap<(OfficeId, Precedence), Queue>,
}

impl Senders {
    pub(super) fn new(mesh: mesh::Handle, tasks: TaskTracker) -> Self {
        Self { mesh, tasks, links: BTreeMap::new() }
    }

    /// A link stands: what waited for the one before it is gone.
    pub(super) fn up(&mut self, office: OfficeId) {
        for precedence in Precedence::ALL {
            let (frames, waiting) = mpsc::channel(MAX_WAITING);
            let task = self.tasks.spawn(send(self.mesh.clone(), office, precedence, waiting)).abort_handle();
            self.links.insert((office, precedence), Queue { frames, task });
        }
    }

    pub(super) fn down(&mut self, office: OfficeId) {
        self.links.retain(|(other, _), _| *other != office);
    }

    /// Queues a frame; false when the queue is full and the dialogue must begin anew.
    pub(super) fn send(&self, office: OfficeId, precedence: Precedence, frame: Vec<u8>) -> bool {
        // A frame for a link that is gone is normal: its `Down` is on the way.
        self.links.get(&(office, precedence)).is_none_or(|queue| match queue.frames.try_send(frame.into()) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => true,
            Err(mpsc::error::TrySendError::Full(_)) => false,
        })
    }
}

/// Sends what is queued until the link or the queue is gone.
async fn send(mesh: mesh::Handle, office: OfficeId, precedence: Precedence, mut frames: mpsc::Receiver<Bytes>) {
    while let Some(frame) = frames.recv().await {
        if let Err(error) = mesh.send(office, precedence, frame).await {
            tracing::debug!(event = "frame_not_sent", %office, %error);
        }
    }
}
