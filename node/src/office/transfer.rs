//! A move as a file: what the old office gives along where no path leads to the new one, and what that makes of it.
//!
//! ```text
//!   old office   move: let go as ever, and the same once more in a file, sealed to the new office
//!   new office   the file: newer documents, the records of people, the vault, the letters; then as if all of it had come
//! ```
//!
//! What comes over the mesh later is known then. The file can be made again until the new office has written its record,
//! and taken again until then; after that it is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use okrug_protocol::entry::Kind;
use okrug_protocol::handover::{Account, Handover, Letter};
use okrug_protocol::ids::{OfficeId, PersonId, Topic};
use okrug_protocol::message::Content;
use okrug_protocol::register::Learned;
use okrug_protocol::seal::OpenKey;
use okrug_protocol::timeline::Position;
use okrug_protocol::transfer::{Head, MAX_LETTERS, Transfer, TransferError};

use super::Refused;
use super::desk::Desk;
use super::events::Happened;
use super::handle::Handle;
use super::index::{self, Place};
use super::moving::is_there;
use super::view::Arrival;
use crate::clock;
use crate::store::key::entry_key;
use crate::store::{Batch, Tree};

/// Letters that are filed at once.
const AT_ONCE: usize = 64;

impl Handle {
    /// The file with which somebody who was let go comes to their new office.
    ///
    /// # Errors
    /// [`Refused::NotReleased`] when they were not, or the new office has them already.
    pub fn transfer(&self, person: PersonId) -> Result<Vec<u8>, Refused> {
        let desk = self.desk();
        let record = desk.record(person).ok_or(Refused::NoSuchPerson)?;
        let to = record.next_home.filter(|_| record.office == desk.me).ok_or(Refused::NotReleased)?;
        let (directory, account) = (desk.directory(), desk.handed_account(person, to)?.ok_or(Refused::NoSuchPerson)?);
        let seal = directory.office(to).ok_or(Refused::NoSuchOffice)?.seal;
        let (letters, people) = desk.letters_for(person, to)?;
        let records = desk.evidence_of(desk.supports(&people, &BTreeMap::new(), &[])?);
        // Records that came by a file are in no log here: whoever moves on at once waits for the logs.
        records.people(directory.district()).map_err(|_| Refused::NotArrived)?;
        let head = Head { district: directory.district(), from: desk.me, to, person, version: record.version };
        let transfer = Transfer { head, records, account, letters };
        transfer.seal(&seal, &self.office_keys().sign, &mut clock::rng()).map_err(Refused::Transfer)
    }

    /// Takes the file of somebody who was let go to this office. They are taken in like everybody then.
    ///
    /// # Errors
    /// [`Refused::Transfer`], [`Refused::TransferUsed`]; nothing was changed then.
    pub async fn take_transfer(&self, bytes: &[u8]) -> Result<Arrival, Refused> {
        let desk = Arc::clone(self.shared_desk());
        let open = |key: &OpenKey| Transfer::open(bytes, desk.directory().district(), desk.me, key);
        // Another key helps where this one does not open it, and nowhere else.
        let mut opened = self.office_keys().seal.iter().map(open).skip_while(|opened| matches!(opened, Err(TransferError::Elsewhere)));
        let opened = opened.next().unwrap_or(Err(TransferError::Elsewhere));
        let (Transfer { head, records, account, letters }, people) = opened.map_err(Refused::Transfer)?;
        let turn = self.turn().await;
        if desk.record(head.person).is_some_and(|newest| newest.version > head.version) {
            return Err(Refused::TransferUsed);
        }
        let ours = desk.directory();
        if people.directory.version() > ours.version() || people.directory.revocations_version() > ours.revocations_version() {
            self.district_file(&records.district.encode())?;
        }
        let directory = desk.directory();
        if directory.member(head.from).is_none() || directory.person_revoked_since(head.person).is_some() {
            return Err(Refused::MayNotEnrol);
        }
        let mut batch = Batch::new();
        for signed in people.records {
            if desk.people.change(|known| known.learn(signed.clone())) != Learned::Refused {
                batch.put_encoded(Tree::People, index::person_key(&signed), &signed);
            }
        }
        batch.put_encoded(Tree::Incoming, index::incoming_key(head.person, head.from), &account);
        self.ledger().keep(batch).await?;
        let is_new = |letter: &Letter| !desk.has_letter(letter);
        let new: Vec<Letter> = letters.into_iter().filter(is_new).collect();
        for some in new.chunks(AT_ONCE) {
            let filing = some.iter().map(|letter| async {
                let handover = Handover::Letter(letter.clone());
                self.hand_over(desk.me, &handover).await
            });
            futures::future::try_join_all(filing).await?;
        }
        drop(turn);
        desk.events.tell(Happened::Directory(directory.version()));
        self.arrivals_of_people()?.into_iter().find(|arrival| arrival.id == head.person).ok_or(Refused::NotReleased)
    }
}

impl Desk {
    /// The account that this office has handed over with a person, out of its own log.
    fn handed_account(&self, person: PersonId, to: OfficeId) -> Result<Option<Account>, Refused> {
        let mut found = None;
        for (log, _) in self.store.logs()?.into_iter().filter(|(log, _)| log.office == self.me && log.topic == Topic::Inbox(to)) {
            self.each_entry(&log, |stored| {
                if stored.entry.header.kind != Kind::HANDOVER {
                    return;
                }
                let plain = self.opening(&stored.entry).map(|(_, plain)| plain);
                if let Some(Ok(Handover::Account(account))) = plain.map(|plain| Handover::decode(&plain))
                    && account.person == person
                {
                    found = Some(account);
                }
            })?;
        }
        Ok(found)
    }

    /// The newest of a person's direct messages that a file has room for, oldest first, and everybody in them.
    fn letters_for(&self, person: PersonId, to: OfficeId) -> Result<(Vec<Letter>, BTreeSet<PersonId>), Refused> {
        let mut places: Vec<Position> = Vec::new();
        for chat in self.pairs_of(person)? {
            places.extend(self.rows_before(&chat, None, usize::MAX)?.into_iter().map(|(position, _)| position));
        }
        places.sort();
        let (mut letters, mut people, mut room) = (Vec::new(), BTreeSet::from([person]), MAX_LETTERS);
        for position in places.into_iter().rev().filter(|position| !is_there(&position.log, to)) {
            let Some((header, message)) = self.message(&Place { log: position.log, seq: position.seq }) else { continue };
            let Content::Direct(direct) = &message.content else { continue };
            people.extend([message.person, direct.to]);
            let letter = Letter { log: position.log, seq: position.seq, time: header.time, message: message.encode() };
            let Some(left) = room.checked_sub(letter.message.len() + 64) else { break };
            room = left;
            letters.push(letter);
        }
        letters.reverse();
        Ok((letters, people))
    }

    /// Whether a message is here, by whatever way.
    fn has_letter(&self, letter: &Letter) -> bool {
        let at = Place { log: letter.log, seq: letter.seq };
        let filed = self.store.get(Tree::Letters, &entry_key(&at.log, at.seq)).is_ok_and(|known| known.is_some());
        filed || self.message(&at).is_some()
    }
}
