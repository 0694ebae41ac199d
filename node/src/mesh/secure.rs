//! Noise, and right behind it the door: whom the directory does not know gets no further.
//!
//! The check stands inside the security upgrade, so a stranger never reaches the multiplexer or any protocol
//! above it, whoever dialled whom. An allow-list behaviour would act only after both.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use futures::{AsyncRead, AsyncWrite};
use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade};
use libp2p::identity::Keypair;
use libp2p::{PeerId, noise};

use super::config::Admission;
use super::identity::key_of;

/// What Noise is called when both sides agree on it.
pub(super) const PROTOCOL: &str = "/noise";

/// A handshake did not lead to a connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum SecureError {
    /// The handshake itself failed.
    #[error(transparent)]
    Noise(#[from] noise::Error),
    /// The other side proved who it is, and the directory lists no such peer.
    #[error("{0} is no office of this district")]
    Stranger(PeerId),
    /// The other side holds our own key: a copy of this node.
    #[error("another node has our own key")]
    Ourselves,
}

/// How many strangers were turned away.
#[derive(Debug, Clone, Default)]
pub(super) struct Refused(Arc<AtomicU64>);

impl Refused {
    fn count(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// So many, since the start.
    pub(super) fn total(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// The security upgrade.
#[derive(Clone)]
pub(super) struct Secure {
    noise: noise::Config,
    ourselves: PeerId,
    admission: Arc<dyn Admission>,
    refused: Refused,
}

impl fmt::Debug for Secure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secure").field("ourselves", &self.ourselves).finish_non_exhaustive()
    }
}

impl Secure {
    pub(super) fn new(identity: &Keypair, admission: Arc<dyn Admission>, refused: Refused) -> Result<Self, noise::Error> {
        Ok(Self { noise: noise::Config::new(identity)?, ourselves: identity.public().to_peer_id(), admission, refused })
    }

    fn admit(&self, peer: PeerId) -> Result<PeerId, SecureError> {
        if peer == self.ourselves {
            return Err(SecureError::Ourselves);
        }
        match key_of(&peer).and_then(|key| self.admission.office_of(&key)) {
            Some(_office) => Ok(peer),
            None => {
                self.refused.count();
                Err(SecureError::Stranger(peer))
            }
        }
    }
}

/// A connection on which both sides have proved who they are.
pub(super) type Secured<S> = (PeerId, noise::Output<S>);

/// What a connection must be.
pub(super) trait Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Socket for S {}

impl Secure {
    /// Answers a caller; only offices of the directory get past this.
    pub(super) async fn inbound<S: Socket>(self, socket: S) -> Result<Secured<S>, SecureError> {
        let (peer, io) = self.noise.clone().upgrade_inbound(socket, PROTOCOL).await?;
        Ok((self.admit(peer)?, io))
    }

    /// Calls; goes on only with an office of the directory.
    pub(super) async fn outbound<S: Socket>(self, socket: S) -> Result<Secured<S>, SecureError> {
        let (peer, io) = self.noise.clone().upgrade_outbound(socket, PROTOCOL).await?;
        Ok((self.admit(peer)?, io))
    }
}
