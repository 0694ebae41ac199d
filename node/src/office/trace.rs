//! The movement of a message, put together from what is known here.

use okrug_protocol::chart::Office;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Header;
use okrug_protocol::ids::{OfficeId, PersonId, Precedence, Topic};

use super::Refused;
use super::chat::ChatKey;
use super::desk::{Desk, Link};
use super::filing::chat_of;
use super::handle::Handle;
use super::index::{By, Came, Made, Place, Row};
use super::queue::Queues;
use super::rights;
use super::sessions::SessionId;
use super::view::{MessageId, Trace, TraceBy, TraceCame, TraceOffice, TraceProgram, TraceRead, TraceWait, WaitCode, Waits, WaitsFor};
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
        let gone = desk.taken_away(&directory, &header);
        let left = gone.iter().filter(|office| directory.office(**office).is_none()).filter_map(|office| directory.office_ever(*office));
        let offices = directory.offices().chain(left);
        let mut offices: Vec<TraceOffice> = offices.filter_map(|office| self.trace_office(&directory, &header, &gone, office)).collect();
        offices.sort_by_key(|office| office.office);
        if desk.has_left(&header, &message) {
            let home = offices.iter_mut().filter(|office| header.log.topic == Topic::Inbox(office.office) && office.wait.is_none());
            home.for_each(|office| office.wait = Some(TraceWait::of(WaitCode::Left)));
        }
        Ok(Trace {
            id: *id,
            written: header.time.millis(),
            came: desk.came_by(&row),
            read_here: desk.read_here(&directory, &chat, &row, message.person)?,
            delivery: desk.delivery_shown(&id.log, id.seq),
            offices,
        })
    }

    fn trace_office(&self, directory: &Directory, header: &Header, gone: &[OfficeId], office: &Office) -> Option<TraceOffice> {
        let (desk, log, seq) = (self.desk(), &header.log, header.seq);
        let (writes, here, own) = (office.id == log.office, office.id == desk.me, log.office == desk.me);
        let heard = !writes && !here && desk.holdings.read(|holdings| holdings.part(office.id, log)).covers(seq);
        let removed = directory.member(office.id).is_none();
        let (reads, holds) = (directory.reads(office.id, log.topic) && !removed, writes || here || (heard && !removed));
        let stop = if removed { None } else { desk.stop(directory, header, office.id) };
        let carries = match stop {
            Some(WaitCode::GaveUp) => true,
            Some(WaitCode::Full | WaitCode::Quota) => !desk.has_all(log, seq),
            _ => false,
        };
        if !reads && !holds && !carries && !(removed && (heard || gone.contains(&office.id))) {
            return None;
        }
        let step = if own && holds { desk.step_of(office.id, log, seq) } else { None };
        let wait = match (removed, own && reads && !holds) {
            (true, _) => Some(TraceWait::of(WaitCode::Removed)),
            (false, true) => Some(desk.wait(office.id, header, stop)),
            (false, false) => stop.map(|code| desk.stopped(code, header, office.id)),
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
}

impl Desk {
    /// Why the oldest of what waits for an office does.
    pub(super) fn why(&self, directory: &Directory, office: OfficeId, queues: &Queues) -> Option<TraceWait> {
        let (_, log, seq) = queues.oldest.get(&office)?;
        let header = self.store.entry(log, *seq).ok()??.entry.header;
        Some(self.wait(office, &header, self.stop(directory, &header, office)))
    }

    /// What stops an entry at an office that is there, with the end that the office has named.
    fn stopped(&self, code: WaitCode, header: &Header, office: OfficeId) -> TraceWait {
        let until = (code == WaitCode::Quota).then(|| self.slowed_until(office, &header.log)).flatten();
        TraceWait { until, ..TraceWait::of(code) }
    }

    /// Why an entry waits for an office.
    fn wait(&self, office: OfficeId, header: &Header, stop: Option<WaitCode>) -> TraceWait {
        let link = |office: OfficeId| {
            self.links.read(|links: &std::collections::HashMap<OfficeId, Link>| links.get(&office).cloned().unwrap_or_default())
        };
        let own = link(office);
        if own.up {
            if let Some(code) = stop {
                return self.stopped(code, header, office);
            }
            return paused(&own, header.log.precedence).unwrap_or(TraceWait::of(WaitCode::UnderWay));
        }
        let way = self.ways.read(|ways| ways.get(&office).copied());
        let directory = self.directory();
        // What came over a link of its own is newer: then nobody stood between.
        let way = way.filter(|(via, at)| directory.member(*via).is_some() && own.last_contact.is_none_or(|last| *at > last));
        let Some((via, _)) = way else {
            return TraceWait { since: own.last_contact, ..TraceWait::of(WaitCode::NoLink) };
        };
        let between = link(via);
        let stop = self.stop(&directory, header, via).filter(|code| matches!(code, WaitCode::Full | WaitCode::Quota));
        let wait = match (stop, between.up, paused(&between, header.log.precedence)) {
            (Some(code), ..) => self.stopped(code, header, via),
            (None, true, Some(paused)) => paused,
            (None, true, None) => TraceWait { since: own.last_contact, ..TraceWait::of(WaitCode::Through) },
            (None, false, _) => TraceWait { since: between.last_contact, ..TraceWait::of(WaitCode::ThroughNoLink) },
        };
        TraceWait { via: Some(via), via_name: self.office_name(via), ..wait }
    }
}

/// Why a link that stands lets what is not flash wait, and until when.
fn paused(link: &Link, precedence: Precedence) -> Option<TraceWait> {
    let Waits { why, until } = link.waits.filter(|_| precedence != Precedence::Flash)?;
    let code = match why {
        WaitsFor::Hours => WaitCode::Hours,
        WaitsFor::Budget => WaitCode::Budget,
    };
    Some(TraceWait { until: Some(until), ..TraceWait::of(code) })
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

fn by(by: By) -> TraceBy {
    match by {
        By::Gossip => TraceBy::Gossip,
        By::Exchange => TraceBy::Exchange,
        By::Bundle => TraceBy::Stick,
        By::Handover => TraceBy::Handover,
        By::Others => TraceBy::Others,
    }
}
