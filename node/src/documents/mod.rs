//! The district's documents: what is believed, kept on disk, and told to whoever follows.
//!
//! Nothing is believed that was not kept, or a node would know less after a restart than before it.

mod proofs;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use okrug_protocol::directory::Directory;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{DistrictId, OfficeId, Version};
use okrug_protocol::trust::{Accepted, Conflict, DistrictFile, FileError, Trust, TrustError, Versions};
use tokio::sync::watch;

use crate::disk;
use crate::shared::Shared;

/// The name of the kept district file in its folder.
const FILE: &str = "district.okd";
/// The same once more: a node without its documents would not even know whom to ask for them.
const COPY: &str = "district.okd.copy";

/// Why documents were not taken.
#[derive(Debug, thiserror::Error)]
pub enum DocumentsError {
    /// They are not to be believed.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The bytes are no district file.
    #[error(transparent)]
    NoFile(#[from] FileError),
    /// They could not be read or kept.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// What this node believes of its district.
#[derive(Debug)]
pub struct Documents {
    trust: Shared<Trust>,
    file: PathBuf,
    directory: watch::Sender<Arc<Directory>>,
    set_aside: Option<PathBuf>,
}

impl Documents {
    /// Opens what was kept in `folder`; `None` when the node is in no district yet.
    ///
    /// # Errors
    /// The file is damaged, or cannot be read.
    pub fn open(folder: &Path) -> Result<Option<Self>, DocumentsError> {
        let (file, copy) = (folder.join(FILE), folder.join(COPY));
        let mut set_aside = None;
        let (mut trust, whole) = match (read(&file), read(&copy)) {
            (Ok(Some(trust)), second) => (trust, matches!(second, Ok(Some(_)))),
            (first, Ok(Some(trust))) => {
                if let Err(error) = first {
                    set_aside = Some(disk::set_aside(&file).map_err(|source| DocumentsError::File { path: file.clone(), source })?);
                    tracing::error!(event = "documents_set_aside", file = %file.display(), %error, "the copy beside it serves");
                }
                (trust, false)
            }
            (Ok(None), _) => return Ok(None),
            (Err(error), _) => return Err(error),
        };
        proofs::take_up(folder, &mut trust);
        let documents = Self { set_aside, ..Self::of(trust, file) };
        if !whole && let Err(error) = documents.trust.read(|trust| documents.keep(trust)) {
            // A full disk is no reason not to begin with what is there.
            tracing::warn!(event = "documents_not_kept", %error);
        }
        Ok(Some(documents))
    }

    /// Where the district file lies that was damaged when this was opened.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Enters a district: the first documents of this node, kept in `folder`.
    ///
    /// # Errors
    /// They are not to be believed, are of another district than `pinned`, or cannot be kept.
    pub fn enter(folder: &Path, bytes: &[u8], pinned: Option<DistrictId>) -> Result<Self, DocumentsError> {
        let trust = Trust::from_file(pinned, &DistrictFile::decode(bytes)?)?;
        let documents = Self::of(trust, folder.join(FILE));
        documents.trust.read(|trust| documents.keep(trust))?;
        Ok(documents)
    }

    fn of(trust: Trust, file: PathBuf) -> Self {
        let directory = watch::Sender::new(trust.directory());
        Self { trust: Shared::new(trust), file, directory, set_aside: None }
    }

    /// The directory as it is now.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.borrow().clone()
    }

    /// Follows the directory.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Arc<Directory>> {
        self.directory.subscribe()
    }

    /// Takes a district file: whatever in it is newer, none of it older. True when something was.
    ///
    /// # Errors
    /// Nothing of it is taken when a part is not to be believed.
    pub fn accept_file(&self, bytes: &[u8]) -> Result<bool, DocumentsError> {
        let file = DistrictFile::decode(bytes)?;
        self.change(|trust| Ok(trust.accept_file(&file)?.any_newer()))
    }

    /// Takes one document as it came from a neighbour. True when it is newer.
    ///
    /// # Errors
    /// See [`TrustError`]; a conflict is kept as proof all the same.
    pub fn accept(&self, kind: DocumentKind, bytes: &[u8]) -> Result<bool, DocumentsError> {
        self.change(|trust| Ok(trust.accept(kind, bytes)? == Accepted::Newer))
    }

