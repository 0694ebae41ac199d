//! A note that the store or the journal was found damaged: whoever opens it next sets it aside first.
//!
//! It lies beside them, since nothing inside can be relied on.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::disk;

/// A note about the store, or the journal, of a data directory.
#[derive(Debug, Clone)]
pub struct Note(PathBuf);

impl Note {
    /// The note about the store, whether it is there or not.
    #[must_use]
    pub fn of(home: &Path) -> Self {
        Self(home.join("store-damaged"))
    }

    /// The note about the journal.
    #[must_use]
    pub fn of_journal(home: &Path) -> Self {
        Self(home.join("journal-damaged"))
    }

    /// Writes down what was found.
    pub fn write(&self, why: &str) {
        if let Err(error) = disk::replace(&self.0, why.as_bytes()) {
            tracing::warn!(event = "note_not_written", note = %self.0.display(), %error, "the damage must be found again");
        }
    }

    /// What was found, when something was.
    #[must_use]
    pub fn read(&self) -> Option<String> {
        fs::read(&self.0).ok().map(|why| String::from_utf8_lossy(&why).into_owned())
    }

    /// It was acted upon.
    pub fn remove(&self) {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(event = "note_not_removed", note = %self.0.display(), %error);
        }
    }
}
