//! Scripts about proofs of forks.

use std::collections::BTreeMap;

use okrug_protocol::clock::Timestamp;
use okrug_protocol::entry::{Entry, Kind, Witness};
use okrug_protocol::exchange::Frame;
use okrug_protocol::ids::{EntryId, Incarnation, LogId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::log::ForkProof;

use super::stories::{BOTH, DISTRICT, plain};
use super::{LIAR, Scene, Story, own};

#[tokio::test(flavor = "multi_thread")]
async fn a_third_office_that_never_saw_the_second_entry_learns_of_the_fork() {
    let mut district = crate::offices::District::start(4).await;
    district.switch_off(LIAR.0).await;
    district.neighbours(4, &[1]).await;
    let scene = Scene::of(district).await;
    crate::offices::until(|| scene.district.links(4) == [1]).await;
    let mut one = Story::new(own(DISTRICT, Precedence::Routine));
    one.add(&scene.district, Kind::CHECKPOINT, plain());
    let mut other = Story { time: Timestamp(one.time.0 + 9), ..one.clone() };
    one.add(&scene.district, Kind::CHECKPOINT, plain());
    other.add(&scene.district, Kind::CHECKPOINT, plain());
    scene.liar.tells(one.log, BTreeMap::from([(BOTH[0], one.entries.clone()), (BOTH[1], other.entries.clone())]));
    scene.liar.say(1, &Frame::Heads { heads: vec![one.head()], done: true }).await;
    scene.liar.say(2, &Frame::Heads { heads: vec![other.head()], done: true }).await;
    let codes = |at| scene.alarms(at);
    crate::offices::until(|| [1, 2, 4].iter().all(|at| codes(*at).contains(&"log_fork".to_owned()))).await;
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
