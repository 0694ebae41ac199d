//! An office that turned us away may not have heard of us: its door is shown what we hold.

use libp2p::PeerId;
use okrug_protocol::ids::OfficeId;

use super::door::{self, Shown};
use super::event_loop::{Connection, EventLoop};

/// What came of a visit to a door.
#[derive(Debug)]
pub(super) struct Knocked {
    office: OfficeId,
    peer: PeerId,
    shown: Option<Shown>,
}

impl EventLoop {
    /// A connection that we made has ended before it was a link: its office may not have heard of us.
    pub(super) fn knock(&mut self, turned_away: &Connection) {
        let Connection { peer, office, point, .. } = turned_away;
        if !point.is_dialer() || !self.knocking.insert(*peer) {
            return;
        }
        let Some(papers) = self.admission.papers() else {
            self.knocking.remove(peer);
            return;
        };
        let (office, peer, address) = (*office, *peer, point.get_remote_address().clone());
        let (keys, report, cancel) = (self.keys.clone(), self.knocked.0.clone(), self.cancel.clone());
        tokio::spawn(cancel.run_until_cancelled_owned(async move {
            let shown = door::show(&address, &keys, peer, &papers).await;
            tracing::debug!(%office, ?shown, "showed our documents at the door");
            // A loop that has ended needs no reports.
            let _ = report.send(Knocked { office, peer, shown: shown.ok() }).await;
        }));
    }

    /// A visit is over: whoever knows us now is called again at once.
    pub(super) fn on_knocked(&mut self, knocked: &Knocked) {
        self.knocking.remove(&knocked.peer);
        if knocked.shown == Some(Shown::Former) {
            tracing::warn!(event = "office_left", office = %knocked.office, "this office counts no more, as a neighbour knows");
        }
        if knocked.shown == Some(Shown::Known) && !self.links.contains_key(&knocked.office) {
            self.redial.soon(knocked.office, std::time::Instant::now());
        }
    }
}
