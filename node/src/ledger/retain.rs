//! What is past keeping: the bodies of messages are erased, entries stay in their logs without them.
//!
//! A body goes when all of this is so:
//!
//! | what                                                        | by                                   |
//! |-------------------------------------------------------------|--------------------------------------|
//! | the chart says for how many days messages are kept          | `policy.retention_days`, not 0       |
//! | no hold is on its topic                                     | `retention.holds`                    |
//! | others take what is left of it                              | `Chart::gone_before`                 |
//! | it has been here for so many days, by both times            | [`super::retain_marks`]              |
//! | all other readers have it, or there are none any more       | `Filing::delivered`                  |
//! | an hour's budget is left: a twentieth of what is due of its log | [`Retained`]                     |
//!
//! The entry in the store is replaced in one step with the mark of how far it has come; the journal follows, segment by segment.

use std::ops::ControlFlow;

use okrug_protocol::directory::Directory;
use okrug_protocol::ids::{LogId, Seq};

use super::retain_marks::{Marks, RETAINED, Retained};
use super::worker::{Fatal, Hitch, Worker};
use crate::keyring::Moment;
use crate::store::key::{entry_key, log_key, split_entry};
use crate::store::{Batch, StoreError, Stored, Tree};

/// How often it is done, by the time that the node has run.
const HOUR_MS: u64 = 3_600 * 1_000;
/// Of what is due of a log one in so many goes in an hour.
const SHARE: u64 = 20;
/// And so many at most: the ledger's thread has other work. A day has room for more than a quota lets an office write.
const MAX_AN_HOUR: u64 = 1_024;
/// Entries that are changed in one step.
const CHUNK: u64 = 128;
/// Stands behind the key of a log for what of it was set aside.
const ASIDE: u8 = 1;

/// A stretch of entries of one log.
struct Stretch {
    log: LogId,
    /// Where they lie.
    tree: Tree,
    /// Under which key their marks lie.
    marks: Vec<u8>,
    /// Nothing is here up to this.
    after: Seq,
    /// The last.
    last: Seq,
}

/// Bytes of entries before and after.
#[derive(Debug, Default)]
struct Resized {
    was: u64,
    is: u64,
}

impl Worker {
    /// Erases what is due, once an hour of running.
    pub(super) fn retain(&mut self) -> Result<(), Fatal> {
        let directory = self.shared.directory();
        let now = self.keys.sealing.moment(&self.time, directory.issued());
        match self.retain_at(now, &directory) {
            Ok(()) | Err(Hitch::Full) => Ok(()),
            Err(Hitch::Fatal(fatal)) => Err(fatal),
        }
    }

