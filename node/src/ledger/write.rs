//! What this office writes: the wish, and what became of it.

use okrug_protocol::clock::Timestamp;
use okrug_protocol::entry::Kind;
use okrug_protocol::epoch::EpochError;
use okrug_protocol::ids::{EntryId, LogId, OfficeId, Precedence, Seq, Topic};
use okrug_protocol::log::Refusal;

/// The longest [`Draft::tag`], in bytes.
pub const MAX_TAG: usize = 4 << 10;

/// An entry that this office wants to write.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is about.
    pub topic: Topic,
    /// How soon it must travel.
    pub precedence: Precedence,
    /// What the body is.
    pub kind: Kind,
    /// The body, not sealed; the ledger seals it where the kind says so.
    pub plain: Vec<u8>,
    /// Something that only this office is to remember with the entry, such as what a client called it.
    /// It does not travel; it is as durable as the entry and comes back in [`super::Filed::tag`].
    pub tag: Option<Vec<u8>>,
}

/// An entry that is on this office's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its log.
    pub log: LogId,
    /// Its place there.
    pub seq: Seq,
    /// Its identity.
    pub id: EntryId,
    /// When it was appended, by this office's hybrid clock.
    pub time: Timestamp,
}

/// Why an entry was not written. Nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The directory does not list this office.
    #[error("this office ({0}) is not in the directory")]
    NotListed(OfficeId),
    /// This office has no right to the topic.
    #[error("this office may not write to {0}")]
    MayNotWrite(Topic),
    /// This office is suspended: it reads, and says nothing.
    #[error("this office is suspended: it reads, and nothing was written")]
    Suspended,
    /// The body does not fit into an entry, or the tag is too long.
    #[error("it is too long for an entry")]
    TooLong,
    /// No room on the disk.
    #[error("no room on the disk; nothing was written, what is stored can be read")]
    Full,
    /// The district's daily quota is spent: others would let it wait, so it is not begun.
    #[error("the district's daily quota is reached; nothing was written; it goes on in {} minutes", .for_ms.div_ceil(60_000))]
    OverQuota {
        /// Until then, in milliseconds.
        for_ms: u64,
    },
    /// The epoch's key cannot be sealed to the readers.
    #[error("the key for the readers cannot be sealed: {0}")]
    Epoch(EpochError),
    /// The entry does not pass the gate that everybody's entries pass.
    #[error("the entry is not valid: {0}")]
    Refused(Refusal),
    /// The node is stopping.
    #[error("the node cannot write now")]
    Unavailable,
}
