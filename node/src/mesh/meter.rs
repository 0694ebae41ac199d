//! Counts what crosses each TCP connection, and when anything last came.
//!
//! Counting sits beneath Noise, so handshakes, gossip, the exchange and multiplexing are all in it.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{AsyncRead, AsyncWrite};
use libp2p::Multiaddr;
use libp2p::core::ConnectedPoint;
use okrug_protocol::clock::Millis;

use crate::clock;

/// The counters of one connection.
#[derive(Debug, Default)]
pub(super) struct Meter {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    unanswered: AtomicU64,
    heard: AtomicU64,
    /// How long the handshake took, in milliseconds.
    shaken: AtomicU64,
    copies_in: AtomicU64,
    copies_out: AtomicU64,
    ends: OnceLock<(SocketAddr, SocketAddr)>,
}

impl Meter {
    /// Bytes received.
    pub(super) fn bytes_in(&self) -> u64 {
        self.bytes_in.load(Relaxed)
    }

    /// Bytes sent.
    pub(super) fn bytes_out(&self) -> u64 {
        self.bytes_out.load(Relaxed)
    }

    /// Bytes received, those of copies beside the connection included.
    pub(super) fn all_in(&self) -> u64 {
        self.bytes_in() + self.copies_in.load(Relaxed)
    }

    /// Bytes sent, those of copies beside the connection included.
    pub(super) fn all_out(&self) -> u64 {
        self.bytes_out() + self.copies_out.load(Relaxed)
    }

    /// A copy of so many bytes came beside the connection; no sign of life, for it says nothing of the connection.
    pub(super) fn copy_came(&self, bytes: usize) {
        self.copies_in.fetch_add(u64::try_from(bytes).unwrap_or(0), Relaxed);
    }

    /// A copy of so many bytes was sent beside the connection.
    pub(super) fn copy_went(&self, bytes: usize) {
        self.copies_out.fetch_add(u64::try_from(bytes).unwrap_or(0), Relaxed);
    }

    /// The connection is between these two addresses.
    pub(super) fn between(&self, here: SocketAddr, there: SocketAddr) {
        let _ = self.ends.set((here, there));
    }

    /// Its addresses, here and there.
    pub(super) fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        self.ends.get().copied()
    }

    /// Bytes sent after the last one that came.
    pub(super) fn unanswered(&self) -> u64 {
        self.unanswered.load(Relaxed)
    }

    /// When a byte last came, by this machine's clock.
    pub(super) fn heard(&self) -> Option<Millis> {
        Some(Millis(self.heard.load(Relaxed))).filter(|at| at.0 > 0)
    }

    /// The handshake took so long.
    pub(super) fn shaken(&self, took: Duration) {
        self.shaken.store(u64::try_from(took.as_millis()).unwrap_or(u64::MAX), Relaxed);
    }

    /// How long the handshake took.
    pub(super) fn handshake(&self) -> Duration {
        Duration::from_millis(self.shaken.load(Relaxed))
    }

    fn read(&self, bytes: usize) {
        if bytes > 0 {
            self.bytes_in.fetch_add(u64::try_from(bytes).unwrap_or(0), Relaxed);
            self.unanswered.store(0, Relaxed);
            self.heard.store(clock::now().0, Relaxed);
        }
    }

    fn wrote(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(0);
        self.bytes_out.fetch_add(bytes, Relaxed);
        self.unanswered.fetch_add(bytes, Relaxed);
    }
}

/// The meters of all open connections, by the address at the other end.
///
/// The transport fills it before a connection has a name in the swarm; the event loop looks it up once it has.
#[derive(Debug, Clone, Default)]
pub(super) struct Meters(Arc<Mutex<HashMap<Multiaddr, Weak<Meter>>>>);

/// Beyond so many entries those of closed connections are swept out.
const SWEEP_AT: usize = 512;

impl Meters {
    /// A new meter for a connection that has just been made.
    pub(super) fn open(&self, point: &ConnectedPoint) -> Arc<Meter> {
        let meter = Arc::new(Meter::default());
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if meters.len() >= SWEEP_AT {
            meters.retain(|_, meter| meter.strong_count() > 0);
        }
        meters.insert(point.get_remote_address().clone(), Arc::downgrade(&meter));
        meter
    }

    /// The meter of the newest connection to this address.
    pub(super) fn of(&self, point: &ConnectedPoint) -> Option<Arc<Meter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(point.get_remote_address())?.upgrade()
    }
}

/// A socket whose bytes are counted.
#[derive(Debug)]
pub(super) struct Metered<S> {
    socket: S,
    meter: Arc<Meter>,
}

impl<S> Metered<S> {
    pub(super) fn new(socket: S, meter: Arc<Meter>) -> Self {
        Self { socket, meter }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let read = Pin::new(&mut self.socket).poll_read(cx, buf);
        if let Poll::Ready(Ok(bytes)) = read {
            self.meter.read(bytes);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.socket).poll_write(cx, buf);
        if let Poll::Ready(Ok(bytes)) = wrote {
            self.meter.wrote(bytes);
        }
        wrote
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_close(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures::io::Cursor;
    use futures::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn every_byte_is_counted_in_both_directions() {
        let meter = Arc::new(Meter::default());
        let mut socket = Metered::new(Cursor::new(vec![0_u8; 10]), Arc::clone(&meter));
        assert_eq!(meter.heard(), None);
        socket.write_all(b"four").await.unwrap();
        socket.read_to_end(&mut Vec::new()).await.unwrap();
        assert_eq!((meter.bytes_out(), meter.bytes_in(), meter.unanswered()), (4, 6, 0));
        socket.write_all(b"and five").await.unwrap();
        assert_eq!((meter.bytes_out(), meter.unanswered()), (12, 8), "what came before answers nothing of it");
        assert!(meter.heard().is_some());
    }
}
