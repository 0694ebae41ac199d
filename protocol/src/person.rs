//! A person's record: who they are, where, and by which key their word is known.
//!
//! It travels as an entry in the home office's district log, so the office vouches for all of it: name, unit,
//! position, whether the person still serves. The person's own signature is over the number and the keys alone,
//! so that no office can give somebody a key that is another's, and the office can move, dismiss or rename
//! somebody who is not there to sign. Which records hold is for the [`crate::register`] to say.
//!
//! Source:  FORMAT.md, section 4.

use crate::bounds::PERSON_MAX_BYTES;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::digest;
use crate::document::{DocumentError, Row, check_name};
use crate::ids::{DistrictId, Hash32, OfficeId, PersonId, UnitId};
use crate::labels;
use crate::seal::SealKey;
use crate::sign::{PublicKey, SecretKey, Signature};

/// What a district knows of a person.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct PersonRecord {
    /// The person's number, never reused.
    pub person: PersonId,
    /// The home office.
    pub office: OfficeId,
    /// The unit that they belong to.
    pub unit: UnitId,
    /// Their name.
    pub name: String,
    /// Their position.
    pub position: String,
    /// Signs what they say.
    pub sign: PublicKey,
    /// What is for them alone is sealed to this.
    pub seal: SealKey,
    /// Rises with every record of the person; the first is 1.
    pub version: u32,
    /// Whether they still serve; nobody's record is ever removed.
    pub active: bool,
    /// The office that the home office has let them go to; the next record is that office's to write.
    pub next_home: Option<OfficeId>,
}

/// A record is none that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// Too long, or not the bytes of a record.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A field breaks a rule.
    #[error(transparent)]
    Field(#[from] DocumentError),
    /// The person's own signature does not hold in this district.
    #[error("the person's own signature does not hold")]
    BadSignature,
    /// The other record is of another person, or of other keys.
    #[error("the keys are not those of the record before")]
    OtherKeys,
}

impl PersonRecord {
    /// Checks every rule that a record can be held to by itself.
    ///
    /// # Errors
    /// The first broken rule.
    pub fn check(&self) -> Result<(), DocumentError> {
        let row = Row::Person(self.person);
        if self.person.number() == 0 || self.person.first_home().0 == 0 || self.version == 0 {
            return Err(DocumentError::Number(row));
        }
        // Whoever is let go serves nowhere until they have arrived.
        if self.next_home.is_some_and(|next| self.active || next == self.office || next.0 == 0) {
            return Err(DocumentError::Number(row));
        }
        check_name(row, &self.name)?;
        check_name(row, &self.position)?;
        if self.sign.verifier().is_ok() && self.seal.is_usable() { Ok(()) } else { Err(DocumentError::WeakKey(row)) }
    }

    /// The fingerprint of the person's keys, the same for every record of theirs.
    #[must_use]
    pub fn fingerprint(&self) -> Hash32 {
        digest::hash(labels::PERSON_KEYS, &[&codec::encode(&self.sign), &codec::encode(&self.seal)])
    }

    /// Whether this record takes the place of `older`, which is of the same person.
    #[must_use]
    pub fn replaces(&self, older: &Self) -> bool {
        self.person == older.person && self.version > older.version
    }
}

/// A record with the person's own signature.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedPerson {
    /// What is signed.
    pub record: PersonRecord,
    /// By `record.sign`, over the district, the number and the two keys.
    pub signature: Signature,
}

impl SignedPerson {
    /// Checks and signs a record with the key that it names.
    ///
    /// # Errors
    /// A broken rule, or a key that is not the record's.
    pub fn write(record: PersonRecord, district: DistrictId, key: &SecretKey) -> Result<Self, PersonError> {
        record.check()?;
        if key.public() != record.sign {
            return Err(PersonError::BadSignature);
        }
        let signature = key.sign(labels::PERSON_SELF, &signed_bytes(district, &record));
        Self { record, signature }.within_bounds()
    }

    /// Another record of the same person with the same keys: what the home office says of them, without their hand.
    ///
    /// # Errors
    /// A broken rule, or [`PersonError::OtherKeys`].
    pub fn amend(&self, record: PersonRecord) -> Result<Self, PersonError> {
        record.check()?;
        let same = |record: &PersonRecord| (record.person, record.sign, record.seal);
        if same(&record) != same(&self.record) {
            return Err(PersonError::OtherKeys);
        }
        Self { record, signature: self.signature }.within_bounds()
    }

    fn within_bounds(self) -> Result<Self, PersonError> {
        let len = self.encode().len();
        if len > PERSON_MAX_BYTES { Err(CodecError::TooLong { len, max: PERSON_MAX_BYTES }.into()) } else { Ok(self) }
    }

