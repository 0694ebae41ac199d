//! Collecting signatures until a threshold is reached.

use std::path::{Path, PathBuf};

use okrug_protocol::charter::Role;
use okrug_protocol::document::{DocumentKind, Signed};
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::Trust;

use super::draft::Edition;
use super::keys::KeyFile;
use super::{Folder, archive};
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

impl Source {
    /// Opens as many keys of a role as are still needed.
    ///
    /// # Errors
    /// No key file, one that is not the role's, or a wrong passphrase.
    pub fn open(&self, context: &Context, folder: &Folder, role: &Role, need: usize) -> Result<Vec<SecretKey>, Problem> {
        let named: Result<Vec<_>, _> = self.keys.iter().map(|path| KeyFile::load(path)).collect();
        let files = if self.keys.is_empty() { KeyFile::all(&folder.path("keys"))? } else { named? };
        let mut keys: Vec<SecretKey> = Vec::new();
        for (i, file) in files.iter().enumerate() {
            let public = file.public()?;
            let known = role.keys.contains(&public);
            if !known && !self.keys.is_empty() {
                return Err(foreign(file.path()));
            }
            if known && keys.len() < need && keys.iter().all(|key| key.public() != public) {
                keys.push(file.open(&self.passphrase(context, i, file.path())?)?);
            }
        }
        Ok(keys)
    }

    fn passphrase(&self, context: &Context, index: usize, key: &Path) -> Result<zeroize::Zeroizing<String>, Problem> {
        let file = self.passphrases.get(index).or(self.passphrases.last());
        let key = key.display();
        secret::passphrase(context, file.map(PathBuf::as_path), &said!("Пароль ключа {key}", "Passphrase of the key {key}"))
    }
}

/// Adds signatures to an edition; keeps it for later, and says so, when they are not enough.
///
/// # Errors
/// The threshold is not reached, and the edition waits.
pub fn complete<D: Edition>(folder: &Folder, trust: &Trust, keys: &[SecretKey], mut edition: Signed<D>) -> Result<Signed<D>, Problem> {
    let role = role(trust);
    keys.iter().for_each(|key| edition.sign(key));
    let (have, need) = (edition.signed_by(&role.keys), role.need());
    if have >= need {
        return Ok(edition);
    }
    folder.wait(&edition)?;
    let (kind, version) = (archive::word(D::KIND), edition.version().0);
    let ru = match D::KIND {
        DocumentKind::Bootstrap => "список адресов",
        _ => "справочник",
    };
    Err(Problem::new(
        "threshold",
        Exit::Threshold,
        said!(
            "{ru} версии {version}: подписей {have}, нужно {need}; он ждёт в pending/{kind}.okd",
            "the {kind} of version {version} has {have} of {need} signatures; it waits in pending/{kind}.okd"
        ),
    )
    .hint(said!("подпишите другим ключом: okrug authority sign --key ФАЙЛ", "sign with another key: okrug authority sign --key FILE")))
}

/// The role that signs the directory and the bootstrap list.
#[must_use]
pub fn role(trust: &Trust) -> &Role {
    &trust.charter().doc().directory
}

fn foreign(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        "key_foreign",
        Exit::Refused,
        said!("{path}: по уставу округа этот ключ ничего не подписывает", "{path}: by the charter of this district this key signs nothing"),
    )
}
