//! Looking closer: by what keys a person is known.

use okrug_protocol::ids::PersonId;
use okrug_protocol::words::{List, say};

use super::Refused;
use super::handle::Handle;
use super::sessions::SessionId;
use super::view::{Fingerprint, PersonCard};

impl Handle {
    /// Who a person is by their record, with the fingerprint of their keys.
    ///
    /// # Errors
    /// [`Refused::NoSuchPerson`] where no record of them is here.
    pub fn person_card(&self, session: SessionId, person: PersonId) -> Result<PersonCard, Refused> {
        self.keys(session)?;
        let record = self.desk().record(person).ok_or(Refused::NoSuchPerson)?;
        let hash = record.fingerprint();
        Ok(PersonCard {
            id: record.person,
            name: record.name,
            position: record.position,
            unit: record.unit,
            office: record.office,
            active: record.active,
            fingerprint: Fingerprint { ru: say(&hash, List::Russian), en: say(&hash, List::English) },
        })
    }
}
