//! Substitutions: a field of one valid object put into another, with the old signature and with one of the wrong party.

use okrug_protocol::chart::Chart;
use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::codec;
use okrug_protocol::document::{Document, Signed};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::ids::{Epoch, Hash32, Incarnation, OfficeId, PersonId, Precedence, Seq, Topic, UnitId, Version};
use okrug_protocol::message::{Content, Message, Reference, Unsigned};
use okrug_protocol::person::SignedPerson;
use okrug_protocol::sign::{PublicKey, SecretKey, Signature};

use crate::scene::{Scene, home};

/// The name of a field, and what puts another value into it.
type Change<T> = (&'static str, fn(&mut T, u8));

/// A body under signatures that others made.
fn envelope(body: Vec<u8>, signatures: &[(PublicKey, Signature)]) -> Vec<u8> {
    codec::encode(&(body, signatures.to_vec()))
}

fn entries(scene: &Scene, wrong: &SecretKey, n: u8) -> usize {
    let (a, b) = (scene.entry(scene.body(&[n])), scene.entry(scene.body(&[n, n, n])));
    let mut other = b.clone();
    other.header.kind = Kind::PERSON;
    other.header.log.office = OfficeId(2);
    other.header.log.incarnation = Incarnation(u32::from(n) + 100);
    other.header.log.topic = Topic::District;
    other.header.log.precedence = Precedence::Flash;
    other.header.seq = Seq(3 + u64::from(n));
    other.header.epoch = Epoch(2);
    other.header.time = Timestamp(30 + u64::from(n));
    other.header.directory = Version(2);
    other.header.revocations = Version(1);
    let changes: [fn(&mut Entry, &Entry); 13] = [
        |e, o| e.header.kind = o.header.kind,
        |e, o| e.header.log.office = o.header.log.office,
        |e, o| e.header.log.incarnation = o.header.log.incarnation,
        |e, o| e.header.log.topic = o.header.log.topic,
        |e, o| e.header.log.precedence = o.header.log.precedence,
        |e, o| e.header.seq = o.header.seq,
        |e, o| e.header.epoch = o.header.epoch,
        |e, o| e.header.time = o.header.time,
        |e, o| e.header.directory = o.header.directory,
        |e, o| e.header.revocations = o.header.revocations,
        |e, o| {
            e.header.body_len = o.header.body_len;
            e.body.clone_from(&o.body);
        },
        |e, o| e.signature = o.signature,
        |_, _| {},
    ];
    let mut tried = 0;
    for (at, change) in changes.iter().enumerate() {
        let mut swapped = a.clone();
        change(&mut swapped, &other);
        if swapped != a {
            assert!(!scene.takes("entry", &swapped.encode(), &home()), "field {at}");
            tried += 1;
        }
        // Signed again, by an office that is not the writer.
        swapped.signature = swapped.signed_part(scene.begun().1.id).sign(wrong);
        assert!(!scene.takes("entry", &swapped.encode(), &home()), "field {at}, signed by another");
        tried += 1;
    }
    tried
}

fn messages(scene: &Scene, n: u8) -> usize {
    let mine = scene.message(Content::Text(format!("текст {n}")));
    let key = scene.from.sign_key.public().verifier().unwrap();
    let setting = scene.setting(&home());
    let changes: [Change<Message>; 7] = [
        ("person", |m, _| m.person = PersonId(20_001)),
        ("key version", |m, _| m.key_version = 2),
        ("counter", |m, n| m.counter = 8 + u64::from(n)),
        ("time", |m, n| m.time = Millis(6 + u64::from(n))),
        ("reply", |m, n| m.reply_to = Some(Reference { log: home().log, seq: Seq(u64::from(n)) })),
        ("content", |m, n| m.content = Content::Text(format!("другой {n}"))),
        ("kind", |m, _| m.content = Content::Unknown { kind: 99, bytes: Vec::new() }),
    ];
    let mut tried = 0;
    for (what, change) in changes {
        let mut swapped = mine.clone();
        change(&mut swapped, n);
        assert!(swapped.verify(&setting, &key).is_err(), "{what}");
        assert!(!scene.takes("message", &swapped.encode(), &home()), "{what}");
        let Message { person, key_version, counter, time, reply_to, content, on_behalf, .. } = swapped;
        let forged = Unsigned { person, key_version, counter, time, reply_to, content, on_behalf };
        let forged = forged.sign(&setting, &scene.to.sign_key).unwrap();
        assert!(!scene.takes("message", &forged.encode(), &home()), "{what}, signed by another");
        tried += 2;
    }
    tried
}

fn charts(scene: &Scene, wrong: &SecretKey, n: u8) -> usize {
    let next = Signed::<Chart>::decode(&scene.district.clone().amend(|chart| chart.units[0].name = format!("Имя {n}"))).unwrap();
    let signature = scene.district.directory_key.sign(Chart::LABEL, next.body());
    let signatures = [(scene.district.directory_key.public(), signature)];
    assert!(scene.takes("chart", &envelope(next.body().to_vec(), &signatures), &home()), "taken apart and put together it holds");
    let changes: [Change<Chart>; 10] = [
        ("district", |c, n| c.head.district.0 = Hash32([n + 1; 32])),
        ("version", |c, n| c.head.version = Version(3 + u32::from(n))),
        ("issued", |c, n| c.head.issued = c.head.issued.plus(1 + u64::from(n))),
        ("refresh", |c, n| c.head.refresh_by = c.head.refresh_by.plus(1 + u64::from(n))),
        ("previous", |c, n| c.head.previous = Hash32([n; 32])),
        ("unit", |c, n| c.units[1].name = format!("Чужое {n}")),
        ("office key", |c, _| c.offices[0].sign = c.offices[1].peer),
        ("hosts", |c, _| c.offices[1].hosts = vec![UnitId(2)]),
        ("carrier", |c, _| c.offices[1].carrier = !c.offices[1].carrier),
        ("policy", |c, n| c.policy.entries_per_day = u32::from(n)),
    ];
    let mut tried = 0;
    for (what, change) in changes {
        let mut chart = next.doc().clone();
        change(&mut chart, n);
        let body = codec::encode(&chart);
        let theirs = [(wrong.public(), wrong.sign(Chart::LABEL, &body))];
        assert!(!scene.takes("chart", &envelope(body.clone(), &signatures), &home()), "{what}");
        assert!(!scene.takes("chart", &envelope(body, &theirs), &home()), "{what}, signed by another");
        tried += 2;
    }
    tried
}

fn people(scene: &Scene) -> usize {
    let (mine, theirs) = (&scene.from.signed, &scene.to.signed);
    let changes: [fn(&mut SignedPerson, &SignedPerson); 4] = [
        |m, t| m.record.person = t.record.person,
        |m, t| m.record.sign = t.record.sign,
        |m, t| m.record.seal = t.record.seal,
        |m, t| m.signature = t.signature,
    ];
    for change in changes {
        let mut swapped = mine.clone();
        change(&mut swapped, theirs);
        assert!(!scene.takes("person record", &swapped.encode(), &home()));
        // The person's key is in the record: whoever signs with another's has signed nothing.
        assert!(SignedPerson::write(mine.record.clone(), scene.district.id(), &scene.to.sign_key).is_err());
    }
    changes.len()
}

#[test]
fn five_hundred_substitutions_are_refused() {
    let scene = Scene::new();
    let wrong = &scene.district.sign_keys[1];
    let tried: usize =
        (1..=9).map(|n| entries(&scene, wrong, n) + messages(&scene, n) + charts(&scene, wrong, n)).sum::<usize>() + people(&scene);
    assert!(tried >= 500, "{tried}");
}
