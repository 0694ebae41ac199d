//! What the mesh is told at its start, and whom it asks who may come in.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use libp2p::Multiaddr;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{DistrictId, OfficeId};
use okrug_protocol::trust::Versions;
use tokio::sync::watch;

use super::ration::Pause;

/// Says which peers are offices of the district.
///
/// Asked on every handshake and dial; answers come from the directory in force at that moment.
pub trait Admission: Send + Sync {
    /// The office with this Ed25519 peer key; `None` keeps the peer out.
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId>;
    /// The peer key of an office; `None` when the directory does not list it.
    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]>;
    /// The documents that are shown and seen at the door; without them nobody is heard there.
    fn papers(&self) -> Option<Arc<dyn Papers>> {
        None
    }
}

/// The signed documents of the district, for the door alone: everything else about them is the exchange's.
pub trait Papers: Send + Sync {
    /// Whose documents they are.
    fn district(&self) -> DistrictId;
    /// Which editions are held.
    fn versions(&self) -> Versions;
    /// What is held beyond these editions, in the order in which it is to be taken.
    fn newer(&self, than: &Versions) -> Vec<(DocumentKind, Vec<u8>)>;
    /// What an office that counts no more lacks beyond these editions to know that it does; `None` when this key was never an office's.
    fn parting(&self, peer: &[u8; 32], than: &Versions) -> Option<Vec<(DocumentKind, Vec<u8>)>>;
    /// Takes a document that somebody showed, if it is newer and rightly signed; `false` for one that is not to be believed.
    fn accept(&self, kind: DocumentKind, bytes: &[u8]) -> bool;
    /// All of them as a district file.
    fn file(&self) -> Vec<u8>;
}

/// What the mesh is told at its start.
#[derive(Debug, Clone)]
pub struct Config {
    /// The district, whose tag is in protocol names and topics, so that two districts on one LAN never meet.
    pub district: DistrictId,
    /// Where to listen; port 0 lets the system choose.
    pub listen: Vec<Multiaddr>,
    /// What holds for the links.
    pub links: Links,
}

/// What holds for the links, whatever is measured of them.
#[derive(Debug, Clone)]
pub struct Links {
    /// The silence after which a link is asked whether the other side is still there.
    pub ping: Duration,
    /// The links that were declared thin, as it changes what may go over them.
    pub declared: watch::Receiver<BTreeMap<OfficeId, Declared>>,
    /// Whether copies of small new entries go by UDP where a line loses packets, and are taken.
    pub copies: bool,
}

/// A link that was declared thin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Declared {
    /// Why all but flash waits now, and until when.
    pub pause: Option<Pause>,
    /// Bytes in a second towards the office, beneath flash.
    pub bytes_a_second: Option<u64>,
}

impl Default for Links {
    fn default() -> Self {
        // 276 bytes each time with all that is around them, so 10 kB an hour.
        Self { ping: Duration::from_secs(100), declared: watch::channel(BTreeMap::new()).1, copies: true }
    }
}

impl Config {
    /// The defaults for a district.
    #[must_use]
    pub fn of(district: DistrictId, listen: Vec<Multiaddr>) -> Self {
        Self { district, listen, links: Links::default() }
    }

    /// The first eight hexadecimal digits of the district's identity.
    #[must_use]
    pub fn tag(&self) -> String {
        self.district.0.short()
    }
}