    /// Takes a run of charters as it came from a neighbour. True when any was newer.
    ///
    /// # Errors
    /// As [`Documents::accept`].
    pub fn accept_charters(&self, run: &[u8]) -> Result<bool, DocumentsError> {
        self.change(|trust| Ok(trust.accept_charters(run)? == Accepted::Newer))
    }

    /// Changes what is believed: kept first, believed then, and told to the followers.
    fn change(&self, change: impl FnOnce(&mut Trust) -> Result<bool, TrustError>) -> Result<bool, DocumentsError> {
        self.trust.change(|trust| {
            let mut next = trust.clone();
            let outcome = change(&mut next);
            let known = trust.conflicts().len();
            for conflict in next.conflicts().iter().skip(known) {
                self.raise(conflict);
                // It was found beside what is held, which vouches for it.
                let _ = trust.remember(conflict.clone());
                // What a refused list of revocations removes is removed all the same.
                self.directory.send_replace(trust.directory());
            }
            let newer = outcome?;
            if newer {
                self.keep(&next)?;
                *trust = next;
                self.directory.send_replace(trust.directory());
            }
            Ok(newer)
        })
    }

    /// Says that somebody signed two truths, and keeps the proof.
    fn raise(&self, conflict: &Conflict) {
        let (kind, version) = (conflict.kind, conflict.version);
        tracing::error!(
            event = "document_conflict",
            ?kind,
            version = version.0,
            "two different documents of one version are rightly signed"
        );
        if let Err(error) = self.file.parent().map_or(Ok(()), |folder| proofs::keep(folder, conflict)) {
            tracing::error!(event = "proof_not_kept", ?kind, version = version.0, %error, "the proof is in memory only");
        }
    }

    /// Which documents there are two of, as proven.
    #[must_use]
    pub fn conflicts(&self) -> Vec<(DocumentKind, Version)> {
        self.trust.read(|trust| trust.conflicts().iter().map(|conflict| (conflict.kind, conflict.version)).collect())
    }

    /// All documents as one file.
    #[must_use]
    pub fn file(&self) -> DistrictFile {
        self.trust.read(Trust::to_file)
    }

    /// One version of one document as it travels, of charters a run from that version on; `None` when it is not held.
    #[must_use]
    pub fn envelope(&self, kind: DocumentKind, version: Version) -> Option<Vec<u8>> {
        let before = Version(version.0.checked_sub(1)?);
        self.trust.read(|trust| match kind {
            DocumentKind::Charter => Some(trust.charters_from(version)).filter(|run| !run.is_empty()),
            _ => (trust.versions().of(kind).0 == version).then(|| trust.envelopes(kind, before).pop()).flatten(),
        })
    }

    /// Which versions are believed.
    #[must_use]
    pub fn versions(&self) -> Versions {
        self.trust.read(Trust::versions)
    }

    /// Looks at what is believed.
    pub fn read<R>(&self, look: impl FnOnce(&Trust) -> R) -> R {
        self.trust.read(look)
    }

    /// The addresses of the bootstrap list and of delegated directories.
    #[must_use]
    pub fn bootstrap(&self) -> Vec<(OfficeId, Vec<String>)> {
        self.trust.read(|trust| trust.bootstrap().iter().chain(trust.directory().addresses()).cloned().collect())
    }

    fn keep(&self, trust: &Trust) -> Result<(), DocumentsError> {
        let bytes = trust.to_file().encode();
        let replace = |path: &Path| disk::replace(path, &bytes).map_err(|source| DocumentsError::File { path: path.to_owned(), source });
        replace(&self.file)?;
        if let Err(error) = replace(&self.file.with_file_name(COPY)) {
            tracing::warn!(event = "documents_not_kept_twice", %error);
        }
        Ok(())
    }
}

/// Reads a kept file; `None` when there is none.
fn read(path: &Path) -> Result<Option<Trust>, DocumentsError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(Trust::from_file(None, &DistrictFile::decode(&bytes)?)?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(DocumentsError::File { path: path.to_owned(), source }),
    }
}
