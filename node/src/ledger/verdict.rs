//! What the ledger says about an entry of another office.

use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{Seq, Version};
use okrug_protocol::log::{ForkProof, Refusal};

/// What became of an entry that was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Appended, and on this disk.
    Appended(HeadOf),
    /// It was here already.
    Known,
    /// Entries before it are missing.
    Gap {
        /// The last one that is here.
        have: Seq,
    },
    /// Its writer knew a newer directory or list of revocations; to be offered again when that is here.
    Pending(Version),
    /// It breaks a rule.
    Refused(Refusal),
    /// It proves that its writer signed two entries for one place. The log is frozen from now on.
    Forked(Box<ForkProof>),
    /// Its log is frozen by an earlier proof of a fork.
    Frozen,
    /// This office neither reads nor carries its topic.
    Unwanted,
    /// No room on the disk.
    Full,
    /// This office only carries its topic, and has no room for more of that now.
    OverQuota,
    /// Its writer has written more than the district's quota: it waits where it is, for so many milliseconds.
    Slowed(u64),
    /// The node is stopping.
    Unavailable,
}

impl Verdict {
    /// Whether offering the same entry again would end the same, whatever else arrives.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Refused(Refusal::ErasedEarly) => false,
            Self::Appended(_) | Self::Known | Self::Refused(_) | Self::Forked(_) | Self::Frozen => true,
            Self::Gap { .. } | Self::Pending(_) | Self::Unwanted | Self::Full | Self::OverQuota | Self::Slowed(_) | Self::Unavailable => {
                false
            }
        }
    }

    /// Whether the entry is on this disk.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Appended(_) | Self::Known)
    }
}
