//! An entry: header, signature, body.
//!
//! What the receiver already knows, the id of the entry before and the hash of the body, is signed and
//! not sent.
//!
//! Source:  FORMAT.md, section 5.

use std::fmt;

use crate::bounds::{MAX_BODY, MAX_ENTRY};
use crate::clock::Timestamp;
use crate::codec::encoding::{de::Decoder, enc::Encoder, error::DecodeError, error::EncodeError};
use crate::codec::{self, Decode, Encode};
use crate::digest;
use crate::directory::At;
use crate::ids::{EntryId, Epoch, Hash32, LogId, Seq, Version};
use crate::labels;
use crate::sign::{PublicKey, SecretKey, SignError, Signature, Verifier};

/// The one suite that exists: Ed25519, X25519, ChaCha20-Poly1305, SHA-256.
///
/// 2 is reserved for a post-quantum hybrid, 3 for a certified national suite.
pub const SUITE: u8 = 1;

const SIGNATURE_BYTES: usize = 64;

/// Stands before what is left of an entry whose body was erased; no suite has this number.
const ERASED: u8 = 0;

/// What an entry is for. Unknown kinds are verified and carried like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Kind(pub u8);

impl Kind {
    /// Begins an epoch; the body is a plain [`crate::epoch::Rekey`].
    pub const REKEY: Self = Self(1);
    /// What a person says; the body is sealed.
    pub const MESSAGE: Self = Self(2);
    /// A person record in the home office's district log; the body is sealed.
    pub const PERSON: Self = Self(3);
    /// A new sealing key of the office; the body is a plain [`crate::sealing::SealingKey`].
    pub const SEALING_KEY: Self = Self(4);
    /// What the office has received; the body is a plain [`crate::checkpoint::Checkpoint`].
    pub const CHECKPOINT: Self = Self(5);
    /// A notice of the node itself; the body is sealed.
    pub const NOTICE: Self = Self(6);
    /// What an administrator did, in the office's district log; the body is an [`crate::act::SealedAct`], sealed by itself.
    pub const ACT: Self = Self(7);
    /// An edition of a role in the home office's district log; the body is sealed.
    pub const ROLE: Self = Self(8);
    /// Who stands in for a person, in the home office's district log; the body is sealed.
    pub const DEPUTY: Self = Self(9);
    /// Asks a writer for keys of epochs that the office cannot open; the body is a plain [`crate::reseal::ResealRequest`].
    pub const RESEAL_REQUEST: Self = Self(10);
    /// Those keys, sealed again; the body is a plain [`crate::reseal::Reseal`].
    pub const RESEAL: Self = Self(11);
    /// What goes with a person who moves, in the inbox of their new office; the body is sealed.
    pub const HANDOVER: Self = Self(12);
    /// That some office's log has forked, in the district log of whoever found it; the body is a plain [`crate::log::ForkProof`].
    pub const FORK: Self = Self(13);

    /// Whether an office that is suspended may write it: what it reads on by and accounts for itself with, and nothing that is said.
    #[must_use]
    pub fn is_of_reading(self) -> bool {
        self != Self::REKEY && !self.is_sealed()
    }

    /// Whether its body may be erased when it is past keeping: what people say, what is handed over of that, and nothing that judges or opens
    /// other entries.
    #[must_use]
    pub fn may_be_erased(self) -> bool {
        self == Self::MESSAGE || self == Self::HANDOVER
    }

    /// Whether the body is sealed under the epoch's key. Kinds that are not known are taken for sealed.
    #[must_use]
    pub fn is_sealed(self) -> bool {
        let plain = [Self::REKEY, Self::SEALING_KEY, Self::CHECKPOINT, Self::ACT, Self::RESEAL_REQUEST, Self::RESEAL, Self::FORK];
        !plain.contains(&self)
    }
}

