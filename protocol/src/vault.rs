//! A secret under a password: Argon2id, bound to the node.
//!
//! What opens it is the password and the node's own key together. Whoever copies the vault alone
//! cannot even begin to guess passwords; whoever takes the whole machine pays 64 MiB for each guess.
//!
//! ```text
//!   password ──Argon2id(salt, cost)──┐
//!                                    ├──derive──> key ──XChaCha20-Poly1305──> sealed
//!   node key ────────────────────────┘
//! ```
//!
//! Source:  RFC 9106; draft-irtf-cfrg-xchacha-03; FORMAT.md, section 3.

use argon2::{Algorithm, Argon2, Params};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::bounds::MAX_VAULT;
use crate::codec::{self, CodecError, Decode, Encode};
use crate::digest;
use crate::labels;

/// The cipher's tag, after the secret.
const TAG_BYTES: usize = 16;

/// Why a vault is not made or not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The password is not the one, or the node is not, or the vault was changed. One word for all.
    #[error("the vault does not open")]
    Closed,
    /// The bytes are no vault.
    #[error("the bytes are no vault: {0}")]
    Malformed(#[from] CodecError),
    /// What it would cost to open is out of bounds.
    #[error("the vault demands {} KiB, {} passes and {} lanes, which is out of bounds", .0.memory_kib, .0.passes, .0.lanes)]
    Cost(Cost),
}

/// What one guess at the password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes that could be filled at the same time; we fill one after the other.
    pub lanes: u32,
}

impl Cost {
    /// 64 MiB, three passes, one lane: about a quarter of a second.
    pub const DEFAULT: Self = Self { memory_kib: 64 << 10, passes: 3, lanes: 1 };
    /// The least that is taken, for tests that make vaults by the hundred.
    pub const LEAST: Self = Self { memory_kib: 8 << 10, passes: 1, lanes: 1 };
    /// The most that is taken: a vault is a file, and a file could ask for all the memory there is.
    pub const MOST: Self = Self { memory_kib: 256 << 10, passes: 8, lanes: 4 };

    fn check(self) -> Result<Self, VaultError> {
        let within = |value, least, most| (least..=most).contains(&value);
        let good = within(self.memory_kib, Self::LEAST.memory_kib, Self::MOST.memory_kib)
            && within(self.passes, Self::LEAST.passes, Self::MOST.passes)
            && within(self.lanes, Self::LEAST.lanes, Self::MOST.lanes);
        if good { Ok(self) } else { Err(VaultError::Cost(self)) }
    }
}

/// A secret that a password opens, on the node where it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Vault {
    cost: Cost,
    salt: [u8; 16],
    nonce: [u8; 24],
    sealed: Vec<u8>,
}

impl Vault {
    /// Closes a secret at [`Cost::DEFAULT`].
    #[must_use]
    pub fn seal(password: impl AsRef<[u8]>, node_key: &[u8; 32], secret: &[u8], rng: &mut impl CryptoRngCore) -> Self {
        Self::seal_at(Cost::DEFAULT, password, node_key, secret, rng).expect("the default cost is within its own bounds")
    }

