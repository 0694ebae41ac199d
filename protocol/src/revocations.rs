//! Revocations: who no longer counts, from which entry on.
//!
//! The role that signs them can remove and never add: a list contains all that earlier ones of its epoch said, and
//! tells in which version each row came, so that of every entry it is known whether its writer knew. What follows
//! from it for the logs is said in `directory` and `log`.
//!
//! Source:  FORMAT.md, section 4.

use crate::bounds::{MAX_REVOKED, REVOCATIONS_MAX_BYTES};
use crate::codec::{Decode, Encode};
use crate::document::{Document, DocumentError, DocumentKind, Head, Row, check_count, check_name, check_rising};
use crate::ids::{DistrictId, EntryId, LogId, OfficeId, PersonId, Seq, Version};
use crate::labels;

/// The last entry of a log that still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct CutOff {
    /// Which log, of the office that is revoked.
    pub log: LogId,
    /// The place of the last entry.
    pub seq: Seq,
    /// Its identity.
    pub id: EntryId,
}

/// An office that no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RevokedOffice {
    /// Which office.
    pub office: OfficeId,
    /// Why, for people.
    pub reason: String,
    /// Where its logs end, sorted by log; a log that is not named has nothing that counts.
    pub cut_offs: Vec<CutOff>,
    /// The list that named it first.
    pub since: Version,
    /// The list that said where its logs end; 0 while that is not known, as in an emergency.
    pub cut: Version,
}

/// A person who no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RevokedPerson {
    /// Which person.
    pub person: PersonId,
    /// Why, for people.
    pub reason: String,
    /// The list that named them first.
    pub since: Version,
}

/// All revocations of a district; a later list contains the earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Revocations {
    /// District, version, times, predecessor.
    pub head: Head,
    /// Sorted by number.
    pub offices: Vec<RevokedOffice>,
    /// Sorted by number.
    pub persons: Vec<RevokedPerson>,
}

impl Document for Revocations {
    const LABEL: &'static [u8] = labels::REVOCATIONS;
    const MAX_BYTES: usize = REVOCATIONS_MAX_BYTES;
    const KIND: DocumentKind = DocumentKind::Revocations;

    fn head(&self) -> &Head {
        &self.head
    }

    fn arrange(&mut self) {
        self.offices.sort_by_key(|row| row.office);
        self.offices.iter_mut().for_each(|row| row.cut_offs.sort_by_key(|cut| cut.log));
        self.persons.sort_by_key(|row| row.person);
    }

    fn check(&self) -> Result<(), DocumentError> {
        self.head.check()?;
        if self.head.district == DistrictId::NONE {
            return Err(DocumentError::District(self.head.district));
        }
        check_count("offices", self.offices.len(), MAX_REVOKED)?;
        check_count("persons", self.persons.len(), MAX_REVOKED)?;
        check_rising(self.offices.iter().map(|row| row.office), Row::Office)?;
        check_rising(self.persons.iter().map(|row| row.person), Row::Person)?;
        for row in &self.offices {
            check_name(Row::Office(row.office), &row.reason)?;
            check_count("cut-offs of one office", row.cut_offs.len(), MAX_REVOKED)?;
            check_rising(row.cut_offs.iter().map(|cut| cut.log), |_| Row::Office(row.office))?;
            if row.cut_offs.iter().any(|cut| cut.log.office != row.office) {
                return Err(DocumentError::ForeignLog(row.office));
            }
            let (listed, cut) = (Version(1)..=self.head.version, row.since..=self.head.version);
            let is_open = row.cut == Version(0) && row.cut_offs.is_empty();
            if !listed.contains(&row.since) || !(is_open || cut.contains(&row.cut)) {
                return Err(DocumentError::Since(row.office));
            }
        }
        for row in &self.persons {
            check_name(Row::Person(row.person), &row.reason)?;
            if !(Version(1)..=self.head.version).contains(&row.since) {
                return Err(DocumentError::Past(row.since));
            }
        }
        Ok(())
    }

    fn remembers(&self, earlier: &Self) -> bool {
        let known = earlier.head.version;
        let office = |was: &RevokedOffice| find(&self.offices, |row| row.office.cmp(&was.office)).is_some_and(|row| row.goes_on_from(was));
        let person = |was: &RevokedPerson| find(&self.persons, |row| row.person.cmp(&was.person)).is_some_and(|row| row.since == was.since);
        let new = |since: Version, is_known: bool| is_known || since > known;
        earlier.offices.iter().all(office)
            && earlier.persons.iter().all(person)
            && self.offices.iter().all(|row| new(row.since, find(&earlier.offices, |was| was.office.cmp(&row.office)).is_some()))
            && self.persons.iter().all(|row| new(row.since, find(&earlier.persons, |was| was.person.cmp(&row.person)).is_some()))
    }
}

fn find<T>(rows: &[T], order: impl FnMut(&T) -> std::cmp::Ordering) -> Option<&T> {
    rows.binary_search_by(order).ok().and_then(|at| rows.get(at))
}

