//! The state of the node, in numbers.

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{LogId, OfficeId, Seq, Version};
use okrug_protocol::trust::Freshness;

use super::desk::Desk;
use super::view::{self, AlarmStatus, ClockStatus, District, DocumentVersions, MyOffice, NodeStatus, Peer, Queue, StoreStatus};
use crate::clock;
use crate::ledger::Alarm;

impl Desk {
    /// The node's state; `heads` are how far each log is held here, `alarms` are the ledger's.
    pub(crate) fn status(&self, heads: &[(LogId, Seq)], alarms: &[Alarm]) -> NodeStatus {
        let now = clock::now();
        NodeStatus {
            office: self.my_office(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            uptime_s: now.since(self.started) / 1_000,
            district: self.district(now),
            documents: self.document_versions(now),
            peers: self.peers(),
            queue: self.queue(heads, now),
            store: StoreStatus { entries: heads.iter().map(|(_, seq)| seq.0).sum(), bytes: self.store.bytes().unwrap_or(0) },
            clock: ClockStatus { now, plausible: clock::is_plausible(now) },
            alarms: self.alarms(alarms),
        }
    }

    fn alarms(&self, of_ledger: &[Alarm]) -> Vec<AlarmStatus> {
        let conflicts = self.documents.conflicts().into_iter();
        let conflicts = conflicts.map(|(kind, version)| ("document_conflict", format!("{kind} {version}")));
        let of_ledger = of_ledger.iter().map(|alarm| (alarm.code(), alarm.to_string()));
        conflicts.chain(of_ledger).map(|(code, about)| AlarmStatus { code: code.to_owned(), about }).collect()
    }

    pub(crate) fn my_office(&self) -> MyOffice {
        let directory = self.directory();
        let office = directory.office(self.me);
        let text = |pick: fn(&okrug_protocol::chart::Office) -> &String| office.map_or_else(|| self.me.to_string(), |o| pick(o).clone());
        MyOffice { id: self.me, slug: text(|office| &office.slug), name: text(|office| &office.name) }
    }

    pub(crate) fn district(&self, now: Millis) -> District {
        let directory = self.directory();
        District { id: directory.district().0.to_hex(), name: directory.name().to_owned(), freshness: self.freshness(now) }
    }

    fn freshness(&self, now: Millis) -> view::Freshness {
        match self.documents.read(|trust| trust.freshness(now)) {
            Freshness::Fresh => view::Freshness::Fresh,
            Freshness::Stale => view::Freshness::Stale,
            Freshness::Overdue => view::Freshness::Overdue,
        }
    }

    pub(crate) fn document_versions(&self, now: Millis) -> DocumentVersions {
        let versions = self.documents.versions();
        let number = |(Version(version), _)| version;
        DocumentVersions {
            charter: number(versions.charter),
            chart: number(versions.chart),
            bootstrap: number(versions.bootstrap),
            revocations: number(versions.revocations),
            freshness: self.freshness(now),
        }
    }

    fn peers(&self) -> Vec<Peer> {
        let directory = self.directory();
        let peer = |office: &okrug_protocol::chart::Office| {
            let link = self.links.read(|links| links.get(&office.id).cloned().unwrap_or_default());
            Peer {
                office: office.id,
                name: office.name.clone(),
                slug: office.slug.clone(),
                link: self.link_word(office.id, link.up),
                rtt_ms: link.rtt_ms,
                last_contact: link.last_contact,
                address: link.address,
            }
        };
        directory.offices().filter(|office| office.id != self.me).map(peer).collect()
    }

    /// What this office wrote and nobody else holds yet.
    fn queue(&self, heads: &[(LogId, Seq)], now: Millis) -> Queue {
        let others: Vec<OfficeId> = self.directory().offices().map(|office| office.id).filter(|id| *id != self.me).collect();
        let mut queue = Queue { messages: 0, oldest_s: None };
        for (log, head) in heads.iter().filter(|(log, _)| log.office == self.me) {
            let held = self.holdings.read(|h| others.iter().map(|office| h.held(*office, log)).max().unwrap_or(Seq::ZERO));
            if held >= *head {
                continue;
            }
            queue.messages += head.0 - held.0;
            let age = self.written_at(log, held.next()).map(|time| now.since(time) / 1_000);
            queue.oldest_s = queue.oldest_s.max(age);
        }
        queue
    }
}
