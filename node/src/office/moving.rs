//! A person moves to another office: the old one lets them go and hands over, the new one takes them in.
//!
//! ```text
//!   old office                                            new office
//!   release: a record with the next home      ──district──>  receive: a record of its own, once that has come
//!            the closed vault, the letters    ──inbox─────>  kept; opened by the password, and by nothing else
//!            what is written to them later    ──inbox─────>  filed where it was said
//! ```
//!
//! Where no path leads to the new office, the same goes as a file (`transfer`).
//!
//! What is to be handed over waits in a queue of the store, so that it goes out whenever the node ends and begins again.
//! Twice the same letter is one.

use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::codec;
use okrug_protocol::entry::Kind;
use okrug_protocol::handover::{self, Handover, Letter};
use okrug_protocol::ids::{OfficeId, PersonId, Precedence, Topic};
use okrug_protocol::message::Content;
use okrug_protocol::person::PersonRecord;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::vault::Vault;
use tokio_util::sync::CancellationToken;

use super::Refused;
use super::accounts::Account;
use super::chat::ChatKey;
use super::coming::check_login;
use super::desk::Desk;
use super::handle::Handle;
use super::index::{self, Place};
use super::view::{Arrival, PersonView, Receive};
use crate::clock;
use crate::ledger::Draft;
use crate::store::{Batch, Tree};

/// How long the queue is left alone when nobody says that it has grown.
const ROUND: Duration = Duration::from_secs(60);
/// What is handed over in one go.
const AT_ONCE: usize = 256;
/// Longer than any account that was handed over.
const MAX_ROW: usize = 16 << 10;

impl Handle {
    /// Lets a person go to another office, with their closed vault and their direct messages. Their account here ends.
    ///
    /// It can be asked for again where it broke off.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn release(&self, person: PersonId, to: OfficeId) -> Result<usize, Refused> {
        let desk = self.desk();
        if to == desk.me || desk.directory().office(to).is_none() {
            return Err(Refused::NoSuchOffice);
        }
        let newest = desk.record(person).ok_or(Refused::NoSuchPerson)?;
        if newest.office != desk.me || newest.next_home != Some(to) {
            self.ours(person)?;
            // First of all: what arrives from now on is handed over as it comes.
            self.amend(person, |record| (record.active, record.next_home) = (false, Some(to))).await?;
        }
        let mut batch = Batch::new();
        for chat in desk.pairs_of(person)? {
            for (position, _) in desk.rows_before(&chat, None, usize::MAX)? {
                let place = Place { log: position.log, seq: position.seq };
                if desk.message(&place).is_some_and(|(header, _)| !is_there(&header.log, to)) {
                    batch.put_encoded(Tree::Outgoing, index::outgoing_key(person, &place), &place);
                }
            }
        }
        let letters = batch.len();
        desk.store.apply(batch)?;
        if let Some((login, account)) = self.account_of(person)? {
            // A locked account goes with a share that opens nothing: another office is no way round a reset.
            let share =
                if account.locked { SharedKey::generate(&mut clock::rng()).bytes().to_owned() } else { self.vaults().share_of(&account) };
            let account = handover::Account { person, login: login.clone(), vault: account.vault.encode(), share };
            self.hand_over(to, &Handover::Account(account)).await?;
            let mut batch = Batch::new();
            batch.delete(Tree::Accounts, login.as_bytes());
            self.ledger().keep(batch).await?;
        }
        desk.outgoing.notify_one();
        Ok(letters)
    }

    /// Takes in a person whom their office has let go to this one: same number, same keys, old password.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn receive(&self, person: PersonId, wish: Receive) -> Result<PersonView, Refused> {
        let desk = Arc::clone(self.shared_desk());
        let turn = self.turn().await;
        let newest = desk.people.read(|people| people.newest(person).cloned()).ok_or(Refused::NoSuchPerson)?;
        if newest.record.next_home != Some(desk.me) {
            return Err(Refused::NotReleased);
        }
        let came = desk.came(person, newest.record.office)?.ok_or(Refused::NotArrived)?;
        let login = wish.login.unwrap_or(came.login);
        check_login(&login)?;
        self.free(&login, person)?;
        let record = PersonRecord {
            office: desk.me,
            unit: wish.unit,
            position: wish.position.unwrap_or_else(|| newest.record.position.clone()),
            version: newest.record.version.checked_add(1).ok_or(Refused::NoNumberLeft)?,
            active: true,
            next_home: None,
            ..newest.record.clone()
        };
        let vault = Vault::decode(&came.vault).map_err(|_| Refused::BadKey)?;
        let next = newest.amend(record).map_err(|_| Refused::BadName)?;
        let account = Account { person, vault, salt: [0; 16], share: Some(came.share), locked: false };
        let mut batch = Batch::new();
        // One that a power cut left of an earlier try, under another login.
        if let Some((before, _)) = self.account_of(person)?.filter(|(before, _)| *before != login) {
            batch.delete(Tree::Accounts, before.as_bytes());
        }
        batch.put_encoded(Tree::Accounts, login.as_bytes(), &account);
        self.ledger().keep(batch).await?;
        // The record comes second: it can be written once, and a power cut before it leaves all to be done again.
        self.announce(next).await?;
        let mut batch = Batch::new();
        batch.delete(Tree::Incoming, index::incoming_key(person, newest.record.office));
        self.ledger().keep(batch).await?;
        drop(turn);
        // What they had at the old office they have read or left unread there.
        for chat in desk.pairs_of(person)? {
            if let Some((position, _)) = desk.last_row(&chat)? {
                desk.set_mark(person, &chat, &position)?;
            }
        }
        self.people_views()?.into_iter().find(|view| view.id == person).ok_or(Refused::NoSuchPerson)
    }

    /// Who has been let go to this office and is not taken in yet.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn arrivals_of_people(&self) -> Result<Vec<Arrival>, Refused> {
        let desk = self.desk();
        let coming: Vec<PersonRecord> =
            desk.people.read(|people| people.records().filter(|record| record.next_home == Some(desk.me)).cloned().collect());
        let arrival = |record: PersonRecord| {
            let came = desk.came(record.person, record.office)?;
            let PersonRecord { person: id, name, position, office: from, .. } = record;
            Ok(Arrival { id, name, position, from, from_name: desk.office_name(from), login: came.map(|came| came.login) })
        };
        coming.into_iter().map(arrival).collect()
    }

    pub(super) async fn hand_over(&self, to: OfficeId, handover: &Handover) -> Result<(), Refused> {
        let draft =
            Draft { topic: Topic::Inbox(to), precedence: Precedence::Routine, kind: Kind::HANDOVER, plain: handover.encode(), tag: None };
        self.ledger().write(draft).await?;
        Ok(())
    }

    /// Hands over what waits; says whether there is more.
    async fn hand_out(&self) -> Result<bool, Refused> {
        let desk = self.desk();
        let rows = desk.store.scan(Tree::Outgoing, &[]).rows(AT_ONCE)?;
        let full = rows.len() == AT_ONCE;
        for (key, bytes) in rows {
            if let Some((to, letter)) = desk.letter(&key, &bytes) {
                self.hand_over(to, &Handover::Letter(letter)).await?;
            }
            let mut done = Batch::new();
            done.delete(Tree::Outgoing, key);
            desk.store.apply(done)?;
        }
        Ok(full)
    }
}

