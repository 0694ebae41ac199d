//! The way of bytes: TCP, counted; Noise with admission; yamux. One budget of time for TCP, and one for the rest.
//!
//! On a line that loses packets TCP sends what was lost again once its acknowledgement is 200 ms late. That least lateness is
//! the system's (Linux 6.11 and later: `net.ipv4.tcp_rto_min_us`), and a socket can be told another one only by means that
//! this workspace forbids (`unsafe_code`). Over 300 ms each way a lost message arrives after 1,260 ms, with 30,000 µs there after
//! 1,120, and no repetition of what is missed could be there before 1,030: so on such lines small new frames go twice, by
//! [`copies`](super::copies).
//!
//! What is lost again is sent again as soon, not after twice the time. With 10 % of the packets lost that made p90 1,285 ms out of
//! 1,818 and p99 3,506 out of 5,976, 180 messages each.
//!
//! Put together by hand, because libp2p's own builder does not tell an upgrade who calls: the door must know.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::transport::timeout::TransportTimeout;
use libp2p::core::upgrade::{InboundConnectionUpgrade, NegotiationError, OutboundConnectionUpgrade, Version};
use libp2p::core::{ConnectedPoint, Transport};
use libp2p::{PeerId, tcp};
use multistream_select::{dialer_select_proto, listener_select_proto};
use tokio::time::timeout;

use super::door::Door;
use super::endpoint::host;
use super::meter::{Metered, Meters};
use super::mux::{self, Mux};
use super::patience::{self, Known};
use super::secure::{self, Secure, SecureError, Socket};

/// From the first packet to a connection of TCP. Beyond this the system would ask again ever more rarely.
const CONNECT: Duration = Duration::from_secs(10);

