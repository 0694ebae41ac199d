//! The folder of a sub-authority, and the public keys that it hands to the district's authority.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files::{self, Access};
use crate::problem::{Exit, Problem};
use crate::words::said;

/// What the sub-authority's public keys lie in.
pub const PUBLIC_FILE: &str = "authority.pub";
const MAX_FILE: usize = 16 << 10;
const FORMAT: u32 = 1;

/// The public keys of a sub-authority. Nothing in it is secret; whoever takes it in compares it by another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeys {
    format: u32,
    /// The district, in hexadecimal.
    pub district: String,
    /// The number of the unit whose subtree is meant.
    pub unit: u32,
    /// How many must sign.
    pub threshold: u8,
    /// In hexadecimal.
    pub keys: Vec<String>,
}

impl PublicKeys {
    /// The keys of a subtree.
    #[must_use]
    pub fn new(district: String, unit: u32, threshold: u8, keys: Vec<String>) -> Self {
        Self { format: FORMAT, district, unit, threshold, keys }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is none.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        let text = files::read_text(path, MAX_FILE)?;
        let read: Option<Self> = toml::from_str(&text).ok();
        let whole =
            |file: &Self| file.format == FORMAT && !file.keys.is_empty() && file.keys.iter().all(|key| super::keys::public(key).is_some());
        read.filter(whole).ok_or_else(|| {
            let path = path.display();
            Problem::new(
                "public_keys",
                Exit::Failed,
                said!("{path}: это не файл открытых ключей ветви", "{path}: no file of a subtree's public keys"),
            )
        })
    }

    /// Writes it into a folder; gives where.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, folder: &Path) -> Result<PathBuf, Problem> {
        let path = folder.join(PUBLIC_FILE);
        let notice = "# The public keys of a sub-authority, for `okrug authority delegate`.\n";
        let text = toml::to_string(self).expect("a table of texts and numbers");
        files::write(&path, format!("{notice}{text}").as_bytes(), Access::Everybody)?;
        Ok(path)
    }
}
