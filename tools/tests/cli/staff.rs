//! People who come with a code, forget their password, change place and leave, by the command line.

use serde_json::{Value, json};

use crate::district::District;

/// Comes with a code, as a script of the person would.
fn come(district: &District, body: &Value) -> Result<Value, u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.post(format!("{}/api/v1/enrol", district.word(0, "url"))).header("X-Okrug", "1");
    let mut answer = request.send_json(body).unwrap();
    if answer.status() == 201 { Ok(answer.body_mut().read_json().unwrap()) } else { Err(answer.status().as_u16()) }
}

fn enrol(code: &Value, login: &str) -> Value {
    json!({ "code": code, "login": login, "password": "okrug-demo-2026", "token": true })
}

#[test]
fn a_person_comes_with_a_slip_and_chooses_a_password() {
    let district = District::start(1, 1);
    let unit = district.office(0)["logins"][0]["unit"].as_str().unwrap().to_owned();
    let invite = ["person", "invite", "--name", "Инспектор", "--position", "Инспектор", "--unit", &unit];
    let dry = district.json(0, &[&invite[..], &["--dry-run"]].concat());
    assert_eq!(dry["dry_run"], true);
    let invited = district.json(0, &invite);
    assert_eq!((&invited["invitation"]["id"], invited["code"].as_str().unwrap().len()), (&json!("p10002"), 14));
    assert_eq!(invited["page"], format!("{}/enrol?code={}", district.word(0, "url"), invited["code"].as_str().unwrap()));
    let said = district
        .ok(0, &[&invite[..], &["--ttl", "2h", "--print", "slip.html", "--page", "https://kotlas.example", "--lang", "ru"]].concat());
    assert!(said.starts_with("OK  Приглашение p10003: Инспектор, Инспектор, ") && said.contains("Код: ") && said.contains("█"), "{said}");
    assert!(said.ends_with('\n') && said.contains("Страница: https://kotlas.example/enrol?code="), "{said}");
    let slip = district.desk.text("slip.html");
    assert!(slip.contains("https://kotlas.example/enrol") && slip.contains("<svg") && slip.contains("Make up a login"), "{slip}");
    let listed = district.ok(0, &["person", "invitation", "list", "--plain"]);
    assert_eq!(listed.lines().map(|line| line.split('\t').next().unwrap()).collect::<Vec<_>>(), ["p10002", "p10003"]);
    assert!(!listed.contains(invited["code"].as_str().unwrap()));

    assert!(come(&district, &enrol(&invited["code"], "ivan")).is_ok());
    assert_eq!(come(&district, &enrol(&invited["code"], "ivan2")), Err(401));
    district.ok(0, &["person", "invitation", "remove", "p10003"]);
    assert_eq!(district.fails(0, &["person", "invitation", "remove", "p10003"]), (4, "no_such_person".to_owned()));
    assert_eq!(district.json(0, &["person", "invitation", "list"])["invitations"], json!([]));
    assert_eq!(district.fails(0, &[&invite[..], &["--ttl", "1s"]].concat()), (2, "bad_time".to_owned()));
    let list = district.ok(0, &["person", "list", "--plain"]);
    assert!(list.contains("p10002\tivan\tИнспектор"), "{list}");
}

#[test]
fn an_administrator_resets_moves_and_dismisses_and_each_is_confirmed() {
    let district = District::start(1, 2);
    let (login, other) =
        (district.office(0)["logins"][0]["login"].as_str().unwrap(), district.office(0)["logins"][1]["unit"].as_str().unwrap());
    let changed = district.json(0, &["person", "set", login, "--position", "Старший дежурный", "--unit", other]);
    assert_eq!((&changed["person"]["position"], &changed["person"]["unit"]), (&json!("Старший дежурный"), &json!(other)));
    assert_eq!(district.fails(0, &["person", "set", login]), (2, "usage".to_owned()));
    assert_eq!(district.fails(0, &["person", "set", "nobody", "--name", "x"]), (4, "no_such_person".to_owned()));

    district.desk.write("new", "другой пароль");
    let own = ["person", "password", "--login", login, "--password-file", "password", "--new-password-file", "new"];
    district.ok(0, &own);
    assert_eq!(district.fails(0, &own), (12, "wrong_login".to_owned()), "the old one opens nothing");
    let listed = district.json(0, &["person", "session", "list", login]);
    assert_eq!(listed["sessions"], json!([]), "whoever changed the password left no session behind");
    assert_eq!(district.json(0, &["person", "session", "end", login])["ended"], 0);

    let id = changed["person"]["id"].as_str().unwrap();
    let reset = ["person", "reset", id];
    assert_eq!(district.fails(0, &reset), (2, "confirm_needed".to_owned()));
    assert_eq!(district.fails(0, &[&reset[..], &["--confirm", "somebody"]].concat()), (5, "not_confirmed".to_owned()));
    let said = district.ok(0, &[&reset[..], &["--confirm", login]].concat());
    assert!(said.contains("cannot be read any more") && said.contains("Code: "), "{said}");
    district.ok(0, &["person", "invitation", "remove", id]);

    let dismiss = ["person", "dismiss", login, "--reason", "уволен", "--confirm", login];
    assert_eq!(district.json(0, &dismiss)["person"]["active"], false);
    let list = district.ok(0, &["person", "list", "--lang", "ru"]);
    assert!(list.contains("не служит"), "{list}");
    let again = ["person", "reset", login, "--confirm", login];
    assert_eq!(district.fails(0, &again), (5, "has_left".to_owned()));
    assert_eq!(district.json(0, &["person", "restore", login])["person"]["active"], true);
    district.json(0, &["msg", "list", "--login", login, "--password-file", "new"]);
}
