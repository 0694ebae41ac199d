//! Scripts about what a hostile member writes into logs.

use std::collections::BTreeMap;

use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{KeyBox, Rekey};
use okrug_protocol::exchange::Frame;
use okrug_protocol::ids::{Epoch, Hash32, LogId, OfficeId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::reseal::ResealRequest;
use okrug_protocol::sealing::SealingKey;

use super::{LIAR, Scene, Story, own};

pub(super) const DISTRICT: Topic = Topic::District;
pub(super) const BOTH: [OfficeId; 2] = [OfficeId(1), OfficeId(2)];

/// An empty checkpoint: plain, short, and right.
pub(super) fn plain() -> Vec<u8> {
    okrug_protocol::checkpoint::Checkpoint { heads: Vec::new(), kept: Vec::new(), full: false }.encode()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_entries_for_one_place_are_seen_by_both_and_the_log_is_frozen() {
    let scene = Scene::begin().await;
    let mut one = Story::new(own(DISTRICT, Precedence::Routine));
    one.add(&scene.district, Kind::CHECKPOINT, plain());
    let mut other = Story { time: Timestamp(one.time.0 + 9), ..one.clone() };
    one.add(&scene.district, Kind::CHECKPOINT, plain());
    other.add(&scene.district, Kind::CHECKPOINT, plain());
    let log = one.log;
    scene.liar.tells(log, BTreeMap::from([(BOTH[0], one.entries.clone()), (BOTH[1], other.entries.clone())]));
    scene.liar.say(1, &Frame::Heads { heads: vec![one.head()], done: true }).await;
    scene.liar.say(2, &Frame::Heads { heads: vec![other.head()], done: true }).await;
    let codes = |at| scene.alarms(at);
    crate::offices::until(|| [1, 2].iter().all(|at| codes(*at).contains(&"log_fork".to_owned()))).await;
    // Nothing more of it is taken, whichever story it goes on with.
    one.add(&scene.district, Kind::CHECKPOINT, plain());
    scene.liar.gossip(DISTRICT, &one.entries).await;
    scene.end(&["log_fork"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stories_that_part_long_before_their_ends_are_found_out_when_the_two_who_heard_them_meet() {
    let scene = Scene::begin().await;
    let mut one = Story::new(own(DISTRICT, Precedence::Routine));
    for _ in 0..3 {
        one.add(&scene.district, Kind::CHECKPOINT, plain());
    }
    let mut other = Story { time: Timestamp(one.time.0 + 50), ..one.clone() };
    (0..20).for_each(|_| drop(one.add(&scene.district, Kind::CHECKPOINT, plain())));
    (0..9).for_each(|_| drop(other.add(&scene.district, Kind::CHECKPOINT, plain())));
    // Each hears one story to its end before the two compare.
    scene.liar.tells(one.log, BTreeMap::from([(BOTH[0], one.entries.clone()), (BOTH[1], other.entries.clone())]));
    scene.district.cut(1, true).await;
    crate::offices::until(|| scene.district.links(1).is_empty()).await;
    scene.liar.say(2, &Frame::Heads { heads: vec![other.head()], done: true }).await;
    crate::offices::until(|| scene.held(2, &other.log) == Seq(12)).await;
    scene.district.cut(1, false).await;
    crate::offices::until(|| scene.district.links(1).contains(&LIAR.0)).await;
    scene.liar.say(1, &Frame::Heads { heads: vec![one.head()], done: true }).await;
    crate::offices::until(|| [1, 2].iter().any(|at| scene.alarms(*at).contains(&"log_fork".to_owned()))).await;
    scene.end(&["log_fork"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_from_1970_is_taken_and_one_that_is_not_later_than_the_one_before_is_refused() {
    let scene = Scene::begin().await;
    let mut story = Story::new(own(DISTRICT, Precedence::Routine));
    story.add_at(&scene.district, Timestamp(1), Kind::CHECKPOINT, plain());
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    let honest = story.head();
    story.add_at(&scene.district, Timestamp(1), Kind::CHECKPOINT, plain());
    scene.spread(&story).await;
    scene.both_are_offended().await;
    assert_eq!(scene.held(1, &honest.log), honest.seq);
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_of_the_year_8000_moves_nobody_by_more_than_five_minutes() {
    let scene = Scene::begin().await;
    let mut story = Story::new(own(DISTRICT, Precedence::Routine));
    story.add_at(&scene.district, Timestamp::at(Millis(190_000_000_000_000)), Kind::CHECKPOINT, plain());
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    scene.ann.say(super::UNIT, "после").await;
    let log = scene.district.heads(1, 1).into_iter().max_by_key(|head| head.log.topic == Topic::Unit(UnitId(2))).unwrap();
    let last = scene.district.ledger(1).range(log.log, log.seq, 1, 1 << 20).await.unwrap();
    let said = Entry::decode(&last[0]).unwrap().header.time.millis();
    let ahead = said.since(super::now());
    assert!(ahead <= 5 * 60_000, "{ahead} ms ahead");
    scene.bob.reads(super::UNIT, &["до", "после"]).await;
    scene.district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poisoned_entries_are_refused_one_by_one_and_hold_nothing_up() {
    let scene = Scene::begin().await;
    let mut story = Story::new(own(DISTRICT, Precedence::Routine));
    // Plain kinds with bodies that are none, and a kind that there is not: carried, and shown to nobody.
    for kind in [Kind::CHECKPOINT, Kind::SEALING_KEY, Kind::ACT, Kind::RESEAL, Kind::RESEAL_REQUEST] {
        story.add(&scene.district, kind, vec![0xff; 90]);
    }
    let good = story.entries[0].clone();
    let mut bent = good.clone();
    bent[40] ^= 1;
    for poison in [good[..good.len() / 2].to_vec(), vec![0xff; 300], vec![1], bent] {
        scene.liar.gossip(DISTRICT, &[poison]).await;
    }
    scene.both_who_hear_gossip_are_offended().await;
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_in_others_names_and_in_topics_of_others_are_refused() {
    let scene = Scene::begin().await;
    let before = scene.district.heads(1, 1).len();
    // As the first office, which is listed, with the hostile one's key; and in a unit that it hosts nobody of.
    let as_another = LogId { office: OfficeId(1), ..own(DISTRICT, Precedence::Routine) };
    for log in [as_another, own(Topic::Unit(UnitId(5)), Precedence::Routine)] {
        let mut story = Story::new(log);
        story.add(&scene.district, Kind::CHECKPOINT, plain());
        scene.liar.gossip(log.topic, &story.entries).await;
        scene.liar.gossip(DISTRICT, &story.entries).await;
        scene.liar.tells(log, BOTH.map(|office| (office, story.entries.clone())).into());
        scene.liar.say_to_both(&Frame::Heads { heads: vec![story.head()], done: true }).await;
    }
    scene.both_are_offended().await;
    assert_eq!((scene.held(1, &as_another), scene.held(2, &as_another)), (Seq(0), Seq(0)));
    assert_eq!(scene.district.heads(1, 1).len(), before);
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_whose_key_opens_for_nobody_is_carried_and_named_and_shows_nothing() {
    let scene = Scene::begin().await;
    let mut story = Story::new(own(Topic::Unit(UnitId(2)), Precedence::Routine));
    let boxes = [1, 2, 3].map(|office| KeyBox { office: OfficeId(office), key: 0, sealed: [5; 80] }).to_vec();
    let rekey = Rekey { commitment: Hash32::ZERO, boxes, delegated: Vec::new() };
    story.add(&scene.district, Kind::REKEY, rekey.encode().unwrap());
    story.add(&scene.district, Kind::MESSAGE, vec![9; 200]);
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    crate::offices::until(|| !scene.district.status(1).unopened.is_empty()).await;
    assert_eq!(scene.bob.history(super::UNIT), ["до"]);
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_asked_for_without_end_keep_nobody_from_talking() {
    let scene = Scene::begin().await;
    let key = SealingKey { number: 1, key: scene.district.sample().open_keys[2].public() };
    let mut story = Story::new(own(DISTRICT, Precedence::Routine));
    let log = scene.district.heads(1, 1)[0].log;
    for epoch in 1..400 {
        let epochs = vec![(log, Epoch(epoch))];
        story.add(&scene.district, Kind::RESEAL_REQUEST, ResealRequest { to: key, epochs }.encode());
    }
    for page in story.entries.chunks(50) {
        scene.liar.gossip(DISTRICT, page).await;
    }
    scene.liar.tells(story.log, BOTH.map(|office| (office, story.entries.clone())).into());
    scene.liar.say_to_both(&Frame::Heads { heads: vec![story.head()], done: true }).await;
    scene.both_hold(story.head()).await;
    let answered: u64 = scene.district.heads(1, 1).iter().filter(|head| head.log.topic == DISTRICT).map(|head| head.seq.0).sum();
    assert!(answered < 400, "{answered} entries in the first office's district logs");
    scene.end(&[]).await;
}

/// Writes so many valid entries and lets both offices take them, while the people talk.
async fn flood(scene: &Scene, precedence: Precedence, count: usize) {
    let mut story = Story::new(own(DISTRICT, precedence));
    (0..count).for_each(|_| drop(story.add(&scene.district, Kind::CHECKPOINT, plain())));
    scene.liar.tells(story.log, BOTH.map(|office| (office, story.entries.clone())).into());
    scene.liar.say_to_both(&Frame::Heads { heads: vec![story.head()], done: true }).await;
    for page in story.entries.chunks(60) {
        scene.liar.gossip(DISTRICT, page).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_valid_entries_leaves_room_for_the_people() {
    let scene = Scene::begin().await;
    flood(&scene, Precedence::Routine, 3_000).await;
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_flash_leaves_room_for_the_flash_of_others() {
    let scene = Scene::begin().await;
    flood(&scene, Precedence::Flash, 2_000).await;
    let id = okrug_protocol::digest::hash(b"test\0", &[b"flash"]).short();
    scene.ann.post_as(super::UNIT, "срочно", &id, Precedence::Flash).await;
    scene.bob.reads(super::UNIT, &["до", "срочно"]).await;
    scene.district.stop().await;
}
