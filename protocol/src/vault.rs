//! A secret under a password: Argon2id, bound to the node.
//!
//! The node's own vault key goes in as Argon2's secret value: whoever has the vault without that
//! key cannot even begin to guess.
//!
//! Source:  RFC 9106, section 4; FORMAT.md, section 3.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::codec::{Decode, Encode};
use crate::{digest, labels};

/// Memory of new vaults, in KiB: 64 MiB.
pub const MEMORY_KIB: u32 = 64 << 10;
/// Passes over the memory in new vaults.
pub const PASSES: u32 = 3;
/// The most memory that a vault may ask for, in KiB: 256 MiB.
pub const MAX_MEMORY_KIB: u32 = 256 << 10;
/// The most passes that a vault may ask for.
pub const MAX_PASSES: u32 = 16;

/// A vault does not open: another password or node, or a changed vault. One word to the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the vault does not open")]
pub struct VaultError;

/// A secret under a password; its cost is written in it, so that it can rise for new ones.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Vault {
    memory_kib: u32,
    passes: u32,
    salt: [u8; 16],
    nonce: [u8; 24],
    sealed: Vec<u8>,
}

impl Vault {
    /// Puts a secret under a password, at the cost of today.
    #[must_use]
    pub fn seal(password: &str, node_key: &[u8; 32], secret: &[u8], rng: &mut impl CryptoRngCore) -> Self {
        let mut vault = Self { memory_kib: MEMORY_KIB, passes: PASSES, salt: [0; 16], nonce: [0; 24], sealed: Vec::new() };
        rng.fill_bytes(&mut vault.salt);
        rng.fill_bytes(&mut vault.nonce);
        let cipher = vault.cipher(password, node_key).expect("the cost of today is within the bounds");
        let nonce = XNonce::from(vault.nonce);
        vault.sealed =
            cipher.encrypt(&nonce, Payload { msg: secret, aad: labels::VAULT }).expect("the cipher refuses nothing that fits into memory");
        vault
    }

    /// Takes the secret out.
    ///
    /// Units:   about a quarter of a second and 64 MiB at the cost of today.
    ///
    /// # Errors
    /// Another password, another node, a changed vault, or one that asks for more than the bounds.
    pub fn open(&self, password: &str, node_key: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let nonce = XNonce::from(self.nonce);
        let opened = self.cipher(password, node_key)?.decrypt(&nonce, Payload { msg: &self.sealed, aad: labels::VAULT });
        opened.map(Zeroizing::new).map_err(|_| VaultError)
    }

    fn cipher(&self, password: &str, node_key: &[u8; 32]) -> Result<XChaCha20Poly1305, VaultError> {
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return Err(VaultError);
        }
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(|_| VaultError)?;
        let argon = Argon2::new_with_secret(node_key, Algorithm::Argon2id, Version::V0x13, params).map_err(|_| VaultError)?;
        let mut stretched = Zeroizing::new([0; 32]);
        argon.hash_password_into(password.as_bytes(), &self.salt, stretched.as_mut()).map_err(|_| VaultError)?;
        let key = digest::derive(labels::VAULT_KEY, &stretched, &[]);
        Ok(XChaCha20Poly1305::new(key.as_ref().into()))
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn cheap() -> Vault {
        let mut vault = Vault { memory_kib: 8, passes: 1, salt: [1; 16], nonce: [2; 24], sealed: Vec::new() };
        let cipher = vault.cipher("correct horse", &[3; 32]).unwrap();
        vault.sealed = cipher.encrypt(&XNonce::from(vault.nonce), Payload { msg: b"secret".as_slice(), aad: labels::VAULT }).unwrap();
        vault
    }

    #[test]
    fn only_the_right_password_on_the_right_node_opens() {
        let vault = Vault::seal("correct horse", &[3; 32], b"secret", &mut ChaCha20Rng::from_seed([9; 32]));
        assert_eq!(vault.open("correct horse", &[3; 32]).unwrap().as_slice(), b"secret");
        assert_eq!(vault.open("correct horse", &[4; 32]), Err(VaultError));
        assert_eq!(vault.open("correct house", &[3; 32]), Err(VaultError));
    }

    #[test]
    fn a_vault_cannot_ask_for_more_than_the_bounds() {
        for (memory_kib, passes) in [(u32::MAX, 1), (MAX_MEMORY_KIB + 1, 1), (8, u32::MAX), (0, 1), (8, 0)] {
            assert_eq!(Vault { memory_kib, passes, ..cheap() }.open("correct horse", &[3; 32]), Err(VaultError));
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let vault = cheap();
        assert_eq!(vault.open("correct horse", &[3; 32]).unwrap().as_slice(), b"secret");
        for bit in 0..vault.sealed.len() * 8 {
            let mut changed = vault.clone();
            changed.sealed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(changed.open("correct horse", &[3; 32]), Err(VaultError), "bit {bit}");
        }
        for changed in [Vault { salt: [7; 16], ..cheap() }, Vault { nonce: [7; 24], ..cheap() }, Vault { memory_kib: 16, ..cheap() }] {
            assert_eq!(changed.open("correct horse", &[3; 32]), Err(VaultError));
        }
    }
}
