//! Intake: what neighbours bring goes to the ledger in the order in which it came, and its verdicts go back.

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use okrug_protocol::entry::Entry;
use okrug_protocol::exchange::{In, Settled, Ticket};
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{LogId, OfficeId, Topic};
use tokio::sync::mpsc;

use super::batch;
use crate::ledger::{self, Verdict};
use crate::mesh::{self, GossipToken};

/// Batches that wait for their turn; gossip that finds no room is dropped, the exchange brings it.
const MAX_WAITING: usize = 256;
/// Batches at the ledger at once: it judges them together and flushes once.
const MAX_UNDER_WAY: usize = 32;

/// Something that a neighbour brought.
#[derive(Debug)]
pub(super) enum Job {
    /// What was asked of it.
    Range { ticket: Ticket, peer: OfficeId, log: LogId, entries: Vec<Vec<u8>> },
    /// What it gossips.
    Gossip { from: OfficeId, topic: Topic, bytes: Vec<u8>, token: GossipToken },
}

/// Begins the intake; verdicts for the exchange come out of `answers`.
pub(super) fn channel() -> (mpsc::Sender<Job>, mpsc::Receiver<Job>) {
    mpsc::channel(MAX_WAITING)
}

/// Takes jobs until there are no more.
pub(super) async fn run(ledger: ledger::Handle, mesh: mesh::Handle, mut jobs: mpsc::Receiver<Job>, answers: mpsc::Sender<In>) {
    // Futures are polled for the first time in the order in which they are pushed, and their first step hands
    // the entries to the ledger: so the order is kept.
    let mut under_way = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            job = jobs.recv(), if under_way.len() < MAX_UNDER_WAY => match job {
                Some(job) => under_way.push(take(&ledger, &mesh, job, &answers)),
                None => break,
            },
            Some(()) = under_way.next() => {}
        }
    }
    while under_way.next().await.is_some() {}
}

async fn take(ledger: &ledger::Handle, mesh: &mesh::Handle, job: Job, answers: &mpsc::Sender<In>) {
    match job {
        Job::Range { ticket, peer, log, entries } => {
            let verdicts = ledger.accept(peer, entries, false).await;
            let verdict = settled(&verdicts);
            answer(answers, In::Settled { ticket, head: ledger.head(&log), verdict }).await;
        }
        Job::Gossip { from, topic, bytes, token } => {
            let verdict = gossip(ledger, from, topic, &bytes, answers).await;
            mesh.verdict(token, verdict).await;
        }
    }
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
            Verdict::Gap { .. } => false,
            Verdict::Pending(_) => true,
            _ => continue,
        };
        answer(answers, In::Seen { peer: from, log: header.log, seq: header.seq, pending }).await;
    }
    if verdicts.iter().any(|verdict| matches!(verdict, Verdict::Refused(_))) {
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
        Verdict::Full | Verdict::Unavailable | Verdict::Unwanted => (3, Settled::Later),
        Verdict::Refused(_) => (4, Settled::Refused),
        Verdict::Forked(_) | Verdict::Frozen => (5, Settled::Frozen),
    };
    verdicts.iter().map(worst).max_by_key(|(rank, _)| *rank).map_or(Settled::Taken, |(_, settled)| settled)
}

/// The exchange's task has ended: the node is stopping.
async fn answer(answers: &mpsc::Sender<In>, input: In) {
    let _ = answers.send(input).await;
}
