//! How much a client may send, and how long it may take.

use std::time::Duration;

use crate::served::client::{Answer, Client};
use crate::served::stream::Stream;
use crate::served::{Manner, PATIENCE, Served, post_body};
use okrug_node::api::{MAX_FILE_BYTES, MAX_JSON_BYTES, MAX_STREAMS_PER_SESSION, Patience};
use okrug_protocol::bounds::MAX_TEXT;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const MESSAGE: &str = "/api/v1/chat/d/message";

/// The head of a write with JSON.
fn head(client: &Client, path: &str, more: &str) -> Vec<u8> {
    let client = client.with("x-okrug", "1").with("content-type", "application/json").with("connection", "close");
    client.head("POST", path, more).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_announces_too_much_is_refused_before_it_is_sent() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    for (client, path, media_type, limit) in [
        (&ann, MESSAGE, "application/json", MAX_JSON_BYTES),
        (&served.admin(), "/api/v1/admin/district", "application/octet-stream", MAX_FILE_BYTES),
    ] {
        let client = client.with("x-okrug", "1").with("content-type", media_type).with("connection", "close");
        for length in [(limit + 1).to_string(), (u64::MAX >> 2).to_string()] {
            let head = client.head("POST", path, &format!("content-length: {length}\r\n"));
            let answer = client.raw(head.as_bytes()).await.unwrap();
            assert_eq!(answer.refusal(), (413, "too_large".to_owned()), "{path} {length}");
        }
        // What fits exactly is read and judged by what it says.
        let answer = client.ask("POST", path, &vec![b' '; limit]).await;
        assert!(!matches!(answer.status, 413 | 500..), "{path}: {answer:?}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_chunks_is_cut_off_at_the_same_length() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let in_chunks = |bytes: &[u8]| -> Vec<u8> {
        let chunks = bytes.chunks(4_096).flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
        [head(&ann, MESSAGE, "transfer-encoding: chunked\r\n"), chunks.collect(), b"0\r\n\r\n".to_vec()].concat()
    };
    let mut fits = serde_json::to_vec(&post_body("chunks", "кусками")).unwrap();
    fits.resize(MAX_JSON_BYTES, b' ');
    assert_eq!(ann.raw(&in_chunks(&fits)).await.unwrap().status, 201);
    fits.push(b' ');
    assert_eq!(ann.raw(&in_chunks(&fits)).await.unwrap().refusal(), (413, "too_large".to_owned()));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_may_have_so_many_bytes_and_not_one_more() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    let to_bob = bob.get("/api/v1/session").await.json()["person"]["id"].as_str().unwrap().to_owned();
    let fits = "я".repeat(MAX_TEXT / 2);
    let over = format!("{fits}z");
    for chat in ["d", "u2", &to_bob] {
        let path = format!("/api/v1/chat/{chat}/message");
        let answer = ann.write("POST", &path, &post_body(&format!("over-{chat}"), &over)).await;
        assert_eq!(answer.refusal(), (422, "text_too_long".to_owned()), "{chat}");
        let answer = ann.write("POST", &path, &post_body(&format!("fits-{chat}"), &fits)).await;
        assert_eq!((answer.status, answer.json()["text"].as_str().map(str::len)), (201, Some(MAX_TEXT)), "{chat}");
        assert_eq!(ann.get(&path).await.json()["messages"].as_array().unwrap().len(), 1, "{chat}");
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_long_ends_the_connection_and_not_the_node() {
    let served = Served::start().await;
    let long = served.stranger().with("x-long", &"x".repeat(400 << 10));
    let many = (0..1_000).fold(served.stranger(), |client, n| client.with(&format!("x-{n}"), "x"));
    let target = format!("/{}", "x".repeat(400 << 10));
    for (client, path) in [(&long, "/healthz"), (&many, "/healthz"), (&served.stranger(), &target)] {
        let head = client.head("GET", path, "connection: close\r\n");
        let status = client.raw(head.as_bytes()).await.map_or(431, |answer| answer.status);
        assert!(matches!(status, 400 | 414 | 431), "{status}");
    }
    assert_eq!(served.stranger().get("/healthz").await.status, 204);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_is_too_deep_is_refused() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    let client = ann.with("x-okrug", "1").with("content-type", "application/json");
    for (open, close) in [("[", "]"), (r#"{"text":"#, "}")] {
        for depth in [200, 20_000] {
            let deep = open.repeat(depth) + "1" + &close.repeat(depth);
            assert_eq!(client.ask("POST", MESSAGE, deep.as_bytes()).await.refusal(), (400, "bad_request".to_owned()), "{open} {depth}");
        }
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_few_streams_and_a_closed_one_makes_room() {
    let served = Served::start().await;
    let (ann, bob) = (served.member("ann", 2).await, served.member("bob", 2).await);
    let mut open = Vec::new();
    for _ in 0..MAX_STREAMS_PER_SESSION {
        open.push(Stream::open(&ann).await);
    }
    assert_eq!(ann.get("/api/v1/events").await.refusal(), (429, "too_many_streams".to_owned()));
    Stream::open(&bob).await;
    open.pop();
    let room = async {
        while Stream::try_open(&ann).await.answer.status != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, room).await.expect("the place of a closed stream is given back");
    served.stop().await;
}

/// A node that waits for nobody.
async fn hasty(patience: Patience) -> Served {
    Served::so(Manner { patience, ..Manner::default() }).await
}

const LONG: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_drop_by_drop_is_not_waited_for() {
    let served = hasty(Patience { head: SHORT, request: LONG, silence: LONG, ping: LONG }).await;
    let ends = async |first: &[u8]| {
        let mut stream = served.stranger().connect().await;
        stream.write_all(first).await.unwrap();
        let (mut from, mut to) = stream.into_split();
        let drops = tokio::spawn(async move {
            while to.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await
            }
        });
        let mut heard = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, from.read_to_end(&mut heard)).await;
        assert!(closed.is_ok(), "the node still waits after {first:?}");
        drops.abort();
        Answer::read(&heard).map(|answer| answer.status)
    };
    assert!(matches!(ends(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await, None | Some(408)));
    assert!(matches!(ends(b"").await, None | Some(408)));
    // A second request on a connection has no more time than the first.
    let second = served.stranger().head("GET", "/healthz", "") + "GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ";
    assert_eq!(ends(second.as_bytes()).await, Some(204));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_drop_by_drop_is_refused_in_words() {
    let served = hasty(Patience { head: LONG, request: SHORT, silence: LONG, ping: LONG }).await;
    let login = "/api/v1/session";
    let mut stream = served.stranger().connect().await;
    stream.write_all(&head(&served.stranger(), login, "content-length: 100000\r\n")).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let drops = tokio::spawn(async move {
        while to.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await
        }
    });
    let mut heard = Vec::new();
    let read = tokio::time::timeout(PATIENCE, from.read_to_end(&mut heard)).await;
    assert!(read.is_ok(), "the node still waits");
    drops.abort();
    assert_eq!(Answer::read(&heard).unwrap().refusal(), (408, "too_slow".to_owned()));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_nothing_moves_is_closed_and_a_stream_of_events_is_not() {
    let served = hasty(Patience { head: LONG, request: LONG, silence: Duration::from_millis(800), ping: Duration::from_millis(100) }).await;
    let ann = served.member("ann", 2).await;
    let mut events = Stream::open(&ann).await;
    let mut idle = served.stranger().connect().await;
    idle.write_all(served.stranger().head("GET", "/healthz", "").as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, idle.read_to_end(&mut heard)).await;
    assert!(closed.is_ok(), "an idle connection is closed");
    assert_eq!(Answer::read(&heard).unwrap().status, 204);
    // The pings have kept the stream, which is older.
    ann.write("POST", MESSAGE, &post_body("a", "ещё здесь")).await;
    assert_eq!(events.message().await, "ещё здесь");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_history_has_so_many_messages_at_most() {
    let served = Served::start().await;
    let ann = served.member("ann", 2).await;
    for part in (0..230).collect::<Vec<_>>().chunks(46) {
        futures::future::join_all(part.iter().map(|n| async { ann.write("POST", MESSAGE, &post_body(&n.to_string(), "текст")).await }))
            .await;
    }
    let count = async |query: &str| ann.get(&format!("{MESSAGE}{query}")).await.json()["messages"].as_array().unwrap().len();
    for (query, due) in [("", 50), ("?limit=0", 1), ("?limit=7", 7), ("?limit=200", 200), ("?limit=201", 200), ("?limit=4294967296", 200)] {
        assert_eq!(count(query).await, due, "{query}");
    }
    for bad in ["?limit=-1", "?limit=many", "?limit=1e9", "?before=x", "?limit=99999999999999999999999"] {
        assert_eq!(ann.get(&format!("{MESSAGE}{bad}")).await.code(), "bad_request", "{bad}");
    }
    let newest = ann.get(&format!("{MESSAGE}?limit=200")).await.json();
    let rest = ann.get(&format!("{MESSAGE}?limit=200&before={}", newest["before"].as_str().unwrap())).await.json();
    assert_eq!((rest["messages"].as_array().unwrap().len(), &rest["before"]), (30, &json!(null)));
    served.stop().await;
}
