//! Certificates of pages: the root in the authority's folder, an office's by its request, the system's store.

use std::net::IpAddr;
use std::sync::Arc;

use okrug_node::certs::{Grant, Keeper, pem};
use okrug_node::clock;
use okrug_node::rest::Rest;
use okrug_node::words::{Lang, Said};
use okrug_protocol::ids::Hash32;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::{DistrictFile, Trust};

use crate::desk::Desk;
use crate::district::{District, code};

const PASS: [&str; 2] = ["--passphrase-file", "pass"];

/// The root that the signed directory names.
fn root(desk: &Desk) -> Option<Hash32> {
    Trust::from_file(None, &DistrictFile::decode(&desk.read("district.okrug")).unwrap()).unwrap().directory().page_root()
}

/// The node of an office whose signing key follows from `n`, as far as its page goes.
fn keeper(desk: &Desk, slug: &str, n: u8) -> Keeper {
    let (rest, root) = (Rest::new(&SharedKey::from_bytes([n; 32])), root(desk));
    Keeper::open(&desk.path(&format!("node-{n}")), slug, &rest, &SecretKey::from_seed(&[n; 32]), Arc::new(move || root)).unwrap()
}

fn sign(desk: &Desk) {
    desk.ok(&[&["authority", "sign"][..], &PASS].concat());
}

/// A district with an office, a root that the directory names, and the office's request.
fn with_root() -> Desk {
    let desk = Desk::founded();
    desk.request("kotlas.req", "kotlas", "Котласское отделение", 1);
    desk.ok(&["office", "enrol", "kotlas.req"]);
    sign(&desk);
    desk.ok(&[&["tls", "init"][..], &PASS].concat());
    desk.write("kotlas.page", keeper(&desk, "kotlas", 1).request());
    desk
}

fn issue<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["tls", "issue", "kotlas.page", "--out", "kotlas.crt"][..], &PASS, more].concat()
}

#[test]
fn an_office_gets_a_certificate_once_the_directory_names_the_root() {
    let desk = with_root();
    let shown = desk.json(&["tls", "show"]);
    assert_eq!(shown["signed"], false);
    assert_eq!(code(desk.fails(&[&issue(&[])[..], &["--json"]].concat())), (6, "root_not_signed".to_owned()));
    sign(&desk);
    let root = root(&desk).unwrap();
    assert_eq!(shown["root"], root.to_hex());
    assert_eq!(desk.json(&["tls", "show"])["signed"], true);
    assert!(desk.ok(&["tls", "show"]).contains(Said::fingerprint(&root).text(Lang::En)));
    assert!(!desk.path("kotlas.crt").exists());
    desk.ok(&issue(&["--dry-run"]));
    assert!(!desk.path("kotlas.crt").exists());
    let issued = desk.json(&issue(&["--address", "10.4.0.5", "--valid", "30d"]));
    assert_eq!((&issued["host"], &issued["addresses"][0]), (&"kotlas.okrug.internal".into(), &"10.4.0.5".into()));
    // The node that asked takes it; what it shows is its own.
    let (grant, leaf) = keeper(&desk, "kotlas", 1).take(&desk.text("kotlas.crt"), clock::now()).unwrap();
    assert_eq!(grant.addresses, ["10.4.0.5".parse::<IpAddr>().unwrap()]);
    assert!(leaf.until > clock::now());
    // The root is made once, and its key opens by its passphrase alone.
    assert_eq!(desk.fails(&[&["tls", "init"][..], &PASS].concat()).0, 6);
    desk.write("other", "another passphrase\n");
    assert_eq!(desk.fails(&["tls", "issue", "kotlas.page", "--out", "kotlas.crt", "--passphrase-file", "other"]).0, 12);
    let log = desk.ok(&["authority", "log", "--changes"]);
    assert!(log.contains(&format!("~ root certificate of the pages: {}", root.to_hex())), "{log}");
}

