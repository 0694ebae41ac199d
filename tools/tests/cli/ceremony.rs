//! Holders of keys who sit apart: co-signing by files, rotation, recovery, the log of what was signed.

use okrug_protocol::trust::{DistrictFile, Trust};

use crate::desk::Desk;

const PASS: [&str; 2] = ["--passphrase-file", "pass"];

fn trust(desk: &Desk) -> Trust {
    Trust::from_file(None, &DistrictFile::decode(&desk.read("district.okrug")).unwrap()).unwrap()
}

/// Another holder's machine: the file of one key, and whatever is carried there.
fn holder(of: &Desk, key: &str, carried: &[&str]) -> Desk {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("keys")).unwrap();
    desk.write(key, of.read(key));
    carry(of, &desk, carried);
    desk
}

fn carry(from: &Desk, to: &Desk, names: &[&str]) {
    for name in names {
        to.write(name.rsplit('/').next().unwrap(), from.read(name));
    }
}

/// A district whose second and third key have left for their holders.
fn apart() -> (Desk, Desk, Desk) {
    let desk = Desk::founded();
    let second = holder(&desk, "keys/authority-2.key", &["district.okrug"]);
    let third = holder(&desk, "keys/authority-3.key", &["district.okrug"]);
    for gone in ["keys/authority-2.key", "keys/authority-3.key"] {
        std::fs::remove_file(desk.path(gone)).unwrap();
    }
    (desk, second, third)
}

fn with_office(desk: &Desk) {
    desk.request("kotlas.req", "kotlas", "Котласское отделение", 1);
    desk.ok(&["office", "enrol", "kotlas.req"]);
}

fn sign(desk: &Desk) -> i32 {
    desk.run(&[&["authority", "sign"][..], &PASS].concat()).code
}

fn cosign(desk: &Desk, files: &[&str]) -> crate::desk::Left {
    desk.run(&[&["authority", "cosign"][..], files, &PASS].concat())
}

#[test]
fn a_holder_who_sits_apart_sees_what_is_signed_and_signs_it() {
    let (desk, second, _) = apart();
    with_office(&desk);
    assert_eq!(sign(&desk), 17);
    carry(&desk, &second, &["pending/directory.okd"]);
    let shown = second.ok(&["authority", "cosign", "directory.okd", "--dry-run"]);
    assert!(shown.contains("+ office o1 kotlas \"Котласское отделение\"") && shown.contains("1 of 2 signatures"), "{shown}");
    let before = second.read("directory.okd");
    assert_eq!(second.read("directory.okd"), before, "a dry run signs nothing");
    let signed = cosign(&second, &["directory.okd"]);
    assert_eq!((signed.code, signed.out.contains("1 signatures added")), (0, true), "{signed:?}");
    carry(&second, &desk, &["directory.okd"]);
    assert_eq!(cosign(&desk, &["directory.okd"]).code, 0);
    assert_eq!(trust(&desk).directory().office_by_slug("kotlas").map(|office| office.id.0), Some(1));
    assert!(!desk.path("pending/directory.okd").exists());
}

#[test]
fn signatures_come_in_any_order_and_again_without_harm() {
    let desk = Desk::new();
    desk.ok(&["authority", "init", "--name", "Округ", "--keys", "3", "--threshold", "3", "--passphrase-file", "pass"]);
    let second = holder(&desk, "keys/authority-2.key", &["district.okrug"]);
    let third = holder(&desk, "keys/authority-3.key", &["district.okrug"]);
    for gone in ["keys/authority-2.key", "keys/authority-3.key"] {
        std::fs::remove_file(desk.path(gone)).unwrap();
    }
    with_office(&desk);
    assert_eq!(sign(&desk), 17);
    // Both sign the same copy, neither sees the other's signature.
    for holder in [&second, &third] {
        carry(&desk, holder, &["pending/directory.okd"]);
        assert_eq!(cosign(holder, &["directory.okd"]).code, 0);
        let again = cosign(holder, &["directory.okd"]);
        assert_eq!(again.code, 0, "the same key again changes nothing");
        assert!(again.err.contains("no signature was added"), "{again:?}");
    }
    carry(&third, &desk, &["directory.okd"]);
    assert_eq!(cosign(&desk, &["directory.okd"]).code, 17, "two of three");
    assert_eq!(cosign(&desk, &["directory.okd"]).code, 17, "and still two of three");
    carry(&second, &desk, &["directory.okd"]);
    assert_eq!(cosign(&desk, &["directory.okd"]).code, 0);
    assert_eq!(trust(&desk).chart().signers().count(), 3);
    let late = cosign(&desk, &["directory.okd"]);
    assert_eq!(late.code, 0, "what is signed already is no error: {late:?}");
}

