//! The movement of a message, as the office that wrote it and one that reads it show it.

use crate::bundle::{stick, take, wish};
use crate::offices::{District, Official, until};
use okrug_node::mesh::{Hours, Ration};
use okrug_node::office::view::{BundlePurpose, ChatId, DeliveryCode, Dismissal, MessageId, NewBundle, TraceBy, TraceOffice, WaitCode};
use okrug_protocol::ids::{OfficeId, Precedence, UnitId};
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
    // That it holds it is known an instant before it is written down when and by what that was heard.
    until(|| at(&ann, &before, 3).heard.is_some()).await;
    let there = at(&ann, &before, 3);
    assert!(there.heard.is_some() && there.by == Some(TraceBy::Others) && there.said.is_some(), "its checkpoint told: {there:?}");

    district.cut(3, true).await;
    until(|| district.links(2) == [1]).await;
    let said = ann.say(UNIT, "вода у моста").await;
    until(|| at(&ann, &said.id, 2).heard.is_some()).await;
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
    // The ledger may hear of it a moment after the desk.
    let mut is_named = true;
    for n in 0..100 {
        let after = ann.say(UNIT, &format!("после {n}")).await.id;
        is_named = ann.trace(&after).offices.iter().any(|each| each.office == OfficeId(3));
        if !is_named {
            break;
        }
    }
    assert!(!is_named, "what was written for those who are left names no other");
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

#[tokio::test(flavor = "multi_thread")]
async fn what_a_thin_link_holds_back_says_why_and_until_when_and_flash_goes() {
    let mut district = District::start(2).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    district.knows(1, &bob).await;
    drop(ann);
    district.switch_off(1).await;
    // Hours that begin in two hours and last for one.
    let minute = |hours: u64| u16::try_from((okrug_node::clock::now().0 / 60_000 + hours * 60) % (24 * 60)).unwrap();
    district.declare(1, 2, Ration { hours: Some(Hours { from: minute(2), to: minute(3) }), ..Ration::default() });
    district.switch_on(1).await;
    let ann = district.log_in(1, "ann").await;
    until(|| district.links(1) == [2]).await;
    let said = ann.say(UNIT, "сводка за день").await;
    until(|| wait(&ann, &said.id, 2) == Some(WaitCode::Hours)).await;
    let until_when = at(&ann, &said.id, 2).wait.unwrap().until.unwrap();
    assert!(until_when > said.sent.plus(90 * 60_000) && until_when.0.is_multiple_of(60_000), "{until_when:?}");
    let flash = ann.post_as(UNIT, "вода у моста", "flash", Precedence::Flash).await.message.id;
    until(|| at(&ann, &flash, 2).holds).await;
    assert_eq!(at(&ann, &flash, 2).wait, None);
    assert_eq!((wait(&ann, &said.id, 2), bob.history(UNIT).contains(&said.text)), (Some(WaitCode::Hours), false));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_is_told_that_an_addressee_had_left_before_it_is_known_to_have_come() {
    let district = District::start(2).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    district.knows(1, &bob).await;
    let chat = ChatId::Person(bob.person);
    let notice = |id: MessageId| ann.messages(chat).into_iter().find(|message| message.id == id).unwrap().notice;
    let before = ann.say(chat, "до").await.id;
    until(|| at(&ann, &before, 2).holds).await;
    district.cut(2, true).await;
    until(|| district.links(1).is_empty()).await;
    district.office(2).dismiss(bob.person, &Dismissal { reason: "уволен".to_owned(), at: None }).await.unwrap();
    let after = ann.say(chat, "после").await.id;
    assert_eq!(notice(after), None, "nobody here can know yet");
    district.cut(2, false).await;
    until(|| notice(after).is_some_and(|notice| notice.code == WaitCode::Left)).await;
    until(|| at(&ann, &after, 2).holds && wait(&ann, &after, 2) == Some(WaitCode::Left)).await;
    assert_eq!((notice(before), wait(&ann, &before, 2)), (None, None), "what had come before is told nothing");
    district.stop().await;
}
