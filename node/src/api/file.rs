//! `api.json`: where this node answers, for programs of the same user on the same machine.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::disk;

/// Its name in the data directory.
pub const FILE: &str = "api.json";

/// How to reach a node, and what to show it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Access {
    /// Such as `http://127.0.0.1:7680`.
    pub url: String,
    /// The administrator's bearer token; a new one at every start.
    pub token: String,
    /// The certificate chain (PEM) to be trusted, under TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Access {
    /// Reads the file of a data directory.
    ///
    /// # Errors
    /// No node has written it, or it is not ours to read.
    pub fn read(data: &Path) -> io::Result<Self> {
        let bytes = std::fs::read(data.join(FILE))?;
        serde_json::from_slice(&bytes).map_err(io::Error::from)
    }

    /// Writes it, as a whole and for the owner only.
    pub(crate) fn write(&self, data: &Path) -> io::Result<()> {
        disk::replace(&data.join(FILE), &serde_json::to_vec(self).map_err(io::Error::from)?)
    }

    /// Takes it away: the token is worth nothing any more.
    pub(crate) fn remove(data: &Path) {
        // A file that stays names a node that does not answer, which is what a client finds then.
        let _ = std::fs::remove_file(data.join(FILE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_back_and_for_the_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        Access { url: "http://127.0.0.1:1".into(), token: "t".into(), certificate: None }.write(dir.path()).unwrap();
        assert_eq!(Access::read(dir.path()).unwrap().token, "t");
        assert!(!format!("{:?}", Access::read(dir.path()).unwrap()).contains("\"t\""));
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(dir.path().join(FILE)).unwrap());
            assert_eq!(mode & 0o077, 0);
        }
        Access::remove(dir.path());
        assert!(Access::read(dir.path()).is_err());
    }
}
