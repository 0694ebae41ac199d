//! Keeps the certificate of an office's page, and makes leaves under it.
//!
//! ```text
//! tls/office.key    the secret half, sealed at rest
//! tls/office.crt    the file that the authority gave
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::Hash32;
use okrug_protocol::sign::SecretKey;

use super::{CertsError, Grant, Leaf, OfficeKey, fingerprint, host};
use crate::disk;
use crate::rest::Rest;

const GRANT: &str = "office.crt";

/// Says which root the newest chart names.
pub type RootHash = Arc<dyn Fn() -> Option<Hash32> + Send + Sync>;

/// The keeper of one office's certificate.
pub struct Keeper {
    folder: PathBuf,
    slug: String,
    key: OfficeKey,
    request: String,
    root: RootHash,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("slug", &self.slug).finish_non_exhaustive()
    }
}

impl Keeper {
    /// Opens the folder `tls` of a data directory; the key is made when there is none.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn open(data: &Path, slug: &str, rest: &Rest, sign: &SecretKey, root: RootHash) -> Result<Self, CertsError> {
        let folder = data.join("tls");
        let key = OfficeKey::open(&folder, rest)?;
        let request = key.request(slug, sign);
        Ok(Self { folder, slug: slug.to_owned(), key, request, root })
    }

    /// The name of the page.
    #[must_use]
    pub fn host(&self) -> String {
        host(&self.slug)
    }

    /// The request for a certificate.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The root that the district's chart names.
    #[must_use]
    pub fn root(&self) -> Option<Hash32> {
        (self.root)()
    }

    /// The certificate that was given, if it stands under the district's root.
    ///
    /// # Errors
    /// It does not, or cannot be read.
    pub fn grant(&self) -> Result<Option<Grant>, CertsError> {
        let path = self.folder.join(GRANT);
        match fs::read_to_string(&path) {
            Ok(text) => Grant::read(&text).and_then(|grant| self.check(grant)).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CertsError::File { path, source }),
        }
    }

    fn check(&self, grant: Grant) -> Result<Grant, CertsError> {
        if grant.slug != self.slug {
            return Err(CertsError::OtherOffice(grant.slug));
        }
        let root = self.root().ok_or(CertsError::NoRoot)?;
        if fingerprint(&grant.root) == root { Ok(grant) } else { Err(CertsError::OtherRoot) }
    }

    /// A fresh leaf; none where the office has no certificate.
    ///
    /// # Errors
    /// There is one, and browsers would refuse what is made under it.
    pub fn leaf(&self, now: Millis) -> Result<Option<(Grant, Leaf)>, CertsError> {
        let Some(grant) = self.grant()? else { return Ok(None) };
        let leaf = self.key.leaf(&grant, now)?;
        Ok(Some((grant, leaf)))
    }

    /// Takes a certificate that the authority issued; the one before stays unless a browser would take this one.
    ///
    /// # Errors
    /// It is not for this office and key, not under the district's root, or holds no more.
    pub fn take(&self, text: &str, now: Millis) -> Result<(Grant, Leaf), CertsError> {
        let grant = self.check(Grant::read(text)?)?;
        let leaf = self.key.leaf(&grant, now).map_err(|error| match error {
            CertsError::Refused { reason, .. } if reason.contains("BadSignature") => CertsError::OtherKey,
            error => error,
        })?;
        let path = self.folder.join(GRANT);
        disk::replace(&path, grant.write().as_bytes()).map_err(|source| CertsError::File { path: path.clone(), source })?;
        Ok((grant, leaf))
    }
}
