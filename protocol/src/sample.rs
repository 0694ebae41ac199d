//! A made-up district for tests and the simulator, the same every time.
//!
//! ```text
//!   u1 Управление ─┬─ u2 Канцелярия ──── u5 Архив      u1, u2: every office
//!                  ├─ u3 Дежурная служба               u3: offices with odd numbers, u4: the first half
//!                  └─ u4 Отдел исполнения              u5: the first office
//! ```
//!
//! [`SampleDistrict::amend`] signs a next edition of the chart, for tests of what changes with it.

use std::sync::Arc;

use crate::bootstrap::Bootstrap;
use crate::chart::{Chart, Delegation, Group, Office, Policy, Retention, Span, Unit};
use crate::charter::{Charter, Role, SUITE};
use crate::clock::Millis;
use crate::digest;
use crate::directory::Directory;
use crate::document::{Document, Head, Signed};
use crate::ids::{DistrictId, GroupId, Hash32, OfficeId, PersonId, UnitId, Version};
use crate::person::{PersonRecord, SignedPerson};
use crate::revocations::{CutOff, Revocations, RevokedOffice, RevokedPerson};
use crate::seal::OpenKey;
use crate::sign::SecretKey;
use crate::subchart::Subchart;
use crate::trust::{DistrictFile, Trust};

/// When the sample's documents were issued: 1 January 2026, 00:00 UTC.
pub const ISSUED: Millis = Millis(1_767_225_600_000);
/// For how long they are fresh: 90 days.
pub const FRESH_MS: u64 = 90 * 24 * 3_600 * 1_000;

/// A district with all its keys.
#[derive(Debug, Clone)]
pub struct SampleDistrict {
    /// The documents as a node holds them.
    pub trust: Trust,
    /// The same as a file.
    pub file: DistrictFile,
    /// Two of these three sign charters.
    pub charter_keys: Vec<SecretKey>,
    /// Signs charts and bootstrap lists.
    pub directory_key: SecretKey,
    /// Signs revocations.
    pub revocation_key: SecretKey,
    /// Sign entries, by office: the first is o1's.
    pub sign_keys: Vec<SecretKey>,
    /// Are known on the mesh, by office.
    pub peer_keys: Vec<SecretKey>,
    /// Open what is sealed to an office, by office.
    pub open_keys: Vec<OpenKey>,
}

/// A person with their keys.
#[derive(Debug, Clone)]
pub struct SamplePerson {
    /// The record with the person's own signature.
    pub signed: SignedPerson,
    /// Signs what they say.
    pub sign_key: SecretKey,
    /// Opens what is for them alone.
    pub open_key: OpenKey,
}

/// A district of so many offices, which host what the picture above says.
#[must_use]
pub fn district(offices: u32) -> SampleDistrict {
    hosting(offices, |office| {
        let all = [(1, true), (2, true), (3, office.0 % 2 == 1), (4, office.0 * 2 <= offices + 1), (5, office.0 == 1)];
        all.into_iter().filter(|(_, hosted)| *hosted).map(|(unit, _)| UnitId(unit)).collect()
    })
}

/// A district of so many offices, where `hosts` says which of the units 1 to 5 each has people of.
#[must_use]
pub fn hosting(offices: u32, hosts: impl Fn(OfficeId) -> Vec<UnitId>) -> SampleDistrict {
    let charter_keys: Vec<SecretKey> = (0..3).map(|n| signing("charter", n)).collect();
    let (directory_key, revocation_key) = (signing("directory", 0), signing("revocations", 0));
    let role = |keys: &[SecretKey], threshold| Role { keys: keys.iter().map(SecretKey::public).collect(), threshold };
    let charter = Charter {
        head: head(DistrictId::NONE, Version(1), Hash32::ZERO),
        name: "Опытный округ".to_owned(),
        suite: SUITE,
        root: role(&charter_keys, 2),
        directory: role(std::slice::from_ref(&directory_key), 1),
        revocations: role(std::slice::from_ref(&revocation_key), 1),
        directory_epoch: 0,
        revocations_epoch: 0,
    };
    let charter = signed(charter, &[&charter_keys[0], &charter_keys[1]]);
    let chart = chart(charter.district(), offices, hosts);
    let bootstrap = Bootstrap {
        head: head(charter.district(), Version(1), Hash32::ZERO),
        rows: (1..=offices.min(2)).map(|n| (OfficeId(n), vec![format!("/ip4/127.0.0.1/tcp/{}", 41_000 + n)])).collect(),
    };
    let file = DistrictFile {
        charters: vec![charter.encode()],
        chart: signed(chart, &[&directory_key]).encode(),
        revocations: None,
        bootstrap: Some(signed(bootstrap, &[&directory_key]).encode()),
        subcharts: Vec::new(),
    };
    SampleDistrict {
        trust: Trust::from_file(Some(charter.district()), &file).expect("the sample keeps every rule"),
        file,
        charter_keys,
        directory_key,
        revocation_key,
        sign_keys: (1..=offices).map(|n| signing("sign", n)).collect(),
        peer_keys: (1..=offices).map(|n| signing("peer", n)).collect(),
        open_keys: (1..=offices).map(|n| opening("open", n)).collect(),
    }
}

