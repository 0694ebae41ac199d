//! What whoever looks after the node wants to know beyond its state: links and delays as pictures, the age of the documents.

use okrug_protocol::clock::Millis;
use okrug_protocol::document::{Head, Signed};
use okrug_protocol::ids::UnitId;
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::Freshness;

use super::delays::{Cell, HOUR_MS, HOURS};
use super::desk::Desk;
use super::handle::Handle;
use super::status::word;
use super::view::{Graph, GraphHour, GraphOffice, Link, Paper, PaperKind, Papers, Peer, Way};
use crate::clock;

/// Through others an office is heard of when the newest of what it wrote is not older than this.
const CARRIED_MS: u64 = 24 * HOUR_MS;

impl Handle {
    /// The links, and the delays of the last `hours` hours.
    #[must_use]
    pub fn graph(&self, hours: u64) -> Graph {
        let (status, now, hours) = (self.status(), clock::now(), hours.clamp(1, HOURS));
        let first = Millis((now.0 / HOUR_MS + 1).saturating_sub(hours) * HOUR_MS);
        let row = |office| self.desk().delays.read(|delays| delays.row(office, hours, now));
        let office = |peer: Peer| {
            let cells = row(peer.office);
            let mut whole = Cell::of(first.0 / HOUR_MS);
            cells.iter().for_each(|cell| whole.add(cell));
            GraphOffice {
                way: way(&peer, now),
                office: peer.office,
                name: peer.name,
                slug: peer.slug,
                rtt_ms: peer.rtt_ms.filter(|_| peer.link == Link::Up),
                heard: if peer.link == Link::Up { Some(now) } else { peer.last_contact.max(peer.last_entry) },
                queue: peer.queue,
                whole: shown(&whole),
                hours: cells.iter().map(shown).collect(),
            }
        };
        Graph {
            at: now,
            since: first.max(self.desk().started),
            hours: u32::try_from(hours).unwrap_or(24),
            all: row(status.office.id).iter().map(shown).collect(),
            offices: status.peers.into_iter().map(office).collect(),
            office: status.office,
        }
    }

    /// The documents in force, and how old they are.
    #[must_use]
    pub fn papers(&self) -> Papers {
        let now = clock::now();
        let delegated = self.desk().delegated_papers(now);
        self.desk().documents.read(|trust| {
            let by_time = |head: &Head| if now > head.refresh_by { Freshness::Stale } else { Freshness::Fresh };
            let paper = |kind, head: &Head, freshness| paper(kind, head, freshness, now);
            let charter = &trust.charter().doc().head;
            let mut documents = vec![
                paper(PaperKind::Charter, charter, by_time(charter)),
                paper(PaperKind::Chart, &trust.chart().doc().head, trust.freshness(now)),
            ];
            let revocations = trust.revocations().map(|list| (list.doc().head, trust.revocations_freshness(now)));
            documents.extend(revocations.map(|(head, age)| paper(PaperKind::Revocations, &head, age.unwrap_or(Freshness::Fresh))));
            let bootstrap = trust.bootstrap_list().map(|list| list.doc().head);
            documents.extend(bootstrap.map(|head| paper(PaperKind::Bootstrap, &head, by_time(&head))));
            documents.extend(delegated);
            Papers { documents }
        })
    }
}

impl Desk {
    /// The delegated directories in force, by unit; one whose delegation was withdrawn is not.
    pub(crate) fn delegated_papers(&self, now: Millis) -> Vec<Paper> {
        let directory = self.directory();
        let name = |unit| directory.units().find(|known| known.id == unit).map_or_else(|| unit.to_string(), |known| known.name.clone());
        self.documents.read(|trust| {
            let one = |(unit, held): (&UnitId, &Signed<Subchart>)| {
                let age = trust.freshness_of(*unit, now)?;
                Some(Paper { unit: name(*unit), ..paper(PaperKind::Delegated, &held.doc().head, age, now) })
            };
            trust.subcharts().iter().filter_map(one).collect()
        })
    }
}

fn paper(kind: PaperKind, head: &Head, freshness: Freshness, now: Millis) -> Paper {
    Paper {
        kind,
        unit: String::new(),
        version: head.version.0,
        epoch: head.version.epoch(),
        issued: head.issued,
        refresh_by: head.refresh_by,
        age_s: now.since(head.issued) / 1_000,
        freshness: word(freshness),
    }
}

fn way(peer: &Peer, now: Millis) -> Way {
    let carried =
        peer.last_entry.is_some_and(|wrote| now.since(wrote) <= CARRIED_MS && peer.last_contact.is_none_or(|heard| wrote > heard));
    match peer.link {
        Link::Up | Link::Here => Way::Direct,
        Link::Down if carried => Way::Carried,
        Link::Down => Way::None,
    }
}

fn shown(cell: &Cell) -> GraphHour {
    GraphHour {
        start: Millis(cell.hour * HOUR_MS),
        sent: cell.sent,
        delivered: cell.delivered,
        received: cell.received,
        median_s: cell.median_s(),
        longest_s: (cell.delivered > 0).then_some(cell.longest_s),
    }
}
