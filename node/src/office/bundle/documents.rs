//! The documents of a bundle, in the order in which they are taken.

use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::Version;
use okrug_protocol::trust::{Trust, TrustError};

use crate::disk;
use crate::documents::{Documents, DocumentsError};

/// Those that take an office from these versions of the chart and the list of revocations to what is held here.
///
/// What else an office holds is not known: of all other kinds the newest goes along, and every charter but the first.
pub(super) fn newer(trust: &Trust, chart: Version, revocations: Version) -> Vec<(DocumentKind, Vec<u8>)> {
    let subcharts = trust.subcharts().keys().map(|unit| (DocumentKind::Subchart(*unit), Version(0)));
    let kinds = [(DocumentKind::Revocations, revocations), (DocumentKind::Charter, Version(1)), (DocumentKind::Chart, chart)];
    let kinds = kinds.into_iter().chain(subcharts).chain([(DocumentKind::Bootstrap, Version(0))]);
    kinds.flat_map(|(kind, after)| trust.envelopes(kind, after).into_iter().map(move |bytes| (kind, bytes))).collect()
}

/// What came of documents.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) newer: u32,
    pub(super) refused: u32,
    /// Whether the disk has no room for one.
    pub(super) full: bool,
}

/// Documents on their way through the gate.
#[derive(Debug, Default)]
pub(super) struct Intake {
    /// Those that need others first.
    early: Vec<(DocumentKind, Vec<u8>)>,
    pub(super) outcome: Outcome,
}

/// Documents that wait for others; each of the kinds that may has one at most, but for delegated ones.
const MAX_EARLY: usize = 68;

impl Intake {
    /// Offers a document, and those again that waited for it.
    pub(super) fn offer(&mut self, documents: &Documents, kind: DocumentKind, bytes: Vec<u8>) {
        if self.one(documents, kind, bytes) {
            for (kind, bytes) in std::mem::take(&mut self.early) {
                self.one(documents, kind, bytes);
            }
        }
    }

    /// True when it was newer.
    fn one(&mut self, documents: &Documents, kind: DocumentKind, bytes: Vec<u8>) -> bool {
        match documents.accept(kind, &bytes) {
            Ok(newer) => {
                self.outcome.newer += u32::from(newer);
                newer
            }
            // Who holds a newer one is not told anything by an older.
            Err(DocumentsError::Trust(TrustError::Older { .. } | TrustError::NotDelegated { .. })) => false,
            Err(DocumentsError::Trust(TrustError::Ahead { .. })) if self.early.len() < MAX_EARLY => {
                self.early.push((kind, bytes));
                false
            }
            Err(DocumentsError::File { source, .. }) if disk::is_full(&source) => {
                self.outcome.full = true;
                false
            }
            Err(error) => {
                tracing::warn!(event = "document_refused", by = "bundle", ?kind, %error);
                self.outcome.refused += 1;
                false
            }
        }
    }

    /// What waits still has nothing to wait for.
    pub(super) fn end(&mut self) {
        self.outcome.refused += u32::try_from(self.early.len()).unwrap_or(u32::MAX);
        self.early.clear();
    }
}