#[test]
fn a_changed_a_foreign_and_an_older_file_are_not_signed() {
    let (desk, second, _) = apart();
    with_office(&desk);
    assert_eq!(sign(&desk), 17);
    carry(&desk, &second, &["pending/directory.okd"]);
    let mut changed = second.read("directory.okd");
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    second.write("changed.okd", changed);
    assert_eq!(cosign(&second, &["changed.okd"]).code, 13);
    let (other, _, _) = apart();
    with_office(&other);
    assert_eq!(sign(&other), 17);
    second.write("foreign.okd", other.read("pending/directory.okd"));
    assert_eq!(cosign(&second, &["foreign.okd"]).code, 13);
    let stale = desk.read("pending/directory.okd");
    assert_eq!(cosign(&second, &["directory.okd"]).code, 0);
    carry(&second, &desk, &["directory.okd"]);
    assert_eq!(cosign(&desk, &["directory.okd"]).code, 0);
    desk.request("yarensk.req", "yarensk", "Яренское отделение", 2);
    desk.ok(&["office", "enrol", "yarensk.req"]);
    assert_eq!(sign(&desk), 17);
    carry(&desk, &second, &["pending/directory.okd"]);
    assert_eq!(cosign(&second, &["directory.okd"]).code, 0);
    carry(&second, &desk, &["directory.okd"]);
    assert_eq!(cosign(&desk, &["directory.okd"]).code, 0);
    desk.write("stale.okd", stale);
    assert_eq!(cosign(&desk, &["stale.okd"]).code, 6, "version 2, and version 3 is held");
}

