//! The frames of the exchange, and their limits.

use super::input::Slow;
use super::item::{Edition, Editions, Item, longest_document};
use crate::bounds::{
    MAX_ASKS, MAX_DELEGATIONS, MAX_ENTRY, MAX_FRONTIER_PAGE, MAX_GOSSIP_BYTES, MAX_GOSSIP_ENTRIES, MAX_HEADS, MAX_PIECE, MAX_RANGE_BYTES,
    MAX_RANGE_ENTRIES, MAX_RANGE_FRAME, MAX_SLOWED_S, MAX_TOPICS_PAGE,
};
use crate::codec::{CodecError, Decode, Encode, decode, encode_into};
use crate::document::DocumentKind;
use crate::frontier::{Digest, HeadOf, Kept};
use crate::ids::{LogId, Seq, Topic, UnitId, Version};

/// The version that every frame begins with.
pub const FRAME_VERSION: u8 = 1;

/// The longest frame that is neither a page of a frontier nor a piece of anything.
const SMALL: usize = 256;
/// The longest encoded row of a delegated directory: unit, version, hash.
const MAX_DELEGATED: usize = 18;
/// The longest encoded [`Ask`].
const MAX_ASK: usize = 48;

/// What two neighbours say to each other.
///
/// Source:  FORMAT.md, section 6.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Frame {
    /// First on every connection, and again when another directory holds.
    Hello {
        /// Drawn anew for every connection, so that a neighbour's restart shows.
        session: u64,
        /// The documents that the sender holds.
        editions: Editions,
        /// The digest of the frontier that both have in common.
        digest: Digest,
    },
    /// The documents that the sender holds have changed.
    Editions(Editions),
    /// The answer to a hello with another digest: the digests of all common topics, in pages.
    Topics {
        /// In order; a topic that is passed over is one of which the sender holds nothing.
        topics: Vec<(Topic, Digest)>,
        /// Whether this is the last page.
        last: bool,
    },
    /// What the sender holds durably of some logs.
    Heads {
        /// In sending order.
        heads: Vec<HeadOf>,
        /// Whether this ends the heads of all topics that differ.
        done: bool,
    },
    /// What the sender wants.
    Asks(Vec<Ask>),
    /// Entries of a log.
    Range {
        /// Which log.
        log: LogId,
        /// The place of the first entry.
        from: Seq,
        /// The entries, one after the other.
        entries: Vec<Vec<u8>>,
        /// Whether the sender has no more and forgets the ask.
        end: bool,
    },
    /// A piece of a document.
    Piece {
        /// Which document.
        kind: DocumentKind,
        /// Which version.
        version: Version,
        /// Where the piece begins.
        offset: u32,
        /// How long the document is; 0 when the sender does not hold it.
        total: u32,
        /// The piece.
        bytes: Vec<u8>,
    },
    /// The delegated directories that the sender holds, told to whoever told another digest of them.
    Delegated(Vec<(UnitId, Edition)>),
    /// What the sender holds of logs whose beginnings it has given up, whatever it told before.
    Kept(Vec<Kept>),
    /// Entries that have just been written or arrived, for a neighbour that lacks nothing before them, where gossip is not
    /// used.
    Live {
        /// Which log.
        log: LogId,
        /// The place of the first entry.
        from: Seq,
        /// The entries, one after the other.
        entries: Vec<Vec<u8>>,
    },
    /// Which logs of whoever hears this wait here, since it has written more than the district's quota, and for how many
    /// seconds from now on; or that none do any more.
    Slowed(Option<(Slow, u32)>),
}

/// One wish of a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Ask {
    /// Send this from a place on, up to so many bytes; replaces an earlier ask for it.
    Open {
        /// What.
        item: Item,
        /// The sequence number of the first entry, or the offset in the document.
        from: u64,
        /// Bytes.
        credit: u32,
    },
    /// Go on with so many bytes more.
    More {
        /// What.
        item: Item,
        /// Bytes.
        credit: u32,
    },
    /// Send no more of this.
    Stop {
        /// What.
        item: Item,
    },
}

/// Bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A frame of another version, or nothing.
    #[error("no frame of version {FRAME_VERSION}")]
    Version,
    /// A frame that is unknown, or not in its shape.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// More of something than one frame may hold.
    #[error("more in one frame than is allowed")]
    TooMany,
}

