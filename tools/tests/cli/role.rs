//! Roles and deputies from the command line, on real nodes of two offices.

use std::time::Duration;

use crate::desk::program;
use crate::district::District;
use crate::msg::Tail;

const FIRST: &[&str] = &["--login", "login-1", "--password-file", "password"];
const SECOND: &[&str] = &["--login", "login-2", "--password-file", "password"];

fn named(exit: i32, code: &str) -> (i32, String) {
    (exit, code.to_owned())
}

/// The number of who logs in as this: the demo enrols its people in no order.
fn number(district: &District, office: usize, login: &str) -> String {
    let list = district.json(office, &["person", "list"]);
    let found = list["people"].as_array().unwrap().iter().find(|person| person["login"] == login).expect("enrolled");
    found["id"].as_str().unwrap().to_owned()
}

/// Waits until something is so.
fn until(so: impl Fn() -> bool) {
    let so = || {
        so() || {
            std::thread::sleep(Duration::from_millis(100));
            false
        }
    };
    assert!((0..600).any(|_| so()), "it did not come to be so");
}

/// Waits until somebody of an office has heard a text.
fn heard(district: &District, office: usize, text: &str) {
    let args = district.at(office, &[FIRST, &["--from", "0", "--count", "9"]].concat());
    let mut tail = Tail::begin(program(&district.desk.path(".")), &args);
    while tail.message().0 != text {}
    tail.stop();
}

