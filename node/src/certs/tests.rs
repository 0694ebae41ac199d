//! What clients take and what they refuse, said by the code that clients run and by OpenSSL.

use std::net::IpAddr;
use std::process::Command;
use std::sync::Arc;

use okrug_protocol::clock::Millis;
use okrug_protocol::pagekey::PageRequest;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sign::SecretKey;
use rcgen::SanType;

use super::grant::pem;
use super::*;
use crate::rest::Rest;

const NOW: Millis = Millis(1_790_000_000_000);
const LAN: &str = "10.4.0.5";

fn root() -> Root {
    Root::make("Округ", NOW).unwrap()
}

fn sign() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn request(key: &OfficeKey, slug: &str) -> PageRequest {
    PageRequest::read(&key.request(slug, &sign())).unwrap().0
}

fn kotlas() -> (OfficeKey, Grant) {
    let key = OfficeKey::generate().unwrap();
    let grant = root().issue(&request(&key, "kotlas"), &[LAN.parse().unwrap()], NOW, DEFAULT_OFFICE_DAYS).unwrap();
    (key, grant)
}

fn san(name: &str) -> SanType {
    name.parse::<IpAddr>().map_or_else(|_| SanType::DnsName(name.try_into().unwrap()), SanType::IpAddress)
}

/// Names of this office, and names that are not.
const OWN: [&str; 6] = ["kotlas.okrug.internal", "files.kotlas.okrug.internal", "localhost", "127.0.0.1", "::1", LAN];
const FOREIGN: [&str; 8] = [
    "urai.okrug.internal",
    "okrug.internal",
    "notkotlas.okrug.internal",
    "kotlas.okrug.internal.example",
    "bank.example",
    "10.4.0.6",
    "192.0.2.7",
    "2001:db8::1",
];

#[test]
fn an_office_speaks_for_its_own_names_and_no_client_takes_it_for_another() {
    let (key, grant) = kotlas();
    let verdict = |name: &str| {
        let leaf = key.sign(&grant, vec![san(name)], NOW).unwrap();
        accepted(&grant.root, &grant.office, &leaf.chain[0], name, NOW)
    };
    for name in OWN {
        assert!(verdict(name).is_ok(), "{name}: {:?}", verdict(name));
    }
    for name in FOREIGN {
        assert!(
            matches!(verdict(name), Err(CertsError::Refused { reason, .. }) if reason.contains("NameConstraint")),
            "{name}: {:?}",
            verdict(name)
        );
    }
}

/// The other library that browsers and programs use.
#[test]
fn openssl_refuses_another_offices_name_too() {
    let (key, grant) = kotlas();
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::write(at("root"), pem(&grant.root)).unwrap();
    std::fs::write(at("office"), pem(&grant.office)).unwrap();
    let verdict = |name: &str| {
        let leaf = key.sign(&grant, vec![san(name)], NOW).unwrap();
        std::fs::write(at("leaf"), pem(&leaf.chain[0])).unwrap();
        let check = if name.parse::<IpAddr>().is_ok() { "-verify_ip" } else { "-verify_hostname" };
        let mut openssl = Command::new("openssl");
        openssl.args(["verify", "-x509_strict", "-purpose", "sslserver", "-attime", &(NOW.0 / 1_000).to_string(), check, name]);
        let said = openssl.arg("-CAfile").arg(at("root")).arg("-untrusted").arg(at("office")).arg(at("leaf")).output().unwrap();
        (said.status.success(), String::from_utf8_lossy(&said.stderr).into_owned())
    };
    for name in OWN {
        assert!(verdict(name).0, "{name}: {:?}", verdict(name));
    }
    for name in FOREIGN {
        let (taken, why) = verdict(name);
        assert!(!taken && why.contains("permitted subtree violation"), "{name}: {why}");
    }
}

#[test]
fn the_root_itself_speaks_for_private_names_only() {
    let root = root();
    let key = OfficeKey::generate().unwrap();
    let verdict = |slug: &str, address: &str| {
        let grant = root.issue(&request(&key, slug), &[address.parse().unwrap()], NOW, 1).unwrap();
        let leaf = key.sign(&grant, vec![san(address)], NOW).unwrap();
        accepted(&grant.root, &grant.office, &leaf.chain[0], address, NOW).is_ok()
    };
    for (address, may) in
        [("10.0.0.1", true), ("172.31.255.1", true), ("fd00::7", true), ("172.32.0.1", false), ("8.8.8.8", false), ("2001:db8::1", false)]
    {
        assert_eq!((verdict("kotlas", address), Root::may_name(address.parse().unwrap())), (may, may), "{address}");
    }
}

