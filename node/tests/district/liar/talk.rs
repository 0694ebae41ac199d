//! Scripts about what a hostile member says in the dialogue.

use std::time::Duration;

use okrug_node::office::view::DeliveryCode;
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::entry::Kind;
use okrug_protocol::exchange::{Ask, Edition, Editions, Frame, Item};
use okrug_protocol::frontier::{Digest, HeadOf, Kept, Short};
use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version};

use super::{Scene, Story, UNIT, own};
use crate::offices::until;

fn made_up(incarnation: u32, seq: u64) -> HeadOf {
    let log = LogId { office: OfficeId(1), incarnation: Incarnation(incarnation), ..own(Topic::District, Precedence::Routine) };
    HeadOf { log, seq: Seq(seq), id: Short([9; 8]) }
}

#[tokio::test(flavor = "multi_thread")]
async fn giant_heads_are_asked_for_in_vain_and_forgotten() {
    let scene = Scene::begin().await;
    scene.liar.answers(|_, ask| match ask {
        Ask::Open { item: Item::Log(log), from, .. } => vec![Frame::Range { log: *log, from: Seq(*from), entries: Vec::new(), end: true }],
        _ => Vec::new(),
    });
    for page in 0..5 {
        let heads = (0..500).map(|n| made_up(page * 500 + n + 1, u64::MAX - u64::from(n))).collect();
        scene.liar.say_to_both(&Frame::Heads { heads, done: true }).await;
    }
    scene.both_are_offended().await;
    scene.end(&[]).await;
}

/// Lets the second office sleep while the first says much, and the hostile one claim that it has it all.
async fn asleep(scene: &mut Scene) -> Vec<String> {
    scene.district.switch_off(2).await;
    for n in 0..60 {
        scene.ann.say(UNIT, &format!("ночью {n}")).await;
    }
    let heads: Vec<HeadOf> = scene.district.heads(1, 1);
    scene.district.switch_on(2).await;
    scene.bob = scene.district.log_in(2, "bob").await;
    scene.liar.mesh.address(OfficeId(2), vec![scene.district.address(2).await], okrug_node::mesh::Source::Bootstrap).await;
    until(|| scene.district.links(2).contains(&3)).await;
    scene.liar.say(2, &Frame::Heads { heads, done: true }).await;
    scene.ann.history(UNIT)
}