#[test]
fn a_role_is_founded_assigned_written_to_answered_for_and_closed() {
    let district = District::start(2, 2);
    let unit = district.office(1)["logins"][0]["unit"].as_str().unwrap().to_owned();
    let (writer, holder) = (number(&district, 0, "login-1"), number(&district, 1, "login-1"));
    let said = district.ok(1, &["role", "add", "Приёмная", "--unit", &unit]);
    assert!(said.starts_with("OK  r20001 Приёмная: ") && said.ends_with("Next: okrug role assign r20001 PERSON\n"), "{said}");
    let dry = district.json(1, &["role", "assign", "приёмная", "login-1", "--dry-run"]);
    assert_eq!((&dry["role"], &dry["person"], &dry["dry_run"]), (&"r20001".into(), &holder.as_str().into(), &true.into()));
    let assigned = district.json(1, &["role", "assign", "Приёмная", "login-1", "--until", "2099-03-20"]);
    assert_eq!(
        (&assigned["role"]["holders"][0]["person"], &assigned["role"]["holders"][0]["now"]),
        (&holder.as_str().into(), &true.into())
    );
    let shown = district.ok(1, &["role", "show", "r20001", "--lang", "ru"]);
    assert!(shown.starts_with("r20001 Приёмная: ") && shown.contains("сейчас"), "{shown}");

    // From the other office, by title, once it has heard of the role.
    until(|| district.json(0, &["role", "list"])["roles"].as_array().is_some_and(|roles| roles.len() == 1));
    let sent = district.json(0, &[&["msg", "send", "--to", "Приёмная", "Прошу принять"], FIRST].concat());
    assert_eq!(sent["message"]["chat"], "r20001");
    let desk = &*format!("r20001.{writer}");
    let read = |office, chat: &str, who: &[&str]| district.json(office, &[&["msg", "list", "--in", chat], who].concat());
    heard(&district, 1, "Прошу принять");
    let page = read(1, desk, FIRST);
    assert_eq!(page["messages"][0]["text"], "Прошу принять", "{page}");
    let answer = district.json(1, &[&["msg", "send", "--to", desk, "Приходите в пятницу"], FIRST].concat());
    assert_eq!((&answer["message"]["for"]["name"], &answer["message"]["for"]["right"]), (&"Приёмная".into(), &"holds".into()));
    heard(&district, 0, "Приходите в пятницу");
    assert_eq!(read(0, "r20001", FIRST)["messages"].as_array().map(Vec::len), Some(2));
    let lines = district.ok(0, &[&["msg", "list", "--in", "r20001", "--lang", "ru"], FIRST].concat());
    assert!(lines.contains(" за Приёмная ("), "{lines}");
    // Either end proves it, with the right to speak for the role, on any machine.
    for (office, chat, file) in [(0, "r20001", "asked.oke"), (1, desk, "answered.oke")] {
        let made = district.json(office, &[&["msg", "export", chat, "--out", file], FIRST].concat());
        let charter = made["district"].as_str().unwrap().to_owned();
        let verify = |lang: &str| district.desk.ok(&["verify", file, "--charter", &charter, "--lang", lang]);
        let (ru, en) = (verify("ru"), verify("en"));
        assert!(ru.contains("  За: Приёмная (r20001); право доказано: редакция ") && ru.contains("    Приходите в пятницу"), "{ru}");
        assert!(ru.contains("И не доказано, что право говорить за другого не прекратила редакция"), "{ru}");
        assert!(en.contains("  For: Приёмная (r20001); the right is proven: edition ") && en.contains("    Прошу принять"), "{en}");
        let report = district.desk.json(&["verify", file, "--charter", &charter]);
        let of = &report["messages"][1]["on_behalf"];
        assert_eq!((&of["id"], &of["right"], &of["announced"].is_string()), (&"r20001".into(), &"holds".into(), &true), "{report}");
    }
    // Somebody else of that office neither reads nor writes there.
    let fails = |args: &[&str], who: &[&str]| district.fails(1, &[args, who].concat());
    assert_eq!(fails(&["msg", "list", "--in", desk], SECOND), named(4, "no_such_chat"));
    assert_eq!(fails(&["msg", "send", "--to", "d", "--for", "r20001", "x"], SECOND), named(5, "may_not_speak_for"));
    assert_eq!(fails(&["msg", "send", "--to", "d", "--for", "Приёмная", "x"], SECOND), named(4, "may_not_speak_for"));

    let admin = |args: &[&str]| district.fails(1, args);
    assert_eq!(admin(&["role", "assign", "r20001", &writer]), named(5, "not_our_person"));
    assert_eq!(admin(&["role", "assign", "r20001", "login-1", "--until", "2001-01-01"]), named(2, "bad_term"));
    assert_eq!(admin(&["role", "assign", "r20009", "login-1"]), named(4, "no_such_role"));
    assert_eq!(admin(&["role", "show", "Приёмные"]), named(4, "no_such_role"));
    assert_eq!(admin(&["role", "add", "Приёмная", "--unit", "u9999"]), named(4, "no_such_unit"));
    assert_eq!(admin(&["role", "remove", "r20001"]), named(2, "usage"), "closed by its own number only");
    district.ok(1, &["role", "remove", "r20001", "login-1"]);
    assert_eq!(admin(&["role", "remove", "r20001", "login-1"]), named(4, "no_such_person"));
    district.ok(1, &["role", "remove", "r20001", "--confirm", "r20001"]);
    assert_eq!(admin(&["role", "assign", "r20001", "login-1"]), named(4, "no_such_role"));
    let acts = district.json(1, &["audit", "list"]);
    let deeds: Vec<&str> = acts["acts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|act| act["act"]["deed"].as_str())
        .filter(|deed| deed.starts_with("role."))
        .collect();
    assert_eq!(deeds.iter().filter(|deed| **deed == "role.assign").count(), 4, "the refused ones too: {deeds:?}");
}

#[test]
fn a_deputy_is_named_until_a_date_writes_for_the_absent_and_is_ended() {
    let district = District::start(1, 2);
    let (absent, deputy) = (&*number(&district, 0, "login-1"), &*number(&district, 0, "login-2"));
    let said = district.ok(0, &["person", "deputy", "set", "login-1", "--by", "login-2", "--until", "2099-03-20", "--lang", "ru"]);
    assert!(said.contains(&format!("замещает {absent} до 21.03.2099")) && said.contains("остаётся закрытым"), "{said}");
    let sent = district.json(0, &[&["msg", "send", "--to", "d", "--for", absent, "Отвечаю за коллегу"], SECOND].concat());
    assert_eq!((&sent["message"]["author"]["id"], &sent["message"]["for"]["id"]), (&deputy.into(), &absent.into()));
    assert_eq!(sent["message"]["for"]["right"], "holds");
    let id = sent["message"]["id"].as_str().unwrap();
    let made = district.json(0, &[&["msg", "export", "d", "--message", id, "--out", "deputy.oke", "--format", "html"], FIRST].concat());
    let shown = district.desk.ok(&["verify", "deputy.oke", "--charter", made["district"].as_str().unwrap(), "--lang", "ru"]);
    assert!(shown.contains(&format!("({absent}); право доказано: редакция 1, запись ")), "{shown}");
    assert!(district.desk.text("deputy.oke.html").contains("the right is proven: edition 1"));
    district.ok(0, &["person", "deputy", "remove", "login-1"]);
    let refused = district.fails(0, &[&["msg", "send", "--to", "d", "--for", absent, "x"], SECOND].concat());
    assert_eq!(refused, named(5, "may_not_speak_for"));
    assert_eq!(district.fails(0, &["person", "deputy", "remove", "login-1"]), named(4, "no_deputy"));
    assert_eq!(district.fails(0, &["person", "deputy", "set", absent, "--by", absent, "--until", "2099-01-01"]), named(2, "bad_term"));
}
