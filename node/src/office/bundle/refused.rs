//! Why a bundle is not made, or not read.

use okrug_protocol::bundle::HeadError;
use okrug_protocol::ids::OfficeId;

use crate::ledger::Closed;

/// Why a bundle is not made, or not read. Nothing was changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleRefused {
    /// For nobody, for this office itself, or for too many.
    #[error("a bundle is for 1 to 255 other offices")]
    ForWhom,
    /// For an office that is revoked.
    #[error("{0} is revoked")]
    Revoked(OfficeId),
    /// Not even documents and the beginning fit.
    #[error("so little room holds no bundle: it takes {0} bytes at least")]
    TooSmall(u64),
    /// No bundle of that name, or one that was forgotten since.
    #[error("no such bundle")]
    NoSuchBundle,
    /// Not a bundle, or damaged where nothing can be read without it.
    #[error(transparent)]
    Unreadable(#[from] HeadError),
    /// Sealed to others.
    #[error("it is sealed to other offices")]
    NotForUs,
    /// Sealed to a key that was destroyed.
    #[error("it is sealed to key {0} of this office, which was destroyed since")]
    KeyGone(u32),
    /// Of another district.
    #[error("it is of another district")]
    Foreign,
    /// Not made by the office that it names.
    #[error("it was not made by {0}, which it names")]
    Forged(OfficeId),
}

impl From<Closed> for BundleRefused {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::NotForUs => Self::NotForUs,
            Closed::Gone { number } => Self::KeyGone(number),
            Closed::Damaged => Self::Unreadable(HeadError::Damaged),
        }
    }
}
