//! What the mesh is told at its start, and whom it asks who may come in.

use libp2p::Multiaddr;
use okrug_protocol::ids::{DistrictId, OfficeId};

/// Says which peers are offices of the district.
///
/// Asked on every handshake and dial; answers come from the directory in force at that moment.
pub trait Admission: Send + Sync {
    /// The office with this Ed25519 peer key; `None` keeps the peer out.
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId>;
    /// The peer key of an office; `None` when the directory does not list it.
    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]>;
}

/// What the mesh is told at its start.
#[derive(Debug, Clone)]
pub struct Config {
    /// The district, whose tag is in protocol names and topics, so that two districts on one LAN never meet.
    pub district: DistrictId,
    /// Where to listen; port 0 lets the system choose.
    pub listen: Vec<Multiaddr>,
}

impl Config {
    /// The first eight hexadecimal digits of the district's identity.
    #[must_use]
    pub fn tag(&self) -> String {
        self.district.0.short()
    }
}
