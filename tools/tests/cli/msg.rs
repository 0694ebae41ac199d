//! Writing, reading and listening from the command line, on real nodes of two offices.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::desk::program;
use crate::district::{District, code, signal};

const ME: &[&str] = &["--login", "login-1", "--password-file", "password"];

fn said<'a>(to: &'a str, text: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["msg", "send", "--to", to, text], ME, rest].concat()
}

fn read<'a>(chat: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["msg", "list", "--in", chat], ME, rest].concat()
}

fn named(exit: i32, code: &str) -> (i32, String) {
    (exit, code.to_owned())
}

/// `okrug msg tail`, listening.
pub(crate) struct Tail {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Tail {
    fn start(district: &District, office: usize, args: &[&str]) -> Self {
        Self::begin(program(&district.desk.path(".")), &district.at(office, &[ME, args].concat()))
    }

    /// Listens with these arguments.
    pub(crate) fn begin(mut command: Command, args: &[&str]) -> Self {
        command.args(["msg", "tail", "--json"]).args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap_or_else(|_| panic!("no object: {line:?}")))
    }

    /// The text of the next message, and the number of its event.
    pub(crate) fn message(&mut self) -> (String, u64) {
        let line = self.next().expect("a message");
        assert_eq!((&line["type"], &line["v"]), (&"message".into(), &1.into()), "{line}");
        (line["message"]["text"].as_str().unwrap().to_owned(), line["event"].as_u64().unwrap())
    }

