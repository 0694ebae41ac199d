//! The key of a bundle, sealed to each office for which it is.

use rand_core::CryptoRngCore;

use crate::digest;
use crate::frontier::Short;
use crate::labels;
use crate::seal::{OpenKey, SealError, SealKey, SharedKey};

/// A bundle's key, sealed to one office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedKey {
    /// By what the office finds it; see [`hint`].
    pub hint: [u8; 8],
    /// The sealed key.
    pub sealed: [u8; 80],
}

/// By what the holder of a sealing key finds their box: nobody who does not know the key can tell for whom it is.
#[must_use]
pub fn hint(salt: &[u8; 32], key: &SealKey) -> [u8; 8] {
    Short::from(digest::hash(labels::BUNDLE_HINT, &[salt, &key.0])).0
}

impl SealedKey {
    pub(super) const BYTES: usize = 8 + 80;

    /// Seals a bundle's key.
    ///
    /// # Errors
    /// A weak sealing key.
    pub fn seal(key: &SharedKey, salt: &[u8; 32], to: &SealKey, rng: &mut impl CryptoRngCore) -> Result<Self, SealError> {
        let sealed = to.seal(&prologue(salt), key.bytes(), rng)?;
        let sealed = sealed.try_into().map_err(|_| SealError)?;
        Ok(Self { hint: hint(salt, to), sealed })
    }

    /// Opens it.
    ///
    /// # Errors
    /// Sealed to another key, of another bundle, or damaged.
    pub fn open(&self, salt: &[u8; 32], key: &OpenKey) -> Result<SharedKey, SealError> {
        let opened = key.open(&prologue(salt), &self.sealed)?;
        <[u8; 32]>::try_from(opened.as_slice()).map(SharedKey::from_bytes).map_err(|_| SealError)
    }

    pub(super) fn bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.hint);
        bytes[8..].copy_from_slice(&self.sealed);
        bytes
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (hint, sealed) = bytes.split_first_chunk()?;
        Some(Self { hint: *hint, sealed: sealed.try_into().ok()? })
    }
}

fn prologue(salt: &[u8; 32]) -> Vec<u8> {
    [labels::BUNDLE_KEY, salt].concat()
}

/// The prologue of a frame.
pub(super) fn frame_prologue(salt: &[u8; 32], index: u32) -> Vec<u8> {
    [labels::BUNDLE_FRAME, salt, &index.to_be_bytes()].concat()
}
