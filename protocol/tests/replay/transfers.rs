//! A transfer is taken as it was made: whoever may sign one cannot make another out of its pieces.

use okrug_protocol::codec;
use okrug_protocol::ids::{OfficeId, PersonId};
use okrug_protocol::labels;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::sign::SecretKey;
use okrug_protocol::transfer::{Head, Transfer};

use crate::moving;
use crate::scene::{Scene, home, rng};

/// Magic and format.
const BEGINNING: usize = 9;

/// A transfer taken apart.
#[derive(Clone)]
struct Pieces {
    beginning: Vec<u8>,
    head: Head,
    sealed: Vec<u8>,
    parts: Vec<Vec<u8>>,
}

impl Pieces {
    fn of(file: &[u8]) -> Self {
        let (beginning, body) = file[..file.len() - 64].split_at(BEGINNING);
        let ((head, sealed, count), mut rest): ((Head, Vec<u8>, u32), _) = codec::decode_prefix(body, body.len()).unwrap();
        let mut parts = Vec::new();
        for _ in 0..count {
            let (part, after) = codec::decode_prefix(rest, body.len()).unwrap();
            parts.push(part);
            rest = after;
        }
        Self { beginning: beginning.to_vec(), head, sealed, parts }
    }

    /// Puts them together and signs them anew.
    fn signed(&self, label: &[u8], key: &SecretKey) -> Vec<u8> {
        let mut out = self.beginning.clone();
        codec::encode_into(&(self.head, &self.sealed, u32::try_from(self.parts.len()).unwrap()), &mut out);
        self.parts.iter().for_each(|part| codec::encode_into(part, &mut out));
        let signature = key.sign(label, &out);
        [out.as_slice(), &signature.0].concat()
    }

    /// Whether the new office takes them when the old one signs them anew.
    fn taken(&self, scene: &Scene) -> bool {
        scene.takes("transfer", &self.signed(labels::TRANSFER, &scene.district.sign_keys[1]), &home())
    }
}

#[test]
fn the_old_office_alone_signs_a_transfer_and_under_its_label() {
    let scene = Scene::new();
    let pieces = Pieces::of(&scene.transfer());
    for label in labels::ALL {
        let signed = pieces.signed(label, &scene.district.sign_keys[1]);
        assert_eq!(scene.takes("transfer", &signed, &home()), *label == labels::TRANSFER, "{}", label.escape_ascii());
    }
    for key in [&scene.district.sign_keys[0], &scene.district.peer_keys[1], &scene.to.sign_key, &scene.district.directory_key] {
        assert!(!scene.takes("transfer", &pieces.signed(labels::TRANSFER, key), &home()));
    }
}

#[test]
fn the_head_of_a_transfer_is_sealed_to_what_goes_along() {
    let scene = Scene::new();
    let good = Pieces::of(&scene.transfer());
    assert!(good.taken(&scene));
    let heads = [
        Head { district: Scene::foreign().district.id(), ..good.head },
        Head { from: OfficeId(1), ..good.head },
        Head { to: OfficeId(2), ..good.head },
        Head { person: PersonId(20_002), ..good.head },
        Head { version: 3, ..good.head },
    ];
    for head in heads {
        let changed = Pieces { head, ..good.clone() };
        for key in &scene.district.sign_keys {
            let file = changed.signed(labels::TRANSFER, key);
            let there = crate::scene::At { reader: head.to, ..home() };
            assert!(!scene.takes("transfer", &file, &there) && !scene.takes("transfer", &file, &home()), "{head:?}");
        }
        assert!(!Scene::foreign().takes("transfer", &changed.signed(labels::TRANSFER, &scene.district.sign_keys[1]), &home()));
    }
}

/// Label and place before which something is sealed.
fn prologue(label: &[u8], place: &impl codec::Encode) -> Vec<u8> {
    let mut bytes = label.to_vec();
    codec::encode_into(place, &mut bytes);
    bytes
}

#[test]
fn what_goes_along_is_sealed_under_its_label_to_its_head_and_place() {
    let scene = Scene::new();
    let good = Pieces::of(&scene.transfer());
    let head = good.head;
    let key = scene.district.open_keys[0].open(&prologue(labels::TRANSFER_KEY, &head), &good.sealed).unwrap();
    let key = SharedKey::from_bytes(key.as_slice().try_into().unwrap());
    let plain = key.open(&prologue(labels::TRANSFER_PART, &(head, 0_u32, 1_u32)), &good.parts[0]).unwrap();
    let other = Head { version: 3, ..head };
    for label in labels::ALL {
        for (place, fits) in [((head, 0_u32, 1_u32), true), ((head, 1, 1), false), ((head, 0, 2), false), ((other, 0, 1), false)] {
            let part = key.seal(&prologue(label, &place), &plain, &mut rng()).unwrap();
            let sealed = Pieces { parts: vec![part], ..good.clone() };
            assert_eq!(sealed.taken(&scene), fits && *label == labels::TRANSFER_PART, "{}, {place:?}", label.escape_ascii());
        }
        for (head, fits) in [(head, true), (other, false)] {
            let sealed = scene.district.open_keys[0].public().seal(&prologue(label, &head), key.bytes(), &mut rng()).unwrap();
            let sealed = Pieces { sealed, ..good.clone() };
            assert_eq!(sealed.taken(&scene), fits && *label == labels::TRANSFER_KEY, "{}, {head:?}", label.escape_ascii());
        }
    }
}

#[test]
fn a_transfer_whose_head_says_other_than_its_records_is_refused() {
    let scene = Scene::new();
    let good = moving::transfer(&scene.district, 1, 20);
    assert!(scene.takes("transfer", &moving::file(&scene.district, &good), &home()));
    let changes: [fn(&mut Transfer); 5] = [
        |made| made.head.person = PersonId(20_002),
        |made| made.head.version = 1,
        |made| made.head.version = 3,
        |made| made.head.from = OfficeId(1),
        |made| made.account.person = PersonId(20_002),
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut made = good.clone();
        change(&mut made);
        for key in &scene.district.sign_keys {
            let file = made.seal(&scene.district.open_keys[0].public(), key, &mut rng()).unwrap();
            assert!(!scene.takes("transfer", &file, &home()), "change {at}");
        }
    }
}

#[test]
fn parts_of_a_transfer_open_in_their_place_of_their_file_alone() {
    let scene = Scene::new();
    let long = moving::transfer(&scene.district, 60, 8_000);
    let good = Pieces::of(&moving::file(&scene.district, &long));
    assert!(good.parts.len() > 1 && good.taken(&scene));
    // The same key and the same records for another version: what differs is the head alone.
    let mut other = long.clone();
    other.head.version = 3;
    let other = Pieces::of(&moving::file(&scene.district, &other));
    let changes: [fn(&mut Pieces, &Pieces); 6] = [
        |pieces, _| pieces.parts.swap(0, 1),
        |pieces, _| drop(pieces.parts.pop()),
        |pieces, _| pieces.parts.push(pieces.parts[0].clone()),
        |pieces, _| pieces.parts[1] = pieces.parts[0].clone(),
        |pieces, other| pieces.parts[0].clone_from(&other.parts[0]),
        |pieces, other| pieces.parts.clone_from(&other.parts),
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut changed = good.clone();
        change(&mut changed, &other);
        assert!(!changed.taken(&scene), "change {at}");
    }
}
