//! Collecting signatures until a threshold is reached.

use std::path::{Path, PathBuf};

use okrug_protocol::charter::Role;
use okrug_protocol::sign::{PublicKey, SecretKey};
use okrug_protocol::trust::Trust;

use super::Folder;
use super::keys::KeyFile;
use crate::context::Context;
use crate::problem::{Exit, Problem};
use crate::secret;
use crate::words::said;

/// Where keys and passphrases come from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Key files; all of the folder when none is named.
    pub keys: Vec<PathBuf>,
    /// Passphrase files, one for each key, or one for all; asked for when none is named.
    pub passphrases: Vec<PathBuf>,
}

/// A role that lacks signatures on an edition.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Who may sign.
    pub role: Role,
    /// Who has signed.
    pub signed: Vec<PublicKey>,
    /// How many more are needed.
    pub lacks: usize,
}

impl Source {
    /// Opens keys until nothing is lacking, or there are no more; each passphrase is asked for once.
    ///
    /// # Errors
    /// A named key file that no role has, or a wrong passphrase.
    pub fn open(&self, context: &Context, keys: &Path, wanted: &[Wanted]) -> Result<Vec<SecretKey>, Problem> {
        let named: Result<Vec<_>, _> = self.keys.iter().map(|path| KeyFile::load(path)).collect();
        let files = if self.keys.is_empty() { KeyFile::all(keys)? } else { named? };
        let mut lacks: Vec<usize> = wanted.iter().map(|row| row.lacks).collect();
        let mut opened: Vec<SecretKey> = Vec::new();
        for (i, file) in files.iter().enumerate() {
            let public = file.public()?;
            if !wanted.is_empty() && !self.keys.is_empty() && wanted.iter().all(|row| !row.role.keys.contains(&public)) {
                return Err(foreign(file.path()));
            }
            let helps = |row: &Wanted| row.role.keys.contains(&public) && !row.signed.contains(&public);
            let useful = wanted.iter().zip(&lacks).any(|(row, lacks)| *lacks > 0 && helps(row));
            if useful && opened.iter().all(|key| key.public() != public) {
                opened.push(file.open(&self.passphrase(context, i, file.path())?)?);
                wanted.iter().zip(&mut lacks).filter(|(row, _)| helps(row)).for_each(|(_, lacks)| *lacks = lacks.saturating_sub(1));
            }
        }
        Ok(opened)
    }

    fn passphrase(&self, context: &Context, index: usize, key: &Path) -> Result<zeroize::Zeroizing<String>, Problem> {
        let file = self.passphrases.get(index).or(self.passphrases.last());
        let key = key.display();
        secret::passphrase(context, file.map(PathBuf::as_path), &said!("Пароль ключа {key}", "Passphrase of the key {key}"))
    }
}

/// The role that signs the directory and the bootstrap list.
#[must_use]
pub fn role(trust: &Trust) -> &Role {
    &trust.charter().doc().directory
}

/// The role of the subtree that a folder lists; none in the folder of a district.
///
/// # Errors
/// When the folder cannot be read.
pub fn delegated<'a>(folder: &Folder, trust: &'a Trust) -> Result<Option<&'a Role>, Problem> {
    let Some(under) = folder.plan()?.under else { return Ok(None) };
    let row = trust.chart().doc().delegations.iter().find(|row| row.unit.0 == under.unit);
    Ok(row.map(|row| &row.role))
}

fn foreign(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        "key_foreign",
        Exit::Refused,
        said!("{path}: по уставу округа этот ключ ничего не подписывает", "{path}: by the charter of this district this key signs nothing"),
    )
}
