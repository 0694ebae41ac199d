//! Enrolling people at a running node, and who may.

use crate::desk::Desk;
use crate::district::{District, code};

const ADD: &[&str] = &["person", "add", "--name", "Дежурный", "--position", "Дежурный"];

fn add<'a>(login: &'a str, unit: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [ADD, &["--login", login, "--unit", unit], rest].concat()
}

#[test]
fn a_person_is_enrolled_by_number_or_name_of_the_unit_and_stands_in_the_list() {
    let district = District::start(1, 1);
    let url = district.word(0, "url").to_owned();
    let (unit, file) = (district.office(0)["logins"][0]["unit"].as_str().unwrap().to_owned(), ["--password-file", "password"]);
    let said = district.ok(0, &add("duty", &unit, &file));
    assert!(said.starts_with("OK  p10002 Дежурный, Дежурный: ") && said.contains(&format!("({unit}), login duty\n")), "{said}");
    assert!(said.ends_with(&format!("Next: log in on the page {url}\n")), "{said}");
    let people = district.json(0, &["person", "list"]);
    let listed = people["people"].as_array().unwrap().clone();
    assert_eq!((&people["type"], listed.len(), &listed[1]["login"]), (&"summary".into(), 2, &"duty".into()));

    // By the full name of the unit, in any letters; with a password that the program makes.
    let name = listed[1]["unit_name"].as_str().unwrap().to_uppercase();
    let made = district.json(0, &add("night", &name, &["--generate"]));
    assert_eq!((&made["person"]["id"], &made["person"]["unit"]), (&"p10003".into(), &unit.as_str().into()));
    assert_eq!(made["password"].as_str().unwrap().len(), 19);
    let shown = district.ok(0, &add("late", &name, &["--generate", "--lang", "ru"]));
    assert!(shown.contains("Пароль, показан один раз: "), "{shown}");
    let dry = district.json(0, &add("nobody", &name, &["--dry-run"]));
    assert_eq!(dry["dry_run"], true);

    let plain = district.ok(0, &["person", "list", "--plain"]);
    let logins: Vec<&str> = plain.lines().filter_map(|line| line.split('\t').nth(1)).collect();
    assert_eq!(logins[1..], ["duty", "night", "late"], "by number, and nobody of the dry run");
    let table = district.ok(0, &["person", "list", "--lang", "ru"]);
    assert!(table.starts_with("НОМЕР ") && table.contains("может войти"), "{table}");

    refused(&district, &unit);
}

/// What is refused, with its exit code; nobody is enrolled by any of it.
fn refused(district: &District, unit: &str) {
    let file = ["--password-file", "password"];
    let fails = |args: &[&str]| district.fails(0, args);
    let named = |exit: i32, code: &str| (exit, code.to_owned());
    assert_eq!(fails(&add("x", "Канцелярии", &file)), named(4, "no_such_unit"));
    assert_eq!(fails(&add("x", "u9999", &file)), named(4, "no_such_unit"));
    assert_eq!(fails(&add("duty", unit, &file)), named(6, "login_taken"));
    assert_eq!(fails(&add("a b", unit, &file)), named(2, "bad_login"));
    district.desk.write("short", "1234567");
    assert_eq!(fails(&add("x", unit, &["--password-file", "short"])), named(2, "weak_password"));
    assert_eq!(fails(&add("x", unit, &["--no-input"])), named(2, "password_needed"));
    assert_eq!(fails(&add("x", unit, &["--generate", "--password-file", "password"])), named(2, "usage"));
    assert_eq!(fails(&add("x", unit, &["--password-file", "missing"])), named(4, "file_not_found"));

    // By the node's address: a token is needed, and it must be the administrator's.
    let url = district.word(0, "url");
    let by_address = |rest: &[&str]| code(district.desk.fails(&[&["person", "list", "--json", "-n", url], rest].concat()));
    assert_eq!(by_address(&[]), named(2, "token_needed"));
    district.desk.write("token", "0".repeat(64));
    assert_eq!(by_address(&["--token-file", "token"]), named(12, "not_logged_in"));
    let access: serde_json::Value =
        serde_json::from_slice(&std::fs::read(format!("{}/api.json", district.word(0, "data"))).unwrap()).unwrap();
    district.desk.write("token", access["token"].as_str().unwrap());
    let people = district.desk.json(&["person", "list", "-n", url, "--token-file", "token"]);
    assert_eq!(people["people"].as_array().unwrap().len(), 4, "nobody was enrolled by what was refused");
}

#[test]
fn a_node_that_does_not_run_is_told_from_what_is_no_node() {
    let desk = Desk::new();
    let fails = |node: &str| code(desk.fails(&["person", "list", "--json", "-n", node]));
    std::fs::create_dir(desk.path("data")).unwrap();
    assert_eq!(fails("data"), (10, "node_not_running".to_owned()));
    // A node that was killed leaves its file behind: nobody answers.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    desk.write("data/api.json", format!(r#"{{"url":"http://127.0.0.1:{port}","token":"{}"}}"#, "0".repeat(64)));
    assert_eq!(fails("data"), (10, "node_not_running".to_owned()));
    assert_eq!(fails("http://192.0.2.7:7680"), (2, "usage".to_owned()));
    let (_, err) = desk.fails(&["person", "list", "-n", "data", "--lang", "ru"]);
    assert!(err.contains("узел не отвечает") && err.contains("Дальше: работает ли узел?"), "{err}");
}
