//! The state of a node, and whether an office answers: direct, cut off, not enrolled, not running.

use std::io::BufReader;
use std::process::Stdio;

use okrug_node::clock;
use okrug_node::keys::{KeyFolder, NewOffice, Unlock};
use serde_json::Value;

use crate::desk::{Desk, program};
use crate::district::{District, code, next, signal};

fn named(exit: i32, code: &str) -> (i32, String) {
    (exit, code.to_owned())
}

/// The state of an office as another sees it.
fn peer(district: &District, office: &str) -> Value {
    district.json(0, &["status", office])["peer"].clone()
}

#[test]
fn a_node_tells_its_links_and_what_waits_and_an_office_that_is_cut_off_does_not_answer() {
    let mut district = District::start(3, 1);
    let [slug, other] = [1, 2].map(|office| district.word(office, "slug").to_owned());
    // Direct by itself, whenever the links stand.
    let answered = district.json(0, &["ping", &slug, "--until-direct"]);
    assert_eq!((&answered["office"], &answered["answered"]), (&slug.as_str().into(), &1.into()));
    assert!(answered["rtt_ms"]["min"].as_f64().unwrap() > 0.0);
    district.ok(0, &["ping", &other, "--until-direct"]);
    let said = district.ok(0, &["ping", &slug.to_uppercase(), "-c", "2", "--lang", "ru"]);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.len() == 3 && lines[0].starts_with(&format!("{slug}: ")) && lines[0].ends_with(" мс (1/2)"), "{said}");
    assert!(lines[2].starts_with("Ответов 2 из 2; туда и обратно "), "{said}");
    let plain = district.ok(0, &["ping", &slug, "-c", "1", "--plain"]);
    assert_eq!(plain.split('\t').count(), 3, "{plain}");

    let status = district.json(0, &["status"]);
    assert_eq!(
        (&status["enrolled"], &status["office"]["slug"], &status["queue"]["messages"]),
        (&true.into(), &district.word(0, "slug").into(), &0.into())
    );
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    assert!(status["disk"]["size"].as_u64().unwrap() >= status["disk"]["free"].as_u64().unwrap());
    let state = |value: &Value| (value["office"].as_str().unwrap().to_owned(), value["state"].as_str().unwrap().to_owned());
    let states: Vec<_> = status["peers"].as_array().unwrap().iter().map(state).collect();
    assert_eq!(states, [(slug.clone(), "direct".to_owned()), (other.clone(), "direct".to_owned())]);
    let policy = district.json(0, &["policy", "show"]);
    assert_eq!((&policy["retention_days"], &policy["erased"]), (&0.into(), &0.into()), "the rules by which the node works");
    let shown = district.ok(0, &["status", "--lang", "ru"]);
    for row in [
        "Узел         upravlenie (",
        "Зачислен     да, ",
        "Округ        справочник v2, обновление до ",
        "Очередь      пусто\n",
        "Диск         занято ",
    ] {
        assert!(shown.contains(row), "{row}: {shown}");
    }
    assert!(shown.contains("\nОТДЕЛЕНИЕ ") && shown.contains("прямая"), "{shown}");
    let plain = district.ok(0, &["status", "--plain"]);
    assert_eq!(plain.lines().map(|row| row.split('\t').count()).collect::<Vec<_>>(), [5, 5]);

    cut_off(&mut district, &slug, &other);
}

