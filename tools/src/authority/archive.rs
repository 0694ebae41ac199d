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
        files::write(&self.path(DISTRICT_FILE), &trust.to_file().encode(), Access::Everybody)
    }

    fn keep<D: Document>(&self, signed: &Signed<D>) -> Result<(), Problem> {
        let path = self.path(SIGNED).join(format!("{}-{}.okd", word(D::KIND), signed.version().0));
        files::write(&path, &signed.encode(), Access::Everybody)
    }

    /// The edition that waits for more signatures, if it says what `draft` says; else the draft.
    ///
    /// # Errors
    /// When the draft breaks a rule.
    pub fn pending_or<D: Edition>(&self, draft: D) -> Result<Signed<D>, Problem> {
        let fresh = Signed::draft(draft).map_err(|error| okrug_node::refused::document(D::KIND, &error))?;
        let Ok(bytes) = files::read(&self.pending::<D>(), D::MAX_BYTES) else { return Ok(fresh) };
        let waiting = Signed::<D>::decode(&bytes).ok().filter(|waiting| {
            let (waiting, fresh) = (waiting.doc(), fresh.doc());
            let same_place = (waiting.head().version, waiting.head().previous) == (fresh.head().version, fresh.head().previous);
            // A draft that is from the future would never be finished.
            same_place && waiting.says_the_same(fresh) && waiting.head().issued <= fresh.head().issued
        });
        Ok(waiting.unwrap_or(fresh))
    }

    /// Keeps an edition until it has enough signatures.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn wait<D: Document>(&self, signed: &Signed<D>) -> Result<(), Problem> {
        files::folder(&self.path(PENDING))?;
        files::write(&self.pending::<D>(), &signed.encode(), Access::Everybody)
    }

    /// Forgets what waited.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn wait_no_more<D: Document>(&self) -> Result<(), Problem> {
        let path = self.pending::<D>();
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(FileError::at(&path)(error).into()),
            _ => Ok(()),
        }
    }

    fn pending<D: Document>(&self) -> std::path::PathBuf {
        self.path(PENDING).join(format!("{}.okd", word(D::KIND)))
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
