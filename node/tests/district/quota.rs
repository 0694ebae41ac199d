//! Whoever has written more than the quota hears of it from the offices that let the rest wait.

use crate::offices::{District, Official, until, wait_for};
use okrug_node::office::view::{ChatId, DeliveryCode, Event, MessageId, Notice, TraceWait, WaitCode};
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{OfficeId, Precedence, UnitId};
use okrug_protocol::quota::DAY_MS;
use okrug_protocol::sample;

const UNIT: ChatId = ChatId::Unit(UnitId(2));

fn now() -> Millis {
    Millis(u64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap())
}

fn notice(official: &Official, id: MessageId) -> Option<Notice> {
    official.messages(UNIT).into_iter().find(|message| message.id == id)?.notice
}

fn wait(official: &Official, id: MessageId, office: u32) -> Option<TraceWait> {
    official.trace(&id).offices.into_iter().find(|each| each.office == OfficeId(office))?.wait
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flash_beyond_the_quota_says_who_takes_it_later_and_until_when_and_takes_that_back() {
    let mut sample = sample::district(2);
    sample.amend(|chart| chart.policy.entries_per_day = 1);
    let name = sample.directory().office(OfficeId(2)).unwrap().name.clone();
    let mut district = District::start_with(sample, 2, |_, _| ()).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    let flash = async |n: u64| {
        let text = format!("тревога {n}");
        ann.post_as(UNIT, &text, &format!("{n:016x}"), Precedence::Flash).await.message.id
    };
    let first = flash(0).await;
    // Nine tenths of a day each, since no entry is worth more; and there are all days since the founding, and one.
    let granted = (now().since(sample::ISSUED) + DAY_MS) * 10 / 9 / DAY_MS;
    let mut events = ann.all_events(None);
    let mut last = first;
    for n in 1..=granted + 2 {
        last = flash(n).await;
    }
    until(|| notice(&ann, last).is_some_and(|notice| notice.code == WaitCode::Quota)).await;
    let told = notice(&ann, last).unwrap();
    assert_eq!((told.offices, told.more), (vec![name], 0));
    let end = told.until.unwrap();
    assert!(end > now() && end.since(now()) <= 2 * DAY_MS, "{end:?}");
    let movement = TraceWait { until: Some(end), ..TraceWait::of(WaitCode::Quota) };
    assert_eq!(wait(&ann, last, 2), Some(movement.clone()));
    assert_ne!(ann.trace(&last).delivery.code, DeliveryCode::Delivered);
    assert_eq!(district.status(1).peers[0].why, Some(movement));
    until(|| wait(&ann, first, 2).is_none() && ann.trace(&first).delivery.code == DeliveryCode::Delivered).await;
    // Whoever looks at the conversation is told without asking: with the message, where the word came before it.
    let told_of = |event: Event| match event {
        Event::MessageState(state) if state.id == last => state.notice,
        Event::MessageNew(message) if message.id == last => message.notice,
        _ => None,
    };
    wait_for(&mut events, |event| told_of(event).filter(|notice| notice.code == WaitCode::Quota)).await;

    // It is the word of a neighbour: without a link nobody says it, and with the next one it is said again.
    district.cut(2, true).await;
    until(|| wait(&ann, last, 2).is_some_and(|wait| wait.code == WaitCode::NoLink) && notice(&ann, last).is_none()).await;
    district.cut(2, false).await;
    until(|| notice(&ann, last).is_some_and(|notice| notice.code == WaitCode::Quota)).await;
    assert!(!bob.history(UNIT).iter().any(|text| *text == format!("тревога {}", granted + 2)));

    district.publish(1, |sample| drop(sample.amend(|chart| chart.policy.entries_per_day = u32::MAX))).await;
    until(|| ann.trace(&last).delivery.code == DeliveryCode::Delivered).await;
    until(|| notice(&ann, last).is_none() && wait(&ann, last, 2).is_none()).await;
    let read = bob.history(UNIT);
    assert!((0..=granted + 2).all(|n| read.contains(&format!("тревога {n}"))), "a quota slows, it makes no gap");
    district.stop().await;
}
