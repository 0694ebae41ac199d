//! Sealing at rest: what lies on the disk says nothing without the node's key, and damage shows.
//!
//! A value is bound to the place where it lies, so that one that was moved, swapped or left over
//! from another place does not open either. Keys and lengths stay visible: they say which logs and
//! how many entries there are, not what is in them.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use okrug_protocol::labels;
use okrug_protocol::seal::SharedKey;
use rand_core::RngCore;

use crate::clock;

/// What sealing adds to a value: nonce and tag.
pub const REST_OVERHEAD: usize = NONCE + 16;

const NONCE: usize = 24;

/// A value that does not open: damaged, in the wrong place, or sealed with another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value is damaged or sealed with another key")]
pub struct NotWhole;

/// Seals and opens values at rest.
///
/// Source:  XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), random nonces, the place as associated data.
#[derive(Clone)]
pub struct Rest(XChaCha20Poly1305);

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sealing at rest")
    }
}

impl Rest {
    /// Sealing with the node's key.
    #[must_use]
    pub fn new(key: &SharedKey) -> Self {
        Self(XChaCha20Poly1305::new(Key::from_slice(key.bytes())))
    }

    /// Seals a value for its place.
    ///
    /// Shapes:  `room` names a tree or a file and has no zero byte; `key` is the place in it.
    #[must_use]
    pub fn seal(&self, room: &str, key: &[u8], value: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        clock::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: value, aad: &place(room, key) };
        let sealed = self.0.encrypt(XNonce::from_slice(&nonce), payload).expect("a value in memory is shorter than the cipher's limit");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens a value that lies in its place.
    ///
    /// # Errors
    /// [`NotWhole`].
    pub fn open(&self, room: &str, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotWhole> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(NotWhole)?;
        let payload = Payload { msg: sealed, aad: &place(room, key) };
        self.0.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| NotWhole)
    }
}

fn place(room: &str, key: &[u8]) -> Vec<u8> {
    [labels::AT_REST, room.as_bytes(), &[0], key].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest() -> Rest {
        Rest::new(&SharedKey::from_bytes([3; 32]))
    }

    #[test]
    fn a_value_opens_in_its_place_with_its_key_and_nowhere_else() {
        let sealed = rest().seal("entries", b"key", b"value");
        assert_eq!(sealed.len(), 5 + REST_OVERHEAD);
        assert_eq!(rest().open("entries", b"key", &sealed), Ok(b"value".to_vec()));
        assert_eq!(rest().open("entries", b"kez", &sealed), Err(NotWhole));
        assert_eq!(rest().open("entry", b"skey", &sealed), Err(NotWhole));
        assert_eq!(Rest::new(&SharedKey::from_bytes([4; 32])).open("entries", b"key", &sealed), Err(NotWhole));
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let sealed = rest().seal("entries", b"key", b"value");
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(rest().open("entries", b"key", &flipped), Err(NotWhole), "bit {bit}");
        }
        assert_eq!(rest().open("entries", b"key", &sealed[..20]), Err(NotWhole));
    }

    #[test]
    fn the_same_value_is_sealed_differently_each_time() {
        assert_ne!(rest().seal("entries", b"key", b"value"), rest().seal("entries", b"key", b"value"));
    }
}
