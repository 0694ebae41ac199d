//! When and by what each office was heard to hold what this one wrote: the steps of its logs, in bounded room.
//!
//! A step says that an office holds a log up to some place where it was known to hold less, when that was heard here, and
//! where the office put a time to it, that too. Each pair of log and office has a ring of [`SLOTS`] steps, whose place
//! follows from the sequence number; so nothing is counted, nothing is swept, and of an older message it is known that
//! the office has it, without a time.

use std::collections::HashMap;
use std::ops::ControlFlow;

use okrug_protocol::bundle::Run;
use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::ids::{LogId, OfficeId, Seq};

use super::desk::Desk;
use super::index::{self, By};
use crate::store::{Batch, Store, StoreError, Tree};

/// Steps of one log that are remembered of one office.
const SLOTS: u64 = 128;
/// Beside them: the last file that was made for it.
const STICK: u8 = u8::MAX;
/// By which neighbour an office is heard of is written down again after so long, in milliseconds.
const WAY_EVERY_MS: u64 = 10 * 60 * 1_000;
/// Longer than any row.
const MAX_ROW: usize = 64;

/// How this office heard what another one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Over its link.
    Link,
    /// By its checkpoint, written then by its own clock.
    Checkpoint(Millis),
    /// By the receipts in a file.
    Bundle,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub(crate) struct Step {
    /// Up to here it was known to hold the log.
    after: Seq,
    /// Up to here it holds it now.
    to: Seq,
    /// When that was heard here.
    pub(crate) heard: Millis,
    /// When it said so, by its own clock.
    pub(crate) said: Option<Millis>,
    /// By what it came there, as far as that can be known here.
    pub(crate) by: By,
}

/// What was put on a stick for an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
struct Stick {
    from: Seq,
    to: Seq,
    at: Millis,
}

fn slot_key(log: &LogId, office: OfficeId, slot: u8) -> Vec<u8> {
    [&index::holding_key(log, office)[..], &[slot]].concat()
}

impl Desk {
    /// An office holds one of our logs up to a place, and was known to hold it up to another.
    pub(crate) fn step(&self, office: OfficeId, log: &LogId, (after, to): (Seq, Seq), heard: Heard, batch: &mut Batch) {
        let served = self.served.read(|served| served.get(&(office, *log)).is_some_and(|served| *served >= to));
        let linked = self.links.read(|links| links.get(&office).is_some_and(|link| link.up));
        let by = match heard {
            _ if served => By::Exchange,
            _ if !linked && self.stick(office, log, to).is_some() => By::Bundle,
            Heard::Link => By::Gossip,
            Heard::Checkpoint(_) | Heard::Bundle => By::Others,
        };
        let said = if let Heard::Checkpoint(said) = heard { Some(said) } else { None };
        let slot = u8::try_from(to.0 % SLOTS).unwrap_or(0);
        batch.put_encoded(Tree::Steps, slot_key(log, office, slot), &Step { after, to, heard: crate::clock::now(), said, by });
    }

    /// The step by which an office came to hold an entry; `None` when that is not remembered any more.
    pub(crate) fn step_of(&self, office: OfficeId, log: &LogId, seq: Seq) -> Option<Step> {
        let mut found = None;
        let read = self.store.scan(Tree::Steps, &index::holding_key(log, office)).each(|key, bytes| {
            let step = Some(bytes).filter(|_| key.last() != Some(&STICK)).and_then(|bytes| codec::decode::<Step>(&bytes, MAX_ROW).ok());
            found = step.filter(|step| step.after < seq && seq <= step.to);
            if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        read.ok().and(found)
    }

    /// When an entry was last put into a file for an office.
    pub(crate) fn stick(&self, office: OfficeId, log: &LogId, seq: Seq) -> Option<Millis> {
        let stick: Option<Stick> = self.store.get_decoded(Tree::Steps, &slot_key(log, office, STICK)).ok()?;
        stick.filter(|stick| (stick.from..=stick.to).contains(&seq)).map(|stick| stick.at)
    }

    /// A file was made for some offices: what of ours lies in it.
    pub(crate) fn put_on_stick(&self, offices: &[OfficeId], runs: &[Run]) {
        let (mut batch, at) = (Batch::new(), crate::clock::now());
        for run in runs.iter().filter(|run| run.log.office == self.me) {
            for office in offices {
                batch.put_encoded(Tree::Steps, slot_key(&run.log, *office, STICK), &Stick { from: run.from, to: run.to, at });
            }
        }
        if let Err(error) = self.store.apply(batch) {
            tracing::warn!(event = "stick_not_noted", %error, "the movement of messages does not show this file");
        }
    }

    /// A neighbour asked for one of our logs and is given it.
    pub(crate) fn serves(&self, office: OfficeId, log: LogId, to: Seq) {
        if log.office == self.me {
            self.served.change(|served| {
                let known = served.entry((office, log)).or_insert(Seq::ZERO);
                *known = to.max(*known);
            });
        }
    }

    /// The link to a neighbour went down.
    pub(crate) fn serves_no_more(&self, office: OfficeId) {
        self.served.change(|served| served.retain(|(other, _), _| *other != office));
    }

    /// A neighbour brought something that another office wrote.
    pub(crate) fn heard_through(&self, writer: OfficeId, neighbour: OfficeId, now: Millis, batch: &mut Batch) {
        if writer == self.me || writer == neighbour {
            return;
        }
        let news = self.ways.change(|ways| match ways.get(&writer) {
            Some((known, at)) if *known == neighbour && now.since(*at) < WAY_EVERY_MS => false,
            _ => {
                ways.insert(writer, (neighbour, now));
                true
            }
        });
        if news {
            batch.put_encoded(Tree::Ways, writer.0.to_be_bytes(), &(neighbour, now));
        }
    }
}

/// Reads by which neighbours other offices were heard of.
pub(crate) fn read_ways(store: &Store) -> Result<HashMap<OfficeId, (OfficeId, Millis)>, StoreError> {
    let mut ways = HashMap::new();
    store.scan(Tree::Ways, &[]).each(|key, bytes| {
        if let (Ok(office), Ok(way)) = (key.try_into(), codec::decode(&bytes, MAX_ROW)) {
            ways.insert(OfficeId(u32::from_be_bytes(office)), way);
        }
        ControlFlow::Continue(())
    })?;
    Ok(ways)
}
