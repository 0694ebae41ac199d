//! What is broken is found by its id, the remedy that is told works, and nothing is changed by looking.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use okrug::cluster::CHILD;
use okrug_node::clock;
use okrug_node::keys::{KeyFolder, NewOffice, Unlock};
use serde_json::Value;

use crate::desk::{Desk, program};
use crate::district::next;

const PASS: &[&str] = &["--passphrase-file", "pass"];

/// A desk with a district's folder, and beside it the data directory of a node that is to be the office kotlas.
struct Ward {
    desk: Desk,
    page: u16,
    mesh: u16,
}

/// A district that was founded long ago, so that something can have been signed long ago.
fn founded() -> Desk {
    let desk = Desk::new();
    desk.ok(&["authority", "init", "--name", "Округ", "--passphrase-file", "pass", "--now", "2025-12-01T00:00:00Z"]);
    desk
}

/// A node that runs until it is dropped.
struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl Ward {
    fn new() -> Self {
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let ward = Self { desk: founded(), page: free(), mesh: free() };
        let office = NewOffice { slug: "kotlas", name: "Котласское отделение" };
        let request = KeyFolder::of(&ward.data()).create(office, &Unlock::default(), &mut clock::rng()).unwrap();
        ward.desk.write("kotlas.req", request);
        ward.configure("");
        ward
    }

    fn data(&self) -> PathBuf {
        self.desk.path("data")
    }

    fn configure(&self, more: &str) {
        let (data, page, mesh) = (self.data().display().to_string(), self.page, self.mesh);
        let rest = format!(
            "[mesh]\nlisten = [\"/ip4/127.0.0.1/tcp/{mesh}\"]\n[discovery]\nmdns = false\n[api]\nlisten = \"127.0.0.1:{page}\"\n[metrics]\nlisten = \"off\"\n"
        );
        self.desk.write("data/node.toml", format!("data = \"{data}\"\n{more}\n{rest}"));
    }

    /// Signs what stands in the authority's folder, and gives the node the file.
    fn sign(&self, more: &[&str]) {
        self.desk.ok(&[&["authority", "sign"], PASS, more].concat());
        fs::create_dir_all(self.data().join("documents")).unwrap();
        fs::copy(self.desk.path("district.okrug"), self.data().join("documents/district.okd")).unwrap();
    }

    fn enrolled() -> Self {
        let ward = Self::new();
        ward.desk.ok(&["office", "enrol", "kotlas.req"]);
        ward.desk.ok(&["office", "address", "add", "kotlas", "/ip4/127.0.0.1/tcp/7600"]);
        ward.sign(&[]);
        ward
    }

    fn start(&self) -> Node {
        let mut command = program(&self.desk.path("."));
        let child = command.args([CHILD, &self.data().display().to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.stderr(Stdio::null()).spawn().unwrap();
        // It says that it is ready; what it says later nobody reads.
        next(&mut BufReader::new(child.stdout.take().unwrap()));
        Node(child)
    }

    fn doctor(&self, more: &[&str]) -> (i32, Value) {
        let left = self.desk.run(&[&["doctor", "--json", "-n", "data"], more].concat());
        (left.code, serde_json::from_str(&left.out).unwrap_or_else(|_| panic!("{left:?}")))
    }

    fn check(&self, id: &str) -> Value {
        let (_, report) = self.doctor(&[]);
        let found = report["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).cloned();
        found.unwrap_or_else(|| panic!("no {id} in {report}"))
    }

    /// Holds a check to a verdict; of what is not well a remedy is told.
    #[track_caller]
    fn expect(&self, id: &str, verdict: &str) -> String {
        let check = self.check(id);
        assert_eq!(check["verdict"], verdict, "{check}");
        assert_eq!(check["remedy"].is_null(), matches!(verdict, "ok" | "not_checked"), "{check}");
        check["remedy"].as_str().unwrap_or_default().to_owned()
    }
}

/// Every file below a folder with its length and its bytes' sum, to see whether any has changed.
fn footprint(dir: &Path) -> BTreeMap<PathBuf, (SystemTime, u64)> {
    let mut all = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let meta = entry.metadata().unwrap();
                all.insert(entry.path(), (meta.modified().unwrap(), meta.len()));
            }
        }
    }
    all
}

/// Runs a remedy that is a command of the system, as it was told and where it was told.
fn obey(ward: &Ward, remedy: &str) {
    assert!(Command::new("sh").args(["-c", remedy]).current_dir(ward.desk.path(".")).status().unwrap().success(), "{remedy}");
}

