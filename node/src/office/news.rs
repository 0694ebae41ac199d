//! An event as a stream hands it on: one person's own, or one that many are given alike.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bytes::Bytes;

use super::view::Event;

/// An event that all who hear of it see alike; its text is made once.
#[derive(Debug)]
pub(crate) struct Alike {
    pub(crate) event: Event,
    text: OnceLock<Bytes>,
}

impl Alike {
    pub(crate) fn new(event: Event) -> Arc<Self> {
        Arc::new(Self { event, text: OnceLock::new() })
    }
}

/// One event of a stream.
#[derive(Debug)]
pub struct News {
    /// The number to resume after.
    pub number: u64,
    /// When it happened; none for what is told afterwards.
    pub at: Option<Instant>,
    pub(crate) said: Said,
}

#[derive(Debug)]
pub(crate) enum Said {
    Own(Event),
    Alike(Arc<Alike>),
}

impl News {
    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        match &self.said {
            Said::Own(event) => event,
            Said::Alike(alike) => &alike.event,
        }
    }

    /// Its text, which is made once for all who are given it alike.
    pub fn text(&self, write: impl FnOnce(&Event) -> Bytes) -> Bytes {
        match &self.said {
            Said::Own(event) => write(event),
            Said::Alike(alike) => alike.text.get_or_init(|| write(&alike.event)).clone(),
        }
    }

    pub(crate) fn into_event(self) -> (u64, Event) {
        let event = match self.said {
            Said::Own(event) => event,
            Said::Alike(alike) => alike.event.clone(),
        };
        (self.number, event)
    }
}
