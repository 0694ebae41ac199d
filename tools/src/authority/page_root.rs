//! The root of the pages' certificates in the authority's folder, its key sealed under a passphrase as the others are.

use std::path::Path;

use okrug_node::certs::{Root, fingerprint};
use okrug_protocol::codec;
use okrug_protocol::ids::{Hash32, hex, unhex};
use okrug_protocol::vault::Vault;
use rand_core::CryptoRngCore;
use serde::{Deserialize, Serialize};

use crate::files::{self, Access};
use crate::problem::{Exit, Problem};
use crate::words::{Said, said};

/// Its name in the folder.
pub const PAGE_ROOT: &str = "page-root.key";
const MAX_FILE: usize = 16 << 10;
const FORMAT: u32 = 1;

/// The root, its key still sealed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRoot {
    format: u32,
    /// Under which name browsers show it; part of every certificate that it issues.
    name: String,
    certificate: String,
    sealed: String,
}

impl PageRoot {
    /// Seals a root's key.
    #[must_use]
    pub fn seal(root: &Root, name: &str, passphrase: &str, rng: &mut impl CryptoRngCore) -> Self {
        // The vault is bound to the certificate: a sealed key cannot be put under another's name.
        let vault = Vault::seal(passphrase, &root.hash().0, &root.secret(), rng);
        Self { format: FORMAT, name: name.to_owned(), certificate: hex(root.certificate()), sealed: hex(&codec::encode(&vault)) }
    }

    /// Writes the file, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Problem> {
        let text = toml::to_string(self).expect("a table of texts");
        let notice = "# The root of the certificates of the offices' pages; its key is sealed under a passphrase. Keep a copy.\n";
        files::write(path, format!("{notice}{text}").as_bytes(), Access::Owner)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        if !path.exists() {
            return Err(Problem::new(
                "no_page_root",
                Exit::NotFound,
                said!("корневого сертификата страниц ещё нет", "there is no root certificate of the pages yet"),
            )
            .hint(Said::same("okrug tls init")));
        }
        let file: Self = toml::from_str(&files::read_text(path, MAX_FILE)?).map_err(|_| damaged(path))?;
        if file.format == FORMAT && unhex(&file.certificate).is_some() { Ok(file) } else { Err(damaged(path)) }
    }

    /// The certificate (DER).
    #[must_use]
    pub fn certificate(&self) -> Vec<u8> {
        unhex(&self.certificate).unwrap_or_default()
    }

    /// What the chart names it by.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        fingerprint(&self.certificate())
    }

    /// Opens the key.
    ///
    /// # Errors
    /// A wrong passphrase, or a damaged file.
    pub fn open(&self, passphrase: &str, path: &Path) -> Result<Root, Problem> {
        let vault = unhex(&self.sealed).and_then(|bytes| codec::decode::<Vault>(&bytes, MAX_FILE).ok()).ok_or_else(|| damaged(path))?;
        let shown = path.display();
        let secret = vault.open(passphrase, &self.hash().0).map_err(|_| {
            Problem::new(
                "passphrase_wrong",
                Exit::NotPermitted,
                said!("{shown}: пароль не подходит, либо файл изменён", "{shown}: the wrong passphrase, or the file was changed"),
            )
        })?;
        Root::open(&secret, &self.name, &self.certificate()).map_err(|_| damaged(path))
    }
}

fn damaged(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        "page_root_file",
        Exit::Failed,
        said!("{path}: это не файл корневого сертификата, либо он повреждён", "{path}: no file of a root certificate, or a damaged one"),
    )
    .hint(said!("верните файл из копии", "take the file from a copy"))
}
