//! Composing: a text becomes a signed message, and an entry.

use std::collections::HashMap;
use std::sync::Arc;

use okrug_protocol::behalf::{Behalf, OnBehalf, Right, Said};
use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::digest;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{Incarnation, PersonId, RoleId, Topic};
use okrug_protocol::message::{Between, Content, Direct, Letter, Lines, Message, Reference, Setting, Unsigned};
use okrug_protocol::person::PersonRecord;
use okrug_protocol::timeline::Position;
use tokio::sync::watch;

use super::Refused;
use super::chat::ChatKey;
use super::desk::Desk;
use super::index::{Arrival, Made, Place};
use super::sessions::Unlocked;
use super::view::{BehalfId, MessageId, Post};
use crate::backup::COUNTS_APART;
use crate::ledger::{self, Draft};
use crate::shared::Shared;
use crate::store::Tree;

/// Longer than any row that is read here.
const MAX_ROW: usize = 4 << 10;

/// Writes messages for the people of this office.
#[derive(Debug, Clone)]
pub(crate) struct Composer {
    desk: Arc<Desk>,
    ledger: ledger::Handle,
    counters: Shared<HashMap<(PersonId, Incarnation), u64>>,
    under_way: UnderWay,
}

impl Composer {
    pub(crate) fn new(desk: Arc<Desk>, ledger: ledger::Handle) -> Self {
        Self { desk, ledger, counters: Shared::default(), under_way: Shared::default() }
    }

    /// Says something; durable when this returns. `true` when the same request had done it before, or does it right now.
    pub(crate) async fn post(&self, keys: &Unlocked, chat: ChatKey, wish: Post, made: Made) -> Result<(Place, bool), Refused> {
        if wish.text.trim().is_empty() {
            return Err(Refused::EmptyText);
        }
        let tag = client_key(keys.person, wish.client_id.as_str());
        let turn = loop {
            if let Some(place) = self.written(&tag)? {
                return Ok((place, true));
            }
            match Turn::take(&self.under_way, &tag) {
                Ok(turn) => break turn,
                // Nothing is ever sent: the end of the other request is waited for, whatever came of it.
                Err(mut other) => drop(other.changed().await),
            }
        };
        // A request that finished between the look and the turn has left its mark by now.
        if let Some(place) = self.written(&tag)? {
            return Ok((place, true));
        }
        let precedence = wish.precedence;
        let (topic, message) = self.message(keys, chat, wish)?;
        let tag = [&tag[..], &codec::encode(&made)].concat();
        let draft = Draft { topic, precedence, kind: Kind::MESSAGE, plain: message.encode(), tag: Some(tag) };
        let ledger = self.ledger.clone();
        // In a task of its own: a client that goes away in the middle and asks again must find the turn taken.
        let writing = tokio::spawn(async move {
            let written = ledger.write(draft).await;
            drop(turn);
            written
        });
        let written = writing.await.map_err(|_| Refused::Stopping)??;
        Ok((Place { log: written.log, seq: written.seq }, false))
    }

    fn written(&self, tag: &[u8]) -> Result<Option<Place>, Refused> {
        Ok(self.desk.store.get_decoded(Tree::ClientIds, tag)?)
    }

