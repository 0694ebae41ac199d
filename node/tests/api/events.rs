//! Streams of events: exactly what was missed, nothing of other people's conversations, and how far messages have come.

use crate::served::client::Client;
use crate::served::stream::{Stream, text};
use crate::served::{self, Served, post_body};
use okrug_node::office::Link;
use okrug_node::office::view::{DeliveryCode, Event, Link as Stands, MessageId};
use okrug_protocol::ids::OfficeId;
use serde_json::json;

async fn say(client: &Client, chat: &str, text: &str) -> serde_json::Value {
    let id: String = text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>() + chat;
    let answer = client.write("POST", &format!("/api/v1/chat/{chat}/message"), &post_body(&id[id.len().saturating_sub(60)..], text)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

fn after(client: &Client, id: &str) -> Client {
    client.with("last-event-id", id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_resumes_brings_exactly_what_was_missed() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    let mut stream = Stream::open(&ann).await;
    say(&bob, "d", "один").await;
    let seen = stream.wait_for(|came| text(came).map(|_| came.id.clone())).await;
    drop(stream);
    say(&bob, "d", "два").await;
    say(&ann, "u2", "три").await;
    let mut resumed = Stream::open(&after(&ann, &seen)).await;
    say(&bob, "d", "четыре").await;
    assert_eq!(resumed.texts_up_to("четыре").await, ["два", "три", "четыре"]);
    // From any place again the same, and never twice.
    let mut again = Stream::open(&after(&ann, &seen)).await;
    say(&bob, "d", "пять").await;
    assert_eq!(again.texts_up_to("пять").await, ["два", "три", "четыре", "пять"]);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_without_a_place_begins_now() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    say(&ann, "d", "раньше").await;
    let mut stream = Stream::open(&ann).await;
    say(&ann, "d", "теперь").await;
    assert_eq!(stream.message().await, "теперь");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_before_anything_has_happened_resumes_where_it_began() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    let mut stream = Stream::open(&ann).await;
    let place = stream.place().await;
    drop(stream);
    say(&bob, "d", "меж двух").await;
    assert_eq!(Stream::open(&after(&ann, &place)).await.message().await, "меж двух");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_missed_too_much_is_told_to_begin_anew() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let mut stream = Stream::open(&ann).await;
    say(&ann, "d", "последнее").await;
    let seen = stream.wait_for(|came| text(came).map(|_| came.id.clone())).await;
    drop(stream);
    let missed: Vec<String> = (0..513).map(|n| n.to_string()).collect();
    for part in missed.chunks(64) {
        futures::future::join_all(part.iter().map(|text| say(&ann, "d", text))).await;
    }
    let mut stream = Stream::open(&after(&ann, &seen)).await;
    let first = stream.next().await.unwrap();
    assert_eq!(first.event, Event::Reset);
    // The number of the reset is a place like any other.
    let mut resumed = Stream::open(&after(&ann, &first.id)).await;
    say(&ann, "d", "дальше").await;
    assert_eq!((stream.message().await, resumed.message().await), ("дальше".to_owned(), "дальше".to_owned()));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_missed_as_many_as_are_kept_gets_them_all() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let mut stream = Stream::open(&ann).await;
    say(&ann, "d", "последнее").await;
    let seen = stream.wait_for(|came| text(came).map(|_| came.id.clone())).await;
    drop(stream);
    for text in 0..511 {
        say(&ann, "d", &text.to_string()).await;
    }
    say(&ann, "d", "конец").await;
    let mut stream = Stream::open(&after(&ann, &seen)).await;
    let texts = stream.texts_up_to("конец").await;
    assert_eq!(texts.len(), 512);
    assert!(texts.iter().take(511).enumerate().all(|(n, text)| *text == n.to_string()), "{texts:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_begins_anew_or_is_refused() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    // Of another life of the store.
    let mut stream = Stream::open(&after(&ann, "18446744073709551615")).await;
    assert_eq!(stream.next().await.unwrap().event, Event::Reset);
    for bad in ["-1", "+1", "1.5", "один", "18446744073709551616", "1 OR 1", "0x1"] {
        assert_eq!(after(&ann, bad).get("/api/v1/events").await.refusal(), (400, "bad_request".to_owned()), "{bad}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_other_peoples_conversations_comes() {
    let served = Served::start().await;
    // u3 and u5 lie beside each other: their people see neither each other's unit nor each other's letters.
    let (ann, bob, eve) = (served.member("ann", 3).await, served.member("bob", 3).await, served.member("eve", 5).await);
    let before = say(&ann, "d", "раньше").await;
    let mut stream = Stream::open(&eve).await;
    let place = Stream::open(&after(&eve, "18446744073709551615")).await.next().await.unwrap().id;
    let to_bob = bob.get("/api/v1/session").await.json()["person"]["id"].as_str().unwrap().to_owned();
    say(&ann, &to_bob, "лично").await;
    let said = say(&ann, "u3", "для своих").await;
    for (chat, seen) in [("u3", &said), ("d", &before)] {
        let read = json!({ "chat": chat, "cursor": seen["cursor"] });
        assert_eq!(bob.write("POST", "/api/v1/read", &read).await.status, 204);
    }
    let id: MessageId = said["id"].as_str().unwrap().parse().unwrap();
    served.office().holds(OfficeId(2), &[(id.log, id.seq)]);
    say(&ann, "d", "для всех").await;
    // Live and afterwards: what comes is of the district and of nobody else.
    let told = |came: &served::stream::Came| match &came.event {
        Event::Peer(_) | Event::OrgVersion(_) => None,
        event => Some(format!("{event:?}")),
    };
    let first = stream.wait_for(told).await;
    assert!(first.contains("для всех"), "{first}");
    let first = Stream::open(&after(&eve, &place)).await.wait_for(told).await;
    assert!(first.contains("для всех"), "{first}");
    for chat in ["u3", "p10001", "p10002"] {
        let page = eve.get(&format!("/api/v1/chat/{chat}/message")).await;
        assert!(!page.text().contains("для своих") && !page.text().contains("лично"), "{chat}: {}", page.text());
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_how_far_a_message_comes_what_was_read_and_which_links_stand() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    let mut stream = Stream::open(&ann).await;
    let said = say(&bob, "u2", "новое").await;
    stream.message().await;
    let id: MessageId = said["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(said["delivery"]["code"], "queued");
    served.office().holds(OfficeId(2), &[(id.log, id.seq)]);
    let state = |came: &served::stream::Came| match &came.event {
        Event::MessageState(state) if state.id == id => Some(state.delivery),
        _ => None,
    };
    let delivery = stream.wait_for(state).await;
    assert!(delivery.code != DeliveryCode::Queued && delivery.held_by == 1, "{delivery:?}");

    let unread = |came: &served::stream::Came| match &came.event {
        Event::ChatUpdate(chat) if chat.id.to_string() == "u2" => Some(chat.unread),
        _ => None,
    };
    assert_eq!(ann.write("POST", "/api/v1/read", &json!({ "chat": "u2", "cursor": said["cursor"] })).await.status, 204);
    assert_eq!(stream.wait_for(unread).await, 0);

    served.office().link(OfficeId(2), Link { up: true, ..Link::default() });
    let link = |came: &served::stream::Came| match &came.event {
        Event::Peer(peer) if peer.office == OfficeId(2) => Some(peer.link),
        _ => None,
    };
    assert_eq!(stream.wait_for(link).await, Stands::Up);
    served.stop().await;
}
