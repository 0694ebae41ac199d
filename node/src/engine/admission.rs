//! Who is let into the mesh: the offices of the directory in force.

use std::sync::Arc;

use okrug_protocol::directory::Directory;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::sign::PublicKey;
use tokio::sync::watch;

use crate::documents::Documents;
use crate::mesh::Admission;

/// Asks the directory that is in force at the moment of asking.
#[derive(Debug)]
pub struct Admitted(watch::Receiver<Arc<Directory>>);

impl Admitted {
    /// Follows the documents of a node.
    #[must_use]
    pub fn new(documents: &Documents) -> Self {
        Self(documents.follow())
    }
}

impl Admission for Admitted {
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId> {
        self.0.borrow().office_by_peer(&PublicKey(*peer))
    }

    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]> {
        self.0.borrow().office(office).map(|office| office.peer.0)
    }
}