#[test]
fn nobody_gets_a_certificate_for_another_office_or_for_the_internet() {
    let desk = with_root();
    sign(&desk);
    let failed = |args: &[&str]| code(desk.fails(&[args, &["--json"]].concat()));
    desk.write("forged.page", keeper(&desk, "kotlas", 2).request());
    assert_eq!(failed(&["tls", "issue", "forged.page", "--out", "x", "--passphrase-file", "pass"]), (13, "not_the_office".to_owned()));
    desk.write("nobody.page", keeper(&desk, "urai", 1).request());
    assert_eq!(failed(&["tls", "issue", "nobody.page", "--out", "x", "--passphrase-file", "pass"]), (13, "not_the_office".to_owned()));
    desk.write("changed.page", desk.text("kotlas.page").replace("office kotlas", "office urai"));
    assert_eq!(failed(&["tls", "issue", "changed.page", "--out", "x", "--passphrase-file", "pass"]), (13, "page_request".to_owned()));
    assert_eq!(failed(&issue(&["--address", "8.8.8.8"])), (5, "public_address".to_owned()));
    assert!(!desk.path("x").exists() && !desk.path("kotlas.crt").exists());
}

#[test]
fn a_machine_comes_to_trust_the_root_and_loses_it_again() {
    let desk = with_root();
    sign(&desk);
    desk.ok(&issue(&[]));
    let grant = Grant::read(&desk.text("kotlas.crt")).unwrap();
    desk.write("root.crt", &grant.root);
    let words = Said::fingerprint(&root(&desk).unwrap()).text(Lang::Ru).to_owned();
    let failed = |args: &[&str]| code(desk.fails(&[args, &["--json"]].concat()));
    assert_eq!(failed(&["tls", "trust", "root.crt", "--system", "sys"]), (4, "no_store".to_owned()));
    let stores = [("sys/etc/pki/ca-trust/source/anchors", "pem"), ("sys/usr/local/share/ca-certificates", "crt")];
    for (folder, ending) in stores {
        std::fs::create_dir_all(desk.path(folder)).unwrap();
        let other = words.replacen(words.split('-').next().unwrap(), "берег", 1);
        assert_eq!(failed(&["tls", "trust", "root.crt", "--system", "sys", "--fingerprint", &other]), (13, "other_fingerprint".to_owned()));
        let done = desk.json(&["tls", "trust", "root.crt", "--system", "sys", "--fingerprint", &words]);
        let file = done["file"].as_str().unwrap().to_owned();
        assert!(file.starts_with(folder) && file.ends_with(ending) && done["compared"] == true, "{file}");
        assert_eq!(desk.text(&file), pem(&grant.root));
        assert_eq!(desk.json(&["tls", "untrust", "root.crt", "--system", "sys"])["removed"], true);
        assert!(!desk.path(&file).exists());
        assert_eq!(desk.json(&["tls", "untrust", "root.crt", "--system", "sys"])["removed"], false);
    }
    desk.write("no.crt", "-----BEGIN NOTHING-----");
    assert_eq!(failed(&["tls", "trust", "no.crt", "--system", "sys"]), (2, "not_a_root".to_owned()));
}

#[test]
fn a_node_says_how_its_certificate_stands_and_refuses_what_is_none() {
    let district = District::start(1, 1);
    let state = district.json(0, &["tls", "show"]);
    assert_eq!((&state["source"], &state["root"]), (&"none".into(), &serde_json::Value::Null));
    let slug = district.word(0, "slug").to_owned();
    district.ok(0, &["tls", "request", "--out", "node.page"]);
    assert!(district.desk.text("node.page").contains(&format!("office {slug}\n")));
    district.desk.write("bad.crt", "no certificate");
    assert_eq!(district.fails(0, &["tls", "import", "bad.crt"]), (13, "certificate_refused".to_owned()));
    assert_eq!(district.fails(0, &["tls", "page", "--out", "trust.html"]), (4, "no_page_root".to_owned()));
    let acts = district.ok(0, &["audit", "list", "--plain"]);
    assert!(acts.contains("tls.take") && acts.contains("The certificate was not taken"), "{acts}");
}