    fn retain_at(&mut self, now: Moment, directory: &Directory) -> Result<(), Hitch> {
        let mut retained = Retained::read(&self.store)?;
        if retained.ran.is_some_and(|ran| now.ran.saturating_sub(ran) < HOUR_MS) {
            return Ok(());
        }
        // The time that it has run counts only where it is remembered.
        self.remember_running();
        retained.ran = Some(now.ran);
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Meta, RETAINED, &retained);
        self.store.apply(batch)?;
        let before = retained.entries;
        for stretch in self.stretches()? {
            self.retain_stretch(&stretch, now, directory, &mut retained)?;
        }
        if retained.entries > before {
            tracing::info!(event = "bodies_erased", entries = retained.entries - before, days = directory.policy().retention_days);
        }
        self.retain_journal(&mut retained)
    }

    /// All logs, and what of logs was set aside.
    fn stretches(&self) -> Result<Vec<Stretch>, StoreError> {
        let after = |log: &LogId| self.shared.carried(|carried| carried.logs.get(log).map_or(Seq::ZERO, |row| row.after));
        let mut found: Vec<_> = self
            .logs
            .iter()
            .map(|(log, state)| Stretch {
                log: *log,
                tree: Tree::Entries,
                marks: log_key(log).to_vec(),
                after: after(log),
                last: state.seq,
            })
            .collect();
        self.store.scan(Tree::Struck, &[]).each(|key, _| {
            let Some((log, seq)) = split_entry(key) else { return ControlFlow::Continue(()) };
            match found.last_mut().filter(|last| last.tree == Tree::Struck && last.log == log) {
                Some(last) => last.last = seq,
                None => {
                    let marks = [&log_key(&log)[..], &[ASIDE]].concat();
                    found.push(Stretch { log, tree: Tree::Struck, marks, after: Seq(seq.0.saturating_sub(1)), last: seq });
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    fn retain_stretch(&mut self, at: &Stretch, now: Moment, directory: &Directory, retained: &mut Retained) -> Result<(), Hitch> {
        let mut marks: Marks = self.store.get_decoded(Tree::Marks, &at.marks)?.unwrap_or_default();
        if marks.note(now, at.last) {
            let mut batch = Batch::new();
            batch.put_encoded(Tree::Marks, at.marks.clone(), &marks);
            self.store.apply(batch)?;
        }
        let days = directory.policy().retention_days;
        if days == 0 || directory.retention().hold(at.log.topic).is_some() {
            return Ok(());
        }
        // What was set aside goes to nobody any more.
        let delivered = if at.tree == Tree::Entries { self.filing.delivered(&at.log) } else { at.last };
        let old = marks.due(days, now).min(delivered).min(at.last);
        let mut from = marks.upto.max(at.after);
        let due = self.last_gone(at, from, old, directory)?.0.saturating_sub(from.0);
        let upto = Seq(from.0 + due.div_ceil(SHARE).min(MAX_AN_HOUR));
        while from < upto {
            let to = Seq(upto.0.min(from.0 + CHUNK));
            let (mut batch, mut resized) = (Batch::new(), Resized::default());
            for seq in (from.0 + 1..=to.0).map(Seq) {
                self.erase(at, seq, retained, &mut resized, &mut batch)?;
            }
            marks.erased(to);
            batch.put_encoded(Tree::Marks, at.marks.clone(), &marks);
            batch.put_encoded(Tree::Meta, RETAINED, &*retained);
            self.store.apply(batch)?;
            if at.tree == Tree::Entries {
                self.resize_carried(&at.log, resized.was, resized.is)?;
            }
            from = to;
        }
        Ok(())
    }

    /// The last entry up to `to` whose body may be gone by the chart: others take what is left of it. Times rise in a log.
    fn last_gone(&self, at: &Stretch, from: Seq, to: Seq, directory: &Directory) -> Result<Seq, StoreError> {
        let gone = directory.gone_before(at.log.topic);
        let (mut low, mut high) = (from.0, to.0.max(from.0));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let is_gone = self.lying(at, Seq(middle))?.is_none_or(|stored| stored.entry.header.time.millis() < gone);
            (low, high) = if is_gone { (middle, high) } else { (low, middle - 1) };
        }
        Ok(Seq(low))
    }

    fn lying(&self, at: &Stretch, seq: Seq) -> Result<Option<Stored>, StoreError> {
        let key = entry_key(&at.log, seq);
        let Some(value) = self.store.get(at.tree, &key)? else { return Ok(None) };
        Stored::read(&value).map(Some).ok_or(StoreError::Damaged { tree: at.tree, key })
    }

    fn erase(
        &mut self,
        at: &Stretch,
        seq: Seq,
        retained: &mut Retained,
        resized: &mut Resized,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let Some(Stored { previous, entry }) = self.lying(at, seq)? else { return Ok(()) };
        let is_kept = entry.erased.is_some() || !entry.header.kind.may_be_erased();
        if is_kept || (at.tree == Tree::Entries && !self.filing.erasing(&at.log, seq, batch)) {
            return Ok(());
        }
        retained.entries += 1;
        retained.bytes += u64::from(entry.header.body_len);
        let (key, was) = (entry_key(&at.log, seq), entry.encode().len());
        let left = entry.without_body().encode();
        resized.was += u64::try_from(was).unwrap_or(u64::MAX);
        resized.is += u64::try_from(left.len()).unwrap_or(u64::MAX);
        batch.was(at.tree, key.clone(), previous.0.0.len() + was);
        batch.put(at.tree, key, [&previous.0.0[..], &left].concat());
        Ok(())
    }
}
