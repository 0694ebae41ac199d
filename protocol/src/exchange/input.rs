//! What goes into the exchange and what comes out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::frames::FrameError;
use super::interest::Interest;
use super::item::Holdings;
use crate::clock::Millis;
use crate::codec::{Decode, Encode};
use crate::document::DocumentKind;
use crate::frontier::{HeadOf, Kept};
use crate::ids::{LogId, OfficeId, Precedence, Seq, Topic, Version};
use crate::quota::is_reserved;

/// What an exchange is told at its start.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whose exchange this is.
    pub me: OfficeId,
    /// How long a receipt for what gossip brought may wait for company; urgent waits a third of
    /// it, flash a twelfth. After a silence routine waits a quarter, urgent a twelfth.
    pub ack_delay_ms: u64,
}

impl Config {
    /// How long a receipt waits unless configured otherwise, in milliseconds.
    pub const DEFAULT_ACK_DELAY_MS: u64 = 6_000;

    /// The defaults for an office.
    #[must_use]
    pub fn of(me: OfficeId) -> Self {
        Self { me, ack_delay_ms: Self::DEFAULT_ACK_DELAY_MS }
    }
}

/// Names a batch of entries on its way through the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What happened.
#[derive(Debug)]
pub enum In {
    /// A neighbour is connected; again without [`In::PeerDown`] when a new connection replaced the old.
    PeerUp {
        /// Who.
        peer: OfficeId,
        /// The round trip of the handshake, where it was measured.
        rtt_ms: Option<u32>,
    },
    /// A neighbour is no longer connected.
    PeerDown {
        /// Who.
        peer: OfficeId,
    },
    /// Something was measured or configured about a link.
    Link {
        /// To whom.
        peer: OfficeId,
        /// The round trip.
        rtt_ms: Option<u32>,
        /// What the link carries, in bytes per second; `None` when it is no bottleneck or not known.
        bytes_per_s: Option<u64>,
    },
    /// How a link is used from now on; until this is said, live entries go by gossip and nothing waits for another time.
    Terms {
        /// To whom.
        peer: OfficeId,
        /// Whether live entries go with the exchange, because gossip is not used on this link.
        direct: bool,
        /// What is beneath this precedence waits.
        least: Precedence,
    },
    /// Which topics a neighbour hears by gossip from now on; of others it is told at once.
    ///
    /// Until this is said, a neighbour is taken to hear all.
    Hears {
        /// Who.
        peer: OfficeId,
        /// All of them.
        topics: BTreeSet<Topic>,
    },
    /// A frame from a neighbour.
    Frame {
        /// From whom.
        peer: OfficeId,
        /// As it came.
        bytes: Vec<u8>,
    },
    /// A copy of a frame from a neighbour, which came beside its link: out of order, perhaps alone, and of live entries.
    Copy {
        /// From whom.
        peer: OfficeId,
        /// As it came.
        bytes: Vec<u8>,
    },
    /// A log has grown durably: written here, or accepted from gossip.
    ///
    /// What [`Out::Append`] handed over comes back by [`In::Settled`] instead.
    Appended {
        /// The log's head now.
        head: HeadOf,
        /// The neighbour that brought it; `None` for what this office wrote.
        from: Option<OfficeId>,
        /// Whether gossip brings it to those that hear it; what is too long for gossip is told at once.
        gossiped: bool,
    },
    /// A neighbour's gossip brought an entry that could not be appended.
    Seen {
        /// Who passed it on, and so holds it.
        peer: OfficeId,
        /// Which log.
        log: LogId,
        /// The entry's place.
        seq: Seq,
        /// It needs a newer document first; otherwise entries before it are missing.
        pending: bool,
    },
    /// The ledger has judged what [`Out::Append`] handed over.
    Settled {
        /// Which batch.
        ticket: Ticket,
        /// The log's durable head now, `None` while nothing of it is held.
        head: Option<HeadOf>,
        /// The verdict.
        verdict: Settled,
    },
    /// The answer to [`Out::Load`]: entries in order from the place asked for, as many as were found.
    Loaded {
        /// For whom.
        peer: OfficeId,
        /// Which log.
        log: LogId,
        /// The place of the first.
        from: Seq,
        /// The entries as they travel.
        entries: Vec<Vec<u8>>,
    },
    /// The answer to [`Out::LoadDocument`].
    DocumentLoaded {
        /// For whom.
        peer: OfficeId,
        /// Which document.
        kind: DocumentKind,
        /// Which version.
        version: Version,
        /// Where the piece begins.
        offset: u32,
        /// How long the document is; 0 when it is not held.
        total: u32,
        /// The piece.
        bytes: Vec<u8>,
    },
    /// These editions are held from now on.
    Documents(Holdings),
    /// What [`Out::Document`] handed over was refused.
    DocumentRefused {
        /// Who had brought it.
        peer: OfficeId,
        /// Which document.
        kind: DocumentKind,
        /// Which version.
        version: Version,
    },
    /// A log was cut: nothing behind this head counts any more, or nothing at all. The directory that says so came before.
    Cut {
        /// Which log.
        log: LogId,
        /// Its last entry that counts.
        head: Option<HeadOf>,
    },
    /// The beginnings of logs were given up to make room; or, without a head, all of a log, to fetch it anew.
    Kept(Vec<(Kept, Option<HeadOf>)>),
    /// The logs of these offices wait, and of no others: they have written more than the quota.
    Slowed(BTreeMap<OfficeId, Slowdown>),
    /// Another directory holds from now on.
    Interest(Arc<dyn Interest>),
    /// The time of [`Out::WakeAt`] has come.
    Tick,
}

