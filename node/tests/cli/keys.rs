//! The key store: made once, sealed, private, and honest about what is wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use okrug_node::clock;
use okrug_node::keyring::{Moment, Renewal};
use okrug_node::keys::{KeyFolder, KeysError, Lock, NewOffice, Unlock};
use okrug_node::rest::Rest;
use okrug_protocol::clock::Millis;
use okrug_protocol::request::Request;
use okrug_protocol::sample::ISSUED;

use crate::support::{enrolled, okrug_node};

const KOTLAS: NewOffice<'static> = NewOffice { slug: "kotlas", name: "Котласское отделение" };

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn made(unlock: &Unlock) -> (tempfile::TempDir, KeyFolder, String) {
    let dir = tempfile::tempdir().unwrap();
    let home = KeyFolder::of(dir.path());
    let request = home.create(KOTLAS, unlock, &mut clock::rng()).unwrap();
    (dir, home, request)
}

#[test]
fn keys_are_private_and_open_as_they_were_requested() {
    let (dir, home, request) = made(&Unlock::default());
    let folder = dir.path().join("keys");
    assert_eq!(mode(&folder), 0o700);
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["master.key", "node.keys", "request"]);
    assert!(names.iter().all(|name| mode(&folder.join(name)) == 0o600));
    let (keys, asked) = (home.open(&Unlock::default()).unwrap(), Request::read(&request).unwrap());
    assert_eq!((keys.sign.public(), keys.peer.public(), keys.seal.public()), (asked.sign, asked.peer, asked.seal));
    assert_eq!(home.request().unwrap(), (request, asked));
}

#[test]
fn existing_keys_are_never_overwritten() {
    let (dir, home, _) = made(&Unlock::default());
    let before = fs::read(dir.path().join("keys/node.keys")).unwrap();
    assert!(matches!(home.create(KOTLAS, &Unlock::default(), &mut clock::rng()), Err(KeysError::Exist(_))));
    assert_eq!(fs::read(dir.path().join("keys/node.keys")).unwrap(), before);
}

#[test]
fn a_refused_beginning_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let home = KeyFolder::of(dir.path());
    let bad = NewOffice { slug: "Котлас", name: "x" };
    assert!(matches!(home.create(bad, &Unlock::default(), &mut clock::rng()), Err(KeysError::Request(_))));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert!(matches!(home.open(&Unlock::default()), Err(KeysError::None(_))));
}

#[test]
fn a_passphrase_locks_the_keys_and_only_it_opens_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| {
        let path = folder.path().join(format!("pass-{}", text.len()));
        fs::write(&path, text).unwrap();
        Unlock { passphrase_file: Some(path), credential: None }
    };
    let dir = tempfile::tempdir().unwrap();
    let home = KeyFolder::of(dir.path());
    assert!(matches!(home.create(KOTLAS, &file("short"), &mut clock::rng()), Err(KeysError::Weak(12))));
    home.create(KOTLAS, &file("длинный пароль\n"), &mut clock::rng()).unwrap();
    assert_eq!(home.lock().unwrap(), Lock::Passphrase);
    assert!(!dir.path().join("keys/master.key").exists());
    assert!(home.open(&file("длинный пароль\r\n")).is_ok());
    assert!(matches!(home.open(&file("другой длинный пароль")), Err(KeysError::WrongMaster(_))));
    assert!(matches!(home.open(&Unlock::default()), Err(KeysError::NeedsPassphrase)));
}

#[test]
fn a_credential_locks_the_keys_and_only_it_opens_them() {
    let folder = tempfile::tempdir().unwrap();
    let credential = |byte: u8| {
        let path = folder.path().join(format!("node.key.{byte}"));
        fs::write(&path, [byte; 32]).unwrap();
        Unlock { passphrase_file: None, credential: Some(path) }
    };
    let (_dir, home, _) = made(&credential(1));
    assert_eq!(home.lock().unwrap(), Lock::Credential);
    assert!(home.open(&credential(1)).is_ok());
    assert!(matches!(home.open(&credential(2)), Err(KeysError::WrongMaster(_))));
    assert!(matches!(home.open(&Unlock::default()), Err(KeysError::NeedsCredential)));
}

