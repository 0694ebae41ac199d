//! Published vectors, through our own wrappers; where from is said in each file of `vectors/`.
//!
//! Those for X25519 and Noise are held by `src/noise/vectors.rs`, since nothing outside reaches those parts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};
use okrug_protocol::ids::unhex;
use okrug_protocol::sign::{PublicKey, Signature};

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

fn bytes(word: &str) -> Vec<u8> {
    if word == "-" { Vec::new() } else { unhex(word).unwrap() }
}

/// Whether our wrapper takes it. A signature of another length is none: the type has no place for it.
fn holds(key: &str, message: &str, signature: &str) -> bool {
    let key = PublicKey(bytes(key).try_into().unwrap());
    let signature = <[u8; 64]>::try_from(bytes(signature)).map(Signature);
    signature.is_ok_and(|signature| key.verify(b"", &bytes(message), &signature).is_ok())
}

#[test]
fn ed25519_agrees_with_wycheproof() {
    let (mut valid, mut invalid) = (0, 0);
    for row in rows(include_str!("vectors/ed25519.txt")) {
        let [number, result, key, message, signature, flags] = row[..] else { panic!("{row:?}") };
        assert_eq!(holds(key, message, signature), result == "valid", "{number} {flags}");
        if result == "valid" { valid += 1 } else { invalid += 1 }
    }
    assert_eq!((valid, invalid), (88, 63));
}

/// "Taming the many EdDSAs": twelve signatures on which implementations differ. Ours takes one of them.
///
/// 0, 1, 2, 11: the key or the point in the signature is of small order, and the signature holds for many messages:
/// refused by design. 3: both have parts of small order, and either equation holds. 4, 5: only the equation with the cofactor
/// holds. 6, 7: the scalar is not below the group order. 8, 9, 10: a point is not in its one encoding.
#[test]
fn of_the_edge_cases_only_the_one_that_no_rule_forbids_is_taken() {
    let taken: Vec<_> = rows(include_str!("vectors/speccheck.txt")).filter(|row| holds(row[1], row[2], row[3])).map(|row| row[0]).collect();
    assert_eq!(taken, ["3"]);
}

/// Opens with a cipher; `None` for a nonce of another length than the cipher has.
fn opened<C: KeyInit + Aead>(key: &[u8], nonce: &[u8], nonce_len: usize, associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = C::new_from_slice(key).ok()?;
    let payload = Payload { msg: sealed, aad: associated };
    (nonce.len() == nonce_len).then(|| cipher.decrypt(nonce.into(), payload).ok()).flatten()
}

type Open = fn(&[u8], &[u8], &[u8], &[u8]) -> Option<Vec<u8>>;

#[test]
fn both_ciphers_agree_with_wycheproof() {
    let short: Open = |key, nonce, associated, sealed| opened::<ChaCha20Poly1305>(key, nonce, 12, associated, sealed);
    let long: Open = |key, nonce, associated, sealed| opened::<XChaCha20Poly1305>(key, nonce, 24, associated, sealed);
    let files = [(include_str!("vectors/chacha20_poly1305.txt"), short, 325), (include_str!("vectors/xchacha20_poly1305.txt"), long, 315)];
    for (text, open, count) in files {
        let mut seen = 0;
        for row in rows(text) {
            let [number, result, key, nonce, associated, message, sealed, tag, flags] = row[..] else { panic!("{row:?}") };
            let sealed = [bytes(sealed), bytes(tag)].concat();
            let opened = open(&bytes(key), &bytes(nonce), &bytes(associated), &sealed);
            let expected = (result == "valid").then(|| bytes(message));
            assert_eq!(opened, expected, "{number} {flags}");
            seen += 1;
        }
        assert_eq!(seen, count);
    }
}
