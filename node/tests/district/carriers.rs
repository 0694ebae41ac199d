//! Where the only way leads through offices that carry and do not read.

use crate::offices::{District, Official, until};
use okrug_node::office::view::{ChatId, DeliveryCode, Message, MessageId, Notice, WaitCode};
use okrug_protocol::digest::hash;
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample;

const UNIT: ChatId = ChatId::Unit(UnitId(2));

/// A text that cannot be packed.
fn long(n: u32) -> String {
    (0..24u32).map(|k| hash(b"test\0", &[&n.to_be_bytes(), &k.to_be_bytes()]).to_hex()).collect()
}

/// Readers host unit 2; carriers host nothing, and their quota is small.
async fn with_carriers(offices: u32, carriers: &[u32]) -> District {
    let mut sample = sample::hosting(offices, |office| if carriers.contains(&office.0) { Vec::new() } else { vec![UnitId(2)] });
    sample.amend(|chart| chart.offices.iter_mut().for_each(|office| office.carrier = carriers.contains(&office.id.0)));
    District::start_with(sample, offices, |_, _| ()).await
}

fn word(official: &Official, id: MessageId) -> (DeliveryCode, usize, usize) {
    let delivery = official.messages(UNIT).into_iter().find(|message| message.id == id).unwrap().delivery;
    (delivery.code, delivery.delivered, delivery.of)
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_line_of_carriers_with_little_room_all_arrives_and_the_word_is_true_on_the_way() {
    const QUOTA: u64 = 12_000;
    let district = with_carriers(5, &[2, 4]).await;
    for (office, near) in [(1, &[2][..]), (2, &[1, 3]), (3, &[2, 4]), (4, &[3, 5]), (5, &[4])] {
        district.neighbours(office, near).await;
    }
    let (ann, bob, eve) = (district.person(1, "ann", 2).await, district.person(3, "bob", 2).await, district.person(5, "eve", 2).await);
    until(|| district.links(1) == [2] && district.links(3) == [2, 4] && district.links(5) == [4]).await;
    let first = ann.say(UNIT, "первое").await.id;
    until(|| word(&ann, first) == (DeliveryCode::Delivered, 2, 2)).await;

    // Nobody who reads it is within reach: the carrier cannot keep it all.
    district.cut(3, true).await;
    until(|| district.links(2) == [1]).await;
    [2, 4].into_iter().for_each(|carrier| district.carries(carrier, QUOTA));
    let mut said: Vec<Message> = Vec::new();
    for n in 0..24 {
        said.push(ann.say(UNIT, &long(n)).await);
    }
    let (early, last) = (said[0].id, said[23].id);
    until(|| word(&ann, last) == (DeliveryCode::Relayed, 0, 2)).await;
    until(|| word(&ann, early) == (DeliveryCode::Queued, 0, 2)).await;
    let carried = district.status(2).carried.unwrap();
    assert!(carried.bytes <= QUOTA && carried.given_up > 0 && !carried.full, "{carried:?}");
    assert_eq!((carried.writers[0].office, carried.topics.len(), carried.oldest.is_some()), (OfficeId(1), 1, true));
    assert!(district.heads(2, 2).iter().all(|head| district.holds_from_beginning(2, head)), "nothing of its own is given up");
    let hub = ann.trace(&last).offices.into_iter().find(|office| office.office == OfficeId(2)).unwrap();
    assert!(hub.holds && !hub.reads, "{hub:?}");
    let lost = ann.trace(&early).offices.into_iter().find(|office| office.office == OfficeId(2)).unwrap();
    assert_eq!(
        (lost.holds, lost.wait.map(|wait| wait.code)),
        (false, Some(WaitCode::GaveUp)),
        "its sender is told who gave it up, and why"
    );

    district.cut(3, false).await;
    let mut all = vec!["первое".to_owned()];
    all.extend(said.iter().map(|message| message.text.clone()));
    let everywhere = async {
        while bob.history(UNIT) != all
            || eve.history(UNIT) != all
            || [early, last].iter().any(|id| word(&ann, *id).0 != DeliveryCode::Delivered)
        {
            // What happens once a minute by itself.
            district.ledger(2).tend().await;
            district.ledger(4).tend().await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(180), everywhere).await.expect("all arrives");
    assert_eq!((word(&ann, early), word(&ann, last)), ((DeliveryCode::Delivered, 2, 2), (DeliveryCode::Delivered, 2, 2)));
    assert!(district.heads(2, 2).iter().all(|head| district.holds_from_beginning(2, head)));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_star_whose_hub_is_no_member_delivers_and_the_hub_is_no_delivery() {
    let district = with_carriers(4, &[1]).await;
    for office in 2..=4 {
        district.neighbours(office, &[1]).await;
    }
    let (ann, bob) = (district.person(2, "ann", 2).await, district.person(3, "bob", 2).await);
    until(|| (2..=4).all(|office| district.links(office) == [1])).await;
    district.cut(3, true).await;
    district.cut(4, true).await;
    until(|| district.links(1) == [2]).await;
    let said = ann.say(UNIT, "вода у моста").await.id;
    until(|| word(&ann, said) == (DeliveryCode::Relayed, 0, 2)).await;
    district.cut(3, false).await;
    until(|| word(&ann, said) == (DeliveryCode::Relayed, 1, 2)).await;
    bob.reads(UNIT, &["вода у моста"]).await;
    district.cut(4, false).await;
    until(|| word(&ann, said) == (DeliveryCode::Delivered, 2, 2)).await;
    assert!(district.status(1).carried.unwrap().bytes > 0 && district.status(3).carried.is_none());
    district.stop().await;
}

/// The line beneath a message.
fn notice(official: &Official, id: MessageId) -> Option<Notice> {
    official.messages(UNIT).into_iter().find(|message| message.id == id).unwrap().notice
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_without_room_and_a_reader_that_is_removed_are_told_beneath_the_message() {
    let mut district = with_carriers(3, &[2]).await;
    for (office, near) in [(1, &[2][..]), (2, &[1, 3]), (3, &[2])] {
        district.neighbours(office, near).await;
    }
    let ann = district.person(1, "ann", 2).await;
    until(|| district.links(1) == [2] && district.links(3) == [2]).await;
    district.cut(3, true).await;
    until(|| district.links(2) == [1]).await;
    // There is room for the keys that go before it, alone or with it, and none beside it; the last entry of a log stays whatever
    // it weighs, so from then on nothing can make room.
    district.carries(2, 1_500);
    let first = ann.say(UNIT, &"первое ".repeat(700)).await.id;
    until(|| word(&ann, first) == (DeliveryCode::Relayed, 0, 1)).await;
    until(|| district.status(2).carried.is_some_and(|carried| carried.full)).await;
    let second = ann.say(UNIT, "второе").await.id;
    let full = |id| notice(&ann, id).is_some_and(|notice| notice.code == WaitCode::Full && notice.offices.len() == 1);
    until(|| full(second)).await;
    assert_eq!((word(&ann, second), notice(&ann, first)), ((DeliveryCode::Queued, 0, 1), None), "what is held there is not stopped");
    let at = |id: &MessageId, office| ann.trace(id).offices.into_iter().find(|each| each.office == OfficeId(office)).unwrap();
    let carrier = at(&second, 2);
    assert_eq!((carrier.holds, carrier.wait.map(|wait| wait.code)), (false, Some(WaitCode::Full)));

    district.publish(1, |sample| drop(sample.revoke(&[OfficeId(3)], &[], &[]))).await;
    until(|| notice(&ann, second).is_some_and(|notice| notice.code == WaitCode::Removed)).await;
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_becomes_full_says_so_at_once_and_not_with_its_next_receipts() {
    let mut district = with_carriers(3, &[2]).await;
    // Receipts are collected for longer than this test may take.
    district.collects(std::time::Duration::from_secs(3_600));
    district.switch_off(2).await;
    district.switch_on(2).await;
    for (office, near) in [(1, &[2][..]), (2, &[1, 3]), (3, &[2])] {
        district.neighbours(office, near).await;
    }
    let ann = district.person(1, "ann", 2).await;
    until(|| district.links(1) == [2] && district.links(3) == [2]).await;
    district.cut(3, true).await;
    until(|| district.links(2) == [1]).await;
    district.carries(2, 1_500);
    ann.say(UNIT, &"первое ".repeat(700)).await;
    until(|| district.status(2).carried.is_some_and(|carried| carried.full)).await;
    let second = ann.say(UNIT, "второе").await.id;
    until(|| notice(&ann, second).is_some_and(|notice| notice.code == WaitCode::Full)).await;
    district.stop().await;
}
