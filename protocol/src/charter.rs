//! The charter: what a district is, and whose signatures count for what.
//!
//! The hash of the first charter is the district's identity. Each later one is signed by the
//! thresholds of the one before and of its own, so that the identity outlives every key.
//!
//! Source:  FORMAT.md, section 4.

use crate::bounds::{CHARTER_MAX_BYTES, MAX_ROLE_KEYS};
use crate::codec::{Decode, Encode};
use crate::digest;
use crate::document::{Document, DocumentError, DocumentKind, Head, Row, Signed, check_count, check_name, check_rising};
use crate::ids::{DistrictId, Version};
use crate::labels;
use crate::sign::PublicKey;

/// The one cryptographic suite there is: Ed25519, X25519, ChaCha20-Poly1305, SHA-256.
pub const SUITE: u8 = 1;

/// Some keys, and how many of them must sign.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Role {
    /// Sorted, each once.
    pub keys: Vec<PublicKey>,
    /// How many of them must sign: 1 to all.
    pub threshold: u8,
}

impl Role {
    /// How many must sign.
    #[must_use]
    pub fn need(&self) -> usize {
        usize::from(self.threshold)
    }

    pub(crate) fn check(&self, row: Row) -> Result<(), DocumentError> {
        check_count("keys in one role", self.keys.len(), MAX_ROLE_KEYS)?;
        check_rising(&self.keys, |_| row)?;
        if self.threshold == 0 || self.need() > self.keys.len() {
            return Err(DocumentError::Threshold { role: row, threshold: self.threshold, keys: self.keys.len() });
        }
        if self.keys.iter().any(|key| key.verifier().is_err()) { Err(DocumentError::WeakKey(row)) } else { Ok(()) }
    }
}

/// The charter of a district.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Charter {
    /// Version, times, predecessor.
    pub head: Head,
    /// The district's name for people.
    pub name: String,
    /// The cryptography that everybody uses: [`SUITE`].
    pub suite: u8,
    /// Signs charters.
    pub root: Role,
    /// Signs the directory and the bootstrap list.
    pub directory: Role,
    /// Signs revocations, which only ever remove.
    pub revocations: Role,
    /// The epoch of the directory role: editions of the directory and the bootstrap list count only in it.
    ///
    /// It rises whenever the role changes. A thief of the old keys, who signed the highest version there
    /// is, is thereby left behind: see [`Version::epoch`].
    pub directory_epoch: u32,
    /// The same for the revocations role.
    pub revocations_epoch: u32,
}

impl Document for Charter {
    const LABEL: &'static [u8] = labels::CHARTER;
    const MAX_BYTES: usize = CHARTER_MAX_BYTES;
    const KIND: DocumentKind = DocumentKind::Charter;

    fn head(&self) -> &Head {
        &self.head
    }

    fn arrange(&mut self) {
        for role in [&mut self.root, &mut self.directory, &mut self.revocations] {
            role.keys.sort();
        }
    }

    fn check(&self) -> Result<(), DocumentError> {
        self.head.check()?;
        if (self.head.version == Version(1)) != (self.head.district == DistrictId::NONE) {
            return Err(DocumentError::District(self.head.district));
        }
        if self.suite != SUITE {
            return Err(DocumentError::Suite(self.suite));
        }
        check_name(Row::District, &self.name)?;
        self.root.check(Row::Role("root"))?;
        self.directory.check(Row::Role("directory"))?;
        self.revocations.check(Row::Role("revocations"))?;
        for epoch in [self.directory_epoch, self.revocations_epoch] {
            if Version::first_of(epoch).is_none() {
                return Err(DocumentError::Number(Row::District));
            }
        }
        Ok(())
    }
}

impl Charter {
    /// Whether the epochs say rightly which roles differ from those of the charter before.
    #[must_use]
    pub fn may_follow(&self, before: &Self) -> bool {
        let rises = |old: (&Role, u32), new: (&Role, u32)| if old.0 == new.0 { new.1 >= old.1 } else { new.1 > old.1 };
        rises((&before.directory, before.directory_epoch), (&self.directory, self.directory_epoch))
            && rises((&before.revocations, before.revocations_epoch), (&self.revocations, self.revocations_epoch))
    }
}

impl Signed<Charter> {
    /// The district that this charter belongs to; the first one founds it.
    #[must_use]
    pub fn district(&self) -> DistrictId {
        let head = self.doc().head();
        if head.version == Version(1) { DistrictId(digest::hash(labels::DISTRICT, &[self.body()])) } else { head.district }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Hash32;
    use crate::sample;

    fn charter() -> Charter {
        sample::district(1).trust.charter().doc().clone()
    }

    #[test]
    fn roles_that_nobody_or_everybody_could_fill_are_refused() {
        let with = |keys: Vec<PublicKey>, threshold| Charter { root: Role { keys, threshold }, ..charter() };
        let row = Row::Role("root");
        let key = |n| sample::signing("test", n).public();
        let sorted = |count| {
            let mut keys: Vec<PublicKey> = (0..count).map(key).collect();
            keys.sort();
            keys
        };
        for (keys, threshold) in [(0, 0), (0, 1), (2, 0), (2, 3)] {
            let refused = DocumentError::Threshold { role: row, threshold, keys: usize::try_from(keys).unwrap() };
            assert_eq!(with(sorted(keys), threshold).check(), Err(refused));
        }
        assert_eq!(with(vec![key(1), key(1)], 2).check(), Err(DocumentError::Twice(row)));
        assert_eq!(with(vec![PublicKey([0; 32])], 1).check(), Err(DocumentError::WeakKey(row)));
        let many = DocumentError::TooMany { what: "keys in one role", have: 17, max: MAX_ROLE_KEYS };
        assert_eq!(with(sorted(17), 1).check(), Err(many));
    }

    #[test]
    fn the_first_charter_names_no_district_and_every_later_one_does() {
        let mut charter = charter();
        charter.head.district = DistrictId(Hash32([1; 32]));
        assert_eq!(charter.check(), Err(DocumentError::District(charter.head.district)));
        charter.head = Head { district: DistrictId::NONE, version: Version(2), previous: Hash32([1; 32]), ..charter.head };
        assert_eq!(charter.check(), Err(DocumentError::District(DistrictId::NONE)));
    }

    #[test]
    fn another_suite_is_refused() {
        assert_eq!(Charter { suite: 2, ..charter() }.check(), Err(DocumentError::Suite(2)));
    }

    #[test]
    fn a_role_that_changes_raises_its_epoch() {
        let before = charter();
        let mut after = before.clone();
        assert!(after.may_follow(&before));
        after.directory.keys = vec![sample::signing("test", 1).public()];
        assert!(!after.may_follow(&before));
        after.directory_epoch = 1;
        assert!(after.may_follow(&before));
        assert!(!before.may_follow(&after));
        let stricter = Role { threshold: 2, keys: vec![before.root.keys[0], before.root.keys[1]] };
        assert!(!Charter { revocations: stricter, ..before.clone() }.may_follow(&before));
    }
}
