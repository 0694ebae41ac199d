//! A district with all its keys, a node of it, and makers of true and false documents.

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::Chart;
use okrug_protocol::charter::{Charter, Role};
use okrug_protocol::codec;
use okrug_protocol::document::{Document, DocumentError, DocumentKind, Head, Signed};
use okrug_protocol::ids::{Hash32, OfficeId, PersonId, UnitId, Version};
use okrug_protocol::revocations::{Revocations, RevokedPerson};
use okrug_protocol::sample::{self, SampleDistrict, signed, signing};
use okrug_protocol::sign::{PublicKey, SecretKey, Signature};
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::{Accepted, Trust, TrustError, Versions};

pub(crate) use okrug_protocol::document::DocumentKind as Kind;

/// A node, and the authority that it believes.
pub(crate) struct Rig {
    /// The authority's side: all keys, and what was signed last.
    pub(crate) s: SampleDistrict,
    /// The node under attack.
    pub(crate) node: Trust,
}

impl Rig {
    /// A district of three offices; both sides hold its first documents.
    pub(crate) fn new() -> Self {
        let s = sample::district(3);
        Self { node: s.trust.clone(), s }
    }

    /// The same with the subtree under u2 delegated, and its first directory held by both.
    pub(crate) fn delegated() -> Self {
        let mut s = sample::district(3);
        s.delegate(2);
        Self { node: s.trust.clone(), s }
    }

    /// The next chart after the authority's, by the right key.
    pub(crate) fn chart(&self, change: impl FnOnce(&mut Chart)) -> Vec<u8> {
        self.chart_by(change, &[&self.s.directory_key])
    }

    pub(crate) fn chart_by(&self, change: impl FnOnce(&mut Chart), keys: &[&SecretKey]) -> Vec<u8> {
        forged(&next_chart(&self.s.trust, change), keys)
    }

    /// The next list of addresses.
    pub(crate) fn bootstrap(&self, change: impl FnOnce(&mut Bootstrap)) -> Vec<u8> {
        let held = self.s.trust.bootstrap_list().unwrap();
        let mut next = held.doc().clone();
        next.head = follow(held);
        change(&mut next);
        forged(&next, &[&self.s.directory_key])
    }

    /// A list of revocations with so many persons.
    pub(crate) fn revocations(&self, version: u32, persons: u32, key: &SecretKey) -> Vec<u8> {
        let held = self.s.trust.revocations();
        let previous = if version == 1 { Hash32::ZERO } else { held.map_or(Hash32([1; 32]), Signed::hash) };
        let row = |n| RevokedPerson { person: PersonId(10_000 + n), reason: "Увольнение".to_owned(), since: Version(1) };
        let head = sample::head(self.s.id(), Version(version), previous);
        forged(&Revocations { head, offices: Vec::new(), persons: (1..=persons).map(row).collect() }, &[key])
    }

    /// The next charter, signed by these keys.
    pub(crate) fn charter(&self, change: impl FnOnce(&mut Charter), keys: &[&SecretKey]) -> Vec<u8> {
        forged(&next_charter(&self.s.trust, change), keys)
    }

    /// The first two of the three charter keys.
    pub(crate) fn two(&self) -> [&SecretKey; 2] {
        [&self.s.charter_keys[0], &self.s.charter_keys[1]]
    }

    /// The next directory of the subtree under u2.
    pub(crate) fn subchart(&self, change: impl FnOnce(&mut Subchart)) -> Vec<u8> {
        self.subchart_by(change, &[&signing("delegate", 2)])
    }

    pub(crate) fn subchart_by(&self, change: impl FnOnce(&mut Subchart), keys: &[&SecretKey]) -> Vec<u8> {
        let held = &self.s.trust.subcharts()[&UnitId(2)];
        let mut next = held.doc().clone();
        next.head = follow(held);
        change(&mut next);
        forged(&next.remembering(held.doc()), keys)
    }

    /// Both sides take a charter that replaces the directory's key by this one.
    pub(crate) fn replace_directory_key(&mut self, new: &SecretKey) {
        let charter = self.charter(|charter| hand_over(charter, new), &self.two());
        for trust in [&mut self.s.trust, &mut self.node] {
            assert_eq!(trust.accept_charter(&charter), Ok(Accepted::Newer));
        }
        self.s.directory_key = new.clone();
    }

