//! A role: an address that stays while the people who have its duty change.
//!
//! The home office announces it in its district log, anew with every change of holders, and every edition has a
//! key of its own. The secret half is sealed to each who holds the duty when the edition begins, and the
//! secret of the edition before is sealed to the new key: whoever has the duty reads what was written
//! before them, and whoever had it opens nothing that is sealed to an edition after theirs.
//!
//! ```text
//!   edition 1 ──secret──> box for Ann
//!       ^ sealed to the key of
//!   edition 2 ──secret──> box for Bob        Bob opens 2, and with it 1; Ann opens 1 alone
//! ```
//!
//! Source:  FORMAT.md, section 4.

use std::collections::BTreeMap;

use rand_core::CryptoRngCore;

use crate::behalf::{Announced, Term};
use crate::bounds::{MAX_HOLDERS, ROLE_MAX_BYTES};
use crate::clock::Millis;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::document::{DocumentError, Row, check_count, check_name, check_rising};
use crate::ids::{DistrictId, OfficeId, PersonId, RoleId, UnitId};
use crate::labels;
use crate::seal::{OpenKey, SealKey};

/// An edition of a role is none that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Too long, or not the bytes of an edition.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A field breaks a rule.
    #[error(transparent)]
    Field(#[from] DocumentError),
    /// A holder has a key to which nothing can be sealed.
    #[error("a holder's key cannot be used")]
    BadKey,
}

/// What a district knows of a role.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RoleRecord {
    /// The role's number, never reused; it names the home office.
    pub role: RoleId,
    /// The unit that it belongs to.
    pub unit: UnitId,
    /// What people call it.
    pub title: String,
    /// Rises with every edition; the first is 1.
    pub version: u32,
    /// From when on this edition holds, by the home office's clock.
    pub since: Millis,
    /// Whether it can be written to; nothing of a role is ever removed.
    pub active: bool,
    /// Who has the duty and who will have it; sorted.
    pub holders: Vec<Term>,
    /// What is for the role alone is sealed to this.
    pub seal: SealKey,
    /// The secret half, to each who has the duty when the edition begins; sorted by person.
    pub boxes: Vec<KeyBox>,
    /// The secret of the edition before, sealed to `seal`; none in the first, and none where it was lost.
    pub before: Option<[u8; 80]>,
}

/// A role's secret, sealed to one holder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct KeyBox {
    /// The holder.
    pub person: PersonId,
    /// Their key to which it is sealed.
    pub to: SealKey,
    /// The secret.
    pub sealed: [u8; 80],
}

impl Announced for RoleRecord {
    fn since(&self) -> Millis {
        self.since
    }
    fn terms(&self) -> &[Term] {
        &self.holders
    }
}

