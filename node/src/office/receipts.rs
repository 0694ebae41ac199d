//! Receipts: what this office tells others that it has, and what they tell it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::bounds::{MAX_HEADS, MAX_KEPT};
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::entry::Kind;
use okrug_protocol::frontier::Kept;
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq, Topic};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::desk::Desk;
use super::events::Happened;
use super::index;
use super::steps::Heard;
use crate::ledger::{self, Draft};
use crate::shared::Shared;
use crate::store::{Batch, Tree};

/// Heads of others' logs that moved since this office's last checkpoint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dirty {
    heads: Shared<BTreeMap<LogId, Seq>>,
    kept: Shared<BTreeMap<LogId, Kept>>,
    moved: Arc<Notify>,
}

impl Dirty {
    /// Takes note of an entry that was appended to somebody else's log.
    pub(crate) fn moved(&self, log: LogId, seq: Seq) {
        let first = self.heads.change(|heads| {
            let first = heads.is_empty() || log.precedence < Precedence::Routine;
            heads.insert(log, seq);
            first
        });
        if first {
            self.moved.notify_one();
        }
    }

    /// Takes note of what is left of a log whose beginning was given up.
    pub(crate) fn kept(&self, row: Kept) {
        self.kept.change(|kept| kept.insert(row.log, row));
        self.moved.notify_one();
    }

    /// Takes note that there is room for others again, or no more.
    pub(crate) fn room(&self) {
        self.moved.notify_one();
    }

    fn take_kept(&self) -> Vec<Kept> {
        self.kept.change(|kept| {
            let rest = kept.keys().nth(MAX_KEPT).copied().map_or_else(BTreeMap::new, |at| kept.split_off(&at));
            std::mem::replace(kept, rest).into_values().collect()
        })
    }

    fn take(&self) -> Vec<(LogId, Seq)> {
        self.heads.change(|heads| {
            let rest = match heads.keys().nth(MAX_HEADS).copied() {
                Some(at) => heads.split_off(&at),
                None => BTreeMap::new(),
            };
            std::mem::replace(heads, rest).into_iter().collect()
        })
    }

    fn is_urgent(&self) -> bool {
        // Flash and urgent logs come first in the order of logs.
        self.heads.read(|heads| heads.first_key_value().is_some_and(|(log, _)| log.precedence < Precedence::Routine))
    }
}

/// Between checkpoints that are hurried since there is room for others again, or no more.
const HURRY_EVERY: Duration = Duration::from_secs(5 * 60);

/// How long heads are collected before a checkpoint.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// While nothing urgent is among them.
    pub routine: Duration,
    /// With flash or urgent ones.
    pub urgent: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { routine: Duration::from_secs(120), urgent: Duration::from_secs(3) }
    }
}

/// What was said last of the room for others, and when a checkpoint was last hurried for that.
#[derive(Debug, Default)]
struct Room {
    full: bool,
    hurried: Option<Instant>,
}

impl Room {
    /// Whether it is worth a checkpoint before its time: writers wait, or wait for nothing. One that fills and empties all the
    /// time is told of with the others.
    fn hurries(&self, full: bool, now: Instant) -> bool {
        full != self.full && self.hurried.is_none_or(|at| now.duration_since(at) >= HURRY_EVERY)
    }

    /// A checkpoint has told it.
    fn told(&mut self, full: bool, hurried: Option<Instant>) {
        self.full = full;
        self.hurried = hurried.or(self.hurried);
    }
}

/// Writes checkpoints until told to stop.
pub(crate) async fn write_checkpoints(dirty: Dirty, ledger: ledger::Handle, pace: Pace, stop: CancellationToken) {
    let mut room = Room::default();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = dirty.moved.notified() => {}
        }
        let began = Instant::now();
        loop {
            let hurries = dirty.is_urgent() || room.hurries(ledger.is_full(), Instant::now());
            let wait = if hurries { pace.urgent } else { pace.routine };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep_until(began + wait) => break,
                () = dirty.moved.notified() => {}
            }
        }
        let (heads, kept, full) = (dirty.take(), dirty.take_kept(), ledger.is_full());
        if heads.is_empty() && kept.is_empty() && full == room.full {
            continue;
        }
        let now = Instant::now();
        let hurried = room.hurries(full, now).then_some(now);
        let plain = Checkpoint { heads: heads.clone(), kept: kept.clone(), full }.encode();
        let draft = Draft { topic: Topic::District, precedence: Precedence::Routine, kind: Kind::CHECKPOINT, plain, tag: None };
        if let Err(error) = ledger.write(draft).await {
            tracing::warn!(event = "checkpoint_not_written", %error);
            heads.into_iter().for_each(|(log, seq)| dirty.moved(log, seq));
            kept.into_iter().for_each(|row| dirty.kept(row));
            continue;
        }
        room.told(full, hurried);
    }
}

