//! What waits: messages of this office that others do not hold yet.

use std::collections::HashMap;

use okrug_protocol::clock::Millis;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq};

use super::desk::Desk;
use super::view::Queue;

/// The last entries of a log that are looked into: whoever asks for the state asks often. Beyond them every
/// entry counts as a message, which nearly all of so many are.
const MAX_LOOKED: u64 = 512;

/// What waits in all, and for each office that reads it.
#[derive(Debug, Default)]
pub(super) struct Queues {
    /// What nobody else holds.
    pub(super) all: Queue,
    /// By office: what it reads and does not hold.
    pub(super) by_office: HashMap<OfficeId, Queue>,
    /// By office: the oldest of that.
    pub(super) oldest: HashMap<OfficeId, (Millis, LogId, Seq)>,
}

/// The end of one of our logs.
struct Tail {
    /// Before this one entries are not looked into.
    start: Seq,
    /// The messages after it, with their times.
    messages: Vec<(Seq, Millis)>,
}

impl Desk {
    /// Counts what waits; `heads` are how far each log is held here.
    pub(super) fn queues(&self, heads: &[(LogId, Seq)], now: Millis) -> Queues {
        let directory = self.directory();
        let others: Vec<OfficeId> = directory.members().map(|office| office.id).filter(|office| *office != self.me).collect();
        let mut queues = Queues::default();
        for (log, head) in heads.iter().filter(|(log, _)| log.office == self.me) {
            let held: Vec<(OfficeId, Seq)> = self.holdings.read(|h| others.iter().map(|office| (*office, h.held(*office, log))).collect());
            // Who has given up the beginning of a log is no help to what lies there.
            let whole = |office: &OfficeId| self.holdings.read(|holdings| holdings.part(*office, log)).after == Seq::ZERO;
            let farthest = held.iter().filter(|(office, _)| whole(office)).map(|(_, seq)| *seq).max().unwrap_or(Seq::ZERO);
            let readers = directory.readers(log.topic);
            let lacks = |(office, seq): &(OfficeId, Seq)| seq < head && readers.contains(office);
            let lacking: Vec<(OfficeId, Seq)> = held.into_iter().filter(lacks).collect();
            let least = lacking.iter().map(|(_, seq)| *seq).min().unwrap_or(*head).min(farthest);
            if least >= *head {
                continue;
            }
            let tail = self.tail(log, least, *head);
            self.count(&mut queues.all, log, &tail, farthest, now);
            for (office, seq) in lacking {
                let Some((time, first)) = self.count(queues.by_office.entry(office).or_default(), log, &tail, seq, now) else { continue };
                let oldest = queues.oldest.entry(office).or_insert((time, *log, first));
                *oldest = (*oldest).min((time, *log, first));
            }
        }
        queues
    }

    fn tail(&self, log: &LogId, least: Seq, head: Seq) -> Tail {
        let start = Seq(least.0.max(head.0.saturating_sub(MAX_LOOKED)));
        let message = |seq| {
            let header = self.store.entry(log, Seq(seq)).ok()??.entry.header;
            (header.kind == Kind::MESSAGE).then(|| (Seq(seq), header.time.millis()))
        };
        Tail { start, messages: (start.0 + 1..=head.0).filter_map(message).collect() }
    }

    /// Adds what lies after `held`; says which entry of it is the oldest.
    fn count(&self, queue: &mut Queue, log: &LogId, tail: &Tail, held: Seq, now: Millis) -> Option<(Millis, Seq)> {
        let after = tail.messages.partition_point(|(seq, _)| *seq <= held);
        let (unlooked, looked) = (tail.start.0.saturating_sub(held.0), &tail.messages[after..]);
        let messages = unlooked + u64::try_from(looked.len()).unwrap_or(u64::MAX);
        if messages == 0 {
            return None;
        }
        let first = looked.first().map(|(seq, time)| (*time, *seq));
        let unlooked = (unlooked > 0).then(|| self.written_at(log, held.next()).map(|time| (time, held.next()))).flatten();
        let oldest = unlooked.or(first);
        queue.messages += messages;
        queue.urgent += if log.precedence == Precedence::Routine { 0 } else { messages };
        queue.flash += if log.precedence == Precedence::Flash { messages } else { 0 };
        queue.oldest_s = queue.oldest_s.max(oldest.map(|(time, _)| now.since(time) / 1_000));
        oldest
    }
}