    /// Has heard enough.
    pub(crate) fn stop(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it ended with: the exit code, and what it said on stderr.
    pub(crate) fn ended(self) -> (Option<i32>, String) {
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

#[test]
fn a_message_is_written_once_found_by_name_and_read_at_the_other_office() {
    let district = District::start(2, 2);
    let sent = district.json(0, &said("u1", "Первое\nв две строки", &["--client-id", "order-5"]));
    let id = sent["message"]["id"].as_str().unwrap().to_owned();
    assert_eq!((&sent["repeated"], &sent["client_id"], &sent["message"]["mine"]), (&false.into(), &"order-5".into(), &true.into()));
    let again = district.json(0, &said("u1", "Первое\nв две строки", &["--client-id", "order-5"]));
    assert_eq!((&again["repeated"], again["message"]["id"].as_str()), (&true.into(), Some(&*id)));
    let words = district.ok(0, &said("u1", "x", &["--client-id", "order-5", "--lang", "ru"]));
    assert!(words.starts_with(&format!("OK  уже было записано раньше и второй раз не записано: {id}, ")), "{words}");
    assert!(words.ends_with("Дальше: okrug msg list --in u1\n"), "{words}");

    // Seen at the other office as it comes.
    let mut tail = Tail::start(&district, 1, &["--from", "0", "--count", "2"]);
    assert_eq!(tail.message().0, "Первое\nв две строки");
    let title = sent["title"].as_str().unwrap();
    assert_eq!(district.fails(0, &said(title, "x", &[])), named(2, "who_ambiguous"), "the district and its root have one name");
    let urgent = district.ok(0, &said("u1", "Второе", &["--precedence", "urgent", "--lang", "en"]));
    assert!(urgent.starts_with("OK  on the node's disk: ") && urgent.contains("(u1). "), "{urgent}");
    assert_eq!(tail.message().0, "Второе");
    assert_eq!(tail.ended(), (Some(0), String::new()), "two were asked for");

    // Delivered by now: the other office has shown it.
    let page = district.json(0, &read("u1", &[]));
    let delivery: Vec<&Value> = page["messages"].as_array().unwrap().iter().map(|message| &message["delivery"]["held_by"]).collect();
    assert_eq!(delivery.len(), 2);
    let shown = district.ok(1, &read("u1", &["--lang", "ru"]));
    assert!(shown.contains("\n    Первое\n    в две строки\n") && shown.contains("  СРОЧНОЕ\n    Второе\n"), "{shown}");
    let plain = district.ok(1, &read("u1", &["--plain"]));
    let fields: Vec<&str> = plain.lines().next().unwrap().split('\t').collect();
    assert_eq!((fields.len(), fields[0], fields[7]), (8, &*id, r"Первое\nв две строки"));
    let later = district.json(0, &read("u1", &["--limit", "1"]));
    let before = later["before"].as_str().unwrap();
    let earlier = district.json(0, &read("u1", &["--limit", "1", "--before", before]));
    assert_eq!(earlier["messages"][0]["id"].as_str(), Some(&*id));
    let chats = district.json(1, &[&["msg", "list"], ME].concat());
    let chat = chats["chats"].as_array().unwrap().iter().find(|chat| chat["id"] == "u1").unwrap();
    assert_eq!((&chat["title"], &chat["last"]["text"]), (&title.into(), &"Второе".into()));
    people(&district);
    refused(&district);
}

/// A direct message by a login of one's own office, a name with its office, and standard input.
fn people(district: &District) {
    let listed = district.json(0, &["person", "list"]);
    let (unit, unit_name) = (listed["people"][0]["unit"].as_str().unwrap(), listed["people"][0]["unit_name"].as_str().unwrap());
    let by_name = district.json(0, &said(&unit_name.to_lowercase(), "Отделу", &[]));
    assert_eq!((&by_name["message"]["chat"], &by_name["title"]), (&unit.into(), &unit_name.into()));
    let by_login = district.json(0, &said("login-2", "Лично", &[]));
    let number = by_login["message"]["chat"].as_str().unwrap().to_owned();
    assert!(number.starts_with('p'), "{by_login}");
    let (name, slug) = (district.office(1)["logins"][0]["name"].as_str().unwrap(), district.word(1, "slug"));
    let rehearsed = district.json(0, &said(&format!("{name}@{slug}"), "x", &["--dry-run"]));
    assert_eq!((&rehearsed["dry_run"], &rehearsed["title"]), (&true.into(), &format!("{name}@{slug}").into()));
    let args = [&["msg", "send", "--to", &number, "-", "--json"], ME].concat();
    let mut child =
        program(&district.desk.path(".")).args(district.at(0, &args)).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), "С ввода\n".as_bytes()).unwrap();
    let sent: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(sent["message"]["text"], "С ввода");
    let page = district.json(0, &read(&number, &[]));
    assert_eq!(page["messages"].as_array().unwrap().len(), 2, "the rehearsed one was not written");
}

fn refused(district: &District) {
    let fails = |args: &[&str]| district.fails(0, args);
    assert_eq!(fails(&said("u9999", "x", &[])), named(4, "no_such_chat"));
    assert_eq!(fails(&said("Никто", "x", &[])), named(4, "no_such_chat"));
    assert_eq!(fails(&read("p99999999", &[])), named(4, "no_such_chat"));
    assert_eq!(fails(&said("u1", " ", &[])), named(2, "empty_text"));
    assert_eq!(fails(&said("u1", &"я".repeat(16_385), &[])), named(2, "text_too_long"));
    assert_eq!(fails(&said("u1", "x", &["--precedence", "soon"])), named(2, "usage"));
    assert_eq!(fails(&said("u1", "x", &["--client-id", "a b"])), named(2, "usage"));
    assert_eq!(fails(&["msg", "list"]), named(2, "usage"), "nobody speaks");
    assert_eq!(fails(&["msg", "list", "--login", "login-1", "--no-input"]), named(2, "password_needed"));
    district.desk.write("wrong", "no such password");
    assert_eq!(fails(&["msg", "list", "--login", "login-1", "--password-file", "wrong"]), named(12, "wrong_login"));
    assert_eq!(fails(&["msg", "list", "--login", "nobody", "--password-file", "password"]), named(12, "wrong_login"));
    // A chief reads what is said in the departments below, and does not write there.
    let chief = ["person", "add", "--login", "chief", "--name", "Начальник", "--position", "Начальник отдела", "--unit", "u3"];
    district.ok(0, &[&chief[..], &["--password-file", "password"]].concat());
    let below = ["msg", "send", "--to", "u4", "x", "--login", "chief", "--password-file", "password"];
    assert_eq!(fails(&below), named(5, "may_not_post"));

    // With a token of one's own, by the node's address.
    let (url, bad) = (district.word(0, "url"), "0".repeat(64));
    district.desk.write("token", bad);
    let list = ["msg", "list", "--json", "-n", url, "--token-file", "token"];
    assert_eq!(code(district.desk.fails(&list)), named(12, "not_logged_in"));
    let (_, err) = district.desk.fails(&["msg", "list", "-n", url, "--login", "login-1", "--password-file", "wrong", "--lang", "ru"]);
    assert!(err.starts_with("ОШИБКА: имя или пароль не подходят\nДальше: "), "{err}");
}

#[test]
fn a_tail_that_is_resumed_misses_nothing_and_repeats_nothing() {
    let mut district = District::start(2, 1);
    let mut tail = Tail::start(&district, 1, &["--from", "0", "--in", "u1"]);
    district.ok(0, &said("u1", "один", &[]));
    let (text, event) = tail.message();
    assert_eq!(text, "один");
    signal(tail.child.id().into(), "-INT");
    let (exit, err) = tail.ended();
    assert_eq!(code((exit.unwrap(), err.clone())), named(130, "interrupted"));
    assert!(err.contains(&format!("okrug msg tail --from {event}")), "{err}");

    // What was said while nobody listened, some of it while there was no link at all.
    district.ok(0, &said("u1", "два", &[]));
    // It must have come before the link goes, or it would come after what is said then.
    let mut arrived = Tail::start(&district, 1, &["--from", &event.to_string(), "--in", "u1", "--count", "1"]);
    assert_eq!((arrived.message().0.as_str(), arrived.ended().0), ("два", Some(0)));
    let slug = district.word(1, "slug").to_owned();
    district.demo.tell(&format!("cut {slug}"));
    district.demo.event("cut");
    district.ok(0, &said("u1", "три", &[]));
    district.ok(1, &said("u1", "четыре", &[]));
    let mut tail = Tail::start(&district, 1, &["--from", &event.to_string(), "--in", "u1", "--count", "3"]);
    assert_eq!([tail.message().0, tail.message().0], ["два", "четыре"]);
    district.demo.tell(&format!("join {slug}"));
    assert_eq!(tail.message().0, "три");
    assert_eq!(tail.ended().0, Some(0));
}

#[test]
fn a_tail_whose_node_is_gone_ends_with_the_place_to_go_on_from() {
    let mut district = District::start(1, 1);
    let mut tail = Tail::start(&district, 0, &["--from", "0", "--timeout", "1s"]);
    district.ok(0, &said("u1", "один", &[]));
    let event = tail.message().1;
    district.demo.tell("stop");
    let (exit, err) = tail.ended();
    assert_eq!(code((exit.unwrap(), err.clone())), named(10, "node_not_running"));
    assert!(err.contains(&format!("okrug msg tail --from {event}")), "{err}");
}

#[test]
fn a_tail_ends_with_whoever_reads_it() {
    let district = District::start(1, 1);
    let mut tail = Tail::start(&district, 0, &["--from", "0"]);
    district.ok(0, &said("u1", "один", &[]));
    tail.message();
    let Tail { mut child, lines } = tail;
    drop(lines);
    district.ok(0, &said("u1", "два", &[]));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
