//! What the frames of a bundle hold: records, one behind the other, across the edges of frames.

use crate::bounds::{MAX_BUNDLE_BOXES, MAX_BUNDLE_RUNS, MAX_ENTRY, MAX_FRONTIER_PAGE, MAX_HEADS};
use crate::clock::Millis;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::document::DocumentKind;
use crate::exchange::longest_document;
use crate::frontier::HeadOf;
use crate::ids::{DistrictId, LogId, OfficeId, Precedence, Seq, UnitId, Version};
use crate::labels;
use crate::sign::{SecretKey, SignError, Signature, Verifier};

/// Kind, and length in three bytes.
pub(super) const RECORD_HEAD: usize = 4;
/// Nothing follows in this frame.
pub(super) const NOTHING: u8 = 0;
const HEADER: u8 = 1;
const HOLDS: u8 = 2;
const CONTENTS: u8 = 3;
const DOCUMENT: u8 = 4;
const ENTRY: u8 = 5;
const FOOTER: u8 = 6;
const SIGNATURE: usize = 64;
const SMALL: usize = 64;

/// What a bundle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Purpose {
    /// It carries documents and entries.
    Messages,
    /// It says what its maker holds, and nothing else.
    Receipts,
}

/// How much there is in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct Claims {
    /// Documents.
    pub documents: u32,
    /// Entries: flash, urgent, routine.
    pub entries: [u64; 3],
    /// Bytes of the entries.
    pub bytes: u64,
    /// Entries that were left out because they would not have fitted.
    pub left_out: u64,
}

impl Claims {
    /// Entries of all precedences.
    #[must_use]
    pub fn all_entries(&self) -> u64 {
        self.entries.iter().fold(0, |sum: u64, count| sum.saturating_add(*count))
    }

    /// Counts an entry.
    pub fn count(&mut self, precedence: Precedence, bytes: usize) {
        let [flash, urgent, routine] = &mut self.entries;
        let count = match precedence {
            Precedence::Flash => flash,
            Precedence::Urgent => urgent,
            Precedence::Routine => routine,
        };
        *count = count.saturating_add(1);
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Header {
    /// Of which district.
    pub district: DistrictId,
    /// Who made it.
    pub from: OfficeId,
    /// For whom, sorted.
    pub to: Vec<OfficeId>,
    /// When, by the maker's clock.
    pub made: Millis,
    /// What for.
    pub purpose: Purpose,
    /// The chart and the list of revocations that the maker held.
    pub versions: (Version, Version),
    /// How much is in it.
    pub claims: Claims,
}

/// What the maker durably holds: receipts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Holds {
    /// Of which district.
    pub district: DistrictId,
    /// Who holds it.
    pub office: OfficeId,
    /// The heads; at most [`MAX_HEADS`].
    pub heads: Vec<HeadOf>,
}

/// A stretch of a log, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Run {
    /// Which log.
    pub log: LogId,
    /// From here.
    pub from: Seq,
    /// To here.
    pub to: Seq,
}

/// The end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Footer {
    /// How much there was.
    pub claims: Claims,
}

/// Something that the maker of a bundle signed, and that is not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<T> {
    said: T,
    /// What was signed.
    bytes: Vec<u8>,
    signature: Signature,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// What the bundle says of itself; it stands at both ends.
    Header(Signed<Header>),
    /// What the maker holds.
    Holds(Signed<Holds>),
    /// Which entries there are, in order.
    Contents(Vec<Run>),
    /// A document as it travels.
    Document(DocumentKind, Vec<u8>),
    /// An entry as it travels.
    Entry(Vec<u8>),
    /// The end.
    Footer(Footer),
}

/// Bytes that are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A kind that this version does not know.
    #[error("a record of kind {0}, which this version does not know")]
    Unknown(u8),
    /// Longer than its kind may be.
    #[error("a record of {0} bytes, longer than its kind may be")]
    TooLong(usize),
    /// Not in its shape.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// More in it than there may be.
    #[error("more in one record than is allowed")]
    TooMany,
}

/// What can be signed in a bundle.
pub(super) trait Signable: Encode + Decode<()> {
    const KIND: u8;
    const MAX: usize;
    fn is_within_bounds(&self) -> bool;
}

impl Signable for Header {
    const KIND: u8 = HEADER;
    const MAX: usize = MAX_BUNDLE_BOXES * 5 + 256;

    fn is_within_bounds(&self) -> bool {
        self.to.len() <= MAX_BUNDLE_BOXES && self.to.is_sorted_by(|a, b| a < b)
    }
}

impl Signable for Holds {
    const KIND: u8 = HOLDS;
    const MAX: usize = MAX_FRONTIER_PAGE;

    fn is_within_bounds(&self) -> bool {
        self.heads.len() <= MAX_HEADS
    }
}

