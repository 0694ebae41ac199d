//! The master key, and the three places that it may come from.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use okrug_protocol::ids::{hex, unhex};
use okrug_protocol::vault::Vault;
use okrug_protocol::{codec, digest, labels};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::{KeysError, private};
use crate::said;
use crate::words::Said;

/// The shortest passphrase that is taken for new keys, in characters.
const MIN_PASSPHRASE: usize = 12;
/// The least bytes of a credential.
const MIN_CREDENTIAL: usize = 32;
/// The longest vault of a master key.
const MAX_VAULT: usize = 1 << 10;

type Master = Zeroizing<[u8; 32]>;

/// What keeps the master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// A passphrase.
    Passphrase,
    /// A credential that systemd unseals at start.
    Credential,
    /// A file beside the keys.
    File,
}

impl Lock {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Passphrase => 1,
            Self::Credential => 2,
            Self::File => 3,
        }
    }

    pub(super) fn of_byte(byte: u8) -> Option<Self> {
        [Self::Passphrase, Self::Credential, Self::File].into_iter().find(|lock| lock.byte() == byte)
    }

    /// What this lock is worth, without flattery.
    #[must_use]
    pub fn said(self) -> Said {
        match self {
            Self::Passphrase => said!(
                "Ключи заперты паролем: без него диск их не откроет. Забытый пароль не восстановить.",
                "The keys are locked by the passphrase: the disk alone does not open them. A forgotten passphrase cannot be recovered.",
            ),
            Self::Credential => said!(
                "Ключи заперты systemd-credential node.key: откроются там, где systemd её расшифрует.",
                "The keys are locked by the systemd credential node.key: they open where systemd unseals it.",
            ),
            Self::File => said!(
                "Главный ключ лежит рядом с ключами (master.key): кто унесёт этот диск, унесёт и ключи. Зашифруйте диск (LUKS) или создайте ключи с --passphrase-file.",
                "The master key lies beside the keys (master.key): whoever takes this disk has the keys. Encrypt the disk (LUKS), or make the keys with --passphrase-file.",
            ),
        }
    }
}

/// Where the master key may be unlocked from.
#[derive(Debug, Clone, Default)]
pub struct Unlock {
    /// A file with the passphrase; a line end behind it does not count.
    pub passphrase_file: Option<PathBuf>,
    /// The systemd credential `node.key`.
    pub credential: Option<PathBuf>,
}

impl Unlock {
    /// The named passphrase file, and the credential that systemd gave to this process.
    #[must_use]
    pub fn of_process(passphrase_file: Option<PathBuf>) -> Self {
        let credential = std::env::var_os("CREDENTIALS_DIRECTORY").map(|dir: OsString| PathBuf::from(dir).join("node.key"));
        Self { passphrase_file, credential: credential.filter(|path| path.exists()) }
    }

    /// The best lock that new keys can have.
    #[must_use]
    pub fn best(&self) -> Lock {
        match (&self.passphrase_file, &self.credential) {
            (Some(_), _) => Lock::Passphrase,
            (None, Some(_)) => Lock::Credential,
            (None, None) => Lock::File,
        }
    }

    /// Makes the master key of new keys in `dir`.
    pub(super) fn create(&self, dir: &Path, rng: &mut impl CryptoRngCore) -> Result<Master, KeysError> {
        match self.best() {
            Lock::Credential => self.credential(),
            lock => {
                let mut master = Master::default();
                rng.fill_bytes(master.as_mut());
                if lock == Lock::Passphrase {
                    let passphrase = self.passphrase()?;
                    if passphrase.chars().count() < MIN_PASSPHRASE {
                        return Err(KeysError::Weak(MIN_PASSPHRASE));
                    }
                    let vault = Vault::seal(&passphrase, &NO_NODE_KEY, master.as_ref(), rng);
                    private::create(&vault_path(dir), &codec::encode(&vault))?;
                } else {
                    private::create(&file_path(dir), Zeroizing::new(format!("{}\n", hex(master.as_ref()))).as_bytes())?;
                }
                Ok(master)
            }
        }
    }

    /// Finds the master key of the keys in `dir`.
    pub(super) fn open(&self, lock: Lock, dir: &Path) -> Result<Master, KeysError> {
        match lock {
            Lock::Credential => self.credential(),
            Lock::Passphrase => {
                let passphrase = self.passphrase()?;
                let path = vault_path(dir);
                let vault: Vault = codec::decode(&private::read(&path)?, MAX_VAULT).map_err(|_| KeysError::Damaged(path.clone()))?;
                let master = vault.open(&passphrase, &NO_NODE_KEY).map_err(|_| KeysError::WrongMaster(path.clone()))?;
                exact(&master, &path)
            }
            Lock::File => {
                let path = file_path(dir);
                let text = private::read(&path)?;
                let digits = std::str::from_utf8(&text).ok().and_then(|text| unhex(text.trim_end())).map(Zeroizing::new);
                exact(&digits.ok_or_else(|| KeysError::Damaged(path.clone()))?, &path)
            }
        }
    }

    fn passphrase(&self) -> Result<Zeroizing<String>, KeysError> {
        let path = self.passphrase_file.as_ref().ok_or(KeysError::NeedsPassphrase)?;
        let bytes = private::read_any(path)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| KeysError::Damaged(path.clone()))?;
        Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn credential(&self) -> Result<Master, KeysError> {
        let path = self.credential.as_ref().ok_or(KeysError::NeedsCredential)?;
        let bytes = private::read_any(path)?;
        if bytes.len() < MIN_CREDENTIAL {
            return Err(KeysError::Damaged(path.clone()));
        }
        Ok(Zeroizing::new(digest::hash(labels::MASTER_KEY, &[&bytes]).0))
    }
}

/// A vault asks for the key of a node; the master key is what that key hangs from, so there is none yet.
const NO_NODE_KEY: [u8; 32] = [0; 32];

fn vault_path(dir: &Path) -> PathBuf {
    dir.join("master.vault")
}

fn file_path(dir: &Path) -> PathBuf {
    dir.join("master.key")
}

fn exact(bytes: &[u8], path: &Path) -> Result<Master, KeysError> {
    bytes.try_into().map(Zeroizing::new).map_err(|_| KeysError::Damaged(path.to_owned()))
}
