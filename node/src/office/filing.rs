//! Filing: what an appended entry means for people, in the same atomic step that appends it.

use std::collections::HashMap;
use std::sync::Arc;

use okrug_protocol::behalf::Behalf;
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::{Header, Kind};
use okrug_protocol::frontier::Kept;
use okrug_protocol::handover::Handover;
use okrug_protocol::ids::{LogId, PersonId, Seq, Topic};
use okrug_protocol::message::{Content, Message};
use okrug_protocol::person::SignedPerson;
use okrug_protocol::register::Learned;
use okrug_protocol::role::RoleRecord;

use super::chat::ChatKey;
use super::compose;
use super::desk::{Desk, header_of};
use super::duties::Duties;
use super::events::Happened;
use super::index::{self, Arrival, By, Came, Made, Place, Row, Standing};
use super::open::read_duties;
use super::people::read_people;
use super::steps::Heard;
use crate::ledger::{Filed, Filing, Way};
use crate::store::key::entry_key;
use crate::store::{Batch, Tree};

/// Longer than any row that this module writes.
const MAX_ROW: usize = 4 << 10;

/// Files entries on the ledger's thread.
#[derive(Debug)]
pub(crate) struct Filer {
    desk: Arc<Desk>,
    next_arrival: u64,
    /// Messages of this batch whose person is not known yet.
    waiting: HashMap<PersonId, Vec<(u64, Arrival, Header, Message)>>,
    told: Vec<Happened>,
    /// Something of this batch is to be handed over.
    outgoing: bool,
    receipts: super::receipts::Dirty,
    /// Records of people no longer count: who is who is read anew.
    relearn: bool,
    /// Messages to be counted.
    counted: Vec<(LogId, Seq, Millis)>,
    /// Editions of roles and deputies: nobody acts by them before they are in the store.
    announced: Vec<Edition>,
    /// Somebody became known with this batch, since it is judged by them.
    met: bool,
}

/// An edition that counts once it is in the store.
#[derive(Debug)]
enum Edition {
    Role(RoleRecord),
    Deputy(DeputyRecord),
}

impl Filer {
    pub(crate) fn new(desk: Arc<Desk>, receipts: super::receipts::Dirty) -> Self {
        let next_arrival = desk.last_arrival() + 1;
        Self {
            desk,
            next_arrival,
            waiting: HashMap::new(),
            told: Vec::new(),
            outgoing: false,
            receipts,
            relearn: false,
            counted: Vec::new(),
            announced: Vec::new(),
            met: false,
        }
    }

    fn message(&mut self, header: &Header, plain: &[u8], filed: &Filed<'_>, batch: &mut Batch) {
        let Ok(message) = Message::decode(plain) else {
            tracing::warn!(event = "message_malformed", log = %header.log, seq = header.seq.0);
            return;
        };
        let (client_id, made) = filed.tag.map_or((None, Made::Unsaid), |tag| compose::split_tag(tag));
        let came = filed.from.map_or(Came::Here(made), |office| Came::From(office, By::of(filed.way)));
        if let (Some(place), Some(client_id)) = (self.place(header, message, (filed.received, came), batch), client_id) {
            batch.put_encoded(Tree::ClientIds, client_id, &place);
        }
    }

    /// Puts a message into its conversation.
    fn place(&mut self, header: &Header, message: Message, (received, came): (Millis, Came), batch: &mut Batch) -> Option<Place> {
        let Some(chat) = chat_of(header, &message) else {
            tracing::warn!(event = "message_misplaced", log = %header.log, seq = header.seq.0);
            return None;
        };
        let arrival = self.next_arrival;
        self.next_arrival += 1;
        let place = Place { log: header.log, seq: header.seq };
        let at = Arrival { chat: chat.bytes(), time: header.time, place };
        let standing = match self.desk.standing(header, &message) {
            Standing::Holds => self.claim(&message, at, batch),
            Standing::Waits => {
                self.waiting.entry(message.person).or_default().push((arrival, at, header.clone(), message.clone()));
                batch.put_encoded(Tree::Waiting, index::said_key(message.person, arrival), &at);
                Standing::Waits
            }
            other => other,
        };
        let row = Row { person: message.person, received, arrival, standing, came };
        batch.put_encoded(Tree::Timeline, index::timeline_key(&chat, &at.position()), &row);
        batch.put_encoded(Tree::Arrivals, arrival.to_be_bytes(), &at);
        if let ChatKey::Pair(a, b) = chat {
            for (one, other) in [(a, b), (b, a)] {
                batch.put(Tree::Chats, index::pair_key(one, other), Vec::new());
            }
        }
        if let ChatKey::Role(role, with) = chat {
            batch.put(Tree::Desks, index::desk_key(index::DESK_OF_PERSON, with.0, role.0), Vec::new());
            batch.put(Tree::Desks, index::desk_key(index::DESK_OF_ROLE, role.0, with.0), Vec::new());
        }
        if matches!(message.content, Content::Direct(_)) {
            self.outgoing |= self.desk.forward(place, &chat, batch);
        }
        // Whose author is not known yet is told of once that is, and not twice.
        if !matches!(standing, Standing::Repeats | Standing::Waits) {
            self.told.push(Happened::Filed { arrival, chat, place });
        }
        Some(place)
    }

