//! What stops a message of this office at another one: what its movement and the line beneath it say alike.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::clock::Millis;
use okrug_protocol::directory::{Directory, Known};
use okrug_protocol::entry::Header;
use okrug_protocol::ids::{LogId, OfficeId, PersonId, Seq, Topic, Version};
use okrug_protocol::message::{Content, Message};

use super::desk::Desk;
use super::events::Happened;
use super::index;
use super::view::WaitCode;
use crate::store::{Batch, Store, StoreError, Tree};

/// The editions that offices have named are looked up again after so long.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Messages at the end of a log that are told of anew when something stops them, or no longer does.
const AGAIN: u64 = 200;

impl Desk {
    /// What stops an entry of this office at another office that is there.
    pub(super) fn stop(&self, directory: &Directory, header: &Header, office: OfficeId) -> Option<WaitCode> {
        let (log, seq) = (&header.log, header.seq);
        if log.office != self.me || office == self.me {
            return None;
        }
        let part = self.holdings.read(|holdings| holdings.part(office, log));
        let slows = || self.slowed_until(office, log).is_some() && directory.wants(office, log.topic);
        match (directory.reads(office, log.topic), part.covers(seq)) {
            (true, true) => self.unable_to_open(directory, header).contains(&office).then_some(WaitCode::NoKey),
            (false, true) => None,
            (true, false) if slows() => Some(WaitCode::Quota),
            (true, false) => {
                let lacks = self.is_linked(office) && self.edition_of(office).is_some_and(|known| known < header.directory);
                lacks.then_some(WaitCode::Documents)
            }
            (false, false) if part.after >= seq => Some(WaitCode::GaveUp),
            (false, false) if self.is_in_the_way(office) => Some(WaitCode::Full),
            (false, false) => slows().then_some(WaitCode::Quota),
        }
    }

    /// Whether an office carries for others, has no room, and stands between this office and others.
    pub(super) fn is_in_the_way(&self, office: OfficeId) -> bool {
        let leads = || self.ways.read(|ways| ways.values().any(|(via, _)| *via == office));
        self.full.read(|full| full.contains(&office)) && (self.is_linked(office) || leads())
    }

    /// Offices that were to read an entry by what this office knew then, have not got it, and are no offices any more.
    pub(super) fn taken_away(&self, directory: &Directory, header: &Header) -> Vec<OfficeId> {
        let mut gone = self.removed.read(BTreeSet::clone);
        let has = |office: OfficeId| self.holdings.read(|holdings| holdings.part(office, &header.log).covers(header.seq));
        gone.retain(|office| *office != self.me && !has(*office));
        if header.log.office != self.me || gone.is_empty() {
            return Vec::new();
        }
        let known = Known { chart: header.directory, revocations: header.revocations, ..directory.known() };
        let mut readers = directory.readers_allowed(header.log.topic, &known);
        readers.retain(|office| gone.contains(office));
        readers
    }

    /// Whether the person to whom a message is has left, and it is not known to have come before.
    ///
    /// Both times are of the clock of the person's office. Where the time of its arrival is not remembered any more, it is
    /// long ago.
    pub(super) fn has_left(&self, header: &Header, message: &Message) -> bool {
        let (Content::Direct(direct), Topic::Inbox(home)) = (&message.content, header.log.topic) else { return false };
        if header.log.office != self.me || home == self.me {
            return false;
        }
        let (log, seq) = (&header.log, header.seq);
        let revoked = self.directory().person_revoked_since(direct.to).is_some();
        let ended = self.record(direct.to).is_some_and(|record| !record.active && record.next_home.is_none());
        if !revoked && !ended {
            return false;
        }
        if !self.holdings.read(|holdings| holdings.part(home, log).covers(seq)) {
            return true;
        }
        let came = self.step_of(home, log, seq).and_then(|step| step.said.or(Some(step.heard)));
        let left = self.store.get_decoded::<Millis>(Tree::Stops, &index::left_key(direct.to)).ok().flatten();
        matches!((came, left), (Some(came), Some(left)) if came > left)
    }

    /// Takes note of whether a carrier has room.
    pub(super) fn learn_room(&self, office: OfficeId, checkpoint: &Checkpoint, batch: &mut Batch, told: &mut Vec<Happened>) {
        if self.full.read(|full| full.contains(&office)) == checkpoint.full || office == self.me {
            return;
        }
        if checkpoint.full {
            self.full.change(|full| full.insert(office));
            batch.put(Tree::Stops, index::full_key(office), Vec::new());
        } else {
            self.full.change(|full| full.remove(&office));
            batch.delete(Tree::Stops, index::full_key(office));
        }
        self.look_again(|_| true, told);
    }

    /// Takes note of when a person left, by the clock of their office.
    pub(super) fn learn_leaving(&self, person: PersonId, header: &Header, batch: &mut Batch, told: &mut Vec<Happened>) {
        batch.put_encoded(Tree::Stops, index::left_key(person), &header.time.millis());
        self.look_again(|log| log.topic == Topic::Inbox(header.log.office), told);
    }

    /// Whoever looks at messages is told of them anew where offices were removed.
    pub(super) fn look_at_removed(&self) {
        let now = self.directory().former();
        let news = self.removed.change(|known| {
            let news = *known != now;
            *known = now;
            news
        });
        let mut told = Vec::new();
        if news {
            self.look_again(|_| true, &mut told);
        }
        told.into_iter().for_each(|happened| self.events.tell(happened));
    }

    /// Tells of the last messages of logs of this office as if they had come further.
    pub(super) fn look_again(&self, which: impl Fn(&LogId) -> bool, told: &mut Vec<Happened>) {
        let logs = self.own_logs().into_iter().filter(|(log, _)| which(log));
        told.extend(logs.map(|(log, to)| Happened::Held { log, from: Seq(to.0.saturating_sub(AGAIN)), to }));
    }

    fn own_logs(&self) -> Vec<(LogId, Seq)> {
        let states = self.store.logs().unwrap_or_else(|error| {
            tracing::warn!(event = "logs_not_read", %error, "what stops messages is shown when they are looked at again");
            Vec::new()
        });
        states.into_iter().filter(|(log, _)| log.office == self.me).map(|(log, state)| (log, state.seq)).collect()
    }

    pub(super) fn is_linked(&self, office: OfficeId) -> bool {
        self.links.read(|links| links.get(&office).is_some_and(|link| link.up))
    }

    /// The newest directory that an office has named in what is here of it.
    pub(super) fn edition_of(&self, office: OfficeId) -> Option<Version> {
        let fresh = |looked: &Option<(Instant, _)>| looked.as_ref().is_some_and(|(at, _)| at.elapsed() < LOOK_AGAIN);
        if !self.editions.read(fresh) {
            let mut editions: HashMap<OfficeId, Version> = HashMap::new();
            for (log, state) in self.store.logs().ok()? {
                let known = editions.entry(log.office).or_insert(state.directory);
                *known = state.directory.max(*known);
            }
            self.editions.change(|known| *known = Some((Instant::now(), editions)));
        }
        self.editions.read(|looked| looked.as_ref().and_then(|(_, editions)| editions.get(&office).copied()))
    }
}

/// Reads from the store which carriers have no room.
pub(super) fn read_full(store: &Store) -> Result<HashSet<OfficeId>, StoreError> {
    let mut full = HashSet::new();
    store.scan(Tree::Stops, &[0]).each(|key, _| {
        let office = key.get(1..).and_then(|office| office.try_into().ok());
        full.extend(office.map(|office| OfficeId(u32::from_be_bytes(office))));
        ControlFlow::Continue(())
    })?;
    Ok(full)
}