    /// Reads, checks and verifies a record.
    ///
    /// # Errors
    /// Anything but what [`SignedPerson::write`] made in this district.
    pub fn read(bytes: &[u8], district: DistrictId) -> Result<Self, PersonError> {
        let signed: Self = codec::decode_canonical(bytes, PERSON_MAX_BYTES)?;
        signed.record.check()?;
        signed
            .record
            .sign
            .verify(labels::PERSON_SELF, &signed_bytes(district, &signed.record), &signed.signature)
            .map_err(|_| PersonError::BadSignature)?;
        Ok(signed)
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

fn signed_bytes(district: DistrictId, record: &PersonRecord) -> Vec<u8> {
    codec::encode(&(district, record.person, record.sign, record.seal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Hash32;
    use crate::sample;

    const DISTRICT: DistrictId = DistrictId(Hash32([1; 32]));

    fn key() -> SecretKey {
        sample::signing("person", 30_001)
    }

    fn record() -> PersonRecord {
        sample::district(3).person(OfficeId(3), 1, UnitId(2)).signed.record
    }

    #[test]
    fn a_record_reads_back_in_its_own_district_only() {
        let signed = SignedPerson::write(record(), DISTRICT, &key()).unwrap();
        assert_eq!(SignedPerson::read(&signed.encode(), DISTRICT), Ok(signed.clone()));
        assert_eq!(SignedPerson::read(&signed.encode(), DistrictId(Hash32([2; 32]))), Err(PersonError::BadSignature));
    }

    #[test]
    fn nobody_signs_for_a_key_that_is_not_theirs() {
        let other = sample::signing("person", 30_002);
        assert_eq!(SignedPerson::write(record(), DISTRICT, &other), Err(PersonError::BadSignature));
        let signature = other.sign(labels::PERSON_SELF, &signed_bytes(DISTRICT, &record()));
        let forged = SignedPerson { record: record(), signature };
        assert_eq!(SignedPerson::read(&forged.encode(), DISTRICT), Err(PersonError::BadSignature));
    }

    #[test]
    fn every_flipped_bit_of_the_number_and_the_keys_is_noticed() {
        let signed = SignedPerson::write(record(), DISTRICT, &key()).unwrap();
        let bytes = signed.encode();
        let proven = |signed: &SignedPerson| (signed.record.person, signed.record.sign, signed.record.seal, signed.signature);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = SignedPerson::read(&flipped, DISTRICT) {
                assert_eq!(proven(&read), proven(&signed), "bit {bit}");
            }
        }
    }

    #[test]
    fn an_office_says_more_of_a_person_without_their_hand_and_not_with_other_keys() {
        let signed = SignedPerson::write(record(), DISTRICT, &key()).unwrap();
        let moved = PersonRecord { version: 2, unit: UnitId(3), active: false, next_home: Some(OfficeId(4)), ..record() };
        let amended = signed.amend(moved.clone()).unwrap();
        assert_eq!(SignedPerson::read(&amended.encode(), DISTRICT), Ok(amended));
        let other = sample::signing("person", 30_002).public();
        assert_eq!(signed.amend(PersonRecord { sign: other, ..moved.clone() }), Err(PersonError::OtherKeys));
        assert_eq!(signed.amend(PersonRecord { person: PersonId(30_002), ..moved }), Err(PersonError::OtherKeys));
    }

    #[test]
    fn fields_that_cannot_be_are_refused() {
        let broken = |change: fn(&mut PersonRecord)| {
            let mut record = record();
            change(&mut record);
            record.check().unwrap_err()
        };
        let row = |id| Row::Person(PersonId(id));
        assert_eq!(broken(|r| r.person = PersonId(30_000)), DocumentError::Number(row(30_000)));
        assert_eq!(broken(|r| r.person = PersonId(7)), DocumentError::Number(row(7)));
        assert_eq!(broken(|r| r.version = 0), DocumentError::Number(row(30_001)));
        assert_eq!(broken(|r| r.next_home = Some(OfficeId(4))), DocumentError::Number(row(30_001)), "and still active");
        assert_eq!(broken(|r| (r.active, r.next_home) = (false, Some(r.office))), DocumentError::Number(row(30_001)));
        assert_eq!(broken(|r| r.position.clear()), DocumentError::Name(row(30_001)));
        assert_eq!(broken(|r| r.sign = PublicKey([0; 32])), DocumentError::WeakKey(row(30_001)));
        assert_eq!(broken(|r| r.seal = SealKey([0; 32])), DocumentError::WeakKey(row(30_001)));
    }

    #[test]
    fn a_newer_record_takes_the_place_of_an_older_one_of_the_same_person() {
        let newer = PersonRecord { version: 2, ..record() };
        assert!(newer.replaces(&record()) && !record().replaces(&newer) && !newer.replaces(&newer));
        assert!(!PersonRecord { person: PersonId(30_002), ..newer }.replaces(&record()));
    }
}
