//! Who is let into the mesh: the offices of the directory in force.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use okrug_protocol::directory::Directory;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::sign::PublicKey;
use tokio::sync::watch;

use crate::documents::Documents;
use crate::mesh::Admission;

/// Asks the directory that is in force at the moment of asking.
#[derive(Debug)]
pub struct Admitted {
    directory: watch::Receiver<Arc<Directory>>,
    /// Nobody is let in while this holds.
    cut: AtomicBool,
}

impl Admitted {
    /// Follows the documents of a node.
    #[must_use]
    pub fn new(documents: &Documents) -> Self {
        Self { directory: documents.follow(), cut: AtomicBool::new(false) }
    }

    /// Keeps everybody out, or lets the offices in again.
    pub fn set_cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::Relaxed);
    }

    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }
}

impl Admission for Admitted {
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId> {
        if self.is_cut() { None } else { self.directory.borrow().office_by_peer(&PublicKey(*peer)) }
    }

    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]> {
        if self.is_cut() { None } else { self.directory.borrow().office(office).map(|office| office.peer.0) }
    }
}
