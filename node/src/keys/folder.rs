//! The folder of the keys: made once, opened at every start, and never overwritten but for a sealing key that was renewed.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use okrug_protocol::request::Request;
use okrug_protocol::seal::SealKey;
use rand_core::CryptoRngCore;

use super::{KeysError, Lock, NodeKeys, Unlock, private, sealed};

/// What a new office calls itself.
#[derive(Debug, Clone, Copy)]
pub struct NewOffice<'a> {
    /// The short name that it would like.
    pub slug: &'a str,
    /// Its name for people.
    pub name: &'a str,
}

/// The folder `keys/` of a data directory.
#[derive(Debug, Clone)]
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The folder of the keys in a data directory, whether it exists or not.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self(data.join("keys"))
    }

    /// Makes the keys of a new office and gives back the text of its request.
    ///
    /// All or nothing: the folder appears when everything in it is durable.
    ///
    /// # Errors
    /// Keys that exist already, a name that cannot be one, a weak passphrase, or the operating system.
    pub fn create(&self, office: NewOffice<'_>, unlock: &Unlock, rng: &mut impl CryptoRngCore) -> Result<String, KeysError> {
        self.appear(|part| {
            let keys = NodeKeys::generate(rng);
            let request = Request::write(office.slug, office.name, &keys.sign, &keys.peer, keys.seal.public())?;
            fill(part, &keys, &request, unlock, rng)?;
            Ok(request)
        })
    }

    /// Puts keys here that were made on another machine, with the folders of the keyring that wait in `waiting`.
    ///
    /// All or nothing, as [`KeyFolder::create`].
    ///
    /// # Errors
    /// As [`KeyFolder::create`].
    pub(crate) fn restore(
        &self,
        keys: &NodeKeys,
        request: &str,
        waiting: &Path,
        unlock: &Unlock,
        rng: &mut impl CryptoRngCore,
    ) -> Result<(), KeysError> {
        self.appear(|part| {
            fill(part, keys, request, unlock, rng)?;
            for folder in ["sealing", "epochs"].into_iter().filter(|folder| waiting.join(folder).is_dir()) {
                private::sync_dir(&waiting.join(folder))?;
                fs::rename(waiting.join(folder), part.join(folder)).map_err(KeysError::at(&part.join(folder)))?;
            }
            // It is empty by now, or was never there.
            let _ = fs::remove_dir(waiting);
            Ok(())
        })
    }

    /// Makes the folder beside its place, and puts it there when everything in it is durable.
    fn appear<T>(&self, fill: impl FnOnce(&Path) -> Result<T, KeysError>) -> Result<T, KeysError> {
        if self.0.exists() {
            return Err(KeysError::Exist(self.0.clone()));
        }
        let data = self.0.parent().unwrap_or(Path::new(""));
        private::create_dir(data)?;
        let part = data.join(format!("keys.part-{}", std::process::id()));
        private::create_dir(&part)?;
        let made = fill(&part).and_then(|made| {
            private::sync_dir(&part)?;
            match fs::rename(&part, &self.0) {
                Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty) => {
                    Err(KeysError::Exist(self.0.clone()))
                }
                renamed => renamed.map_err(KeysError::at(&self.0)),
            }?;
            private::sync_dir(data)?;
            Ok(made)
        });
        if made.is_err() {
            // What is left there opens nothing and is in nobody's way; the first error is the one to tell.
            let _ = fs::remove_dir_all(&part);
        }
        made
    }

    /// Unlocks the keys.
    ///
    /// # Errors
    /// No keys, permissions too wide, the wrong master key, a damaged or a newer file.
    pub fn open(&self, unlock: &Unlock) -> Result<NodeKeys, KeysError> {
        let lock = self.lock()?;
        let path = self.0.join("node.keys");
        sealed::open(&private::read(&path)?, &*unlock.open(lock, &self.0)?, &path)
    }

    /// Writes the request of these keys again, with another sealing key, and gives its text.
    ///
    /// # Errors
    /// As [`KeyFolder::request`], or the operating system.
    pub fn request_with(&self, keys: &NodeKeys, seal: SealKey) -> Result<String, KeysError> {
        let (_, before) = self.request()?;
        let text = Request::write(&before.slug, &before.name, &keys.sign, &keys.peer, seal)?;
        private::replace(&self.0.join("request"), text.as_bytes())?;
        Ok(text)
    }

    /// Puts the keys into the place of those that are there, of which one was renewed, and destroys what was there.
    ///
    /// # Errors
    /// As [`KeyFolder::open`]; the keys are as they were, or as they are to be.
    pub fn replace(&self, keys: &NodeKeys, unlock: &Unlock, rng: &mut impl CryptoRngCore) -> Result<(), KeysError> {
        let lock = self.lock()?;
        let (path, master) = (self.0.join("node.keys"), unlock.open(lock, &self.0)?);
        private::replace(&path, &sealed::seal(keys, lock, &master, rng))
    }

    /// What locks the keys.
    ///
    /// # Errors
    /// As [`KeyFolder::open`], as far as it can be known without the master key.
    pub fn lock(&self) -> Result<Lock, KeysError> {
        let path = self.0.join("node.keys");
        if !path.exists() {
            return Err(KeysError::None(self.0.clone()));
        }
        private::check(&self.0)?;
        sealed::lock(&private::read(&path)?, &path)
    }

    /// The text of the request that was made with the keys, and what it says.
    ///
    /// # Errors
    /// No keys, or a damaged request.
    pub fn request(&self) -> Result<(String, Request), KeysError> {
        self.lock()?;
        let path = self.0.join("request");
        let bytes = private::read(&path)?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| KeysError::Damaged(path.clone()))?;
        let request = Request::read(&text).map_err(|_| KeysError::Damaged(path))?;
        Ok((text, request))
    }
}

fn fill(part: &Path, keys: &NodeKeys, request: &str, unlock: &Unlock, rng: &mut impl CryptoRngCore) -> Result<(), KeysError> {
    let master = unlock.create(part, rng)?;
    private::create(&part.join("node.keys"), &sealed::seal(keys, unlock.best(), &master, rng))?;
    private::create(&part.join("request"), request.as_bytes())
}
