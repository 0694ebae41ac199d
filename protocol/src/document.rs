//! Signed documents: what every one of them has, whoever signs it and whatever it says.
//!
//! A document travels in an envelope: its canonical body as bytes, and signatures over its label
//! and that body. What was signed is therefore never encoded again on the way. Nothing is parsed
//! that is longer than its kind may be, and a document whose rows break a rule is refused as a whole.
//!
//! Source:  FORMAT.md, section 4.

mod fault;

use std::fmt;

use crate::bounds::{MAX_NAME, MAX_SIGNATURES, MAX_SLUG};
use crate::clock::Millis;
use crate::codec::{self, Decode, Encode};
use crate::digest;
use crate::ids::{DistrictId, Hash32, UnitId, Version};
use crate::labels;
use crate::sign::{PublicKey, SecretKey, Signature};

pub use fault::{DocumentError, Row};

/// The kinds of signed document: four that a district has one of each, and one for each delegation.
///
/// Ordered as they are exchanged: what removes goes first, and what a signature is checked against
/// before what it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum DocumentKind {
    /// Who no longer counts.
    Revocations,
    /// The district and its keys.
    Charter,
    /// Units and offices.
    Chart,
    /// Where offices are found.
    Bootstrap,
    /// The directory of the subtree under a unit that is delegated; unit 0 where it is not known which.
    Subchart(UnitId),
}

impl DocumentKind {
    /// The four that a district has one of each, in the order in which they are exchanged.
    pub const ALL: [Self; 4] = [Self::Revocations, Self::Charter, Self::Chart, Self::Bootstrap];
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Revocations => "the list of revocations",
            Self::Charter => "the charter",
            Self::Chart => "the directory",
            Self::Bootstrap => "the bootstrap list",
            Self::Subchart(UnitId(0)) => "the delegated directory",
            Self::Subchart(unit) => return write!(f, "the delegated directory of {unit}"),
        })
    }
}

/// What every document begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Head {
    /// Whose it is; [`DistrictId::NONE`] in the first charter, whose hash the district's identity is.
    pub district: DistrictId,
    /// Rises with every edition.
    pub version: Version,
    /// When it was signed, by the authority's clock.
    pub issued: Millis,
    /// Until when a newer one is promised; past it a banner shows, and everything goes on.
    pub refresh_by: Millis,
    /// The hash of the edition before; [`Hash32::ZERO`] in the first.
    pub previous: Hash32,
}

impl Head {
    /// Checks what holds for the head of every document.
    ///
    /// # Errors
    /// A version of 0, a first edition that follows another, or a promise older than the document.
    pub fn check(&self) -> Result<(), DocumentError> {
        if self.version == Version(0) {
            return Err(DocumentError::NoVersion);
        }
        // The first of a later epoch follows what was held before it, if anything was.
        let first = Version::first_of(self.version.epoch()) == Some(self.version);
        let alone = self.previous == Hash32::ZERO;
        if (self.version == Version(1) && !alone) || (!first && alone) {
            return Err(DocumentError::Previous(self.version));
        }
        if self.refresh_by < self.issued {
            return Err(DocumentError::RefreshBeforeIssue);
        }
        Ok(())
    }
}

/// What can be signed as a document of the district.
pub trait Document: Encode + Decode<()> {
    /// What its signatures and its hash begin with.
    const LABEL: &'static [u8];
    /// The longest envelope.
    const MAX_BYTES: usize;
    /// Which of the kinds it is.
    const KIND: DocumentKind;

    /// What it begins with.
    fn head(&self) -> &Head;

    /// Which of the kinds it is, where only the document itself knows.
    fn kind(&self) -> DocumentKind {
        Self::KIND
    }

    /// Puts its rows in their one order; whoever writes a document calls it through [`Signed::draft`].
    fn arrange(&mut self) {}

    /// Checks every rule that the document can be held to by itself.
    ///
    /// # Errors
    /// The first broken rule, with the row that breaks it.
    fn check(&self) -> Result<(), DocumentError>;

    /// Whether it says of an earlier edition what that one says itself, where it says anything of it.
    fn remembers(&self, _earlier: &Self) -> bool {
        true
    }
}