/// A connection was not made.
#[derive(Debug, thiserror::Error)]
enum HandshakeError {
    /// The two sides agree on no protocol, or the connection ended.
    #[error(transparent)]
    Negotiation(#[from] NegotiationError),
    /// The other side is not who may come in.
    #[error(transparent)]
    Secure(#[from] SecureError),
    /// It took longer than it may on this line.
    #[error("no answer in {} s", .0.as_secs())]
    Slow(Duration),
    /// It came to the door, which leads no further.
    #[error("a caller at the door")]
    Door,
}

/// Builds the transport; `line_to` tells what is known of the line to a host.
pub(super) fn build(
    secure: Secure,
    door: Door,
    meters: Meters,
    line_to: impl Fn(IpAddr) -> Option<Known> + Clone + Send + Sync + Unpin + 'static,
) -> Boxed<(PeerId, StreamMuxerBox)> {
    let tcp = TransportTimeout::with_outgoing_timeout(tcp::tokio::Transport::new(tcp::Config::new().nodelay(true)), CONNECT);
    tcp.map(move |socket, point| {
        send_again_evenly(&socket.0);
        let meter = meters.open(&point);
        if let (Ok(here), Ok(there)) = (socket.0.local_addr(), socket.0.peer_addr()) {
            meter.between(here, there);
        }
        (Metered::new(socket, Arc::clone(&meter)), meter)
    })
    .and_then(move |(socket, meter), point| {
        let known = host(point.get_remote_address()).and_then(&line_to);
        Box::pin(async move {
            let (began, patience) = (Instant::now(), patience::handshake(known, point.is_dialer()));
            let ready = shake_hands_within(patience, socket, point, secure, door).await?;
            meter.shaken(began.elapsed());
            Ok::<_, HandshakeError>(ready)
        })
    })
    .boxed()
}

/// Has what was lost sent again at even times where little is under way: the system would double them each time, as if
/// a thin line were a crowded one, while it only loses packets.
fn send_again_evenly(socket: &tokio::net::TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(socket).set_tcp_thin_linear_timeouts(true) {
        tracing::debug!(%error, "what is lost is sent again ever more rarely");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = socket;
}

async fn shake_hands_within(
    patience: Duration,
    socket: impl Socket,
    point: ConnectedPoint,
    secure: Secure,
    door: Door,
) -> Result<(PeerId, StreamMuxerBox), HandshakeError> {
    timeout(patience, shake_hands(socket, point, secure, door)).await.unwrap_or(Err(HandshakeError::Slow(patience)))
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

#[cfg(test)]
mod tests {
    use libp2p::Multiaddr;
    use libp2p::core::Endpoint;
    use libp2p::core::muxing::StreamMuxerExt;
    use libp2p::core::transport::PortUse;
    use okrug_protocol::ids::OfficeId;
    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, duplex, split};
    use tokio::sync::mpsc;
    use tokio_util::compat::TokioAsyncReadCompatExt;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::mesh::config::Admission;
    use crate::mesh::identity;
    use crate::mesh::secure::Refused;

    /// Lets everybody in.
    struct Everybody;

    impl Admission for Everybody {
        fn office_of(&self, _: &[u8; 32]) -> Option<OfficeId> {
            Some(OfficeId(1))
        }

        fn peer_of(&self, _: OfficeId) -> Option<[u8; 32]> {
            None
        }
    }

    async fn one(seed: u8, point: ConnectedPoint, socket: impl Socket, patience: Duration) -> Result<StreamMuxerBox, HandshakeError> {
        let (keys, everybody) = (identity::keypair(&[seed; 32]).unwrap(), Arc::new(Everybody));
        let door = Door::new("00000000", &keys, everybody.clone(), CancellationToken::new()).unwrap();
        let secure = Secure::new(&keys, everybody, Refused::default()).unwrap();
        Ok(shake_hands_within(patience, socket, point, secure, door).await?.1)
    }

    /// Carries bytes in one direction, each so late.
    async fn forward(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, late: Duration) {
        let (under_way, mut due) = mpsc::channel::<(tokio::time::Instant, Vec<u8>)>(1_000);
        let take = async {
            let mut buffer = [0; 4 << 10];
            while let Ok(bytes @ 1..) = from.read(&mut buffer).await {
                under_way.send((tokio::time::Instant::now() + late, buffer[..bytes].to_vec())).await.unwrap();
            }
            std::future::pending::<()>().await;
        };
        let give = async {
            while let Some((at, bytes)) = due.recv().await {
                tokio::time::sleep_until(at).await;
                to.write_all(&bytes).await.unwrap();
            }
        };
        tokio::join!(take, give);
    }

    /// What comes of a call over a line that is so late each way, for who is called; both are as patient as they know the line.
    async fn called_over(late: Duration, caller: Option<Known>, called: Option<Known>) -> Result<(), HandshakeError> {
        let ((here, out), (inside, there)) = (duplex(8 << 10), duplex(8 << 10));
        let ((from_here, to_here), (from_there, to_there)) = (split(out), split(inside));
        let address: Multiaddr = "/ip4/10.0.0.1/tcp/7600".parse().unwrap();
        let calls = ConnectedPoint::Dialer { address: address.clone(), role_override: Endpoint::Dialer, port_use: PortUse::New };
        let hears = ConnectedPoint::Listener { local_addr: address.clone(), send_back_addr: address };
        let caller = async {
            if let Ok(mut muxer) = one(1, calls, here.compat(), patience::handshake(caller, true)).await {
                // Its last words leave when it is driven, as the swarm does.
                let _ = std::future::poll_fn(|cx| muxer.poll_unpin(cx)).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            outcome = one(2, hears, there.compat(), patience::handshake(called, false)) => outcome.map(drop),
            () = caller => unreachable!(),
            () = forward(from_here, to_there, late) => unreachable!(),
            () = forward(from_there, to_here, late) => unreachable!(),
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_is_lost_is_sent_again_at_even_times() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let option = socket2::SockRef::from(&socket);
        option.set_tcp_thin_linear_timeouts(false).unwrap();
        send_again_evenly(&socket);
        assert!(option.tcp_thin_linear_timeouts().unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn a_handshake_over_a_slow_line_is_given_the_time_that_the_line_needs() {
        let late = Duration::from_secs(4);
        let known = Some(Known { trip: 2 * late, rate: None });
        called_over(late, known, known).await.unwrap();
        called_over(late, None, known).await.expect("the first call is waited for long enough");
        for stranger in [None, Some(Known { trip: Duration::from_millis(1), rate: None })] {
            let outcome = called_over(late, None, stranger).await;
            assert!(matches!(outcome, Err(HandshakeError::Slow(_))), "nobody holds a place for long: {outcome:?}");
        }
        let outcome = called_over(10 * late, known, known).await;
        assert!(matches!(outcome, Err(HandshakeError::Slow(_))), "nor for ever: {outcome:?}");
    }
}
