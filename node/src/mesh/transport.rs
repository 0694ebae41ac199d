//! The way of bytes: TCP, counted; Noise with admission; yamux. One budget of time for all of it.

use std::sync::Arc;
use std::time::Duration;

use libp2p::core::Transport;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::{PeerId, noise, tcp};

use super::config::Admission;
use super::meter::{Metered, Meters};
use super::mux::Mux;
use super::secure::{Refused, Secure};

/// From the first packet to a multiplexed connection.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Builds the transport.
pub(super) fn build(
    identity: &Keypair,
    admission: Arc<dyn Admission>,
    meters: Meters,
    refused: Refused,
) -> Result<Boxed<(PeerId, StreamMuxerBox)>, noise::Error> {
    let secure = Secure::new(identity, admission, refused)?;
    Ok(tcp::tokio::Transport::new(tcp::Config::new().nodelay(true))
        .map(move |socket, point| Metered::new(socket, meters.open(&point)))
        .upgrade(Version::V1Lazy)
        .authenticate(secure)
        .multiplex(Mux)
        .timeout(HANDSHAKE)
        .boxed())
}
