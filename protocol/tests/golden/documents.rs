//! Every kind of signed document, with every kind of row.

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::{Change, Chart, Delegation, Group, Hold, Office, Policy, PostRule, ResealRule, Retention, Span, Unit, Was};
use okrug_protocol::charter::{Charter, Role, SUITE};
use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::document::{Document, DocumentKind, Head, Signed};
use okrug_protocol::ids::{
    DistrictId, EntryId, GroupId, Hash32, Incarnation, LogId, OfficeId, PersonId, Precedence, Seq, Topic, UnitId, Version,
};
use okrug_protocol::person::{PersonRecord, SignedPerson};
use okrug_protocol::revocations::{CutOff, Revocations, RevokedOffice, RevokedPerson};
use okrug_protocol::sample::{opening, signed, signing};
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::{Accepted, Conflict, DistrictFile, Trust};
use okrug_protocol::vault::{Cost, Vault};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::golden;

fn head(district: DistrictId, version: u32, previous: Hash32) -> Head {
    Head { district, version: Version(version), issued: Millis(1_700_000_000_000), refresh_by: Millis(1_707_776_000_000), previous }
}

fn role(purpose: &str, keys: u32, threshold: u8) -> Role {
    let mut keys: Vec<_> = (0..keys).map(|n| signing(purpose, n).public()).collect();
    keys.sort();
    Role { keys, threshold }
}

fn charter() -> Signed<Charter> {
    let charter = Charter {
        head: head(DistrictId::NONE, 1, Hash32::ZERO),
        name: "Золотой округ".to_owned(),
        suite: SUITE,
        root: role("charter", 3, 2),
        directory: role("directory", 1, 1),
        revocations: role("revocations", 1, 1),
        directory_epoch: 0,
        revocations_epoch: 0,
    };
    signed(charter, &[&signing("charter", 0), &signing("charter", 2)])
}

fn second_charter() -> Signed<Charter> {
    let first = charter();
    let charter = Charter {
        head: head(first.district(), 2, first.hash()),
        root: role("charter", 2, 2),
        directory: role("directory", 2, 2),
        directory_epoch: 1,
        ..first.doc().clone()
    };
    signed(charter, &[&signing("charter", 0), &signing("charter", 1)])
}

fn district() -> DistrictId {
    charter().district()
}

fn chart() -> Signed<Chart> {
    let office = |n: u32, hosts: &[u32]| Office {
        id: OfficeId(n),
        slug: format!("office-{n}"),
        name: format!("Отделение {n}"),
        sign: signing("sign", n).public(),
        peer: signing("peer", n).public(),
        seal: opening("open", n).public(),
        hosts: hosts.iter().copied().map(UnitId).collect(),
        since: Version(1),
        carrier: n == 1,
        enrols: n != 300,
    };
    let unit = |id, parent: Option<u32>, name: &str| Unit { id: UnitId(id), parent: parent.map(UnitId), name: name.to_owned() };
    let chart = Chart {
        head: head(district(), 1, Hash32::ZERO),
        units: vec![unit(1, None, "Управление"), unit(2, Some(1), "Канцелярия"), unit(70_000, Some(2), "Архив")],
        offices: vec![office(1, &[1, 2]), office(300, &[70_000])],
        groups: vec![Group { id: GroupId(1), name: "Опорные".to_owned(), offices: vec![OfficeId(1), OfficeId(300)] }],
        delegations: vec![
            Delegation {
                unit: UnitId(2),
                role: role("delegate", 2, 2),
                epoch: 1,
                units: Span { first: 80_000, last: 80_999 },
                offices: Span { first: 301, last: 400 },
                since: Version(1),
                kept: Some((Version(3), Hash32([9; 32]))),
                withdrawn: None,
            },
            Delegation {
                unit: UnitId(70_000),
                role: role("delegate", 1, 1),
                epoch: 0,
                units: Span { first: 81_000, last: 81_000 },
                offices: Span { first: 401, last: 401 },
                since: Version(1),
                kept: Some((Version(2), Hash32([8; 32]))),
                withdrawn: Some(Version(1)),
            },
        ],
        policy: Policy { post: PostRule::Anyone, retention_days: 365, reseal: ResealRule::Members, ..Policy::default() },
        past: Vec::new(),
        page_root: Some(Hash32([7; 32])),
        suspended: vec![OfficeId(300)],
        retention: Retention {
            gone: Millis(1_600_000_000_000),
            holds: vec![Hold {
                topic: Topic::Unit(UnitId(1)),
                since: Millis(1_690_000_000_000),
                gone: Millis(1_600_000_000_000),
                reason: "Запрос прокуратуры".to_owned(),
            }],
        },
    };
    signed(chart, &[&signing("directory", 0)])
}

/// Remembers one change of each kind.
fn second_chart() -> Signed<Chart> {
    let first = chart();
    let mut next = Chart { head: head(district(), 2, first.hash()), ..first.doc().clone() };
    next.offices[0].hosts = vec![UnitId(1)];
    next.offices.truncate(1);
    next.units.push(Unit { id: UnitId(70_001), parent: Some(UnitId(1)), name: "Приёмная".to_owned() });
    next.groups.clear();
    next.policy.post = PostRule::Members;
    next.page_root = None;
    next.suspended.clear();
    signed(next.remembering(first.doc()), &[&signing("directory", 0)])
}

fn bootstrap() -> Signed<Bootstrap> {
    let rows = vec![
        (OfficeId(1), vec!["/ip4/10.0.0.1/tcp/4100".to_owned(), "/dns4/office-1.example/tcp/4100".to_owned()]),
        (OfficeId(300), Vec::new()),
    ];
    signed(Bootstrap { head: head(district(), 1, Hash32::ZERO), rows }, &[&signing("directory", 0)])
}

