//! Tells neighbours where other offices were met, and takes what they tell.

use std::time::Instant;

use libp2p::Multiaddr;
use okrug_protocol::ids::OfficeId;

use super::endpoint::host;
use super::event_loop::EventLoop;
use super::handle::Source;
use super::hints::{MAX_TOLD, Met};

/// What a neighbour tells.
#[derive(Debug)]
pub(super) struct Hearsay {
    /// Who.
    pub(super) teller: OfficeId,
    /// Where it met others.
    pub(super) met: Met,
}

impl EventLoop {
    /// Takes what a neighbour tells: of offices of the directory, and of no place on this machine unless the neighbour is on it too.
    pub(super) fn on_hearsay(&mut self, hearsay: Hearsay) {
        let Hearsay { teller, met } = hearsay;
        let Some(link) = self.links.get(&teller).and_then(|link| self.connections.get(&link.connection)) else { return };
        let same_machine = host(link.point.get_remote_address()).is_some_and(|ip| ip.is_loopback());
        let ourselves = self.office_of(&self.swarm.local_peer_id().clone());
        let mut found = Vec::new();
        for (office, addresses) in met {
            if Some(office) == ourselves || self.admission.peer_of(office).is_none() {
                continue;
            }
            let usable = |address: &Multiaddr| host(address).is_some_and(|ip| same_machine || !ip.is_loopback());
            let had_none = self.addresses.of(office).is_empty();
            self.addresses.hear(office, addresses.into_iter().filter(usable).collect());
            // Where an address is known already its own time comes: hearsay makes nobody dial more often.
            if had_none && !self.links.contains_key(&office) {
                found.push(office);
            }
        }
        if !found.is_empty() {
            self.choose_neighbours();
        }
        for office in found.into_iter().filter(|office| self.neighbours.contains(office)).collect::<Vec<_>>() {
            self.redial.soon(office, Instant::now());
        }
    }

    /// What is passed on has changed: a link stands, or an office has said where it listens.
    pub(super) fn pass_on(&self) {
        let linked = self.links.iter().filter_map(|(office, link)| Some((*office, self.connections.get(&link.connection)?)));
        let mut met: Met = Met::new();
        for (office, known) in linked {
            let remote = known.point.get_remote_address();
            let addresses: Vec<Multiaddr> = if known.point.is_dialer() {
                vec![remote.clone()]
            } else {
                // What it says of itself counts where it really calls from.
                let says = self.addresses.from(office, Source::Told);
                says.iter().filter(|address| host(address) == host(remote)).take(MAX_TOLD).cloned().collect()
            };
            if !addresses.is_empty() {
                met.insert(office, addresses);
            }
        }
        // Where an office was met before is still worth a call.
        self.met.send_if_modified(|before| {
            let listed = |(office, _): &(OfficeId, Vec<Multiaddr>)| self.admission.peer_of(*office).is_some();
            let grown: Met = before.clone().into_iter().chain(met).filter(listed).collect();
            let changed = grown != *before;
            *before = grown;
            changed
        });
    }
}