impl RevokedOffice {
    /// Where a log ends; `None` while that is not known.
    #[must_use]
    pub fn end_of(&self, log: &LogId) -> Option<End> {
        if self.cut == Version(0) {
            return None;
        }
        let cut = find(&self.cut_offs, |cut| cut.log.cmp(log));
        Some(cut.map_or(End { seq: Seq::ZERO, id: EntryId::ZERO }, |cut| End { seq: cut.seq, id: cut.id }))
    }

    /// Whether it says what an earlier row said, or takes away more: once logs end somewhere, they never grow again.
    fn goes_on_from(&self, was: &Self) -> bool {
        let shorter = || self.cut_offs.iter().all(|cut| was.end_of(&cut.log).is_some_and(|end| cut.seq <= end.seq));
        self.since == was.since && (was.cut == Version(0) || (self.cut >= was.cut && shorter()))
    }
}

/// The last entry of a log that counts; none does where `seq` is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Its place.
    pub seq: Seq,
    /// Its identity.
    pub id: EntryId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Signed;
    use crate::ids::{Hash32, Incarnation, Precedence, Topic, Version};
    use crate::sample;

    fn list() -> Revocations {
        let log = |precedence| LogId { office: OfficeId(2), incarnation: Incarnation(7), topic: Topic::District, precedence };
        let cut = |precedence| CutOff { log: log(precedence), seq: Seq(9), id: EntryId(Hash32([1; 32])) };
        Revocations {
            head: sample::head(DistrictId(Hash32([1; 32])), Version(1), Hash32::ZERO),
            offices: vec![RevokedOffice {
                office: OfficeId(2),
                reason: "Сервер похищен".to_owned(),
                cut_offs: vec![cut(Precedence::Flash), cut(Precedence::Routine)],
                since: Version(1),
                cut: Version(1),
            }],
            persons: vec![RevokedPerson { person: PersonId(20_001), reason: "Увольнение".to_owned(), since: Version(1) }],
        }
    }

    #[test]
    fn a_list_of_revocations_reads_back() {
        let signed = sample::signed(list(), &[&sample::signing("revocations", 0)]);
        assert_eq!(Signed::decode(&signed.encode()), Ok(signed));
    }

    #[test]
    fn rows_that_contradict_themselves_are_refused() {
        let broken = |change: fn(&mut Revocations)| {
            let mut list = list();
            change(&mut list);
            list.check().unwrap_err()
        };
        let office = Row::Office(OfficeId(2));
        assert_eq!(broken(|list| list.offices.push(list.offices[0].clone())), DocumentError::Twice(office));
        assert_eq!(broken(|list| list.persons.push(list.persons[0].clone())), DocumentError::Twice(Row::Person(PersonId(20_001))));
        assert_eq!(broken(|list| list.offices[0].cut_offs.swap(0, 1)), DocumentError::OutOfOrder(office));
        assert_eq!(broken(|list| list.offices[0].cut_offs[1].log.office = OfficeId(3)), DocumentError::ForeignLog(OfficeId(2)));
        assert_eq!(broken(|list| list.offices[0].reason.clear()), DocumentError::Name(office));
    }

    #[test]
    fn a_row_that_came_or_was_cut_in_an_impossible_version_is_refused() {
        let broken = |change: fn(&mut Revocations)| {
            let mut list = list();
            change(&mut list);
            list.check().err()
        };
        let since = Some(DocumentError::Since(OfficeId(2)));
        assert_eq!(broken(|list| list.offices[0].since = Version(0)), since);
        assert_eq!(broken(|list| list.offices[0].since = Version(2)), since);
        assert_eq!(broken(|list| list.offices[0].cut = Version(2)), since);
        assert_eq!(broken(|list| list.offices[0].cut = Version(0)), since);
        assert_eq!(broken(|list| list.persons[0].since = Version(2)), Some(DocumentError::Past(Version(2))));
        let emergency = |list: &mut Revocations| {
            list.offices[0].cut_offs.clear();
            list.offices[0].cut = Version(0);
        };
        assert_eq!(broken(emergency), None);
    }

    #[test]
    fn a_later_list_only_ever_removes_more() {
        let earlier = list();
        let says = |change: &dyn Fn(&mut Revocations)| {
            let mut later = Revocations { head: sample::head(earlier.head.district, Version(2), Hash32([1; 32])), ..earlier.clone() };
            change(&mut later);
            later.remembers(&earlier)
        };
        let new = RevokedPerson { person: PersonId(20_002), reason: "Увольнение".to_owned(), since: Version(2) };
        assert!(says(&|_| ()));
        assert!(says(&|later| later.persons.push(new.clone())));
        assert!(says(&|later| later.offices[0].cut_offs[0].seq = Seq(8)));
        assert!(says(&|later| later.offices[0].cut_offs.truncate(1)));
        assert!(!says(&|later| later.persons.push(RevokedPerson { since: Version(1), ..new.clone() })));
        assert!(!says(&|later| later.persons.clear()));
        assert!(!says(&|later| later.offices.clear()));
        assert!(!says(&|later| later.offices[0].since = Version(2)));
        assert!(!says(&|later| later.offices[0].cut_offs[0].seq = Seq(10)));
        assert!(!says(&|later| later.offices[0].cut_offs[0].log.incarnation = Incarnation(8)));
        assert!(!says(&|later| (later.offices[0].cut, later.offices[0].cut_offs) = (Version(0), Vec::new())));
    }
}
