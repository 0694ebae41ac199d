//! Scripts about proofs of forks.

use std::collections::BTreeMap;

use okrug_node::office::view::Event;
use okrug_protocol::clock::Timestamp;
use okrug_protocol::entry::{Entry, Kind, Witness};
use okrug_protocol::exchange::Frame;
use okrug_protocol::frontier::{HeadOf, Short};
use okrug_protocol::ids::{EntryId, Incarnation, LogId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::log::ForkProof;

use super::stories::{BOTH, DISTRICT, plain};
use super::{LIAR, Scene, Story, UNIT, own};
use crate::offices::{Official, until, wait_for};

#[tokio::test(flavor = "multi_thread")]
async fn a_third_office_that_never_saw_the_second_entry_learns_of_the_fork() {
    let mut district = crate::offices::District::start(4).await;
    district.switch_off(LIAR.0).await;
    district.neighbours(4, &[1]).await;
    let scene = Scene::of(district).await;
    until(|| scene.district.links(4) == [1]).await;
    let mut one = Story::new(own(DISTRICT, Precedence::Routine));
    one.add(&scene.district, Kind::CHECKPOINT, plain());
    let mut other = Story { time: Timestamp(one.time.0 + 9), ..one.clone() };
    one.add(&scene.district, Kind::CHECKPOINT, plain());
    other.add(&scene.district, Kind::CHECKPOINT, plain());
    scene.liar.tells(one.log, BTreeMap::from([(BOTH[0], one.entries.clone()), (BOTH[1], other.entries.clone())]));
    scene.liar.say(1, &Frame::Heads { heads: vec![one.head()], done: true }).await;
    scene.liar.say(2, &Frame::Heads { heads: vec![other.head()], done: true }).await;
    let codes = |at| scene.alarms(at);
    until(|| [1, 2, 4].iter().all(|at| codes(*at).contains(&"log_fork".to_owned()))).await;
    // It has one story, or only what both have in common.
    let held = scene.district.ledger(4).range(one.log, Seq(1), 9, 1 << 20).await.unwrap();
    assert!(one.entries.starts_with(&held), "{held:?}");
    scene.end(&["log_fork"]).await;
}

/// An entry of an honest office, as it is signed, and another one for its place that the hostile member signed.
async fn accusation(scene: &Scene, n: u64) -> ForkProof {
    let head = scene.district.heads(1, 1).into_iter().find(|head| head.log.topic == Topic::Unit(UnitId(2))).unwrap();
    let first = scene.district.ledger(1).range(head.log, Seq(1), 1, 1 << 20).await.unwrap();
    let entry = Entry::decode(&first[0]).unwrap();
    let kept = Witness { part: entry.signed_part(EntryId::ZERO), signature: entry.signature };
    let mut part = kept.part.clone();
    part.header.time = Timestamp(part.header.time.0 + n);
    let signature = part.sign(&scene.district.sample().sign_keys[2]);
    ForkProof { kept, other: Witness { part, signature } }
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_proofs_by_the_thousand_accuse_nobody_and_true_ones_are_told_no_further() {
    let scene = Scene::begin().await;
    let mut story = Story::new(own(DISTRICT, Precedence::Urgent));
    for n in 1..=1_000 {
        let body = if n % 3 == 0 { vec![0xff; 310] } else { accusation(&scene, n).await.encode() };
        story.add(&scene.district, Kind::FORK, body);
    }
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    assert_eq!((scene.alarms(1), scene.alarms(2)), (Vec::new(), Vec::new()));
    // Of its own logs it can prove as many forks as it likes. What it told itself nobody else tells again.
    for incarnation in 1..=300 {
        let log = LogId { incarnation: Incarnation(incarnation), ..story.log };
        let half = |time: u64| {
            let mut one = Story::new(log);
            let entry = one.add_at(&scene.district, Timestamp(time), Kind::CHECKPOINT, plain());
            Witness { part: entry.signed_part(EntryId::ZERO), signature: entry.signature }
        };
        story.add(&scene.district, Kind::FORK, ForkProof { kept: half(1), other: half(2) }.encode());
    }
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    let told = |at: u32| scene.district.heads(at, at).into_iter().filter(|head| head.log.precedence == Precedence::Urgent).count();
    assert_eq!((told(1), told(2)), (0, 0));
    for at in [1, 2] {
        let alarms = scene.alarms(at).len();
        assert!((1..=8).contains(&alarms), "{alarms} alarms");
    }
    scene.end(&["log_fork"]).await;
}

/// The messages that a person sees under the warning that their office signed two texts for one place.
fn disputed(who: &Official) -> Vec<String> {
    who.messages(UNIT).into_iter().filter(|message| message.disputed).map(|message| message.text).collect()
}

/// What the second office wrote last in the unit, and another entry for its place that was signed with its key.
fn second_signature(scene: &Scene) -> ForkProof {
    // By the message itself: the list of heads is told of it a moment later than its readers.
    let id = scene.ann.messages(UNIT).pop().unwrap().id;
    let at = |seq| HeadOf { log: id.log, seq, id: Short([0; 8]) };
    let previous = scene.district.entry_id(1, &at(Seq(id.seq.0 - 1)));
    let entry = scene.district.entry(1, &at(id.seq));
    let kept = Witness { part: entry.signed_part(previous), signature: entry.signature };
    let mut part = kept.part.clone();
    part.header.time = Timestamp(part.header.time.0 + 1);
    let signature = part.sign(&scene.district.sample().sign_keys[1]);
    ForkProof { kept, other: Witness { part, signature } }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_where_an_office_signed_two_texts_is_marked_at_once_and_what_is_before_or_in_a_new_log_is_not() {
    let mut scene = Scene::begin().await;
    for text in ["раньше", "спорное"] {
        scene.bob.say(UNIT, text).await;
    }
    scene.ann.reads(UNIT, &["до", "раньше", "спорное"]).await;
    assert_eq!((disputed(&scene.ann), disputed(&scene.bob)), (vec![], vec![]));
    let proof = second_signature(&scene);
    let mut events = scene.ann.events(None);
    let mut story = Story::new(own(DISTRICT, Precedence::Urgent));
    story.add(&scene.district, Kind::FORK, proof.encode());
    scene.spread(&story).await;
    let told = |event| if let Event::MessageState(state) = event { state.disputed.then_some(state.id.seq) } else { None };
    assert_eq!(wait_for(&mut events, told).await, proof.place().1);
    assert_eq!(disputed(&scene.ann), ["спорное"]);
    until(|| disputed(&scene.bob) == ["спорное"]).await;
    // Its office goes on in a new log, and nothing is said of that.
    until(|| scene.alarms(2).contains(&"own_entry_from_outside".to_owned())).await;
    scene.bob.say(UNIT, "новое").await;
    scene.ann.reads(UNIT, &["до", "раньше", "спорное", "новое"]).await;
    assert_eq!(disputed(&scene.ann), ["спорное"]);
    drop(scene.liar);
    scene.district.switch_off(1).await;
    scene.district.switch_on(1).await;
    let ann = scene.district.log_in(1, "ann").await;
    assert_eq!(disputed(&ann), ["спорное"]);
    scene.district.stop().await;
}
