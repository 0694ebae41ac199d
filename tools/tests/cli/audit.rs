//! The journal of administration from the command line.

use crate::district::District;

#[test]
fn what_was_done_is_listed_shown_and_found_whole() {
    let district = District::start(1, 1);
    let unit = district.office(0)["logins"][0]["unit"].as_str().unwrap().to_owned();
    let add = ["person", "add", "--name", "Дежурный", "--position", "Дежурный", "--login", "duty", "--unit", &unit];
    let add = [&add[..], &["--password-file", "password"]].concat();
    district.ok(0, &add);
    assert_eq!(district.fails(0, &add).1, "login_taken");

    let listed = district.json(0, &["audit", "list"]);
    let acts = listed["acts"].as_array().unwrap();
    let last = &acts[acts.len() - 2..];
    assert_eq!((&last[0]["act"]["deed"], &last[0]["act"]["outcome"]), (&"person.add".into(), &"done".into()));
    assert_eq!((&last[1]["act"]["outcome"], &last[1]["act"]["refused"]), (&"refused".into(), &"login_taken".into()));

    let table = district.ok(0, &["audit", "list", "--lang", "ru"]);
    assert!(table.starts_with("ЗАПИСЬ ") && table.contains("заведён человек") && table.contains("отказано: Логин занят"), "{table}");
    let id = last[0]["id"].as_str().unwrap();
    let shown = district.ok(0, &["audit", "show", id, "--lang", "en"]);
    assert!(shown.contains("a person was enrolled") && shown.contains("duty, ") && shown.contains("p10002"), "{shown}");
    assert_eq!(district.json(0, &["audit", "show", id])["act"], last[0]);
    assert_eq!(district.fails(0, &["audit", "show", "o1.1.d.routine.1"]), (4, "no_such_message".to_owned()));

    let whole = district.ok(0, &["audit", "verify", "--lang", "en"]);
    assert!(whole.contains("OK  the journal is whole: "), "{whole}");
    let report = district.json(0, &["audit", "verify"]);
    assert_eq!((&report["whole"], &report["logs"][0]["acts"]), (&true.into(), &acts.len().into()));
}

#[test]
fn what_was_exported_is_checked_on_any_machine_by_the_charter_alone() {
    let district = District::start(1, 2);
    let login = |n: usize| district.office(0)["logins"][n]["login"].as_str().unwrap().to_owned();
    let (one, two) = (login(0), login(1));
    let as_one = ["--login", &one, "--password-file", "password"];
    let people = district.json(0, &["person", "list"]);
    let id = |login: &str| {
        let person = people["people"].as_array().unwrap().iter().find(|person| person["login"] == login);
        person.unwrap()["id"].as_str().unwrap().to_owned()
    };
    district.ok(0, &[&["msg", "send", "--to", "d", "Принято <b>"], &as_one[..]].concat());
    district.ok(0, &[&["msg", "send", "--to", &id(&two), "лично"], &as_one[..]].concat());

    let made = district.json(0, &[&["msg", "export", "d", "--out", "d.oke", "--format", "html"], &as_one[..]].concat());
    let charter = made["district"].as_str().unwrap().to_owned();
    // Away from every node: the file and the fingerprint.
    let verify = |file: &str, rest: &[&str]| district.desk.ok(&[&["verify", file, "--charter", &charter], rest].concat());
    let shown = verify("d.oke", &["--lang", "ru"]);
    assert!(shown.starts_with("OK  доказано: сообщений 1, действий администратора 0\n"), "{shown}");
    assert!(shown.contains("    Принято <b>") && shown.contains("Подписал: ") && shown.contains("Не доказано: "), "{shown}");
    let report = district.desk.json(&["verify", "d.oke", "--charter", &charter]);
    assert_eq!((&report["holds"], &report["messages"][0]["text"]), (&true.into(), &"Принято <b>".into()));
    let page = std::fs::read_to_string(district.desk.path("d.oke.html")).unwrap();
    assert!(page.contains("Принято &lt;b&gt;") && !page.contains("<b>"), "{page}");

    let as_two = ["--login", &two, "--password-file", "password"];
    district.ok(0, &[&["msg", "export", &id(&one), "--out", "p.oke"], &as_two[..]].concat());
    assert!(verify("p.oke", &[]).contains("    лично"));
    district.ok(0, &["audit", "export", "--out", "acts.oke"]);
    assert!(verify("acts.oke", &["--lang", "en"]).contains("a person was enrolled"));

    let mut bytes = std::fs::read(district.desk.path("d.oke")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(district.desk.path("bad.oke"), &bytes).unwrap();
    let fails = |args: &[&str]| crate::district::code(district.desk.fails(&[args, &["--json"]].concat()));
    assert_eq!(fails(&["verify", "bad.oke", "--charter", &charter]), (13, "evidence_refused".to_owned()));
    assert_eq!(fails(&["verify", "d.oke", "--charter", &"0".repeat(64)]), (13, "evidence_foreign".to_owned()));
    assert_eq!(fails(&["verify", "d.oke", "--charter", "нет"]), (2, "no_charter".to_owned()));
    assert_eq!(fails(&["verify", "password", "--charter", &charter]), (13, "evidence_refused".to_owned()));
}
