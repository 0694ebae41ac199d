//! The register: whose records hold.
//!
//! A person's records form a chain by version. The first is written by the office that gave the number, and each
//! later one by the home office of the one before, unless that one let the person go: then by the office to which
//! it did, and by no other. So no office takes another's person, and who has all of a chain judges it like
//! everybody else, in whatever order it came.
//!
//! ```text
//!   version 1, home o1        o1 gave the number
//!   version 2, home o1        o1 may write what follows
//!   version 3, home o1 -> o2  o1 lets the person go
//!   version 4, home o2        only o2 may write this
//! ```
//!
//! Two records of one version, both from an office that may write it, both hold: what was signed by the key of
//! either is the person's. The newest record is the one of the highest version, and of two the one with the greater
//! bytes.
//!
//! Source:  FORMAT.md, section 4.

use std::collections::BTreeMap;

use crate::ids::{OfficeId, PersonId};
use crate::person::{PersonRecord, SignedPerson};

/// Records of one person that one office may have waiting for others before them; what goes beyond is not taken.
pub const MAX_WAITING: usize = 1_024;

/// What became of a record that was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learned {
    /// These hold now: the one that was offered and those that waited for it.
    Holds(Vec<SignedPerson>),
    /// One before it has not arrived yet.
    Waits,
    /// It was there.
    Known,
    /// Its office may not write it, or has too many waiting.
    Refused,
}

/// The records of everybody.
#[derive(Debug, Default)]
pub struct Register {
    people: BTreeMap<PersonId, Chain>,
}

/// By version, and within a version by bytes.
#[derive(Debug, Default)]
struct Chain {
    held: BTreeMap<u32, Vec<SignedPerson>>,
    waiting: BTreeMap<u32, Vec<SignedPerson>>,
}

impl Register {
    /// Takes note of a record whose signatures were checked and that its own home office wrote.
    pub fn learn(&mut self, signed: SignedPerson) -> Learned {
        let record = &signed.record;
        if record.version == 1 && record.person.first_home() != record.office {
            return Learned::Refused;
        }
        self.people.entry(record.person).or_default().learn(signed)
    }

    /// The newest record of a person.
    #[must_use]
    pub fn record(&self, person: PersonId) -> Option<&PersonRecord> {
        self.newest(person).map(|signed| &signed.record)
    }

    /// The same with the person's signature.
    #[must_use]
    pub fn newest(&self, person: PersonId) -> Option<&SignedPerson> {
        self.people.get(&person)?.newest()
    }

    /// The records of one version that hold.
    #[must_use]
    pub fn of_version(&self, person: PersonId, version: u32) -> &[SignedPerson] {
        self.people.get(&person).and_then(|chain| chain.held.get(&version)).map_or(&[], Vec::as_slice)
    }

    /// The offices that were a person's home, in the order of versions.
    pub fn homes(&self, person: PersonId) -> impl Iterator<Item = OfficeId> {
        let held = self.people.get(&person).map(|chain| chain.held.values());
        held.into_iter().flatten().flatten().map(|signed| signed.record.office)
    }

    /// The newest record of everybody, by number.
    pub fn records(&self) -> impl Iterator<Item = &PersonRecord> {
        self.people.values().filter_map(|chain| chain.newest().map(|signed| &signed.record))
    }

    /// The highest number that `office` has given.
    #[must_use]
    pub fn last_number(&self, office: OfficeId) -> Option<PersonId> {
        let first = PersonId::numbered(office, 1)?;
        let end = PersonId::numbered(OfficeId(office.0.checked_add(1)?), 1)?;
        self.people.range(first..end).next_back().map(|(person, _)| *person)
    }
}

impl Chain {
    fn learn(&mut self, signed: SignedPerson) -> Learned {
        let version = signed.record.version;
        let is_known = |of: &BTreeMap<u32, Vec<SignedPerson>>| of.get(&version).is_some_and(|all| all.contains(&signed));
        if is_known(&self.held) || is_known(&self.waiting) {
            return Learned::Known;
        }
        if !self.admits(&signed) {
            let of_the_same = |one: &&SignedPerson| one.record.office == signed.record.office;
            if self.waiting.values().flatten().filter(of_the_same).count() >= MAX_WAITING {
                return Learned::Refused;
            }
            insert(&mut self.waiting, signed);
            return Learned::Waits;
        }
        insert(&mut self.held, signed.clone());
        let mut now = vec![signed];
        // What waits for this version, and for what that lets in, one version after the other.
        let mut next = version;
        while let Some(following) = next.checked_add(1) {
            let (fits, stays) = self.waiting.remove(&following).unwrap_or_default().into_iter().partition(|one| self.admits(one));
            let (fits, stays): (Vec<SignedPerson>, Vec<SignedPerson>) = (fits, stays);
            stays.into_iter().for_each(|one| insert(&mut self.waiting, one));
            if fits.is_empty() {
                break;
            }
            fits.iter().for_each(|one| insert(&mut self.held, one.clone()));
            now.extend(fits);
            next = following;
        }
        Learned::Holds(now)
    }