    /// What another office hands over with a person who moves to this one.
    fn handover(&mut self, header: &Header, plain: &[u8], received: Millis, batch: &mut Batch) {
        match Handover::decode(plain) {
            Ok(_) if header.log.topic != Topic::Inbox(self.desk.me) => {}
            // Whether this office has let the person go is judged when they are taken in.
            // By a file it came earlier, and the person is here.
            Ok(Handover::Account(account)) if self.desk.record(account.person).is_some_and(|record| record.office == self.desk.me) => {}
            Ok(Handover::Account(account)) => {
                batch.put_encoded(Tree::Incoming, index::incoming_key(account.person, header.log.office), &account);
            }
            Ok(Handover::Letter(letter)) => {
                let said = header_of(&letter);
                let at = Place { log: letter.log, seq: letter.seq };
                let (Ok(message), key) = (letter.read(), entry_key(&at.log, at.seq)) else { return };
                let is_here = self.desk.store.get_with(batch, Tree::Letters, &key).is_ok_and(|known| known.is_some())
                    || self.desk.message(&at).is_some();
                // Two people's words alone go after a person: what a department said stays with the department.
                let came = (received, Came::From(header.log.office, By::Handover));
                if !is_here && matches!(message.content, Content::Direct(_)) && self.place(&said, message, came, batch).is_some() {
                    batch.put_encoded(Tree::Letters, key, &letter);
                }
            }
            Err(error) => tracing::warn!(event = "handover_refused", log = %header.log, seq = header.seq.0, %error),
        }
    }

    /// Claims (person, counter) for a message whose signature holds; of two, the earlier on the screen stays.
    fn claim(&self, message: &Message, at: Arrival, batch: &mut Batch) -> Standing {
        let key = index::said_key(message.person, message.counter);
        let before: Option<Arrival> = self.desk.pending(batch, Tree::Said, &key);
        match before {
            Some(before) if before.place == at.place => Standing::Holds,
            Some(before) if before.position() < at.position() => Standing::Repeats,
            before => {
                if let Some(before) = before {
                    self.set_standing(&before, Standing::Repeats, batch);
                }
                batch.put_encoded(Tree::Said, key, &at);
                Standing::Holds
            }
        }
    }

    fn set_standing(&self, at: &Arrival, standing: Standing, batch: &mut Batch) {
        let Some(chat) = ChatKey::from_bytes(&at.chat) else { return };
        let key = index::timeline_key(&chat, &at.position());
        if let Some(row) = self.desk.pending::<Row>(batch, Tree::Timeline, &key) {
            batch.put_encoded(Tree::Timeline, key, &Row { standing, ..row });
        }
    }

    fn person(&mut self, header: &Header, plain: &[u8], batch: &mut Batch) {
        let directory = self.desk.directory();
        let at_home = header.log.topic == Topic::District;
        let signed = match SignedPerson::read(plain, directory.district()) {
            Ok(signed) if at_home && directory.may_enrol_at(header.log.office, &signed.record, header.at()).is_ok() => signed,
            _ => {
                tracing::warn!(event = "person_refused", log = %header.log, seq = header.seq.0);
                return;
            }
        };
        let person = signed.record.person;
        let key = index::person_key(&signed);
        match self.desk.people.change(|people| people.learn(signed.clone())) {
            Learned::Refused => {
                tracing::warn!(event = "person_refused", log = %header.log, seq = header.seq.0, %person, "another office's person");
                return;
            }
            // Known and not stored: the batch that stored it was undone.
            Learned::Known if self.desk.pending::<SignedPerson>(batch, Tree::People, &key).is_some() => return,
            Learned::Known | Learned::Holds(_) | Learned::Waits => batch.put_encoded(Tree::People, key, &signed),
        }
        self.met = true;
        if !signed.record.active && signed.record.next_home.is_none() {
            self.desk.learn_leaving(person, header, batch, &mut self.told);
        }
        // Whoever has left or moved away is logged in here no longer.
        if !self.desk.record(person).is_some_and(|record| record.active && record.office == self.desk.me) {
            self.desk.end_sessions(person, None);
        }
        self.told.push(Happened::Directory(directory.version()));
        self.settle(person, batch);
    }

