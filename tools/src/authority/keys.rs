//! The authority's secret keys: one file each, sealed under a passphrase, so that each can go to its holder.

use std::path::{Path, PathBuf};

use okrug_protocol::codec;
use okrug_protocol::ids::{hex, unhex};
use okrug_protocol::sign::{PublicKey, SecretKey};
use okrug_protocol::vault::Vault;
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use crate::files::{self, Access};
use crate::problem::{Exit, FileError, Problem};
use crate::words::said;

/// The longest key file.
const MAX_FILE: usize = 8 << 10;
const FORMAT: u32 = 1;
/// What key files end in.
const ENDING: &str = "key";

/// A key file, still sealed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    format: u32,
    public: String,
    sealed: String,
    #[serde(skip)]
    path: PathBuf,
}

impl KeyFile {
    /// Seals a key.
    #[must_use]
    pub fn seal(key: &SecretKey, passphrase: &str, path: PathBuf, rng: &mut impl CryptoRngCore) -> Self {
        let public = key.public();
        // The vault is bound to the public key: a sealed half cannot be put under another's name.
        let vault = Vault::seal(passphrase, &public.0, &*key.seed(), rng);
        Self { format: FORMAT, public: hex(&public.0), sealed: hex(&codec::encode(&vault)), path }
    }

    /// Writes the file, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self) -> Result<(), Problem> {
        let text = toml::to_string(self).expect("a table of texts");
        let notice = "# A key of the district's authority, sealed under a passphrase.\n# Give it to its holder; keep a copy apart from the others.\n";
        files::write(&self.path, format!("{notice}{text}").as_bytes(), Access::Owner)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// When it cannot be read or is none.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        let text = files::read_text(path, MAX_FILE)?;
        let mut file: Self = toml::from_str(&text).map_err(|_| damaged(path))?;
        file.path = path.to_owned();
        file.public().map(|_| file)
    }

    /// The key files of a folder, by name; none when there is no such folder.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn all(folder: &Path) -> Result<Vec<Self>, Problem> {
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let entries = std::fs::read_dir(folder).map_err(FileError::at(folder))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == ENDING));
        paths.sort();
        paths.iter().map(|path| Self::load(path)).collect()
    }

    /// The public half.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn public(&self) -> Result<PublicKey, Problem> {
        let bytes = unhex(&self.public).and_then(|bytes| bytes.try_into().ok());
        bytes.map(PublicKey).filter(|_| self.format == FORMAT).ok_or_else(|| damaged(&self.path))
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the key.
    ///
    /// # Errors
    /// A wrong passphrase, or a damaged file.
    pub fn open(&self, passphrase: &str) -> Result<SecretKey, Problem> {
        let public = self.public()?;
        let bytes = unhex(&self.sealed).ok_or_else(|| damaged(&self.path))?;
        let vault: Vault = codec::decode(&bytes, MAX_FILE).map_err(|_| damaged(&self.path))?;
        let path = self.path.display();
        let seed = vault.open(passphrase, &public.0).map_err(|_| {
            Problem::new(
                "passphrase_wrong",
                Exit::NotPermitted,
                said!("{path}: пароль не подходит, либо файл изменён", "{path}: the wrong passphrase, or the file was changed"),
            )
        })?;
        let seed: [u8; 32] = seed.as_slice().try_into().map_err(|_| damaged(&self.path))?;
        let key = SecretKey::from_seed(&seed);
        if key.public() == public { Ok(key) } else { Err(damaged(&self.path)) }
    }
}

/// A public key in hexadecimal.
#[must_use]
pub fn public(text: &str) -> Option<PublicKey> {
    unhex(text).and_then(|bytes| bytes.try_into().ok()).map(PublicKey)
}

fn damaged(path: &Path) -> Problem {
    let path = path.display();
    Problem::new("key_file", Exit::Failed, said!("{path}: это не файл ключа, либо он повреждён", "{path}: no key file, or a damaged one"))
        .hint(said!("верните файл из копии", "take the file from a copy"))
}