/// Hands over what waits, until `stop`.
pub(crate) async fn hand_out_all(office: Handle, stop: CancellationToken) {
    loop {
        match office.hand_out().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(event = "handover_waits", %error, "what a person leaves behind is handed over later"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = office.desk().outgoing.notified() => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

/// Whether an office has a log's entries by itself.
pub(super) fn is_there(log: &okrug_protocol::ids::LogId, office: OfficeId) -> bool {
    log.office == office || log.topic == Topic::Inbox(office)
}

impl Desk {
    /// Where a person is at home, or on the way to.
    pub(crate) fn home(&self, person: PersonId) -> Option<OfficeId> {
        self.record(person).map(|record| record.next_home.unwrap_or(record.office))
    }

    /// Puts a direct message into the queue for those of its two people who have moved away from here; says whether it did.
    pub(crate) fn forward(&self, place: Place, chat: &ChatKey, batch: &mut Batch) -> bool {
        let ChatKey::Pair(a, b) = *chat else { return false };
        let mut waits = false;
        for person in [a, b] {
            let has_moved = self.people.read(|people| people.was_home(person, self.me));
            let away = self.home(person).filter(|home| has_moved && *home != self.me && !is_there(&place.log, *home));
            if away.is_some() {
                batch.put_encoded(Tree::Outgoing, index::outgoing_key(person, &place), &place);
                waits = true;
            }
        }
        waits
    }

    /// What waits in a row of the queue, and for which office; nothing when it is there already or not here any more.
    fn letter(&self, key: &[u8], bytes: &[u8]) -> Option<(OfficeId, Letter)> {
        let person = PersonId(u32::from_be_bytes(*key.first_chunk()?));
        let place: Place = codec::decode(bytes, MAX_ROW).ok()?;
        let to = self.home(person).filter(|home| *home != self.me && !is_there(&place.log, *home))?;
        let (header, message) = self.message(&place)?;
        matches!(message.content, Content::Direct(_))
            .then(|| (to, Letter { log: place.log, seq: place.seq, time: header.time, message: message.encode() }))
    }

    /// The account that an office has handed over.
    fn came(&self, person: PersonId, from: OfficeId) -> Result<Option<handover::Account>, Refused> {
        let bytes = self.store.get(Tree::Incoming, &index::incoming_key(person, from))?;
        Ok(bytes.and_then(|bytes| codec::decode(&bytes, MAX_ROW).ok()))
    }
}