#[test]
fn a_leaf_is_renewed_at_two_thirds_and_does_not_outlive_its_office() {
    let (key, grant) = kotlas();
    let leaf = key.leaf(&grant, NOW).unwrap();
    let day = |n: u64| days_after(NOW, n);
    assert_eq!(leaf.until, day(LEAF_DAYS));
    assert!(!leaf.is_due(NOW) && !leaf.is_due(Millis(day(60).0 - 1)));
    assert!(leaf.is_due(day(60)) && leaf.is_due(day(300)) && leaf.is_due(Millis(NOW.0 - 1)));
    // It is made without anybody as long as the office's certificate holds, and not a day longer.
    assert!(key.leaf(&grant, Millis(grant.until.0 - 2_000)).is_ok());
    assert!(matches!(key.leaf(&grant, Millis(grant.until.0 + 2_000)), Err(CertsError::Refused { .. })));
    assert!(accepted(&grant.root, &grant.office, &leaf.chain[0], OWN[0], day(91)).is_err());
}

#[test]
fn an_office_signs_no_further_authorities() {
    let (key, grant) = kotlas();
    let (other, forged) = (OfficeKey::generate().unwrap(), grant.clone());
    // Whoever is given a leaf cannot sign with it: the chain is one too long.
    let leaf = other.sign(&forged, vec![san(OWN[0])], NOW).unwrap();
    assert!(accepted(&grant.root, &grant.office, &leaf.chain[0], OWN[0], NOW).is_err());
    assert!(key.leaf(&grant, NOW).is_ok());
}

#[test]
fn a_keeper_takes_what_its_authority_issued_for_it_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (mine, theirs) = (root(), root());
    let (rest, hash) = (Rest::new(&SharedKey::from_bytes([3; 32])), mine.hash());
    let open = |root: Option<Hash32>| Keeper::open(dir.path(), "kotlas", &rest, &sign(), Arc::new(move || root)).unwrap();
    let keeper = open(Some(hash));
    assert!(keeper.leaf(NOW).unwrap().is_none());
    let asked = PageRequest::read(keeper.request()).unwrap().0;
    let issue = |root: &Root, request: &PageRequest| root.issue(request, &[LAN.parse().unwrap()], NOW, 30).unwrap().write();
    let good = issue(&mine, &asked);
    assert!(matches!(keeper.take(&issue(&theirs, &asked), NOW), Err(CertsError::OtherRoot)));
    assert!(matches!(open(None).take(&good, NOW), Err(CertsError::NoRoot)));
    let other = request(&OfficeKey::generate().unwrap(), "kotlas");
    assert!(matches!(keeper.take(&issue(&mine, &other), NOW), Err(CertsError::OtherKey)));
    let urai = PageRequest { slug: "urai".to_owned(), ..asked.clone() };
    assert!(matches!(keeper.take(&issue(&mine, &urai), NOW), Err(CertsError::OtherOffice(slug)) if slug == "urai"));
    // A false word about addresses is found out as well.
    let more = good.replace("address 10.4.0.5", "address 10.4.0.6");
    assert!(matches!(keeper.take(&more, NOW), Err(CertsError::Refused { reason, .. }) if reason.contains("NameConstraint")));
    assert!(keeper.leaf(NOW).unwrap().is_none(), "what was refused is not kept");
    keeper.take(&good, NOW).unwrap();
    // The key and the certificate are there after a restart.
    let again = open(Some(hash));
    assert_eq!(again.request(), keeper.request());
    assert_eq!(again.leaf(NOW).unwrap().unwrap().0.addresses, [LAN.parse::<IpAddr>().unwrap()]);
    // A newer chart that names another root ends it.
    assert!(matches!(open(Some(theirs.hash())).leaf(NOW), Err(CertsError::OtherRoot)));
    let sealed = std::fs::read(dir.path().join("tls/office.key")).unwrap();
    assert!(!sealed.windows(8).any(|part| part == [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]), "the key lies there in clear");
}

#[test]
fn a_file_that_is_cut_or_foreign_is_no_grant() {
    let text = kotlas().1.write();
    assert_eq!(Grant::read(&text).unwrap().write(), text);
    for bad in
        ["", "PK\u{3}", &text[..text.len() / 2], &text.replace("office ", "offize "), &text.replace("certificate 1", "certificate 2")]
    {
        assert!(Grant::read(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_root_is_taken_from_either_form_and_never_without_bounds() {
    let root = root();
    let der = root.certificate().to_vec();
    assert_eq!((root_of(&der), root_of(pem(&der).as_bytes())), (Some(der.clone()), Some(der)));
    let unbounded = rcgen::generate_simple_self_signed(["any.example".to_owned()]).unwrap();
    for bad in [&b""[..], b"PK", unbounded.cert.der(), unbounded.cert.pem().as_bytes()] {
        assert_eq!(root_of(bad), None);
    }
}
