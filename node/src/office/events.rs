//! What happened, for the streams that are open.

use std::sync::Arc;

use okrug_protocol::ids::{LogId, OfficeId, PersonId, Seq, Version};
use tokio::sync::broadcast;

use super::chat::ChatKey;
use super::index::Place;

/// Events that a slow stream may fall behind; then it is told to begin anew.
const KEPT: usize = 4_096;

/// Something that a page wants to know, before it is known who may see it.
#[derive(Debug, Clone)]
pub(crate) enum Happened {
    /// A message was filed.
    Filed { arrival: u64, chat: ChatKey, place: Place },
    /// Somebody holds more of one of our logs than before: after `from`, up to `to`.
    Held { log: LogId, from: Seq, to: Seq },
    /// A link to an office went up or down.
    Link(OfficeId),
    /// A person read a conversation, perhaps in another window.
    Read { person: PersonId, chat: ChatKey },
    /// Sessions ended.
    Ended,
    /// Messages that were shown no longer count.
    Struck,
    /// People or the chart changed.
    Directory(Version),
}

/// The one sender.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Arc<Happened>>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }

    /// Tells whoever listens; nobody need.
    pub(crate) fn tell(&self, happened: Happened) {
        drop(self.0.send(Arc::new(happened)));
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<Happened>> {
        self.0.subscribe()
    }
}