    /// Judges what a person said before their record was here.
    ///
    /// It arrives anew: who has seen everything up to now has not seen this.
    fn settle(&mut self, person: PersonId, batch: &mut Batch) {
        let desk = Arc::clone(&self.desk);
        let stored = desk.store.scan(Tree::Waiting, &person.0.to_be_bytes()).rows(usize::MAX).unwrap_or_default();
        let stored = stored.into_iter().filter_map(|(key, bytes)| {
            let arrival = u64::from_be_bytes(key.get(4..)?.try_into().ok()?);
            let at: Arrival = codec::decode(&bytes, MAX_ROW).ok()?;
            let (header, message) = desk.message(&at.place)?;
            Some((arrival, at, header, message))
        });
        let fresh = self.waiting.remove(&person).unwrap_or_default();
        for (before, at, header, message) in stored.chain(fresh).collect::<Vec<_>>() {
            let standing = match self.desk.standing(&header, &message) {
                Standing::Waits => continue,
                Standing::Holds => self.claim(&message, at, batch),
                other => other,
            };
            let Some(chat) = ChatKey::from_bytes(&at.chat) else { continue };
            let row = self.desk.pending::<Row>(batch, Tree::Timeline, &index::timeline_key(&chat, &at.position()));
            let unknown = || (crate::clock::now(), Came::From(at.place.log.office, By::Others));
            let (received, came) = row.map_or_else(unknown, |row| (row.received, row.came));
            let arrival = self.next_arrival;
            self.next_arrival += 1;
            let row = Row { person, received, arrival, standing, came };
            batch.put_encoded(Tree::Timeline, index::timeline_key(&chat, &at.position()), &row);
            batch.delete(Tree::Arrivals, before.to_be_bytes());
            batch.put_encoded(Tree::Arrivals, arrival.to_be_bytes(), &at);
            batch.delete(Tree::Waiting, index::said_key(person, before));
            if standing != Standing::Repeats {
                self.told.push(Happened::Filed { arrival, chat, place: at.place });
            }
        }
    }

    /// An edition of a role: its home office's alone to write, and the number says whose it is. It is judged by what its writer
    /// knew, so that every office that has the entry says the same.
    fn role(&mut self, header: &Header, plain: &[u8], batch: &mut Batch) {
        match RoleRecord::read(plain) {
            Ok(record) if self.at_home(header, |directory| directory.may_announce_at(header.log.office, &record, header.at()).is_ok()) => {
                batch.put(Tree::Roles, index::role_key(record.role, record.version), record.encode());
                self.announced.push(Edition::Role(record));
                self.told.push(Happened::Directory(self.desk.directory().version()));
            }
            _ => tracing::warn!(event = "role_refused", log = %header.log, seq = header.seq.0),
        }
    }

    fn at_home(&self, header: &Header, may: impl FnOnce(&Directory) -> bool) -> bool {
        header.log.topic == Topic::District && may(&self.desk.directory())
    }

    /// Whose home the office is, is asked when the record is used: people move.
    fn deputy(&mut self, header: &Header, plain: &[u8], batch: &mut Batch) {
        match DeputyRecord::read(plain) {
            Ok(record)
                if self.at_home(header, |directory| directory.may_name_deputy_at(header.log.office, &record, header.at()).is_ok()) =>
            {
                batch.put(Tree::Deputies, index::deputy_key(record.person, record.office, record.version), record.encode());
                self.announced.push(Edition::Deputy(record));
                self.told.push(Happened::Directory(self.desk.directory().version()));
            }
            _ => tracing::warn!(event = "deputy_refused", log = %header.log, seq = header.seq.0),
        }
    }

