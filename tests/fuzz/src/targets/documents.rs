//! Signed documents: as they come, and signed by the keys that the district has.

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::bounds::PERSON_MAX_BYTES;
use okrug_protocol::chart::Chart;
use okrug_protocol::charter::Charter;
use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::directory::Directory;
use okrug_protocol::document::{Document, DocumentKind, Signed};
use okrug_protocol::ids::{OfficeId, Topic, UnitId};
use okrug_protocol::person::{PersonRecord, SignedPerson};
use okrug_protocol::revocations::Revocations;
use okrug_protocol::role::RoleRecord;
use okrug_protocol::sample;
use okrug_protocol::sign::{PublicKey, SecretKey, Signature};
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::{Conflict, DistrictFile, Trust};

use super::{Target, again, canonical};
use crate::corpus::golden;
use crate::fixture::district;

const SUBTREE: UnitId = UnitId(4);

pub(super) const TARGETS: &[Target] = &[
    Target::new("charter", charters, envelope::<Charter>),
    Target::new(
        "charter_signed",
        || bodies::<Charter>(&charters()),
        |bytes| {
            let keys = &district().charter_keys;
            signed::<Charter>(bytes, &[&keys[0], &keys[1]])
        },
    )
    .costs(10),
    Target::new("charter_run", charter_run, |bytes| district().trust.clone().accept_charters(bytes).is_ok()).costs(4),
    Target::new("chart", charts, envelope::<Chart>),
    Target::new("chart_signed", || bodies::<Chart>(&charts()), |bytes| signed::<Chart>(bytes, &[&district().directory_key])).costs(10),
    Target::new("subchart", subcharts, envelope::<Subchart>),
    Target::new(
        "subchart_signed",
        || bodies::<Subchart>(&subcharts()),
        |bytes| signed::<Subchart>(bytes, &[&sample::delegated(SUBTREE.0).0]),
    )
    .costs(40),
    Target::new("revocations", revocations, envelope::<Revocations>),
    Target::new(
        "revocations_signed",
        || bodies::<Revocations>(&revocations()),
        |bytes| signed::<Revocations>(bytes, &[&district().revocation_key]),
    )
    .costs(10),
    Target::new("bootstrap", bootstraps, envelope::<Bootstrap>),
    Target::new(
        "bootstrap_signed",
        || bodies::<Bootstrap>(&bootstraps()),
        |bytes| signed::<Bootstrap>(bytes, &[&district().directory_key]),
    )
    .costs(10),
    Target::new("district_file", files, file).costs(2),
    Target::new(
        "conflict",
        || golden("conflict"),
        |bytes| {
            let read = canonical(bytes, codec::decode_canonical::<Conflict>(bytes, bytes.len()), codec::encode);
            read.is_some_and(|conflict| {
                let _ = district().trust.clone().remember(conflict);
                true
            })
        },
    )
    .costs(2),
    Target::new(
        "person",
        || golden("person"),
        |bytes| {
            canonical(bytes, codec::decode_canonical::<SignedPerson>(bytes, PERSON_MAX_BYTES), SignedPerson::encode)
                .is_some_and(|person| person.record.check().is_ok())
        },
    ),
    Target::new("person_signed", persons, person).costs(4),
    Target::new("role", || golden("role"), |bytes| canonical(bytes, RoleRecord::read(bytes), RoleRecord::encode).is_some()),
    Target::new("deputy", || golden("deputy"), |bytes| canonical(bytes, DeputyRecord::read(bytes), DeputyRecord::encode).is_some()),
];

fn charters() -> Vec<Vec<u8>> {
    let mut all = golden("charter");
    all.extend(district().trust.envelopes(DocumentKind::Charter, okrug_protocol::ids::Version(0)));
    all
}

/// Charters one behind the other, each with its length.
fn charter_run() -> Vec<Vec<u8>> {
    vec![charters().iter().flat_map(codec::encode).collect(), district().trust.charters_from(okrug_protocol::ids::Version(1))]
}

fn charts() -> Vec<Vec<u8>> {
    let mut next = district().clone();
    let mut all = golden("chart_").into_iter().chain(golden("chart.")).collect::<Vec<_>>();
    all.push(next.file.chart.clone());
    all.push(next.amend(|_| {}));
    all
}

fn subcharts() -> Vec<Vec<u8>> {
    let mut next = district().clone();
    let mut all = golden("subchart");
    all.push(next.amend_delegated(SUBTREE.0, |_| {}));
    all.push(next.amend_delegated(SUBTREE.0, |_| {}));
    all
}