/// A document with its bytes and whatever signatures it has so far.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed<D> {
    doc: D,
    body: Vec<u8>,
    hash: Hash32,
    /// Sorted by key, each key once.
    signatures: Vec<(PublicKey, Signature)>,
}

impl<D: Document> fmt::Debug for Signed<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({:?}, {} signatures)", self.doc.kind(), self.doc.head().version, self.hash, self.signatures.len())
    }
}

/// The wire form.
#[derive(Encode, Decode)]
struct Envelope {
    body: Vec<u8>,
    signatures: Vec<(PublicKey, Signature)>,
}

impl<D: Document> Signed<D> {
    /// Arranges and checks a document, ready to be signed.
    ///
    /// # Errors
    /// Any broken rule, or a document too large for its kind.
    pub fn draft(mut doc: D) -> Result<Self, DocumentError> {
        doc.arrange();
        doc.check()?;
        let body = codec::encode(&doc);
        let max = D::MAX_BYTES.saturating_sub(ENVELOPE_BYTES);
        if body.len() > max {
            return Err(DocumentError::TooLarge { len: body.len(), max });
        }
        Ok(Self { hash: hash::<D>(&body), doc, body, signatures: Vec::new() })
    }

    /// Adds the signature of `key`, in place of the one that it may have made before.
    pub fn sign(&mut self, key: &SecretKey) {
        let signature = key.sign(D::LABEL, &self.body);
        match self.signatures.binary_search_by_key(&key.public(), |(signer, _)| *signer) {
            Ok(at) => self.signatures[at].1 = signature,
            Err(at) => self.signatures.insert(at, (key.public(), signature)),
        }
    }

    /// Takes over the signatures of another copy of the same edition that hold; gives how many were new.
    pub fn merge(&mut self, other: &Self) -> usize {
        if self.body != other.body {
            return 0;
        }
        let before = self.signatures.len();
        for (key, signature) in &other.signatures {
            let known = self.signatures.binary_search_by_key(key, |(signer, _)| *signer);
            if let Err(at) = known
                && self.signatures.len() < MAX_SIGNATURES
                && key.verify(D::LABEL, &self.body, signature).is_ok()
            {
                self.signatures.insert(at, (*key, *signature));
            }
        }
        self.signatures.len() - before
    }

    /// Reads an envelope and checks the document in it; the signatures are for [`Signed::verify`].
    ///
    /// # Errors
    /// As [`Signed::parse`], or the first broken rule of the document.
    pub fn decode(bytes: &[u8]) -> Result<Self, DocumentError> {
        let signed = Self::parse(bytes)?;
        signed.doc.check()?;
        Ok(signed)
    }

    /// Reads an envelope without holding the document to its rules, which may cost more than its signatures.
    ///
    /// # Errors
    /// Too long, not canonical, or signatures that are too many or out of order.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let Envelope { body, signatures } = codec::decode_canonical(bytes, D::MAX_BYTES)?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(DocumentError::TooMany { what: "signatures", have: signatures.len(), max: MAX_SIGNATURES });
        }
        if !signatures.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(DocumentError::SignatureOrder);
        }
        let doc = codec::decode_canonical(&body, D::MAX_BYTES)?;
        Ok(Self { hash: hash::<D>(&body), doc, body, signatures })
    }

    /// The bytes that travel and are kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(&Envelope { body: self.body.clone(), signatures: self.signatures.clone() })
    }

    /// Counts how many of `keys` signed, each once however often it is named; others do not count.
    ///
    /// # Errors
    /// [`DocumentError::BadSignature`] when any signature does not hold, even a superfluous one: no
    /// bit of a document can be changed on the way.
    pub fn verify(&self, keys: &[PublicKey]) -> Result<usize, DocumentError> {
        let mut count = 0;
        for (key, signature) in &self.signatures {
            key.verify(D::LABEL, &self.body, signature).map_err(|_| DocumentError::BadSignature(*key))?;
            count += usize::from(keys.contains(key));
        }
        Ok(count)
    }

    /// How many of `keys` signed; 0 when any signature does not hold.
    #[must_use]
    pub fn signed_by(&self, keys: &[PublicKey]) -> usize {
        self.verify(keys).unwrap_or(0)
    }

    /// The document.
    #[must_use]
    pub fn doc(&self) -> &D {
        &self.doc
    }

    /// The canonical bytes that are signed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Names this edition, whoever signed it.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        self.hash
    }

    /// Which of the kinds it is.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        self.doc.kind()
    }

    /// The document's version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.doc.head().version
    }

    /// Who signed, sorted by key.
    pub fn signers(&self) -> impl Iterator<Item = &PublicKey> {
        self.signatures.iter().map(|(key, _)| key)
    }
}

