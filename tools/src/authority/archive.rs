//! What has been signed: the district file, a copy of every edition, and what waits for more signatures.

use std::fs;

use okrug_protocol::document::{Document, DocumentKind, Signed};
use okrug_protocol::trust::{DistrictFile, Trust};

use super::Folder;
use super::draft::Edition;
use crate::files::{self, Access};
use crate::problem::{FileError, Problem};

/// The file that nodes are given.
pub const DISTRICT_FILE: &str = "district.okrug";
/// The longest district file that is looked at.
pub const MAX_DISTRICT_FILE: usize = okrug_protocol::bounds::MAX_DISTRICT_FILE + 64;
const SIGNED: &str = "signed";
const PENDING: &str = "pending";

impl Folder {
    /// What has been signed so far, verified.
    ///
    /// # Errors
    /// When the district file cannot be read or does not verify.
    pub fn trust(&self) -> Result<Trust, Problem> {
        let bytes = files::read(&self.path(DISTRICT_FILE), MAX_DISTRICT_FILE)?;
        Ok(Trust::from_file(None, &DistrictFile::decode(&bytes)?)?)
    }

    /// Keeps the newest editions: a copy of each, then the district file.
    ///
    /// # Errors
    /// When they cannot be written; the district file is replaced last, and whole.
    pub fn save_trust(&self, trust: &Trust) -> Result<(), Problem> {
        files::folder(&self.path(SIGNED))?;
        self.keep(trust.charter())?;
        self.keep(trust.chart())?;
        trust.bootstrap_list().map(|list| self.keep(list)).transpose()?;
        trust.revocations().map(|list| self.keep(list)).transpose()?;
        trust.subcharts().values().try_for_each(|subchart| self.keep(subchart))?;
        files::write(&self.path(DISTRICT_FILE), &trust.to_file().encode(), Access::Everybody)
    }

    fn keep<D: Document>(&self, signed: &Signed<D>) -> Result<(), Problem> {
        let path = self.path(SIGNED).join(format!("{}-{}.okd", stem(signed.kind()), signed.version().0));
        files::write(&path, &signed.encode(), Access::Everybody)
    }

    /// The edition that waits for more signatures, if it says what `draft` says; else the draft.
    ///
    /// # Errors
    /// When the draft breaks a rule.
    pub fn pending_or<D: Edition>(&self, draft: D) -> Result<Signed<D>, Problem> {
        let kind = draft.kind();
        let fresh = Signed::draft(draft).map_err(|error| okrug_node::refused::document(kind, &error))?;
        let Ok(bytes) = files::read(&self.pending(kind), D::MAX_BYTES) else { return Ok(fresh) };
        let waiting = Signed::<D>::decode(&bytes).ok().filter(|waiting| {
            let (waiting, fresh) = (waiting.doc(), fresh.doc());
            let same_place = (waiting.head().version, waiting.head().previous) == (fresh.head().version, fresh.head().previous);
            // A draft that is from the future would never be finished.
            same_place && waiting.says_the_same(fresh) && waiting.head().issued <= fresh.head().issued
        });
        Ok(waiting.unwrap_or(fresh))
    }

    /// The editions that are kept of a kind, by version.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn editions(&self) -> Result<Vec<(std::path::PathBuf, Vec<u8>)>, Problem> {
        self.documents_in(SIGNED)
    }

    /// The editions that wait for more signatures.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn waiting(&self) -> Result<Vec<(std::path::PathBuf, Vec<u8>)>, Problem> {
        self.documents_in(PENDING)
    }

    fn documents_in(&self, name: &str) -> Result<Vec<(std::path::PathBuf, Vec<u8>)>, Problem> {
        let folder = self.path(name);
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let entries = fs::read_dir(&folder).map_err(FileError::at(&folder))?;
        let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "okd"));
        paths.sort();
        paths.into_iter().map(|path| files::read(&path, okrug_protocol::bounds::DIRECTORY_MAX_BYTES).map(|bytes| (path, bytes))).collect()
    }

    /// Keeps an edition until it has enough signatures.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn wait<D: Document>(&self, signed: &Signed<D>) -> Result<(), Problem> {
        files::folder(&self.path(PENDING))?;
        files::write(&self.pending(signed.kind()), &signed.encode(), Access::Everybody)
    }

    /// Forgets what waited.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn wait_no_more(&self, kind: DocumentKind) -> Result<(), Problem> {
        let path = self.pending(kind);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(FileError::at(&path)(error).into()),
            _ => Ok(()),
        }
    }

    fn pending(&self, kind: DocumentKind) -> std::path::PathBuf {
        self.path(PENDING).join(format!("{}.okd", stem(kind)))
    }
}

/// What the files of a kind are called.
#[must_use]
pub fn stem(kind: DocumentKind) -> String {
    match kind {
        DocumentKind::Subchart(unit) => format!("delegated-{unit}"),
        other => word(other).to_owned(),
    }
}

/// The word for a kind of document in file names and JSON.
#[must_use]
pub fn word(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Revocations => "revocations",
        DocumentKind::Charter => "charter",
        DocumentKind::Chart => "directory",
        DocumentKind::Bootstrap => "bootstrap",
        DocumentKind::Subchart(_) => "delegated",
    }
}
