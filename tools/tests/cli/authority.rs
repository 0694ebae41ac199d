//! Keys, signatures and the district file: what holds, and what is refused with which exit code.

use std::os::unix::fs::PermissionsExt;

use crate::desk::Desk;
use okrug_protocol::answer::Answer;
use okrug_protocol::request::Request;
use okrug_protocol::trust::{DistrictFile, Trust};

const SIGN: &[&str] = &["authority", "sign", "--passphrase-file", "pass"];

/// A district with one office that has an address.
fn enrolled() -> Desk {
    let desk = Desk::founded();
    desk.request("kotlas.req", "kotlas", "Котласское отделение", 1);
    desk.ok(&["office", "enrol", "kotlas.req", "--address", "/ip4/192.0.2.7/tcp/7600"]);
    desk.ok(SIGN);
    desk
}

fn trust(bytes: &[u8]) -> Trust {
    Trust::from_file(None, &DistrictFile::decode(bytes).unwrap()).unwrap()
}

#[test]
fn an_enrolled_office_stands_in_the_signed_file_with_its_keys_and_addresses() {
    let desk = enrolled();
    let trust = trust(&desk.read("district.okrug"));
    let directory = trust.directory();
    let office = directory.office_by_slug("kotlas").unwrap();
    assert_eq!(
        (office.name.as_str(), office.id.0, office.since.0, office.carrier, office.enrols),
        ("Котласское отделение", 1, 2, true, true)
    );
    assert_eq!(trust.bootstrap()[0].1, ["/ip4/192.0.2.7/tcp/7600"]);
    let verified = desk.json(&["authority", "verify", "district.okrug"]);
    assert_eq!((&verified["offices"], &verified["pinned"]), (&1.into(), &true.into()));
    assert!(desk.ok(&["bootstrap", "show", "--plain"]).starts_with("kotlas\t/ip4/192.0.2.7/tcp/7600"));
}

#[test]
fn versions_rise_only_with_a_change_and_name_the_edition_before() {
    let desk = enrolled();
    let second = trust(&desk.read("district.okrug"));
    let again = desk.json(SIGN);
    assert_eq!((&again["changed"], &again["directory"]), (&false.into(), &2.into()));
    desk.request("yarensk.req", "yarensk", "Яренское отделение", 2);
    desk.ok(&["office", "enrol", "yarensk.req", "--name", "Ярёнское отделение"]);
    desk.ok(SIGN);
    let third = trust(&desk.read("district.okrug"));
    assert_eq!(third.chart().version().0, 3);
    assert_eq!(third.chart().doc().head.previous, second.chart().hash());
    assert_eq!(third.directory().office_by_slug("yarensk").unwrap().since.0, 3);
    assert_eq!(third.directory().office_by_slug("kotlas").unwrap().since.0, 2, "known offices count from where they did");
    assert_eq!(third.bootstrap_list(), second.bootstrap_list(), "the list of addresses has not changed");
    assert_eq!(desk.json(&[SIGN, &["--renew"]].concat())["directory"], 4);
}