/// What an envelope may add to a body: two lengths and all signatures.
pub const ENVELOPE_BYTES: usize = 16 + MAX_SIGNATURES * (32 + 64);

fn hash<D: Document>(body: &[u8]) -> Hash32 {
    digest::hash(labels::DOCUMENT_HASH, &[D::LABEL, body])
}

/// Checks a name for people: neither empty nor too long, no control or direction characters, no space around it.
///
/// # Errors
/// [`DocumentError::Name`] for `row`.
pub fn check_name(row: Row, name: &str) -> Result<(), DocumentError> {
    let hidden = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let good = !name.is_empty() && name.len() <= MAX_NAME && name.trim() == name && !name.contains(hidden);
    if good { Ok(()) } else { Err(DocumentError::Name(row)) }
}

/// Checks a short name: 1 to [`MAX_SLUG`] small Latin letters, digits and hyphens.
///
/// # Errors
/// [`DocumentError::Slug`] for `row`.
pub fn check_slug(row: Row, slug: &str) -> Result<(), DocumentError> {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let good = !slug.is_empty() && slug.len() <= MAX_SLUG && slug.bytes().all(letter);
    if good { Ok(()) } else { Err(DocumentError::Slug(row)) }
}

/// Checks that rows stand in rising order of their number, each once.
///
/// # Errors
/// [`DocumentError::Twice`] or [`DocumentError::OutOfOrder`], with the later row.
pub fn check_rising<K: Ord + Copy>(keys: impl IntoIterator<Item = K>, row: impl Fn(K) -> Row) -> Result<(), DocumentError> {
    let mut before: Option<K> = None;
    for key in keys {
        match before.map(|before| before.cmp(&key)) {
            Some(std::cmp::Ordering::Equal) => return Err(DocumentError::Twice(row(key))),
            Some(std::cmp::Ordering::Greater) => return Err(DocumentError::OutOfOrder(row(key))),
            _ => before = Some(key),
        }
    }
    Ok(())
}

