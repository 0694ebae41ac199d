//! What was signed or sealed for one purpose and one place is worth nothing for another.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod attacks;
mod scene;
mod swaps;

use okrug_protocol::labels;
use okrug_protocol::request::Request;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sign::SecretKey;
use scene::{Scene, elsewhere, home, rng};

#[test]
fn every_object_is_taken_at_its_own_gate() {
    let scene = Scene::new();
    for (name, bytes) in scene.objects() {
        assert!(scene.takes(name, &bytes, &home()), "{name}");
    }
}

#[test]
fn no_object_passes_at_the_gate_of_another() {
    let scene = Scene::new();
    let objects = scene.objects();
    let mut pairs = 0;
    for (name, bytes) in &objects {
        for (gate, _) in objects.iter().filter(|(gate, _)| gate != name) {
            assert!(!scene.takes(gate, bytes, &home()), "{name} offered as {gate}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 18 * 17);
    assert!(pairs >= 144);
}

/// What is bound to nothing but the district is not asked about places, and what stays at home about neither.
const UNPLACED: &[&str] = &[
    "charter",
    "chart",
    "bootstrap list",
    "revocations",
    "delegated directory",
    "district file",
    "request",
    "person record",
    "checkpoint",
    "vault",
];

#[test]
fn no_object_passes_in_another_topic_office_incarnation_epoch_place_or_with_another_reader() {
    let scene = Scene::new();
    let mut pairs = 0;
    // What of a place an object is not bound to: it is bound by the entry that carries it.
    let free: &[(&str, &[&str])] = &[
        ("entry", &["another reader"]),
        ("epoch key box", &["another place"]),
        ("sealed body", &[]),
        ("message", &["another incarnation", "another precedence", "another epoch", "another place"]),
        ("direct message", &["another incarnation", "another precedence", "another epoch", "another place"]),
        ("letter", &["another incarnation", "another precedence", "another epoch", "another place"]),
        ("act", &["another topic", "another incarnation", "another precedence", "another epoch", "another place", "another reader"]),
        ("fork proof", &["another epoch", "another place", "another reader"]),
    ];
    for (name, bytes) in scene.objects().iter().filter(|(name, _)| !UNPLACED.contains(name)) {
        let free = free.iter().find(|(of, _)| of == name).unwrap().1;
        for (what, at) in elsewhere().iter().filter(|(what, _)| !free.contains(what)) {
            assert!(!scene.takes(name, bytes, at), "{name} with {what}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 33);
}

#[test]
fn no_object_passes_in_another_district_with_the_same_keys() {
    let (scene, foreign) = (Scene::new(), Scene::foreign());
    assert_ne!(scene.district.id(), foreign.district.id());
    // A request is for no district yet, a checkpoint and a fork proof are bound by entries and keys, a vault by the node.
    let unbound = ["request", "checkpoint", "vault"];
    let mut pairs = 0;
    for (name, bytes) in scene.objects().iter().filter(|(name, _)| !unbound.contains(name) && *name != "entry" && *name != "fork proof") {
        assert!(!foreign.takes(name, bytes, &home()), "{name}");
        pairs += 1;
    }
    assert_eq!(pairs, 13);
}

#[test]
fn no_label_signs_or_seals_for_another() {
    let (signer, key) = (SecretKey::from_seed(&[1; 32]), SharedKey::from_bytes([2; 32]));
    let verifier = signer.public().verifier().unwrap();
    let mut pairs = 0;
    for made in labels::ALL {
        let (signature, sealed) = (signer.sign(made, b"bytes"), key.seal(made, b"bytes", &mut rng()).unwrap());
        for offered in labels::ALL.iter().filter(|offered| *offered != made) {
            assert!(verifier.verify(offered, b"bytes", &signature).is_err());
            assert!(key.open(offered, &sealed).is_err());
            pairs += 2;
        }
    }
    assert_eq!(pairs, 2 * labels::ALL.len() * (labels::ALL.len() - 1));
}

#[test]
fn every_flipped_bit_of_every_object_is_refused() {
    let scene = Scene::new();
    // A vault is held in its own module, bit for bit: opening takes as long as a password. Of a person's record the
    // person signs the number and the keys, and a checkpoint has no signature of its own: their entries carry those.
    let carried = ["vault", "checkpoint", "person record"];
    let mut bits = 0;
    for (name, bytes) in scene.objects().iter().filter(|(name, _)| !carried.contains(name)) {
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // A request is a text: what says the same in it, such as a digit in the other case, is the same request.
            let read =
                |bytes: &[u8]| std::str::from_utf8(bytes).ok().and_then(|text| Request::read(text).ok()).map(|one| one.fingerprint());
            let same = *name == "request" && read(&flipped) == read(bytes);
            assert!(same || !scene.takes(name, &flipped, &home()), "{name}, bit {bit}");
            bits += 1;
        }
    }
    assert!(bits > 20_000, "{bits}");
}
