//! One atomic step: entries, log states, epoch keys, what the office files, the mark in the journal.

use std::sync::Arc;

use okrug_protocol::bounds::MAX_GOSSIP_BYTES;
use okrug_protocol::directory::Directory;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{OfficeId, Topic};
use okrug_protocol::log::VerifiedEntry;
use okrug_protocol::sealing::SealingKey;

use super::handle::{Appended, Way, head_of};
use super::keyring::Learnt;
use super::past::Past;
use super::worker::Worker;
use super::{Fatal, Filed};
use crate::journal::Number;
use crate::store::{Batch, StoreError, Tree, key};

/// An entry that is about to be appended.
pub(super) struct Ready {
    pub(super) entry: VerifiedEntry,
    pub(super) bytes: Vec<u8>,
    plain: Option<Vec<u8>>,
    learnt: Option<Learnt>,
    tag: Option<Vec<u8>>,
    from: Option<OfficeId>,
    way: Way,
}

/// Where an entry comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// From this office, with its tag.
    Own(Option<Vec<u8>>),
    /// From another office, by some way.
    Neighbour(OfficeId, Way),
}

impl Worker {
    /// Opens what an entry says, as far as this office can. Entries must come in the order of their logs.
    pub(super) fn ready(&mut self, entry: VerifiedEntry, origin: Origin) -> Ready {
        let district = self.shared.directory().district();
        let learnt = self.keys.learn(district, &entry);
        let plain = self.keys.open(district, &entry);
        let (tag, from, way) = match origin {
            Origin::Own(tag) => (tag, None, Way::Exchange),
            Origin::Neighbour(peer, way) => (None, Some(peer), way),
        };
        Ready { bytes: entry.encode(), entry, plain, learnt, tag, from, way }
    }

    /// Appends entries, and whatever else is in `batch`, as one; `flush` makes it last before it is announced.
    ///
    /// With an error nothing was appended, and the store may have failed.
    pub(super) fn commit(&mut self, ready: Vec<Ready>, mut batch: Batch, mark: Option<Number>, flush: bool) -> Result<(), StoreError> {
        let (received, directory) = (self.time.now(), self.shared.directory());
        let mut kept = Vec::new();
        for Ready { entry, bytes, plain, learnt, tag, from, way } in &ready {
            batch.put_entry(entry, bytes);
            if from.is_some() {
                self.carry(entry.header(), bytes.len(), &mut batch);
                if entry.header().log.office != self.me {
                    self.pace.count(&entry.header().log, bytes.len(), &directory, &mut batch);
                }
            }
            let header = entry.header();
            if let Some(learnt) = learnt {
                self.epoch_begins(entry, learnt, &directory, &mut batch);
                if let Learnt::Key(key) = learnt {
                    kept.push((header.log, header.epoch, header.time.millis(), key.clone()));
                }
            } else if plain.is_none() && !entry.is_erased() {
                self.unopened.count(header, &mut batch);
            } else if plain.is_some() {
                self.take_note(entry, &directory, &mut batch);
            }
            let filed = Filed { entry, plain: plain.as_deref(), tag: tag.as_deref(), from: *from, way: *way, received };
            self.filing.file(&filed, &mut batch);
        }
        if let Some(mark) = mark {
            Past::put_mark(&mut batch, self.journal.id(), mark);
        }
        let kept = self.keys.keep(&kept);
        let apply = |batch| if self.past.behind { self.store.apply_late(batch) } else { self.store.apply(batch) };
        let stored = kept.and_then(|()| apply(batch)).and_then(|()| if flush { self.store.flush() } else { Ok(()) });
        if let Err(error) = stored {
            self.filing.undone();
            self.reread();
            return Err(error);
        }
        self.past.mark = mark.unwrap_or(self.past.mark);
        self.show(ready);
        self.show_unopened();
        Ok(())
    }

    /// Keeps the key of an epoch that begins, or takes note that it cannot be had.
    fn epoch_begins(&mut self, entry: &VerifiedEntry, learnt: &Learnt, directory: &Directory, batch: &mut Batch) {
        let header = entry.header();
        let (log, epoch) = (header.log, header.epoch);
        batch.put_encoded(Tree::Rekeys, key::epoch_key(&log, epoch), &header.seq);
        match learnt {
            Learnt::Key(key) => {
                batch.put_epoch_key(&log, epoch, key);
                self.unopened.opened(log, epoch, batch);
            }
            // Whoever only carries a topic is not told that it cannot read it.
            Learnt::Lost(why) if log.office == self.me || directory.reads(self.me, log.topic) => {
                self.unopened.begin(log, epoch, *why, batch);
            }
            Learnt::Lost(_) | Learnt::NotForUs => {}
        }
    }

    /// Takes note of what offices say to each other's ledgers.
    fn take_note(&mut self, entry: &VerifiedEntry, directory: &Directory, batch: &mut Batch) {
        let header = entry.header();
        match header.kind {
            Kind::SEALING_KEY if header.log.topic == Topic::District => match SealingKey::decode(entry.body()) {
                Ok(key) => self.announced.learn(header.log.office, header.log.incarnation, key, directory, batch),
                Err(error) => tracing::warn!(event = "sealing_key_refused", log = %header.log, seq = header.seq.0, %error),
            },
            Kind::FORK if header.log.topic == Topic::District => self.told_of_fork(header, entry.body(), directory, batch),
            Kind::RESEAL_REQUEST => self.requested(header, entry.body(), directory, batch),
            Kind::RESEAL => self.resealed(header, entry.body(), batch),
            _ => {}
        }
    }

    /// Lets everybody see what was appended.
    fn show(&mut self, ready: Vec<Ready>) {
        let states = || ready.iter().map(|r| (r.entry.header().log, r.entry.state().clone()));
        self.logs.extend(states());
        self.shared.set_logs(states());
        self.filing.filed();
        self.freeze_told();
        for Ready { entry, bytes, from, way, .. } in ready {
            let head = head_of(entry.header().log, entry.state());
            let bytes = (bytes.len() <= MAX_GOSSIP_BYTES).then(|| Arc::from(bytes));
            self.shared.announce(Appended { head, from, way, bytes });
        }
    }

    /// Whether a failure of the store can be waited out.
    pub(super) fn wait_out(error: StoreError) -> Result<(), Fatal> {
        if error == StoreError::Full { Ok(()) } else { Err(Fatal::Store(error)) }
    }
}
