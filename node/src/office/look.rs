//! Looking closer: which offices have a message, and by what keys a person is known.

use okrug_protocol::ids::PersonId;
use okrug_protocol::timeline::Position;
use okrug_protocol::words::{List, say};

use super::Refused;
use super::handle::Handle;
use super::sessions::SessionId;
use super::view::{ChatId, Fingerprint, MessageId, PersonCard, Trace, TraceOffice};

impl Handle {
    /// Which offices have a message, as far as this one has heard: those that read it, and carriers that hold it.
    ///
    /// # Errors
    /// [`Refused::NoSuchChat`], or [`Refused::NoSuchMessage`] for one of another conversation.
    pub fn trace(&self, session: SessionId, chat: ChatId, id: &MessageId) -> Result<Trace, Refused> {
        let (_, chat) = self.seen_chat(session, chat)?;
        let desk = self.desk();
        let time = desk.store.entry(&id.log, id.seq)?.ok_or(Refused::NoSuchMessage)?.entry.header.time;
        desk.row(&chat, &Position { time, log: id.log, seq: id.seq })?.ok_or(Refused::NoSuchMessage)?;
        let directory = desk.directory();
        let readers = directory.readers(id.log.topic);
        let office = |office: &okrug_protocol::chart::Office| {
            let (writes, here) = (office.id == id.log.office, office.id == desk.me);
            let holds = writes || here || desk.holdings.read(|holdings| holdings.held(office.id, &id.log)) >= id.seq;
            let reads = readers.contains(&office.id);
            (reads || holds).then(|| TraceOffice { office: office.id, name: office.name.clone(), writes, reads, holds })
        };
        Ok(Trace { offices: directory.offices().filter_map(office).collect() })
    }

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
