//! Intake: what neighbours bring goes to the ledger in the order in which it came, and its verdicts go back.

use futures::StreamExt;
use futures::future::Either;
use futures::stream::FuturesUnordered;
use okrug_protocol::bounds::MAX_BATCHES;
use okrug_protocol::entry::Entry;
use okrug_protocol::exchange::{In, Settled, Ticket};
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{LogId, OfficeId, Topic};
use okrug_protocol::log::Refusal;
use tokio::sync::mpsc;

use super::batch;
use crate::ledger::{self, Verdict};
use crate::mesh::{self, GossipToken};

/// Ranges that wait for their turn: somewhat more than the exchange has under way.
const MAX_RANGES: usize = 4 * MAX_BATCHES;
/// Gossip that waits for its turn; what finds no room is dropped, the exchange brings it.
const MAX_GOSSIP: usize = 256;
/// Batches at the ledger at once: it judges them together and flushes once.
const MAX_UNDER_WAY: usize = 32;

/// What was asked of a neighbour.
#[derive(Debug)]
pub(super) struct Range {
    pub(super) ticket: Ticket,
    pub(super) peer: OfficeId,
    pub(super) log: LogId,
    pub(super) entries: Vec<Vec<u8>>,
}

/// What a neighbour gossips.
#[derive(Debug)]
pub(super) struct Gossip {
    pub(super) from: OfficeId,
    pub(super) topic: Topic,
    pub(super) bytes: Vec<u8>,
    pub(super) token: GossipToken,
}

/// The way into the intake; a flood of gossip takes no room from what was asked for.
#[derive(Debug)]
pub(super) struct Intake {
    ranges: mpsc::Sender<Range>,
    gossip: mpsc::Sender<Gossip>,
}

/// What waits in it.
#[derive(Debug)]
pub(super) struct Waiting {
    ranges: mpsc::Receiver<Range>,
    gossip: mpsc::Receiver<Gossip>,
}

impl Intake {
    /// Queues a range; false when there is no room.
    pub(super) fn range(&self, range: Range) -> bool {
        self.ranges.try_send(range).is_ok()
    }

    /// Queues gossip; without room it gets no verdict and is forgotten by gossip's own history.
    pub(super) fn gossip(&self, gossip: Gossip) {
        let _ = self.gossip.try_send(gossip);
    }
}

/// An empty intake.
pub(super) fn channel() -> (Intake, Waiting) {
    let (ranges, waiting_ranges) = mpsc::channel(MAX_RANGES);
    let (gossip, waiting_gossip) = mpsc::channel(MAX_GOSSIP);
    (Intake { ranges, gossip }, Waiting { ranges: waiting_ranges, gossip: waiting_gossip })
}

/// Takes what waits until there is no more; verdicts for the exchange come out of `answers`.
pub(super) async fn run(ledger: ledger::Handle, mesh: mesh::Handle, waiting: Waiting, answers: mpsc::Sender<In>) {
    let Waiting { mut ranges, mut gossip } = waiting;
    // Futures are polled for the first time in the order in which they are pushed, and their first step hands
    // the entries to the ledger: so the order is kept.
    let mut under_way = FuturesUnordered::new();
    loop {
        let room = under_way.len() < MAX_UNDER_WAY;
        tokio::select! {
            Some(range) = ranges.recv(), if room => under_way.push(Either::Left(take_range(&ledger, &mesh, range, &answers))),
            Some(message) = gossip.recv(), if room => under_way.push(Either::Right(take_gossip(&ledger, &mesh, message, &answers))),
            Some(()) = under_way.next() => {}
            else => return,
        }
    }
}

async fn take_range(ledger: &ledger::Handle, mesh: &mesh::Handle, range: Range, answers: &mpsc::Sender<In>) {
    let Range { ticket, peer, log, entries } = range;
    let sizes: Vec<usize> = entries.iter().map(Vec::len).collect();
    let verdicts = ledger.accept(peer, entries, false).await;
    mesh.brought(peer, brought(&sizes, &verdicts));
    let verdict = settled(&verdicts);
    answer(answers, In::Settled { ticket, head: ledger.head(&log), verdict }).await;
}

