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