#[test]
fn a_node_is_led_from_nothing_to_a_running_one_by_the_remedies() {
    let ward = Ward::new();
    let nothing = ward.desk.run(&["doctor", "--json", "-n", "nowhere"]);
    assert_eq!(nothing.code, 20, "{nothing:?}");
    assert!(ward.expect("OKD-020", "error").contains("--district"));
    // A district that does not list it, signed long ago; the office that it lists never answers.
    ward.desk.request("yarensk.req", "yarensk", "Яренск", 2);
    ward.desk.ok(&["office", "enrol", "yarensk.req"]);
    ward.sign(&["--valid", "1d", "--now", "2026-01-01T00:00:00Z"]);
    ward.expect("OKD-020", "ok");
    ward.expect("OKD-021", "error");
    assert!(ward.expect("OKD-023", "error").contains("okrug office enrol"));
    ward.desk.ok(&["office", "enrol", "kotlas.req"]);
    ward.sign(&[]);
    ["OKD-021", "OKD-023", "OKD-026"].iter().for_each(|id| drop(ward.expect(id, "ok")));
    assert!(ward.expect("OKD-029", "warning").contains("okrug office address add kotlas"));
    ward.desk.ok(&["office", "address", "add", "kotlas", "/ip4/127.0.0.1/tcp/7600"]);
    ward.desk.ok(&["office", "suspend", "kotlas"]);
    ward.sign(&[]);
    ward.expect("OKD-029", "ok");
    assert!(ward.expect("OKD-024", "warning").contains("okrug office resume kotlas"));
    ward.desk.ok(&["office", "resume", "kotlas"]);
    ward.sign(&[]);
    ward.expect("OKD-024", "ok");
    let (code, report) = ward.doctor(&[]);
    assert_eq!((code, &report["errors"]), (0, &0.into()), "{report}");
    ward.expect("OKD-080", "warning");
    let node = ward.start();
    ["OKD-080", "OKD-081", "OKD-082", "OKD-083", "OKD-041", "OKD-011", "OKD-006"].iter().for_each(|id| drop(ward.expect(id, "ok")));
    // A day must pass before it is known how the data grow.
    ward.expect("OKD-084", "not_checked");
    assert!(ward.expect("OKD-085", "warning").contains("okrug backup create"));
    ward.desk.ok(&["backup", "create", "--repo", "backups", "--passphrase-file", "pass", "-n", "data"]);
    ward.expect("OKD-085", "ok");
    let (code, report) = ward.doctor(&[]);
    assert_eq!((code, &report["errors"]), (0, &0.into()), "{report}");
    assert!(report["checks"].as_array().unwrap().len() >= 30, "{report}");
    assert!(ward.expect("OKD-043", "warning").contains("okrug status"));
    drop(node);
    ward.desk.ok(&[&["office", "revoke", "kotlas", "--reason", "похищен", "--confirm", "kotlas"], PASS].concat());
    ward.sign(&[]);
    ward.expect("OKD-025", "error");
}

#[test]
fn what_is_broken_on_the_machine_is_found_and_the_remedy_works() {
    let ward = Ward::enrolled();
    drop(ward.start());
    let data = ward.data();
    let open = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let before = footprint(&data);
    [
        "OKD-001", "OKD-002", "OKD-003", "OKD-004", "OKD-005", "OKD-006", "OKD-007", "OKD-010", "OKD-011", "OKD-012", "OKD-013", "OKD-014",
        "OKD-060",
    ]
    .iter()
    .for_each(|id| drop(ward.expect(id, "ok")));
    assert_eq!(footprint(&data), before, "looking changes nothing");

    open(&data, 0o777);
    obey(&ward, &ward.expect("OKD-001", "error"));
    ward.expect("OKD-001", "ok");
    open(&data.join("keys/node.keys"), 0o644);
    ward.expect("OKD-004", "error");
    obey(&ward, &ward.expect("OKD-002", "error"));
    ["OKD-002", "OKD-004"].iter().for_each(|id| drop(ward.expect(id, "ok")));

    ward.configure("unknown_setting = 1");
    let wrong = ward.check("OKD-060");
    assert!(wrong["verdict"] == "error" && wrong["message"].as_str().unwrap().contains("unknown_setting"), "{wrong}");
    ward.configure(&format!("witness = \"{}\"", ward.desk.path("witness").display()));
    ward.expect("OKD-060", "ok");
    assert!(ward.expect("OKD-061", "error").starts_with("mkdir "));
    fs::create_dir(ward.desk.path("witness")).unwrap();
    ward.expect("OKD-061", "ok");
    ward.configure("");

    for (id, port) in [("OKD-040", ward.mesh), ("OKD-041", ward.page)] {
        let taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
        ward.expect(id, "error");
        drop(taken);
        ward.expect(id, "ok");
    }

    let keys = File::options().write(true).open(data.join("keys/node.keys")).unwrap();
    keys.set_modified(SystemTime::now() - Duration::from_secs(400 * 24 * 3_600)).unwrap();
    assert!(ward.expect("OKD-027", "warning").contains("okrug-node key renew"));
    let unlocked = KeyFolder::of(&data).open(&Unlock::default()).unwrap();
    KeyFolder::of(&data).replace(&unlocked, &Unlock::default(), &mut clock::rng()).unwrap();
    ward.expect("OKD-027", "ok");

    fs::remove_file(data.join("reserve")).unwrap();
    ward.expect("OKD-013", "warning");
    drop(ward.start());
    ward.expect("OKD-013", "ok");

    fs::create_dir_all(data.join("keys/epochs")).unwrap();
    open(&data.join("keys/epochs"), 0o700);
    fs::write(data.join("keys/epochs/00700-u2"), [7; 96]).unwrap();
    open(&data.join("keys/epochs/00700-u2"), 0o600);
    assert!(ward.expect("OKD-007", "error").contains("restart"));
    drop(ward.start());
    obey(&ward, ward.expect("OKD-007", "warning").split_once("removed: ").unwrap().1);
    ward.expect("OKD-007", "ok");

    let owner = fs::read_to_string(data.join("owner")).unwrap();
    fs::write(data.join("owner"), owner.replace("office o1", "office o9")).unwrap();
    ward.expect("OKD-005", "error");
    fs::write(data.join("owner"), owner).unwrap();
    ward.expect("OKD-005", "ok");

    let few = format!("ulimit -n 512; exec '{}' doctor --only system -n data --json", env!("CARGO_BIN_EXE_okrug"));
    let output = Command::new("sh").args(["-c", &few]).current_dir(ward.desk.path(".")).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["checks"].as_array().unwrap().iter().any(|c| c["id"] == "OKD-070" && c["verdict"] == "warning"), "{report}");
}

