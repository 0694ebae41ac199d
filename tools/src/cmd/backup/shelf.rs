//! A folder of backups.

use std::fs;
use std::path::{Path, PathBuf};

use okrug_node::backup::{EXTENSION, Head, Looked, look};

use crate::problem::{FileError, Problem};

/// The files of a folder that are called backups, by name: their names begin with the office, then the time.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = fs::read_dir(folder).map_err(FileError::at(folder))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut files: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == EXTENSION)).collect();
    files.sort();
    Ok(files)
}

/// Those of one office with the same content as `like`, whole ones, the oldest first.
pub(super) fn of_office(folder: &Path, like: &Head) -> Result<Vec<(PathBuf, Looked)>, Problem> {
    let same = |head: &Head| (head.district, head.office, head.scope) == (like.district, like.office, like.scope);
    let looked = files(folder)?.into_iter().filter_map(|path| look(&path).ok().map(|looked| (path, looked)));
    let mut all: Vec<_> = looked.filter(|(_, looked)| same(&looked.head) && looked.whole.is_ok()).collect();
    all.sort_by_key(|(_, looked)| looked.head.made);
    Ok(all)
}