#[expect(private_bounds, reason = "only this module's two kinds are signed")]
impl<T: Signable> Signed<T> {
    /// Signs it, as a part of the bundle of this name.
    #[must_use]
    pub fn sign(said: T, salt: &[u8; 32], key: &SecretKey) -> Self {
        let bytes = codec::encode(&said);
        let signature = key.sign(labels::BUNDLE, &signed_bytes(salt, T::KIND, &bytes));
        Self { said, bytes, signature }
    }

    /// What it says, if the office's signature on it holds in this bundle.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn verify(&self, salt: &[u8; 32], key: &Verifier) -> Result<&T, SignError> {
        key.verify(labels::BUNDLE, &signed_bytes(salt, T::KIND, &self.bytes), &self.signature)?;
        Ok(&self.said)
    }

    /// What it says, whether that is true or not.
    #[must_use]
    pub fn unchecked(&self) -> &T {
        &self.said
    }

    fn read(payload: &[u8]) -> Result<Self, RecordError> {
        let (bytes, signature) = payload.split_last_chunk::<SIGNATURE>().ok_or(CodecError::Malformed)?;
        let said: T = codec::decode_canonical(bytes, T::MAX)?;
        if !said.is_within_bounds() {
            return Err(RecordError::TooMany);
        }
        Ok(Self { said, bytes: bytes.to_vec(), signature: Signature(*signature) })
    }
}

fn signed_bytes(salt: &[u8; 32], kind: u8, bytes: &[u8]) -> Vec<u8> {
    [salt.as_slice(), &[kind], bytes].concat()
}

/// The longest payload of a kind; 0 for an unknown one.
fn longest(kind: u8) -> usize {
    match kind {
        HEADER => Header::MAX + SIGNATURE,
        HOLDS => Holds::MAX + SIGNATURE,
        CONTENTS => MAX_FRONTIER_PAGE,
        DOCUMENT => longest_document(DocumentKind::Chart) + SMALL,
        ENTRY => MAX_ENTRY,
        FOOTER => SMALL,
        _ => 0,
    }
}

/// The length that a record's head announces, its own included.
pub(super) fn announced(head: [u8; RECORD_HEAD]) -> Result<usize, RecordError> {
    let [kind, a, b, c] = head;
    let len = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX);
    match longest(kind) {
        0 => Err(RecordError::Unknown(kind)),
        max if len > max => Err(RecordError::TooLong(len)),
        _ => Ok(RECORD_HEAD + len),
    }
}

impl Record {
    fn kind(&self) -> u8 {
        match self {
            Self::Header(_) => HEADER,
            Self::Holds(_) => HOLDS,
            Self::Contents(_) => CONTENTS,
            Self::Document(..) => DOCUMENT,
            Self::Entry(_) => ENTRY,
            Self::Footer(_) => FOOTER,
        }
    }

    /// The record with its head.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.kind(), 0, 0, 0];
        match self {
            Self::Header(signed) => put_signed(signed, &mut out),
            Self::Holds(signed) => put_signed(signed, &mut out),
            Self::Contents(runs) => codec::encode_into(runs, &mut out),
            Self::Document(kind, bytes) => {
                codec::encode_into(kind, &mut out);
                out.extend_from_slice(bytes);
            }
            Self::Entry(bytes) => out.extend_from_slice(bytes),
            Self::Footer(footer) => codec::encode_into(footer, &mut out),
        }
        let [_, a, b, c] = u32::try_from(out.len() - RECORD_HEAD).unwrap_or(u32::MAX).to_be_bytes();
        out[1..RECORD_HEAD].copy_from_slice(&[a, b, c]);
        out
    }

    /// Reads a record with its head.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let (head, payload) = bytes.split_first_chunk::<RECORD_HEAD>().ok_or(CodecError::Malformed)?;
        if announced(*head)? != bytes.len() {
            return Err(CodecError::Malformed.into());
        }
        match head[0] {
            HEADER => Signed::read(payload).map(Self::Header),
            HOLDS => Signed::read(payload).map(Self::Holds),
            CONTENTS => {
                let runs: Vec<Run> = codec::decode(payload, MAX_FRONTIER_PAGE)?;
                let sound = |run: &Run| run.from > Seq::ZERO && run.from <= run.to;
                if runs.len() <= MAX_BUNDLE_RUNS && runs.iter().all(sound) { Ok(Self::Contents(runs)) } else { Err(RecordError::TooMany) }
            }
            DOCUMENT => {
                let (kind, rest) = codec::decode_prefix::<DocumentKind>(payload, longest(DOCUMENT))?;
                let named = kind != DocumentKind::Subchart(UnitId(0));
                if named && rest.len() <= longest_document(kind) {
                    Ok(Self::Document(kind, rest.to_vec()))
                } else {
                    Err(RecordError::TooLong(rest.len()))
                }
            }
            ENTRY => Ok(Self::Entry(payload.to_vec())),
            _ => Ok(Self::Footer(codec::decode(payload, SMALL)?)),
        }
    }
}

fn put_signed<T>(signed: &Signed<T>, out: &mut Vec<u8>) {
    out.extend_from_slice(&signed.bytes);
    out.extend_from_slice(&signed.signature.0);
}
