//! How long this office's messages take to the others: measured here, hour by hour of the last day, in bounded memory.
//!
//! A message begins when it is signed and has arrived when this office hears that the other one holds it. So the way back of
//! the receipt is part of the delay, and one clock alone is asked. Messages of the time before the node started are not counted.

use std::collections::{HashMap, VecDeque};

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{LogId, OfficeId, Seq};

/// Hours that are kept.
pub(crate) const HOURS: u64 = 24;
/// Milliseconds of one.
pub(crate) const HOUR_MS: u64 = 3_600_000;
/// Upper ends of the classes of delays, in seconds; beyond them is one more.
const CLASSES_S: [u64; 9] = [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400];
/// Messages of one log that are remembered until they have arrived everywhere.
const MAX_SENT_OF_LOG: usize = 4_096;
/// Logs of which messages are remembered.
const MAX_LOGS: usize = 2_048;

/// What was said in one hour, and how far it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Hours since 1970.
    pub(crate) hour: u64,
    /// Messages of this office for the other one.
    pub(crate) sent: u32,
    /// How many of them it holds.
    pub(crate) delivered: u32,
    /// Messages of the other office that came here.
    pub(crate) received: u32,
    /// The longest delay, in seconds.
    pub(crate) longest_s: u64,
    classes: [u32; CLASSES_S.len() + 1],
}

impl Cell {
    /// An hour in which nothing has happened.
    pub(crate) fn of(hour: u64) -> Self {
        Self { hour, ..Self::default() }
    }

    fn arrived(&mut self, delay_s: u64) {
        self.delivered = self.delivered.saturating_add(1);
        self.longest_s = self.longest_s.max(delay_s);
        let class = CLASSES_S.partition_point(|end| *end < delay_s);
        self.classes[class] = self.classes[class].saturating_add(1);
    }

    /// Takes in another hour.
    pub(crate) fn add(&mut self, other: &Self) {
        self.sent = self.sent.saturating_add(other.sent);
        self.delivered = self.delivered.saturating_add(other.delivered);
        self.received = self.received.saturating_add(other.received);
        self.longest_s = self.longest_s.max(other.longest_s);
        for (class, more) in self.classes.iter_mut().zip(other.classes) {
            *class = class.saturating_add(more);
        }
    }

    /// Within how many seconds half of what arrived had arrived; the upper end of a class.
    pub(crate) fn median_s(&self) -> Option<u64> {
        let half = u64::from(self.delivered).div_ceil(2);
        let mut sum = 0;
        let class = self.classes.iter().position(|count| {
            sum += u64::from(*count);
            half > 0 && sum >= half
        })?;
        Some(CLASSES_S.get(class).copied().unwrap_or(u64::MAX).min(self.longest_s))
    }
}

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Delays {
    sent: HashMap<LogId, VecDeque<(Seq, Millis)>>,
    cells: HashMap<OfficeId, VecDeque<Cell>>,
}

impl Delays {
    /// This office, `me`, has said something to `readers`.
    pub(crate) fn sent(&mut self, me: OfficeId, log: LogId, seq: Seq, time: Millis, readers: &[OfficeId], now: Millis) {
        if self.sent.len() >= MAX_LOGS && !self.sent.contains_key(&log) {
            self.sent.retain(|_, ring| ring.back().is_some_and(|(_, time)| now.since(*time) <= HOURS * HOUR_MS));
            if self.sent.len() >= MAX_LOGS {
                return;
            }
        }
        let ring = self.sent.entry(log).or_default();
        if ring.back().is_some_and(|(last, _)| *last >= seq) {
            // Filed again after a crash.
            return;
        }
        ring.push_back((seq, time));
        while ring.len() > MAX_SENT_OF_LOG || ring.front().is_some_and(|(_, time)| now.since(*time) > HOURS * HOUR_MS) {
            ring.pop_front();
        }
        self.cell(me, time, now).sent += 1;
        for reader in readers.iter().filter(|reader| **reader != me) {
            self.cell(*reader, time, now).sent += 1;
        }
    }

