//! The exchange between the mesh and the ledger.
//!
//! One task owns the exchange machine; whatever may take time has a task of its own, and comes back
//! as an input.
//!
//! ```text
//!   mesh ── frames, links ──▶ ┌──────────┐ ── frames ───▶ senders (one per link) ──▶ mesh
//!   ledger ─ appended ──────▶ │ exchange │ ── append ───▶ intake ──▶ ledger ── settled ─┐
//!   documents ─ changed ────▶ │ machine  │ ── load ─────▶ reading tasks ─── loaded ─────┤
//!                             └──────────┘ ◀───────────────────────────────────────────┘
//!   mesh ── gossip ─────────▶ intake ──▶ ledger ── verdict ──▶ mesh
//!   ledger ─ own entries ───▶ publisher ── gossip ──▶ mesh
//! ```

mod batch;
mod documents;
mod event_loop;
mod gossip;
mod intake;
#[cfg(feature = "outside")]
pub mod outside;
mod outputs;
mod senders;
mod steady;

use std::sync::Arc;

use okrug_protocol::exchange::Slow;
use okrug_protocol::frontier::Kept;
use okrug_protocol::ids::{LogId, OfficeId, Seq};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::documents::Documents;
use crate::{ledger, mesh};

/// Who wants to know how the links stand and what neighbours hold.
pub trait Watch: Send + Sync {
    /// The link to an office went up or down.
    fn link(&self, office: OfficeId, up: bool);
    /// Another directory holds: what it takes away is taken away now.
    fn directory(&self);
    /// A neighbour durably holds these logs up to these places.
    fn holds(&self, office: OfficeId, heads: &[(LogId, Seq)]);
    /// A neighbour has given up beginnings of logs, and holds this of them now.
    fn keeps(&self, office: OfficeId, rows: &[Kept]);
    /// A neighbour says that logs of this office wait there, since it has written more than the quota, and for how many
    /// milliseconds from now on; or it says so no longer. It may be a lie.
    fn slows(&self, office: OfficeId, word: Option<(Slow, u64)>);
    /// A neighbour asked for entries of a log and is given them, up to this place.
    fn serves(&self, office: OfficeId, log: LogId, to: Seq);
}

/// What the exchange works with.
pub struct Parts {
    /// Which office this is.
    pub me: OfficeId,
    /// How long receipts for gossip wait for company, in milliseconds.
    pub ack_delay_ms: u64,
    /// What is believed of the district.
    pub documents: Arc<Documents>,
    /// Entries.
    pub ledger: ledger::Handle,
    /// Links.
    pub mesh: mesh::Handle,
    /// Who is told.
    pub watch: Arc<dyn Watch>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the exchange of {}", self.me)
    }
}

/// Starts the exchange; its tasks are in `tasks` and end with `stop`.
pub fn start(parts: Parts, events: mesh::Events, tasks: &TaskTracker, stop: CancellationToken) {
    let running = event_loop::EventLoop::new(parts, tasks.clone(), stop);
    tasks.spawn(running.run(events));
}
