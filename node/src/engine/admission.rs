//! Who is let into the mesh: the offices of the directory in force.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use okrug_protocol::directory::Directory;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{DistrictId, OfficeId};
use okrug_protocol::sign::PublicKey;
use okrug_protocol::trust::{TrustError, Versions};
use tokio::sync::watch;

use crate::documents::{Documents, DocumentsError};
use crate::mesh::{Admission, Papers};
use crate::shared::Shared;

/// Asks the directory that is in force at the moment of asking.
#[derive(Debug)]
pub struct Admitted {
    documents: Arc<Documents>,
    directory: watch::Receiver<Arc<Directory>>,
    /// Nobody is let in while this holds.
    cut: AtomicBool,
    /// Nor are these, in any case.
    apart: Shared<BTreeSet<OfficeId>>,
}

impl Admitted {
    /// Follows the documents of a node.
    #[must_use]
    pub fn new(documents: &Arc<Documents>) -> Self {
        Self { documents: Arc::clone(documents), directory: documents.follow(), cut: AtomicBool::new(false), apart: Shared::default() }
    }

    /// Keeps everybody out, or lets the offices in again.
    pub fn set_cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::Relaxed);
    }

    /// Keeps these offices out, and lets all others in.
    pub fn set_apart(&self, offices: BTreeSet<OfficeId>) {
        self.apart.change(|apart| *apart = offices);
    }

    fn is_apart(&self, office: OfficeId) -> bool {
        self.apart.read(|apart| apart.contains(&office))
    }

    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }
}

impl Admission for Admitted {
    fn office_of(&self, peer: &[u8; 32]) -> Option<OfficeId> {
        let office = if self.is_cut() { None } else { self.directory.borrow().office_by_peer(&PublicKey(*peer)) };
        office.filter(|office| !self.is_apart(*office))
    }

    fn peer_of(&self, office: OfficeId) -> Option<[u8; 32]> {
        let shut = self.is_cut() || self.is_apart(office);
        if shut { None } else { self.directory.borrow().member(office).map(|office| office.peer.0) }
    }

    fn papers(&self) -> Option<Arc<dyn Papers>> {
        let documents: Arc<dyn Papers> = Arc::<Documents>::clone(&self.documents);
        Some(documents).filter(|_| !self.is_cut())
    }
}

impl Papers for Documents {
    fn district(&self) -> DistrictId {
        self.directory().district()
    }

    fn versions(&self) -> Versions {
        Documents::versions(self)
    }

    fn newer(&self, than: &Versions) -> Vec<(DocumentKind, Vec<u8>)> {
        // A document waits for the charter that its signers are named in.
        let order = [DocumentKind::Charter, DocumentKind::Revocations, DocumentKind::Chart, DocumentKind::Bootstrap];
        self.read(|trust| {
            let of = |kind: DocumentKind| trust.envelopes(kind, than.of(kind).0).into_iter().map(move |bytes| (kind, bytes));
            let delegated = trust.subcharts().keys().map(|unit| DocumentKind::Subchart(*unit));
            order.into_iter().chain(delegated).flat_map(of).collect()
        })
    }

    fn parting(&self, peer: &[u8; 32], than: &Versions) -> Option<Vec<(DocumentKind, Vec<u8>)>> {
        let directory = self.directory();
        let office = directory.former_by_peer(&PublicKey(*peer))?;
        // Whoever was revoked is told no more than that: where the others are now is none of its business.
        let revoked = directory.is_revoked(office);
        let tells = |kind: &DocumentKind| match kind {
            DocumentKind::Charter | DocumentKind::Revocations => true,
            DocumentKind::Chart | DocumentKind::Subchart(_) => !revoked,
            DocumentKind::Bootstrap => false,
        };
        Some(self.newer(than).into_iter().filter(|(kind, _)| tells(kind)).collect())
    }

    fn accept(&self, kind: DocumentKind, bytes: &[u8]) -> bool {
        match Documents::accept(self, kind, bytes) {
            Ok(newer) => {
                if newer {
                    tracing::info!(event = "document_shown", ?kind, "a newer document was shown at the door");
                }
                true
            }
            // Somebody else was faster.
            Err(DocumentsError::Trust(TrustError::Older { .. })) => true,
            Err(error) => {
                tracing::warn!(event = "document_refused", ?kind, %error, "shown at the door");
                false
            }
        }
    }

    fn file(&self) -> Vec<u8> {
        Documents::file(self).encode()
    }
}
