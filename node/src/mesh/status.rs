//! What is known of the link to an office, for the status page and the metrics.

use libp2p::Multiaddr;
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;

/// The link to one office, as it stands or as it was last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStatus {
    /// The other side.
    pub office: OfficeId,
    /// Whether the link stands.
    pub connected: bool,
    /// The last measured round trip.
    pub rtt_ms: Option<u32>,
    /// Bytes received over TCP since the start, handshakes included.
    pub bytes_in: u64,
    /// Bytes sent over TCP since the start, handshakes included.
    pub bytes_out: u64,
    /// When anything was last heard from it.
    pub last_contact: Option<Millis>,
    /// The address in use, or the one used last.
    pub address: Option<Multiaddr>,
}
