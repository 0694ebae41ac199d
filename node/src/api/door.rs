//! One port for both: a connection that begins as TLS does is TLS, any other is plain HTTP and sees the door only.
//!
//! Whoever types an address without `https` is led there, and a machine that does not trust the district yet gets the page
//! that says how. Nothing else is said in clear.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::Request;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tower::Service;

use super::gate::{Gate, Guarded};

/// The first byte of a TLS connection: a record of the handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// How a request came; stands in its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// Under TLS.
    Tls,
    /// In clear, where TLS is spoken.
    Clear,
}

/// Lets connections in, and finds out what they speak.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    gate: Gate,
    tls: RustlsAcceptor,
    patience: Duration,
}

impl Door {
    /// Whoever says nothing for as long as `patience` is let go.
    pub(crate) fn new(gate: Gate, tls: RustlsConfig, patience: Duration) -> Self {
        Self { gate, tls: RustlsAcceptor::new(tls), patience }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Door {
    type Stream = Line;
    type Service = Marked<S>;
    type Future = BoxFuture<'static, io::Result<(Line, Marked<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let (entered, tls, patience) = (self.gate.accept(stream, ()), self.tls.clone(), self.patience);
        Box::pin(async move {
            let (stream, ()) = entered.await?;
            let first = tokio::time::timeout(patience, stream.first()).await.map_err(|_| io::ErrorKind::TimedOut)??;
            if first != HANDSHAKE {
                return Ok((Line::Clear(stream), Marked { service, wire: Wire::Clear }));
            }
            let (stream, _) = tls.accept(stream, ()).await?;
            Ok((Line::Tls(Box::new(stream)), Marked { service, wire: Wire::Tls }))
        })
    }
}

type TlsLine = <RustlsAcceptor as Accept<Guarded, ()>>::Stream;

/// A connection of either kind.
pub(crate) enum Line {
    Tls(Box<TlsLine>),
    Clear(Guarded),
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tls(line) => Pin::new(line).poll_read(context, buffer),
            Self::Clear(line) => Pin::new(line).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tls(line) => Pin::new(line).poll_write(context, bytes),
            Self::Clear(line) => Pin::new(line).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tls(line) => Pin::new(line).poll_write_vectored(context, parts),
            Self::Clear(line) => Pin::new(line).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tls(line) => line.is_write_vectored(),
            Self::Clear(line) => line.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tls(line) => Pin::new(line).poll_flush(context),
            Self::Clear(line) => Pin::new(line).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tls(line) => Pin::new(line).poll_shutdown(context),
            Self::Clear(line) => Pin::new(line).poll_shutdown(context),
        }
    }
}

/// A service that is told how its requests come.
#[derive(Debug, Clone)]
pub(crate) struct Marked<S> {
    service: S,
    wire: Wire,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for Marked<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(self.wire);
        self.service.call(request)
    }
}