/// What stands before the body and is signed.
///
/// Shapes:  `delegated` is sent by offices of a delegated subtree alone, and the kind says so; all others pay nothing for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Which cryptography; [`SUITE`].
    pub suite: u8,
    /// What the body is.
    pub kind: Kind,
    /// The log it belongs to.
    pub log: LogId,
    /// Its place there.
    pub seq: Seq,
    /// The epoch whose key seals the body; in a rekey entry the epoch that it begins.
    pub epoch: Epoch,
    /// When it was appended, by the writer's hybrid clock.
    pub time: Timestamp,
    /// The chart that the writer knew.
    pub directory: Version,
    /// The list of revocations that the writer knew.
    pub revocations: Version,
    /// Bytes of the body.
    pub body_len: u32,
    /// The edition that the writer knew of the delegated directory which lists it; 0 for an office of the chart.
    pub delegated: Version,
}

/// Set in the byte of the kind when an edition of a delegated directory is named.
const DELEGATED: u8 = 0x80;

impl Header {
    /// By which editions the writer is judged.
    #[must_use]
    pub fn at(&self) -> At {
        At { chart: self.directory, own: self.delegated }
    }
}

impl Encode for Header {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        let named = self.delegated > Version(0);
        let kind = if named { self.kind.0 | DELEGATED } else { self.kind.0 };
        (self.suite, kind, self.log, self.seq, self.epoch, self.time, self.directory, self.revocations).encode(encoder)?;
        self.body_len.encode(encoder)?;
        if named { self.delegated.encode(encoder) } else { Ok(()) }
    }
}

impl<Context> Decode<Context> for Header {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (suite, kind): (u8, u8) = Decode::decode(decoder)?;
        let (log, seq, epoch, time) = Decode::decode(decoder)?;
        let (directory, revocations, body_len) = Decode::decode(decoder)?;
        let delegated = if kind & DELEGATED == 0 { Version(0) } else { Decode::decode(decoder)? };
        Ok(Self { suite, kind: Kind(kind & !DELEGATED), log, seq, epoch, time, directory, revocations, body_len, delegated })
    }
}

codec::encoding::impl_borrow_decode!(Header);

/// Bytes that are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not header, signature and body in their one encoding and of the announced length.
    #[error("the bytes are no entry")]
    Malformed,
    /// An entry of a suite that this version does not know.
    #[error("the entry is of suite {0}, which this version does not know")]
    Suite(u8),
}

/// One entry, as it travels; nothing about it is verified yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is signed and sent.
    pub header: Header,
    /// The office's signature.
    pub signature: Signature,
    /// Sealed or plain, by the header's kind; empty when it was erased.
    pub body: Vec<u8>,
    /// The hash of the body, where that was erased: what is left of the entry fits into its log as before.
    pub erased: Option<Hash32>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}/{} kind {} ({} B)", self.header.log, self.header.seq, self.header.kind.0, self.body.len())
    }
}

