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
