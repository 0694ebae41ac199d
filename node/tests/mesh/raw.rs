//! A peer that speaks each layer by hand, so that it can stop, lie or talk nonsense at any of them.

use std::io;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, future};
use libp2p::core::upgrade::OutboundConnectionUpgrade;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, noise};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};
use tokio_util::task::AbortOnDropHandle;
use yamux::{Connection, Mode};

/// A raw TCP connection to a node.
pub(crate) async fn tcp(address: &Multiaddr) -> Compat<TcpStream> {
    let mut parts = address.iter();
    let (Some(Protocol::Ip4(ip)), Some(Protocol::Tcp(port))) = (parts.next(), parts.next()) else { panic!("TCP on loopback") };
    TcpStream::connect((ip, port)).await.unwrap().compat()
}

/// Says which protocol is wanted, and hears whether the other side agrees.
pub(crate) async fn propose(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), protocol: &str) -> io::Result<bool> {
    for line in ["/multistream/1.0.0", protocol] {
        say(stream, line).await?;
    }
    stream.flush().await?;
    if hear(stream).await? != "/multistream/1.0.0" {
        return Ok(false);
    }
    Ok(hear(stream).await? == protocol)
}

/// The other side of it: hears what is wanted and agrees.
pub(crate) async fn agree(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), protocol: &str) -> io::Result<bool> {
    if hear(stream).await? != "/multistream/1.0.0" || hear(stream).await? != protocol {
        return Ok(false);
    }
    for line in ["/multistream/1.0.0", protocol] {
        say(stream, line).await?;
    }
    stream.flush().await?;
    Ok(true)
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), line: &str) -> io::Result<()> {
    let length = u8::try_from(line.len() + 1).expect("short");
    assert!(length < 128);
    stream.write_all(&[&[length], line.as_bytes(), b"\n"].concat()).await
}

async fn hear(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut length = [0];
    stream.read_exact(&mut length).await?;
    let mut line = vec![0; usize::from(length[0])];
    stream.read_exact(&mut line).await?;
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// A connection on which Noise is done and nothing else said.
pub(crate) type Secured = noise::Output<Compat<TcpStream>>;

/// Dials and proves to be the holder of this seed.
pub(crate) async fn noise(address: &Multiaddr, seed: [u8; 32]) -> io::Result<Secured> {
    noise_for(tcp(address).await, "/noise", seed).await
}

/// The same over this socket, under another name of the protocol.
pub(crate) async fn noise_for(mut socket: Compat<TcpStream>, protocol: &str, seed: [u8; 32]) -> io::Result<Secured> {
    if !propose(&mut socket, protocol).await? {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let keys = Keypair::ed25519_from_bytes(seed).unwrap();
    let upgrade = noise::Config::new(&keys).unwrap().upgrade_outbound(socket, "/noise");
    Ok(upgrade.await.map_err(io::Error::other)?.1)
}

/// Streams of one connection, which ends when they are dropped.
pub(crate) struct Streams {
    pub(crate) streams: Vec<yamux::Stream>,
    _driver: AbortOnDropHandle<()>,
}

/// Dials, proves to be the holder of this seed, and opens a stream for each of the protocols.
pub(crate) async fn streams(address: &Multiaddr, seed: [u8; 32], protocols: &[&str]) -> io::Result<Streams> {
    let mut secured = noise(address, seed).await?;
    if !propose(&mut secured, "/yamux/1.0.0").await? {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let mut connection = Connection::new(secured, yamux::Config::default(), Mode::Client);
    let mut streams = Vec::new();
    for _ in protocols {
        streams.push(future::poll_fn(|cx| connection.poll_new_outbound(cx)).await.map_err(io::Error::other)?);
    }
    let driver = tokio::spawn(async move {
        // Streams that the node opens are held and ignored.
        let mut held = Vec::new();
        while let Some(Ok(stream)) = future::poll_fn(|cx| connection.poll_next_inbound(cx)).await {
            held.push(stream);
        }
    });
    for (stream, protocol) in streams.iter_mut().zip(protocols) {
        if !propose(stream, protocol).await? {
            return Err(io::Error::other(format!("{protocol} is not spoken")));
        }
    }
    Ok(Streams { streams, _driver: AbortOnDropHandle::new(driver) })
}