fn brought(sizes: &[usize], verdicts: &[Verdict]) -> mesh::Brought {
    let mut brought = mesh::Brought::default();
    for (size, verdict) in sizes.iter().zip(verdicts) {
        match verdict {
            Verdict::Appended(_) => {
                brought.entries += 1;
                brought.bytes += u64::try_from(*size).unwrap_or(u64::MAX);
            }
            Verdict::Known => brought.known += 1,
            _ => {}
        }
    }
    brought
}

async fn take_gossip(ledger: &ledger::Handle, mesh: &mesh::Handle, message: Gossip, answers: &mpsc::Sender<In>) {
    let Gossip { from, topic, bytes, token } = message;
    let verdict = gossip(ledger, from, topic, &bytes, answers).await;
    if verdict == mesh::Verdict::Reject {
        mesh.offended(from);
    }
    mesh.verdict(token, verdict).await;
}

/// Offers gossip to the ledger and says what is to become of it.
async fn gossip(ledger: &ledger::Handle, from: OfficeId, topic: Topic, bytes: &[u8], answers: &mpsc::Sender<In>) -> mesh::Verdict {
    let Some(entries) = batch::decode(bytes) else { return mesh::Verdict::Reject };
    let headers: Option<Vec<_>> = entries.iter().map(|entry| Entry::decode(entry).ok().map(|entry| entry.header)).collect();
    let Some(headers) = headers.filter(|headers| headers.iter().all(|header| header.log.topic == topic)) else {
        return mesh::Verdict::Reject;
    };
    let verdicts = ledger.accept(from, entries, true).await;
    for (header, verdict) in headers.iter().zip(&verdicts) {
        let pending = match verdict {
            Verdict::Gap { .. } | Verdict::Slowed(_) => false,
            Verdict::Pending(_) => true,
            _ => continue,
        };
        answer(answers, In::Seen { peer: from, log: header.log, seq: header.seq, pending }).await;
    }
    // Who passes on what lies behind the end of a log need not have heard yet that it ends.
    let offends = |verdict: &Verdict| matches!(verdict, Verdict::Refused(refusal) if !matches!(refusal, Refusal::BeyondEnd { .. } | Refusal::ErasedEarly));
    if verdicts.iter().any(offends) {
        mesh::Verdict::Reject
    } else if verdicts.iter().any(|verdict| matches!(verdict, Verdict::Appended(_))) {
        mesh::Verdict::Accept
    } else {
        mesh::Verdict::Ignore
    }
}

/// One verdict for a batch: the worst that is in it.
fn settled(verdicts: &[Verdict]) -> Settled {
    let worst = |verdict: &Verdict| match verdict {
        Verdict::Appended(HeadOf { .. }) | Verdict::Known => (0, Settled::Taken),
        Verdict::Pending(_) => (1, Settled::Pending),
        Verdict::Gap { .. } => (2, Settled::Gap),
        Verdict::Slowed(_) => (4, Settled::Slowed),
        Verdict::Full | Verdict::OverQuota | Verdict::Unavailable | Verdict::Unwanted | Verdict::Refused(Refusal::BeyondEnd { .. }) => {
            (3, Settled::Later)
        }
        Verdict::Refused(Refusal::ErasedEarly) => (3, Settled::Withheld),
        Verdict::Refused(_) => (5, Settled::Refused),
        Verdict::Forked(_) | Verdict::Frozen => (6, Settled::Frozen),
    };
    verdicts.iter().map(worst).max_by_key(|(rank, _)| *rank).map_or(Settled::Taken, |(_, settled)| settled)
}

/// The exchange's task has ended: the node is stopping.
async fn answer(answers: &mpsc::Sender<In>, input: In) {
    let _ = answers.send(input).await;
}
