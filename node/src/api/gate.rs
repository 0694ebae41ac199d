//! Who gets a connection, and for how long without a word.
//!
//! Beyond the limits a connection is closed at once: a flood costs an accept and a close. A connection on
//! which nothing moves in either direction is closed as well, whatever it was in the middle of.

use std::collections::HashMap;
use std::future::{Future, Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready as ready_or_return};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::shared::Shared;

/// Connections in all.
pub const MAX_CONNECTIONS: usize = 1_024;
/// Connections from one address; this machine itself is not counted.
pub const MAX_CONNECTIONS_PER_ADDRESS: usize = 64;

/// Lets connections in.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    inside: Shared<Inside>,
    silence: Duration,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place inside, given back when dropped.
#[derive(Debug)]
struct Place {
    inside: Shared<Inside>,
    address: IpAddr,
}

impl Gate {
    /// Connections on which nothing moves for as long as `silence` are closed.
    pub(crate) fn new(silence: Duration) -> Self {
        Self { inside: Shared::default(), silence }
    }

    fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let is_in = self.inside.change(|inside| {
            let mine = inside.by_address.get(&address).copied().unwrap_or(0);
            let fits = inside.all < MAX_CONNECTIONS && (address.is_loopback() || mine < MAX_CONNECTIONS_PER_ADDRESS);
            if fits {
                inside.all += 1;
                inside.by_address.insert(address, mine + 1);
            }
            fits
        });
        is_in.then(|| Place { inside: self.inside.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inside.change(|inside| {
            inside.all -= 1;
            if let Some(mine) = inside.by_address.get_mut(&self.address) {
                *mine -= 1;
                if *mine == 0 {
                    inside.by_address.remove(&self.address);
                }
            }
        });
    }
}

impl<S> Accept<TcpStream, S> for Gate {
    type Stream = Guarded;
    type Service = S;
    type Future = Ready<io::Result<(Guarded, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let let_in = || {
            stream.set_nodelay(true)?;
            let place = self.enter(stream.peer_addr()?.ip()).ok_or(io::ErrorKind::ConnectionRefused)?;
            Ok(Guarded { stream, longest: self.silence, silence: Box::pin(sleep(self.silence)), _place: place })
        };
        ready(let_in().map(|stream| (stream, service)))
    }
}

/// A connection that must not be silent for too long.
#[derive(Debug)]
pub(crate) struct Guarded {
    stream: TcpStream,
    longest: Duration,
    silence: Pin<Box<Sleep>>,
    _place: Place,
}

impl Guarded {
    /// The first byte that the client says, which stays to be read.
    pub(crate) async fn first(&self) -> io::Result<u8> {
        let mut byte = [0];
        match self.stream.peek(&mut byte).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(byte[0]),
        }
    }

    fn moved(&mut self) {
        let end = Instant::now() + self.longest;
        self.silence.as_mut().reset(end);
    }

    /// Nothing moves now; an error when that has been so for too long.
    fn waits<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        ready_or_return!(self.silence.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn settle<T>(&mut self, polled: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        match polled {
            Poll::Ready(done) => {
                self.moved();
                Poll::Ready(done)
            }
            Poll::Pending => self.waits(context),
        }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.settle(polled, context)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.settle(polled, context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.settle(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const SILENCE: Duration = Duration::from_secs(60);

    #[test]
    fn one_address_does_not_take_all_places_and_gives_its_own_back() {
        let gate = Gate::new(SILENCE);
        let far: IpAddr = "192.0.2.7".parse().unwrap();
        let mut places: Vec<_> = (0..MAX_CONNECTIONS_PER_ADDRESS).map(|_| gate.enter(far).unwrap()).collect();
        assert!(gate.enter("::ffff:192.0.2.7".parse().unwrap()).is_none());
        assert!(gate.enter("192.0.2.8".parse().unwrap()).is_some());
        places.pop();
        assert!(gate.enter(far).is_some());
        drop(places);
        assert!(gate.inside.read(|inside| inside.all == 0 && inside.by_address.is_empty()));
    }

    #[test]
    fn all_together_stay_below_the_limit() {
        let gate = Gate::new(SILENCE);
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        let places: Vec<_> = (0..MAX_CONNECTIONS).map(|_| gate.enter(here).unwrap()).collect();
        assert!(gate.enter("192.0.2.8".parse().unwrap()).is_none());
        drop(places);
    }

    #[tokio::test]
    async fn a_silent_connection_is_closed_and_a_talking_one_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let (mut guarded, ()) = Gate::new(SILENCE).accept(stream, ()).await.unwrap();
        tokio::time::pause();
        let mut byte = [0];
        for _ in 0..3 {
            tokio::time::advance(SILENCE - Duration::from_secs(1)).await;
            client.write_all(b"x").await.unwrap();
            guarded.stream.readable().await.unwrap();
            guarded.read_exact(&mut byte).await.unwrap();
        }
        // Time moves by itself when everybody waits.
        assert_eq!(guarded.read_exact(&mut byte).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