#[test]
fn an_edition_waits_until_enough_holders_have_signed() {
    let desk = Desk::founded();
    desk.request("kotlas.req", "kotlas", "Котласское отделение", 1);
    desk.ok(&["office", "enrol", "kotlas.req"]);
    let before = desk.read("district.okrug");
    let one = |key: &str| [SIGN, &["--key", key]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let run = |key: &str| {
        let args = one(key);
        desk.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let first = run("keys/authority-1.key");
    assert_eq!(first.code, 17);
    assert!(first.err.contains("1 of 2 signatures") && first.err.contains("pending/directory.okd"), "{}", first.err);
    assert_eq!(run("keys/authority-1.key").code, 17, "the same key counts once");
    assert_eq!(desk.read("district.okrug"), before);
    assert_eq!(run("keys/authority-3.key").code, 0);
    let signed = trust(&desk.read("district.okrug"));
    assert_eq!((signed.chart().version().0, signed.chart().signers().count()), (2, 2));
    assert!(!desk.path("pending/directory.okd").exists());
}

#[test]
fn keys_lie_sealed_and_for_their_owner_alone() {
    let desk = Desk::founded();
    let mode = std::fs::metadata(desk.path("keys/authority-1.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    desk.write("other", "another passphrase");
    let (code, err) = desk.fails(&["authority", "sign", "--renew", "--passphrase-file", "other"]);
    assert_eq!((code, err.contains("wrong passphrase")), (12, true), "{err}");
    let (code, err) = desk.fails(&["authority", "sign", "--renew", "--no-input"]);
    assert_eq!((code, err.contains("--passphrase-file")), (2, true), "{err}");
    desk.write("short", "12345678901");
    let (code, _) = desk.fails(&["authority", "init", "--name", "Другой", "--dir", "b", "--passphrase-file", "short"]);
    assert_eq!(code, 5);
    assert!(!desk.path("b/org.toml").exists());
    desk.write("keys/authority-1.key", desk.text("keys/authority-1.key").replace("sealed = \"", "sealed = \"ff"));
    assert_eq!(desk.fails(&["authority", "sign", "--renew", "--passphrase-file", "pass"]).0, 1);
}

#[test]
fn a_second_founding_in_the_same_folder_is_refused() {
    let desk = Desk::founded();
    let before = desk.read("district.okrug");
    assert_eq!(desk.fails(&["authority", "init", "--name", "Другой", "--passphrase-file", "pass"]).0, 6);
    assert_eq!(desk.read("district.okrug"), before);
    for (keys, threshold) in [("3", "4"), ("0", "0"), ("3", "0"), ("200", "2")] {
        let args =
            ["authority", "init", "--name", "x", "--dir", "b", "--keys", keys, "--threshold", threshold, "--passphrase-file", "pass"];
        assert_eq!(desk.fails(&args).0, 2, "{threshold} of {keys}");
    }
}

#[test]
fn a_district_file_that_was_cut_or_changed_is_refused() {
    let desk = enrolled();
    let whole = desk.read("district.okrug");
    desk.write("cut", &whole[..whole.len() - 100]);
    let (code, err) = desk.fails(&["authority", "verify", "cut"]);
    assert_eq!((code, err.contains("cut short")), (1, true), "{err}");
    desk.write("none", "PK");
    assert!(desk.fails(&["authority", "verify", "none"]).1.contains("this is no district file"));
    // Any changed bit is noticed: each byte once is enough here, every bit is the protocol's own test.
    for at in (0..whole.len()).step_by(37) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        desk.write("changed", changed);
        let (code, err) = desk.fails(&["authority", "verify", "changed"]);
        assert!(code == 1 || code == 13, "byte {at}: {code} {err}");
    }
}

#[test]
fn a_foreign_and_an_older_district_file_are_refused_with_their_own_codes() {
    let (desk, other) = (enrolled(), enrolled());
    desk.write("foreign", other.read("district.okrug"));
    let (code, err) = desk.fails(&["authority", "verify", "foreign"]);
    assert_eq!((code, err.contains("belongs to the district")), (13, true), "{err}");
    let older = desk.read("district.okrug");
    desk.ok(&[SIGN, &["--renew"]].concat());
    desk.write("older", older);
    let (code, err) = desk.fails(&["authority", "verify", "older"]);
    assert_eq!((code, err.contains("version v2, and version v3 is held")), (6, true), "{err}");
    let (_, err) = desk.fails(&["authority", "verify", "older", "--lang", "ru"]);
    assert!(err.contains("версия v2 старше имеющейся v3; ничего не изменено"), "{err}");
    let id = "00".repeat(32);
    desk.write("b", "");
    let (code, _) = desk.fails(&["authority", "verify", "older", "--dir", "nowhere", "--district", &id]);
    assert_eq!(code, 13);
}

#[test]
fn a_clock_that_was_never_set_signs_nothing() {
    let desk = enrolled();
    let (code, err) = desk.fails(&[SIGN, &["--renew", "--now", "1970-01-01T00:00:07Z"]].concat());
    assert_eq!((code, err.contains("the clock says 1970-01-01T00:00:07Z")), (14, true), "{err}");
    let (code, _) =
        desk.fails(&["authority", "init", "--name", "x", "--dir", "b", "--passphrase-file", "pass", "--now", "1970-01-01T00:00:07Z"]);
    assert_eq!(code, 14);
    assert_eq!(desk.json(&[SIGN, &["--renew", "--now", "2099-01-01T00:00:00Z"]].concat())["directory"], 3);
}

#[test]
fn a_request_is_believed_only_as_the_office_made_it() {
    let desk = Desk::founded();
    desk.request("kotlas.req", "kotlas", "Котласское отделение", 1);
    desk.write("changed.req", desk.text("kotlas.req").replace("kotlas", "yarensk"));
    let (code, err) = desk.fails(&["office", "enrol", "changed.req"]);
    assert_eq!((code, err.contains("changed or damaged")), (13, true), "{err}");
    desk.write("none.req", "hello");
    assert_eq!(desk.fails(&["office", "enrol", "none.req"]).0, 1);
    let added = desk.json(&["office", "enrol", "kotlas.req"]);
    assert_eq!((&added["office"], &added["slug"], &added["new"]), (&"o1".into(), &"kotlas".into(), &true.into()));
    desk.ok(&["office", "enrol", "kotlas.req"]);
    let (code, err) = desk.fails(&["office", "enrol", "kotlas.req", "--slug", "yarensk"]);
    assert_eq!((code, err.contains("those of the office kotlas")), (5, true), "{err}");
    desk.request("anew.req", "kotlas", "Котласское отделение", 2);
    assert_eq!(desk.fails(&["office", "enrol", "anew.req"]).0, 6);
    assert_eq!(desk.json(&["office", "enrol", "anew.req", "--replace"])["replaced"], true);
}

#[test]
fn a_request_is_compared_by_the_words_that_its_office_reads_out() {
    let desk = Desk::founded();
    desk.request("kotlas.req", "kotlas", "Котлас", 1);
    desk.request("other.req", "kotlas", "Котлас", 2);
    let shown = desk.json(&["office", "enrol", "kotlas.req", "--dry-run", "--lang", "ru"]);
    let words = shown["words"].as_str().unwrap();
    let begun: Vec<String> = words.split('-').map(|word| word.chars().take(4).collect()).collect();
    let (code, err) = desk.fails(&["office", "enrol", "other.req", "--fingerprint", words]);
    assert_eq!((code, err.contains("another fingerprint")), (13, true), "{err}");
    let (code, err) = desk.fails(&["office", "enrol", "kotlas.req", "--fingerprint", "сосна сосна"]);
    assert_eq!((code, err.contains("2 words")), (2, true), "{err}");
    assert!(desk.json(&["office", "list"])["offices"].as_array().unwrap().is_empty(), "nothing was changed");
    assert_eq!(desk.json(&["office", "enrol", "kotlas.req", "--fingerprint", &begun.join(" ")])["compared"], true);
}

#[test]
fn a_request_and_its_answer_go_by_paper() {
    let desk = Desk::founded();
    desk.request("kotlas.req", "kotlas", "Котлас", 1);
    desk.request("yarensk.req", "yarensk", "Яренск", 2);
    let lines = Request::to_paper(&desk.text("kotlas.req")).unwrap();
    let mut mistyped = lines.clone();
    mistyped[3] = mistyped[3].replace(|c: char| c.is_ascii_digit(), "Z");
    desk.write("typed.txt", mistyped.join("\n"));
    let (code, err) = desk.fails(&["office", "enrol", "typed.txt"]);
    assert_eq!((code, err.contains("is mistyped") || err.contains("line 4 is missing")), (1, true), "{err}");
    desk.write("typed.txt", format!("{}\n", lines.join("\n").to_lowercase()));
    assert_eq!(desk.json(&["office", "enrol", "typed.txt"])["slug"], "kotlas");
    assert_eq!(desk.fails(&["office", "answer", "kotlas"]).0, 6, "it is not signed yet");
    desk.ok(&["office", "enrol", "yarensk.req", "--address", "/ip4/192.0.2.7/tcp/7600"]);
    desk.ok(SIGN);
    let answer = Answer::read(&desk.ok(&["office", "answer", "kotlas", "--qr", "answer.html"])).unwrap();
    assert_eq!(answer.district.0.to_hex(), desk.json(&["authority", "show"])["district"]);
    assert_eq!(answer.addresses, ["/ip4/192.0.2.7/tcp/7600"]);
    let page = desk.text("answer.html");
    assert!(page.contains("<svg") && page.contains(&answer.lines().unwrap()[1]), "{page}");
}

#[test]
fn the_fingerprint_of_a_district_is_shown_as_words_digits_and_a_code() {
    let desk = Desk::founded();
    let id = desk.json(&["authority", "show"])["district"].as_str().unwrap().to_owned();
    let (plain, code) = (desk.ok(&["authority", "show"]), desk.ok(&["authority", "show", "--qr"]));
    let words = plain.lines().find_map(|line| line.strip_prefix("Fingerprint ")).unwrap();
    assert_eq!(words.split('-').count(), 12, "{plain}");
    assert!(plain.contains(&id) && !plain.contains('█') && code.contains('█'), "{plain}{code}");
}

#[test]
fn a_cloned_machine_is_refused_whatever_it_calls_itself() {
    let desk = Desk::founded();
    desk.request("kotlas.req", "kotlas", "Котлас", 1);
    desk.request("clone.req", "yarensk", "Яренск", 1);
    desk.ok(&["office", "enrol", "kotlas.req"]);
    let (code, err) = desk.fails(&["office", "enrol", "clone.req"]);
    assert_eq!((code, err.contains("copied from one machine to another")), (5, true), "{err}");
    assert_eq!(desk.json(&["office", "list"])["offices"].as_array().unwrap().len(), 1);
}

#[test]
fn units_and_addresses_are_taken_only_when_they_can_be_meant() {
    let desk = enrolled();
    desk.write("list.csv", include_str!("../../data/district.csv"));
    desk.ok(&["org", "import", "list.csv"]);
    desk.request("surgut.req", "surgut", "Сургут", 3);
    let add = ["office", "enrol", "surgut.req", "--unit", "Дежурная служба", "--unit", "u3"];
    assert_eq!(desk.json(&add)["new"], false, "the list had it already");
    let (code, err) = desk.fails(&["office", "enrol", "surgut.req", "--unit", "Дежурная служа"]);
    assert_eq!((code, err.contains("did you mean Дежурная служба?")), (4, true), "{err}");
    let (code, err) = desk.fails(&["office", "address", "add", "kotlaz", "/ip4/192.0.2.8/tcp/7600"]);
    assert_eq!((code, err.contains("did you mean kotlas?")), (4, true), "{err}");
    assert_eq!(desk.fails(&["office", "address", "add", "kotlas", "192.0.2.8:7600"]).0, 2);
    desk.ok(&["office", "address", "add", "kotlas", "/ip4/192.0.2.8/tcp/7600"]);
    desk.ok(&["office", "address", "remove", "kotlas", "/ip4/192.0.2.7/tcp/7600"]);
    assert_eq!(desk.fails(&["office", "address", "remove", "kotlas", "/ip4/192.0.2.7/tcp/7600"]).0, 4);
    let signed = desk.json(&["bootstrap", "sign", "--passphrase-file", "pass"]);
    assert_eq!((&signed["directory"], &signed["bootstrap"]), (&2.into(), &2.into()), "the directory waits for authority sign");
    assert_eq!(desk.json(&["bootstrap", "show"])["rows"][0]["addresses"][0], "/ip4/192.0.2.8/tcp/7600");
}
