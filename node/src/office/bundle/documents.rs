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

#[cfg(test)]
mod tests {
    use okrug_protocol::sample;

    use super::*;

    #[test]
    fn a_document_for_which_there_is_no_room_counts_as_neither_newer_nor_refused_and_is_taken_with_room() {
        let (folder, mut district) = (tempfile::tempdir().unwrap(), sample::district(2));
        let documents = Documents::enter(folder.path(), &district.file.encode(), None).unwrap();
        let chart = district.amend(|chart| chart.units[0].name.push('!'));
        // What is written beside the file before it takes its place finds no room there.
        let beside = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let beside: Vec<_> = beside.map(|path| path.with_added_extension("new")).collect();
        beside.iter().for_each(|path| std::os::unix::fs::symlink("/dev/full", path).unwrap());
        let (before, mut intake) = (documents.versions(), Intake::default());
        intake.offer(&documents, DocumentKind::Chart, chart.clone());
        intake.end();
        assert_eq!((intake.outcome, documents.versions()), (Outcome { newer: 0, refused: 0, full: true }, before.clone()));
        beside.iter().for_each(|path| drop(std::fs::remove_file(path)));
        let mut intake = Intake::default();
        intake.offer(&documents, DocumentKind::Chart, chart);
        assert_eq!(intake.outcome, Outcome { newer: 1, refused: 0, full: false });
        assert_ne!(documents.versions(), before);
    }
}