    /// Closes a secret at another cost.
    ///
    /// # Errors
    /// [`VaultError::Cost`] when the cost is out of bounds.
    pub fn seal_at(
        cost: Cost,
        password: impl AsRef<[u8]>,
        node_key: &[u8; 32],
        secret: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, VaultError> {
        let mut vault = Self { cost, salt: [0; 16], nonce: [0; 24], sealed: Vec::new() };
        rng.fill_bytes(&mut vault.salt);
        rng.fill_bytes(&mut vault.nonce);
        let payload = Payload { msg: secret, aad: &vault.associated() };
        let cipher = vault.cipher(password.as_ref(), node_key)?;
        vault.sealed = cipher.encrypt(XNonce::from_slice(&vault.nonce), payload).expect("the cipher refuses nothing that fits into memory");
        Ok(vault)
    }

    /// A vault that no password opens, for where there is none: to try it costs what another of [`Cost::DEFAULT`] does.
    #[must_use]
    pub fn decoy(secret_bytes: usize, rng: &mut impl CryptoRngCore) -> Self {
        let mut vault = Self { cost: Cost::DEFAULT, salt: [0; 16], nonce: [0; 24], sealed: vec![0; secret_bytes + TAG_BYTES] };
        rng.fill_bytes(&mut vault.salt);
        rng.fill_bytes(&mut vault.nonce);
        rng.fill_bytes(&mut vault.sealed);
        vault
    }

    /// Opens the vault. It takes as long and as much memory as its cost says, whatever the password.
    ///
    /// # Errors
    /// [`VaultError::Closed`], or [`VaultError::Cost`] when it would cost more than is allowed.
    pub fn open(&self, password: impl AsRef<[u8]>, node_key: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let payload = Payload { msg: &self.sealed, aad: &self.associated() };
        let cipher = self.cipher(password.as_ref(), node_key)?;
        cipher.decrypt(XNonce::from_slice(&self.nonce), payload).map(Zeroizing::new).map_err(|_| VaultError::Closed)
    }

    /// What one guess at its password costs.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// The bytes that are kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads a vault, and refuses one that would cost too much to open.
    ///
    /// # Errors
    /// [`VaultError::Malformed`] or [`VaultError::Cost`].
    pub fn decode(bytes: &[u8]) -> Result<Self, VaultError> {
        let vault: Self = codec::decode_canonical(bytes, MAX_VAULT)?;
        vault.cost.check()?;
        Ok(vault)
    }

    fn cipher(&self, password: &[u8], node_key: &[u8; 32]) -> Result<XChaCha20Poly1305, VaultError> {
        let Cost { memory_kib, passes, lanes } = self.cost.check()?;
        let params = Params::new(memory_kib, passes, lanes, Some(32)).map_err(|_| VaultError::Cost(self.cost))?;
        let mut stretched = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(password, &self.salt, stretched.as_mut())
            .map_err(|_| VaultError::Cost(self.cost))?;
        let key = digest::derive(labels::VAULT_KEY, node_key, stretched.as_ref());
        Ok(XChaCha20Poly1305::new(key.as_slice().into()))
    }

    fn associated(&self) -> Vec<u8> {
        let mut out = labels::VAULT.to_vec();
        codec::encode_into(&(self.cost, self.salt), &mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    const NODE: [u8; 32] = [4; 32];

    fn vault() -> Vault {
        let mut rng = ChaCha20Rng::from_seed([9; 32]);
        Vault::seal_at(Cost::LEAST, "пароль", &NODE, b"secret", &mut rng).unwrap()
    }

    #[test]
    fn password_and_node_together_open_it_and_neither_does_alone() {
        let vault = vault();
        assert_eq!(vault.open("пароль", &NODE).unwrap().as_slice(), b"secret");
        assert_eq!(vault.open("Пароль", &NODE), Err(VaultError::Closed));
        assert_eq!(vault.open("пароль", &[5; 32]), Err(VaultError::Closed));
    }

    #[test]
    fn by_default_a_guess_costs_64_mib_and_three_passes() {
        let vault = Vault::seal("пароль", &NODE, b"secret", &mut ChaCha20Rng::from_seed([9; 32]));
        assert_eq!(vault.cost(), Cost { memory_kib: 65_536, passes: 3, lanes: 1 });
        assert_eq!(vault.open("пароль", &NODE).unwrap().as_slice(), b"secret");
    }

    #[test]
    fn a_decoy_costs_and_weighs_what_a_vault_does_and_opens_for_nobody() {
        let rng = &mut ChaCha20Rng::from_seed([9; 32]);
        let (decoy, vault) = (Vault::decoy(6, rng), Vault::seal("пароль", &NODE, b"secret", rng));
        assert_eq!((decoy.cost(), decoy.encode().len()), (vault.cost(), vault.encode().len()));
        assert_eq!(decoy.open("пароль", &NODE), Err(VaultError::Closed));
    }

    #[test]
    fn every_flipped_bit_of_a_vault_is_noticed() {
        let bytes = vault().encode();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let opened = Vault::decode(&flipped).and_then(|vault| vault.open("пароль", &NODE));
            assert!(opened.is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_vault_that_would_take_all_memory_is_refused_before_it_is_opened() {
        for cost in [
            Cost { memory_kib: u32::MAX, ..Cost::DEFAULT },
            Cost { passes: 9, ..Cost::DEFAULT },
            Cost { lanes: 5, ..Cost::DEFAULT },
            Cost { memory_kib: 8, ..Cost::DEFAULT },
            Cost { passes: 0, ..Cost::DEFAULT },
        ] {
            let hostile = Vault { cost, ..vault() };
            assert_eq!(Vault::decode(&hostile.encode()), Err(VaultError::Cost(cost)));
            assert_eq!(hostile.open("пароль", &NODE), Err(VaultError::Cost(cost)));
        }
    }
}
