//! A district whose offices are real processes, except those whose keys the test hands to somebody else.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use okrug::cluster::{Blueprint, Pages};
use okrug::staff;
use okrug_node::keys::{KeyFolder, Unlock};
use okrug_protocol::trust::Trust;
use tempfile::TempDir;

/// A founded district.
pub(crate) struct District {
    blueprint: Blueprint,
    trust: Trust,
    _folder: TempDir,
}

/// A running node; gone when dropped.
pub(crate) struct Node {
    /// Where other offices call it.
    pub(crate) address: String,
    process: Child,
}

impl District {
    pub(crate) fn of(offices: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut blueprint = Blueprint::lay_out(folder.path(), "Округ", &staff::sample(), offices, Pages::Anywhere).unwrap();
        blueprint.log = "info,okrug_node::mesh=debug".to_owned();
        let trust = blueprint.found().unwrap();
        Self { blueprint, trust, _folder: folder }
    }

    /// What marks the district in the names of topics and protocols.
    pub(crate) fn tag(&self) -> String {
        self.trust.district().0.short()
    }

    /// The secret of an office's identity on the mesh.
    pub(crate) fn seed(&self, index: usize) -> [u8; 32] {
        *KeyFolder::of(&self.blueprint.sites[index].data).open(&Unlock::default()).unwrap().peer.seed()
    }

    /// Starts the node of an office and waits until it serves.
    pub(crate) fn start(&self, index: usize) -> Node {
        let site = &self.blueprint.sites[index];
        let log = std::fs::File::create(site.data.join("node.log")).unwrap();
        let mut command = Command::new(program());
        command.args(["run", "--json", "--config"]).arg(site.data.join("node.toml")).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().unwrap();
        let first = BufReader::new(process.stdout.take().unwrap()).lines().next().expect("the node starts; its log says why not").unwrap();
        assert!(first.contains("started"), "{first}");
        Node { address: site.multiaddr(), process }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The daemon, built now: a test of one package does not build the programs of another.
fn program() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let built =
        Command::new(cargo).args(["build", "--locked", "-p", "okrug-node", "--profile", profile]).current_dir(root).status().unwrap();
    assert!(built.success(), "okrug-node does not build");
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("okrug-node")
}
