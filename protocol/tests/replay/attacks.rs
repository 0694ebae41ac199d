//! Attacks by their names.

use okrug_protocol::charter::Charter;
use okrug_protocol::document::Document;
use okrug_protocol::entry::{Entry, EntryError};
use okrug_protocol::epoch::{EpochError, Place, Rekey};
use okrug_protocol::ids::{LogId, OfficeId, Topic, Version};
use okrug_protocol::message::{Content, MessageError, Setting};
use okrug_protocol::person::PersonRecord;
use okrug_protocol::seal::{SealKey, SharedKey};
use okrug_protocol::sign::{PublicKey, SecretKey};

use crate::scene::{Scene, home, rng};

/// Key compromise impersonation: whoever stole the keys that open what is for an office still speaks for nobody.
#[test]
fn kci_a_thief_of_the_recipient_s_keys_speaks_for_nobody() {
    let scene = Scene::new();
    let thief = SecretKey::from_seed(&[77; 32]);
    // The thief opens and seals whatever the victim can: the epoch's key is known.
    let body = scene.body(&scene.message(Content::Text("приказ".to_owned())).encode());
    let mut forged = scene.entry(body);
    assert!(scene.takes("entry", &forged.encode(), &home()));
    forged.signature = forged.signed_part(scene.begun().1.id).sign(&thief);
    assert!(!scene.takes("entry", &forged.encode(), &home()));
    let stolen = Scene { from: okrug_protocol::sample::SamplePerson { sign_key: thief, ..scene.from.clone() }, ..Scene::new() };
    let message = stolen.message(Content::Text("приказ".to_owned()));
    let key = scene.from.sign_key.public().verifier().unwrap();
    assert_eq!(message.verify(&scene.setting(&home()), &key), Err(MessageError::BadSignature));
}

/// Unknown key share: an office publishes another's sealed boxes as its own.
#[test]
fn uks_boxes_of_another_office_open_in_no_log_of_ours() {
    let scene = Scene::new();
    let (entry, _) = scene.begun();
    let rekey = Rekey::decode(&entry.body).unwrap();
    let own = LogId { office: OfficeId(2), ..home().log };
    let place = Place { log: own, ..scene.place(&home()) };
    let opened = rekey.open(&place, OfficeId(1), Version(1), &scene.district.open_keys[0]);
    assert_eq!(opened, Err(EpochError::Sealed));
    // Nor by a reader who knows another version of the chart than the one under which it was sealed.
    assert_eq!(rekey.open(&scene.place(&home()), OfficeId(1), Version(2), &scene.district.open_keys[0]), Err(EpochError::Sealed));
}

#[test]
fn low_order_points_are_refused_as_keys_wherever_they_arrive() {
    let scene = Scene::new();
    let mut one = [0; 32];
    one[0] = 1;
    for weak in [[0; 32], one] {
        assert!(PublicKey(weak).verifier().is_err());
        assert!(SealKey(weak).seal(b"p\0", b"secret", &mut rng()).is_err());
        let record = |change: fn(&mut PersonRecord, [u8; 32])| {
            let mut record = scene.from.signed.record.clone();
            change(&mut record, weak);
            record.check()
        };
        assert!(record(|record, weak| record.sign = PublicKey(weak)).is_err());
        assert!(record(|record, weak| record.seal = SealKey(weak)).is_err());
        let mut chart = scene.district.trust.chart().doc().clone();
        chart.offices[1].sign = PublicKey(weak);
        assert!(chart.check().is_err());
        let mut chart = scene.district.trust.chart().doc().clone();
        chart.offices[1].seal = SealKey(weak);
        assert!(chart.check().is_err());
        let mut charter: Charter = scene.district.trust.charter().doc().clone();
        charter.root.keys[0] = PublicKey(weak);
        assert!(charter.check().is_err());
    }
}

/// Surreptitious forwarding: what was said to some is passed on to others as if it had been said to them.
#[test]
fn surreptitious_forwarding_to_another_topic_or_from_another_office_is_seen() {
    let scene = Scene::new();
    let message = scene.message(Content::Text("для своих".to_owned()));
    let key = scene.from.sign_key.public().verifier().unwrap();
    let said = scene.setting(&home());
    assert_eq!(message.verify(&said, &key), Ok(()));
    let forwarded = [
        Setting { topic: Topic::District, ..said },
        Setting { topic: Topic::Inbox(OfficeId(2)), ..said },
        Setting { office: OfficeId(2), ..said },
    ];
    for setting in forwarded {
        assert_eq!(message.verify(&setting, &key), Err(MessageError::BadSignature));
    }
}

#[test]
fn downgrade_there_is_one_suite_and_every_other_number_is_refused() {
    let scene = Scene::new();
    let good = scene.entry(scene.body(b"plain"));
    for suite in (0..=255).filter(|suite| *suite != 1) {
        let mut other = good.clone();
        other.header.suite = suite;
        other.signature = other.signed_part(scene.begun().1.id).sign(&scene.district.sign_keys[0]);
        // 0 is no suite: it stands before what is left of an entry whose body was erased.
        let said = Entry::decode(&other.encode());
        assert!(if suite == 0 { said.is_err() } else { said == Err(EntryError::Suite(suite)) });
        let charter = Charter { suite, ..scene.district.trust.charter().doc().clone() };
        assert!(charter.check().is_err());
    }
    // An epoch's key of another epoch does not serve where the entry names this one.
    assert!(!scene.takes("sealed body", &scene.body(b"plain"), &crate::scene::At { epoch: okrug_protocol::ids::Epoch(0), ..home() }));
    let other = SharedKey::from_bytes([1; 32]);
    assert!(okrug_protocol::epoch::open_body(&other, &scene.place(&home()), home().seq, &scene.body(b"plain")).is_err());
}