    fn message(&self, keys: &Unlocked, chat: ChatKey, wish: Post) -> Result<(Topic, Message), Refused> {
        let directory = self.desk.directory();
        let me = self.desk.record(keys.person).ok_or(Refused::MayNotPost)?;
        if !self.desk.sees(&me, &chat) {
            return Err(Refused::NoSuchChat);
        }
        if directory.is_suspended(self.desk.me) {
            return Err(Refused::Suspended);
        }
        if !self.desk.may_post(&me, &chat) {
            return Err(Refused::MayNotPost);
        }
        let time = crate::clock::now();
        let reply_to = wish.reply_to.map(|id| self.reference(&chat, &id)).transpose()?;
        let on_behalf = wish.on_behalf_of.map(|BehalfId(of)| self.behalf(&me, of, time)).transpose()?;
        let (topic, content) = match chat {
            ChatKey::Topic(topic) => (topic, Content::Text(wish.text)),
            ChatKey::Role(role, with) => self.letter(&me, role, with, on_behalf, &wish.text)?,
            ChatKey::Pair(..) => self.direct(&me, chat.other(me.person).ok_or(Refused::NoSuchChat)?, &wish.text)?,
        };
        let setting = Setting { district: directory.district(), office: self.desk.me, topic };
        let unsigned = Unsigned {
            person: me.person,
            key_version: me.version,
            counter: self.next_counter(me.person),
            time,
            reply_to,
            content,
            on_behalf,
        };
        Ok((topic, unsigned.sign(&setting, &keys.sign)?))
    }

    fn direct(&self, me: &PersonRecord, to: PersonId, text: &str) -> Result<(Topic, Content), Refused> {
        let revoked = self.desk.directory().person_revoked_since(to).is_some();
        let reached = |record: &PersonRecord| (record.active || record.next_home.is_some()) && !revoked;
        let addressee = self.desk.record(to).filter(reached).ok_or(Refused::NoSuchPerson)?;
        // Whoever is on the way finds it where they arrive.
        let topic = Topic::Inbox(addressee.next_home.unwrap_or(addressee.office));
        let setting = Setting { district: self.desk.directory().district(), office: self.desk.me, topic };
        let between = Between { setting, from: me.person, to };
        let direct = Direct::seal(&between, text, &addressee.seal, &me.seal, &mut crate::clock::rng())?;
        Ok((topic, Content::Direct(direct)))
    }

    /// A letter to a role; or the role's own, when it is said on its behalf.
    fn letter(
        &self,
        me: &PersonRecord,
        role: RoleId,
        with: PersonId,
        on_behalf: Option<OnBehalf>,
        text: &str,
    ) -> Result<(Topic, Content), Refused> {
        let record = self.desk.open_role(role).ok_or(Refused::NoSuchRole)?;
        let of_role = on_behalf.is_some_and(|on| on.of == Behalf::Role(role));
        let (person, home) = if of_role {
            let addressee = self.desk.record(with).filter(|record| record.active).ok_or(Refused::NoSuchPerson)?;
            (addressee.seal, addressee.office)
        } else if with == me.person {
            (me.seal, role.home())
        } else {
            return Err(Refused::MayNotSpeakFor);
        };
        let topic = Topic::Inbox(home);
        let setting = Setting { district: self.desk.directory().district(), office: self.desk.me, topic };
        let lines = Lines { setting, from: me.person, role, edition: record.version, with };
        let letter = Letter::seal(&lines, text, &record.seal, &person, &mut crate::clock::rng())?;
        Ok((topic, Content::Letter(letter)))
    }

    /// By which announcement somebody may speak for another now.
    fn behalf(&self, me: &PersonRecord, of: Behalf, now: Millis) -> Result<OnBehalf, Refused> {
        let version = match of {
            Behalf::Role(role) => self.desk.duties.read(|duties| duties.role(role).map(|record| record.version)),
            Behalf::Person(person) => self.desk.deputy_of(person).map(|record| record.version),
        };
        let on = OnBehalf { of, version: version.ok_or(Refused::MayNotSpeakFor)? };
        let right = self.desk.right_of(on, me.person, self.desk.me, Said { said: now, written: now });
        if right == Right::Holds { Ok(on) } else { Err(Refused::MayNotSpeakFor) }
    }

    /// The message that is answered; it must be of the same conversation.
    fn reference(&self, chat: &ChatKey, id: &MessageId) -> Result<Reference, Refused> {
        let place = Place { log: id.log, seq: id.seq };
        let (header, _) = self.desk.message(&place).ok_or(Refused::NoSuchMessage)?;
        let position = Position { time: header.time, log: id.log, seq: id.seq };
        self.desk.row(chat, &position)?.ok_or(Refused::NoSuchMessage)?;
        Ok(Reference { log: id.log, seq: id.seq })
    }

