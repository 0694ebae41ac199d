//! Doing what the exchange says.

use okrug_protocol::exchange::{In, Out, Slowdown};

use super::documents;
use super::event_loop::EventLoop;
use super::intake::Range;

/// Offences after which a neighbour is reported as hostile.
const HOSTILE_STRIKES: u32 = 100;

impl EventLoop {
    /// Does one thing; what it leads to comes back as an input.
    pub(super) fn perform(&mut self, out: Out) {
        match out {
            Out::Send { peer, precedence, frame } => {
                if !self.senders.send(peer, precedence, frame) {
                    tracing::warn!(event = "link_stuck", office = %peer);
                    self.begin(peer, None);
                }
            }
            Out::Append { ticket, peer, log, entries } => {
                if !self.intake.range(Range { ticket, peer, log, entries }) {
                    let head = self.parts.ledger.head(&log);
                    self.later(In::Settled { ticket, head, verdict: okrug_protocol::exchange::Settled::Later });
                }
            }
            Out::Load { peer, log, from, max_entries, max_bytes } => {
                let (ledger, answers, watch) = (self.parts.ledger.clone(), self.answers.clone(), self.parts.watch.clone());
                self.tasks.spawn(async move {
                    let entries = ledger.range(log, from, max_entries, max_bytes).await.unwrap_or_else(|error| {
                        tracing::warn!(event = "entries_not_read", %log, from = from.0, %error);
                        Vec::new()
                    });
                    let count = u64::try_from(entries.len()).unwrap_or(0);
                    if count > 0 {
                        watch.serves(peer, log, okrug_protocol::ids::Seq(from.0 + count - 1));
                    }
                    // The exchange's task has ended: the node is stopping.
                    let _ = answers.send(In::Loaded { peer, log, from, entries }).await;
                });
            }
            Out::LoadDocument { peer, kind, version, offset, max_bytes } => {
                let piece = documents::load(&self.parts.documents, peer, (kind, version), offset, max_bytes);
                self.later(piece);
            }
            Out::Document { peer, kind, version, bytes } => {
                let (documents, answers) = (self.parts.documents.clone(), self.answers.clone());
                self.tasks.spawn_blocking(move || {
                    for input in documents::offer(&documents, peer, kind, version, &bytes) {
                        let _ = answers.blocking_send(input);
                    }
                });
            }
            Out::Holds { peer, heads } => self.parts.watch.holds(peer, &heads),
            Out::Keeps { peer, rows } => self.parts.watch.keeps(peer, &rows),
            Out::Slows { peer, slowdown } => {
                let now = self.time.now();
                self.parts.watch.slows(peer, slowdown.map(|Slowdown { slow, until }| (slow, until.since(now))));
            }
            Out::WakeAt(at) => self.wake = Some(self.time.instant(at)),
            Out::Misbehaved { peer, why, strikes } => {
                self.parts.mesh.offended(peer);
                if strikes == 1 || strikes == HOSTILE_STRIKES {
                    tracing::warn!(event = "neighbour_misbehaves", office = %peer, %why, strikes);
                }
            }
        }
    }
}