impl SampleDistrict {
    /// Which district this is.
    #[must_use]
    pub fn id(&self) -> DistrictId {
        self.trust.district()
    }

    /// The directory folded from its documents.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.trust.directory()
    }

    /// Signs and accepts the next edition of the chart, after `change`; gives its envelope.
    pub fn amend(&mut self, change: impl FnOnce(&mut Chart)) -> Vec<u8> {
        let held = self.trust.chart();
        let mut chart = held.doc().clone();
        let version = held.version().next().expect("few editions are made in a test");
        chart.head = Head { version, previous: held.hash(), ..chart.head };
        change(&mut chart);
        let chart = chart.remembering(held.doc());
        let bytes = signed(chart, &[&self.directory_key]).encode();
        self.trust.accept_chart(&bytes).expect("the next edition keeps every rule");
        self.file.chart.clone_from(&bytes);
        bytes
    }

    /// Delegates a unit, and takes its first directory.
    pub fn delegate(&mut self, unit: u32) {
        self.amend(|chart| chart.delegations.push(delegation(unit)));
        let (key, subchart) = delegated(unit);
        let bytes = signed(subchart, &[&key]).encode();
        self.trust.accept_subchart(&bytes).expect("the sample keeps every rule");
        self.file = self.trust.to_file();
    }

    /// Signs and takes the next edition of a delegated directory, after `change`; gives its envelope.
    pub fn amend_delegated(&mut self, unit: u32, change: impl FnOnce(&mut Subchart)) -> Vec<u8> {
        let held = &self.trust.subcharts()[&UnitId(unit)];
        let mut subchart = held.doc().clone();
        let version = held.version().next().expect("few editions are made in a test");
        subchart.head = Head { version, previous: held.hash(), ..subchart.head };
        change(&mut subchart);
        let subchart = subchart.remembering(held.doc());
        let bytes = signed(subchart, &[&signing("delegate", unit)]).encode();
        self.trust.accept_subchart(&bytes).expect("the next edition keeps every rule");
        self.file = self.trust.to_file();
        bytes
    }

    /// Signs and accepts the next list of revocations: offices without cut-offs, persons, and where the logs of offices
    /// that are revoked already end; gives its envelope.
    pub fn revoke(&mut self, offices: &[OfficeId], persons: &[PersonId], ends: &[CutOff]) -> Vec<u8> {
        let held = self.trust.revocations();
        let version = held.map_or(Some(Version(1)), |held| held.version().next()).expect("few lists are made in a test");
        let head = head(self.id(), version, held.map_or(Hash32::ZERO, Signed::hash));
        let empty = Revocations { head, offices: Vec::new(), persons: Vec::new() };
        let mut list = held.map_or(empty, |held| Revocations { head, ..held.doc().clone() });
        let reason = || "Испытание".to_owned();
        let office =
            |office: &OfficeId| RevokedOffice { office: *office, reason: reason(), cut_offs: Vec::new(), since: version, cut: Version(0) };
        list.offices.extend(offices.iter().map(office));
        list.persons.extend(persons.iter().map(|person| RevokedPerson { person: *person, reason: reason(), since: version }));
        for end in ends {
            let row = list.offices.iter_mut().find(|row| row.office == end.log.office).expect("a revoked office");
            row.cut = version;
            row.cut_offs.push(*end);
        }
        let bytes = signed(list, &[&self.revocation_key]).encode();
        self.trust.accept_revocations(&bytes).expect("the next list keeps every rule");
        self.file.revocations = Some(bytes.clone());
        bytes
    }

    /// The `n`th person of an office, as a member of a unit.
    #[must_use]
    pub fn person(&self, office: OfficeId, n: u32, unit: UnitId) -> SamplePerson {
        let person = PersonId::numbered(office, n).expect("a small number");
        let (sign_key, open_key) = (signing("person", person.0), opening("person", person.0));
        let record = PersonRecord {
            person,
            office,
            unit,
            name: format!("Сотрудник {n}"),
            position: "Инспектор".to_owned(),
            sign: sign_key.public(),
            seal: open_key.public(),
            version: 1,
            active: true,
            next_home: None,
        };
        let signed = SignedPerson::write(record, self.id(), &sign_key).expect("the sample keeps every rule");
        SamplePerson { signed, sign_key, open_key }
    }
}

/// Drafts a document and has all `keys` sign it.
///
/// # Panics
/// When the document breaks a rule.
#[must_use]
pub fn signed<D: Document>(doc: D, keys: &[&SecretKey]) -> Signed<D> {
    let mut signed = Signed::draft(doc).expect("the sample keeps every rule");
    keys.iter().for_each(|key| signed.sign(key));
    signed
}

