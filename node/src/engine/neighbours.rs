//! What the office is told of its neighbours: how their links stand, and what they hold.

use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::exchange::Slow;
use okrug_protocol::frontier::Kept;
use okrug_protocol::ids::{LogId, OfficeId, Seq};
use tokio_util::sync::CancellationToken;

use crate::mesh::{self, LinkStatus};
use crate::office::view::{Coming, LinkClass, Waits, WaitsFor};
use crate::office::{self, Link};
use crate::sync::Watch;

/// How often round trips and last contacts are told anew.
const REFRESH: Duration = Duration::from_secs(5);

/// Tells the office what the mesh and the exchange see.
#[derive(Debug)]
pub(super) struct Neighbours {
    mesh: mesh::Handle,
    office: office::Handle,
}

impl Neighbours {
    pub(super) fn new(mesh: mesh::Handle, office: office::Handle) -> Self {
        Self { mesh, office }
    }

    fn tell(&self, status: LinkStatus, up: bool) {
        let address = status.address.map(|address| address.to_string());
        let LinkStatus { office, rtt_ms, last_contact, rate, .. } = status;
        let class = status.class.map(|class| match class {
            mesh::Class::Lan => LinkClass::Lan,
            mesh::Class::Wan => LinkClass::Wan,
            mesh::Class::Thin => LinkClass::Thin,
        });
        let class = class.or(status.declared.map(|_| LinkClass::Thin));
        let waits = status.declared.and_then(|declared| declared.pause).map(|mesh::Pause { why, until }| Waits {
            why: match why {
                mesh::Why::Hours => WaitsFor::Hours,
                mesh::Why::Spent => WaitsFor::Budget,
            },
            until,
        });
        let mesh::Coming { entries, bytes, ms } = status.coming;
        let coming = (entries > 0).then(|| Coming { entries, bytes, seconds: ms.div_ceil(1_000) });
        self.office.link(office, Link { up, rtt_ms, last_contact, address, class, rate, waits, coming });
    }
}

impl Watch for Neighbours {
    fn link(&self, office: OfficeId, up: bool) {
        let known = self.mesh.links().into_iter().find(|status| status.office == office);
        match known {
            Some(status) => self.tell(status, up),
            None => self.office.link(office, Link { up, ..Link::default() }),
        }
    }

    fn directory(&self) {
        self.office.directory_changed();
    }

    fn holds(&self, office: OfficeId, heads: &[(LogId, Seq)]) {
        self.office.holds(office, heads);
    }

    fn keeps(&self, office: OfficeId, rows: &[Kept]) {
        self.office.keeps(office, rows);
    }

    fn slows(&self, office: OfficeId, word: Option<(Slow, u64)>) {
        self.office.slows(office, word);
    }

    fn serves(&self, office: OfficeId, log: LogId, to: Seq) {
        self.office.serves(office, log, to);
    }
}

/// Keeps the figures of the links fresh until `stop`.
pub(super) async fn refresh(neighbours: Arc<Neighbours>, stop: CancellationToken) {
    let mut every = tokio::time::interval(REFRESH);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        for status in neighbours.mesh.links() {
            let up = status.connected;
            neighbours.tell(status, up);
        }
    }
}