impl Desk {
    /// Takes note of what an office holds; tells of own messages that have come further.
    pub(crate) fn learn_holdings(
        &self,
        office: OfficeId,
        heads: &[(LogId, Seq)],
        heard: Heard,
        batch: &mut Batch,
        told: &mut Vec<Happened>,
    ) {
        self.holdings.change(|holdings| {
            for (log, said) in heads {
                let seq = self.written(log).map_or(*said, |written| written.min(*said));
                if seq < *said {
                    holdings.claim(*log, *said);
                }
                let Some(from) = holdings.learn(office, *log, seq) else { continue };
                let part = holdings.part(office, log);
                batch.put_encoded(Tree::Holdings, index::holding_key(log, office), &(part.to, part.after));
                self.fetches(office, log);
                self.learn_opened(office, log, seq, batch, told);
                if log.office == self.me {
                    self.step(office, log, (from, seq), heard, batch);
                    if self.directory().reads(office, log.topic) {
                        self.delays.change(|delays| delays.held(office, log, from, seq, crate::clock::now()));
                    }
                    told.push(Happened::Held { log: *log, from, to: seq });
                }
            }
        });
    }

    /// How far a log is written that this office writes on: nobody holds more of it, whatever they say, and a receipt for
    /// what is yet to be said would be believed when it is. Of former incarnations others may well hold more than is here.
    fn written(&self, log: &LogId) -> Option<Seq> {
        let writes_on = log.office == self.me && self.present.read(|present| *present == Some(log.incarnation));
        writes_on.then(|| self.store.log_state(log).ok().flatten().map_or(Seq::ZERO, |state| state.seq))
    }

    /// Takes note of what a carrier has given up; tells of own messages that it has no more.
    pub(crate) fn learn_kept(&self, office: OfficeId, rows: &[Kept], batch: &mut Batch, told: &mut Vec<Happened>) {
        self.holdings.change(|holdings| {
            for row in rows {
                let written = self.written(&row.log).unwrap_or(Seq(u64::MAX));
                let row = &Kept { after: row.after.min(written), to: row.to.min(written), ..*row };
                let Some(before) = holdings.keeps(office, row) else { continue };
                batch.put_encoded(Tree::Holdings, index::holding_key(&row.log, office), &(row.to, row.after));
                if row.log.office == self.me {
                    let ends = [before.after, before.to, row.after, row.to];
                    let (from, to) = (ends.iter().min().copied(), ends.iter().max().copied());
                    told.push(Happened::Held { log: row.log, from: from.unwrap_or(Seq::ZERO), to: to.unwrap_or(Seq::ZERO) });
                }
            }
        });
    }

    /// The same, of what a neighbour said over its link.
    pub(crate) fn neighbour_keeps(&self, office: OfficeId, rows: &[Kept]) {
        let (mut batch, mut told) = (Batch::default(), Vec::new());
        self.learn_kept(office, rows, &mut batch, &mut told);
        if let Err(error) = self.store.apply(batch) {
            // Learnt again with the next connection.
            tracing::warn!(event = "holdings_not_kept", %error);
        }
        told.into_iter().for_each(|happened| self.events.tell(happened));
    }

    /// Takes note of what an office said, over its link or in a file, that it holds.
    pub(crate) fn neighbour_holds(&self, office: OfficeId, heads: &[(LogId, Seq)], heard: Heard) {
        let (mut batch, mut told) = (Batch::default(), Vec::new());
        self.learn_holdings(office, heads, heard, &mut batch, &mut told);
        if let Err(error) = self.store.apply(batch) {
            // Learnt again with the next connection.
            tracing::warn!(event = "holdings_not_kept", %error);
        }
        told.into_iter().for_each(|happened| self.events.tell(happened));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_that_fills_and_empties_all_the_time_hurries_no_more_than_a_checkpoint_in_five_minutes() {
        let (mut room, began, mut hurried) = (Room::default(), Instant::now(), Vec::new());
        for second in 0..3_600 {
            let (now, full) = (began + Duration::from_secs(second), second % 2 == 0);
            if room.hurries(full, now) {
                room.told(full, Some(now));
                hurried.push(second);
            } else if second % 120 == 0 {
                room.told(full, None);
            }
        }
        assert!(hurried.windows(2).all(|pair| pair[1] - pair[0] >= 300), "{hurried:?}");
        assert_eq!((hurried.first(), hurried.len() >= 11), (Some(&0), true), "the first is told at once: {hurried:?}");
        assert!(!room.hurries(room.full, began + Duration::from_secs(7_200)), "nothing new");
    }
}
