//! One node that is started and stopped at will: TLS, a full disk, a restart under a listening client.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use okrug::cluster::{Blueprint, Pages};
use okrug::staff;

use crate::desk::{Desk, program};
use crate::district::code;
use crate::msg::Tail;

const ME: &[&str] = &["--login", "duty", "--password-file", "password"];

/// A node of a district of one office, and a desk from which it is worked with.
struct Alone {
    desk: Desk,
    page: SocketAddr,
    unit: String,
    child: Option<Child>,
}

impl Alone {
    fn found() -> Self {
        let desk = Desk::new();
        let blueprint = Blueprint::lay_out(&desk.path("."), "Округ", &staff::sample(), 1, Pages::Anywhere).unwrap();
        blueprint.found().unwrap();
        let site = &blueprint.sites[0];
        std::os::unix::fs::symlink(&site.slug, desk.path("data")).unwrap();
        desk.write("password", "correct horse battery");
        let unit = format!("u{}", blueprint.plan.offices[0].units[0]);
        Self { page: site.page, unit, desk, child: None }
    }

    /// Changes its settings for the next start.
    fn set(&self, change: impl FnOnce(String) -> String) {
        self.desk.write("data/node.toml", change(self.desk.text("data/node.toml")));
    }

    /// Starts it and waits until it serves.
    fn start(&mut self) {
        let mut command = program(&self.desk.path("."));
        let log = std::fs::File::create(self.desk.path("node.log")).unwrap();
        command.arg("node-child").arg(self.desk.path("data")).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("ready"), "{line:?}: {}", self.desk.text("node.log"));
        self.child = Some(child);
    }

    /// Stops it; what it was told is on the disk.
    fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success(), "{}", self.desk.text("node.log"));
    }

    fn tail(&self, args: &[&str]) -> Tail {
        Tail::begin(program(&self.desk.path(".")), &[args, ME].concat())
    }

    fn enrol<'a>(&'a self, login: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
        let person = ["--name", "Дежурный", "--position", "Дежурный", "--unit", &self.unit, "--password-file", "password"];
        [&["person", "add", "--login", login], &person[..], rest].concat()
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // The test has failed by now.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Conversations, asked for at an address.
fn list<'a>(url: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["msg", "list", "-n", url], ME, rest].concat()
}

fn said(text: &str) -> Vec<&str> {
    [&["msg", "send", "--to", "d", text], ME].concat()
}

#[test]
fn a_node_under_tls_is_known_by_its_certificate_and_by_nothing_else() {
    let mut node = Alone::found();
    let port = node.page.port();
    node.set(|toml| toml.replace(&format!("127.0.0.1:{port}"), &format!("0.0.0.0:{port}")));
    node.start();
    let (desk, url) = (&node.desk, format!("https://127.0.0.1:{port}"));
    // The data directory names the certificate itself.
    desk.ok(&node.enrol("duty", &["-n", "data"]));
    desk.ok(&[said("по защищённой линии"), vec!["-n", "data"]].concat());
    let known = desk.json(&list(&url, &["--ca", "data/tls/cert.pem"]));
    assert_eq!(known["chats"][0]["last"]["text"], "по защищённой линии");
    let mut tail = node.tail(&["--count", "1", "--from", "0", "--ca", "data/tls/cert.pem", "-n", &url]);
    assert_eq!(tail.message().0, "по защищённой линии");
    assert_eq!(tail.ended().0, Some(0));
    // Nothing is sent to whoever cannot be known, not even to ask.
    assert_eq!(code(desk.fails(&list(&url, &["--json"]))), (13, "node_untrusted".to_owned()));
    desk.write("other.pem", rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap().cert.pem());
    assert_eq!(code(desk.fails(&list(&url, &["--json", "--ca", "other.pem"]))), (13, "node_untrusted".to_owned()));
    assert_eq!(code(desk.fails(&list(&url, &["--json", "--ca", "password"]))), (1, "no_certificate".to_owned()));
    node.stop();
}

#[test]
fn a_full_disk_is_told_with_its_own_exit_code_and_what_was_there_is_read() {
    let mut node = Alone::found();
    node.start();
    node.desk.ok(&node.enrol("duty", &["-n", "data"]));
    node.desk.ok(&[said("пока есть место"), vec!["-n", "data"]].concat());
    node.stop();
    // The node is told to leave more of the disk alone than any disk has.
    node.set(|toml| format!("{toml}\n[store]\nreserve = 0\nmin_free = {}\nmin_free_foreign = {}\n", 1_u64 << 60, 1_u64 << 60));
    node.start();
    let full = |args: &[&str]| code(node.desk.fails(&[args, &["-n", "data", "--json"]].concat()));
    assert_eq!(full(&said("места нет")), (16, "no_space".to_owned()));
    assert_eq!(full(&node.enrol("night", &[])), (16, "no_space".to_owned()));
    let read = node.desk.json(&[&["msg", "list", "--in", "d", "-n", "data"], ME].concat());
    assert_eq!(read["messages"].as_array().unwrap().len(), 1);
    let status = node.desk.run(&["status", "-n", "data", "--lang", "ru"]);
    assert_eq!(status.code, 0, "{status:?}");
    node.stop();
}

#[test]
fn a_tail_goes_on_over_a_restart_of_its_node_without_a_gap() {
    let mut node = Alone::found();
    node.start();
    node.desk.ok(&node.enrol("duty", &["-n", "data"]));
    let url = format!("http://{}", node.page);
    let mut tail = node.tail(&["--timeout", "60s", "--from", "0", "--count", "2", "-n", &url]);
    node.desk.ok(&[said("один"), vec!["-n", "data"]].concat());
    assert_eq!(tail.message().0, "один");
    node.stop();
    node.start();
    // Its session ended with the node: it logs in again, and hears what was said before it was back.
    node.desk.ok(&[said("два"), vec!["-n", "data"]].concat());
    assert_eq!(tail.message().0, "два");
    assert_eq!(tail.ended(), (Some(0), String::new()));
    node.stop();
}
