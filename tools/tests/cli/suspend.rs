//! Offices that are suspended, resumed and closed in the authority's folder.

use okrug_protocol::ids::OfficeId;
use okrug_protocol::trust::{DistrictFile, Trust};

use crate::desk::Desk;
use crate::district::code;

const PASS: &[&str] = &["--passphrase-file", "pass"];

fn enrolled() -> Desk {
    let desk = Desk::founded();
    for (slug, n) in [("kotlas", 1), ("yarensk", 2)] {
        desk.request("request", slug, slug, n);
        desk.ok(&["office", "enrol", "request"]);
    }
    sign(&desk);
    desk
}

fn sign(desk: &Desk) -> String {
    desk.ok(&[&["authority", "sign"], PASS].concat())
}

fn trust(desk: &Desk) -> Trust {
    Trust::from_file(None, &DistrictFile::decode(&desk.read("district.okrug")).unwrap()).unwrap()
}

fn state(desk: &Desk, slug: &str) -> String {
    let listed = desk.json(&["office", "list"]);
    let found = listed["offices"].as_array().unwrap().iter().find(|office| office["slug"] == slug).cloned();
    found.map_or_else(|| "-".to_owned(), |office| office["state"].as_str().unwrap().to_owned())
}

#[test]
fn an_office_is_suspended_and_resumed_by_the_next_signed_directory_under_the_same_keys() {
    let desk = enrolled();
    let row = |desk: &Desk| trust(desk).directory().office(OfficeId(1)).unwrap().clone();
    let before = row(&desk);
    let told = desk.json(&["office", "suspend", "kotlas"]);
    assert_eq!((&told["office"], &told["changed"]), (&"o1".into(), &true.into()));
    assert_eq!(desk.json(&["office", "suspend", "o1"])["changed"], false);
    assert_eq!(state(&desk, "kotlas"), "to_suspend");
    sign(&desk);
    let log = desk.ok(&["authority", "log", "--changes"]);
    assert!(log.contains("+ suspended office o1: read-only"), "{log}");
    let directory = trust(&desk).directory();
    assert!(directory.is_suspended(OfficeId(1)) && !directory.is_suspended(OfficeId(2)) && directory.member(OfficeId(1)).is_some());
    assert_eq!((state(&desk, "kotlas"), state(&desk, "yarensk")), ("suspended".to_owned(), "signed".to_owned()));
    assert!(desk.ok(&["office", "list", "--lang", "ru"]).contains("приостановлено"));

    desk.ok(&["office", "resume", "kotlas", "--dry-run"]);
    assert_eq!(state(&desk, "kotlas"), "suspended");
    desk.ok(&["office", "resume", "kotlas"]);
    assert_eq!(state(&desk, "kotlas"), "to_resume");
    sign(&desk);
    assert!(!trust(&desk).directory().is_suspended(OfficeId(1)));
    assert!(trust(&desk).directory().is_suspended_at(OfficeId(1), directory.version()), "that it was is remembered");
    assert_eq!((row(&desk), state(&desk, "kotlas")), (before, "signed".to_owned()));
    assert_eq!(code(desk.fails(&["office", "suspend", "nowhere", "--json"])), (4, "no_office".to_owned()));
}

#[test]
fn an_office_is_closed_when_it_is_named_twice_and_a_revoked_one_is_not_suspended() {
    let desk = enrolled();
    desk.ok(&["office", "suspend", "kotlas"]);
    sign(&desk);
    assert_eq!(code(desk.fails(&["office", "close", "kotlas", "--confirm", "yarensk", "--json"])), (5, "not_confirmed".to_owned()));
    assert_eq!(code(desk.fails(&["office", "close", "kotlas", "--no-input", "--json"])), (2, "confirm_needed".to_owned()));
    desk.ok(&["office", "close", "kotlas", "--confirm", "kotlas"]);
    sign(&desk);
    let directory = trust(&desk).directory();
    assert!(directory.office(OfficeId(1)).is_none() && directory.office_ever(OfficeId(1)).is_some());
    assert!(!directory.is_suspended(OfficeId(1)), "who has left needs no suspension");
    assert_eq!(state(&desk, "kotlas"), "-");
    // Its number and its name stay its own.
    desk.request("request", "ilinsk", "ilinsk", 3);
    desk.ok(&["office", "enrol", "request"]);
    assert_eq!(desk.json(&["office", "list"])["offices"][1]["id"], "o3");

    desk.ok(&[&["office", "revoke", "yarensk", "--reason", "похищен", "--confirm", "yarensk"], PASS].concat());
    assert_eq!(code(desk.fails(&["office", "suspend", "yarensk", "--json"])), (5, "office_revoked".to_owned()));
}
