//! The state of the node, in numbers.

use std::collections::HashMap;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{LogId, OfficeId, Seq, Version};
use okrug_protocol::trust::Freshness;

use super::desk::Desk;
use super::queue::Queues;
use super::unopened::Epochs;
use super::view::{
    self, AlarmStatus, BackupStatus, ClockStatus, DiskStatus, District, DocumentVersions, ListAge, MyOffice, NodeStatus, Peer, StoreStatus,
};
use crate::backup::LastBackup;
use crate::clock;
use crate::ledger::Alarm;

/// How far the clock of another office may be ahead before its times say nothing here.
const MAX_SKEW_MS: u64 = 5 * 60 * 1_000;

impl Desk {
    /// The node's state; `heads` are how far each log is held here, `alarms` and `unopened` are the ledger's.
    pub(crate) fn status(&self, heads: &[(LogId, Seq)], alarms: &[Alarm], unopened: &Epochs) -> NodeStatus {
        let now = clock::now();
        let queues = self.queues(heads, now);
        NodeStatus {
            office: self.my_office(),
            enrolled: self.directory().member(self.me).is_some(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            uptime_s: now.since(self.started) / 1_000,
            district: self.district(now),
            documents: self.document_versions(now),
            delegated: self.delegated_papers(now),
            peers: self.peers(heads, &queues, now),
            queue: queues.all,
            store: StoreStatus { entries: heads.iter().map(|(_, seq)| seq.0).sum(), bytes: self.store.bytes().unwrap_or(0) },
            disk: self.store.disk().ok().map(|(free, size)| DiskStatus { free, size }),
            growth: self.growth(),
            backup: LastBackup::read(&self.store).map(|last| BackupStatus {
                made: last.made,
                age_s: now.since(last.made) / 1_000,
                bytes: last.bytes,
            }),
            // Filled in by who knows it: the ledger.
            carried: None,
            clock: ClockStatus { now, plausible: clock::is_plausible(now) },
            alarms: self.alarms(alarms),
            unopened: self.unopened(unopened),
        }
    }

    fn alarms(&self, of_ledger: &[Alarm]) -> Vec<AlarmStatus> {
        let conflicts = self.documents.conflicts().into_iter();
        let conflicts = conflicts.map(|(kind, version)| ("document_conflict", format!("{kind} {version}")));
        let strays = self.strays(clock::now());
        let of_ledger = of_ledger.iter().map(|alarm| (alarm.code(), alarm.to_string()));
        conflicts.chain(strays).chain(of_ledger).map(|(code, about)| AlarmStatus { code: code.to_owned(), about }).collect()
    }

    /// What is wrong with delegated directories: those that say more than was delegated, and those that are due.
    fn strays(&self, now: Millis) -> Vec<(&'static str, String)> {
        let directory = self.directory();
        let of = |unit| directory.strays().iter().filter(move |stray| stray.delegation == unit);
        let units = || directory.delegations().iter().map(|row| row.unit);
        let escapes = units().filter_map(|unit| {
            let (first, all) = (of(unit).next()?, of(unit).count());
            Some(("delegation_escape", if all > 1 { format!("{first}, and {} more rows", all - 1) } else { first.to_string() }))
        });
        let age = |unit| self.documents.read(|trust| trust.freshness_of(unit, now)).filter(|age| *age != Freshness::Fresh);
        let due = units().filter_map(|unit| age(unit).map(|age| ("delegation_due", format!("the directory of {unit} is {}", age.word()))));
        escapes.chain(due).collect()
    }

    pub(crate) fn my_office(&self) -> MyOffice {
        let directory = self.directory();
        let office = directory.office(self.me);
        let text = |pick: fn(&okrug_protocol::chart::Office) -> &String| office.map_or_else(|| self.me.to_string(), |o| pick(o).clone());
        MyOffice { id: self.me, slug: text(|office| &office.slug), name: text(|office| &office.name) }
    }

    pub(crate) fn district(&self, now: Millis) -> District {
        let directory = self.directory();
        District {
            id: directory.district().0.to_hex(),
            name: directory.name().to_owned(),
            freshness: self.freshness(now),
            revocations: self.list_age(now),
            revoked: directory.is_revoked(self.me),
            suspended: directory.is_suspended(self.me),
        }
    }

    fn list_age(&self, now: Millis) -> Option<ListAge> {
        self.documents.read(|trust| {
            let freshness = word(trust.revocations_freshness(now)?);
            let head = trust.revocations()?.doc().head;
            let age_s = now.since(head.issued) / 1_000;
            Some(ListAge { version: head.version.0, issued: head.issued, refresh_by: head.refresh_by, age_s, freshness })
        })
    }

    fn freshness(&self, now: Millis) -> view::Freshness {
        word(self.documents.read(|trust| trust.freshness(now)))
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
            refresh_by: self.documents.read(|trust| trust.chart().doc().head.refresh_by),
        }
    }

    fn peers(&self, heads: &[(LogId, Seq)], queues: &Queues, now: Millis) -> Vec<Peer> {
        let directory = self.directory();
        let last_entry = self.last_entries(heads, now);
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
                class: link.class,
                rate: link.rate,
                waits: link.waits,
                coming: link.coming,
                carrier: office.carrier,
                last_entry: last_entry.get(&office.id).copied(),
                why: self.why(&directory, office.id, queues),
                queue: queues.by_office.get(&office.id).copied().unwrap_or_default(),
                suspended: directory.is_suspended(office.id),
            }
        };
        directory.members().filter(|office| office.id != self.me).map(peer).collect()
    }

    /// When each office wrote the newest of its entries that is here, by its own clock; a time to come is none.
    fn last_entries(&self, heads: &[(LogId, Seq)], now: Millis) -> HashMap<OfficeId, Millis> {
        let mut last: HashMap<OfficeId, Millis> = HashMap::new();
        for (log, head) in heads.iter().filter(|(log, _)| log.office != self.me) {
            if let Some(time) = self.written_at(log, *head).filter(|time| *time <= now.plus(MAX_SKEW_MS)) {
                let newest = last.entry(log.office).or_insert(time);
                *newest = time.max(*newest);
            }
        }
        last
    }
}

pub(super) fn word(freshness: Freshness) -> view::Freshness {
    match freshness {
        Freshness::Fresh => view::Freshness::Fresh,
        Freshness::Stale => view::Freshness::Stale,
        Freshness::Overdue => view::Freshness::Overdue,
    }
}
