//! Backups from the command line: of a node that runs, of one that does not, into a new directory.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::desk::Left;
use crate::district::District;

fn last(left: &Left) -> Value {
    serde_json::from_str(left.out.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("no object: {left:?}"))
}

#[test]
fn a_backup_of_a_running_node_is_listed_checked_restored_and_backed_up_again() {
    let district = District::start(2, 1);
    let (desk, slug) = (&district.desk, district.word(0, "slug").to_owned());
    let path = |name: &str| desk.path(name).display().to_string();
    let node = |args: &[&str]| desk.run(&district.at(0, args));
    let repo = path("repo");
    fs::write(desk.path("phrase"), "a phrase for backups\n").unwrap();
    fs::write(desk.path("other"), "another phrase for them\n").unwrap();
    fs::write(desk.path("short"), "short\n").unwrap();
    district.ok(0, &["msg", "send", "--to", "u1", "Перед копией", "--login", "login-1", "--password-file", "password"]);

    assert_eq!(node(&["backup", "create", "--repo", &repo, "--passphrase-file", "short"]).code, 5);
    assert!(district.json(0, &["status"])["backup"].is_null());
    let said = district.ok(0, &["backup", "key", "--out", "backup.key", "--passphrase-file", "phrase"]);
    assert!(said.contains("opens nothing without the passphrase"), "{said}");
    assert_eq!(node(&["backup", "key", "--out", "backup.key", "--passphrase-file", "phrase"]).code, 5, "a key is never overwritten");
    let made = node(&["backup", "create", "--repo", &repo, "--passphrase-file", "phrase", "--json"]);
    assert_eq!(made.code, 0, "{made:?}");
    let file = last(&made)["file"].as_str().unwrap().to_owned();
    assert!(made.out.lines().any(|line| line.contains("\"progress\"")), "{made:?}");
    let status = district.json(0, &["status"]);
    assert_eq!(status["backup"]["bytes"], last(&made)["bytes"], "{status}");
    let said = district.ok(0, &["status"]);
    assert!(said.contains("Backup"), "{said}");
    // By a key no passphrase is needed, and of this office's backups so many stay as were wished.
    for _ in 0..2 {
        let made = node(&["backup", "create", "--repo", &repo, "--key", "backup.key", "--keep", "2", "--no-input"]);
        assert_eq!(made.code, 0, "{made:?}");
    }
    let left: Vec<PathBuf> = fs::read_dir(&repo).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.len() == 2 && !left.contains(&PathBuf::from(&file)), "{left:?}");
    let file =
        last(&node(&["backup", "create", "--repo", &repo, "--passphrase-file", "phrase", "--json"]))["file"].as_str().unwrap().to_owned();
    let keys = node(&["backup", "create", "--repo", &repo, "--key", "backup.key", "--keys-only", "--json"]);
    assert_eq!(keys.code, 0, "{keys:?}");

    let listed = node(&["backup", "list", &repo, "--json"]);
    let rows = last(&listed)["backups"].as_array().unwrap().clone();
    assert!(
        listed.code == 0 && rows.len() == 4 && rows.iter().all(|row| row["whole"] == true && row["office"] == slug.as_str()),
        "{listed:?}"
    );
    let checked = node(&["backup", "check", &file, "--passphrase-file", "phrase", "--json"]);
    assert_eq!((checked.code, &last(&checked)["proven"]), (0, &true.into()), "{checked:?}");
    let checked = node(&["backup", "check", &file, "--json"]);
    assert_eq!((checked.code, &last(&checked)["proven"]), (0, &false.into()), "{checked:?}");
    assert_eq!(node(&["backup", "check", &file, "--passphrase-file", "other"]).code, 12);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(desk.path("repo/bad.okbak"), &bytes).unwrap();
    assert_eq!(node(&["backup", "check", "repo/bad.okbak", "--passphrase-file", "phrase"]).code, 13);
    assert_eq!(node(&["backup", "restore", "repo/bad.okbak", "--data", "back", "--passphrase-file", "phrase"]).code, 13);
    assert_eq!(node(&["backup", "list", &repo]).code, 3);

    let tried = node(&["backup", "restore", &file, "--data", "back", "--passphrase-file", "phrase", "--dry-run"]);
    assert!(tried.code == 0 && !desk.path("back").join("keys").exists(), "{tried:?}");
    let said =
        district.ok(0, &["backup", "restore", &file, "--data", "back", "--passphrase-file", "phrase", "--data-passphrase-file", "other"]);
    assert!(said.contains("goes on as a new incarnation") && said.contains("Do not start the old one"), "{said}");
    assert_eq!(node(&["backup", "restore", &file, "--data", "back", "--passphrase-file", "phrase"]).code, 5, "it is not empty now");
    // What was restored is a node's data, under its own new passphrase.
    let stopped = ["backup", "create", "--repo", "again", "--data", "back", "--passphrase-file", "phrase", "--json"];
    assert_eq!(node(&stopped).code, 12);
    let again = node(&[&stopped[..], &["--data-passphrase-file", "other"]].concat());
    assert_eq!(again.code, 0, "{again:?}");
    let acts = district.ok(0, &["audit", "list"]);
    assert!(acts.contains("a backup was made") && acts.contains("the keys of the office were saved"), "{acts}");
    assert_eq!(desk.run(&["backup", "create", "--repo", "again", "--data", "nowhere", "--passphrase-file", "phrase"]).code, 22);
}