#[test]
fn damage_to_journal_and_store_is_found_before_the_node_mends_it() {
    let ward = Ward::enrolled();
    drop(ward.start());
    let data = ward.data();
    let journal = fs::read_dir(data.join("journal")).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    // A write that was cut off is nothing that was confirmed.
    File::options().append(true).open(&journal).unwrap().write_all(&[7; 9]).unwrap();
    let before = footprint(&data);
    ward.expect("OKD-010", "warning");
    assert_eq!(footprint(&data), before, "looking changes nothing");
    drop(ward.start());
    ward.expect("OKD-010", "ok");
    let whole = fs::read(&journal).unwrap();
    let mut hurt = whole.clone();
    hurt[20] ^= 0xff;
    fs::write(&journal, &hurt).unwrap();
    ward.expect("OKD-010", "error");
    fs::write(&journal, &whole).unwrap();
    ward.expect("OKD-010", "ok");

    let db = data.join("store/db");
    let len = usize::try_from(fs::metadata(&db).unwrap().len()).unwrap();
    fs::write(&db, vec![0x5a; len]).unwrap();
    assert!(ward.expect("OKD-011", "error").contains("start the node"));
    drop(ward.start());
    ward.expect("OKD-011", "ok");
    ward.expect("OKD-014", "warning");
    // The journal may have been set aside as well.
    let all = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> = all.filter(|path| path.display().to_string().contains("store.damaged")).collect();
    assert!(!aside.is_empty());
    aside.iter().for_each(|path| fs::remove_dir_all(path).unwrap());
    ward.expect("OKD-014", "ok");

    // A copy of the directory is one, and says so before it is started.
    let copy = ward.desk.path("copy");
    obey(&ward, &format!("cp -r '{}' '{}'", data.display(), copy.display()));
    let left = ward.desk.run(&["doctor", "--json", "--only", "data", "-n", "copy"]);
    assert!(left.out.contains(r#""id":"OKD-006""#) && left.out.contains("is a copy"), "{left:?}");
}

#[test]
fn exit_codes_languages_and_areas_are_as_they_are_told() {
    let ward = Ward::enrolled();
    let codes = |more: &[&str]| ward.doctor(more).0;
    // The node does not run: a warning, which counts where it is asked for.
    assert_eq!((codes(&["--only", "node"]), codes(&["--only", "node", "--strict"])), (0, 21));
    assert_eq!(codes(&["--only", "documents", "--strict"]), 0);
    assert_eq!(ward.desk.run(&["doctor", "--only", "nothing"]).code, 2);
    let said = |lang: &str| ward.desk.run(&["doctor", "-n", "data", "--only", "node", "--lang", lang]).out;
    assert!(said("ru").starts_with("ВНИМАНИЕ      OKD-080  узел не отвечает") && said("ru").contains("Итог: OK 0,"), "{}", said("ru"));
    assert!(said("en").starts_with("WARNING       OKD-080  the node does not answer"), "{}", said("en"));
    let quiet = ward.desk.run(&["doctor", "-n", "data", "--only", "documents", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str()), (0, ""), "{quiet:?}");
    let plain = ward.desk.ok(&["doctor", "-n", "data", "--only", "config", "--plain"]);
    assert!(plain.lines().all(|line| line.split('\t').count() == 4), "{plain}");
}
