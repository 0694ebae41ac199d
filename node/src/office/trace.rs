//! The movement of a message, put together from what is known here.

use okrug_protocol::chart::Office;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Header;
use okrug_protocol::ids::{OfficeId, PersonId, Topic, Version};

use super::Refused;
use super::chat::ChatKey;
use super::desk::{Desk, Link};
use super::filing::chat_of;
use super::handle::Handle;
use super::index::{By, Came, Made, Place, Row};
use super::rights;
use super::sessions::SessionId;
use super::view::{MessageId, Trace, TraceBy, TraceCame, TraceOffice, TraceProgram, TraceRead, TraceWait, WaitCode};
use okrug_protocol::timeline::Position;

impl Handle {
    /// Where a message is, since when and by what, and why it waits, as far as this office has heard.
    ///
    /// # Errors
    /// [`Refused::NoSuchMessage`], also for one of a conversation that the person has no part in.
    pub fn trace(&self, session: SessionId, id: &MessageId) -> Result<Trace, Refused> {
        let (keys, desk) = (self.keys(session)?, self.desk());
        let place = Place { log: id.log, seq: id.seq };
        let (header, message) = desk.message(&place).ok_or(Refused::NoSuchMessage)?;
        let chat = chat_of(&header, &message).ok_or(Refused::NoSuchMessage)?;
        let name = chat.name_for(keys.person).ok_or(Refused::NoSuchMessage)?;
        self.seen_chat(session, name).map_err(|_| Refused::NoSuchMessage)?;
        let row = desk.row(&chat, &Position { time: header.time, log: id.log, seq: id.seq })?.ok_or(Refused::NoSuchMessage)?;
        let directory = desk.directory();
        let offices = directory.offices().filter_map(|office| self.trace_office(&directory, &header, office)).collect();
        Ok(Trace {
            id: *id,
            written: header.time.millis(),
            came: desk.came_by(&row),
            read_here: desk.read_here(&directory, &chat, &row, message.person)?,
            delivery: desk.delivery_shown(&id.log, id.seq),
            offices,
        })
    }

    fn trace_office(&self, directory: &Directory, header: &Header, office: &Office) -> Option<TraceOffice> {
        let (desk, log, seq) = (self.desk(), &header.log, header.seq);
        let (writes, here, own) = (office.id == log.office, office.id == desk.me, log.office == desk.me);
        let heard = !writes && !here && desk.holdings.read(|holdings| holdings.part(office.id, log)).covers(seq);
        let removed = directory.member(office.id).is_none();
        let (reads, holds) = (directory.reads(office.id, log.topic) && !removed, writes || here || (heard && !removed));
        let gave_up = own && !reads && !removed && desk.holdings.read(|holdings| holdings.part(office.id, log)).after >= seq;
        if !reads && !holds && !gave_up && !(removed && (heard || was_to_read(office, log.topic))) {
            return None;
        }
        let step = if own && holds { desk.step_of(office.id, log, seq) } else { None };
        let wait = match (removed, own && reads && !holds) {
            _ if gave_up => Some(TraceWait { code: WaitCode::GaveUp, since: None, via: None, via_name: String::new() }),
            (true, _) => Some(TraceWait { code: WaitCode::Removed, since: None, via: None, via_name: String::new() }),
            (false, true) => Some(self.wait(office.id, header.directory)),
            (false, false) => None,
        };
        Some(TraceOffice {
            office: office.id,
            name: office.name.clone(),
            writes,
            reads,
            holds,
            heard: step.map(|step| step.heard),
            said: step.and_then(|step| step.said),
            by: step.map(|step| by(step.by)),
            stick: if own { desk.stick(office.id, log, seq) } else { None },
            wait,
        })
    }

    /// Why something that names an edition of the directory waits for an office.
    fn wait(&self, office: OfficeId, names: Version) -> TraceWait {
        let desk = self.desk();
        let link = |office: OfficeId| {
            desk.links.read(|links: &std::collections::HashMap<OfficeId, Link>| links.get(&office).cloned().unwrap_or_default())
        };
        let own = link(office);
        if own.up {
            let known = self.ledger().heads().into_iter().filter(|head| head.log.office == office);
            let known = known.filter_map(|head| desk.store.log_state(&head.log).ok().flatten()).map(|state| state.directory).max();
            let code = if known.is_some_and(|known| known < names) { WaitCode::Documents } else { WaitCode::UnderWay };
            return TraceWait { code, since: None, via: None, via_name: String::new() };
        }
        let way = desk.ways.read(|ways| ways.get(&office).copied());
        let directory = desk.directory();
        // What came over a link of its own is newer: then nobody stood between.
        let way = way.filter(|(via, at)| directory.member(*via).is_some() && own.last_contact.is_none_or(|last| *at > last));
        let Some((via, _)) = way else {
            return TraceWait { code: WaitCode::NoLink, since: own.last_contact, via: None, via_name: String::new() };
        };
        let (code, since) =
            if link(via).up { (WaitCode::Through, own.last_contact) } else { (WaitCode::ThroughNoLink, link(via).last_contact) };
        TraceWait { code, since, via: Some(via), via_name: desk.office_name(via) }
    }
}

impl Desk {
    fn came_by(&self, row: &Row) -> TraceCame {
        let at = row.received;
        match row.came {
            Came::Here(made) => {
                let with = match made {
                    Made::Page => Some(TraceProgram::Page),
                    Made::Script => Some(TraceProgram::Script),
                    Made::Unsaid => None,
                };
                TraceCame { at, from: None, name: String::new(), by: None, with }
            }
            Came::From(office, way) => TraceCame { at, from: Some(office), name: self.office_name(office), by: Some(by(way)), with: None },
        }
    }

    /// How many of this office's people who see a conversation have read a row of it.
    fn read_here(&self, directory: &Directory, chat: &ChatKey, row: &Row, author: PersonId) -> Result<TraceRead, Refused> {
        let readers: Vec<PersonId> = self.people.read(|people| {
            let here = people.records().filter(|record| record.office == self.me && record.active && record.person != author);
            here.filter(|record| rights::sees(directory, self.me, record, chat)).map(|record| record.person).collect()
        });
        let mut read = 0;
        for person in &readers {
            read += usize::from(self.mark(*person, chat)? >= row.arrival);
        }
        Ok(TraceRead { read, of: readers.len() })
    }
}

/// Whether an office that was removed was to read a topic, as its last row says.
fn was_to_read(office: &Office, topic: Topic) -> bool {
    match topic {
        Topic::District => true,
        Topic::Unit(unit) => office.hosts.contains(&unit),
        Topic::Inbox(of) => of == office.id,
        Topic::Group(_) => false,
    }
}

fn by(by: By) -> TraceBy {
    match by {
        By::Gossip => TraceBy::Gossip,
        By::Exchange => TraceBy::Exchange,
        By::Bundle => TraceBy::Stick,
        By::Handover => TraceBy::Handover,
        By::Others => TraceBy::Others,
    }
}
