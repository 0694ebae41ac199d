//! The other side of the door: this node calls.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures::{AsyncRead, AsyncWrite, AsyncWriteExt};
use libp2p::core::upgrade::{OutboundConnectionUpgrade, Version};
use libp2p::identity::Keypair;
use libp2p::{Multiaddr, PeerId, noise};
use multistream_select::dialer_select_proto;
use okrug_protocol::bounds::MAX_DISTRICT_FILE;
use okrug_protocol::codec;
use okrug_protocol::ids::DistrictId;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

use super::{FETCHES, FORMER, KNOWN, PATIENCE, SHOWS, frame, protocol};
use crate::mesh::config::Papers;
use crate::mesh::endpoint::endpoint_of;
use crate::mesh::identity::{key_of, keypair};
use crate::mesh::secure::PROTOCOL;

/// A district file and what frames it.
const MAX_FILE: usize = MAX_DISTRICT_FILE + 64;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// The documents were not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is not one that can be called.
    #[error("{0} is no address of a node")]
    Address(Multiaddr),
    /// Nobody answers, or not in the words of this district.
    #[error("{0}")]
    Unreachable(#[from] io::Error),
    /// The node that was asked does not know us as an office yet.
    #[error("the node there has not heard of this office yet")]
    NotKnown,
}

/// Fetches the district file from an office's door; what is in it is to be checked against what is known from paper.
///
/// # Errors
/// [`FetchError`].
pub async fn fetch(address: &Multiaddr, identity_seed: &[u8; 32], district: DistrictId) -> Result<Vec<u8>, FetchError> {
    let keys = keypair(identity_seed).ok_or(io::ErrorKind::InvalidInput).map_err(io::Error::from)?;
    if endpoint_of(address).is_none() {
        return Err(FetchError::Address(address.clone()));
    }
    let visit = async {
        let (_, mut io) = call(address, &keys, &district.0.short()).await?;
        ask(&mut io, FETCHES, district).await?;
        frame::read(&mut io, MAX_FILE).await
    };
    let file = timeout(PATIENCE, visit).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    if file.is_empty() { Err(FetchError::NotKnown) } else { Ok(file) }
}

/// What came of showing our documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mesh) enum Shown {
    /// They know us as an office now.
    Known,
    /// They do not.
    Unknown,
    /// They told us that we count no more, and their documents bore it out as far as they were taken.
    Former,
}

/// Shows an office what it has not heard of, and hears what we have not: that we count no more.
pub(in crate::mesh) async fn show(address: &Multiaddr, keys: &Keypair, office: PeerId, papers: &Arc<dyn Papers>) -> io::Result<Shown> {
    let visit = async {
        let (peer, mut io) = call(address, keys, &papers.district().0.short()).await?;
        if peer != office {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "somebody else answers there"));
        }
        ask(&mut io, SHOWS, papers.district()).await?;
        let theirs = frame::editions(&mut io).await?;
        for (kind, bytes) in papers.newer(&theirs) {
            frame::show(&mut io, kind, &bytes).await?;
        }
        frame::write(&mut io, &[]).await?;
        match *frame::read(&mut io, 1).await? {
            [KNOWN] => Ok(Shown::Known),
            [FORMER] => {
                frame::write(&mut io, &codec::encode(&papers.versions())).await?;
                frame::take(&mut io, papers).await?;
                Ok(Shown::Former)
            }
            _ => Ok(Shown::Unknown),
        }
    };
    timeout(PATIENCE, visit).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

type Line = noise::Output<multistream_select::Negotiated<Compat<TcpStream>>>;

/// Calls, and agrees on the door.
async fn call(address: &Multiaddr, keys: &Keypair, tag: &str) -> io::Result<(PeerId, Line)> {
    let endpoint = endpoint_of(address).ok_or(io::ErrorKind::AddrNotAvailable)?;
    let socket = timeout(CONNECT, TcpStream::connect(endpoint)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    socket.set_nodelay(true)?;
    let (_, socket) = dialer_select_proto(socket.compat(), [protocol(tag)], Version::V1).await.map_err(io::Error::other)?;
    let noise = noise::Config::new(keys).map_err(io::Error::other)?;
    let (peer, io) = noise.upgrade_outbound(socket, PROTOCOL).await.map_err(io::Error::other)?;
    if key_of(&peer).is_some() { Ok((peer, io)) } else { Err(io::ErrorKind::InvalidData.into()) }
}

async fn ask(io: &mut (impl AsyncRead + AsyncWrite + Unpin), errand: u8, district: DistrictId) -> io::Result<()> {
    io.write_all(&[errand]).await?;
    io.write_all(&district.0.0).await?;
    io.flush().await
}
