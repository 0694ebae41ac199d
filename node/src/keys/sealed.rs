//! The file of the five secrets, sealed under the master key.
//!
//! ```text
//! "OKRUGKEY"  version (1)  lock (1)  nonce (24)  XChaCha20-Poly1305 of 5 × 32 bytes (160 + 16)
//! ```

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use okrug_protocol::{digest, labels};
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use super::{KeysError, Lock, NodeKeys};

const MAGIC: &[u8; 8] = b"OKRUGKEY";
const VERSION: u8 = 1;
const HEAD: usize = MAGIC.len() + 2;
const NONCE: usize = 24;

/// Seals the secrets.
pub(super) fn seal(keys: &NodeKeys, lock: Lock, master: &[u8; 32], rng: &mut impl CryptoRngCore) -> Vec<u8> {
    let plain = keys.to_bytes();
    let mut out = MAGIC.to_vec();
    out.extend([VERSION, lock.byte()]);
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let aad = [labels::KEY_FILE, &out].concat();
    let sealed = cipher(master)
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: &plain, aad: &aad })
        .expect("the cipher takes any text of this length");
    out.extend(nonce);
    out.extend(sealed);
    out
}

/// Which lock a file has.
pub(super) fn lock(bytes: &[u8], path: &Path) -> Result<Lock, KeysError> {
    let damaged = || KeysError::Damaged(path.to_owned());
    match bytes.strip_prefix(MAGIC).ok_or_else(damaged)? {
        [VERSION, lock, ..] => Lock::of_byte(*lock).ok_or_else(damaged),
        [version, ..] => Err(KeysError::Newer { path: path.to_owned(), version: *version }),
        [] => Err(damaged()),
    }
}

/// Opens the secrets.
pub(super) fn open(bytes: &[u8], master: &[u8; 32], path: &Path) -> Result<NodeKeys, KeysError> {
    let damaged = || KeysError::Damaged(path.to_owned());
    let (head, rest) = bytes.split_at_checked(HEAD).ok_or_else(damaged)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or_else(damaged)?;
    let aad = [labels::KEY_FILE, head].concat();
    let plain = cipher(master).decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &aad });
    let plain = Zeroizing::new(plain.map_err(|_| KeysError::WrongMaster(path.to_owned()))?);
    NodeKeys::from_bytes(&plain).ok_or_else(damaged)
}

fn cipher(master: &[u8; 32]) -> XChaCha20Poly1305 {
    let key = digest::derive(labels::NODE_KEY, master, b"keys");
    XChaCha20Poly1305::new(key.as_ref().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn the_secrets_open_under_their_master_key_and_every_flipped_bit_is_noticed() {
        let (keys, path) = (NodeKeys::generate(&mut clock::rng()), Path::new("node.keys"));
        let sealed = seal(&keys, Lock::File, &[7; 32], &mut clock::rng());
        assert_eq!(lock(&sealed, path).unwrap(), Lock::File);
        let opened = open(&sealed, &[7; 32], path).unwrap();
        assert_eq!(opened.sign.public(), keys.sign.public());
        assert_eq!(opened.at_rest, keys.at_rest);
        assert!(matches!(open(&sealed, &[8; 32], path), Err(KeysError::WrongMaster(_))));
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&flipped, &[7; 32], path).is_err(), "bit {bit}");
        }
        for len in 0..sealed.len() {
            assert!(open(&sealed[..len], &[7; 32], path).is_err(), "cut at {len}");
        }
    }

    #[test]
    fn a_newer_file_is_named_as_such() {
        let mut sealed = seal(&NodeKeys::generate(&mut clock::rng()), Lock::File, &[7; 32], &mut clock::rng());
        sealed[8] = 9;
        assert!(matches!(lock(&sealed, Path::new("k")), Err(KeysError::Newer { version: 9, .. })));
    }
}
