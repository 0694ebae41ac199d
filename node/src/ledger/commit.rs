//! One atomic step: entries, log states, epoch keys, what the office files, the mark in the journal.

use std::sync::Arc;

use okrug_protocol::bounds::MAX_GOSSIP_BYTES;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::log::VerifiedEntry;
use okrug_protocol::seal::SharedKey;

use super::handle::{Appended, head_of};
use super::past::Past;
use super::worker::Worker;
use super::{Fatal, Filed};
use crate::clock;
use crate::journal::Number;
use crate::store::{Batch, StoreError};

/// An entry that is about to be appended.
pub(super) struct Ready {
    pub(super) entry: VerifiedEntry,
    bytes: Vec<u8>,
    plain: Option<Vec<u8>>,
    key: Option<SharedKey>,
    tag: Option<Vec<u8>>,
    from: Option<OfficeId>,
    by_gossip: bool,
}

/// Where an entry comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// From this office, with its tag.
    Own(Option<Vec<u8>>),
    /// From a neighbour, by gossip or not.
    Neighbour(OfficeId, bool),
}

impl Worker {
    /// Opens what an entry says, as far as this office can. Entries must come in the order of their logs.
    pub(super) fn ready(&mut self, entry: VerifiedEntry, origin: Origin) -> Ready {
        let district = self.shared.directory().district();
        let key = self.keys.learn(district, &entry);
        let plain = self.keys.open(district, &entry);
        let (tag, from, by_gossip) = match origin {
            Origin::Own(tag) => (tag, None, false),
            Origin::Neighbour(peer, by_gossip) => (None, Some(peer), by_gossip),
        };
        Ready { bytes: entry.encode(), entry, plain, key, tag, from, by_gossip }
    }

    /// Appends entries, and whatever else is in `batch`, as one; `flush` makes it last before it is announced.
    ///
    /// With an error nothing was appended, and the store may have failed.
    pub(super) fn commit(&mut self, ready: Vec<Ready>, mut batch: Batch, mark: Option<Number>, flush: bool) -> Result<(), StoreError> {
        let received = clock::now();
        for Ready { entry, bytes, plain, key, tag, from, .. } in &ready {
            batch.put_entry(entry, bytes);
            if let Some(key) = key {
                batch.put_epoch_key(&entry.header().log, entry.header().epoch, key);
            }
            let filed = Filed { entry, plain: plain.as_deref(), tag: tag.as_deref(), from: *from, received };
            self.filing.file(&filed, &mut batch);
        }
        if let Some(mark) = mark {
            Past::put_mark(&mut batch, self.journal.id(), mark);
        }
        let stored = self.store.apply(batch).and_then(|()| if flush { self.store.flush() } else { Ok(()) });
        if let Err(error) = stored {
            self.filing.undone();
            self.keys.forget();
            return Err(error);
        }
        self.past.mark = mark.unwrap_or(self.past.mark);
        self.show(ready);
        Ok(())
    }

    /// Lets everybody see what was appended.
    fn show(&mut self, ready: Vec<Ready>) {
        let states = || ready.iter().map(|r| (r.entry.header().log, *r.entry.state()));
        self.logs.extend(states());
        self.shared.set_logs(states());
        self.filing.filed();
        for Ready { entry, bytes, from, by_gossip, .. } in ready {
            let head = head_of(entry.header().log, entry.state());
            let bytes = (bytes.len() <= MAX_GOSSIP_BYTES).then(|| Arc::from(bytes));
            self.shared.announce(Appended { head, from, by_gossip, bytes });
        }
    }

    /// Whether a failure of the store can be waited out.
    pub(super) fn wait_out(error: StoreError) -> Result<(), Fatal> {
        if error == StoreError::Full { Ok(()) } else { Err(Fatal::Store(error.to_string())) }
    }
}
