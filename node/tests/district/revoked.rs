//! What follows from a list of revocations at real nodes: links, messages, logs, sessions.

use crate::offices::{self, District, until};
use crate::served::Served;
use crate::served::client::Client;
use okrug_node::clock;
use okrug_node::office::view::{ChatId, Freshness, Link, MessageKind, NewRole};
use okrug_protocol::document::Head;
use okrug_protocol::ids::{OfficeId, UnitId, Version};
use okrug_protocol::revocations::{CutOff, Revocations};
use okrug_protocol::sample::{self, ISSUED};
use serde_json::Value;

const UNIT: ChatId = ChatId::Unit(UnitId(2));

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_office_is_let_go_by_all_and_gets_no_key_of_what_is_written_then() {
    let mut district = District::start(3).await;
    let (ann, bob, eve) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await, district.person(3, "eve", 2).await);
    ann.say(UNIT, "до").await;
    eve.reads(UNIT, &["до"]).await;
    district.publish(1, |sample| drop(sample.revoke(&[OfficeId(3)], &[], &[]))).await;
    // Office 2 hears of it from office 1 and lets go as well.
    until(|| district.links(1) == [2] && district.links(2) == [1] && district.links(3).is_empty()).await;
    assert!(district.status(1).peers.iter().all(|peer| peer.office != OfficeId(3)));
    ann.say(UNIT, "после").await;
    bob.reads(UNIT, &["до", "после"]).await;
    assert_eq!(eve.history(UNIT), ["до"]);
    assert!(district.status(1).peers.iter().any(|peer| peer.link == Link::Up));
    district.stop().await;
}

