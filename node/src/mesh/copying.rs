//! Copies beside the links: asking for them, and granting them.

use std::sync::Arc;

use super::copies::Wanted;
use super::event_loop::EventLoop;
use super::streams::Opened;

impl EventLoop {
    /// A link's line loses packets: the other side is asked whether it takes copies.
    pub(super) fn on_wanted(&mut self, wanted: &Wanted) {
        if let Some(known) = self.connections.get(&wanted.connection).filter(|known| known.office == wanted.office) {
            self.swarm.behaviour_mut().copies.ask(known.peer, wanted.connection);
        }
    }

    /// The stream on which copies are granted is open; or the other side knows nothing of copies.
    pub(super) fn on_copies(&self, opened: Opened) {
        let Opened { connection, ours, stream, .. } = opened;
        let Some(known) = self.connections.get(&connection) else { return };
        let beside = known.meter.ends().and_then(|(here, there)| Some((self.sockets.beside(here.ip())?, there)));
        if !ours {
            // Without a socket the stream is dropped here, which says no.
            if let (Some(stream), Some(((port, _), _))) = (stream, beside) {
                tokio::spawn(self.granted.clone().give(known.office, Arc::clone(&known.meter), port, stream));
            }
            return;
        }
        let Some(link) = self.links.get(&known.office).filter(|link| link.connection == connection) else { return };
        let place = Arc::clone(&link.copies);
        match (stream, beside) {
            (Some(stream), Some(((_, socket), there))) => drop(tokio::spawn(async move { place.hold(socket, there, stream).await })),
            _ => place.close(),
        }
    }
}
