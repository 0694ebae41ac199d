//! The programs, built now: a test of one package does not build the programs of another.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a crate lies in the workspace's folder")
}

/// The folder where `okrug` and `okrug-node` are, both of this source.
///
/// # Panics
/// When they do not build.
#[must_use]
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
        let mut build = Command::new(cargo);
        // With the tests, so that the same features are chosen as for them and nothing is built twice.
        build.args(["build", "--locked", "--workspace", "--tests", "--bins", "--profile", profile]);
        // What cargo said of this package would make build scripts of others run again.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_")) {
            build.env_remove(name);
        }
        build.env_remove("CARGO_MANIFEST_DIR");
        assert!(build.current_dir(root()).status().unwrap().success(), "the programs do not build");
        let test = std::env::current_exe().unwrap();
        test.ancestors().nth(2).expect("a test lies in PROFILE/deps").to_owned()
    })
}

/// The command line.
#[must_use]
pub fn okrug() -> PathBuf {
    folder().join("okrug")
}

/// The daemon.
#[must_use]
pub fn okrug_node() -> PathBuf {
    folder().join("okrug-node")
}
