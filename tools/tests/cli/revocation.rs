//! Revocations in the authority's folder: what is signed, what waits, what is refused.

use okrug_protocol::ids::{OfficeId, PersonId, Version};
use okrug_protocol::trust::{DistrictFile, Trust};

use crate::desk::Desk;
use crate::district::District;

const PASS: &[&str] = &["--passphrase-file", "pass"];

/// A district with two offices, whose list of revocations so many must sign.
fn enrolled(init: &[&str]) -> Desk {
    let desk = Desk::new();
    desk.ok(&[&["authority", "init", "--name", "Округ"], PASS, init].concat());
    for (slug, n) in [("kotlas", 1), ("yarensk", 2)] {
        desk.request("request", slug, slug, n);
        desk.ok(&["office", "enrol", "request"]);
    }
    desk.ok(&[&["authority", "sign"], PASS].concat());
    desk
}

fn add<'a>(whom: &'a str, reason: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["revocation", "add", whom, "--reason", reason], PASS, more].concat()
}

fn trust(desk: &Desk) -> Trust {
    Trust::from_file(None, &DistrictFile::decode(&desk.read("district.okrug")).unwrap()).unwrap()
}

#[test]
fn one_key_revokes_an_office_and_a_person_in_the_district_file() {
    let desk = enrolled(&[]);
    assert_eq!(desk.json(&["revocation", "age"])["version"], 0);
    let signed = desk.json(&add("kotlas", "похищен", &["--confirm", "kotlas", "--key", "keys/authority-3.key"]));
    assert_eq!((&signed["version"], &signed["changed"]), (&1.into(), &true.into()));
    desk.ok(&add("p20001", "уволен", &["--confirm", "p20001"]));
    let directory = trust(&desk).directory();
    let row = directory.revocation(OfficeId(1)).unwrap();
    assert_eq!((row.reason.as_str(), row.since, row.cut), ("похищен", Version(1), Version(0)));
    assert_eq!(directory.person_revoked_since(PersonId(20_001)), Some(Version(2)));
    assert!(!directory.is_revoked(OfficeId(2)));
    assert!(desk.ok(&["revocation", "list", "--plain"]).starts_with("o1\tv1\tno end named\tпохищен"));
    let age = desk.json(&["revocation", "age"]);
    assert_eq!((&age["version"], &age["freshness"]), (&2.into(), &"fresh".into()));
    assert!(desk.ok(&["revocation", "age", "--lang", "ru"]).contains("список отзыва версии 2, возраст 0 дн."));
}

#[test]
fn what_is_revoked_already_makes_no_new_version_and_a_renewal_does() {
    let desk = enrolled(&[]);
    let revoke = add("o2", "похищен", &["--confirm", "yarensk"]);
    desk.ok(&revoke);
    let again = desk.json(&revoke);
    assert_eq!((&again["version"], &again["changed"]), (&1.into(), &false.into()));
    let renew = desk.json(&[&["revocation", "sign"], PASS].concat());
    assert_eq!((&renew["version"], &renew["changed"]), (&2.into(), &true.into()));
    assert_eq!(trust(&desk).directory().revocation(OfficeId(2)).unwrap().since, Version(1));
}

#[test]
fn nothing_is_revoked_that_was_not_named_twice() {
    let desk = enrolled(&[]);
    let before = desk.read("district.okrug");
    let (code, err) = desk.fails(&add("kotlas", "похищен", &[]));
    assert_eq!((code, err.contains("--confirm kotlas")), (2, true), "{err}");
    assert_eq!(desk.fails(&add("kotlas", "похищен", &["--confirm", "yarensk"])).0, 5);
    let (code, err) = desk.fails(&add("kotlass", "похищен", &["--confirm", "kotlass"]));
    assert_eq!((code, err.contains("did you mean kotlas?")), (4, true), "{err}");
    desk.write("other", "another passphrase");
    let wrong = ["revocation", "add", "kotlas", "--reason", "x", "--confirm", "kotlas", "--passphrase-file", "other"];
    assert_eq!(desk.fails(&wrong).0, 12);
    assert_eq!(desk.json(&add("kotlas", "похищен", &["--dry-run"]))["dry_run"], true);
    assert_eq!(desk.read("district.okrug"), before);
    assert!(!desk.path("pending").exists());
}

