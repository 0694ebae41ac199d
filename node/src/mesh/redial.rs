//! When to dial an office again: waits that grow from one second to eight, after a quarter of an hour to a minute, for ever.
//!
//! One failure marks nobody dead, and a thousand neither: an office that was away for a month is dialled every
//! minute until it is back.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use okrug_protocol::ids::OfficeId;

/// The first wait.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// The longest wait while a line may come back any moment: what waits for it must not wait for us.
const SHORT_WAIT: Duration = Duration::from_secs(8);
/// So many failures in a row are a quarter of an hour: each takes its wait and, where nobody answers, ten seconds.
const MANY: u32 = 50;
/// The longest wait.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// After so many failures in a row nothing is built on an office's answering; it is dialled all the same.
const MAX_HOPES: u32 = 3;
/// A new address makes an office due at once, but not more often than this: an announcement can be forged.
const MIN_BETWEEN: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, Default)]
struct Record {
    failures: u32,
    due: Option<Instant>,
    dialled: Option<Instant>,
}

/// When each office is to be dialled.
#[derive(Debug, Default)]
pub(super) struct Redial {
    records: HashMap<OfficeId, Record>,
    queue: BTreeSet<(Instant, OfficeId)>,
}

impl Redial {
    /// There is something new to try: an address, or a link just lost.
    pub(super) fn soon(&mut self, office: OfficeId, now: Instant) {
        let last = self.records.get(&office).and_then(|record| record.dialled);
        let due = last.map_or(now, |last| now.max(last + MIN_BETWEEN));
        let current = self.records.get(&office).and_then(|record| record.due);
        self.set(office, Some(current.map_or(due, |current| current.min(due))));
    }

    /// It could not be reached, or its link was lost: wait longer each time.
    ///
    /// Units:   `jitter` is 0 to 255 and takes up to half of the wait away, so that many do not dial in step.
    pub(super) fn failed(&mut self, office: OfficeId, now: Instant, jitter: u8) {
        let record = self.records.entry(office).or_default();
        let most = if record.failures < MANY { SHORT_WAIT } else { MAX_WAIT };
        let wait = MIN_WAIT.saturating_mul(1 << record.failures.min(6)).min(most);
        record.failures = record.failures.saturating_add(1);
        self.set(office, Some(now + wait - wait * u32::from(jitter) / 512));
    }

    /// A link stands: nothing to dial, and the next wait is short again.
    pub(super) fn linked(&mut self, office: OfficeId) {
        self.records.entry(office).or_default().failures = 0;
        self.set(office, None);
    }

    /// It is not to be dialled: no office any more, or not a neighbour.
    pub(super) fn forget(&mut self, office: OfficeId) {
        self.set(office, None);
        self.records.remove(&office);
    }

    /// Whether it can be hoped to answer: it has not failed three times in a row.
    pub(super) fn answers(&self, office: OfficeId) -> bool {
        self.records.get(&office).is_none_or(|record| record.failures < MAX_HOPES)
    }

    /// When the next office is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.queue.first().map(|(due, _)| *due)
    }

    /// Takes an office that is due; it is due again after the longest wait if nobody reports what came of it.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<OfficeId> {
        let (due, office) = *self.queue.first()?;
        if due > now {
            return None;
        }
        self.set(office, Some(now + MAX_WAIT));
        self.records.entry(office).or_default().dialled = Some(now);
        Some(office)
    }

    fn set(&mut self, office: OfficeId, due: Option<Instant>) {
        let record = self.records.entry(office).or_default();
        if let Some(old) = record.due.take() {
            self.queue.remove(&(old, office));
        }
        record.due = due;
        if let Some(due) = due {
            self.queue.insert((due, office));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICE: OfficeId = OfficeId(1);

    #[test]
    fn waits_grow_from_a_second_to_a_minute_and_never_end() {
        let (mut redial, now) = (Redial::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..1_000 {
            redial.failed(OFFICE, now, 0);
            waits.push(redial.next_due().unwrap().duration_since(now).as_secs());
        }
        assert_eq!(waits[..6], [1, 2, 4, 8, 8, 8]);
        assert_eq!(waits[49..52], [8, 60, 60]);
        assert_eq!(waits.last(), Some(&60));
        redial.linked(OFFICE);
        assert_eq!(redial.next_due(), None);
        redial.failed(OFFICE, now, 255);
        let wait = redial.next_due().unwrap().duration_since(now);
        assert!(wait >= MIN_WAIT / 2 && wait < MIN_WAIT);
    }

    #[test]
    fn a_new_address_is_tried_at_once_but_forged_ones_cannot_make_us_dial_all_the_time() {
        let (mut redial, now) = (Redial::default(), Instant::now());
        redial.soon(OFFICE, now);
        assert_eq!(redial.take_due(now), Some(OFFICE));
        assert_eq!(redial.take_due(now), None);
        for _ in 0..100 {
            redial.soon(OFFICE, now);
        }
        assert_eq!(redial.take_due(now), None);
        assert_eq!(redial.take_due(now + MIN_BETWEEN), Some(OFFICE));
        assert_eq!(redial.take_due(now + MIN_BETWEEN + MAX_WAIT), Some(OFFICE), "nobody reported");
    }
}