/// What the ledger says to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// All is appended or was known.
    Taken,
    /// Something needs a newer document: asked for again when documents change.
    Pending,
    /// Something came before its turn: asked for again from the head.
    Gap,
    /// Something came without its body, which is to be kept by the chart that holds here: asked for elsewhere, and here when
    /// documents change.
    Withheld,
    /// Something is no entry of this log: this neighbour is not asked for the log again.
    Refused,
    /// The log has forked: nobody is asked for it again.
    Frozen,
    /// The ledger cannot take it now (no room): asked for again later.
    Later,
    /// Its writer has written more than the quota: asked for again when [`In::Slowed`] no longer names it.
    Slowed,
}

/// Which logs of an office wait, since it has written more than the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Slow {
    /// All but those for which a part of the quota is kept.
    Common,
    /// All.
    All,
}

impl Slow {
    /// Whether a log is among them.
    #[must_use]
    pub fn holds(self, log: &LogId) -> bool {
        self == Self::All || !is_reserved(log)
    }
}

/// That logs of an office wait, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slowdown {
    /// Which of its logs.
    pub slow: Slow,
    /// Until then, by the clock of the exchange.
    pub until: Millis,
}

impl Slowdown {
    /// Ends that are no further apart are told as one.
    const ALIKE_MS: u64 = 5 * 60 * 1_000;

    /// Whether it says something else than what was said before.
    #[must_use]
    pub fn is_news_after(&self, before: &Self) -> bool {
        self.slow != before.slow || self.until.since(before.until).max(before.until.since(self.until)) > Self::ALIKE_MS
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// A frame for a neighbour; frames of one precedence stay in order.
    Send {
        /// To whom.
        peer: OfficeId,
        /// What may overtake it: frames of higher precedence.
        precedence: Precedence,
        /// The frame.
        frame: Vec<u8>,
    },
    /// Entries for the ledger, in order; answered by [`In::Settled`].
    Append {
        /// Names the batch.
        ticket: Ticket,
        /// Who sent them.
        peer: OfficeId,
        /// Of which log they should be.
        log: LogId,
        /// As they came.
        entries: Vec<Vec<u8>>,
    },
    /// Entries wanted from the store; answered by [`In::Loaded`], with none when there are none.
    Load {
        /// For whom.
        peer: OfficeId,
        /// Which log.
        log: LogId,
        /// The place of the first.
        from: Seq,
        /// At most so many.
        max_entries: usize,
        /// At most so many bytes, or one entry if it is longer.
        max_bytes: usize,
    },
    /// A piece of a document wanted; answered by [`In::DocumentLoaded`].
    LoadDocument {
        /// For whom.
        peer: OfficeId,
        /// Which document.
        kind: DocumentKind,
        /// Which version.
        version: Version,
        /// Where the piece begins.
        offset: u32,
        /// At most so many bytes.
        max_bytes: usize,
    },
    /// A whole document, not verified; answered by [`In::Documents`] or [`In::DocumentRefused`].
    Document {
        /// Who sent it.
        peer: OfficeId,
        /// Which document it should be.
        kind: DocumentKind,
        /// Which version it should be.
        version: Version,
        /// As it came.
        bytes: Vec<u8>,
    },
    /// A neighbour holds these logs durably up to these places, for the words of delivery.
    Holds {
        /// Who.
        peer: OfficeId,
        /// What is new about it.
        heads: Vec<(LogId, Seq)>,
    },
    /// A neighbour has given up beginnings of logs: what it holds now, whatever it held before.
    Keeps {
        /// Who.
        peer: OfficeId,
        /// What is new about it.
        rows: Vec<Kept>,
    },
    /// A neighbour says that logs of this office wait there, since this office has written more than the quota; or, without
    /// a word, that none do any more, or that it is gone.
    ///
    /// It may be a lie: it is to be shown as what that neighbour says, and nothing follows from it here.
    Slows {
        /// Who.
        peer: OfficeId,
        /// What it says.
        slowdown: Option<Slowdown>,
    },
    /// [`In::Tick`] is due then; replaces an earlier wish.
    WakeAt(Millis),
    /// A neighbour broke a rule.
    Misbehaved {
        /// Who.
        peer: OfficeId,
        /// Which rule.
        why: Misbehaviour,
        /// How often since this exchange began, this time included.
        strikes: u32,
    },
}

/// How a neighbour broke the rules of the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misbehaviour {
    /// It sent what is no frame.
    #[error("sent what is no frame: {0}")]
    Frame(FrameError),
    /// It compares more often than a change of documents explains.
    #[error("compares too often")]
    Restless,
    /// It sent entries, a document or digests that nobody asked for.
    #[error("sent what was not asked for")]
    Unasked,
    /// It skipped something, or sent things in the wrong order.
    #[error("sent things out of order")]
    Disorder,
    /// It said that it holds what it did not give.
    #[error("does not give what it said it holds")]
    Empty,
    /// It sent an entry without its body, and knows of no chart by which that may be.
    #[error("keeps back what is to be kept")]
    Withholds,
    /// It sent an entry that the ledger refused.
    #[error("sent an entry that is not valid")]
    BadEntry,
    /// It sent a document that was refused.
    #[error("sent a document that is not valid")]
    BadDocument,
    /// It asks for more at once than an honest neighbour does.
    #[error("asks for too much at once")]
    Greedy,
    /// It claims more logs than are taken note of.
    #[error("claims too many logs")]
    Claims,
}