#[test]
fn a_list_waits_for_its_threshold_and_takes_up_what_is_added_meanwhile() {
    let desk = enrolled(&["--revocation-keys", "3", "--revocation-threshold", "2"]);
    let before = desk.read("district.okrug");
    let first = add("kotlas", "похищен", &["--confirm", "kotlas", "--key", "keys/revocations-1.key"]);
    let (code, err) = desk.fails(&first);
    assert_eq!((code, err.contains("1 of 2 signatures") && err.contains("pending/revocations.okd")), (17, true), "{err}");
    assert_eq!(desk.fails(&first).0, 17, "the same key counts once");
    let second = add("p20001", "уволен", &["--confirm", "p20001", "--key", "keys/revocations-1.key"]);
    assert_eq!(desk.fails(&second).0, 17);
    assert_eq!(desk.read("district.okrug"), before);
    desk.ok(&["authority", "cosign", "pending/revocations.okd", "--key", "keys/revocations-2.key", "--passphrase-file", "pass"]);
    let trust = trust(&desk);
    assert_eq!(trust.versions().revocations.0, Version(1));
    assert!(trust.directory().is_revoked(OfficeId(1)), "the second addition has kept the first");
    assert!(trust.directory().person_revoked_since(PersonId(20_001)).is_some());
    assert!(!desk.path("pending/revocations.okd").exists());
}

#[test]
fn an_office_is_revoked_by_the_command_of_offices_and_shown_whole() {
    let desk = enrolled(&[]);
    let office =
        |word: &'static str, name: &'static str| [&["office", "revoke", word, "--reason", "похищен", "--confirm", name], PASS].concat();
    assert_eq!(desk.fails(&office("p10001", "p10001")).0, 4, "a person is no office");
    let (code, err) = desk.fails(&["revocation", "show", "o1"]);
    assert_eq!((code, err.contains("kotlas is not revoked")), (4, true), "{err}");
    desk.ok(&office("o1", "kotlas"));
    let shown = desk.json(&["revocation", "show", "kotlas"]);
    assert_eq!(
        (&shown["office"], &shown["since"], &shown["cut"], &shown["reason"]),
        (&"o1".into(), &1.into(), &0.into(), &"похищен".into())
    );
    desk.ok(&add("p20001", "уволен", &["--confirm", "p20001"]));
    assert_eq!(desk.ok(&["revocation", "show", "p20001", "--plain"]), "p20001\tv2\tуволен\n");
}

#[test]
fn a_running_node_takes_a_list_of_its_own_district_alone() {
    let (district, other) = (District::start(1, 1), enrolled(&[]));
    other.ok(&add("kotlas", "похищен", &["--confirm", "kotlas"]));
    district.desk.write("foreign", other.read("district.okrug"));
    assert_eq!(district.fails(0, &["revocation", "import", "foreign"]), (13, "document_foreign".to_owned()));
    let own = std::path::Path::new(district.demo.shown["dir"].as_str().unwrap()).join("district.okrug");
    let taken = district.json(0, &["revocation", "import", own.to_str().unwrap()]);
    assert_eq!((&taken["newer"], &taken["version"]), (&false.into(), &0.into()));
    assert_eq!(district.json(0, &["revocation", "import", "foreign", "--dry-run"])["dry_run"], true);
    assert_eq!(other.fails(&["revocation", "import", "district.okrug", "-n", "."]).0, 10);
}

