//! Ed25519 signatures, verified strictly, over labelled bytes.
//!
//! Who wrote something is known from these alone. A key that is weak (of small order) is refused
//! where it arrives, and `verify_strict` refuses it again where it is used.

use std::fmt;

use ed25519_dalek::Signer;
use rand_core::CryptoRngCore;
use zeroize::Zeroizing;

use crate::codec::{Decode, Encode};
use crate::ids::hex;

/// A key is not usable, or a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Not a point of the curve, or one of small order.
    #[error("the key is not usable")]
    BadKey,
    /// The signature is not this key's on these bytes.
    #[error("the signature does not hold")]
    BadSignature,
}

/// The public half of a signing key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct PublicKey(pub [u8; 32]);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}…", hex(&self.0[..4]))
    }
}

/// A signature.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signature {}…", hex(&self.0[..4]))
    }
}

/// A public key that was decompressed and found usable: verifying with it costs no more than it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Reads the key.
    ///
    /// # Errors
    /// [`SignError::BadKey`] when it is no point of the curve, or a weak one.
    pub fn verifier(&self) -> Result<Verifier, SignError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.0).map_err(|_| SignError::BadKey)?;
        if key.is_weak() { Err(SignError::BadKey) } else { Ok(Verifier(key)) }
    }

    /// Verifies one signature; see [`Verifier::verify`].
    ///
    /// # Errors
    /// As [`PublicKey::verifier`] and [`Verifier::verify`].
    pub fn verify(&self, label: &[u8], bytes: &[u8], signature: &Signature) -> Result<(), SignError> {
        self.verifier()?.verify(label, bytes, signature)
    }
}

impl Verifier {
    /// Verifies strictly that this key signed `label` and `bytes`.
    ///
    /// # Errors
    /// [`SignError::BadSignature`] when it did not.
    /// Source:  RFC 8032 with the stricter rules of "Taming the many EdDSAs" (2020).
    pub fn verify(&self, label: &[u8], bytes: &[u8], signature: &Signature) -> Result<(), SignError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(&labelled(label, bytes), &signature).map_err(|_| SignError::BadSignature)
    }

    /// The key as it travels.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.to_bytes())
    }
}

/// A signing key; wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct SecretKey(ed25519_dalek::SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("secret signing key")
    }
}

impl SecretKey {
    /// Makes a new key.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        Self(ed25519_dalek::SigningKey::generate(rng))
    }

    /// The key with this seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The seed, for the vault alone.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `label` and `bytes`.
    #[must_use]
    pub fn sign(&self, label: &[u8], bytes: &[u8]) -> Signature {
        Signature(self.0.sign(&labelled(label, bytes)).to_bytes())
    }
}

fn labelled(label: &[u8], bytes: &[u8]) -> Vec<u8> {
    [label, bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels;

    #[test]
    fn a_signature_holds_for_its_label_and_bytes_only() {
        let key = SecretKey::from_seed(&[7; 32]);
        let signature = key.sign(labels::ENTRY, b"text");
        assert_eq!(key.public().verify(labels::ENTRY, b"text", &signature), Ok(()));
        assert_eq!(key.public().verify(labels::MESSAGE, b"text", &signature), Err(SignError::BadSignature));
        assert_eq!(key.public().verify(labels::ENTRY, b"next", &signature), Err(SignError::BadSignature));
    }

    #[test]
    fn weak_keys_are_refused_where_they_arrive() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(PublicKey(neutral).verifier().err(), Some(SignError::BadKey));
        assert_eq!(PublicKey([0; 32]).verifier().err(), Some(SignError::BadKey));
    }

    #[test]
    fn any_flipped_bit_of_a_signature_is_noticed() {
        let key = SecretKey::from_seed(&[7; 32]);
        let signature = key.sign(labels::ENTRY, b"text");
        for bit in 0..512 {
            let mut flipped = signature;
            flipped.0[bit / 8] ^= 1 << (bit % 8);
            assert!(key.public().verify(labels::ENTRY, b"text", &flipped).is_err(), "bit {bit}");
        }
    }
}
