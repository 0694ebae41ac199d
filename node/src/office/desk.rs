//! What the office's parts share.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use okrug_protocol::bounds::MAX_PLAINTEXT;
use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{self, Decode};
use okrug_protocol::delivery::{Delivery, Holdings};
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::{Header, Kind, SUITE};
use okrug_protocol::epoch::{self, Place as EpochPlace};
use okrug_protocol::exchange::Slow;
use okrug_protocol::handover::Letter;
use okrug_protocol::ids::{Epoch, Incarnation, LogId, OfficeId, PersonId, Seq, Topic, Version};
use okrug_protocol::message::{Message, Setting};
use okrug_protocol::person::PersonRecord;

use super::delays::Delays;
use super::duties::Duties;
use super::events::Events;
use super::index::Place;
use super::people::People;
use super::sessions::Sessions;
use crate::documents::Documents;
use crate::shared::Shared;
use crate::store::key::entry_key;
use crate::store::{Batch, Store, Tree};

/// What is known of the entry that carried a letter.
pub(crate) fn header_of(letter: &Letter) -> Header {
    Header {
        suite: SUITE,
        kind: Kind::MESSAGE,
        log: letter.log,
        seq: letter.seq,
        epoch: Epoch(0),
        time: letter.time,
        directory: Version(0),
        revocations: Version(0),
        body_len: 0,
        delegated: Version(0),
    }
}

/// How the link to one office stands.
#[derive(Debug, Clone, Default)]
pub struct Link {
    /// Whether it is up.
    pub up: bool,
    /// The last measured round trip.
    pub rtt_ms: Option<u32>,
    /// When something last came over it.
    pub last_contact: Option<Millis>,
    /// The address in use, or the last one that worked.
    pub address: Option<String>,
    /// What kind of link it is; `None` while it never stood.
    pub class: Option<super::view::LinkClass>,
    /// Bytes a second that it carries towards the office, where that was measured.
    pub rate: Option<u64>,
    /// Why all but flash waits.
    pub waits: Option<super::view::Waits>,
    /// What the office still has to bring.
    pub coming: Option<super::view::Coming>,
}

/// The office's shared state.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) me: OfficeId,
    pub(crate) documents: Arc<Documents>,
    pub(crate) store: Store,
    pub(crate) people: Shared<People>,
    pub(crate) duties: Shared<Duties>,
    pub(crate) holdings: Shared<Holdings>,
    pub(crate) sessions: Shared<Sessions>,
    pub(crate) links: Shared<HashMap<OfficeId, Link>>,
    pub(crate) events: Events,
    pub(crate) started: Millis,
    /// How long messages took.
    pub(crate) delays: Shared<Delays>,
    /// As which incarnation this office writes, once it does.
    pub(crate) present: Shared<Option<Incarnation>>,
    /// How far our logs were given to neighbours that asked, while their links stand.
    pub(crate) served: Shared<HashMap<(OfficeId, LogId), Seq>>,
    /// By which neighbour an office was last heard of, and when.
    pub(crate) ways: Shared<HashMap<OfficeId, (OfficeId, Millis)>>,
    /// Carriers that have said that they have no room.
    pub(crate) full: Shared<HashSet<OfficeId>>,
    /// Neighbours that say that logs of this office wait there, which, and until when.
    pub(crate) slowed_by: Shared<HashMap<OfficeId, (Slow, Millis)>>,
    /// Offices that cannot open what was sealed for them here.
    pub(crate) unable: Shared<super::unable::Unable>,
    /// The newest directory that each office has named, as of when that was looked up.
    pub(crate) editions: Shared<Option<(Instant, HashMap<OfficeId, Version>)>>,
    /// Offices that had been removed when that was looked at last.
    pub(crate) removed: Shared<BTreeSet<OfficeId>>,
    /// Logs whose office signed two entries for one place, and the lowest such place of each.
    pub(crate) forked: Shared<HashMap<LogId, Seq>>,
    /// When the link to an office came up.
    pub(crate) up_since: Shared<HashMap<OfficeId, Millis>>,
    /// When an office was last heard to have got on with a log that is carried here.
    pub(crate) fetched: Shared<HashMap<(OfficeId, LogId), Millis>>,
    /// Told when something waits to be handed over.
    pub(crate) outgoing: tokio::sync::Notify,
}

impl Desk {
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.documents.directory()
    }

    pub(crate) fn record(&self, person: PersonId) -> Option<PersonRecord> {
        self.people.read(|people| people.record(person).cloned())
    }

    /// Reads an entry and opens it; `None` when it is not here, not for us, or no message.
    pub(crate) fn message(&self, place: &Place) -> Option<(Header, Message)> {
        self.said(place).or_else(|| self.handed(place))
    }

    /// A message that another office handed over with a person; the entry itself is not here.
    pub(crate) fn handed(&self, place: &Place) -> Option<(Header, Message)> {
        let bytes = self.store.get(Tree::Letters, &entry_key(&place.log, place.seq)).ok()??;
        let letter: Letter = codec::decode(&bytes, MAX_PLAINTEXT).ok()?;
        Some((header_of(&letter), letter.read().ok()?))
    }

    fn said(&self, place: &Place) -> Option<(Header, Message)> {
        let entry = self.store.entry(&place.log, place.seq).ok()??.entry;
        if entry.header.kind != Kind::MESSAGE {
            return None;
        }
        let key = self.store.epoch_key(&place.log, entry.header.epoch).ok()??;
        let district = self.directory().district();
        let at = EpochPlace { district, log: place.log, epoch: entry.header.epoch };
        let plain = epoch::open_body(&key, &at, place.seq, &entry.body).ok()?;
        Some((entry.header, Message::decode(&plain).ok()?))
    }

    /// Whether the body of an entry was erased, as past keeping.
    pub(crate) fn is_erased(&self, log: &LogId, seq: Seq) -> bool {
        match self.store.entry(log, seq) {
            Ok(Some(stored)) => stored.entry.erased.is_some(),
            // What was handed over with a person lay beside its log, and is not there any more.
            Ok(None) => self.is_handed(log),
            Err(_) => false,
        }
    }

    pub(crate) fn setting(&self, log: &LogId) -> Setting {
        Setting { district: self.directory().district(), office: log.office, topic: log.topic }
    }

    /// A value as it will be when `batch` is applied; what is damaged counts as absent, and the store has said so.
    pub(crate) fn pending<T: Decode<()>>(&self, batch: &Batch, tree: Tree, key: &[u8]) -> Option<T> {
        codec::decode(&self.store.get_with(batch, tree, key).ok()??, MAX_PLAINTEXT).ok()
    }

    /// When the entry in a place was appended, by its writer's clock.
    pub(crate) fn written_at(&self, log: &LogId, seq: Seq) -> Option<Millis> {
        Some(self.store.entry(log, seq).ok()??.entry.header.time.millis())
    }

    /// How far a message has come among the readers of its topic.
    pub(crate) fn delivery(&self, log: &LogId, seq: Seq) -> Delivery {
        let directory = self.directory();
        let readers = match (directory.readers(log.topic), log.topic) {
            // Who was to get it is no office any more: it has not arrived for that.
            (none, Topic::Inbox(to)) if none.is_empty() => vec![to],
            (readers, _) => readers,
        };
        self.holdings.read(|holdings| holdings.delivery(log, seq, &readers, |office| directory.member(office).is_some()))
    }

    /// Whether all readers of a message hold it, be it that some cannot open it.
    pub(crate) fn has_all(&self, log: &LogId, seq: Seq) -> bool {
        let delivery = self.delivery(log, seq);
        delivery.delivered >= delivery.of
    }
}
