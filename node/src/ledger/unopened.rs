//! What this office was meant to read and cannot open: counted, so that it can be said, and asked for again.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use okrug_protocol::clock::Millis;
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::entry::{Header, Kind};
use okrug_protocol::ids::{Epoch, LogId, Seq};

use crate::store::key::{epoch_key, split_log};
use crate::store::{Batch, Store, StoreError, Tree};

/// Longer than any row.
const MAX_ROW: usize = 128;

/// Why the key of an epoch cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub enum Why {
    /// The sealing key that it was sealed to is destroyed, or was lost.
    Gone,
    /// It does not open with the key that it names.
    Sealed,
    /// It is not the key that everybody was promised.
    Commitment,
}

/// An epoch whose key is sealed to this office and cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct Unopened {
    /// Why not.
    pub why: Why,
    /// Messages in it that cannot be read.
    pub messages: u64,
    /// Other sealed entries in it, such as person records.
    pub others: u64,
    /// When the first of them was written, by its writer's clock.
    pub first: Millis,
    /// And the last.
    pub last: Millis,
    /// With which of our sealing keys the writer was asked to seal again; 0 for none.
    pub asked: u32,
    /// Where the writer's answer is.
    pub(super) answer: Option<(LogId, Seq)>,
}

impl Unopened {
    fn new(why: Why) -> Self {
        Self { why, messages: 0, others: 0, first: Millis(0), last: Millis(0), asked: 0, answer: None }
    }

    /// Whether anything at all is missing.
    #[must_use]
    pub fn is_felt(&self) -> bool {
        self.messages + self.others > 0
    }
}

/// All such epochs.
#[derive(Debug, Default)]
pub(super) struct UnopenedEpochs {
    rows: BTreeMap<(LogId, Epoch), Unopened>,
    /// Whether they changed since they were shown.
    news: bool,
}

impl UnopenedEpochs {
    /// Reads them from the store.
    pub(super) fn read(store: &Store) -> Result<Self, StoreError> {
        let mut rows = BTreeMap::new();
        store.scan(Tree::Unopened, &[]).each(|key, bytes| {
            let place = split_log(key).and_then(|(log, epoch)| Some((log, Epoch(u32::from_be_bytes(epoch.try_into().ok()?)))));
            if let (Some(place), Ok(row)) = (place, codec::decode(&bytes, MAX_ROW)) {
                rows.insert(place, row);
            }
            ControlFlow::Continue(())
        })?;
        Ok(Self { rows, news: true })
    }

    /// What is to be shown, where it changed.
    pub(super) fn news(&mut self) -> Option<Vec<(LogId, Epoch, Unopened)>> {
        std::mem::take(&mut self.news).then(|| self.felt().map(|((log, epoch), row)| (*log, *epoch, *row)).collect())
    }

    /// Epochs of which something is missing.
    pub(super) fn felt(&self) -> impl Iterator<Item = (&(LogId, Epoch), &Unopened)> {
        self.rows.iter().filter(|(_, row)| row.is_felt())
    }

    /// Epochs that a writer has answered for.
    pub(super) fn answered(&self) -> Vec<(LogId, Epoch, (LogId, Seq))> {
        self.rows.iter().filter_map(|((log, epoch), row)| Some((*log, *epoch, row.answer?))).collect()
    }

    /// An epoch begins whose key cannot be had.
    pub(super) fn begin(&mut self, log: LogId, epoch: Epoch, why: Why, batch: &mut Batch) {
        self.change(log, epoch, batch, |row| row.why = why);
    }

    /// An entry of such an epoch has come.
    pub(super) fn count(&mut self, header: &Header, batch: &mut Batch) {
        if !self.rows.contains_key(&(header.log, header.epoch)) {
            return;
        }
        let time = header.time.millis();
        self.change(header.log, header.epoch, batch, |row| {
            (row.first, row.last) = if row.is_felt() { (row.first.min(time), row.last.max(time)) } else { (time, time) };
            if header.kind == Kind::MESSAGE { row.messages += 1 } else { row.others += 1 }
        });
    }

    /// Its writer was asked.
    pub(super) fn asked(&mut self, log: LogId, epoch: Epoch, key: u32, batch: &mut Batch) {
        self.change(log, epoch, batch, |row| row.asked = key);
    }

    /// Its writer has answered.
    pub(super) fn answer(&mut self, log: LogId, epoch: Epoch, place: (LogId, Seq), batch: &mut Batch) {
        self.change(log, epoch, batch, |row| row.answer = Some(place));
    }

    /// The answer was of no use; another may come.
    pub(super) fn no_answer(&mut self, log: LogId, epoch: Epoch, batch: &mut Batch) {
        self.change(log, epoch, batch, |row| row.answer = None);
    }

    /// Its key is here.
    pub(super) fn opened(&mut self, log: LogId, epoch: Epoch, batch: &mut Batch) {
        if self.rows.remove(&(log, epoch)).is_some() {
            batch.delete(Tree::Unopened, epoch_key(&log, epoch));
            self.news = true;
        }
    }

    fn change(&mut self, log: LogId, epoch: Epoch, batch: &mut Batch, change: impl FnOnce(&mut Unopened)) {
        let row = self.rows.entry((log, epoch)).or_insert_with(|| Unopened::new(Why::Gone));
        change(row);
        batch.put_encoded(Tree::Unopened, epoch_key(&log, epoch), row);
        self.news = true;
    }
}