async fn all_arrives_all_the_same(mut scene: Scene) {
    let all = asleep(&mut scene).await;
    until(|| scene.bob.history(UNIT) == all).await;
    scene.bob.say(UNIT, "утро").await;
    until(|| scene.ann.history(UNIT).last().is_some_and(|last| last == "утро")).await;
    scene.district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withholds_what_it_says_it_has_is_replaced_by_another() {
    all_arrives_all_the_same(Scene::begin().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_a_drop_at_a_time_and_never_ends_is_replaced_by_another() {
    let scene = Scene::begin().await;
    scene.liar.answers(|_, ask| match ask {
        Ask::Open { item: Item::Log(log), from, .. } => {
            let drop = |_| Frame::Range { log: *log, from: Seq(*from), entries: Vec::new(), end: false };
            (0..20).map(drop).collect()
        }
        _ => Vec::new(),
    });
    all_arrives_all_the_same(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_are_refused_and_another_is_asked() {
    let scene = Scene::begin().await;
    let mut foreign = Story::new(own(Topic::District, Precedence::Routine));
    (0..5).for_each(|_| drop(foreign.add(&scene.district, Kind::CHECKPOINT, vec![0xff; 50])));
    let entries = foreign.entries;
    scene.liar.answers(move |_, ask| match ask {
        Ask::Open { item: Item::Log(log), from, .. } => {
            let range = |from, entries| Frame::Range { log: *log, from: Seq(from), entries, end: false };
            vec![range(*from, entries.clone()), range(from + 1_000, entries.clone()), range(0, vec![vec![1; 70]])]
        }
        _ => Vec::new(),
    });
    all_arrives_all_the_same(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frontier_without_end_costs_little_and_is_counted() {
    let scene = Scene::begin().await;
    let topics: Vec<(Topic, Digest)> = (0..4_000).map(|unit| (Topic::Unit(UnitId(unit)), Digest([8; 16]))).collect();
    for _ in 0..60 {
        scene.liar.say_to_both(&Frame::Topics { topics: topics.clone(), last: false }).await;
    }
    scene.both_are_offended().await;
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_without_end_old_ones_and_made_up_ones_change_nothing() {
    let mut scene = Scene::begin().await;
    let old = scene.district.sample().file.chart.clone();
    scene.liar.answers(move |_, ask| match ask {
        Ask::Open { item: Item::Document(kind, version), from, .. } => {
            let from = u32::try_from(*from).unwrap();
            let piece = |offset, total, bytes| Frame::Piece { kind: *kind, version: *version, offset, total, bytes };
            match version.0 % 2 {
                0 => vec![piece(from, 60_000, vec![1; 30_000]), piece(from + 30_000, 60_000, vec![1; 30_000])],
                _ => vec![piece(0, u32::try_from(old.len()).unwrap(), old.clone())],
            }
        }
        _ => Vec::new(),
    });
    let edition = |version: u32| Edition { version: Version(version), hash: Short([version.to_be_bytes()[3]; 8]) };
    for version in 2..30 {
        let editions = Editions { revocations: edition(version), charter: edition(version), chart: edition(version), ..Editions::NONE };
        scene.liar.say_to_both(&Frame::Editions(editions)).await;
    }
    for kind in DocumentKind::ALL {
        scene.liar.say_to_both(&Frame::Piece { kind, version: Version(1), offset: 0, total: 50_000, bytes: vec![3; 50_000] }).await;
    }
    scene.both_are_offended().await;
    // What the authority signs next arrives all the same.
    scene.district.publish(1, |sample| drop(sample.amend(|_| {}))).await;
    until(|| scene.district.status(2).documents == scene.district.status(1).documents).await;
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn greetings_without_end_are_counted() {
    let scene = Scene::begin().await;
    for session in 0..300 {
        let digest = Digest([u8::try_from(session % 256).unwrap(); 16]);
        scene.liar.say_to_both(&Frame::Hello { session, editions: Editions::NONE, digest }).await;
    }
    scene.both_are_offended().await;
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_of_the_future_make_no_message_delivered_everywhere() {
    let scene = Scene::begin().await;
    let future: Vec<HeadOf> = scene.district.heads(1, 1).into_iter().map(|head| HeadOf { seq: Seq(head.seq.0 + 500), ..head }).collect();
    scene.liar.say(1, &Frame::Heads { heads: future, done: true }).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    // The second office is off: whatever the hostile one says, it does not hold what is written now.
    scene.district.cut(1, true).await;
    until(|| scene.district.links(1).is_empty()).await;
    scene.ann.say(UNIT, "завтра").await;
    let message = scene.ann.messages(UNIT).pop().unwrap();
    let delivery = message.delivery;
    assert_eq!((delivery.code, delivery.held_by), (DeliveryCode::Queued, 0));
    scene.district.cut(1, false).await;
    scene.bob.reads(UNIT, &["до", "завтра"]).await;
    scene.district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_checkpoints_told_again_and_new_ones_that_say_less_take_no_receipt_back() {
    let scene = Scene::begin().await;
    let said = scene.ann.messages(UNIT)[0].id;
    let receipt = |seq| Checkpoint { heads: vec![(said.log, seq)], kept: Vec::new(), full: false }.encode();
    let delivered = || scene.ann.messages(UNIT)[0].delivery.delivered;
    let mut story = Story::new(own(Topic::District, Precedence::Routine));
    story.add(&scene.district, Kind::CHECKPOINT, receipt(said.seq));
    let old = story.head();
    scene.spread(&story).await;
    until(|| delivered() == 2).await;
    // It takes back what it said, and says again, for hours, what it once said.
    story.add(&scene.district, Kind::CHECKPOINT, receipt(Seq(1)));
    for _ in 0..50 {
        scene.liar.gossip(Topic::District, &story.entries).await;
        scene.liar.say_to_both(&Frame::Heads { heads: vec![old], done: true }).await;
    }
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    assert_eq!(delivered(), 2);
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_without_end_is_counted_and_gets_nothing_that_is_not_for_it() {
    let scene = Scene::begin().await;
    // The third office hosts nobody of unit 4; the inbox of the second is the second's.
    let unit = LogId {
        office: OfficeId(1),
        incarnation: scene.district.ledger(1).incarnation(),
        topic: Topic::Unit(UnitId(4)),
        precedence: Precedence::Routine,
    };
    scene.ann.say(okrug_node::office::view::ChatId::Unit(UnitId(2)), "для своих").await;
    let inboxes = (1..200).map(|office| LogId { topic: Topic::Inbox(OfficeId(office)), ..unit });
    let asks: Vec<Ask> =
        std::iter::once(unit).chain(inboxes).map(|log| Ask::Open { item: Item::Log(log), from: 1, credit: u32::MAX }).collect();
    let mut all: Vec<Ask> =
        scene.district.heads(1, 1).into_iter().map(|head| Ask::Open { item: Item::Log(head.log), from: 1, credit: u32::MAX }).collect();
    // What is for it is given, before it asks for too much.
    scene.liar.say_to_both(&Frame::Asks(all.clone())).await;
    until(|| scene.liar.was_given(|log| log.topic == Topic::Unit(UnitId(2)))).await;
    all.extend(asks);
    for _ in 0..50 {
        scene.liar.say_to_both(&Frame::Asks(all.clone())).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let foreign = |log: &LogId| log.topic == Topic::Unit(UnitId(4)) || matches!(log.topic, Topic::Inbox(of) if of != super::LIAR);
    assert!(!scene.liar.was_given(foreign));
    scene.ann.say(UNIT, "после").await;
    scene.bob.reads(UNIT, &["до", "для своих", "после"]).await;
    scene.district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_what_is_kept_without_measure_make_no_message_delivered_and_no_log_longer() {
    let scene = Scene::begin().await;
    let heads = scene.district.heads(1, 1);
    for (after, to) in [(u64::MAX, u64::MAX), (u64::MAX, 1), (5, 1 << 40), (0, u64::MAX)] {
        let rows = heads.iter().map(|head| Kept { log: head.log, after: Seq(after), to: Seq(to) }).collect();
        scene.liar.say(1, &Frame::Kept(rows)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    scene.district.cut(1, true).await;
    until(|| scene.district.links(1).is_empty()).await;
    scene.ann.say(UNIT, "завтра").await;
    let delivery = scene.ann.messages(UNIT).pop().unwrap().delivery;
    assert_eq!((delivery.code, delivery.held_by), (DeliveryCode::Queued, 0));
    scene.district.cut(1, false).await;
    scene.bob.reads(UNIT, &["до", "завтра"]).await;
    scene.district.stop().await;
}
