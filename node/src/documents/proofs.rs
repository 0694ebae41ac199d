//! Proofs that somebody signed two truths, kept on the disk for ever: one file for each kind of document
//! and each delegated subtree.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use okrug_protocol::bounds::MAX_DISTRICT_FILE;
use okrug_protocol::codec;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::trust::{Conflict, Trust};

use crate::disk;

/// The longest file: two envelopes, each of which fits into a district file.
const MAX_PROOF: usize = 2 * MAX_DISTRICT_FILE;

/// Writes a proof beside the district file.
pub(super) fn keep(folder: &Path, conflict: &Conflict) -> std::io::Result<()> {
    disk::replace(&file(folder, conflict.kind), &codec::encode(conflict))
}

/// Takes up the proofs that were kept; one that proves nothing any more is left where it is, and said.
pub(super) fn take_up(folder: &Path, trust: &mut Trust) {
    let delegated = trust.chart().doc().delegations.iter().map(|row| DocumentKind::Subchart(row.unit));
    for kind in DocumentKind::ALL.into_iter().chain(delegated.collect::<Vec<_>>()) {
        let path = file(folder, kind);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                tracing::warn!(event = "proof_unreadable", path = %path.display(), %error);
                continue;
            }
        };
        let remembered = codec::decode_canonical::<Conflict>(&bytes, MAX_PROOF).map_err(|error| error.to_string());
        if let Err(error) = remembered.and_then(|conflict| trust.remember(conflict).map_err(|error| error.to_string())) {
            tracing::warn!(event = "proof_unreadable", path = %path.display(), %error, "a kept proof of two truths cannot be used");
        }
    }
}

fn file(folder: &Path, kind: DocumentKind) -> PathBuf {
    folder.join(match kind {
        DocumentKind::Revocations => "conflict-revocations",
        DocumentKind::Charter => "conflict-charter",
        DocumentKind::Chart => "conflict-chart",
        DocumentKind::Bootstrap => "conflict-bootstrap",
        DocumentKind::Subchart(unit) => return folder.join(format!("conflict-delegated-{unit}")),
    })
}
