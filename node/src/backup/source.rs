//! From where a backup is made: a node that runs, or the data directory of one that does not.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use okrug_protocol::request::Request;

use super::head::About;
use super::piece::{PIECE_BYTES, Piece, is_ours};
use super::write::Writer;
use super::{BackupError, BackupLock, Head, LastBackup, Scope, Sums, count};
use crate::clock;
use crate::documents::Documents;
use crate::home::{Home, Owner};
use crate::keys::{KeyFolder, NodeKeys};
use crate::store::{STORE_FORMAT, Store, Tree};

/// What only this office knows and a rebuild from others cannot bring: logins with their vaults, rights, secrets of roles.
pub(super) const KEPT: [Tree; 3] = [Tree::Accounts, Tree::Rights, Tree::RoleKeys];

/// How much there is to be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Rows of the store.
    pub rows: u64,
    /// About how long the file will be.
    pub bytes: u64,
}

/// From where a backup is made.
#[derive(Debug)]
pub struct Source {
    data: PathBuf,
    owner: Owner,
    keys: NodeKeys,
    documents: Arc<Documents>,
    store: Store,
    /// Of a node that does not run: nobody else may begin to write meanwhile.
    _home: Option<Home>,
}

impl Source {
    /// A node that runs.
    #[must_use]
    pub fn running(data: &Path, owner: Owner, keys: NodeKeys, documents: Arc<Documents>, store: Store) -> Self {
        Self { data: data.to_owned(), owner, keys, documents, store, _home: None }
    }

    /// A node that does not run: its directory is ours as long as this lives.
    #[must_use]
    pub fn stopped(home: Home, keys: NodeKeys, documents: Arc<Documents>, store: Store) -> Self {
        Self { data: home.path().to_owned(), owner: home.owner(), keys, documents, store, _home: Some(home) }
    }

    /// The names of the office: short, and for people.
    #[must_use]
    pub fn names(&self) -> (String, String) {
        let directory = self.documents.directory();
        let office = directory.office(self.owner.office);
        office.map_or_else(|| (self.owner.office.to_string(), String::new()), |office| (office.slug.clone(), office.name.clone()))
    }

    /// Takes note of a backup that is whole and durable.
    ///
    /// # Errors
    /// The store takes nothing.
    pub fn confirm(&self, made: LastBackup) -> Result<(), BackupError> {
        made.keep(&self.store)
    }

    /// Reckons how much there is.
    ///
    /// # Errors
    /// The store does not answer, or a folder cannot be read.
    pub fn forecast(&self, scope: Scope) -> Result<Forecast, BackupError> {
        let files = self.files(scope)?;
        let in_files: u64 = files.iter().filter_map(|path| fs::metadata(self.data.join(path)).ok()).map(|file| file.len()).sum();
        let size = match scope {
            Scope::All => self.store.measure()?,
            Scope::Keys => crate::store::Size::default(),
        };
        Ok(Forecast { rows: size.rows, bytes: size.bytes + in_files + count(files.len()) * 128 + 4_096 })
    }

    /// Writes a backup; gives what is in it and how long it is.
    ///
    /// # Errors
    /// See [`BackupError`]; what was written so far is no backup then.
    pub fn write(&self, lock: &BackupLock, scope: Scope, forecast: Forecast, out: impl Write) -> Result<(Sums, u64), BackupError> {
        let gone = |_: io::Error| BackupError::Gone;
        let (slug, name) = self.names();
        let Owner { district, office } = self.owner;
        let (made, store_format) = (clock::now(), STORE_FORMAT);
        let about = About { district, office, slug, name, made, scope, store_format, forecast: forecast.bytes };
        let (head, rest) = Head::new(about, lock, &mut clock::rng())?;
        let mut writer = Writer::begin(out, &head, rest).map_err(gone)?;
        let request = self.request(&head)?;
        writer.secrets(&Piece::Secrets { keys: self.keys.to_bytes().to_vec(), request }).map_err(gone)?;
        let trees: &[Tree] = if scope == Scope::All { &Tree::ALL } else { &KEPT };
        let snapshot = self.store.snapshot().ok_or(BackupError::Busy)?;
        let taken = snapshot.each(trees, |row| match writer.row(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })?;
        if taken.stopped {
            return Err(BackupError::Gone);
        }
        // What the store has is in the journal, and the keys of both are on the disk before: so they are read behind it.
        for path in self.files(scope)? {
            self.copy(&path, &mut writer)?;
        }
        taken.damaged.iter().for_each(|(tree, _)| tracing::error!(event = "backup_row_damaged", tree = tree.name()));
        writer.finish(count(taken.damaged.len())).map_err(gone)
    }

    /// What stands beside the keys; the one that was handed to the authority may say other names.
    fn request(&self, head: &Head) -> Result<String, BackupError> {
        let NodeKeys { sign, peer, seal, .. } = &self.keys;
        let kept = KeyFolder::of(&self.data).request().map(|(text, _)| text);
        kept.or_else(|_| Request::write(&head.slug, &head.name, sign, peer, seal.public()).map_err(|error| BackupError::Keys(error.into())))
    }

    /// The files that belong into it, by their places in the data directory; the journal first.
    fn files(&self, scope: Scope) -> Result<Vec<String>, BackupError> {
        let folders: &[&str] = match scope {
            Scope::All => &["journal", "documents", "tls", "keys/sealing", "keys/epochs"],
            Scope::Keys => &["documents", "tls", "keys/sealing", "keys/epochs"],
        };
        let mut files = Vec::new();
        for folder in folders {
            let path = self.data.join(folder);
            let entries = match fs::read_dir(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                entries => entries.map_err(BackupError::at(&path))?,
            };
            let mut names = Vec::new();
            for entry in entries {
                let entry = entry.map_err(BackupError::at(&path))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                // What is being replaced just now, and what was set aside.
                let passes = name.ends_with(".new") || name.contains(".damaged-") || (*folder == "journal" && !name.ends_with(".journal"));
                if entry.file_type().is_ok_and(|kind| kind.is_file()) && !passes {
                    names.push(format!("{folder}/{name}"));
                }
            }
            names.sort();
            files.extend(names);
        }
        files.extend(["last-good", "node.toml"].into_iter().filter(|name| self.data.join(name).is_file()).map(str::to_owned));
        files.retain(|path| is_ours(path));
        Ok(files)
    }

    /// Copies a file as long as it is now; it may grow meanwhile, or be gone.
    fn copy(&self, path: &str, writer: &mut Writer<impl Write>) -> Result<(), BackupError> {
        let place = self.data.join(path);
        let file = match File::open(&place) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            file => file.map_err(BackupError::at(&place))?,
        };
        let len = file.metadata().map_err(BackupError::at(&place))?.len();
        let (mut file, mut begins) = (file.take(len), true);
        loop {
            let mut part = Vec::new();
            file.by_ref().take(count(PIECE_BYTES)).read_to_end(&mut part).map_err(BackupError::at(&place))?;
            if part.is_empty() && !begins {
                return Ok(());
            }
            writer.file(path, part, begins).map_err(|_| BackupError::Gone)?;
            begins = false;
        }
    }
}
