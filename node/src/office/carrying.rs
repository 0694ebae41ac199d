//! What the ledger must know of readers before it gives up something that it carries for them; and what is carried, to be shown.

use std::collections::BTreeMap;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{LogId, OfficeId, Seq, Topic};

use super::desk::Desk;
use super::handle::Handle;
use super::view::{CarriedOffice, CarriedStatus, CarriedTopic};
use crate::ledger::Carried;

/// A linked reader that has not got on with a log for so long is not waited for, in milliseconds.
const PATIENCE_MS: u64 = 10 * 60 * 1_000;
/// A link must have stood for so long before what was not told over it counts as missing, in milliseconds.
const SETTLED_MS: u64 = 2_000;
/// Writers, and topics, that are shown.
const SHOWN: usize = 20;

impl Desk {
    /// An office has got on with a log.
    pub(crate) fn fetches(&self, office: OfficeId, log: &LogId) {
        if log.office != self.me && !self.directory().reads(self.me, log.topic) {
            self.fetched.change(|fetched| fetched.insert((office, *log), crate::clock::now()));
        }
    }

    /// The readers of a log, its writer apart, and how far each has it.
    fn readers_of(&self, log: &LogId) -> Vec<(OfficeId, Seq)> {
        let readers = self.directory().readers(log.topic);
        self.holdings.read(|holdings| {
            let others = readers.into_iter().filter(|reader| *reader != log.office);
            others.map(|reader| (reader, holdings.held(reader, log))).collect()
        })
    }

    fn linked_since(&self, office: OfficeId) -> Option<Millis> {
        let up = self.links.read(|links| links.get(&office).is_some_and(|link| link.up));
        up.then(|| self.up_since.read(|since| since.get(&office).copied()).unwrap_or(self.started))
    }

    /// Up to where all other readers of a log have it.
    pub(crate) fn delivered_up_to(&self, log: &LogId) -> Seq {
        self.readers_of(log).into_iter().filter(|(reader, _)| *reader != self.me).map(|(_, held)| held).min().unwrap_or(Seq(u64::MAX))
    }

    /// Up to where all readers have a log that are linked and getting on with it.
    pub(crate) fn awaited(&self, log: &LogId) -> Option<Seq> {
        let now = crate::clock::now();
        let fetching = |(reader, _): &(OfficeId, Seq)| {
            let moved = self.fetched.read(|fetched| fetched.get(&(*reader, *log)).copied());
            self.linked_since(*reader).is_some_and(|since| now.since(moved.map_or(since, |moved| moved.max(since))) < PATIENCE_MS)
        };
        self.readers_of(log).into_iter().filter(fetching).map(|(_, held)| held).min()
    }

    /// Whether a linked reader lacks something of a log up to `after` that another neighbour has from its beginning.
    pub(crate) fn misses(&self, log: &LogId, after: Seq) -> bool {
        let now = crate::clock::now();
        let linked = |office: OfficeId| self.linked_since(office).is_some_and(|since| now.since(since) >= SETTLED_MS);
        let lacking = self.readers_of(log).into_iter().filter(|(reader, held)| *held < after && linked(*reader));
        let neighbours: Vec<OfficeId> =
            self.links.read(|links| links.iter().filter(|(_, link)| link.up).map(|(office, _)| *office).collect());
        let gives = |from: OfficeId, to: OfficeId, held: Seq| {
            let part = self.holdings.read(|holdings| holdings.part(from, log));
            // Who wrote it has it, whether it was told or not.
            from != to && (from == log.office || (part.after == Seq::ZERO && part.to > held))
        };
        lacking.into_iter().any(|(reader, held)| neighbours.iter().any(|from| gives(*from, reader, held)))
    }
}

impl Handle {
    /// What is carried for others; nothing at an office that is no carrier and carries nothing.
    pub(crate) fn carried(&self) -> Option<CarriedStatus> {
        let (desk, carried) = (self.desk(), self.ledger().carried());
        let directory = desk.directory();
        let carries = directory.member(desk.me).is_some_and(|office| office.carrier);
        if !carries && carried.bytes == 0 {
            return None;
        }
        let Carried { logs, bytes, quota, full } = carried;
        let (mut writers, mut topics): (BTreeMap<OfficeId, u64>, BTreeMap<Topic, u64>) = (BTreeMap::new(), BTreeMap::new());
        for (log, row) in &logs {
            *writers.entry(log.office).or_default() += row.bytes;
            *topics.entry(log.topic).or_default() += row.bytes;
        }
        let office = |(office, bytes)| CarriedOffice { office, name: desk.office_name(office), bytes };
        let topic = |(topic, bytes)| CarriedTopic { title: directory.title(topic), bytes };
        Some(CarriedStatus {
            quota,
            bytes,
            full,
            given_up: logs.values().map(|row| row.given_up).sum(),
            oldest: logs.values().filter(|row| row.bytes > 0).map(|row| row.oldest).min(),
            writers: most(writers).into_iter().map(office).collect(),
            topics: most(topics).into_iter().map(topic).collect(),
        })
    }
}

/// Those that take most, the greatest first.
fn most<T: Ord + Copy>(all: BTreeMap<T, u64>) -> Vec<(T, u64)> {
    let mut all: Vec<_> = all.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
    all.sort_by_key(|(what, bytes)| (std::cmp::Reverse(*bytes), *what));
    all.truncate(SHOWN);
    all
}
