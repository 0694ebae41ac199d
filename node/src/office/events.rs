//! What happened, for the streams that are open.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use okrug_protocol::ids::{LogId, OfficeId, PersonId, Seq, Version};
use tokio::sync::broadcast;

use super::chat::ChatKey;
use super::index::Place;
use super::news::Alike;

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

/// What happened, on its way to all streams.
///
/// Hundreds of people of an office hear of one message: it is read, opened and written as text for the first of them, and
/// the others are given the same.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) happened: Happened,
    pub(crate) at: Instant,
    looked: OnceLock<Vec<Looked>>,
}

/// A message that is to be told of.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) chat: ChatKey,
    pub(crate) place: Place,
    /// As all who see the conversation see it; none where everybody sees their own.
    pub(crate) alike: Option<Arc<Alike>>,
}

impl Told {
    /// The messages that this is about, looked up by whoever asks first.
    pub(crate) fn looked(&self, look: impl FnOnce() -> Vec<Looked>) -> &[Looked] {
        self.looked.get_or_init(look)
    }
}

/// The one sender.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Arc<Told>>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }

    /// Tells whoever listens; nobody need.
    pub(crate) fn tell(&self, happened: Happened) {
        drop(self.0.send(Arc::new(Told { happened, at: Instant::now(), looked: OnceLock::new() })));
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<Told>> {
        self.0.subscribe()
    }
}
