//! The programs, built together with the suites and by the names under which people have them.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

/// By which name people have a program, and by which the suites build it.
const PROGRAMS: [(&str, &str); 2] = [("okrug", "okrug-test"), ("okrug-node", "okrug-test-node")];

/// The folder of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a crate lies in the workspace's folder")
}

/// A program as the suites build it.
#[must_use]
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).expect("a test lies in PROFILE/deps").join(name);
    assert!(program.exists(), "{} is built with the suites", program.display());
    program
}

/// A folder with `okrug` and `okrug-node`.
#[must_use]
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        for (name, program) in PROGRAMS {
            symlink(built(program), folder.path().join(name)).unwrap();
        }
        folder
    });
    folder.path()
}
