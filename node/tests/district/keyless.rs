//! An office that has lost its keys: who wrote to it is told that it cannot open it.

use crate::offices::{District, Official, until};
use okrug_node::office::view::{ChatId, DeliveryCode, Event, Message, MessageId, WaitCode};
use okrug_protocol::chart::ResealRule;
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample;

const UNIT: ChatId = ChatId::Unit(UnitId(2));

fn seen(official: &Official, id: MessageId) -> Message {
    official.messages(UNIT).into_iter().find(|message| message.id == id).unwrap()
}

/// What stops it, and at how many offices.
fn stopped(official: &Official, id: MessageId) -> Option<(WaitCode, usize)> {
    seen(official, id).notice.map(|notice| (notice.code, notice.offices.len() + notice.more))
}

/// Tends both, as happens once a minute by itself, until something is so.
async fn tended(district: &District, is_so: impl Fn() -> bool) {
    let lives = async {
        while !is_so() {
            for office in [1, 2] {
                district.ledger(office).tend().await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let done = tokio::time::timeout(std::time::Duration::from_secs(120), lives).await;
    let unopened = district.ledger(2).unopened();
    assert!(
        done.is_ok(),
        "not yet: {unopened:?}, links {:?}, of 1 {:?}, of 2 {:?}",
        district.links(1),
        district.heads(2, 1),
        district.heads(1, 2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_to_an_office_that_lost_its_keys_is_told_until_it_can_open_it() {
    let mut district = District::start(3).await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(3, "eve", 2).await);
    let bob = district.person(2, "bob", 2).await;
    // It knows who they are; of what is written from now on it loses the key.
    until(|| [&ann, &eve].iter().all(|each| bob.tree().people.iter().any(|known| known.id == each.person))).await;
    district.switch_off(2).await;
    let said = ann.say(UNIT, "вода у моста").await.id;
    // It comes back without the key that the chart lists.
    district.sample_mut().open_keys[1] = sample::opening("another", 2);
    district.switch_on(2).await;
    let bob = district.log_in(2, "bob").await;
    until(|| seen(&ann, said).delivery.code == DeliveryCode::Delivered).await;
    let mut events = ann.events(None);
    tended(&district, || stopped(&ann, said) == Some((WaitCode::NoKey, 1))).await;
    // Whoever looks at it is told, without asking.
    let is_told = |event: &Event| matches!(event, Event::MessageState(state) if state.notice.as_ref().is_some_and(|notice| notice.code == WaitCode::NoKey));
    let told = async { while !is_told(&events.next().await.expect("the office runs").1) {} };
    tokio::time::timeout(std::time::Duration::from_secs(60), told).await.expect("it is told");
    let row = ann.trace(&said).offices.into_iter().find(|office| office.office == OfficeId(2)).unwrap();
    assert_eq!((row.holds, row.wait.map(|wait| wait.code)), (true, Some(WaitCode::NoKey)));
    let counted = |official: &Official| {
        let delivery = seen(official, said).delivery;
        (delivery.code, delivery.delivered, delivery.of, delivery.unopened)
    };
    assert_eq!(counted(&ann), (DeliveryCode::Relayed, 1, 2, 1), "it is there, and it is not delivered");
    eve.reads(UNIT, &["вода у моста"]).await;
    assert!(bob.history(UNIT).is_empty() && stopped(&eve, said).is_none(), "who did not write it is not told");

    // It is known after a restart.
    district.switch_off(1).await;
    district.switch_on(1).await;
    let ann = district.log_in(1, "ann").await;
    assert_eq!(stopped(&ann, said), Some((WaitCode::NoKey, 1)));

    // What the policy lets it have again it opens, and the line goes away.
    district.publish(1, |sample| drop(sample.amend(|chart| chart.policy.reseal = ResealRule::Members))).await;
    tended(&district, || bob.history(UNIT) == ["вода у моста"] && stopped(&ann, said).is_none()).await;
    let row = ann.trace(&said).offices.into_iter().find(|office| office.office == OfficeId(2)).unwrap();
    assert_eq!((row.holds, row.wait), (true, None));
    let delivery = seen(&ann, said).delivery;
    assert_eq!((delivery.code, delivery.delivered, delivery.unopened), (DeliveryCode::Delivered, 2, 0));
    district.stop().await;
}
