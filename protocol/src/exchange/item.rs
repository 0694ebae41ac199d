//! What can be asked of a neighbour, and what goes before what.

use std::cmp::Ordering;

use crate::bounds;
use crate::codec::{Decode, Encode};
use crate::document::DocumentKind;
use crate::frontier::Short;
use crate::ids::{LogId, Precedence, Version};

/// The most bytes that a document has, its signatures included.
pub(super) fn longest_document(kind: DocumentKind) -> usize {
    let body = match kind {
        DocumentKind::Revocations => bounds::REVOCATIONS_MAX_BYTES,
        DocumentKind::Charter => bounds::CHARTER_MAX_BYTES,
        DocumentKind::Chart => bounds::DIRECTORY_MAX_BYTES,
        DocumentKind::Bootstrap => bounds::BOOTSTRAP_MAX_BYTES,
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

/// The editions of all documents that an office holds.
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
}

impl Editions {
    /// No documents.
    pub const NONE: Self = Self { revocations: Edition::NONE, charter: Edition::NONE, chart: Edition::NONE, bootstrap: Edition::NONE };

    /// The edition of one kind.
    #[must_use]
    pub fn of(&self, kind: DocumentKind) -> Edition {
        match kind {
            DocumentKind::Revocations => self.revocations,
            DocumentKind::Charter => self.charter,
            DocumentKind::Chart => self.chart,
            DocumentKind::Bootstrap => self.bootstrap,
        }
    }
}

/// Something that a neighbour can be asked for.
///
/// Ordered as it is asked for and served: revocations, charter, flash logs, chart, bootstrap list,
/// urgent logs, routine logs.
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
            Self::Document(DocumentKind::Bootstrap, _) => 4,
            Self::Log(LogId { precedence: Precedence::Urgent, .. }) => 5,
            Self::Log(LogId { precedence: Precedence::Routine, .. }) => 6,
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
            Self::Document(DocumentKind::Chart | DocumentKind::Bootstrap, _) => Precedence::Urgent,
        }
    }

    fn sort_key(&self) -> (u8, Option<LogId>, Version) {
        match self {
            Self::Log(log) => (self.rank(), Some(*log), Version(0)),
            Self::Document(_, version) => (self.rank(), None, *version),
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
            document(DocumentKind::Bootstrap),
            log(Precedence::Urgent),
            log(Precedence::Routine),
        ];
        assert!(order.is_sorted());
        assert!(order[2].is_pressing() && !order[3].is_pressing());
    }
}