    /// A message that no longer counts is shown no more, and another may be said under its count.
    fn strike_message(&mut self, header: &Header, plain: &[u8], batch: &mut Batch) {
        let Ok(message) = Message::decode(plain) else { return };
        let Some(chat) = chat_of(header, &message) else { return };
        let at = Arrival { chat: chat.bytes(), time: header.time, place: Place { log: header.log, seq: header.seq } };
        self.set_standing(&at, Standing::Struck, batch);
        let said = index::said_key(message.person, message.counter);
        if self.desk.pending::<Arrival>(batch, Tree::Said, &said).is_some_and(|claimed| claimed.place == at.place) {
            batch.delete(Tree::Said, said);
        }
        if !self.told.iter().any(|told| matches!(told, Happened::Struck)) {
            self.told.push(Happened::Struck);
        }
    }

    /// Takes away an edition that no longer counts, where it is the one that was kept.
    fn forget(&mut self, tree: Tree, key: Vec<u8>, edition: &[u8], batch: &mut Batch) {
        if self.desk.store.get_with(batch, tree, &key).is_ok_and(|kept| kept.as_deref() == Some(edition)) {
            batch.delete(tree, key);
            self.relearn = true;
        }
    }

    /// Who is who, as the store has it.
    fn reread_people(&self) {
        match read_people(&self.desk.store, &self.desk.documents) {
            Ok(people) => self.desk.people.change(|known| *known = people),
            Err(error) => tracing::error!(event = "people_not_read", %error, "who is who is read again at the next start"),
        }
    }

    /// What was filed counts: how long it takes to the others, and what came from them.
    fn count(&mut self) {
        let (now, me, directory) = (crate::clock::now(), self.desk.me, self.desk.directory());
        for (log, seq, time) in self.counted.drain(..) {
            let readers = if log.office == me { directory.readers(log.topic) } else { Vec::new() };
            self.desk.delays.change(|delays| match log.office == me {
                true => delays.sent(me, log, seq, time, &readers, now),
                false => delays.received(me, log.office, now),
            });
        }
    }

    fn checkpoint(&mut self, header: &Header, body: &[u8], batch: &mut Batch) {
        let Ok(checkpoint) = Checkpoint::decode(body) else { return };
        if header.log.topic == Topic::District {
            self.desk.learn_kept(header.log.office, &checkpoint.kept, batch, &mut self.told);
            self.desk.learn_room(header.log.office, &checkpoint, batch, &mut self.told);
            let heard = Heard::Checkpoint(header.time.millis());
            self.desk.learn_holdings(header.log.office, &checkpoint.heads, heard, batch, &mut self.told);
            self.desk.witness(header, &checkpoint.heads, batch);
        }
    }
}

impl Edition {
    fn tell(&self, duties: &mut Duties) {
        match self {
            Self::Role(record) => duties.learn_role(record),
            Self::Deputy(record) => duties.learn_deputy(record),
        }
    }
}

impl Filing for Filer {
    fn file(&mut self, filed: &Filed<'_>, batch: &mut Batch) {
        let header = filed.entry.header();
        if let Some(neighbour) = filed.from.filter(|_| filed.way != Way::Bundle) {
            self.desk.heard_through(header.log.office, neighbour, filed.received, batch);
        }
        match (header.kind, filed.plain) {
            (Kind::MESSAGE, Some(plain)) => {
                self.message(header, plain, filed, batch);
                self.counted.push((header.log, header.seq, header.time.millis()));
            }
            (Kind::PERSON, Some(plain)) => self.person(header, plain, batch),
            (Kind::ROLE, Some(plain)) => self.role(header, plain, batch),
            (Kind::DEPUTY, Some(plain)) => self.deputy(header, plain, batch),
            (Kind::HANDOVER, Some(plain)) => self.handover(header, plain, filed.received, batch),
            (Kind::ACT, _) if header.log.office == self.desk.me => super::acts::file(header, filed.tag, batch),
            (Kind::RESEAL_REQUEST, _) => self.desk.learn_unable(header, filed.entry.body(), batch, &mut self.told),
            (Kind::RESEAL, _) if header.log.office == self.desk.me => self.desk.learn_sealed(header, filed.entry.body(), batch),
            (Kind::CHECKPOINT, _) => self.checkpoint(header, filed.entry.body(), batch),
            _ => {}
        }
        if header.log.office != self.desk.me && header.kind != Kind::CHECKPOINT {
            self.receipts.moved(header.log, header.seq);
        }
    }

    fn forked(&mut self, log: LogId, at: Seq) {
        self.desk.learn_fork(log, at);
    }