fn revocations() -> Vec<Vec<u8>> {
    let mut next = district().clone();
    let person = next.person(OfficeId(1), 1, UnitId(1)).signed.record.person;
    let mut all = golden("revocations");
    all.push(next.revoke(&[OfficeId(3)], &[person], &[]));
    all
}

fn bootstraps() -> Vec<Vec<u8>> {
    let mut all = golden("bootstrap");
    all.extend(district().file.bootstrap.clone());
    all
}

fn files() -> Vec<Vec<u8>> {
    let mut all = golden("district_file");
    all.push(district().trust.to_file().encode());
    all
}

fn persons() -> Vec<Vec<u8>> {
    let record = |n| codec::encode(&district().person(OfficeId(n), 1, UnitId(1)).signed.record);
    vec![record(1), record(2)]
}

/// The documents without their signatures.
fn bodies<D: Document>(envelopes: &[Vec<u8>]) -> Vec<Vec<u8>> {
    envelopes.iter().filter_map(|bytes| Signed::<D>::parse(bytes).ok()).map(|signed| signed.body().to_vec()).collect()
}

fn envelope<D: Document + Clone + PartialEq>(bytes: &[u8]) -> bool {
    canonical(bytes, Signed::<D>::parse(bytes), Signed::encode).is_some_and(|signed| signed.doc().check().is_ok())
}

/// Signs bytes as a document, whatever they are, gives it to the gate, and looks into the directory that came of it.
fn signed<D: Document + Encode + Decode<()>>(bytes: &[u8], keys: &[&SecretKey]) -> bool {
    let mut signatures: Vec<(PublicKey, Signature)> = keys.iter().map(|key| (key.public(), key.sign(D::LABEL, bytes))).collect();
    signatures.sort_by_key(|(key, _)| *key);
    let envelope = codec::encode(&(bytes.to_vec(), signatures));
    let mut trust = district().trust.clone();
    let kind = if D::KIND == DocumentKind::Chart || D::KIND == DocumentKind::Charter { D::KIND } else { kind_of::<D>(bytes) };
    let taken = trust.accept(kind, &envelope).is_ok();
    if taken {
        look(&trust.directory());
        assert!(Trust::from_file(Some(trust.district()), &trust.to_file()).is_ok(), "what was taken cannot be taken again at a restart");
    }
    taken
}

/// A document of a subtree says itself of which.
fn kind_of<D: Document>(bytes: &[u8]) -> DocumentKind {
    codec::decode_canonical::<D>(bytes, D::MAX_BYTES).map_or(D::KIND, |doc| doc.kind())
}

/// Asks a directory everything that a node asks of it.
fn look(directory: &Directory) {
    for unit in directory.units() {
        assert!(directory.unit_path(unit.id).len() <= directory.depth(unit.id) + 1);
        let topic = Topic::Unit(unit.id);
        assert!(directory.readers(topic).iter().all(|office| directory.reads(*office, topic)));
        let _ = (directory.title(topic), directory.children(Some(unit.id)), directory.offices_hosting(unit.id));
    }
    for office in directory.offices() {
        let _ = (directory.verifier(office.id), directory.is_suspended(office.id), directory.listed_by(office.id));
        assert!(directory.office_by_peer(&office.peer).is_none_or(|known| known == office.id));
    }
    let _ = (directory.groups().count(), directory.addresses().len(), directory.strays().len());
}

fn file(bytes: &[u8]) -> bool {
    let Some(file) = again(bytes, DistrictFile::decode, DistrictFile::encode) else { return false };
    let _ = Trust::from_file(None, &file);
    district().trust.clone().accept_file(&file).is_ok()
}

/// A record that its person signed, whatever it says.
fn person(bytes: &[u8]) -> bool {
    let Ok(record) = codec::decode_canonical::<PersonRecord>(bytes, PERSON_MAX_BYTES) else { return false };
    let person = district().person(OfficeId(1), 1, UnitId(1));
    let record = PersonRecord { sign: person.sign_key.public(), ..record };
    let Ok(written) = SignedPerson::write(record, district().id(), &person.sign_key) else { return false };
    let read = SignedPerson::read(&written.encode(), district().id());
    assert_eq!(read.as_ref().ok(), Some(&written), "what is written cannot be read");
    true
}
