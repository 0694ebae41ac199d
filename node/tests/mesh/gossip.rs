//! Gossip: judged before it is passed on, and heard at once by an office that has just restarted.

use std::net::SocketAddr;

use bytes::Bytes;
use okrug_node::mesh::{Multiaddr, Source, Verdict};
use okrug_protocol::ids::{Topic, UnitId};
use tokio::net::{TcpListener, TcpStream};

use crate::district::{Book, Node};

const TOPIC: Topic = Topic::Unit(UnitId(12));

async fn publish(node: &Node, topic: Topic, text: &str) {
    node.handle.publish(topic, Bytes::from(text.to_owned())).await;
}

/// A line: 1 - 2 - 3, everybody subscribed, linked, and heard by the next.
///
/// Its ends are in no common directory, or the middle would tell them of each other and they would meet.
async fn line() -> [Node; 3] {
    let (left, all, right) = (Book::of(&[1, 2]), Book::of(&[1, 2, 3]), Book::of(&[2, 3]));
    let mut nodes = [Node::start(1, &left).await, Node::start(2, &all).await, Node::start(3, &right).await];
    for node in &nodes {
        node.handle.subscribe(vec![TOPIC]).await;
    }
    let [a, b, c] = &mut nodes;
    a.hear_of(b).await;
    c.hear_of(b).await;
    a.up(2).await;
    c.up(2).await;
    a.hears(2, TOPIC, true).await;
    b.hears(1, TOPIC, true).await;
    b.hears(3, TOPIC, true).await;
    nodes
}

#[tokio::test(flavor = "multi_thread")]
async fn gossip_passes_through_the_middle_of_a_line_only_when_accepted_there() {
    let [a, mut b, mut c] = line().await;
    for (text, verdict) in [("one", Verdict::Reject), ("two", Verdict::Ignore), ("three", Verdict::Accept), ("four", Verdict::Accept)] {
        publish(&a, TOPIC, text).await;
        let (from, heard, token) = b.gossip().await;
        assert_eq!((from, heard.as_str()), (a.office, text));
        b.handle.verdict(token, verdict).await;
    }
    for text in ["three", "four"] {
        let (from, heard, _) = c.gossip().await;
        assert_eq!((from, heard.as_str()), (b.office, text));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_heard_once_per_topic() {
    let [a, mut b, c] = line().await;
    for node in [&a, &b, &c] {
        node.handle.subscribe(vec![TOPIC, Topic::District]).await;
    }
    a.hears(2, Topic::District, true).await;
    c.hears(2, Topic::District, true).await;
    publish(&a, TOPIC, "same").await;
    assert_eq!(b.gossip().await.1, "same");
    publish(&c, TOPIC, "same").await;
    publish(&c, Topic::District, "same").await;
    publish(&c, TOPIC, "end").await;
    let (from, heard, _) = b.gossip().await;
    assert_eq!((from, heard.as_str()), (c.office, "same"), "on the other topic it is another message");
    assert_eq!(b.gossip().await.1, "end");
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_that_are_not_wanted_any_more_are_not_heard() {
    let [a, mut b, _c] = line().await;
    publish(&a, TOPIC, "first").await;
    assert_eq!(b.gossip().await.1, "first");
    b.handle.subscribe(vec![Topic::District]).await;
    a.hears(2, Topic::District, true).await;
    a.hears(2, TOPIC, false).await;
    publish(&a, TOPIC, "late").await;
    publish(&a, Topic::District, "last").await;
    assert_eq!(b.gossip().await.1, "last");
}

/// Forwards connections, and when the caller's side ends says nothing of it to the other: what a cut line looks like.
async fn deaf_wire(target: SocketAddr) -> Multiaddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            let mut called = TcpStream::connect(target).await.unwrap();
            tokio::spawn(async move {
                {
                    let ((mut from_caller, mut to_caller), (mut from_called, mut to_called)) = (caller.split(), called.split());
                    tokio::select! {
                        _ = tokio::io::copy(&mut from_caller, &mut to_called) => {}
                        _ = tokio::io::copy(&mut from_called, &mut to_caller) => {}
                    }
                }
                drop(caller);
                std::future::pending::<()>().await;
                drop(called);
            });
        }
    });
    format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_restarted_ten_times_over_a_deaf_wire_is_heard_and_hears_each_time() {
    let book = Book::of(&[1, 2]);
    let mut a = Node::start(1, &book).await;
    a.handle.subscribe(vec![TOPIC]).await;
    let port = a.address.to_string().rsplit('/').next().unwrap().parse().unwrap();
    let wire = deaf_wire(SocketAddr::from(([127, 0, 0, 1], port))).await;
    for round in 0..10 {
        let mut b = Node::start(2, &book).await;
        b.handle.subscribe(vec![TOPIC]).await;
        b.handle.address(a.office, vec![wire.clone()], Source::Bootstrap).await;
        // For the first office the old connection still stands; the new link must replace it.
        if round > 0 {
            a.down(2).await;
        }
        a.up(2).await;
        b.up(1).await;
        a.hears(2, TOPIC, true).await;
        b.hears(1, TOPIC, true).await;
        publish(&a, TOPIC, &format!("to {round}")).await;
        assert_eq!(b.gossip().await.1, format!("to {round}"));
        publish(&b, TOPIC, &format!("from {round}")).await;
        assert_eq!(a.gossip().await.1, format!("from {round}"));
        b.stop().await;
    }
}
