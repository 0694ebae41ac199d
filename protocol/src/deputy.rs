//! Who stands in for a person who is away, and until when.
//!
//! The home office announces it in its district log: whoever is ill cannot sign. The deputy signs with their own key
//! and names whom they stand in for; nothing that is sealed to the absent person opens for them.
//!
//! Source:  FORMAT.md, section 4.

use crate::behalf::{Announced, Term};
use crate::bounds::DEPUTY_MAX_BYTES;
use crate::clock::Millis;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::document::{DocumentError, Row};
use crate::ids::{OfficeId, PersonId};

/// An edition of who stands in for somebody is none that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeputyError {
    /// Too long, or not the bytes of an edition.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A field breaks a rule.
    #[error(transparent)]
    Field(#[from] DocumentError),
}

/// Who stands in for a person.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeputyRecord {
    /// Who is away.
    pub person: PersonId,
    /// Their home office, which says so.
    pub office: OfficeId,
    /// Rises with every edition for the person; the first is 1.
    pub version: u32,
    /// From when on this edition holds, by the office's clock.
    pub since: Millis,
    /// The deputy, one at most, and with an end; none when nobody stands in any more.
    pub deputy: Vec<Term>,
}

impl Announced for DeputyRecord {
    fn since(&self) -> Millis {
        self.since
    }
    fn terms(&self) -> &[Term] {
        &self.deputy
    }
}

impl DeputyRecord {
    /// Checks every rule that an edition can be held to by itself.
    ///
    /// # Errors
    /// The first broken rule.
    pub fn check(&self) -> Result<(), DocumentError> {
        let numbered = self.person.number() != 0 && self.person.first_home().0 != 0 && self.office.0 != 0 && self.version != 0;
        let deputy = match self.deputy.as_slice() {
            [] => true,
            [term] => term.person != self.person && term.until.is_some() && term.is_sound(),
            _ => false,
        };
        if numbered && deputy { Ok(()) } else { Err(DocumentError::Number(Row::Person(self.person))) }
    }

    /// Reads and checks an edition.
    ///
    /// # Errors
    /// Bytes of another form, or a broken rule.
    pub fn read(bytes: &[u8]) -> Result<Self, DeputyError> {
        let record: Self = codec::decode_canonical(bytes, DEPUTY_MAX_BYTES)?;
        record.check()?;
        Ok(record)
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> DeputyRecord {
        let term = Term { person: PersonId(30_002), from: Millis(1_000), until: Some(Millis(2_000)) };
        DeputyRecord { person: PersonId(30_001), office: OfficeId(3), version: 1, since: Millis(1_000), deputy: vec![term] }
    }

    #[test]
    fn an_edition_reads_back() {
        assert_eq!(DeputyRecord::read(&record().encode()), Ok(record()));
        let nobody = DeputyRecord { deputy: Vec::new(), version: 2, ..record() };
        assert_eq!(DeputyRecord::read(&nobody.encode()), Ok(nobody));
    }

    #[test]
    fn nobody_stands_in_for_themselves_or_without_an_end() {
        let broken = |change: fn(&mut DeputyRecord)| {
            let mut record = record();
            change(&mut record);
            DeputyRecord::read(&record.encode()).is_err()
        };
        assert!(broken(|record| record.deputy[0].person = record.person));
        assert!(broken(|record| record.deputy[0].until = None));
        assert!(broken(|record| record.deputy[0].until = Some(record.deputy[0].from)));
        assert!(broken(|record| record.deputy.push(record.deputy[0])));
        assert!(broken(|record| record.version = 0));
        assert!(broken(|record| record.person = PersonId(7)));
    }
}