/// Checks how many rows there are.
///
/// # Errors
/// [`DocumentError::TooMany`].
pub fn check_count(what: &'static str, have: usize, max: usize) -> Result<(), DocumentError> {
    if have > max { Err(DocumentError::TooMany { what, have, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bootstrap::Bootstrap;
    use crate::codec::CodecError;
    use crate::ids::OfficeId;
    use crate::sample;

    fn list() -> Bootstrap {
        let head = sample::head(DistrictId(Hash32([1; 32])), Version(1), Hash32::ZERO);
        Bootstrap { head, rows: vec![(OfficeId(1), vec!["/ip4/10.0.0.1/tcp/4100".to_owned()])] }
    }

    fn key(n: u32) -> SecretKey {
        sample::signing("test", n)
    }

    #[test]
    fn a_signed_document_reads_back_with_its_signatures() {
        let signed = sample::signed(list(), &[&key(1), &key(2)]);
        let read = Signed::<Bootstrap>::decode(&signed.encode()).unwrap();
        assert_eq!(read, signed);
        assert_eq!(read.verify(&[key(1).public(), key(2).public(), key(3).public()]), Ok(2));
    }

    #[test]
    fn copies_that_were_signed_apart_come_together() {
        let (mut one, mut other) = (sample::signed(list(), &[&key(1)]), sample::signed(list(), &[&key(1), &key(2), &key(3)]));
        let spoiled = other.signatures.iter().position(|(signer, _)| *signer == key(3).public()).unwrap();
        other.signatures[spoiled].1.0[5] ^= 1;
        assert_eq!((one.merge(&other), one.merge(&other)), (1, 0));
        assert_eq!(one, sample::signed(list(), &[&key(1), &key(2)]));
        let another = sample::signed(Bootstrap { rows: Vec::new(), ..list() }, &[&key(3)]);
        assert_eq!(one.merge(&another), 0);
    }

    #[test]
    fn a_threshold_counts_each_key_once() {
        let mut signed = sample::signed(list(), &[&key(1)]);
        signed.sign(&key(1));
        let twice = [key(1).public(), key(1).public()];
        assert_eq!(signed.verify(&twice), Ok(1));
        // The same signature a second time, as an envelope could bring it.
        let pair = signed.signatures[0];
        let envelope = Envelope { body: signed.body.clone(), signatures: vec![pair, pair] };
        assert_eq!(Signed::<Bootstrap>::decode(&codec::encode(&envelope)), Err(DocumentError::SignatureOrder));
    }

    #[test]
    fn signatures_of_other_keys_do_not_count_and_false_ones_spoil_the_document() {
        let mut signed = sample::signed(list(), &[&key(1), &key(2)]);
        assert_eq!(signed.signed_by(&[key(1).public()]), 1);
        signed.signatures[0].1.0[5] ^= 1;
        let spoiled = signed.signatures[0].0;
        assert_eq!(signed.verify(&[key(1).public(), key(2).public()]), Err(DocumentError::BadSignature(spoiled)));
        assert_eq!(signed.signed_by(&[key(1).public(), key(2).public()]), 0);
    }

    #[test]
    fn what_is_too_long_is_refused_before_it_is_parsed() {
        let long = vec![0xff; Bootstrap::MAX_BYTES + 1];
        let refused = CodecError::TooLong { len: long.len(), max: Bootstrap::MAX_BYTES };
        assert_eq!(Signed::<Bootstrap>::parse(&long), Err(DocumentError::Codec(refused)));
    }

    #[test]
    fn more_signatures_than_allowed_are_refused() {
        let mut signed = Signed::draft(list()).unwrap();
        (0..=32).for_each(|n| signed.sign(&key(n)));
        let refused = DocumentError::TooMany { what: "signatures", have: 33, max: MAX_SIGNATURES };
        assert_eq!(Signed::<Bootstrap>::parse(&signed.encode()), Err(refused));
    }

    #[test]
    fn a_label_keeps_a_signature_to_its_kind() {
        let body = Signed::draft(list()).unwrap().body;
        let signatures = vec![(key(1).public(), key(1).sign(labels::DIRECTORY, &body))];
        let signed = Signed::<Bootstrap>::decode(&codec::encode(&Envelope { body, signatures })).unwrap();
        assert_eq!(signed.verify(&[key(1).public()]), Err(DocumentError::BadSignature(key(1).public())));
    }

    #[test]
    fn a_head_that_contradicts_itself_is_refused() {
        let good = list().head;
        let refused = |head: Head| Signed::draft(Bootstrap { head, rows: Vec::new() }).unwrap_err();
        assert_eq!(refused(Head { version: Version(0), ..good }), DocumentError::NoVersion);
        assert_eq!(refused(Head { version: Version(2), ..good }), DocumentError::Previous(Version(2)));
        assert_eq!(refused(Head { previous: Hash32([1; 32]), ..good }), DocumentError::Previous(Version(1)));
        assert_eq!(refused(Head { version: Version(65_537), ..good }), DocumentError::Previous(Version(65_537)));
        assert_eq!(Head { version: Version(65_536), ..good }.check(), Ok(()), "a first edition in a later epoch");
        assert_eq!(refused(Head { refresh_by: Millis(good.issued.0 - 1), ..good }), DocumentError::RefreshBeforeIssue);
        assert_eq!(refused(Head { district: DistrictId::NONE, ..good }), DocumentError::District(DistrictId::NONE));
    }

    #[test]
    fn names_that_hide_something_are_refused() {
        let row = Row::District;
        for bad in ["", " ", "a ", "a\n", "\u{202e}a", "a\u{2066}b", &"я".repeat(129)] {
            assert_eq!(check_name(row, bad), Err(DocumentError::Name(row)), "{bad:?}");
        }
        assert_eq!(check_name(row, &"я".repeat(128)), Ok(()));
        for bad in ["", "Kotlas", "kot las", "котлас", &"a".repeat(65)] {
            assert_eq!(check_slug(row, bad), Err(DocumentError::Slug(row)), "{bad:?}");
        }
    }
}