    /// A reader of `log` holds it up to `to`, as is heard now; up to `from` it was known before.
    pub(crate) fn held(&mut self, office: OfficeId, log: &LogId, from: Seq, to: Seq, now: Millis) {
        let Some(ring) = self.sent.get(log) else { return };
        let news = ring.partition_point(|(seq, _)| *seq <= from)..ring.partition_point(|(seq, _)| *seq <= to);
        let news: Vec<Millis> = ring.range(news).map(|(_, time)| *time).collect();
        for time in news {
            self.cell(office, time, now).arrived(now.since(time) / 1_000);
        }
    }

    /// A message of another office came to `me`.
    pub(crate) fn received(&mut self, me: OfficeId, from: OfficeId, now: Millis) {
        self.cell(me, now, now).received += 1;
        self.cell(from, now, now).received += 1;
    }

    fn cell(&mut self, office: OfficeId, time: Millis, now: Millis) -> &mut Cell {
        let (hour, this) = (time.0 / HOUR_MS, now.0 / HOUR_MS);
        let row = self.cells.entry(office).or_default();
        // A clock that was wrong leaves nothing that would push out what is right.
        row.retain(|cell| cell.hour + HOURS > this && cell.hour <= this + 1);
        let at = row.partition_point(|cell| cell.hour < hour);
        if row.get(at).is_none_or(|cell| cell.hour != hour) {
            row.insert(at, Cell::of(hour));
        }
        &mut row[at]
    }

    /// The last `hours` hours of an office, as far as there was something, the oldest first.
    pub(crate) fn row(&self, office: OfficeId, hours: u64, now: Millis) -> Vec<Cell> {
        let this = now.0 / HOUR_MS;
        let shown = |cell: &&Cell| cell.hour + hours > this && cell.hour <= this;
        self.cells.get(&office).map_or_else(Vec::new, |row| row.iter().filter(shown).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::{Incarnation, Precedence, Topic};

    use super::*;

    const ME: OfficeId = OfficeId(1);
    const FAR: OfficeId = OfficeId(2);
    const START: Millis = Millis(500_000 * HOUR_MS);

    fn log() -> LogId {
        LogId { office: ME, incarnation: Incarnation(7), topic: Topic::District, precedence: Precedence::Routine }
    }

    fn at(seconds: u64) -> Millis {
        START.plus(seconds * 1_000)
    }

    #[test]
    fn what_was_said_and_is_held_is_counted_once_with_the_time_between() {
        let mut delays = Delays::default();
        for seq in 1..=3 {
            delays.sent(ME, log(), Seq(seq), at(seq), &[ME, FAR, OfficeId(3)], at(seq));
        }
        delays.held(FAR, &log(), Seq(0), Seq(2), at(42));
        delays.held(FAR, &log(), Seq(2), Seq(3), at(3_000));
        let [cell] = &delays.row(FAR, 24, at(3_001))[..] else { panic!("one hour") };
        assert_eq!((cell.sent, cell.delivered, cell.longest_s, cell.median_s()), (3, 3, 2_997, Some(60)));
        let [silent] = &delays.row(OfficeId(3), 24, at(3_001))[..] else { panic!("one hour") };
        assert_eq!((silent.sent, silent.delivered, silent.median_s()), (3, 0, None));
        let [own] = &delays.row(ME, 24, at(3_001))[..] else { panic!("one hour") };
        assert_eq!((own.sent, own.delivered), (3, 0), "a message to several is one message");
    }

    #[test]
    fn a_day_is_kept_whatever_the_clock_did_and_however_much_is_said() {
        let mut delays = Delays::default();
        for hour in 0..100 {
            let now = START.plus(hour * HOUR_MS);
            delays.sent(ME, log(), Seq(hour + 1), now, &[FAR], now);
        }
        let now = START.plus(99 * HOUR_MS);
        assert_eq!(delays.row(FAR, 24, now).len(), 24);
        assert_eq!(delays.row(FAR, 2, now).len(), 2);
        // In the year 2106 and back.
        let wrong = Millis(4_300_000_000_000);
        delays.received(ME, FAR, wrong);
        delays.received(ME, FAR, now);
        assert_eq!(delays.row(FAR, 24, now).iter().map(|cell| cell.received).sum::<u32>(), 1);
        for seq in 0..10_000 {
            delays.sent(ME, log(), Seq(1_000 + seq), now, &[FAR], now);
        }
        assert!(delays.sent[&log()].len() <= MAX_SENT_OF_LOG);
        assert!(delays.cells.values().all(|row| row.len() <= 26));
    }
}