impl Frame {
    /// The frame as it travels.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FRAME_VERSION];
        encode_into(self, &mut bytes);
        bytes
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Another version, no frame, or more in it than its kind may hold; nothing is allocated for it then.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let (&version, body) = bytes.split_first().ok_or(FrameError::Version)?;
        if version != FRAME_VERSION {
            return Err(FrameError::Version);
        }
        let max = body.first().map_or(0, |kind| longest(*kind));
        let frame: Self = decode(body, max)?;
        if frame.is_within_bounds() { Ok(frame) } else { Err(FrameError::TooMany) }
    }

    fn is_within_bounds(&self) -> bool {
        match self {
            Self::Hello { .. } | Self::Editions(_) => true,
            Self::Slowed(slowed) => slowed.is_none_or(|(_, for_s)| (1..=MAX_SLOWED_S).contains(&for_s)),
            Self::Delegated(rows) => rows.len() <= MAX_DELEGATIONS,
            Self::Topics { topics, .. } => topics.len() <= MAX_TOPICS_PAGE,
            Self::Heads { heads, .. } => heads.len() <= MAX_HEADS,
            Self::Kept(rows) => rows.len() <= MAX_HEADS && rows.iter().all(|row| row.after <= row.to),
            Self::Asks(asks) => asks.len() <= MAX_ASKS,
            Self::Range { entries, .. } => {
                let bytes: usize = entries.iter().map(Vec::len).sum();
                entries.len() <= MAX_RANGE_ENTRIES && bytes <= MAX_RANGE_BYTES && entries.iter().all(|e| (1..=MAX_ENTRY).contains(&e.len()))
            }
            Self::Live { entries, .. } => {
                let bytes: usize = entries.iter().map(Vec::len).sum();
                (1..=MAX_GOSSIP_ENTRIES).contains(&entries.len()) && bytes <= MAX_GOSSIP_BYTES && entries.iter().all(|e| !e.is_empty())
            }
            Self::Piece { kind, total, bytes, .. } => {
                bytes.len() <= MAX_PIECE && usize::try_from(*total).is_ok_and(|total| total <= longest_document(*kind))
            }
        }
    }
}

/// The longest body of a frame that begins with this byte.
fn longest(kind: u8) -> usize {
    match kind {
        0 | 1 | 10 => SMALL,
        2 | 3 | 8 => MAX_FRONTIER_PAGE,
        4 => MAX_ASKS * MAX_ASK,
        5 => MAX_RANGE_FRAME,
        6 => MAX_PIECE + SMALL,
        7 => MAX_DELEGATIONS * MAX_DELEGATED + SMALL,
        9 => MAX_GOSSIP_BYTES + 5 * MAX_GOSSIP_ENTRIES + 64,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_and_nothing_are_no_frames() {
        assert_eq!(Frame::decode(&[]), Err(FrameError::Version));
        assert_eq!(Frame::decode(&[9, 4, 0]), Err(FrameError::Version));
        assert_eq!(Frame::decode(&[FRAME_VERSION]), Err(FrameError::Codec(CodecError::Malformed)));
        assert_eq!(Frame::decode(&[FRAME_VERSION, 4, 0]), Ok(Frame::Asks(vec![])));
        assert!(Frame::decode(&[FRAME_VERSION, 99, 0]).is_err());
    }

    #[test]
    fn a_frame_holds_no_more_than_its_kind_may() {
        let log = LogId {
            office: crate::ids::OfficeId(1),
            incarnation: crate::ids::Incarnation(1),
            topic: Topic::District,
            precedence: crate::ids::Precedence::Routine,
        };
        let range = |count: usize, len: usize| Frame::Range { log, from: Seq(1), entries: vec![vec![0; len]; count], end: false }.encode();
        assert!(Frame::decode(&range(MAX_RANGE_ENTRIES, 300)).is_ok());
        assert!(Frame::decode(&range(16, MAX_ENTRY)).is_ok() || 16 * MAX_ENTRY > MAX_RANGE_BYTES);
        assert_eq!(Frame::decode(&range(MAX_RANGE_ENTRIES + 1, 1)), Err(FrameError::TooMany));
        assert_eq!(Frame::decode(&range(1, 0)), Err(FrameError::TooMany));
        assert_eq!(Frame::decode(&range(1, MAX_ENTRY + 1)), Err(FrameError::TooMany));
        assert!(Frame::decode(&range(17, MAX_ENTRY)).is_err());
        let piece = |total| Frame::Piece { kind: DocumentKind::Charter, version: Version(1), offset: 0, total, bytes: vec![] }.encode();
        assert!(Frame::decode(&piece(1_000)).is_ok());
        assert_eq!(Frame::decode(&piece(u32::MAX)), Err(FrameError::TooMany));
        let slowed = |for_s| Frame::Slowed(Some((Slow::All, for_s))).encode();
        assert!(Frame::decode(&slowed(MAX_SLOWED_S)).is_ok());
        assert_eq!(Frame::decode(&slowed(MAX_SLOWED_S + 1)), Err(FrameError::TooMany));
        assert_eq!(Frame::decode(&slowed(0)), Err(FrameError::TooMany), "what has ended is not said as if it had not");
    }
}
