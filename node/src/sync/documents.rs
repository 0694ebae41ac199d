//! The district's documents, as the exchange names them.

use okrug_protocol::document::DocumentKind;
use okrug_protocol::exchange::{Edition, Editions, Holdings, In, answers};
use okrug_protocol::ids::{Hash32, OfficeId, Version};

use crate::documents::Documents;

/// Which editions are held.
pub(super) fn editions(documents: &Documents) -> Holdings {
    let versions = documents.versions();
    let edition = |(version, hash): (Version, Hash32)| Edition { version, hash: hash.into() };
    let told = Editions {
        revocations: edition(versions.revocations),
        charter: edition(versions.charter),
        chart: edition(versions.chart),
        bootstrap: edition(versions.bootstrap),
        delegated: None,
    };
    let delegated = versions.subcharts.into_iter().map(|(unit, version, hash)| (unit, edition((version, hash))));
    Holdings::new(told, delegated.collect())
}

/// A piece of a document for a neighbour; an empty one of length 0 when that version is not held.
pub(super) fn load(documents: &Documents, peer: OfficeId, (kind, version): (DocumentKind, Version), offset: u32, max_bytes: usize) -> In {
    let held = documents.envelope(kind, version).unwrap_or_default();
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(held.len());
    let to = from.saturating_add(max_bytes).min(held.len());
    let bytes = held.get(from..to).unwrap_or_default().to_vec();
    In::DocumentLoaded { peer, kind, version, offset, total: u32::try_from(held.len()).unwrap_or(0), bytes }
}

/// Offers a neighbour's document; says what the exchange is to hear.
pub(super) fn offer(documents: &Documents, peer: OfficeId, kind: DocumentKind, version: Version, bytes: &[u8]) -> Vec<In> {
    let taken = match kind {
        DocumentKind::Charter => documents.accept_charters(bytes),
        _ => documents.accept(kind, bytes),
    };
    if let Err(error) = &taken {
        tracing::warn!(event = "document_refused", %peer, ?kind, version = version.0, %error);
    }
    answers(peer, kind, version, taken.is_ok(), editions(documents))
}