impl Entry {
    /// Reads an entry that fills `bytes`.
    ///
    /// # Errors
    /// See [`EntryError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        match bytes.split_first() {
            Some((&ERASED, rest)) => Self::decode_erased(rest),
            _ => Self::decode_whole(bytes),
        }
    }

    fn decode_whole(bytes: &[u8]) -> Result<Self, EntryError> {
        let (header, signature, body) = Self::parts(bytes)?;
        if body.len() > MAX_BODY || u32::try_from(body.len()) != Ok(header.body_len) {
            return Err(EntryError::Malformed);
        }
        Ok(Self { header, signature, body: body.to_vec(), erased: None })
    }

    fn decode_erased(bytes: &[u8]) -> Result<Self, EntryError> {
        let (header, signature, hash) = Self::parts(bytes)?;
        let hash: [u8; 32] = hash.try_into().map_err(|_| EntryError::Malformed)?;
        let long = usize::try_from(header.body_len).map_or(true, |len| len > MAX_BODY);
        if long || !header.kind.may_be_erased() {
            return Err(EntryError::Malformed);
        }
        Ok(Self { header, signature, body: Vec::new(), erased: Some(Hash32(hash)) })
    }

    /// The header in its one encoding, the signature, and what follows.
    fn parts(bytes: &[u8]) -> Result<(Header, Signature, &[u8]), EntryError> {
        let (header, rest) = codec::decode_prefix::<Header>(bytes, MAX_ENTRY).map_err(|_| EntryError::Malformed)?;
        if header.suite != SUITE {
            return Err(EntryError::Suite(header.suite));
        }
        let used = bytes.len() - rest.len();
        if bytes.get(..used) != Some(codec::encode(&header).as_slice()) {
            return Err(EntryError::Malformed);
        }
        let (signature, body) = rest.split_first_chunk::<SIGNATURE_BYTES>().ok_or(EntryError::Malformed)?;
        Ok((header, Signature(*signature), body))
    }

    /// The bytes that travel: header, signature, body; of an erased one a mark, header, signature, hash of the body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(crate::bounds::MAX_HEADER + SIGNATURE_BYTES + 1 + self.body.len().max(32));
        out.extend(self.erased.map(|_| ERASED));
        codec::encode_into(&self.header, &mut out);
        out.extend_from_slice(&self.signature.0);
        out.extend_from_slice(self.erased.as_ref().map_or(&self.body, |hash| &hash.0));
        out
    }

    /// What is left of it without its body; the same where its kind is kept, or it was erased before.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        if self.header.kind.may_be_erased() {
            self.erased = Some(self.body_hash());
            self.body = Vec::new();
        }
        self
    }

    /// The hash of its body, which may have been erased.
    #[must_use]
    pub fn body_hash(&self) -> Hash32 {
        self.erased.unwrap_or_else(|| body_hash(&self.body))
    }

    /// What the office signs, when the entry follows `previous`.
    #[must_use]
    pub fn signed_part(&self, previous: EntryId) -> SignedPart {
        SignedPart { header: self.header.clone(), previous, body_hash: self.body_hash() }
    }

    /// The entry's identity, when it follows `previous`.
    #[must_use]
    pub fn id(&self, previous: EntryId) -> EntryId {
        self.signed_part(previous).id()
    }
}

/// The hash of a body, as it is signed.
#[must_use]
pub fn body_hash(body: &[u8]) -> Hash32 {
    digest::hash(labels::BODY, &[body])
}

/// All that an office's signature covers: enough to prove later what it signed, without the body.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedPart {
    /// The header.
    pub header: Header,
    /// The id of the entry before; [`EntryId::ZERO`] for the first.
    pub previous: EntryId,
    /// The hash of the body.
    pub body_hash: Hash32,
}

impl SignedPart {
    /// The identity of the entry.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId(digest::hash(labels::ENTRY_ID, &[&codec::encode(self)]))
    }

    /// Signs as the office.
    #[must_use]
    pub fn sign(&self, key: &SecretKey) -> Signature {
        key.sign(labels::ENTRY, &codec::encode(self))
    }

    /// Verifies the office's signature.
    ///
    /// # Errors
    /// [`SignError::BadSignature`].
    pub fn verify(&self, key: &Verifier, signature: &Signature) -> Result<(), SignError> {
        key.verify(labels::ENTRY, &codec::encode(self), signature)
    }
}

/// A signed part with its signature: one half of a fork proof, or a proof of a head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Witness {
    /// What was signed.
    pub part: SignedPart,
    /// By the office that the header names.
    pub signature: Signature,
}

