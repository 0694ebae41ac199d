//! Why a command failed; the type and the exit codes are the node's own.

use std::io::ErrorKind;
use std::path::Path;

pub use okrug_node::problem::{Exit, Problem};

use crate::words::{Said, said};

/// A file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    /// Which file.
    pub path: String,
    /// Why not.
    pub source: std::io::Error,
}

impl FileError {
    /// Names the file in an error of the operating system.
    pub fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self { path, source }
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let path = &error.path;
        match error.source.kind() {
            ErrorKind::NotFound => {
                Self::new("file_not_found", Exit::NotFound, said!("{path}: нет такого файла или папки", "{path}: no such file or folder"))
            }
            ErrorKind::PermissionDenied => {
                Self::new("permission_denied", Exit::NotPermitted, said!("{path}: нет доступа", "{path}: permission denied"))
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Self::new("no_space", Exit::NoSpace, said!("{path}: на диске нет места", "{path}: no space left on the disk"))
                    .hint(said!("освободите место и повторите", "make room, and repeat"))
            }
            ErrorKind::AlreadyExists => Self::new("file_exists", Exit::Failed, said!("{path}: уже есть", "{path}: is there already")),
            _ => Self::new("file", Exit::Failed, Said::same(error.to_string())),
        }
    }
}

/// A failure of usage, for what clap itself cannot check.
#[must_use]
pub fn misuse(message: Said) -> Problem {
    Problem::new("usage", Exit::Usage, message)
}

/// Nothing goes by this name; something similar may.
#[must_use]
pub fn nothing(code: &'static str, word: &str, names: &[String], message: Said) -> Problem {
    let problem = Problem::new(code, Exit::NotFound, message);
    let nearest = names.iter().map(|name| (strsim::jaro_winkler(word, name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest.filter(|(likeness, _)| *likeness > 0.8) {
        Some((_, name)) => problem.hint(said!("возможно, {name}?", "did you mean {name}?")),
        None => problem,
    }
}

/// Several things go by this name, and nobody is to guess which was meant.
#[must_use]
pub fn several(code: &'static str, word: &str, all: &[String]) -> Problem {
    let list = all.join("; ");
    Problem::new(code, Exit::Usage, said!("«{word}» называется не одно: {list}", "\"{word}\" may be any of: {list}"))
        .hint(said!("назовите номер", "use the number"))
}