/// Lets the term of the old key pass, as the ledger does day by day.
fn let_pass(renewal: &mut Renewal) {
    let at = |day: u64| {
        let ms = day * 24 * 3_600 * 1_000;
        Moment { shown: Millis(ms), ran: ms, named: ISSUED.plus(1_000 * ms) }
    };
    let listed = renewal.key().public();
    let passed = [0, 400, 402].map(|day| renewal.look(listed, 35, at(day)).unwrap());
    assert_eq!(passed, [false, false, true]);
}

#[test]
fn a_renewed_key_takes_the_place_of_the_old_one_at_the_start_after_its_term_and_the_old_bytes_are_gone() {
    let (place, mut district, file) = enrolled();
    let (data, asked) = (place.path("data"), place.file("renewed"));
    let folder = KeyFolder::of(&data);
    let old = folder.open(&Unlock::default()).unwrap();
    drop(place.start(&["--district", &file]));
    let renew = ["key", "renew", "--data", &place.data(), "--request"];
    let first = okrug_node(&[&renew[..], &[&asked]].concat());
    first.expect(0, &["okrug office enrol", &asked]);
    let request = Request::read(&fs::read_to_string(&asked).unwrap()).unwrap();
    assert_eq!((request.sign, request.peer), (old.sign.public(), old.peer.public()));
    assert_ne!(request.seal, old.seal.public());
    assert_eq!(folder.request().unwrap().1, request);
    // The same key again: a request that was lost is written anew.
    okrug_node(&[&renew[..], &[&place.file("again")]].concat()).expect(0, &[]);
    assert_eq!(fs::read(place.path("again")).unwrap(), fs::read(&asked).unwrap());
    district.amend(|chart| chart.offices[0].seal = request.seal);
    let file = place.district_file(&district);
    let node = place.start(&["--district", &file]);
    okrug_node(&[&renew[..], &[&place.file("never")]].concat()).expect(11, &[]);
    drop(node);
    assert_eq!(folder.open(&Unlock::default()).unwrap().seal.public(), old.seal.public(), "it opens as long as its term lasts");
    let sealing = data.join("keys").join("sealing");
    let open = || Renewal::open(&sealing, &Rest::new(&old.at_rest)).unwrap();
    let_pass(&mut open().unwrap());
    let before = fs::read(data.join("keys/node.keys")).unwrap();
    let held = fs::hard_link(data.join("keys/node.keys"), place.path("bytes"));
    held.unwrap();
    drop(place.start(&[]));
    let new = folder.open(&Unlock::default()).unwrap();
    assert_eq!((new.seal.public(), new.sign.public(), new.at_rest == old.at_rest), (request.seal, old.sign.public(), true));
    assert!(open().is_none());
    assert_eq!(fs::read(place.path("bytes")).unwrap(), vec![0; before.len()], "what lay there is overwritten");
    assert_eq!(mode(&data.join("keys/node.keys")), 0o600);
}

#[test]
fn keys_that_others_may_read_are_refused() {
    let (dir, home, _) = made(&Unlock::default());
    for name in ["keys/node.keys", "keys/master.key", "keys"] {
        let path = dir.path().join(name);
        let before = mode(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644 | before)).unwrap();
        assert!(matches!(home.open(&Unlock::default()), Err(KeysError::Open { path: named, .. }) if named == path), "{name}");
        fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
    }
    assert!(home.open(&Unlock::default()).is_ok());
}

#[test]
fn a_damaged_file_is_named_and_left_alone() {
    let (dir, home, _) = made(&Unlock::default());
    let path = dir.path().join("keys/node.keys");
    fs::write(&path, b"not keys").unwrap();
    assert!(matches!(home.open(&Unlock::default()), Err(KeysError::Damaged(named)) if named == path));
    assert_eq!(fs::read(&path).unwrap(), b"not keys");
}
