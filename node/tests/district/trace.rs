//! The movement of a message, as the office that wrote it and one that reads it show it.

use crate::bundle::{stick, take, wish};
use crate::offices::{District, Official, until};
use okrug_node::office::view::{BundlePurpose, ChatId, DeliveryCode, MessageId, NewBundle, TraceBy, TraceOffice, WaitCode};
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample;

const UNIT: ChatId = ChatId::Unit(UnitId(2));

fn at(official: &Official, id: &MessageId, office: u32) -> TraceOffice {
    official.trace(id).offices.into_iter().find(|each| each.office == OfficeId(office)).unwrap()
}

fn wait(official: &Official, id: &MessageId, office: u32) -> Option<WaitCode> {
    at(official, id, office).wait.map(|wait| wait.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_a_message_is_told_with_times_and_what_waits_with_the_reason() {
    let mut district = District::start(3).await;
    // A line: 1 and 3 have only 2 between them.
    district.neighbours(1, &[2]).await;
    district.neighbours(3, &[2]).await;
    let (ann, bob, eve) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await, district.person(3, "eve", 2).await);
    district.knows(1, &eve).await;
    until(|| district.links(3) == [2] && district.links(1) == [2]).await;
    let before = ann.say(UNIT, "до").await.id;
    until(|| at(&ann, &before, 3).holds).await;
    let there = at(&ann, &before, 3);
    assert!(there.heard.is_some() && there.by == Some(TraceBy::Others) && there.said.is_some(), "its checkpoint told: {there:?}");

    district.cut(3, true).await;
    until(|| district.links(2) == [1]).await;
    let said = ann.say(UNIT, "вода у моста").await;
    until(|| at(&ann, &said.id, 2).holds).await;
    let near = at(&ann, &said.id, 2);
    assert!(near.heard >= Some(said.sent) && matches!(near.by, Some(TraceBy::Gossip | TraceBy::Exchange)), "{near:?}");
    let far = at(&ann, &said.id, 3).wait.unwrap();
    assert_eq!((far.code, far.via), (WaitCode::Through, Some(OfficeId(2))), "it was last heard of by office 2");
    district.cut(1, true).await;
    until(|| wait(&ann, &said.id, 3) == Some(WaitCode::ThroughNoLink)).await;
    assert!(at(&ann, &said.id, 3).wait.unwrap().since.is_some(), "since when there is no link to office 2");

    // At a reader: who gave it, by what, and who of that office has read it.
    let trace = bob.trace(&said.id);
    assert_eq!((trace.came.from, trace.written), (Some(OfficeId(1)), said.sent));
    assert!(matches!(trace.came.by, Some(TraceBy::Gossip | TraceBy::Exchange)), "{trace:?}");
    assert_eq!((trace.read_here.read, trace.read_here.of), (0, 1));
    bob.read(bob.messages(UNIT).last().unwrap());
    assert_eq!(bob.trace(&said.id).read_here.read, 1);

    district.cut(1, false).await;
    district.cut(3, false).await;
    until(|| at(&ann, &said.id, 3).holds).await;
    eve.reads(UNIT, &["до", "вода у моста"]).await;
    assert_eq!((eve.trace(&said.id).came.from, eve.trace(&said.id).came.by), (Some(OfficeId(2)), Some(TraceBy::Exchange)));
    until(|| at(&ann, &said.id, 3).said.is_some()).await;
    let told = ann.trace(&said.id).offices;
    district.switch_off(1).await;
    district.switch_on(1).await;
    let ann = district.log_in(1, "ann").await;
    assert_eq!(ann.trace(&said.id).offices, told, "a restart forgets none of it");

    district.publish(1, |sample| drop(sample.revoke(&[OfficeId(3)], &[], &[]))).await;
    until(|| wait(&ann, &said.id, 3) == Some(WaitCode::Removed)).await;
    assert_eq!((at(&ann, &said.id, 3).reads, ann.trace(&said.id).delivery.of), (false, 1), "one reader less, and it says so");
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_stick_is_a_step_of_the_way_and_no_delivery_before_its_receipts() {
    let district = District::start_apart(sample::district(2), &[1, 2], |_, _| ()).await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(2, "eve", 2).await);
    let said = ann.say(UNIT, "по флешке").await.id;
    assert_eq!((at(&ann, &said, 2).stick, wait(&ann, &said, 2)), (None, Some(WaitCode::NoLink)));
    let file = stick(&district, 1, wish(&["o2"])).await;
    until(|| at(&ann, &said, 2).stick.is_some()).await;
    assert_eq!((at(&ann, &said, 2).holds, ann.trace(&said).delivery.code), (false, DeliveryCode::Queued));
    take(&district, 2, &file).await.unwrap();
    assert_eq!((eve.trace(&said).came.from, eve.trace(&said).came.by), (Some(OfficeId(1)), Some(TraceBy::Stick)));
    let receipts = stick(&district, 2, NewBundle { purpose: BundlePurpose::Receipts, ..wish(&["o1"]) }).await;
    take(&district, 1, &receipts).await.unwrap();
    let there = at(&ann, &said, 2);
    assert!(there.holds && there.heard.is_some() && there.by == Some(TraceBy::Stick) && there.wait.is_none(), "{there:?}");
    assert_eq!(ann.trace(&said).delivery.code, DeliveryCode::Delivered);
    district.stop().await;
}
