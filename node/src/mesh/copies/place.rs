//! Where a link's copies may go to: what the event loop and the link's task share.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::{AsyncRead, AsyncReadExt};
use tokio::net::UdpSocket;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::granted::CAME;
use super::seal::{GRANT, Grant, Sealer};

/// A grant that takes longer to come is none.
const PATIENCE: Duration = Duration::from_secs(30);
/// So many copies may go before the first is known to have come; then something on the way lets none through.
const UNHEARD: u32 = 16;

/// Where copies go.
struct Leave {
    sealer: Sealer,
    socket: Arc<UdpSocket>,
    there: SocketAddr,
    /// How many went while none was known to have come.
    unheard: Option<u32>,
}

#[derive(Default)]
enum State {
    /// Nobody has asked the other side.
    #[default]
    Unasked,
    Asked,
    Open(Leave),
    /// No copies on this connection any more.
    Closed,
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A copy of so many bytes has gone.
    Sent(usize),
    /// The other side is to be asked first.
    Ask,
    /// No copy goes.
    No,
}

/// The place of one connection.
#[derive(Default)]
pub(in crate::mesh) struct Place {
    state: Mutex<State>,
    closed: Notify,
}

impl Place {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a copy where one may go; says `Ask` once.
    pub(super) fn send(&self, frame: &[u8]) -> Outcome {
        let mut state = self.state();
        let leave = match &mut *state {
            State::Open(leave) => leave,
            State::Unasked => {
                *state = State::Asked;
                return Outcome::Ask;
            }
            State::Asked | State::Closed => return Outcome::No,
        };
        if leave.unheard.is_some_and(|unheard| unheard >= UNHEARD) {
            tracing::debug!(to = %leave.there, "no copy gets there: no more are sent");
            *state = State::Closed;
            self.closed.notify_one();
            return Outcome::No;
        }
        let Some(datagram) = leave.sealer.seal(frame) else { return Outcome::No };
        leave.unheard = leave.unheard.map(|unheard| unheard + 1);
        // A line that is full or away takes none, and the frame itself is on its way.
        match leave.socket.try_send_to(&datagram, leave.there) {
            Ok(bytes) => Outcome::Sent(bytes),
            Err(_) => Outcome::No,
        }
    }

    /// The other side grants none.
    pub(in crate::mesh) fn close(&self) {
        *self.state() = State::Closed;
    }

    /// Takes the grant from the stream that was asked for, and keeps it as long as that stands.
    pub(in crate::mesh) async fn hold(&self, socket: Arc<UdpSocket>, host: SocketAddr, stream: impl AsyncRead + Unpin) {
        let end = self.follow(socket, host, stream).await;
        if let Err(error) = end {
            tracing::debug!(to = %host, %error, "no copies any more");
        }
        self.close();
    }

    async fn follow(&self, socket: Arc<UdpSocket>, mut there: SocketAddr, mut stream: impl AsyncRead + Unpin) -> io::Result<()> {
        let mut bytes = [0; GRANT];
        timeout(PATIENCE, stream.read_exact(&mut bytes)).await??;
        let grant = Grant::read(&bytes).ok_or(io::ErrorKind::InvalidData)?;
        there.set_port(grant.port);
        *self.state() = State::Open(Leave { sealer: Sealer::new(&grant), socket, there, unheard: Some(0) });
        loop {
            let mut word = [0];
            tokio::select! {
                read = stream.read_exact(&mut word) => read?,
                () = self.closed.notified() => return Ok(()),
            }
            match (&mut *self.state(), word) {
                (State::Open(leave), [CAME]) => leave.unheard = None,
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures::AsyncWriteExt;
    use tokio_util::compat::TokioAsyncReadCompatExt;

    use super::*;
    use crate::clock;
    use crate::mesh::copies::seal::Opener;

    async fn socket() -> Arc<UdpSocket> {
        Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap())
    }

    /// A place with a grant, what opens its copies, where they come, and the other end of its stream.
    async fn open() -> (Arc<Place>, Opener, Arc<UdpSocket>, impl AsyncWriteExt + Unpin) {
        let (place, ours, theirs) = (Arc::new(Place::default()), socket().await, socket().await);
        assert_eq!((place.send(b"zero"), place.send(b"zero")), (Outcome::Ask, Outcome::No));
        let (here, there) = tokio::io::duplex(100);
        let (host, held) = (SocketAddr::from((Ipv4Addr::LOCALHOST, 1)), Arc::clone(&place));
        tokio::spawn(async move { held.hold(ours, host, here.compat()).await });
        let grant = Grant::draw(theirs.local_addr().unwrap().port(), &mut clock::rng());
        let mut there = there.compat();
        there.write_all(&*grant.to_bytes()).await.unwrap();
        while !matches!(*place.state(), State::Open(_)) {
            tokio::task::yield_now().await;
        }
        (place, Opener::new(&grant), theirs, there)
    }

    async fn closes(place: &Place) {
        let closed = async {
            while !matches!(*place.state(), State::Closed) {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, closed).await.expect("it closes");
        assert_eq!(place.send(b"late"), Outcome::No);
    }

    #[tokio::test]
    async fn copies_go_to_the_port_that_was_granted_until_the_stream_ends() {
        let (place, mut opener, theirs, mut there) = open().await;
        there.write_all(&[CAME]).await.unwrap();
        for n in 0..3 * UNHEARD {
            while !matches!(&*place.state(), State::Open(Leave { unheard: None, .. })) {
                tokio::task::yield_now().await;
            }
            let frame = n.to_be_bytes();
            assert!(matches!(place.send(&frame), Outcome::Sent(_)), "{n}");
            let mut buffer = [0; 100];
            let (length, _) = theirs.recv_from(&mut buffer).await.unwrap();
            assert_eq!(opener.open(&mut buffer[..length]), Some(&frame[..]));
        }
        drop(there);
        closes(&place).await;
    }

    #[tokio::test]
    async fn where_none_is_known_to_come_none_go_after_a_while() {
        let (place, _, _, _there) = open().await;
        let sent = (0..1_000).filter(|_| matches!(place.send(b"copy"), Outcome::Sent(_))).count();
        assert_eq!(sent, usize::try_from(UNHEARD).unwrap());
        closes(&place).await;
    }

    #[tokio::test]
    async fn a_grant_that_is_none_and_a_strange_word_end_it() {
        let (place, _, _, mut there) = open().await;
        there.write_all(&[CAME + 1]).await.unwrap();
        closes(&place).await;
        let place = Place::default();
        place.hold(socket().await, SocketAddr::from((Ipv4Addr::LOCALHOST, 1)), &[0; GRANT][..]).await;
        closes(&place).await;
    }
}
