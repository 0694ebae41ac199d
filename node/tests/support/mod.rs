//! The real program, data directories for it, and a district that lists them.

#![allow(dead_code, reason = "each suite uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use okrug_protocol::request::Request;
use okrug_protocol::sample::{self, SampleDistrict};

/// The program with nothing of this machine's environment in it, and settings that disturb nobody.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okrug-node"));
    let quiet =
        [("API__LISTEN", "127.0.0.1:0"), ("METRICS__LISTEN", "off"), ("MESH__LISTEN", "/ip4/127.0.0.1/tcp/0"), ("DISCOVERY__MDNS", "off")];
    command.env_clear().env("LANG", "C.UTF-8").stdin(Stdio::null());
    command.envs(quiet.map(|(name, value)| (format!("OKRUG_NODE__{name}"), value)));
    command
}

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Checks the exit code and that each part stands in what was said.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, parts: &[&str]) {
        let said = format!("{}{}", self.out, self.err);
        let missing: Vec<_> = parts.iter().filter(|part| !said.contains(**part)).collect();
        assert!(self.code == code && missing.is_empty(), "exit {}, where {code} is due; missing {missing:?} in:\n{said}", self.code);
    }
}

/// Runs the program to its end.
pub(crate) fn okrug_node(args: &[&str]) -> Ended {
    let output = program().args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A data directory with keys, and beside it the office's request.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let args = ["init", "--slug", "kotlas", "--name", "Котлас", "--data", &place.data(), "--request", &place.file("request")];
        okrug_node(&args).expect(0, &["the keys were made", "fingerprint"]);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub(crate) fn data(&self) -> String {
        self.file("data")
    }

    /// Makes this place office `n` (from 1) of a district and signs the next edition.
    pub(crate) fn enrol(&self, district: &mut SampleDistrict, n: usize) {
        let request = Request::read(&fs::read_to_string(self.path("request")).unwrap()).unwrap();
        district.amend(|chart| {
            let office = &mut chart.offices[n - 1];
            (office.sign, office.peer, office.seal) = (request.sign, request.peer, request.seal);
        });
    }

    /// Writes the district file and gives its path.
    pub(crate) fn district_file(&self, district: &SampleDistrict) -> String {
        let path = self.path("district.okd");
        fs::write(&path, district.file.encode()).unwrap();
        path.display().to_string()
    }

    /// The arguments of a run.
    pub(crate) fn run_args(&self, more: &[&str]) -> Vec<String> {
        let data = self.data();
        ["run", "--data", &data].iter().chain(more).map(|arg| (*arg).to_owned()).collect()
    }

    /// Runs the node to its end: for what does not start.
    pub(crate) fn run(&self, more: &[&str]) -> Ended {
        let args = self.run_args(more);
        okrug_node(&args.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Starts the node and waits until it says where its page is.
    pub(crate) fn start(&self, more: &[&str]) -> Node {
        self.started(program().args(self.run_args(more)))
    }

    /// Starts the node by this command and waits until it says where its page is.
    pub(crate) fn started(&self, command: &mut Command) -> Node {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Whoever does not read a pipe stops its writer in the end.
        let err = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || BufReader::new(err).lines().map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            panic!("the node did not start: {}", log.join().unwrap());
        }
        Node { child, line, log: Some(log) }
    }
}

/// A place that is office 1 of a district of two, with the district's file.
pub(crate) fn enrolled() -> (Place, SampleDistrict, String) {
    let (place, mut district) = (Place::new(), sample::district(2));
    place.enrol(&mut district, 1);
    let file = place.district_file(&district);
    (place, district, file)
}

/// A node that runs.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) child: Child,
    pub(crate) line: String,
    log: Option<std::thread::JoinHandle<String>>,
}

impl Node {
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end and gives the exit code and the log.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap();
        (status.code(), self.log.take().unwrap().join().unwrap())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The mark of a data directory as a newer version would write it.
pub(crate) fn newer_mark(marker: &Path) -> String {
    let text = fs::read_to_string(marker).unwrap().replace("format 1", "format 9");
    let text = &text[..text.find("check ").unwrap()];
    format!("{text}check {:08x}\n", crc32c::crc32c(text.as_bytes()))
}

/// Overwrites part of a file.
pub(crate) fn scribble(path: &Path, at: usize, bytes: &[u8]) {
    let mut content = fs::read(path).unwrap();
    content[at..at + bytes.len()].copy_from_slice(bytes);
    fs::write(path, content).unwrap();
}
