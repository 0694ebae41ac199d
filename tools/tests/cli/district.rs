//! A district of real nodes, as the demo makes it: for whatever talks to a running node.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::Value;

use crate::desk::{Desk, program};

/// A demo that runs; it ends with whoever holds it.
pub(crate) struct Demo {
    pub(crate) child: Child,
    stdin: Option<ChildStdin>,
    pub(crate) lines: BufReader<ChildStdout>,
    pub(crate) shown: Value,
}

impl Demo {
    pub(crate) fn start(args: &[&str]) -> Self {
        let desk = Desk::new();
        let mut command = program(&desk.path("."));
        // Tests run beside each other: each has pages of its own, below the ports that the system gives by itself.
        let port = (10_000 + std::process::id() % 2_500 * 8).to_string();
        command.args(["demo", "--json", "--port", &port]).args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, mut lines) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let shown = next(&mut lines);
        Self { child, stdin, lines, shown }
    }

    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits until the demo says that this has happened.
    pub(crate) fn event(&mut self, event: &str) {
        while next(&mut self.lines)["event"] != event {}
    }

    pub(crate) fn pids(&self) -> Vec<u64> {
        self.shown["offices"].as_array().unwrap().iter().map(|office| office["pid"].as_u64().unwrap()).collect()
    }

    /// Waits for its end, and holds it to leaving nothing behind.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let code = self.child.wait().unwrap().code();
        assert!(self.pids().iter().all(|pid| !std::path::Path::new(&format!("/proc/{pid}")).exists()), "a node outlived the demo");
        assert!(!std::path::Path::new(self.shown["dir"].as_str().unwrap()).exists(), "the data outlived the demo");
        code
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            signal(self.child.id().into(), "-TERM");
            let _ = self.child.wait();
        }
    }
}

/// A demo, and a desk from which its offices are worked with.
pub(crate) struct District {
    pub(crate) demo: Demo,
    pub(crate) desk: Desk,
}

impl District {
    /// So many offices of so many people each; the file `password` has everybody's password.
    pub(crate) fn start(offices: usize, people: usize) -> Self {
        let (demo, desk) = (Demo::start(&["--offices", &offices.to_string(), "--people", &people.to_string()]), Desk::new());
        desk.write("password", demo.shown["offices"][0]["logins"][0]["password"].as_str().unwrap_or_default());
        Self { demo, desk }
    }

    /// What the demo said of an office.
    pub(crate) fn office(&self, index: usize) -> &Value {
        &self.demo.shown["offices"][index]
    }

    /// A text that the demo said of an office, such as its `url`.
    pub(crate) fn word(&self, index: usize, key: &str) -> &str {
        self.office(index)[key].as_str().unwrap()
    }

    /// A command to the node of an office.
    pub(crate) fn at<'a>(&'a self, index: usize, args: &[&'a str]) -> Vec<&'a str> {
        [args, &["-n", self.word(index, "data")]].concat()
    }

    /// Such a command that must succeed.
    pub(crate) fn ok(&self, index: usize, args: &[&str]) -> String {
        self.desk.ok(&self.at(index, args))
    }

    /// The same with `--json`.
    pub(crate) fn json(&self, index: usize, args: &[&str]) -> Value {
        self.desk.json(&self.at(index, args))
    }

    /// Such a command that must fail: the exit code, and the code of the object on stderr.
    pub(crate) fn fails(&self, index: usize, args: &[&str]) -> (i32, String) {
        code(self.desk.fails(&[&self.at(index, args)[..], &["--json"]].concat()))
    }
}

/// The exit code and the code of a failure in JSON; both must be the same in the object.
pub(crate) fn code((exit, err): (i32, String)) -> (i32, String) {
    let object: Value = serde_json::from_str(&err).unwrap_or_else(|_| panic!("no object: {err:?}"));
    assert_eq!(object["exit"], exit, "{err}");
    (exit, object["code"].as_str().unwrap().to_owned())
}

pub(crate) fn next(lines: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|_| panic!("no object: {line:?}"))
}

pub(crate) fn signal(pid: u64, name: &str) {
    assert!(std::process::Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
}
