//! What a node believes, and by which steps it came to believe it.
//!
//! A node is pinned to one district. Everything else it learns from documents that pass here: signed
//! by enough keys of the right role, never older than what is held, and never equal in version but
//! different, which would mean that somebody has signed two truths. Whatever is refused changes nothing.
//!
//! ```text
//!   bytes ──> size, form ──> district ──> version ──> signatures ──> rules ──> held, folded anew
//! ```
//!
//! What is held follows from which documents have come, not from their order, with two exceptions that
//! cannot be otherwise: of two editions with one version the first stays (and an alarm is raised), and a
//! document ahead of its charter must be offered again after it ([`TrustError::Ahead`]).
//!
//! Source:  FORMAT.md, section 4.

mod conflict;
mod file;
mod gate;
mod refusal;
mod run;
mod subcharts;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bootstrap::Bootstrap;
use crate::chart::Chart;
use crate::charter::{Charter, Role};
use crate::clock::Millis;
use crate::codec::{Decode, Encode};
use crate::directory::Directory;
use crate::document::{Document, DocumentKind, Head, Signed};
use crate::ids::{DistrictId, Hash32, OfficeId, UnitId, Version};
use crate::revocations::Revocations;
use crate::subchart::Subchart;

pub use conflict::Conflict;
pub use file::{DistrictFile, FileError, Taken};
pub use refusal::TrustError;

/// What came of a document that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It takes the place of an older one.
    Newer,
    /// It was known already.
    Same,
}

/// Whether the directory is as young as the authority promised to keep it. It stops nobody from working.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// A newer one was not due yet.
    Fresh,
    /// A newer one is due.
    Stale,
    /// It has been due for as long as the directory was to last, or the keys that signed this one count no more.
    Overdue,
}

impl Freshness {
    /// The word in interfaces and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Overdue => "overdue",
        }
    }
}

/// The editions that a node holds; version 0 and [`Hash32::ZERO`] where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Versions {
    /// Of the list of revocations.
    pub revocations: (Version, Hash32),
    /// Of the charter.
    pub charter: (Version, Hash32),
    /// Of the directory.
    pub chart: (Version, Hash32),
    /// Of the bootstrap list.
    pub bootstrap: (Version, Hash32),
    /// Of the delegated directories, by unit.
    pub subcharts: Vec<(UnitId, Version, Hash32)>,
}

impl Versions {
    /// The edition of one kind.
    #[must_use]
    pub fn of(&self, kind: DocumentKind) -> (Version, Hash32) {
        match kind {
            DocumentKind::Revocations => self.revocations,
            DocumentKind::Charter => self.charter,
            DocumentKind::Chart => self.chart,
            DocumentKind::Bootstrap => self.bootstrap,
            DocumentKind::Subchart(unit) => {
                let held = self.subcharts.iter().find(|(id, ..)| *id == unit);
                held.map_or((Version(0), Hash32::ZERO), |(_, version, hash)| (*version, *hash))
            }
        }
    }
}

/// The documents of one district, as far as this node has come to know them.
#[derive(Debug, Clone)]
pub struct Trust {
    district: DistrictId,
    /// From the first on, without a gap.
    charters: Vec<Signed<Charter>>,
    chart: Signed<Chart>,
    revocations: Option<Signed<Revocations>>,
    bootstrap: Option<Signed<Bootstrap>>,
    /// Those alone that the chart lets count.
    subcharts: BTreeMap<UnitId, Signed<Subchart>>,
    directory: Arc<Directory>,
    /// At most one of a kind: one proof is enough.
    conflicts: Vec<Conflict>,
}

impl Trust {
    /// Which district this is about.
    #[must_use]
    pub fn district(&self) -> DistrictId {
        self.district
    }