#[test]
fn a_rotation_is_signed_by_both_thresholds_and_the_directory_with_it() {
    let (desk, second, third) = apart();
    with_office(&desk);
    let new = Desk::new();
    let made = new.json(&[&["authority", "key", "new", "new.key"][..], &PASS].concat());
    let key = made["public"].as_str().unwrap();
    let rotate = desk.run(&[&["authority", "rotate", "--remove", "keys/authority-1.key", "--add", key][..], &PASS].concat());
    assert_eq!(rotate.code, 17, "{rotate:?}");
    // The key that goes counts for the former charter only.
    assert!(rotate.err.contains("charter of version 2 has 0 of 2"), "{}", rotate.err);
    let files = ["pending/charter.okd", "pending/directory.okd"];
    let names = ["charter.okd", "directory.okd"];
    carry(&desk, &second, &files);
    let shown = second.ok(&[&["authority", "cosign"][..], &names, &["--dry-run"]].concat());
    for line in [&format!("+ key of the role root: {key}"), "~ epoch of the role directory: 0 -> 1", "- key of the role revocations"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert_eq!(cosign(&second, &names).code, 0);
    carry(&second, &third, &names);
    assert_eq!(cosign(&third, &names).code, 0);
    carry(&third, &desk, &names);
    let done = cosign(&desk, &names);
    assert_eq!(done.code, 0, "{done:?}");
    let trust = trust(&desk);
    assert_eq!((trust.charter().version().0, trust.chart().version().0), (2, 65_536));
    assert!(trust.directory().office_by_slug("kotlas").is_some(), "what was to be signed was signed with it");
    assert_eq!(trust.charter().signers().count(), 3, "the key that goes, and two that stay");
}

#[test]
fn a_lost_key_is_replaced_with_those_that_are_left() {
    let desk = Desk::founded();
    let lost = desk.json(&["authority", "key", "list"])["keys"][0]["public"].as_str().unwrap().to_owned();
    let file = (1..=3).map(|n| format!("keys/authority-{n}.key")).find(|file| desk.text(file).contains(&lost)).unwrap();
    std::fs::remove_file(desk.path(&file)).unwrap();
    let (code, err) = desk.fails(&[&["authority", "recover", "--lost", "00112233"][..], &PASS].concat());
    assert_eq!(code, 4, "{err}");
    desk.ok(&[&["authority", "key", "new", "keys/authority-4.key"][..], &PASS].concat());
    let recovered = desk.json(&[&["authority", "recover", "--lost", &lost[..8], "--new", "keys/authority-4.key"][..], &PASS].concat());
    assert_eq!(recovered["charter"], 2);
    let trust = trust(&desk);
    assert_eq!((trust.charter().doc().directory_epoch, trust.chart().version().0), (1, 65_536));
    let listed = desk.ok(&["authority", "key", "list", "--plain"]);
    assert!(!listed.contains(&lost) && listed.contains("authority-4.key"), "{listed}");
    // What the thief of one key signs from now on nobody takes.
    assert!(trust.charter().doc().root.keys.iter().all(|key| okrug_protocol::ids::hex(&key.0) != lost));
    assert_eq!(sign(&desk), 0);
}

#[test]
fn a_threshold_that_nobody_could_reach_is_refused() {
    let desk = Desk::founded();
    let rotate = |args: &[&str]| desk.run(&[&["authority", "rotate"][..], args, &PASS].concat()).code;
    assert_eq!(rotate(&["--threshold", "4"]), 5);
    assert_eq!(rotate(&["--remove", "keys/authority-1.key", "--remove", "keys/authority-2.key"]), 5);
    assert_eq!(rotate(&["--role", "root", "--threshold", "3"]), 0);
    assert_eq!(rotate(&["--role", "root", "--threshold", "3"]), 0, "nothing more to change");
    assert_eq!((trust(&desk).charter().version().0, trust(&desk).chart().version().0), (2, 1), "the directory's role is the same");
}

#[test]
fn each_role_may_have_keys_of_its_own() {
    let desk = Desk::new();
    let args = ["authority", "init", "--name", "Округ", "--directory-keys", "2", "--directory-threshold", "1", "--revocation-keys", "1"];
    desk.ok(&[&args[..], &PASS].concat());
    for key in ["authority-1", "authority-2", "authority-3", "directory-1", "directory-2", "revocations-1"] {
        assert!(desk.path(&format!("keys/{key}.key")).exists(), "{key}");
    }
    for gone in ["authority-1", "authority-2", "authority-3", "directory-2", "revocations-1"] {
        std::fs::rename(desk.path(&format!("keys/{gone}.key")), desk.path(gone)).unwrap();
    }
    with_office(&desk);
    assert_eq!(sign(&desk), 0, "one key of the directory is enough");
    let foreign = desk.run(&[&["authority", "sign", "--renew", "--key", "authority-1"][..], &PASS].concat());
    assert_eq!(foreign.code, 5, "{foreign:?}");
    let charter = trust(&desk).charter().doc().clone();
    assert_eq!((charter.root.threshold, charter.directory.threshold, charter.revocations.threshold), (2, 1, 1));
}

#[test]
fn an_edition_is_verified_by_itself() {
    let (desk, second, _) = apart();
    with_office(&desk);
    assert_eq!(sign(&desk), 17);
    let (code, err) = desk.fails(&["authority", "verify", "pending/directory.okd"]);
    assert_eq!((code, err.contains("there are 1 where 2 are needed")), (17, true), "{err}");
    let first = desk.json(&["authority", "verify", "signed/directory-1.okd"]);
    assert_eq!((&first["kind"], &first["signatures"][0]["have"]), (&"directory".into(), &3.into()));
    second.write("first.okd", desk.read("signed/directory-1.okd"));
    second.ok(&["authority", "verify", "first.okd"]);
    let mut changed = desk.read("signed/directory-1.okd");
    changed[60] ^= 1;
    desk.write("changed.okd", changed);
    assert_eq!(desk.fails(&["authority", "verify", "changed.okd"]).0, 13);
}

#[test]
fn the_log_shows_who_signed_what_and_a_chain_without_a_gap() {
    let desk = Desk::founded();
    with_office(&desk);
    assert_eq!(sign(&desk), 0);
    desk.ok(&[&["authority", "rotate", "--role", "directory", "--threshold", "1"][..], &PASS].concat());
    let log = desk.json(&["authority", "log"]);
    let steps: Vec<(String, u64)> = log["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["kind"].as_str().unwrap().to_owned(), step["version"].as_u64().unwrap()))
        .collect();
    let expected = [("charter", 1), ("directory", 1), ("directory", 2), ("charter", 2), ("directory", 65_536)];
    assert_eq!(steps, expected.map(|(kind, version)| (kind.to_owned(), version)));
    assert!(log["steps"].as_array().unwrap().iter().all(|step| step["follows"] == true));
    let changes = desk.ok(&["authority", "log", "--changes", "--limit", "2"]);
    assert!(changes.contains("~ threshold of the role directory: 2 -> 1"), "{changes}");
    // Somebody puts another edition in the place of one that was signed.
    let (other, _, _) = apart();
    desk.write("signed/directory-2.okd", other.read("signed/directory-1.okd"));
    assert_eq!(desk.fails(&["authority", "log"]).0, 13);
}
