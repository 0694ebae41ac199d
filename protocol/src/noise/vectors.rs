//! Published vectors for X25519 and the Noise patterns, through our own resolver.
//!
//! What it refuses by design is listed here: a shared secret of zeros, whoever made it.

use super::*;
use crate::ids::unhex;
use crate::opening::Opening;
use crate::seal::SharedKey;

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

fn bytes(word: &str) -> Vec<u8> {
    if word == "-" { Vec::new() } else { unhex(word).unwrap() }
}

fn array(word: &str) -> [u8; 32] {
    bytes(word).try_into().unwrap()
}

#[test]
fn x25519_agrees_with_wycheproof_and_refuses_secrets_of_zeros() {
    let (mut agreed, mut refused) = (0, 0);
    for row in rows(include_str!("../../tests/vectors/x25519.txt")) {
        let [number, _, public, private, shared, flags] = row[..] else { panic!("{row:?}") };
        let mut dh = Resolver(None).resolve_dh(&DHChoice::Curve25519).unwrap();
        dh.set(&bytes(private));
        let mut out = [0; 32];
        let done = dh.dh(&bytes(public), &mut out);
        if array(shared) == [0; 32] {
            assert!(done.is_err() && flags.contains("ZeroSharedSecret"), "{number} {flags}");
            assert!(!crate::seal::SealKey(array(public)).is_usable(), "{number}");
            refused += 1;
        } else {
            assert!(done.is_ok() && out == array(shared), "{number} {flags}");
            agreed += 1;
        }
    }
    assert_eq!((agreed, refused), (487, 31));
}

/// A published handshake, by the names that the file gives its fields.
struct Published {
    name: &'static str,
    prologue: Vec<u8>,
    psk: Vec<u8>,
    init_static: Vec<u8>,
    init_ephemeral: Vec<u8>,
    init_remote: Vec<u8>,
    resp_static: Vec<u8>,
    resp_ephemeral: Vec<u8>,
    hash: Vec<u8>,
    messages: Vec<(Vec<u8>, Vec<u8>)>,
}

fn published(name: &str) -> Published {
    let row = rows(include_str!("../../tests/vectors/noise.txt")).find(|row| row[0] == name).unwrap();
    let field = |at: usize| bytes(row[at]);
    let message = |word: &&'static str| word.split_once(':').map(|(payload, sealed)| (bytes(payload), bytes(sealed))).unwrap();
    Published {
        name: row[0],
        prologue: field(1),
        psk: field(2),
        init_static: field(3),
        init_ephemeral: field(4),
        init_remote: field(5),
        resp_static: field(6),
        resp_ephemeral: field(7),
        hash: field(8),
        messages: row[9..].iter().map(message).collect(),
    }
}

impl Published {
    /// One side of it, over our resolver.
    fn side(&self, initiator: bool) -> snow::HandshakeState {
        let (own, ephemeral) =
            if initiator { (&self.init_static, &self.init_ephemeral) } else { (&self.resp_static, &self.resp_ephemeral) };
        let mut side = builder(self.name, Resolver(Some(Zeroizing::new([1; 32])))).unwrap().prologue(&self.prologue).unwrap();
        if !own.is_empty() {
            side = side.local_private_key(own).unwrap();
        }
        if !ephemeral.is_empty() {
            side = side.fixed_ephemeral_key_for_testing_only(ephemeral);
        }
        if !self.psk.is_empty() {
            side = side.psk(0, self.psk.as_slice().try_into().unwrap()).unwrap();
        }
        if initiator && !self.init_remote.is_empty() {
            side = side.remote_public_key(&self.init_remote).unwrap();
        }
        if initiator { side.build_initiator().unwrap() } else { side.build_responder().unwrap() }
    }
}

#[test]
fn our_primitives_give_the_published_bytes_of_all_patterns_that_are_used() {
    for name in [N, NN_PSK0, "Noise_XX_25519_ChaChaPoly_SHA256"] {
        let published = published(name);
        let (mut one, mut other) = (published.side(true), published.side(false));
        let mut messages = published.messages.iter();
        let mut buffer = [0; 1_024];
        for turn in 0.. {
            let (from, to) = if turn % 2 == 0 { (&mut one, &mut other) } else { (&mut other, &mut one) };
            if from.is_handshake_finished() {
                break;
            }
            let (payload, sealed) = messages.next().unwrap();
            let written = from.write_message(payload, &mut buffer).unwrap();
            assert_eq!(&buffer[..written], sealed, "{name} {turn}");
            let mut read = [0; 1_024];
            let length = to.read_message(sealed, &mut read).unwrap();
            assert_eq!(&read[..length], payload, "{name} {turn}");
        }
        assert_eq!(
            (one.get_handshake_hash(), other.get_handshake_hash()),
            (published.hash.as_slice(), published.hash.as_slice()),
            "{name}"
        );
    }
}

#[test]
fn what_others_sealed_by_the_standard_we_open() {
    let published = published(N);
    let (payload, sealed) = &published.messages[0];
    let secret: [u8; 32] = published.resp_static.clone().try_into().unwrap();
    assert_eq!(read(&Key::Recipient(&secret), &published.prologue, sealed).as_ref(), Ok(payload));
    let published = self::published(NN_PSK0);
    let (payload, sealed) = &published.messages[0];
    let shared: [u8; 32] = published.psk.clone().try_into().unwrap();
    assert_eq!(read(&Key::Shared(&shared), &published.prologue, sealed).as_ref(), Ok(payload));
    // And what opens this one message alone is derived as the standard says.
    let opening = Opening::of(&SharedKey::from_bytes(shared), sealed).unwrap();
    assert_eq!(opening.open(&published.prologue, sealed).as_ref(), Ok(payload));
}

#[test]
fn keys_of_small_order_are_refused_by_whoever_seals_and_whoever_opens() {
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    let weak = rows(include_str!("../../tests/vectors/x25519.txt")).filter(|row| array(row[4]) == [0; 32]).map(|row| array(row[2]));
    let weak: std::collections::BTreeSet<[u8; 32]> = weak.collect();
    assert!(weak.len() >= 7, "{}", weak.len());
    for point in weak {
        assert!(write(&Lock::Recipient(&point), b"p\0", b"secret", &mut rng).is_err());
        // As the ephemeral key of a message: whoever opens would share a secret that everybody knows.
        let message = [&point[..], &[0; 32]].concat();
        assert!(read(&Key::Recipient(&[7; 32]), b"p\0", &message).is_err());
    }
}