impl Witness {
    /// Whether `key` signed this.
    #[must_use]
    pub fn holds(&self, key: &PublicKey) -> bool {
        key.verifier().is_ok_and(|key| self.part.verify(&key, &self.signature).is_ok())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ids::{Incarnation, OfficeId, Precedence, Topic, UnitId};

    pub(crate) fn log() -> LogId {
        LogId { office: OfficeId(3), incarnation: Incarnation(77), topic: Topic::Unit(UnitId(12)), precedence: Precedence::Routine }
    }

    pub(crate) fn entry(seq: u64, body: &[u8]) -> Entry {
        let header = Header {
            suite: SUITE,
            kind: Kind::MESSAGE,
            log: log(),
            seq: Seq(seq),
            epoch: Epoch(1),
            time: Timestamp(1_000 + seq),
            directory: Version(1),
            revocations: Version(0),
            body_len: u32::try_from(body.len()).unwrap(),
            delegated: Version(0),
        };
        Entry { header, signature: Signature([7; 64]), body: body.to_vec(), erased: None }
    }

    #[test]
    fn an_entry_reads_back_and_its_fixed_cost_is_small() {
        let entry = entry(300, b"body");
        let bytes = entry.encode();
        assert_eq!(Entry::decode(&bytes), Ok(entry));
        assert!(bytes.len() - 4 < 95, "{} bytes around the body", bytes.len() - 4);
    }

    #[test]
    fn an_edition_of_a_delegated_directory_is_named_in_one_byte_and_in_none_where_there_is_none() {
        let plain = entry(300, b"body");
        let mut named = plain.clone();
        named.header.delegated = Version(7);
        assert_eq!(named.encode().len(), plain.encode().len() + 1);
        assert_eq!(Entry::decode(&named.encode()), Ok(named.clone()));
        // Named, and none: another encoding of the same header.
        let mut zero = named.encode();
        let at = zero.len() - 4 - SIGNATURE_BYTES - 1;
        assert_eq!(zero[at], 7);
        zero[at] = 0;
        assert_eq!(Entry::decode(&zero), Err(EntryError::Malformed));
    }

    #[test]
    fn an_erased_entry_keeps_its_identity_and_reads_back() {
        let whole = entry(300, &[5; 200]);
        let left = whole.clone().without_body();
        assert_eq!(left.id(EntryId::ZERO), whole.id(EntryId::ZERO));
        assert_eq!(Entry::decode(&left.encode()), Ok(left.clone()));
        assert_eq!(left.encode().len(), whole.encode().len() - 200 + 33);
        assert_eq!(left.clone().without_body(), left);
    }

    #[test]
    fn a_kind_that_others_depend_on_cannot_be_erased_nor_an_erased_one_be_longer_than_any_or_encoded_otherwise() {
        let mut rekey = entry(300, &[5; 200]);
        rekey.header.kind = Kind::REKEY;
        assert_eq!(rekey.clone().without_body(), rekey);
        rekey.erased = Some(rekey.body_hash());
        assert_eq!(Entry::decode(&rekey.encode()), Err(EntryError::Malformed));
        let mut long = entry(300, &[5; 200]).without_body();
        long.header.body_len = 65_536;
        assert_eq!(Entry::decode(&long.encode()), Err(EntryError::Malformed));
        let mut short = entry(300, &[5; 200]).without_body().encode();
        short.pop();
        assert_eq!(Entry::decode(&short), Err(EntryError::Malformed));
        assert_eq!(Entry::decode(&[0]), Err(EntryError::Malformed));
    }

    #[test]
    fn another_length_suite_or_encoding_is_refused() {
        let good = entry(1, b"body");
        let mut bytes = good.encode();
        bytes.push(0);
        assert_eq!(Entry::decode(&bytes), Err(EntryError::Malformed));
        bytes.truncate(bytes.len() - 2);
        assert_eq!(Entry::decode(&bytes), Err(EntryError::Malformed));
        let mut other = good.clone();
        other.header.suite = 2;
        assert_eq!(Entry::decode(&other.encode()), Err(EntryError::Suite(2)));
        // The office number 3 in three bytes instead of one.
        let mut long = good.encode();
        long.splice(2..3, [251, 3, 0]);
        assert_eq!(Entry::decode(&long), Err(EntryError::Malformed));
    }

    #[test]
    fn the_id_depends_on_header_body_and_what_came_before() {
        let a = entry(1, b"body");
        let other = EntryId(Hash32([1; 32]));
        assert_ne!(a.id(EntryId::ZERO), a.id(other));
        assert_ne!(a.id(EntryId::ZERO), entry(1, b"bodz").id(EntryId::ZERO));
        assert_ne!(a.id(EntryId::ZERO), entry(2, b"body").id(EntryId::ZERO));
    }
}