/// The head of an edition that is issued at [`ISSUED`].
#[must_use]
pub fn head(district: DistrictId, version: Version, previous: Hash32) -> Head {
    Head { district, version, issued: ISSUED, refresh_by: ISSUED.plus(FRESH_MS), previous }
}

/// The delegation of a unit of the sample: one key, the numbers from `unit` · 100 + 1 to `unit` · 100 + 99.
#[must_use]
pub fn delegation(unit: u32) -> Delegation {
    let span = Span { first: unit * 100 + 1, last: unit * 100 + 99 };
    Delegation {
        unit: UnitId(unit),
        role: Role { keys: vec![signing("delegate", unit).public()], threshold: 1 },
        epoch: 0,
        units: span,
        offices: span,
        since: Version(1),
        kept: None,
        withdrawn: None,
    }
}

/// The key and the first directory of a delegated unit: one unit and one office, both with the first number.
#[must_use]
pub fn delegated(unit: u32) -> (SecretKey, Subchart) {
    let n = unit * 100 + 1;
    let subchart = Subchart {
        head: head(district(1).id(), Version(1), Hash32::ZERO),
        unit: UnitId(unit),
        chart: Version(1),
        units: vec![Unit { id: UnitId(n), parent: Some(UnitId(unit)), name: format!("Сектор {n}") }],
        offices: vec![office(n, vec![UnitId(unit), UnitId(n)])],
        addresses: vec![(OfficeId(n), vec![format!("/ip4/127.0.0.1/tcp/{}", 41_000 + n)])],
        past: Vec::new(),
    };
    (signing("delegate", unit), subchart)
}

fn office(n: u32, hosts: Vec<UnitId>) -> Office {
    Office {
        id: OfficeId(n),
        slug: format!("office-{n}"),
        name: format!("Отделение № {n}"),
        sign: signing("sign", n).public(),
        peer: signing("peer", n).public(),
        seal: opening("open", n).public(),
        hosts,
        since: Version(1),
        carrier: n == 1,
        enrols: true,
    }
}

fn chart(district: DistrictId, offices: u32, hosts: impl Fn(OfficeId) -> Vec<UnitId>) -> Chart {
    let unit = |id, parent: u32, name: &str| Unit {
        id: UnitId(id),
        parent: Some(parent).filter(|parent| *parent > 0).map(UnitId),
        name: name.to_owned(),
    };
    Chart {
        head: head(district, Version(1), Hash32::ZERO),
        units: vec![
            unit(1, 0, "Управление"),
            unit(2, 1, "Канцелярия"),
            unit(3, 1, "Дежурная служба"),
            unit(4, 1, "Отдел исполнения"),
            unit(5, 2, "Архив"),
        ],
        offices: (1..=offices).map(|n| office(n, hosts(OfficeId(n)))).collect(),
        groups: vec![Group {
            id: GroupId(1), name: "Опорные отделения".to_owned(), offices: (1..=offices.min(2)).map(OfficeId).collect()
        }],
        delegations: Vec::new(),
        policy: Policy::default(),
        past: Vec::new(),
        page_root: None,
        suspended: Vec::new(),
        retention: Retention::default(),
    }
}

fn seed(purpose: &str, n: u32) -> [u8; 32] {
    digest::hash(b"okrug/sample\0", &[&n.to_le_bytes(), purpose.as_bytes()]).0
}

/// The sample's signing key number `n` of a purpose.
#[must_use]
pub fn signing(purpose: &str, n: u32) -> SecretKey {
    SecretKey::from_seed(&seed(purpose, n))
}

/// The sample's sealing key number `n` of a purpose.
#[must_use]
pub fn opening(purpose: &str, n: u32) -> OpenKey {
    OpenKey::from_seed(&seed(purpose, n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Topic;

    #[test]
    fn departments_run_across_offices() {
        let sample = district(4);
        let directory = sample.directory();
        assert_eq!(directory.readers(Topic::Unit(UnitId(3))), [OfficeId(1), OfficeId(3)]);
        assert_eq!(directory.readers(Topic::Unit(UnitId(4))), [OfficeId(1), OfficeId(2)]);
        assert_eq!(directory.readers(Topic::Unit(UnitId(1))).len(), 4);
        assert_eq!(directory.office_by_peer(&sample.peer_keys[2].public()), Some(OfficeId(3)));
    }

    #[test]
    fn an_amended_chart_takes_the_place_of_the_one_before() {
        let mut sample = district(3);
        let before = sample.directory();
        sample.amend(|chart| chart.offices[2].hosts.clear());
        assert_eq!(sample.directory().version(), Version(2));
        assert!(before.reads(OfficeId(3), Topic::Unit(UnitId(2))));
        assert!(!sample.directory().reads(OfficeId(3), Topic::Unit(UnitId(2))));
        assert_eq!(Trust::from_file(Some(sample.id()), &sample.file).unwrap().versions(), sample.trust.versions());
    }
}