/// The second office is cut off: it does not answer, and what is for it waits.
fn cut_off(district: &mut District, slug: &str, other: &str) {
    district.demo.tell(&format!("cut {slug}"));
    district.demo.event("cut");
    let down = district.desk.run(&district.at(0, &["ping", slug, "-c", "2"]));
    let mut lines = down.out.lines();
    // The link may end while it is asked.
    assert_eq!(lines.next_back(), Some(&*format!("{slug}: no direct link (2/2)")), "{down:?}");
    assert!(down.out.contains(&format!("{slug}: there is no direct way; messages are kept and passed on by: {other}\n")), "{down:?}");
    assert_eq!(down.code, 15);
    assert!(down.err.contains(&format!("ERROR: {slug} does not answer: last contact ")), "{down:?}");
    assert!(down.err.contains(&format!("; through others: {other}; nothing waits for it\nNext: okrug status {slug}\n")), "{down:?}");
    assert_eq!(district.fails(0, &["ping", slug, "-c", "1"]), named(15, "peer_unreachable"));

    let me = ["--login", "login-1", "--password-file", "password"];
    for text in ["раз", "два"] {
        district.ok(0, &[&["msg", "send", "--to", "u1", text], &me[..]].concat());
    }
    // Whoever is linked has them as soon as it says so.
    while peer(district, other)["queue"] != 0 {}
    let waits = peer(district, slug);
    assert_eq!((&waits["state"], &waits["queue"], &waits["queue_urgent"]), (&"offline".into(), &2.into(), &0.into()), "{waits}");
    let shown = district.ok(0, &["status", "--lang", "ru"]);
    assert!(shown.contains("Очередь      2 сообщения; самое старое ") && shown.contains(&format!(" -> {slug}\n")), "{shown}");
    assert!(shown.contains("нет связи"), "{shown}");
    let (_, err) = district.desk.fails(&district.at(0, &["ping", slug, "-c", "1", "--lang", "ru", "--quiet"]));
    assert!(err.contains("2 сообщения ждут и уйдут сами"), "{err}");

    district.demo.tell(&format!("join {slug}"));
    district.ok(0, &["ping", slug, "--until-direct"]);
    while peer(district, slug)["queue"] != 0 {}
    assert_eq!(district.fails(0, &["ping", "nowhere"]), named(4, "no_such_office"));
    assert_eq!(district.fails(0, &["status", &format!("{slug}a")]), named(4, "no_such_office"));
    let (_, err) = district.desk.fails(&district.at(0, &["status", &format!("{slug}a")]));
    assert!(err.contains(&format!("did you mean {slug}?")), "{err}");
}

#[test]
fn a_watch_looks_again_until_it_is_interrupted() {
    let district = District::start(1, 1);
    let mut command = program(&district.desk.path("."));
    let mut child =
        command.args(district.at(0, &["status", "--watch", "--json"])).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let looks = [next(&mut lines), next(&mut lines)];
    assert!(looks.iter().all(|look| look["type"] == "summary" && look["enrolled"] == true));
    assert!(looks[0]["uptime_s"].as_u64() < looks[1]["uptime_s"].as_u64());
    signal(child.id().into(), "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(code((output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())), named(130, "interrupted"));
}

#[test]
fn what_is_waited_for_comes_or_the_time_is_over() {
    let district = District::start(2, 1);
    let slug = district.word(1, "slug");
    for goal in [&["wait", "--for", "enrolled"][..], &["wait", slug], &["wait", "--for", "synced", "--timeout", "60s"]] {
        district.desk.ok(&district.at(0, goal));
    }
    assert_eq!(district.fails(0, &["wait", "nowhere"]), named(4, "no_such_office"));
    let wait = |goal| code(district.desk.fails(&["wait", "--for", goal, "--timeout", "1s", "--json", "-n", "nothing"]));
    assert_eq!((wait("enrolled"), wait("peer")), (named(15, "timed_out"), named(15, "timed_out")));
}

#[test]
fn a_node_that_is_not_enrolled_is_told_from_one_that_does_not_run() {
    let desk = Desk::new();
    let status = || code(desk.fails(&["status", "--json", "-n", "data"]));
    assert_eq!(status(), named(10, "node_not_running"));
    let data = desk.path("data");
    let office = NewOffice { slug: "kotlas", name: "Котласское отделение" };
    let request = KeyFolder::of(&data).create(office, &Unlock::default(), &mut clock::rng()).unwrap();
    assert_eq!(status(), named(22, "not_enrolled"));
    // A district that does not list it changes nothing; one that does is only to be started.
    desk.write("kotlas.req", request);
    desk.ok(&["authority", "init", "--name", "Округ", "--passphrase-file", "pass"]);
    std::fs::create_dir(data.join("documents")).unwrap();
    desk.write("data/documents/district.okd", desk.read("district.okrug"));
    assert_eq!(status(), named(22, "not_enrolled"));
    desk.ok(&["office", "enrol", "kotlas.req"]);
    desk.ok(&["authority", "sign", "--passphrase-file", "pass"]);
    desk.write("data/documents/district.okd", desk.read("district.okrug"));
    assert_eq!(status(), named(10, "node_not_running"));
    let (_, err) = desk.fails(&["ping", "kotlas", "-n", "data", "--lang", "ru"]);
    assert!(err.contains("узел здесь не работает") && err.contains("okrug-node run"), "{err}");
}
