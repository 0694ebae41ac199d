//! Three offices in one process, over real sockets, journals and stores.

use crate::offices::{self, District};
use okrug_node::office::view::{ChatId, DeliveryCode, Event, Link, MessageKind, Queue};
use okrug_protocol::ids::{OfficeId, Precedence, UnitId};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_to_a_department_is_shown_at_every_member_and_its_writer_learns_that_it_arrived() {
    let district = District::start(3).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    let mut at_bob = bob.events(None);
    let mut at_ann = ann.events(None);
    let said = ann.say(ChatId::Unit(UnitId(2)), "Проверка связи").await;
    let shown = offices::wait_for(&mut at_bob, |event| match event {
        Event::MessageNew(message) if message.text == "Проверка связи" => Some(message),
        _ => None,
    })
    .await;
    assert_eq!((shown.id, shown.author.id, shown.mine), (said.id, ann.person, false));
    assert_eq!(shown.author.office, OfficeId(1));
    let delivery = offices::wait_for(&mut at_ann, |event| match event {
        Event::MessageState(state) if state.id == said.id && state.delivery.code == DeliveryCode::Delivered => Some(state.delivery),
        _ => None,
    })
    .await;
    assert_eq!((delivery.delivered, delivery.of), (2, 2));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_message_opens_for_its_addressee_and_for_nobody_else() {
    let district = District::start(3).await;
    let (ann, bob, eve) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await, district.person(2, "eve", 2).await);
    let mut at_bob = bob.events(None);
    district.knows(1, &bob).await;
    ann.say(ChatId::Person(bob.person), "лично").await;
    let shown = offices::wait_for(&mut at_bob, |event| match event {
        Event::MessageNew(message) if message.chat == ChatId::Person(ann.person) => Some(message),
        _ => None,
    })
    .await;
    assert_eq!((shown.kind, shown.text.as_str()), (MessageKind::Text, "лично"));
    assert_eq!(ann.history(ChatId::Person(bob.person)), ["лично"]);
    assert!(eve.chats().iter().all(|chat| !matches!(chat.id, ChatId::Person(_))));
    assert_eq!(eve.history(ChatId::Person(ann.person)), [""; 0]);
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_was_off_catches_up_in_order_and_once() {
    let mut district = District::start(3).await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(3, "bob", 2).await);
    ann.say(ChatId::Unit(UnitId(2)), "до").await;
    bob.reads(ChatId::Unit(UnitId(2)), &["до"]).await;
    district.switch_off(3).await;
    let texts: Vec<String> = (0..300).map(|n| format!("сообщение {n}")).collect();
    for text in &texts {
        ann.say(ChatId::Unit(UnitId(2)), text).await;
    }
    district.switch_on(3).await;
    let bob = district.log_in(3, "bob").await;
    let mut expected = vec!["до"];
    expected.extend(texts.iter().map(String::as_str));
    bob.reads(ChatId::Unit(UnitId(2)), &expected).await;
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_has_lost_all_others_reads_writes_and_enrols_its_people() {
    let mut district = District::start(3).await;
    let chat = ChatId::Unit(UnitId(2));
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    ann.say(chat, "до").await;
    bob.reads(chat, &["до"]).await;
    bob.say(chat, "и отсюда").await;
    ann.reads(chat, &["до", "и отсюда"]).await;
    for office in 1..=3 {
        district.switch_off(office).await;
    }
    district.switch_on(1).await;
    let (ann, new) = (district.log_in(1, "ann").await, district.person(1, "new", 2).await);
    ann.say(chat, "мы одни").await;
    new.say(chat, "вдвоём").await;
    let all = ["до", "и отсюда", "мы одни", "вдвоём"];
    ann.reads(chat, &all).await;
    new.reads(chat, &all).await;
    district.switch_on(2).await;
    district.switch_on(3).await;
    district.log_in(2, "bob").await.reads(chat, &all).await;
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_writes_nothing_twice_even_after_a_restart() {
    let mut district = District::start(1).await;
    let ann = district.person(1, "ann", 2).await;
    let first = ann.post(ChatId::District, "раз", "same-id").await;
    let again = ann.post(ChatId::District, "раз", "same-id").await;
    assert_eq!((first.repeated, again.repeated), (false, true));
    district.switch_off(1).await;
    district.switch_on(1).await;
    let ann = district.log_in(1, "ann").await;
    let later = ann.post(ChatId::District, "раз", "same-id").await;
    assert!(later.repeated);
    assert_eq!(later.message.id, first.message.id);
    assert_eq!(ann.history(ChatId::District), ["раз"]);
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_resumes_with_exactly_what_was_missed() {
    let district = District::start(1).await;
    let ann = district.person(1, "ann", 2).await;
    let mut stream = ann.events(None);
    ann.say(ChatId::District, "один").await;
    let (number, _) = stream.next().await.expect("the office runs");
    drop(stream);
    ann.say(ChatId::District, "два").await;
    ann.say(ChatId::District, "три").await;
    let mut resumed = ann.events(Some(number));
    let mut texts = Vec::new();
    for _ in 0..2 {
        texts.push(
            offices::wait_for(&mut resumed, |event| match event {
                Event::MessageNew(message) => Some(message.text),
                _ => None,
            })
            .await,
        );
    }
    assert_eq!(texts, ["два", "три"]);
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_to_be_whole_tells_all_that_was_missed_and_where_it_began() {
    const MISSED: usize = 1_100;
    let district = District::start(1).await;
    let ann = district.person(1, "ann", 2).await;
    ann.say(ChatId::District, "before").await;
    let began = ann.all_events(None).began();
    assert!(began > 0, "the number to resume after, before anything has happened");
    let texts: Vec<String> = (0..MISSED).map(|n| format!("{n}")).collect();
    futures::future::join_all(texts.iter().map(|text| ann.say(ChatId::District, text))).await;
    let (_, first) = ann.events(Some(began)).next().await.expect("the office runs");
    assert_eq!(first, Event::Reset, "a page reads its lists again");
    let mut whole = ann.all_events(Some(began));
    assert_eq!(whole.began(), began);
    let mut came = Vec::new();
    while came.len() < MISSED {
        let (number, event) = whole.next().await.expect("the office runs");
        let Event::MessageNew(message) = event else { panic!("{event:?}") };
        came.push((number, message.text));
    }
    assert!(came.is_sorted_by(|(a, _), (b, _)| a < b), "in the order of their arrival");
    let came: std::collections::HashSet<_> = came.into_iter().map(|(_, text)| text).collect();
    assert_eq!(came, texts.into_iter().collect());
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_counted_in_messages_for_each_office_that_reads_them() {
    let mut district = District::start(3).await;
    let ann = district.person(1, "ann", 2).await;
    let queue = |district: &District, office: u32| {
        let status = district.status(1);
        status.peers.into_iter().find(|peer| peer.office == OfficeId(office)).unwrap().queue
    };
    offices::until(|| district.status(1).peers.iter().all(|peer| peer.link == Link::Up)).await;
    district.switch_off(2).await;
    // Records of people and keys of epochs are no messages.
    assert_eq!((district.status(1).queue.messages, queue(&district, 2).messages), (0, 0));
    ann.say(ChatId::District, "раз").await;
    ann.say(ChatId::District, "два").await;
    offices::until(|| district.status(1).queue.messages == 0).await;
    let waiting = queue(&district, 2);
    assert_eq!((waiting.messages, waiting.urgent, waiting.oldest_s.is_some()), (2, 0, true), "one office has them, one has not");
    assert_eq!(queue(&district, 3), Queue::default());
    district.switch_off(3).await;
    ann.post_as(ChatId::District, "три", "three", Precedence::Urgent).await;
    let (all, waiting) = (district.status(1).queue, queue(&district, 2));
    assert_eq!((all.messages, all.urgent, waiting.messages, waiting.urgent), (1, 1, 3, 1));
    district.switch_on(2).await;
    offices::until(|| queue(&district, 2).messages == 0).await;
    assert_eq!(queue(&district, 3).messages, 1);
    district.stop().await;
}
