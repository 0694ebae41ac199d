//! What the disk did to the keyring.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::{clock, disk};

/// A file of the keyring that is not as it was written, or is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harm {
    /// The file.
    pub path: PathBuf,
    /// Keys that were put back, or can be.
    pub mended: usize,
    /// Keys, at least, that are not to be had from here any more.
    pub lost: usize,
}

/// What a file is called that was set aside, behind its own name.
pub(super) const ASIDE: &str = ".damaged-";

/// Keeps a damaged file beside its place, where the whole one stays until another takes it.
pub(super) fn keep_copy(path: &Path) -> io::Result<()> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        bytes => {
            let name = format!("{}{ASIDE}{}", path.file_name().unwrap_or_default().display(), clock::now().0);
            disk::replace(&path.with_file_name(name), &bytes?)
        }
    }
}