/// Where the logs of an office end, as far as another has them.
fn ends(district: &District, at: u32, of: u32) -> Vec<CutOff> {
    district.heads(at, of).iter().map(|head| CutOff { log: head.log, seq: head.seq, id: district.entry_id(at, head) }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_end_of_a_revoked_office_nothing_counts_at_any_node() {
    let mut district = District::start(3).await;
    let (ann, bob, eve) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await, district.person(3, "eve", 2).await);
    eve.say(UNIT, "ещё своё").await;
    ann.reads(UNIT, &["ещё своё"]).await;
    bob.reads(UNIT, &["ещё своё"]).await;
    until(|| district.heads(1, 3) == district.heads(3, 3)).await;
    let ends = ends(&district, 1, 3);
    // Office 2 is away when the authority looks, and takes what comes after.
    district.cut(1, true).await;
    eve.say(UNIT, "уже чужое").await;
    bob.reads(UNIT, &["ещё своё", "уже чужое"]).await;
    district
        .publish(1, |sample| {
            sample.revoke(&[OfficeId(3)], &[], &[]);
            sample.revoke(&[], &[], &ends);
        })
        .await;
    district.cut(1, false).await;
    until(|| bob.history(UNIT) == ["ещё своё"]).await;
    assert_eq!(ann.history(UNIT), ["ещё своё"]);
    until(|| district.heads(2, 3) == district.heads(1, 3)).await;
    assert!(district.status(2).alarms.iter().any(|alarm| alarm.code == "entries_struck"));
    // A restart changes nothing, and the exchange goes on.
    district.switch_off(2).await;
    district.switch_on(2).await;
    let bob = district.log_in(2, "bob").await;
    bob.reads(UNIT, &["ещё своё"]).await;
    ann.say(UNIT, "дальше").await;
    bob.reads(UNIT, &["ещё своё", "дальше"]).await;
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_announced_behind_the_end_of_a_revoked_office_is_unlearned() {
    let mut district = District::start(3).await;
    let found = async |district: &District, title: &str| {
        let new = NewRole { title: title.to_owned(), unit: UnitId(2) };
        district.office(3).add_role(new).await.unwrap().id
    };
    let own = found(&district, "Дежурный").await;
    until(|| [1, 2].iter().all(|at| district.office(*at).role(own).is_ok())).await;
    // A role is known an instant before its entry is on the disk.
    until(|| district.heads(1, 3) == district.heads(3, 3)).await;
    let ends = ends(&district, 1, 3);
    assert!(!ends.is_empty());
    district.cut(1, true).await;
    let foreign = found(&district, "Самозванец").await;
    until(|| district.office(2).role(foreign).is_ok()).await;
    district
        .publish(1, |sample| {
            sample.revoke(&[OfficeId(3)], &[], &[]);
            sample.revoke(&[], &[], &ends);
        })
        .await;
    district.cut(1, false).await;
    until(|| district.office(2).role(foreign).is_err()).await;
    assert!(district.office(2).role(own).is_ok(), "what was announced before the end stays known");
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn until_the_end_is_known_what_nobody_witnessed_is_shown_under_a_warning() {
    let mut district = District::start(3).await;
    let (ann, bob, eve) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await, district.person(3, "eve", 2).await);
    eve.say(UNIT, "видели").await;
    ann.reads(UNIT, &["видели"]).await;
    bob.reads(UNIT, &["видели"]).await;
    let doubts = |who: &offices::Official| who.messages(UNIT).iter().map(|message| message.unwitnessed).collect::<Vec<_>>();
    assert_eq!(doubts(&ann), [false]);
    // Checkpoints of offices 1 and 2 that cover it have come to each other.
    until(|| bob.messages(UNIT)[0].delivery.delivered == 2).await;
    district.cut(1, true).await;
    district.publish(1, |sample| drop(sample.revoke(&[OfficeId(3)], &[], &[]))).await;
    eve.say(UNIT, "не видели").await;
    bob.reads(UNIT, &["видели", "не видели"]).await;
    district.cut(1, false).await;
    // Office 2 took the second one before it heard; its checkpoint for it may name the old list, and then is a witness.
    ann.reads(UNIT, &["видели", "не видели"]).await;
    until(|| doubts(&ann)[0] == doubts(&bob)[0] && !doubts(&ann)[0]).await;
    assert_eq!(ann.messages(UNIT)[1].kind, MessageKind::Text);
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_persons_session_ends_and_they_come_in_no_more() {
    let mut district = District::start(2).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    bob.say(UNIT, "до отзыва").await;
    ann.reads(UNIT, &["до отзыва"]).await;
    let person = bob.person;
    district.publish(1, |sample| drop(sample.revoke(&[], &[person], &[]))).await;
    until(|| !bob.is_in()).await;
    assert!(district.office(2).login("bob", "длинный пароль").await.is_err());
    // What was said before the office knew goes on counting, and others work on.
    assert_eq!(ann.history(UNIT), ["до отзыва"]);
    assert_eq!(ann.messages(UNIT)[0].kind, MessageKind::Text);
    let list = district.status(2).district.revocations.unwrap();
    assert_eq!((list.version, list.freshness), (1, Freshness::Overdue), "the sample's list was signed on 1 January 2026");
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_age_of_the_list_is_told_to_people_and_to_whoever_monitors() {
    let served = Served::start().await;
    let member = served.member("duty", 1).await;
    let metric = async || {
        let text = Client::new(served.metrics).get("/metrics").await.text().to_owned();
        text.lines().find_map(|line| line.strip_prefix("okrug_revocation_age_seconds ")?.parse::<u64>().ok())
    };
    let told = async || member.get("/api/v1/session").await.json()["district"]["revocations"].clone();
    let give = async |list: Vec<u8>| {
        let mut file = served.sample.file.clone();
        file.revocations = Some(list);
        assert_eq!(served.admin().file("/api/v1/admin/district", &file.encode()).await.status, 200);
    };
    assert_eq!((metric().await, told().await), (None, Value::Null));

    let age = || clock::now().since(ISSUED) / 1_000;
    let before = age();
    give(served.sample.clone().revoke(&[OfficeId(2)], &[], &[])).await;
    let (counted, list) = (metric().await.unwrap(), told().await);
    assert!((before..=age()).contains(&counted) && (before..=age()).contains(&list["age_s"].as_u64().unwrap()), "{counted} {list}");
    assert_eq!(list["version"], 1);

    // A newer list is young again, whatever it says.
    let (now, held) = (clock::now(), served.sample.clone().revoke(&[OfficeId(2)], &[], &[]));
    let held = okrug_protocol::document::Signed::<Revocations>::decode(&held).unwrap();
    let head = Head { version: Version(2), issued: now, refresh_by: now.plus(1 << 30), previous: held.hash(), ..held.doc().head };
    give(sample::signed(Revocations { head, ..held.doc().clone() }, &[&served.sample.revocation_key]).encode()).await;
    let (counted, list) = (metric().await.unwrap(), told().await);
    assert!(counted < before && counted <= clock::now().since(now) / 1_000, "{counted}");
    assert_eq!((&list["version"], &list["freshness"]), (&2.into(), &"fresh".into()));
    served.stop().await;
}
