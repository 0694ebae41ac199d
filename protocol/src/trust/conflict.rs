//! Proof that somebody with the right keys signed two truths.

use super::{Trust, TrustError};
use crate::bootstrap::Bootstrap;
use crate::chart::Chart;
use crate::charter::Charter;
use crate::codec::{Decode, Encode};
use crate::document::{Document, DocumentKind, Signed};
use crate::ids::Version;
use crate::revocations::Revocations;

/// Two documents of one kind (and, if delegated, of one unit) that cannot both be right: of one version and different, or the later
/// one following an edition that the earlier is not, or telling another past than it. Kept for ever, shown to whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Conflict {
    /// Which kind.
    pub kind: DocumentKind,
    /// The version of the one that was held.
    pub version: Version,
    /// The envelope that was held.
    pub ours: Vec<u8>,
    /// The envelope that came.
    pub theirs: Vec<u8>,
    /// Of a delegated directory: the chart that named its keys, since a later one may name others. Empty for all other kinds.
    pub by: Vec<u8>,
}

impl Conflict {
    pub(super) fn of<D: Document>(ours: &Signed<D>, theirs: &Signed<D>) -> Self {
        Self { kind: ours.kind(), version: ours.version(), ours: ours.encode(), theirs: theirs.encode(), by: Vec::new() }
    }

    /// The same, vouched for by a chart.
    pub(super) fn by(self, chart: &Signed<Chart>) -> Self {
        Self { by: chart.encode(), ..self }
    }
}

impl Trust {
    /// Keeps a proof that was found earlier or elsewhere, when it is one.
    ///
    /// # Errors
    /// As for any document: only what is rightly signed proves anything.
    pub fn remember(&mut self, conflict: Conflict) -> Result<(), TrustError> {
        match conflict.kind {
            DocumentKind::Revocations => self.confirm::<Revocations>(&conflict),
            DocumentKind::Charter => self.confirm::<Charter>(&conflict),
            DocumentKind::Chart => self.confirm::<Chart>(&conflict),
            DocumentKind::Bootstrap => self.confirm::<Bootstrap>(&conflict),
            DocumentKind::Subchart(_) => self.confirm_subchart(&conflict),
        }?;
        self.keep(conflict);
        Ok(())
    }

    /// One proof of a kind is kept, the first: more would prove nothing more and could be made without end.
    pub(super) fn keep(&mut self, conflict: Conflict) {
        if self.conflicts.iter().any(|kept| kept.kind == conflict.kind) {
            return;
        }
        let removes = conflict.kind == DocumentKind::Revocations;
        self.conflicts.push(conflict);
        if removes {
            self.fold().expect("what is held was folded before, and lists of revocations have no keys");
        }
    }

    fn confirm<D: Document>(&self, conflict: &Conflict) -> Result<(), TrustError> {
        let (ours, theirs) = (self.signed::<D>(&conflict.ours)?, self.signed::<D>(&conflict.theirs)?);
        if contradict(&ours, &theirs) && ours.version() == conflict.version && conflict.by.is_empty() {
            Ok(())
        } else {
            Err(TrustError::Older { kind: D::KIND, have: ours.version(), got: theirs.version() })
        }
    }
}

/// Whether two rightly signed documents cannot both be right.
pub(super) fn contradict<D: Document>(earlier: &Signed<D>, later: &Signed<D>) -> bool {
    if earlier.version() == later.version() {
        return earlier.hash() != later.hash();
    }
    let astray = earlier.version().next() == Some(later.version()) && later.doc().head().previous != earlier.hash();
    astray || forgets(earlier, later)
}

/// Whether a later edition of the same epoch tells another past than an earlier one. A new epoch may: it is there to
/// leave behind what a thief of the keys has signed.
pub(super) fn forgets<D: Document>(earlier: &Signed<D>, later: &Signed<D>) -> bool {
    let one_epoch = earlier.version() < later.version() && earlier.version().epoch() == later.version().epoch();
    one_epoch && !later.doc().remembers(earlier.doc())
}