    fn struck(&mut self, log: &LogId, seq: Seq, batch: &mut Batch) {
        let district = self.desk.directory().district();
        let Ok(Some((entry, plain))) = self.desk.store.opened(district, log, seq) else { return };
        match entry.header.kind {
            Kind::MESSAGE => self.strike_message(&entry.header, &plain, batch),
            Kind::PERSON => {
                if let Ok(signed) = SignedPerson::read(&plain, district) {
                    batch.delete(Tree::People, index::person_key(&signed));
                    self.relearn = true;
                }
            }
            // A record of another office's has never been kept, whatever the log says.
            Kind::ROLE => {
                if let Ok(record) = RoleRecord::read(&plain) {
                    self.forget(Tree::Roles, index::role_key(record.role, record.version), &plain, batch);
                }
            }
            Kind::DEPUTY => {
                if let Ok(record) = DeputyRecord::read(&plain) {
                    self.forget(Tree::Deputies, index::deputy_key(record.person, record.office, record.version), &plain, batch);
                }
            }
            _ => {}
        }
    }

    fn erasing(&mut self, log: &LogId, seq: Seq, batch: &mut Batch) -> bool {
        let directory = self.desk.directory();
        let Ok(Some((entry, plain))) = self.desk.store.opened(directory.district(), log, seq) else { return true };
        let handed = if entry.header.kind == Kind::HANDOVER { Handover::decode(&plain) } else { return true };
        let Ok(Handover::Letter(letter)) = handed else { return true };
        // It was said in the inbox of another office, and that may be held.
        let may_go = directory.retention().hold(letter.log.topic).is_none();
        if may_go {
            let key = entry_key(&letter.log, letter.seq);
            if let Ok(Some(value)) = self.desk.store.get_with(batch, Tree::Letters, &key) {
                batch.was(Tree::Letters, key.clone(), value.len());
                batch.delete(Tree::Letters, key);
            }
        }
        may_go
    }

    fn delivered(&self, log: &LogId) -> Seq {
        self.desk.delivered_up_to(log)
    }

    fn awaited(&self, log: &LogId) -> Option<Seq> {
        self.desk.awaited(log)
    }

    fn misses(&self, log: &LogId, after: Seq) -> bool {
        self.desk.misses(log, after)
    }

    fn kept(&mut self, row: Kept) {
        self.receipts.kept(row);
    }

    fn room(&mut self) {
        self.receipts.room();
    }

    fn undone(&mut self) {
        self.waiting.clear();
        self.told.clear();
        self.relearn = false;
        self.outgoing = false;
        self.counted.clear();
        self.announced.clear();
        self.desk.reread_unable();
        if std::mem::take(&mut self.met) {
            self.reread_people();
        }
    }

    fn filed(&mut self) {
        self.waiting.clear();
        if std::mem::take(&mut self.outgoing) {
            // It is in the store only now.
            self.desk.outgoing.notify_one();
        }
        self.met = false;
        let announced = std::mem::take(&mut self.announced);
        if !announced.is_empty() {
            self.desk.duties.change(|duties| announced.iter().for_each(|edition| edition.tell(duties)));
        }
        if std::mem::take(&mut self.relearn) {
            self.reread_people();
            match read_duties(&self.desk.store) {
                Ok(duties) => self.desk.duties.change(|known| *known = duties),
                Err(error) => tracing::error!(event = "duties_not_read", %error, "who acts for whom is read again at the next start"),
            }
        }
        self.count();
        for happened in self.told.drain(..) {
            self.desk.events.tell(happened);
        }
    }
}

/// The conversation to which a message belongs; `None` when its content and its topic do not fit together.
pub(crate) fn chat_of(header: &Header, message: &Message) -> Option<ChatKey> {
    match (&message.content, header.log.topic) {
        (Content::Direct(direct), Topic::Inbox(_)) => Some(ChatKey::pair(message.person, direct.to)),
        (Content::Letter(letter), Topic::Inbox(_)) => {
            // The role's own word, or that of the person on the other side and of nobody else.
            let of_role = message.on_behalf.is_some_and(|on| on.of == Behalf::Role(letter.role));
            (of_role || message.person == letter.with).then_some(ChatKey::Role(letter.role, letter.with))
        }
        (Content::Direct(_) | Content::Letter(_), _) | (_, Topic::Inbox(_)) => None,
        (_, topic) => Some(ChatKey::Topic(topic)),
    }
}
