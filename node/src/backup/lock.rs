//! To whom a backup is sealed: a public key, and its secret half in a vault under a passphrase.

use okrug_protocol::codec::{self, Decode, Encode};
use okrug_protocol::seal::{OpenKey, SealKey};
use okrug_protocol::vault::{Cost, Vault};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::BackupError;

/// The shortest passphrase that is taken, in characters.
pub const MIN_PASSPHRASE: usize = 12;

/// What stands before a key in a file of its own.
const MAGIC: &[u8] = b"OKRUGBKY\x01";
/// The longest file of a key.
const MAX_LOCK: usize = 4 << 10;
/// A vault asks for the key of a node; a backup must open without one.
const NO_NODE_KEY: [u8; 32] = [0; 32];

/// Seals backups; opens them with the passphrase alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[bincode(crate = "okrug_protocol::codec::encoding")]
pub struct BackupLock {
    public: [u8; 32],
    vault: Vec<u8>,
}

impl BackupLock {
    /// A new one under a passphrase.
    ///
    /// # Errors
    /// The passphrase is too short.
    pub fn of_passphrase(passphrase: &str, rng: &mut impl CryptoRngCore) -> Result<Self, BackupError> {
        if passphrase.chars().count() < MIN_PASSPHRASE {
            return Err(BackupError::Weak(MIN_PASSPHRASE));
        }
        Ok(Self::at_cost(passphrase, Cost::DEFAULT, rng))
    }

    /// The same at another price of a guess, for tests that make many.
    #[must_use]
    pub fn at_cost(passphrase: &str, cost: Cost, rng: &mut impl CryptoRngCore) -> Self {
        let secret = OpenKey::generate(rng);
        let vault = Vault::seal_at(cost, passphrase, &NO_NODE_KEY, secret.seed().as_ref(), rng).expect("the cost is one of ours");
        Self { public: secret.public().0, vault: vault.encode() }
    }

    /// The key to seal to.
    pub(super) fn public(&self) -> SealKey {
        SealKey(self.public)
    }

    /// The key that opens, for whoever knows the passphrase.
    pub(super) fn open(&self, passphrase: &str) -> Result<OpenKey, BackupError> {
        let vault = Vault::decode(&self.vault).map_err(|_| BackupError::NoLock)?;
        let seed: Zeroizing<Vec<u8>> = vault.open(passphrase, &NO_NODE_KEY).map_err(|_| BackupError::WrongPassphrase)?;
        let secret = <&[u8; 32]>::try_from(seed.as_slice()).map(OpenKey::from_seed).map_err(|_| BackupError::NoLock)?;
        if secret.public() == self.public() { Ok(secret) } else { Err(BackupError::NoLock) }
    }

    /// As a file of its own: it seals, and opens nothing without the passphrase.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        [MAGIC, &codec::encode(self)].concat()
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// It is none.
    pub fn from_file(bytes: &[u8]) -> Result<Self, BackupError> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or(BackupError::NoLock)?;
        let lock: Self = codec::decode(bytes, MAX_LOCK).map_err(|_| BackupError::NoLock)?;
        if lock.public().is_usable() { Ok(lock) } else { Err(BackupError::NoLock) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn a_lock_opens_with_its_passphrase_alone_and_reads_back_from_its_file() {
        let lock = BackupLock::at_cost("twelve chars and more", Cost::LEAST, &mut clock::rng());
        let again = BackupLock::from_file(&lock.to_file()).unwrap();
        assert_eq!(again, lock);
        assert_eq!(again.open("twelve chars and more").unwrap().public(), lock.public());
        assert!(matches!(again.open("another passphrase"), Err(BackupError::WrongPassphrase)));
        assert!(matches!(BackupLock::from_file(b"OKRUGBAK"), Err(BackupError::NoLock)));
        assert!(matches!(BackupLock::of_passphrase("too short", &mut clock::rng()), Err(BackupError::Weak(12))));
        // Another key in the place of the public one would have the next backups sealed to a stranger.
        let mut forged = lock.clone();
        forged.public = OpenKey::generate(&mut clock::rng()).public().0;
        assert!(matches!(forged.open("twelve chars and more"), Err(BackupError::NoLock)));
    }
}