#[test]
fn a_node_says_where_logs_end_and_the_authority_cuts_them_there() {
    let (district, authority) = (District::start(1, 1), enrolled(&[]));
    district.ok(0, &["msg", "send", "--to", "u1", "раз", "--login", "login-1", "--password-file", "password"]);
    let slug = district.word(0, "slug").to_owned();
    let ends = district.json(0, &["revocation", "cut-offs", &slug, "--out", "ends"]);
    let rows = ends["ends"].as_array().unwrap();
    assert_eq!((&ends["office"], rows.is_empty()), (&"o1".into(), false));
    assert_eq!(district.fails(0, &["revocation", "cut-offs", "nowhere"]), (4, "no_such_office".to_owned()));
    assert_eq!(district.fails(0, &["revocation", "cut-offs", "../x"]), (4, "no_such_office".to_owned()));

    authority.write("ends", district.desk.read("ends"));
    let cut = |whom: &'static str, files: &[&'static str]| {
        let files: Vec<&str> = files.iter().flat_map(|file| ["--cut-offs", *file]).collect();
        add(whom, "похищен", &[&["--confirm", whom], &files[..]].concat()).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let run = |args: Vec<String>| authority.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(run(cut("yarensk", &["ends"])).code, 1, "the file is about another office");
    assert_eq!(run(cut("p10001", &["ends"])).code, 2, "a person has no logs");
    let mut other = ends.clone();
    other["ends"][0]["id"] = "00".repeat(32).into();
    authority.write("fork", other.to_string());
    let forked = run(cut("kotlas", &["ends", "fork"]));
    assert_eq!((forked.code, forked.err.contains("nothing was changed")), (5, true), "{forked:?}");
    assert_eq!(authority.json(&["revocation", "age"])["version"], 0);

    // In an emergency first without, and with it as soon as it is known.
    authority.ok(&add("kotlas", "похищен", &["--confirm", "kotlas"]));
    assert_eq!(run(cut("kotlas", &["ends"])).code, 0);
    let shown = authority.json(&["revocation", "show", "kotlas"]);
    assert_eq!((&shown["since"], &shown["cut"], shown["cut_offs"].as_array().unwrap().len()), (&1.into(), &2.into(), rows.len()));
    let ids = |rows: &serde_json::Value| {
        rows.as_array().unwrap().iter().map(|row| row["id"].to_string()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(ids(&shown["cut_offs"]), ids(&ends["ends"]));
    let again = run(cut("kotlas", &["ends"]));
    assert!(again.out.contains("says so already"), "{again:?}");
}

/// A file that says where so many logs of an office end.
fn ends(office: &str, logs: u32) -> String {
    let end = |n: u32| serde_json::json!({ "last": format!("{office}.{}.u70000.routine.70000", 0x8000_0000 + n), "id": "ab".repeat(32) });
    serde_json::json!({ "office": office, "ends": (0..logs).map(end).collect::<Vec<_>>() }).to_string()
}

#[test]
fn the_authority_hears_that_the_list_is_nearly_full_before_there_is_no_room_in_it() {
    let desk = enrolled(&[]);
    let warned = |left: &crate::desk::Left| left.err.contains("WARNING") && left.err.contains("% full");
    desk.write("many", ends("o1", 1_050));
    desk.write("more", ends("o2", 300));
    let first = desk.run(&add("p10001", "уволен", &["--confirm", "p10001"]));
    assert_eq!((first.code, warned(&first)), (0, false), "{first:?}");
    let nearly = desk.run(&add("kotlas", "похищен", &["--confirm", "kotlas", "--cut-offs", "many"]));
    assert_eq!((nearly.code, warned(&nearly)), (0, true), "{nearly:?}");
    let before = desk.read("district.okrug");
    let full = add("yarensk", "похищен", &["--confirm", "yarensk", "--cut-offs", "more"]);
    assert_eq!(crate::district::code(desk.fails(&[&full[..], &["--json"]].concat())), (16, "list_full".to_owned()));
    assert_eq!(desk.read("district.okrug"), before);
    // In an emergency there is room for the office without them, and for more people.
    assert_eq!(desk.run(&add("yarensk", "похищен", &["--confirm", "yarensk"])).code, 0);
    let age = desk.run(&["revocation", "age", "--lang", "ru"]);
    assert!(age.err.contains("ВНИМАНИЕ") && age.err.contains("заполнен на 8"), "{age:?}");
    assert!((80..100).contains(&desk.json(&["revocation", "age"])["full_percent"].as_u64().unwrap()));
}

#[test]
fn only_what_is_new_since_a_version_is_listed_and_ends_never_get_longer() {
    let desk = enrolled(&[]);
    desk.ok(&add("p10001", "уволен", &["--confirm", "p10001"]));
    desk.ok(&add("kotlas", "похищен", &["--confirm", "kotlas"]));
    desk.write("two", ends("o1", 2));
    desk.write("three", ends("o1", 3));
    desk.write("one", ends("o1", 1));
    desk.ok(&add("kotlas", "похищен", &["--confirm", "kotlas", "--cut-offs", "two"]));
    let listed = |since: &str| {
        let shown = desk.json(&["revocation", "list", "--since", since]);
        let name = |row: &serde_json::Value| row["office"].as_str().or(row["person"].as_str()).unwrap().to_owned();
        shown["rows"].as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(
        (listed("v1"), listed("2"), listed("v3")),
        (vec!["o1".to_owned(), "p10001".to_owned()], vec!["o1".to_owned()], vec!["o1".to_owned()])
    );
    assert!(listed("v4").is_empty());
    let cut = |file: &str| desk.run(&add("kotlas", "похищен", &["--confirm", "kotlas", "--cut-offs", file]));
    let longer = cut("three");
    assert!(longer.code == 5 && longer.err.contains("cannot get longer"), "{longer:?}");
    assert_eq!((cut("one").code, trust(&desk).versions().revocations.0), (0, Version(4)));
}