    /// The directory folded from all that is held; cheap to hand on.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory)
    }

    /// Offices with their addresses, as signed; empty when there is no list.
    #[must_use]
    pub fn bootstrap(&self) -> &[(OfficeId, Vec<String>)] {
        self.bootstrap.as_ref().map_or(&[], |list| &list.doc().rows)
    }

    /// The newest charter.
    #[must_use]
    pub fn charter(&self) -> &Signed<Charter> {
        self.charters.last().expect("a trust begins with a charter and never loses one")
    }

    /// All charters, from the first on.
    #[must_use]
    pub fn charters(&self) -> &[Signed<Charter>] {
        &self.charters
    }

    /// The chart.
    #[must_use]
    pub fn chart(&self) -> &Signed<Chart> {
        &self.chart
    }

    /// The list of revocations.
    #[must_use]
    pub fn revocations(&self) -> Option<&Signed<Revocations>> {
        self.revocations.as_ref()
    }

    /// The bootstrap list with its signatures.
    #[must_use]
    pub fn bootstrap_list(&self) -> Option<&Signed<Bootstrap>> {
        self.bootstrap.as_ref()
    }

    /// The delegated directories that count, by unit.
    #[must_use]
    pub fn subcharts(&self) -> &BTreeMap<UnitId, Signed<Subchart>> {
        &self.subcharts
    }

    /// Proofs that somebody signed two truths; each is a cause for alarm.
    #[must_use]
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// Which editions are held.
    #[must_use]
    pub fn versions(&self) -> Versions {
        Versions {
            revocations: edition(self.revocations.as_ref()),
            charter: edition(Some(self.charter())),
            chart: edition(Some(&self.chart)),
            bootstrap: edition(self.bootstrap.as_ref()),
            subcharts: self.subcharts.iter().map(|(unit, held)| (*unit, held.version(), held.hash())).collect(),
        }
    }

    /// The envelopes of one kind that take a node from version `after` to what is held here, in order.
    ///
    /// Shapes:  charters are a chain and come one by one; of all others the newest stands for all.
    #[must_use]
    pub fn envelopes(&self, kind: DocumentKind, after: Version) -> Vec<Vec<u8>> {
        fn newer<'a, D: Document + 'a>(all: impl IntoIterator<Item = &'a Signed<D>>, after: Version) -> Vec<Vec<u8>> {
            all.into_iter().filter(|one| one.version() > after).map(Signed::encode).collect()
        }
        match kind {
            DocumentKind::Revocations => newer(&self.revocations, after),
            DocumentKind::Charter => newer(&self.charters, after),
            DocumentKind::Chart => newer([&self.chart], after),
            DocumentKind::Bootstrap => newer(&self.bootstrap, after),
            DocumentKind::Subchart(unit) => newer(self.subcharts.get(&unit), after),
        }
    }

    /// How old the directory is by a clock that is not trusted to be right.
    ///
    /// A clock that is behind what the authority's documents say of the time counts as being there.
    #[must_use]
    pub fn freshness(&self, now: Millis) -> Freshness {
        let replaced = self.chart.version().epoch() < self.charter().doc().directory_epoch;
        self.age_of(&self.chart.doc().head, replaced, now)
    }

    /// How old the list of revocations is, by the same rule; `None` when there is none.
    #[must_use]
    pub fn revocations_freshness(&self, now: Millis) -> Option<Freshness> {
        let list = self.revocations.as_ref()?;
        let replaced = list.version().epoch() < self.charter().doc().revocations_epoch;
        Some(self.age_of(&list.doc().head, replaced, now))
    }

    fn age_of(&self, head: &Head, replaced: bool, now: Millis) -> Freshness {
        let floor = self.chart.doc().head.issued.max(self.charter().doc().head.issued);
        let now = now.max(head.issued).max(floor);
        let lasted = head.refresh_by.since(head.issued);
        if replaced || now > head.refresh_by.plus(lasted) {
            Freshness::Overdue
        } else if now > head.refresh_by {
            Freshness::Stale
        } else {
            Freshness::Fresh
        }
    }

    /// The role and its epoch that documents of a kind are signed in, by a charter.
    fn role(charter: &Charter, kind: DocumentKind) -> (&Role, u32) {
        match kind {
            DocumentKind::Charter => (&charter.root, 0),
            DocumentKind::Chart | DocumentKind::Bootstrap => (&charter.directory, charter.directory_epoch),
            DocumentKind::Revocations => (&charter.revocations, charter.revocations_epoch),
            // Its own role is named by the chart; see `subcharts`. Without a chart, whoever signs the chart speaks.
            DocumentKind::Subchart(_) => (&charter.directory, charter.directory_epoch),
        }
    }
}

fn edition<D: Document>(signed: Option<&Signed<D>>) -> (Version, Hash32) {
    signed.map_or((Version(0), Hash32::ZERO), |signed| (signed.version(), signed.hash()))
}

#[cfg(test)]
mod tests;
