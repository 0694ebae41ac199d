//! Labelled SHA-256, and keys derived by it.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ids::Hash32;

/// Hashes parts that each have a fixed length, or of which only the last has not.
#[must_use]
pub fn hash(label: &[u8], parts: &[&[u8]]) -> Hash32 {
    let mut sha = Sha256::new_with_prefix(label);
    for part in parts {
        sha.update(part);
    }
    Hash32(sha.finalize().into())
}

/// Derives a key from a secret for one purpose.
///
/// Shapes:  `label` and `context` are public, `secret` is uniform and has 32 bytes.
#[must_use]
pub fn derive(label: &[u8], secret: &[u8; 32], context: &[u8]) -> Zeroizing<[u8; 32]> {
    // The secret has one length, so the three parts cannot be shifted against each other; the
    // secret fills its own block, so a derived key is no prefix of another's computation.
    let mut sha = Sha256::new_with_prefix(label);
    sha.update(secret);
    sha.update([0; 32]);
    sha.update(context);
    Zeroizing::new(sha.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_and_context_separate() {
        assert_ne!(hash(b"a\0", &[b"x"]), hash(b"b\0", &[b"x"]));
        assert_ne!(*derive(b"a\0", &[1; 32], b""), *derive(b"a\0", &[1; 32], b"x"));
        assert_ne!(*derive(b"a\0", &[1; 32], b""), *derive(b"a\0", &[2; 32], b""));
    }
}
