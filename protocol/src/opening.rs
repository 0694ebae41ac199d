//! What opens one message under a shared key and no other message under the same key.
//!
//! A key that several share opens all of an epoch. To show a single entry to a third party, the two values are
//! enough that the Noise handshake derives from that key for that one message: what is mixed into its hash, and the key
//! of its cipher, in which the message's own ephemeral key is mixed. Neither tells anything of the shared key, nor of
//! the cipher key of another message.
//!
//! Source:  Noise Protocol Framework, revision 34, sections 5.2 and 9.2; RFC 2104 (HMAC); FORMAT.md, section 7.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::bounds::SEAL_OVERHEAD;
use crate::codec::{Decode, Encode};
use crate::seal::{SealError, SharedKey};

const NAME: &[u8] = b"Noise_NNpsk0_25519_ChaChaPoly_SHA256";

/// What opens one sealed message.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Opening {
    /// What the handshake mixes into its hash for the shared key.
    mixed: [u8; 32],
    /// The key of this message's cipher.
    key: [u8; 32],
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("opening of one message")
    }
}

impl Opening {
    /// Derives it for one message; whether it opens anything is for [`Opening::open`] to say.
    ///
    /// # Errors
    /// Too short for a sealed message.
    pub fn of(shared: &SharedKey, sealed: &[u8]) -> Result<Self, SealError> {
        let ephemeral = sealed.get(..32).ok_or(SealError)?;
        let chaining = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(NAME)));
        let [chaining, mixed, _] = hkdf(&chaining, shared.bytes());
        let [_, key, _] = hkdf(&chaining, ephemeral);
        Ok(Self { mixed: *mixed, key: *key })
    }

    /// Opens the message.
    ///
    /// # Errors
    /// Another message, another prologue, or changed since.
    pub fn open(&self, prologue: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        if sealed.len() < SEAL_OVERHEAD {
            return Err(SealError);
        }
        let (ephemeral, locked) = sealed.split_at(32);
        let mut hash: [u8; 32] = Sha256::digest(NAME).into();
        for part in [prologue, &self.mixed, ephemeral] {
            hash = Sha256::new_with_prefix(hash).chain_update(part).finalize().into();
        }
        let cipher = ChaCha20Poly1305::new((&self.key).into());
        cipher.decrypt(&Nonce::default(), Payload { msg: locked, aad: &hash }).map_err(|_| SealError)
    }
}

/// Three outputs; whoever needs two takes the first two.
fn hkdf(chaining: &[u8; 32], material: &[u8]) -> [Zeroizing<[u8; 32]>; 3] {
    let secret = hmac(chaining, &[material]);
    let first = hmac(&secret, &[&[1]]);
    let second = hmac(&secret, &[first.as_ref(), &[2]]);
    let third = hmac(&secret, &[second.as_ref(), &[3]]);
    [first, second, third]
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let padded = |with: u8| {
        let mut block = Zeroizing::new([with; 64]);
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let mut inner = Sha256::new_with_prefix(padded(0x36).as_ref());
    parts.iter().for_each(|part| inner.update(part));
    let inner = inner.finalize();
    Zeroizing::new(Sha256::new_with_prefix(padded(0x5c).as_ref()).chain_update(inner).finalize().into())
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::ids::unhex;

    #[test]
    fn an_opening_opens_its_own_message_in_its_place_and_no_other() {
        let mut rng = ChaCha20Rng::from_seed([9; 32]);
        let key = SharedKey::from_bytes([3; 32]);
        for text in [&b""[..], b"text", &[7; 5_000]] {
            let sealed = key.seal(b"p\0", text, &mut rng).unwrap();
            let other = key.seal(b"p\0", text, &mut rng).unwrap();
            let opening = Opening::of(&key, &sealed).unwrap();
            assert_eq!(opening.open(b"p\0", &sealed).as_deref(), Ok(text));
            assert_eq!(opening.open(b"q\0", &sealed), Err(SealError));
            assert_eq!(opening.open(b"p\0", &other), Err(SealError));
            assert_ne!(opening.key, Opening::of(&key, &other).unwrap().key);
        }
        assert_eq!(Opening::of(&key, &[0; 31]), Err(SealError));
        assert_eq!(Opening { mixed: [0; 32], key: [0; 32] }.open(b"", &[0; 47]), Err(SealError));
    }

    #[test]
    fn every_flipped_bit_of_an_opening_or_of_its_message_is_noticed() {
        let key = SharedKey::from_bytes([3; 32]);
        let sealed = key.seal(b"p\0", b"text", &mut ChaCha20Rng::from_seed([9; 32])).unwrap();
        let opening = Opening::of(&key, &sealed).unwrap();
        for bit in 0..256 {
            let flip = |bytes: &[u8; 32]| {
                let mut bytes = *bytes;
                bytes[bit / 8] ^= 1 << (bit % 8);
                bytes
            };
            assert!(Opening { mixed: flip(&opening.mixed), ..opening.clone() }.open(b"p\0", &sealed).is_err());
            assert!(Opening { key: flip(&opening.key), ..opening.clone() }.open(b"p\0", &sealed).is_err());
        }
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(opening.open(b"p\0", &flipped).is_err());
        }
    }

    #[test]
    fn the_keyed_hash_is_that_of_the_standard() {
        // RFC 4231, test case 1, its key of 20 bytes filled up with zeros as the standard does.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let expected = unhex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7").unwrap();
        assert_eq!(hmac(&key, &[b"Hi ", b"There"]).as_slice(), expected);
    }
}
