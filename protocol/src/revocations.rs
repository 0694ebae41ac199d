//! Revocations: who no longer counts, from which entry on.
//!
//! The role that signs them can remove and never add. So far a list is verified, kept and passed on;
//! what follows from it for the logs is not yet drawn.
//!
//! Source:  FORMAT.md, section 4.

use crate::bounds::{MAX_REVOKED, REVOCATIONS_MAX_BYTES};
use crate::codec::{Decode, Encode};
use crate::document::{Document, DocumentError, DocumentKind, Head, Row, check_count, check_name, check_rising};
use crate::ids::{DistrictId, EntryId, LogId, OfficeId, PersonId, Seq};
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
    /// Where its logs end, sorted by log; none when that is not yet known.
    pub cut_offs: Vec<CutOff>,
}

/// A person who no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RevokedPerson {
    /// Which person.
    pub person: PersonId,
    /// Why, for people.
    pub reason: String,
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
        }
        self.persons.iter().try_for_each(|row| check_name(Row::Person(row.person), &row.reason))
    }
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
            }],
            persons: vec![RevokedPerson { person: PersonId(20_001), reason: "Увольнение".to_owned() }],
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
}
