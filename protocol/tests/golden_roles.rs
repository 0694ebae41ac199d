//! The bytes of roles, deputies and what is said on behalf of others: see FORMAT.md, sections 4 and 5.
//!
//! A change here is a change of the format. `OKRUG_GOLDEN=write` writes the files anew.

use okrug_protocol::behalf::{Behalf, OnBehalf, Term};
use okrug_protocol::clock::Millis;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::ids::{DistrictId, Hash32, OfficeId, PersonId, RoleId, Topic, UnitId, hex, unhex};
use okrug_protocol::message::{Content, Letter, Lines, Message, Setting, Unsigned};
use okrug_protocol::role::RoleRecord;
use okrug_protocol::seal::OpenKey;
use okrug_protocol::sign::SecretKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const DISTRICT: DistrictId = DistrictId(Hash32([1; 32]));
const NOW: Millis = Millis(1_767_225_600_000);

fn key(n: u8) -> OpenKey {
    OpenKey::from_seed(&[n; 32])
}

fn golden(name: &str, bytes: &[u8]) -> Vec<u8> {
    let path = format!("{}/tests/golden/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("OKRUG_GOLDEN").is_some_and(|v| v == "write") {
        std::fs::write(&path, hex(bytes) + "\n").expect("the folder of golden files can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept.trim(), hex(bytes), "{name} has other bytes than the format gave it");
    unhex(kept.trim()).expect("hexadecimal")
}

#[test]
fn a_role_keeps_its_bytes() {
    let record = RoleRecord {
        role: RoleId(30_001),
        unit: UnitId(3),
        title: "Дежурный".to_owned(),
        version: 2,
        since: NOW,
        active: true,
        holders: vec![
            Term { person: PersonId(30_001), from: NOW, until: Some(NOW.plus(43_200_000)) },
            Term { person: PersonId(30_002), from: NOW.plus(43_200_000), until: None },
        ],
        seal: key(2).public(),
        boxes: Vec::new(),
        before: None,
    };
    let mut rng = ChaCha20Rng::from_seed([42; 32]);
    let record = record.lock(DISTRICT, &key(2), &[(PersonId(30_001), key(5).public())], Some(&key(1)), &mut rng).expect("good keys");
    assert_eq!(RoleRecord::read(&golden("role", &record.encode())), Ok(record));
}

#[test]
fn a_deputy_keeps_its_bytes() {
    let deputy = vec![Term { person: PersonId(30_002), from: NOW, until: Some(NOW.plus(86_400_000)) }];
    let record = DeputyRecord { person: PersonId(30_001), office: OfficeId(3), version: 1, since: NOW, deputy };
    assert_eq!(DeputyRecord::read(&golden("deputy", &record.encode())), Ok(record));
}

#[test]
fn a_letter_for_a_role_keeps_its_bytes() {
    let setting = Setting { district: DISTRICT, office: OfficeId(3), topic: Topic::Inbox(OfficeId(5)) };
    let lines = Lines { setting, from: PersonId(30_001), role: RoleId(30_001), edition: 2, with: PersonId(50_001) };
    let letter =
        Letter::seal(&lines, "Принято", &key(2).public(), &key(6).public(), &mut ChaCha20Rng::from_seed([43; 32])).expect("good keys");
    let said = Unsigned {
        person: PersonId(30_001),
        key_version: 1,
        counter: 7,
        time: NOW,
        reply_to: None,
        content: Content::Letter(letter),
        on_behalf: Some(OnBehalf { of: Behalf::Role(RoleId(30_001)), version: 2 }),
    };
    let message = said.sign(&setting, &SecretKey::from_seed(&[4; 32])).expect("a short text");
    assert_eq!(Message::decode(&golden("message_letter", &message.encode())), Ok(message));
}