    /// Whether the records that hold let this one in.
    fn admits(&self, next: &SignedPerson) -> bool {
        let next = &next.record;
        let Some(before) = next.version.checked_sub(1).filter(|before| *before > 0) else { return true };
        let lets = |before: &SignedPerson| before.record.next_home.unwrap_or(before.record.office) == next.office;
        self.held.get(&before).is_some_and(|all| all.iter().any(lets))
    }

    fn newest(&self) -> Option<&SignedPerson> {
        self.held.values().next_back()?.last()
    }
}

fn insert(of: &mut BTreeMap<u32, Vec<SignedPerson>>, signed: SignedPerson) {
    let all = of.entry(signed.record.version).or_default();
    let bytes = signed.encode();
    let at = all.partition_point(|one| one.encode() < bytes);
    all.insert(at, signed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UnitId;
    use crate::sample;

    const PERSON: PersonId = PersonId(10_001);

    /// A record of the sample's person, as an office says it.
    fn record(version: u32, office: u32, next_home: Option<u32>) -> SignedPerson {
        let first = sample::district(3).person(OfficeId(1), 1, UnitId(2)).signed;
        let record = PersonRecord {
            version,
            office: OfficeId(office),
            active: next_home.is_none(),
            next_home: next_home.map(OfficeId),
            ..first.record.clone()
        };
        first.amend(record).unwrap()
    }

    fn home(records: &[SignedPerson]) -> Option<(u32, OfficeId)> {
        let mut register = Register::default();
        records.iter().for_each(|record| drop(register.learn(record.clone())));
        register.record(PERSON).map(|record| (record.version, record.office))
    }

    #[test]
    fn an_office_takes_no_person_that_was_not_let_go_to_it() {
        let (first, gone) = (record(1, 1, None), record(2, 1, Some(2)));
        assert_eq!(home(&[record(1, 2, None)]), None, "the number is another office's");
        assert_eq!(home(&[first.clone(), record(2, 2, None)]), Some((1, OfficeId(1))));
        assert_eq!(home(&[first.clone(), gone.clone(), record(3, 3, None)]), Some((2, OfficeId(1))), "let go to another");
        assert_eq!(home(&[first.clone(), gone.clone(), record(3, 1, None)]), Some((2, OfficeId(1))), "nor taken back");
        assert_eq!(home(&[first.clone(), gone.clone(), record(3, 2, None)]), Some((3, OfficeId(2))));
        assert_eq!(home(&[first, gone, record(4, 2, None)]), Some((2, OfficeId(1))), "one is missing between them");
    }

    #[test]
    fn the_order_of_arrival_changes_nothing() {
        let renamed = |name: &str| {
            let signed = record(5, 2, None);
            signed.amend(PersonRecord { name: name.to_owned(), ..signed.record.clone() }).unwrap()
        };
        let chain = [record(1, 1, None), record(2, 1, Some(2)), record(3, 2, None), record(4, 2, None), renamed("А"), renamed("Б")];
        let mut orders = vec![Vec::new()];
        for n in 0..chain.len() {
            orders = orders
                .into_iter()
                .flat_map(|order: Vec<usize>| (0..=n).map(move |at| [&order[..at], &[n], &order[at..]].concat()))
                .collect();
        }
        assert_eq!(orders.len(), 720);
        for order in orders {
            let mut register = Register::default();
            let mut held = 0;
            for at in &order {
                if let Learned::Holds(now) = register.learn(chain[*at].clone()) {
                    held += now.len();
                }
            }
            assert_eq!((held, register.of_version(PERSON, 5).len()), (6, 2), "{order:?}");
            assert_eq!(register.record(PERSON).map(|record| record.name.as_str()), Some("Б"), "{order:?}");
            assert_eq!(register.learn(chain[3].clone()), Learned::Known);
        }
    }

    #[test]
    fn a_flood_of_records_is_not_kept_and_keeps_nobody_elses_out() {
        let mut register = Register::default();
        register.learn(record(1, 1, None));
        for version in 0..u32::try_from(MAX_WAITING).unwrap() {
            assert_eq!(register.learn(record(3 + version, 3, None)), Learned::Waits);
        }
        assert_eq!(register.learn(record(9_999, 3, None)), Learned::Refused);
        assert_eq!(register.learn(record(3, 2, None)), Learned::Waits);
        assert!(matches!(register.learn(record(2, 1, Some(2))), Learned::Holds(now) if now.len() == 2));
        assert_eq!(register.record(PERSON).map(|record| record.office), Some(OfficeId(2)));
    }

    #[test]
    fn the_last_number_is_that_of_the_office_alone() {
        let mut register = Register::default();
        let sample = sample::district(3);
        for (office, n) in [(1, 7), (2, 3), (1, 2), (3, 9)] {
            register.learn(sample.person(OfficeId(office), n, UnitId(2)).signed);
        }
        assert_eq!(register.last_number(OfficeId(1)), Some(PersonId(10_007)));
        assert_eq!(register.last_number(OfficeId(4)), None);
    }
}