    /// The person's next count: one more than the last that was ever filed, in this process or before it.
    fn next_counter(&self, person: PersonId) -> u64 {
        self.counters.change(|counters| {
            let key = (person, self.ledger.incarnation());
            let last = counters.entry(key).or_insert_with(|| self.last_counter(person));
            *last = last.saturating_add(1);
            *last
        })
    }

    /// What this person's next count must be above.
    ///
    /// A new incarnation does not know what was said before it under which counts: an older backup, or nothing, is all that
    /// is here. A count that was used in what comes back later would make one of the two messages a repetition, which
    /// nobody sees. So every incarnation counts in a stretch of its own, far above what it finds.
    fn last_counter(&self, person: PersonId) -> u64 {
        let last = self.desk.store.scan(Tree::Said, &person.0.to_be_bytes()).backward().rows(1).unwrap_or_default();
        let counted = |(key, at): &(Vec<u8>, Vec<u8>)| {
            let at: Arrival = codec::decode(at, MAX_ROW).ok()?;
            Some((u64::from_be_bytes(key.get(4..)?.try_into().ok()?), at.place.log))
        };
        let (last, log) = last.first().and_then(counted).unzip();
        let last = last.unwrap_or(0).max(self.desk.people.read(|people| people.counted_elsewhere(person, self.desk.me)));
        let present = self.ledger.incarnation();
        let goes_on = log.is_some_and(|log| log.office == self.desk.me && log.incarnation == present);
        let is_first = !self.ledger.heads().iter().any(|head| head.log.office == self.desk.me && head.log.incarnation != present)
            && self.desk.store.get(Tree::Meta, COUNTS_APART).is_ok_and(|apart| apart.is_none());
        if goes_on || (is_first && log.is_none_or(|log| log.office != self.desk.me)) {
            last
        } else {
            last.saturating_add(u64::from(present.0) << 8)
        }
    }
}

/// Bytes of a client's key.
const CLIENT_KEY: usize = 20;

/// What the writer of a message wanted remembered with it: the client's key, and with what it was written.
pub(crate) fn split_tag(tag: &[u8]) -> (Option<&[u8]>, Made) {
    let Some((client_id, made)) = tag.split_at_checked(CLIENT_KEY) else { return (None, Made::Unsaid) };
    (Some(client_id), codec::decode(made, 1).unwrap_or(Made::Unsaid))
}

/// The key under which a request is remembered: the person and a hash of what their client called it.
fn client_key(person: PersonId, client_id: &str) -> Vec<u8> {
    let hash = digest::hash(okrug_protocol::labels::CLIENT_ID, &[client_id.as_bytes()]);
    [&person.0.to_be_bytes()[..], &hash.0[..CLIENT_KEY - 4]].concat()
}

/// The requests that are being done, each with what ends when it ends.
type UnderWay = Shared<HashMap<Vec<u8>, watch::Receiver<()>>>;

/// While it lives, no second request with the same id runs.
struct Turn {
    all: UnderWay,
    tag: Vec<u8>,
    _end: watch::Sender<()>,
}

impl Turn {
    /// Takes the turn, or gives the end of the request that has it.
    fn take(all: &UnderWay, tag: &[u8]) -> Result<Self, watch::Receiver<()>> {
        let (end, ended) = watch::channel(());
        all.change(|running| match running.get(tag) {
            Some(other) => Err(other.clone()),
            None => {
                running.insert(tag.to_owned(), ended);
                Ok(())
            }
        })?;
        Ok(Self { all: all.clone(), tag: tag.to_owned(), _end: end })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.all.change(|all| all.remove(&self.tag));
    }
}
