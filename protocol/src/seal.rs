//! Sealing: a key to one holder, a body under a shared key.
//!
//! Neither says who sealed it; only a signature does.
//!
//! Source:  Noise Protocol Framework, revision 34; FORMAT.md, section 3.

use std::fmt;

use rand_core::CryptoRngCore;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::bounds::MAX_PLAINTEXT;
use crate::codec::{Decode, Encode};
use crate::ids::hex;
use crate::noise::{self, Key, Lock};

pub use crate::noise::NoiseError as SealError;

/// The public half of a sealing key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct SealKey(pub [u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seal key {}…", hex(&self.0[..4]))
    }
}

impl SealKey {
    /// Whether a secret shared with this key is a secret: false for the points of small order.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let probe = x25519_dalek::StaticSecret::from([0x55; 32]);
        probe.diffie_hellman(&x25519_dalek::PublicKey::from(self.0)).was_contributory()
    }

    /// Seals up to [`MAX_PLAINTEXT`] bytes so that only the key's holder opens them.
    ///
    /// Shapes:  `prologue` begins with its label; the same is needed for opening.
    ///
    /// # Errors
    /// A weak key, or too many bytes.
    pub fn seal(&self, prologue: &[u8], plaintext: &[u8], rng: &mut impl CryptoRngCore) -> Result<Vec<u8>, SealError> {
        bounded(plaintext)?;
        noise::write(&Lock::Recipient(&self.0), prologue, plaintext, rng)
    }
}

/// A secret that opens what was sealed to its public half; wiped when dropped, never printed.
#[derive(Clone)]
pub struct OpenKey(x25519_dalek::StaticSecret);

impl fmt::Debug for OpenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("secret sealing key")
    }
}

impl OpenKey {
    /// Makes a new key.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// The key with this seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(x25519_dalek::StaticSecret::from(*seed))
    }

    /// The seed, for the vault alone.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> SealKey {
        SealKey(x25519_dalek::PublicKey::from(&self.0).to_bytes())
    }

    /// Opens what was sealed to this key.
    ///
    /// # Errors
    /// Not sealed to this key, under another prologue, or changed since.
    pub fn open(&self, prologue: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        noise::read(&Key::Recipient(self.0.as_bytes()), prologue, sealed).map(Zeroizing::new)
    }
}

/// A key that several share: an epoch's, or a direct message's; wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SharedKey([u8; 32]);

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("shared key")
    }
}

impl SharedKey {
    /// Makes a new key.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        Self(key)
    }

    /// The key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for sealing the key to others and for the store.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals up to [`MAX_PLAINTEXT`] bytes for whoever has this key.
    ///
    /// # Errors
    /// Too many bytes.
    pub fn seal(&self, prologue: &[u8], plaintext: &[u8], rng: &mut impl CryptoRngCore) -> Result<Vec<u8>, SealError> {
        bounded(plaintext)?;
        noise::write(&Lock::Shared(&self.0), prologue, plaintext, rng)
    }

    /// Opens what was sealed under this key.
    ///
    /// # Errors
    /// Another key, another prologue, or changed since.
    pub fn open(&self, prologue: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        noise::read(&Key::Shared(&self.0), prologue, sealed)
    }
}

fn bounded(plaintext: &[u8]) -> Result<(), SealError> {
    if plaintext.len() > MAX_PLAINTEXT { Err(SealError) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([9; 32])
    }

    #[test]
    fn sealed_to_one_holder_only_they_open_it() {
        let (key, other) = (OpenKey::from_seed(&[1; 32]), OpenKey::from_seed(&[2; 32]));
        let sealed = key.public().seal(b"p\0", b"secret", &mut rng()).unwrap();
        assert_eq!(sealed.len(), 6 + 48);
        assert_eq!(key.open(b"p\0", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(other.open(b"p\0", &sealed), Err(SealError));
        assert_eq!(key.open(b"q\0", &sealed), Err(SealError));
    }

    #[test]
    fn under_a_shared_key_every_flipped_bit_is_noticed() {
        let key = SharedKey::from_bytes([3; 32]);
        let sealed = key.seal(b"p\0", b"text", &mut rng()).unwrap();
        assert_eq!(key.open(b"p\0", &sealed).unwrap(), b"text");
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(b"p\0", &flipped), Err(SealError), "bit {bit}");
        }
    }

    #[test]
    fn keys_of_small_order_are_refused() {
        for byte in [0, 1] {
            let mut weak = [0; 32];
            weak[0] = byte;
            assert!(!SealKey(weak).is_usable());
            assert_eq!(SealKey(weak).seal(b"p\0", b"secret", &mut rng()), Err(SealError));
        }
        assert!(OpenKey::from_seed(&[1; 32]).public().is_usable());
    }

    #[test]
    fn a_repeated_generator_does_not_repeat_the_ephemeral_for_another_text() {
        let key = SharedKey::from_bytes([3; 32]);
        let (a, b) = (key.seal(b"p\0", b"one", &mut rng()).unwrap(), key.seal(b"p\0", b"two", &mut rng()).unwrap());
        assert_ne!(a[..32], b[..32]);
    }

    #[test]
    fn the_longest_plaintext_passes_and_a_longer_one_does_not() {
        let key = SharedKey::from_bytes([3; 32]);
        let sealed = key.seal(b"p\0", &vec![0; MAX_PLAINTEXT], &mut rng()).unwrap();
        assert_eq!(sealed.len(), crate::bounds::MAX_BODY);
        assert_eq!(key.seal(b"p\0", &vec![0; MAX_PLAINTEXT + 1], &mut rng()), Err(SealError));
    }
}