impl RoleRecord {
    /// Locks this edition's secret for `holders`, and the one before it for this edition.
    ///
    /// # Errors
    /// [`RoleError::BadKey`], or a broken rule.
    pub fn lock(
        mut self,
        district: DistrictId,
        secret: &OpenKey,
        holders: &[(PersonId, SealKey)],
        before: Option<&OpenKey>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, RoleError> {
        let mut lock = |to: &SealKey, prologue: Vec<u8>, secret: &OpenKey| {
            let sealed = to.seal(&prologue, secret.seed().as_ref(), rng);
            sealed.ok().and_then(|bytes| <[u8; 80]>::try_from(bytes).ok()).ok_or(RoleError::BadKey)
        };
        self.seal = secret.public();
        self.boxes.clear();
        for (person, to) in holders {
            self.boxes.push(KeyBox { person: *person, to: *to, sealed: lock(to, self.box_prologue(district, *person), secret)? });
        }
        self.boxes.sort_by_key(|one| one.person);
        self.holders.sort();
        self.before = before.map(|before| lock(&self.seal, self.before_prologue(district), before)).transpose()?;
        self.check()?;
        let len = self.encode().len();
        if len > ROLE_MAX_BYTES { Err(CodecError::TooLong { len, max: ROLE_MAX_BYTES }.into()) } else { Ok(self) }
    }

    /// Reads and checks an edition.
    ///
    /// # Errors
    /// Anything but what [`RoleRecord::lock`] made.
    pub fn read(bytes: &[u8]) -> Result<Self, RoleError> {
        let record: Self = codec::decode_canonical(bytes, ROLE_MAX_BYTES)?;
        record.check()?;
        Ok(record)
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// The office that has it.
    #[must_use]
    pub fn office(&self) -> OfficeId {
        self.role.home()
    }

    /// Checks every rule that an edition can be held to by itself.
    ///
    /// # Errors
    /// The first broken rule.
    pub fn check(&self) -> Result<(), DocumentError> {
        let row = Row::Duty(self.role);
        if self.role.number() == 0 || self.office().0 == 0 || self.version == 0 || !self.holders.iter().all(Term::is_sound) {
            return Err(DocumentError::Number(row));
        }
        check_name(row, &self.title)?;
        check_count("holders", self.holders.len(), MAX_HOLDERS)?;
        check_count("boxes", self.boxes.len(), MAX_HOLDERS)?;
        check_rising(self.holders.iter().copied(), |_| row)?;
        check_rising(self.boxes.iter().map(|one| one.person), |_| row)?;
        if self.seal.is_usable() { Ok(()) } else { Err(DocumentError::WeakKey(row)) }
    }

    /// Opens this edition's secret as a holder.
    #[must_use]
    pub fn open(&self, district: DistrictId, person: PersonId, key: &OpenKey) -> Option<OpenKey> {
        let to = key.public();
        let mine = self.boxes.iter().find(|one| one.person == person && one.to == to)?;
        secret(key, &self.box_prologue(district, person), &mine.sealed).filter(|secret| secret.public() == self.seal)
    }

    /// Opens the secret of the edition `older` that came right before this one.
    #[must_use]
    pub fn open_before(&self, district: DistrictId, own: &OpenKey, older: &Self) -> Option<OpenKey> {
        let before = self.before.as_ref().filter(|_| older.version.checked_add(1) == Some(self.version))?;
        secret(own, &self.before_prologue(district), before).filter(|secret| secret.public() == older.seal)
    }

    fn box_prologue(&self, district: DistrictId, person: PersonId) -> Vec<u8> {
        prologue(labels::ROLE_KEY, &(district, self.role, self.version, person))
    }

    fn before_prologue(&self, district: DistrictId) -> Vec<u8> {
        prologue(labels::ROLE_BEFORE, &(district, self.role, self.version))
    }
}

fn prologue(label: &[u8], place: &impl Encode) -> Vec<u8> {
    let mut bytes = label.to_vec();
    codec::encode_into(place, &mut bytes);
    bytes
}

fn secret(key: &OpenKey, prologue: &[u8], sealed: &[u8]) -> Option<OpenKey> {
    let opened = key.open(prologue, sealed).ok()?;
    Some(OpenKey::from_seed(opened.as_slice().try_into().ok()?))
}

/// The secrets of a role that a person opens, of the edition `version` and of those above it that lead there.
///
/// Shapes:  newest first; empty when the person cannot open that edition.
#[must_use]
pub fn secrets(
    editions: &BTreeMap<u32, RoleRecord>,
    district: DistrictId,
    version: u32,
    person: PersonId,
    key: &OpenKey,
) -> Vec<(u32, OpenKey)> {
    let mut path: Vec<(u32, OpenKey)> = Vec::new();
    for (at, edition) in editions.range(version..).rev() {
        let above = path.last().and_then(|(above, own)| editions.get(above)?.open_before(district, own, edition));
        match above.or_else(|| edition.open(district, person, key)) {
            Some(own) => path.push((*at, own)),
            None => path.clear(),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::ids::Hash32;
    use crate::sample;

    const DISTRICT: DistrictId = DistrictId(Hash32([1; 32]));
    const ANN: PersonId = PersonId(30_001);
    const BOB: PersonId = PersonId(30_002);

    fn key(person: PersonId) -> OpenKey {
        sample::opening("person", person.0)
    }

    fn own(version: u32) -> OpenKey {
        sample::opening("role", version)
    }

    fn edition(version: u32, holder: Option<PersonId>) -> RoleRecord {
        let since = Millis(u64::from(version) * 1_000);
        let record = RoleRecord {
            role: RoleId(30_001),
            unit: UnitId(3),
            title: "Дежурный".to_owned(),
            version,
            since,
            active: true,
            holders: holder.map(|person| Term { person, from: since, until: None }).into_iter().collect(),
            seal: SealKey([0; 32]),
            boxes: Vec::new(),
            before: None,
        };
        let holders: Vec<_> = holder.map(|person| (person, key(person).public())).into_iter().collect();
        let before = (version > 1).then(|| own(version - 1));
        record.lock(DISTRICT, &own(version), &holders, before.as_ref(), &mut ChaCha20Rng::from_seed([7; 32])).unwrap()
    }

    /// Ann, then nobody, then Bob.
    fn editions() -> BTreeMap<u32, RoleRecord> {
        [edition(1, Some(ANN)), edition(2, None), edition(3, Some(BOB))].into_iter().map(|one| (one.version, one)).collect()
    }

    fn opened(version: u32, person: PersonId) -> Vec<u32> {
        let path = secrets(&editions(), DISTRICT, version, person, &key(person));
        assert!(path.iter().all(|(at, secret)| secret.public() == own(*at).public()));
        path.into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn whoever_has_the_duty_opens_what_came_before_and_whoever_had_it_nothing_after() {
        assert_eq!(opened(1, BOB), [3, 2, 1]);
        assert_eq!(opened(3, BOB), [3]);
        assert_eq!(opened(1, ANN), [1]);
        assert_eq!((opened(2, ANN), opened(3, ANN)), (vec![], vec![]));
        assert_eq!(opened(1, PersonId(30_003)), Vec::<u32>::new());
    }

    #[test]
    fn an_edition_reads_back_and_every_flipped_bit_opens_nothing_else() {
        let edition = edition(3, Some(BOB));
        let bytes = edition.encode();
        assert_eq!(RoleRecord::read(&bytes), Ok(edition.clone()));
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let secret = RoleRecord::read(&flipped).ok().and_then(|read| read.open(DISTRICT, BOB, &key(BOB)));
            assert!(secret.is_none_or(|secret| secret.public() == edition.seal), "bit {bit}");
        }
    }

    #[test]
    fn a_box_of_another_role_edition_or_district_does_not_open() {
        let good = edition(3, Some(BOB));
        assert!(good.open(DISTRICT, BOB, &key(BOB)).is_some());
        let moved = |change: fn(&mut RoleRecord)| {
            let mut moved = good.clone();
            change(&mut moved);
            moved.open(DISTRICT, BOB, &key(BOB)).is_none()
        };
        assert!(moved(|record| record.role = RoleId(30_002)) && moved(|record| record.version = 4));
        assert!(moved(|record| record.seal = own(9).public()), "a secret that is not the key's");
        assert!(good.open(DistrictId(Hash32([2; 32])), BOB, &key(BOB)).is_none());
    }

    #[test]
    fn fields_that_cannot_be_are_refused() {
        let broken = |change: fn(&mut RoleRecord)| {
            let mut record = edition(1, Some(ANN));
            change(&mut record);
            record.check().unwrap_err()
        };
        let row = Row::Duty(RoleId(30_001));
        assert_eq!(broken(|r| r.role = RoleId(30_000)), DocumentError::Number(Row::Duty(RoleId(30_000))));
        assert_eq!(broken(|r| r.version = 0), DocumentError::Number(row));
        assert_eq!(broken(|r| r.holders[0].until = Some(r.holders[0].from)), DocumentError::Number(row));
        assert_eq!(broken(|r| r.title = " ".to_owned()), DocumentError::Name(row));
        assert_eq!(broken(|r| r.holders.push(r.holders[0])), DocumentError::Twice(row));
        assert_eq!(broken(|r| r.boxes.push(r.boxes[0].clone())), DocumentError::Twice(row));
        assert_eq!(broken(|r| r.seal = SealKey([0; 32])), DocumentError::WeakKey(row));
    }
}