fn revocations() -> Signed<Revocations> {
    let log = LogId {
        office: OfficeId(300),
        incarnation: Incarnation(0xdead_beef),
        topic: Topic::Unit(UnitId(2)),
        precedence: Precedence::Flash,
    };
    let cut_off = CutOff { log, seq: Seq(1_000), id: EntryId(Hash32([7; 32])) };
    let list = Revocations {
        head: head(district(), 1, Hash32::ZERO),
        offices: vec![RevokedOffice {
            office: OfficeId(300),
            reason: "Сервер похищен".to_owned(),
            cut_offs: vec![cut_off],
            since: Version(1),
            cut: Version(1),
        }],
        persons: vec![RevokedPerson { person: PersonId(10_007), reason: "Увольнение".to_owned(), since: Version(1) }],
    };
    signed(list, &[&signing("revocations", 0)])
}

fn subchart() -> Signed<Subchart> {
    let office = Office {
        id: OfficeId(301),
        slug: "office-301".to_owned(),
        name: "Отделение 301".to_owned(),
        sign: signing("sign", 301).public(),
        peer: signing("peer", 301).public(),
        seal: opening("open", 301).public(),
        hosts: vec![UnitId(2), UnitId(80_001)],
        since: Version(1),
        carrier: false,
        enrols: true,
    };
    let left = Office { id: OfficeId(302), slug: "office-302".to_owned(), sign: signing("sign", 302).public(), ..office.clone() };
    let subchart = Subchart {
        head: head(district(), 65_536, Hash32([9; 32])),
        unit: UnitId(2),
        chart: Version(1),
        units: vec![Unit { id: UnitId(80_001), parent: Some(UnitId(2)), name: "Сектор".to_owned() }],
        offices: vec![office],
        addresses: vec![(OfficeId(301), vec!["/ip4/10.0.0.2/tcp/4100".to_owned()])],
        past: vec![Change { version: Version(65_536), was: Was::Office { id: OfficeId(302), row: Some(left) } }],
    };
    signed(subchart, &[&signing("delegate", 0), &signing("delegate", 1)])
}

fn file() -> DistrictFile {
    DistrictFile {
        charters: vec![charter().encode(), second_charter().encode()],
        chart: chart().encode(),
        revocations: Some(revocations().encode()),
        bootstrap: Some(bootstrap().encode()),
        subcharts: vec![subchart().encode()],
    }
}

#[track_caller]
fn same<D: Document + PartialEq>(name: &str, signed: &Signed<D>) {
    let kept = golden(name, &signed.encode());
    assert!(Signed::decode(&kept).is_ok_and(|read| read == *signed), "{name} does not read back");
}

#[test]
fn documents_are_encoded_as_ever() {
    same("charter", &charter());
    same("charter_second", &second_charter());
    same("chart", &chart());
    same("chart_second", &second_chart());
    same("bootstrap", &bootstrap());
    same("revocations", &revocations());
    same("subchart", &subchart());
}

#[test]
fn identities_are_hashed_as_ever() {
    let hashes = [district().0, charter().hash(), chart().hash(), bootstrap().hash(), revocations().hash(), subchart().hash()];
    golden("document_hashes", &hashes.map(|hash| hash.0).concat());
}

#[test]
fn a_person_record_is_encoded_as_ever() {
    let record = PersonRecord {
        person: PersonId(10_007),
        office: OfficeId(1),
        unit: UnitId(2),
        name: "Начальник канцелярии Сургута".to_owned(),
        position: "Начальник канцелярии".to_owned(),
        sign: signing("person", 7).public(),
        seal: opening("person", 7).public(),
        version: 2,
        active: true,
        next_home: None,
    };
    let person = SignedPerson::write(record, district(), &signing("person", 7)).unwrap();
    let kept = golden("person", &person.encode());
    assert_eq!(SignedPerson::read(&kept, district()), Ok(person));
}

#[test]
fn a_district_file_is_written_and_taken_as_ever() {
    let kept = golden("district_file", &file().encode());
    let trust = Trust::from_file(Some(district()), &DistrictFile::decode(&kept).unwrap()).unwrap();
    assert_eq!(trust.to_file(), file());
    golden("versions", &codec::encode(&trust.versions()));
}

#[test]
fn a_conflict_is_encoded_and_believed_as_ever() {
    let mut other = bootstrap().doc().clone();
    other.rows.pop();
    let other = signed(other, &[&signing("directory", 0)]);
    let conflict =
        Conflict { kind: DocumentKind::Bootstrap, version: Version(1), ours: bootstrap().encode(), theirs: other.encode(), by: Vec::new() };
    let kept = golden("conflict", &codec::encode(&conflict));
    let mut trust = Trust::from_file(None, &DistrictFile { bootstrap: None, ..file() }).unwrap();
    assert_eq!(trust.remember(codec::decode(&kept, kept.len()).unwrap()), Ok(()));
    assert_eq!(trust.accept_revocations(&revocations().encode()), Ok(Accepted::Same));
}

#[test]
fn a_vault_is_made_and_opened_as_ever() {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let vault = Vault::seal_at(Cost::LEAST, "пароль", &[4; 32], b"secret", &mut rng).unwrap();
    let kept = golden("vault", &vault.encode());
    assert_eq!(Vault::decode(&kept).unwrap().open("пароль", &[4; 32]).unwrap().as_slice(), b"secret");
}
