//! Scripts about gossip and links.

use bytes::Bytes;
use okrug_node::mesh::Source;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{OfficeId, Precedence, Topic, UnitId};

use super::{LIAR, Liar, Scene, Story, own};
use crate::offices::until;

#[tokio::test(flavor = "multi_thread")]
async fn gossip_of_junk_on_wrong_topics_and_a_thousand_times_is_heard_once() {
    let scene = Scene::begin().await;
    for n in 0..500_u32 {
        scene.liar.mesh.publish(Topic::District, Bytes::from([&n.to_be_bytes()[..], &[7; 200]].concat())).await;
    }
    let mut story = Story::new(own(Topic::District, Precedence::Routine));
    let empty = okrug_protocol::checkpoint::Checkpoint { heads: Vec::new(), kept: Vec::new(), full: false }.encode();
    (0..20).for_each(|_| drop(story.add(&scene.district, Kind::CHECKPOINT, empty.clone())));
    // What is about the district, on the topic of a unit; and the same entries in ever new messages.
    scene.liar.gossip(Topic::Unit(UnitId(2)), &story.entries).await;
    for from in 0..story.entries.len() {
        for to in from + 1..=story.entries.len() {
            scene.liar.gossip(Topic::District, &story.entries[from..to]).await;
        }
    }
    scene.both_who_hear_gossip_are_offended().await;
    scene.spread(&story).await;
    scene.both_hold(story.head()).await;
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_without_end_take_no_memory_to_speak_of() {
    let scene = Scene::begin().await;
    for page in 0..10 {
        let topics = (0..500).map(|unit| Topic::Unit(UnitId(page * 500 + unit))).collect();
        scene.liar.mesh.subscribe(topics).await;
    }
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_revoked_comes_back_in_vain() {
    let mut scene = Scene::begin().await;
    scene.district.publish(1, |sample| drop(sample.revoke(&[LIAR], &[], &[]))).await;
    until(|| scene.district.links(1) == [2] && scene.district.links(2) == [1]).await;
    let mut story = Story::new(own(Topic::District, Precedence::Routine));
    story.add(&scene.district, Kind::CHECKPOINT, vec![1; 40]);
    for _ in 0..20 {
        for office in [1, 2] {
            scene.liar.mesh.address(OfficeId(office), vec![scene.district.address(office).await], Source::Bootstrap).await;
            assert!(!scene.district.links(office).contains(&LIAR.0));
        }
        scene.liar.gossip(Topic::District, &story.entries).await;
        tokio::task::yield_now().await;
    }
    assert_eq!((scene.held(1, &story.log).0, scene.held(2, &story.log).0), (0, 0));
    scene.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_with_one_key_are_named_and_the_others_go_on() {
    let scene = Scene::begin().await;
    let twin = Liar::join(&scene.district).await;
    // Each takes the link from the other for as long as both run.
    until(|| [1, 2].iter().any(|at| scene.alarms(*at).contains(&"two_nodes".to_owned()))).await;
    drop(twin);
    scene.end(&["two_nodes"]).await;
}