    /// The node takes it.
    pub(crate) fn takes(&mut self, kind: Kind, bytes: &[u8]) {
        assert_eq!(self.node.accept(kind, bytes), Ok(Accepted::Newer), "{kind}");
    }

    /// Both sides take it.
    pub(crate) fn publish(&mut self, kind: Kind, bytes: &[u8]) {
        assert_eq!(self.s.trust.accept(kind, bytes), Ok(Accepted::Newer), "{kind}");
        self.takes(kind, bytes);
    }

    /// The node refuses it, and is as it was.
    pub(crate) fn refuses(&mut self, kind: Kind, bytes: &[u8]) -> TrustError {
        let (before, file) = (self.node.versions(), self.node.to_file());
        let refused = self.node.accept(kind, bytes).expect_err("it was taken");
        assert_eq!((self.node.versions(), self.node.to_file()), (before, file), "a refused document changed something");
        refused
    }

    pub(crate) fn versions(&self) -> Versions {
        self.node.versions()
    }

    /// The version of one kind that the node holds.
    pub(crate) fn version(&self, kind: Kind) -> u32 {
        self.versions().of(kind).0.0
    }

    /// Whether the node's directory lists an office.
    pub(crate) fn lists(&self, office: u32) -> bool {
        self.node.directory().office(OfficeId(office)).is_some()
    }

    /// How many rows of delegated directories the node has passed over.
    pub(crate) fn strays(&self) -> usize {
        self.node.directory().strays().len()
    }
}

/// The head that follows an edition.
pub(crate) fn follow<D: Document>(held: &Signed<D>) -> Head {
    Head { version: held.version().next().unwrap(), previous: held.hash(), ..*held.doc().head() }
}

pub(crate) fn next_chart(of: &Trust, change: impl FnOnce(&mut Chart)) -> Chart {
    let held = of.chart();
    let mut next = held.doc().clone();
    next.head = follow(held);
    change(&mut next);
    next.remembering(held.doc())
}

pub(crate) fn next_charter(of: &Trust, change: impl FnOnce(&mut Charter)) -> Charter {
    let held = of.charter();
    let mut next = held.doc().clone();
    next.head = Head { district: of.district(), ..follow(held) };
    change(&mut next);
    next
}

/// Gives the directory's role to one key, as it must be done: in another epoch.
pub(crate) fn hand_over(charter: &mut Charter, new: &SecretKey) {
    charter.directory = Role { keys: vec![new.public()], threshold: 1 };
    charter.directory_epoch += 1;
}

/// A document with signatures, whatever rules it breaks.
pub(crate) fn forged<D: Document>(doc: &D, keys: &[&SecretKey]) -> Vec<u8> {
    let body = codec::encode(doc);
    let mut signatures: Vec<(PublicKey, Signature)> = keys.iter().map(|key| (key.public(), key.sign(D::LABEL, &body))).collect();
    signatures.sort_by_key(|(key, _)| *key);
    enveloped(&body, &signatures)
}

/// An envelope, whatever is in it.
pub(crate) fn enveloped(body: &[u8], signatures: &[(PublicKey, Signature)]) -> Vec<u8> {
    codec::encode(&(body.to_vec(), signatures.to_vec()))
}

/// A key that no role has.
pub(crate) fn stranger(n: u32) -> SecretKey {
    signing("stranger", n)
}

pub(crate) fn older(kind: DocumentKind, have: u32, got: u32) -> TrustError {
    TrustError::Older { kind, have: Version(have), got: Version(got) }
}

pub(crate) fn threshold(kind: DocumentKind, have: usize, need: usize) -> TrustError {
    TrustError::Threshold { kind, have, need }
}

pub(crate) fn wrong(kind: DocumentKind, error: DocumentError) -> TrustError {
    TrustError::Document { kind, error }
}

/// A document that keeps every rule, with signatures.
pub(crate) fn good<D: Document>(doc: D, keys: &[&SecretKey]) -> Vec<u8> {
    signed(doc, keys).encode()
}

/// The delegated directory of u2.
pub(crate) const SUB: Kind = Kind::Subchart(UnitId(2));
