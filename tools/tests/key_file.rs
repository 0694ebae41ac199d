//! A key file of the authority opens by its own passphrase to its own key, and nothing sealed for another purpose serves in it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::path::PathBuf;

use okrug::authority::keys::KeyFile;
use okrug_protocol::ids::hex;
use okrug_protocol::sign::{PublicKey, SecretKey};
use okrug_protocol::vault::{Cost, Vault};
use rand_core::OsRng;

const PASSPHRASE: &str = "пароль";

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

/// A secret sealed as it is in a key file, bound to these bytes, at the least cost.
fn sealed(bound: &[u8; 32], secret: &[u8]) -> Vec<u8> {
    Vault::seal_at(Cost::LEAST, PASSPHRASE, bound, secret, &mut OsRng).unwrap().encode()
}

fn text(public: PublicKey, sealed: &[u8]) -> String {
    format!("format = 1\npublic = \"{}\"\nsealed = \"{}\"\n", hex(&public.0), hex(sealed))
}

/// The key to which a file with this text opens.
fn opened(name: &str, text: &[u8], passphrase: &str) -> Option<PublicKey> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.key", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let key = KeyFile::load(&path).ok().and_then(|file| file.open(passphrase).ok());
    std::fs::remove_file(&path).unwrap();
    key.map(|key| key.public())
}

#[test]
fn a_key_file_opens_by_its_passphrase_under_its_own_name_alone() {
    let (ours, theirs) = (key(1), key(2));
    let half = |key: &SecretKey| sealed(&key.public().0, &*key.seed());
    let opens = |public: PublicKey, sealed: &[u8], passphrase| opened("names", text(public, sealed).as_bytes(), passphrase);
    assert_eq!(opens(ours.public(), &half(&ours), PASSPHRASE), Some(ours.public()));
    assert_eq!(opens(ours.public(), &half(&ours), "Пароль"), None);
    assert_eq!(opens(ours.public(), &half(&theirs), PASSPHRASE), None, "another's sealed half");
    assert_eq!(opens(theirs.public(), &half(&ours), PASSPHRASE), None, "another's name");
    assert_eq!(
        opens(ours.public(), &sealed(&ours.public().0, &*theirs.seed()), PASSPHRASE),
        None,
        "another's secret, sealed under the name"
    );
    for node_key in [[0; 32], [4; 32]] {
        assert_eq!(opens(ours.public(), &sealed(&node_key, &*ours.seed()), PASSPHRASE), None, "a vault of a node");
    }
    assert_eq!(opens(ours.public(), &sealed(&ours.public().0, b"keys of a person"), PASSPHRASE), None, "no seed");
    assert_eq!(opened("names", &half(&ours), PASSPHRASE), None, "a vault without its file");
}

#[test]
fn a_flipped_bit_of_a_key_file_opens_no_other_key() {
    let ours = key(1);
    let text = text(ours.public(), &sealed(&ours.public().0, &*ours.seed())).into_bytes();
    let (mut refused, mut tried) = (0, 0);
    for bit in (0..text.len() * 8).step_by(7) {
        let mut flipped = text.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let key = opened("bits", &flipped, PASSPHRASE);
        // A digit in the other case, or another blank, says the same.
        assert!(key.is_none_or(|key| key == ours.public()), "bit {bit}");
        refused += usize::from(key.is_none());
        tried += 1;
    }
    assert!(refused * 10 > tried * 9, "{refused} of {tried}");
}
