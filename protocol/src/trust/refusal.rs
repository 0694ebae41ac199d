//! Why a document is not taken.

use crate::document::{DocumentError, DocumentKind};
use crate::ids::{DistrictId, UnitId, Version};
use crate::trust::FileError;

/// A document, or a file of them, was refused, and nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// A newer one is held.
    #[error("{kind} has version {got}, and version {have} is held already: an older one never takes its place")]
    Older {
        /// Which kind.
        kind: DocumentKind,
        /// What is held, or the first version that still counts.
        have: Version,
        /// What came.
        got: Version,
    },
    /// Another one of the same version: somebody signed two truths. The proof is kept.
    #[error("{kind} of version {version} differs from the one that is held, and both are rightly signed: raise the alarm")]
    Conflict {
        /// Which kind.
        kind: DocumentKind,
        /// Of which version there are two.
        version: Version,
    },
    /// A charter, or the chart that delegates, must come first and is not here yet; offer the document again after it.
    #[error("{kind} needs a charter, or a directory, that is not here yet")]
    Ahead {
        /// Which kind.
        kind: DocumentKind,
        /// What came.
        got: Version,
    },
    /// Too few of the right keys signed.
    #[error("{kind} is signed by {have} of the keys that count, where {need} are needed")]
    Threshold {
        /// Which kind.
        kind: DocumentKind,
        /// How many signed.
        have: usize,
        /// How many must.
        need: usize,
    },
    /// A charter that does not follow the one before it.
    #[error("the charter of version {0} does not follow the one before it")]
    BrokenChain(Version),
    /// The chart delegates no such subtree, or has withdrawn it and keeps another edition.
    #[error("the directory of {unit} is not delegated: {version} of it does not count")]
    NotDelegated {
        /// The unit that it is for.
        unit: UnitId,
        /// What came.
        version: Version,
    },
    /// Of another district.
    #[error("{kind} belongs to the district {}, and this is {}", .theirs.0.short(), .ours.0.short())]
    ForeignDistrict {
        /// Which kind.
        kind: DocumentKind,
        /// The district that this node is pinned to.
        ours: DistrictId,
        /// The one that came.
        theirs: DistrictId,
    },
    /// The document itself is wrong.
    #[error("{kind} cannot be taken: {error}")]
    Document {
        /// Which kind.
        kind: DocumentKind,
        /// What is wrong with it.
        error: DocumentError,
    },
    /// The file is none.
    #[error(transparent)]
    File(#[from] FileError),
}
