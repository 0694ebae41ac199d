//! Many streams that break at random and resume: each brings every message once, in the order of all others.

use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use serde_json::json;
use tokio::task::JoinSet;

use crate::served::client::Client;
use crate::served::stream::{Stream, text};
use crate::served::{Served, login_body, post_body};
use okrug_node::office::view::Event;

const STREAMS: usize = 50;
const WRITERS: usize = 4;
const EACH: usize = 60;

/// So many clients of few people: a session has eight streams at most.
async fn clients(served: &Served) -> Vec<Client> {
    let mut clients = Vec::new();
    for login in ["ann", "bob", "eve"] {
        served.person(login, 2).await;
    }
    for at in 0..STREAMS.div_ceil(7) {
        let login = ["ann", "bob", "eve"][at % 3];
        let answer = served.stranger().write("POST", "/api/v1/session", &login_body(login, true)).await;
        let client = served.stranger().bearer(answer.json()["token"].as_str().unwrap());
        clients.extend((0..7).map(|_| client.clone()));
    }
    clients.truncate(STREAMS);
    clients
}

/// Opens a stream after `place`, as soon as those that were given up have left room for it.
async fn open(client: &Client, place: &str) -> Stream {
    loop {
        let stream = Stream::try_open(&client.with("last-event-id", place)).await;
        match stream.answer.status {
            200 => return stream,
            429 => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => panic!("{:?}", stream.answer),
        }
    }
}

/// Reads until `last` has come, and gives the stream up again and again on the way; how often.
async fn patchy(client: Client, mut place: String, last: &'static str, seed: u64) -> (Vec<String>, usize) {
    let (mut chance, mut texts, mut times) = (ChaCha20Rng::seed_from_u64(seed), Vec::new(), 0);
    loop {
        let mut stream = open(&client, &place).await;
        for _ in 0..chance.next_u32() % 40 {
            let came = stream.next().await.expect("the node does not end a stream");
            assert_ne!(came.event, Event::Reset, "so little was missed that it is all told");
            texts.extend(text(&came));
            place = came.id;
            if texts.last().map(String::as_str) == Some(last) {
                return (texts, times);
            }
        }
        times += 1;
        drop(stream);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_streams_that_break_at_random_bring_everything_once_and_in_one_order() {
    let served = Served::start().await;
    let writer = served.member("dora", 2).await;
    let say = async |text: String| {
        let answer = writer.write("POST", "/api/v1/chat/u2/message", &post_body(&text, &text)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    };
    let clients = clients(&served).await;
    let mut whole = Stream::open(&writer).await;
    say("first".to_owned()).await;
    let place = whole.wait_for(|came| text(came).map(|_| came.id.clone())).await;
    let mut reading = JoinSet::new();
    for (seed, client) in (1..).zip(clients) {
        reading.spawn(patchy(client, place.clone(), "last", seed));
    }
    let writers = (0..WRITERS).map(|writer| {
        let say = &say;
        async move {
            for n in 0..EACH {
                say(format!("w{writer}-{n}")).await;
            }
        }
    });
    futures::future::join_all(writers).await;
    say("last".to_owned()).await;
    let due = whole.texts_up_to("last").await;
    assert_eq!(due.len(), WRITERS * EACH + 1);
    let mut times = 0;
    while let Some(read) = reading.join_next().await {
        let (texts, broke) = read.unwrap();
        assert_eq!(texts, due);
        times += broke;
    }
    assert!(times > STREAMS, "{times}: hardly a stream broke");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_all_hear_alike_says_to_each_whether_it_is_their_own() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    let mut streams = [Stream::open(&ann).await, Stream::open(&bob).await, Stream::open(&ann).await];
    let say = async |client: &Client| client.write("POST", "/api/v1/chat/u2/message", &post_body("one", "слово")).await.json();
    let (of_ann, of_bob) = (say(&ann).await, say(&bob).await);
    assert_eq!((&of_ann["mine"], &of_bob["mine"]), (&json!(true), &json!(true)), "to whom said it");
    for (stream, own) in streams.iter_mut().zip([&of_ann, &of_bob, &of_ann]) {
        for _ in 0..2 {
            let message = stream.wait_for(|came| match &came.event {
                Event::MessageNew(message) => Some((**message).clone()),
                _ => None,
            });
            let message = message.await;
            assert_eq!(message.mine, message.id.to_string() == own["id"].as_str().unwrap(), "{message:?}");
            assert_eq!(message.text, "слово");
        }
    }
    served.stop().await;
}
