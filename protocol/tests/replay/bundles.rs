//! Pieces of one bundle are worth nothing in another, and a signature in it says one thing.

use okrug_protocol::bundle::{Reader, Record, SealedKey, hint};
use okrug_protocol::codec;
use okrug_protocol::ids::{OfficeId, hex};
use okrug_protocol::labels;
use okrug_protocol::pagekey::PageRequest;

use crate::carried::{SALT, bundle_key};
use crate::scene::{At, Scene, home};

/// The name of another bundle.
const OTHER: [u8; 32] = [0x5b; 32];

#[test]
fn a_frame_opens_in_its_place_of_its_bundle_alone() {
    let scene = Scene::new();
    let ((head, frames), (_, theirs)) = (scene.bundle(SALT), scene.bundle(OTHER));
    let opens = |index: usize, bytes: &[u8]| {
        let mut reader = Reader::new(bundle_key(), &head);
        reader.frame(u32::try_from(index).unwrap(), bytes, &mut Vec::new());
        reader.finish().frames < head.frames
    };
    for (at, frame) in frames.iter().enumerate() {
        assert!(opens(at, frame), "frame {at}");
        assert!((0..frames.len()).filter(|index| *index != at).all(|index| !opens(index, frame)), "frame {at} elsewhere");
        // The same key: what differs is the name of the bundle.
        assert!(!opens(at, &theirs[at]), "frame {at} of another bundle");
    }
}

#[test]
fn a_box_opens_for_its_office_in_its_bundle_alone() {
    let scene = Scene::new();
    let (head, theirs) = (scene.bundle(SALT).0, scene.bundle(OTHER).0);
    let with = |one: SealedKey| {
        let mut head = head.clone();
        head.boxes = vec![one];
        head.encode()
    };
    let second = At { reader: OfficeId(2), ..home() };
    assert!(scene.takes("bundle head", &with(head.boxes[0]), &home()));
    let keys = [0, 1].map(|n| hint(&SALT, &scene.district.open_keys[n].public()));
    for (one, at) in [(theirs.boxes[0], home()), (head.boxes[0], second), (theirs.boxes[0], second)] {
        for hint in keys {
            assert!(!scene.takes("bundle head", &with(SealedKey { hint, ..one }), &at));
        }
    }
}

#[test]
fn what_an_office_says_of_one_bundle_it_says_of_no_other() {
    let scene = Scene::new();
    for (name, salt) in [("this", SALT), ("another", OTHER)] {
        let taken = salt == SALT;
        assert_eq!(scene.takes("bundle header", &Record::Header(scene.header(&salt)).encode(), &home()), taken, "{name}");
        assert_eq!(scene.takes("bundle receipts", &Record::Holds(scene.holds(&salt)).encode(), &home()), taken, "{name}");
    }
}

#[test]
fn an_office_s_signature_under_another_label_is_none_on_a_bundle_or_a_page_request() {
    let scene = Scene::new();
    let key = &scene.district.sign_keys[0];
    let objects = scene.objects();
    let of = |name: &str| objects.iter().find(|(of, _)| *of == name).map(|(_, bytes)| bytes.clone()).unwrap();
    for name in ["bundle header", "bundle receipts"] {
        let record = of(name);
        let said = &record[4..record.len() - 64];
        for kind in [1, 2] {
            for label in labels::ALL {
                let signature = key.sign(label, &[&SALT[..], &[kind], said].concat());
                let signed = [&record[..record.len() - 64], &signature.0].concat();
                let taken = *label == labels::BUNDLE && kind == record[0];
                assert_eq!(scene.takes(name, &signed, &home()), taken, "{name} as kind {kind}, {}", label.escape_ascii());
            }
        }
    }
    let text = String::from_utf8(of("page request")).unwrap();
    let (request, _) = PageRequest::read(&text).unwrap();
    let (said, _) = text.rsplit_once("signed ").unwrap();
    for label in labels::ALL {
        let signature = key.sign(label, &codec::encode(&request));
        let signed = format!("{said}signed {}\n", hex(&signature.0));
        assert_eq!(scene.takes("page request", signed.as_bytes(), &home()), *label == labels::PAGE_REQUEST);
    }
}
