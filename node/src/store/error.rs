//! What can go wrong with the store, in words.

use std::any::Any;
use std::path::PathBuf;

use super::{STORE_FORMAT, Tree};
use crate::disk;

/// Why the store did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk. What is stored is readable; there is nothing half-written.
    #[error("no room on the disk for the store")]
    Full,
    /// A value that does not open: the disk changed it, or it was moved.
    #[error("a value in the store is damaged (in \"{}\")", tree.name())]
    Damaged {
        /// Where it lies.
        tree: Tree,
        /// Under which key.
        key: Vec<u8>,
    },
    /// What sled keeps is damaged: it said so, or panicked.
    #[error("the store is damaged: {0}")]
    Broken(String),
    /// The disk cannot read a part of what sled keeps: as good as damaged.
    #[error("the disk cannot read a part of the store: {0}")]
    Unreadable(String),
    /// What was written may or may not be on the disk. The node must stop: a second try would succeed without the lost
    /// pages, and tell a writer so.
    #[error("the disk did not confirm what was written to the store: {0}")]
    Unsynced(String),
    /// The store failed and must be opened again.
    #[error("the store failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// Whether it tells of damage: such a store is set aside when it is opened the next time.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::Broken(_) | Self::Unreadable(_))
    }
}

/// Why the store cannot be opened. Nothing was changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// A newer version wrote it.
    #[error("{} has format {found}, and this version knows formats up to {STORE_FORMAT}", path.display())]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Another process has it open.
    #[error("{} is used by another process", path.display())]
    Locked {
        /// The store.
        path: PathBuf,
    },
    /// Not even room enough to open it.
    #[error("no room on the disk to open {}", path.display())]
    Full {
        /// The store.
        path: PathBuf,
    },
    /// It is damaged: set it aside and build another.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// What was written may or may not be on the disk: nothing is tried twice.
    #[error("the disk did not confirm what was written to {}: {what}", path.display())]
    Unsynced {
        /// The store.
        path: PathBuf,
        /// What the system said.
        what: String,
    },
    /// The system refused.
    #[error("{}: {what}", path.display())]
    Io {
        /// The store.
        path: PathBuf,
        /// What it said.
        what: String,
    },
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(error) if disk::is_full(&error) => Self::Full,
            // What could not be written sled tells later, and in words of its own: this is what could not be read.
            sled::Error::Io(error) if disk::is_unconfirmed(&error) => Self::Unreadable(error.to_string()),
            error @ sled::Error::Corruption { .. } => Self::Broken(error.to_string()),
            error => Self::Failed(error.to_string()),
        }
    }
}

impl OpenError {
    /// Sorts what sled says when it opens.
    pub(super) fn sort(path: PathBuf, error: &sled::Error) -> Self {
        let what = error.to_string();
        match error {
            sled::Error::Io(error) if disk::is_full(error) => Self::Full { path },
            sled::Error::Io(error) if disk::is_unconfirmed(error) => Self::Unsynced { path, what },
            // sled has no kind of its own for this; the lock is the only thing that it words so.
            sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => Self::Locked { path },
            // What is not there, or ends too early, is damage to a store that we have begun.
            sled::Error::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Self::Io { path, what },
            _ => Self::Damaged { path, what },
        }
    }
}

/// What a panic said.
pub(super) fn panicked(payload: &(dyn Any + Send)) -> String {
    let said = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    format!("sled panicked: {}", said.unwrap_or("without a word"))
}
