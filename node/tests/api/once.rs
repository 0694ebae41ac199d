//! A message is written once, however often its request is sent.

use std::collections::HashSet;

use tokio::io::AsyncWriteExt;

use crate::served::client::{Answer, Client};
use crate::served::{self, Served, post_body};

const DISTRICT: &str = "/api/v1/chat/d/message";

async fn post(client: &Client, chat: &str, id: &str, text: &str) -> Answer {
    client.write("POST", &format!("/api/v1/chat/{chat}/message"), &post_body(id, text)).await
}

async fn texts(client: &Client, chat: &str) -> Vec<String> {
    let page = client.get(&format!("/api/v1/chat/{chat}/message?limit=200")).await.json();
    page["messages"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_client_id_again_gives_the_same_message_again() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let first = post(&ann, "d", "01HZXK", "раз").await;
    let again = post(&ann, "d", "01HZXK", "раз").await;
    // What the first request said counts, whatever the second says.
    let other = post(&ann, "d", "01HZXK", "два").await;
    assert_eq!((first.status, again.status, other.status), (201, 200, 200));
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!((&other.json()["id"], &other.json()["text"]), (&first.json()["id"], &"раз".into()));
    assert_eq!(texts(&ann, "d").await, ["раз"]);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_may_call_their_messages_the_same() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    assert_eq!(post(&ann, "d", "same", "от первого").await.status, 201);
    assert_eq!(post(&bob, "d", "same", "от второго").await.status, 201);
    assert_eq!(texts(&ann, "d").await, ["от первого", "от второго"]);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_session_of_the_same_person_writes_nothing_twice() {
    let served = Served::start().await;
    let phone = served.member("ann", 2).await;
    let login = served.stranger().write("POST", "/api/v1/session", &served::login_body("ann", true)).await;
    let desk = served.stranger().bearer(login.json()["token"].as_str().unwrap());
    assert_eq!((post(&phone, "d", "same", "раз").await.status, post(&desk, "d", "same", "раз").await.status), (201, 200));
    assert_eq!(texts(&desk, "d").await, ["раз"]);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_at_once_with_one_client_id_write_one_message() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    for round in 0..20 {
        let id = format!("round-{round}");
        let body = post_body(&id, &id);
        let all = futures::future::join_all((0..8).map(|_| ann.write("POST", DISTRICT, &body))).await;
        // One writes it; the others wait for that one and are told of the same message.
        let of = |status: u16| all.iter().filter(|answer| answer.status == status).count();
        assert_eq!((of(201), of(200)), (1, 7), "{all:?}");
        let named: HashSet<String> = all.iter().map(|answer| answer.json()["id"].to_string()).collect();
        assert_eq!(named.len(), 1, "{named:?}");
        assert_eq!(ann.write("POST", DISTRICT, &body).await.status, 200);
    }
    assert_eq!(texts(&ann, "d").await.len(), 20);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_in_the_middle_and_asks_again_writes_one_message() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let rounds = 60;
    for round in 0..rounds {
        let id = format!("round-{round}");
        let body = post_body(&id, &id);
        let bytes = serde_json::to_vec(&body).unwrap();
        let client = ann.with("x-okrug", "1").with("content-type", "application/json");
        let head = client.head("POST", DISTRICT, &format!("content-length: {}\r\n", bytes.len()));
        let mut gone = client.connect().await;
        gone.write_all(&[head.as_bytes(), &bytes].concat()).await.unwrap();
        // Some go before the node has read it, some while it writes, some when it has answered.
        for _ in 0..round % 12 * 20 {
            tokio::task::yield_now().await;
        }
        drop(gone);
        assert!(ann.write("POST", DISTRICT, &body).await.status < 300);
    }
    assert_eq!(texts(&ann, "d").await.len(), rounds);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_leaves_its_client_id_free() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    assert_eq!(post(&ann, "d", "mine", " \n ").await.refusal(), (422, "empty_text".to_owned()));
    assert_eq!(post(&ann, "u99", "mine", "куда").await.refusal(), (404, "no_such_chat".to_owned()));
    assert_eq!(post(&ann, "d", "mine", "теперь с текстом").await.status, 201);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_id_is_short_and_plain() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    for bad in ["", "a b", "я", "a/b", "a\u{0}", &"x".repeat(65)] {
        assert_eq!(post(&ann, "d", bad, "текст").await.refusal(), (400, "bad_request".to_owned()), "{bad:?}");
    }
    assert_eq!(post(&ann, "d", &"x".repeat(64), "текст").await.status, 201);
    assert_eq!(texts(&ann, "d").await, ["текст"]);
    served.stop().await;
}
