//! What can be asked of a neighbour, and what goes before what.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::codec::{self, Decode, Encode};
use crate::document::DocumentKind;
use crate::frontier::Short;
use crate::ids::{LogId, Precedence, UnitId, Version};
use crate::{bounds, digest, labels};

/// The most bytes that a document has in the exchange, its signatures included; of charters a run of them.
pub(crate) fn longest_document(kind: DocumentKind) -> usize {
    let body = match kind {
        DocumentKind::Revocations => bounds::REVOCATIONS_MAX_BYTES,
        DocumentKind::Charter => return bounds::MAX_CHARTER_RUN,
        DocumentKind::Chart => bounds::DIRECTORY_MAX_BYTES,
        DocumentKind::Bootstrap => bounds::BOOTSTRAP_MAX_BYTES,
        DocumentKind::Subchart(_) => bounds::SUBCHART_MAX_BYTES,
    };
    body + bounds::MAX_SIGNATURES_BYTES
}

/// Which edition of a document an office holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Edition {
    /// The version, which begins with the epoch of whose signature counts; 0 when the office has none.
    pub version: Version,
    /// The document's hash, shortened: two editions of one version are a conflict.
    pub hash: Short,
}

impl Edition {
    /// No document.
    pub const NONE: Self = Self { version: Version(0), hash: Short([0; 8]) };
}

/// The editions of all documents that an office holds, as it tells them at every beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Editions {
    /// Of the list of revocations.
    pub revocations: Edition,
    /// Of the charter.
    pub charter: Edition,
    /// Of the chart.
    pub chart: Edition,
    /// Of the bootstrap list.
    pub bootstrap: Edition,
    /// Of all delegated directories together, a digest: which they are is told only where it differs.
    pub delegated: Option<Short>,
}

impl Editions {
    /// No documents.
    pub const NONE: Self =
        Self { revocations: Edition::NONE, charter: Edition::NONE, chart: Edition::NONE, bootstrap: Edition::NONE, delegated: None };
}

/// The delegated directories of an office, by unit.
pub type Delegated = BTreeMap<UnitId, Edition>;

/// What an office holds of all documents, each delegated directory for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// What is told.
    pub(super) told: Editions,
    pub(super) delegated: Delegated,
}

impl From<Editions> for Holdings {
    fn from(told: Editions) -> Self {
        Self { told: Editions { delegated: None, ..told }, delegated: Delegated::new() }
    }
}

impl Holdings {
    /// No documents.
    pub(super) const NONE: Self = Self { told: Editions::NONE, delegated: Delegated::new() };

    /// The documents that there is one of each, and the delegated directories.
    #[must_use]
    pub fn new(editions: Editions, delegated: Delegated) -> Self {
        let rows: Vec<(UnitId, Edition)> = delegated.iter().map(|(unit, edition)| (*unit, *edition)).collect();
        let digest = (!rows.is_empty()).then(|| digest::hash(labels::EDITIONS, &[&codec::encode(&rows)]).into());
        Self { told: Editions { delegated: digest, ..editions }, delegated }
    }

    /// The kinds that there is an edition of, or may be.
    pub(super) fn kinds(&self) -> impl Iterator<Item = DocumentKind> {
        DocumentKind::ALL.into_iter().chain(self.delegated.keys().copied().map(DocumentKind::Subchart))
    }

    /// The edition of one kind.
    #[must_use]
    pub fn of(&self, kind: DocumentKind) -> Edition {
        match kind {
            DocumentKind::Revocations => self.told.revocations,
            DocumentKind::Charter => self.told.charter,
            DocumentKind::Chart => self.told.chart,
            DocumentKind::Bootstrap => self.told.bootstrap,
            DocumentKind::Subchart(unit) => self.delegated.get(&unit).copied().unwrap_or(Edition::NONE),
        }
    }
}

/// Something that a neighbour can be asked for.
///
/// Ordered as it is asked for and served: revocations, charter, flash logs, chart, delegated directories,
/// bootstrap list, urgent logs, routine logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub enum Item {
    /// Entries of a log.
    Log(LogId),
    /// One version of a document.
    Document(DocumentKind, Version),
}

impl Item {
    fn rank(&self) -> u8 {
        match self {
            Self::Document(DocumentKind::Revocations, _) => 0,
            Self::Document(DocumentKind::Charter, _) => 1,
            Self::Log(LogId { precedence: Precedence::Flash, .. }) => 2,
            Self::Document(DocumentKind::Chart, _) => 3,
            Self::Document(DocumentKind::Subchart(_), _) => 4,
            Self::Document(DocumentKind::Bootstrap, _) => 5,
            Self::Log(LogId { precedence: Precedence::Urgent, .. }) => 6,
            Self::Log(LogId { precedence: Precedence::Routine, .. }) => 7,
        }
    }

    /// Whether it waits for nothing: no window, no budget.
    #[must_use]
    pub fn is_pressing(&self) -> bool {
        self.rank() <= 2
    }

    /// Whether it is served in turn with another: neither goes before the other.
    pub(super) fn is_level_with(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }

    /// The precedence of the frames that carry it.
    #[must_use]
    pub fn precedence(&self) -> Precedence {
        match self {
            Self::Log(log) => log.precedence,
            Self::Document(DocumentKind::Revocations | DocumentKind::Charter, _) => Precedence::Flash,
            Self::Document(DocumentKind::Chart | DocumentKind::Subchart(_) | DocumentKind::Bootstrap, _) => Precedence::Urgent,
        }
    }

    fn sort_key(&self) -> (u8, Option<LogId>, Option<DocumentKind>, Version) {
        match self {
            Self::Log(log) => (self.rank(), Some(*log), None, Version(0)),
            Self::Document(kind, version) => (self.rank(), None, Some(*kind), *version),
        }
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Incarnation, OfficeId, Topic};

    #[test]
    fn revocations_go_before_flash_and_flash_before_the_chart() {
        let log = |precedence| Item::Log(LogId { office: OfficeId(1), incarnation: Incarnation(1), topic: Topic::District, precedence });
        let document = |kind| Item::Document(kind, Version(1));
        let order = [
            document(DocumentKind::Revocations),
            document(DocumentKind::Charter),
            log(Precedence::Flash),
            document(DocumentKind::Chart),
            document(DocumentKind::Subchart(UnitId(2))),
            document(DocumentKind::Subchart(UnitId(3))),
            document(DocumentKind::Bootstrap),
            log(Precedence::Urgent),
            log(Precedence::Routine),
        ];
        assert!(order.is_sorted_by(|one, next| one < next));
        assert!(order[2].is_pressing() && !order[3].is_pressing());
    }
}
