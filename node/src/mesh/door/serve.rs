//! This side of the door: hears one caller.

use std::io;
use std::sync::Arc;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::PeerId;
use libp2p::core::upgrade::InboundConnectionUpgrade;
use okrug_protocol::codec;
use okrug_protocol::ids::OfficeId;

use super::{Door, ERRAND, FETCHES, FORMER, KNOWN, SHOWS, UNKNOWN, frame};
use crate::mesh::config::Papers;
use crate::mesh::identity::key_of;
use crate::mesh::secure::{PROTOCOL, Socket};

/// Hears one caller to the end.
pub(super) async fn hear(door: &Door, socket: impl Socket) -> io::Result<()> {
    let (peer, mut io) = door.noise.clone().upgrade_inbound(socket, PROTOCOL).await.map_err(io::Error::other)?;
    let papers = door.admission.papers().ok_or(io::ErrorKind::Unsupported)?;
    let mut errand = [0; ERRAND];
    io.read_exact(&mut errand).await?;
    let (errand, district) = (errand[0], &errand[1..]);
    // Who does not know the district by its whole identity learns nothing of it.
    if district != papers.district().0.0 {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    match errand {
        SHOWS => see(door, &peer, &papers, &mut io).await?,
        FETCHES => {
            let file = if door.office(&peer).is_some() { papers.file() } else { Vec::new() };
            frame::write(&mut io, &file).await?;
        }
        _ => return Err(io::ErrorKind::InvalidData.into()),
    }
    io.close().await
}

/// Sees what the caller shows, and says whether it is an office by that.
async fn see(door: &Door, peer: &PeerId, papers: &Arc<dyn Papers>, io: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    frame::write(io, &codec::encode(&papers.versions())).await?;
    frame::take(io, papers).await?;
    let office = door.office(peer);
    if let Some(office) = office {
        tracing::info!(event = "office_shown", %office, "an office that was not known here has shown that it is one");
    }
    if office.is_some() {
        return frame::write(io, &[KNOWN]).await;
    }
    match key_of(peer).filter(|key| papers.parting(key, &papers.versions()).is_some()) {
        Some(key) => part(&key, papers, io).await,
        None => frame::write(io, &[UNKNOWN]).await,
    }
}

/// Tells an office that counts no more by which documents it does not.
async fn part(key: &[u8; 32], papers: &Arc<dyn Papers>, io: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    frame::write(io, &[FORMER]).await?;
    let theirs = frame::editions(io).await?;
    for (kind, bytes) in papers.parting(key, &theirs).unwrap_or_default() {
        frame::show(io, kind, &bytes).await?;
    }
    frame::write(io, &[]).await
}

impl Door {
    fn office(&self, peer: &PeerId) -> Option<OfficeId> {
        self.admission.office_of(&key_of(peer)?)
    }
}
