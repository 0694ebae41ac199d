//! yamux with small windows and without its own pings.
//!
//! libp2p's own wrapper leaves the receive window at 1 GiB for each connection and offers no way to lower it.
//! This one differs in nothing but the two.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::iter;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures::{AsyncRead, AsyncWrite};
use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent};
use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade, UpgradeInfo};
use yamux::{Connection, ConnectionError, Mode};

use super::unpinged::Unpinged;

/// Streams of one connection at once: gossip uses two, the exchange one, identify two for a moment.
const MAX_STREAMS: usize = 16;
/// Bytes of all receive windows of one connection; the least that yamux allows for so many streams.
const MAX_WINDOW: usize = MAX_STREAMS * (256 << 10);

/// What the multiplexer is called when both sides agree on it.
pub(super) const PROTOCOL: &str = "/yamux/1.0.0";

/// The multiplexing upgrade.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mux;

impl Mux {
    fn wrap<S: AsyncRead + AsyncWrite + Unpin>(socket: S, mode: Mode) -> Muxer<S> {
        let mut config = yamux::Config::default();
        config.set_max_num_streams(MAX_STREAMS);
        config.set_max_connection_receive_window(Some(MAX_WINDOW));
        Muxer { connection: Connection::new(Unpinged::new(socket), config, mode), arrived: VecDeque::new(), waiting: None }
    }
}

impl UpgradeInfo for Mux {
    type Info = &'static str;
    type InfoIter = iter::Once<Self::Info>;

    fn protocol_info(&self) -> Self::InfoIter {
        iter::once(PROTOCOL)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> InboundConnectionUpgrade<S> for Mux {
    type Output = Muxer<S>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Self::Error>>;

    fn upgrade_inbound(self, socket: S, _: Self::Info) -> Self::Future {
        ready(Ok(Self::wrap(socket, Mode::Server)))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> OutboundConnectionUpgrade<S> for Mux {
    type Output = Muxer<S>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Self::Error>>;

    fn upgrade_outbound(self, socket: S, _: Self::Info) -> Self::Future {
        ready(Ok(Self::wrap(socket, Mode::Client)))
    }
}

/// A multiplexed connection.
#[derive(Debug)]
pub(super) struct Muxer<S> {
    connection: Connection<Unpinged<S>>,
    /// Streams that came while the connection was only driven; bounded by `MAX_STREAMS` in yamux itself.
    arrived: VecDeque<yamux::Stream>,
    waiting: Option<Waker>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Muxer<S> {
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Result<yamux::Stream, ConnectionError>> {
        // yamux makes progress, in both directions, only while asked for its next inbound stream.
        self.connection.poll_next_inbound(cx).map(|next| next.unwrap_or(Err(ConnectionError::Closed)))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> StreamMuxer for Muxer<S> {
    type Substream = yamux::Stream;
    type Error = ConnectionError;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Self::Substream, Self::Error>> {
        if let Some(stream) = self.arrived.pop_front() {
            return Poll::Ready(Ok(stream));
        }
        let next = self.next(cx);
        if next.is_pending() {
            self.waiting = Some(cx.waker().clone());
        }
        next
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Self::Substream, Self::Error>> {
        self.connection.poll_new_outbound(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.connection.poll_close(cx)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
        match self.next(cx) {
            Poll::Ready(Ok(stream)) => {
                self.arrived.push_back(stream);
                if let Some(waker) = self.waiting.take() {
                    waker.wake();
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}
