//! Runs the real program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use okrug_protocol::request::Request;
use okrug_protocol::seal::OpenKey;
use okrug_protocol::sign::SecretKey;
use serde_json::Value;

/// A folder with a passphrase in it, where commands run.
pub(crate) struct Desk {
    dir: tempfile::TempDir,
}

/// What a command left.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("pass"), "correct horse battery\n").unwrap();
        Self { dir }
    }

    /// A desk with a district of two-of-three keys.
    pub(crate) fn founded() -> Self {
        let desk = Self::new();
        desk.ok(&["authority", "init", "--name", "Округ", "--passphrase-file", "pass"]);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// Runs a command in English, whatever the locale.
    pub(crate) fn run(&self, args: &[&str]) -> Left {
        left(program(self.dir.path()).args(args).output().unwrap())
    }

    /// Runs a command that must succeed.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let left = self.run(args);
        assert_eq!(left.code, 0, "{args:?}: {left:?}");
        left.out
    }

    /// Runs a command with `--json` that must succeed.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[args, &["--json"]].concat())).unwrap()
    }

    /// Runs a command that must fail, and gives the exit code and the words of stderr.
    pub(crate) fn fails(&self, args: &[&str]) -> (i32, String) {
        let left = self.run(args);
        assert_ne!(left.code, 0, "{args:?}: {left:?}");
        assert_eq!(left.out, "", "a failure speaks on stderr alone");
        (left.code, left.err)
    }

    /// Writes the request of an office whose keys follow from `n`.
    pub(crate) fn request(&self, file: &str, slug: &str, name: &str, n: u8) {
        let (sign, peer) = (SecretKey::from_seed(&[n; 32]), SecretKey::from_seed(&[n + 100; 32]));
        self.write(file, Request::write(slug, name, &sign, &peer, OpenKey::from_seed(&[n; 32]).public()).unwrap());
    }
}

/// The program without any language, folder or node from outside.
pub(crate) fn program(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okrug"));
    command.current_dir(dir);
    for name in ["LANG", "LC_ALL", "LC_MESSAGES", "OKRUG_LANG", "OKRUG_DIR", "OKRUG_NODE"] {
        command.env_remove(name);
    }
    command
}

fn left(output: Output) -> Left {
    Left {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
