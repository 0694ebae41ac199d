//! The way of bytes: TCP, counted; Noise with admission; yamux. One budget of time for all of it.
//!
//! Put together by hand, because libp2p's own builder does not tell an upgrade who calls: the door must know.

use std::time::Duration;

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::transport::timeout::TransportTimeout;
use libp2p::core::upgrade::{InboundConnectionUpgrade, NegotiationError, OutboundConnectionUpgrade, Version};
use libp2p::core::{ConnectedPoint, Transport};
use libp2p::{PeerId, tcp};
use multistream_select::{dialer_select_proto, listener_select_proto};

use super::door::Door;
use super::endpoint::host;
use super::meter::{Metered, Meters};
use super::mux::{self, Mux};
use super::secure::{self, Secure, SecureError, Socket};

/// From the first packet to a multiplexed connection.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A connection was not made.
#[derive(Debug, thiserror::Error)]
enum HandshakeError {
    /// The two sides agree on no protocol, or the connection ended.
    #[error(transparent)]
    Negotiation(#[from] NegotiationError),
    /// The other side is not who may come in.
    #[error(transparent)]
    Secure(#[from] SecureError),
    /// It came to the door, which leads no further.
    #[error("a caller at the door")]
    Door,
}

/// Builds the transport.
pub(super) fn build(secure: Secure, door: Door, meters: Meters) -> Boxed<(PeerId, StreamMuxerBox)> {
    let tcp = tcp::tokio::Transport::new(tcp::Config::new().nodelay(true));
    let ready = tcp
        .map(move |socket, point| Metered::new(socket, meters.open(&point)))
        .and_then(move |socket, point| Box::pin(shake_hands(socket, point, secure, door)));
    TransportTimeout::new(ready, HANDSHAKE).boxed()
}

async fn shake_hands(
    socket: impl Socket,
    point: ConnectedPoint,
    secure: Secure,
    door: Door,
) -> Result<(PeerId, StreamMuxerBox), HandshakeError> {
    if point.is_dialer() {
        let (_, socket) = dialer_select_proto(socket, [secure::PROTOCOL], Version::V1Lazy).await?;
        let (peer, socket) = secure.outbound(socket).await?;
        let (protocol, socket) = dialer_select_proto(socket, [mux::PROTOCOL], Version::V1Lazy).await?;
        let Ok(muxer) = Mux.upgrade_outbound(socket, protocol).await;
        return Ok((peer, StreamMuxerBox::new(muxer)));
    }
    let (protocol, socket) = listener_select_proto(socket, [secure::PROTOCOL, door.protocol()]).await?;
    if protocol != secure::PROTOCOL {
        door.open(socket, host(point.get_remote_address()));
        return Err(HandshakeError::Door);
    }
    let (peer, socket) = secure.inbound(socket).await?;
    let (protocol, socket) = listener_select_proto(socket, [mux::PROTOCOL]).await?;
    let Ok(muxer) = Mux.upgrade_inbound(socket, protocol).await;
    Ok((peer, StreamMuxerBox::new(muxer)))
}
