//! Gossip: judged before it is passed on, and heard at once by an office that has just restarted.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use okrug_node::mesh::{Event, Multiaddr, Source, Verdict};
use okrug_protocol::ids::{OfficeId, Topic, UnitId};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

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

/// Forwards connections, and what crosses them so late.
async fn late_wire(target: SocketAddr, late: watch::Receiver<Duration>) -> Multiaddr {
    async fn forward(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, late: watch::Receiver<Duration>) {
        let mut buffer = [0; 4 << 10];
        while let Ok(bytes @ 1..) = from.read(&mut buffer).await {
            let wait = *late.borrow();
            tokio::time::sleep(wait).await;
            if to.write_all(&buffer[..bytes]).await.is_err() {
                return;
            }
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((caller, _)) = listener.accept().await {
            let called = TcpStream::connect(target).await.unwrap();
            let ((from_caller, to_caller), (from_called, to_called)) = (caller.into_split(), called.into_split());
            tokio::spawn(forward(from_caller, to_called, late.clone()));
            tokio::spawn(forward(from_called, to_caller, late.clone()));
        }
    });
    format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap()
}

/// Waits until a link is used without gossip, or with it; it is not made anew for that.
async fn used_without_gossip(node: &mut Node, without: bool) {
    loop {
        match node.next().await {
            Event::Terms { terms, .. } if terms.direct == without => return,
            event @ (Event::Down { .. } | Event::Up { .. }) => panic!("{event:?}"),
            _ => {}
        }
    }
}

/// Asks for the round trip all the time.
fn ask_on(node: &Node, other: OfficeId) {
    let handle = node.handle.clone();
    tokio::spawn(async move { while handle.ping(other, Duration::from_secs(60)).await.is_ok() {} });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_began_on_a_busy_machine_gets_gossip_back_as_often_as_that_happens_without_being_made_anew() {
    let book = Book::of(&[1, 2]);
    let (mut a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await);
    for node in [&a, &b] {
        node.handle.subscribe(vec![TOPIC]).await;
    }
    let (busy, quiet) = (Duration::from_millis(120), Duration::ZERO);
    let (late, so_late) = watch::channel(busy);
    let port = a.address.to_string().rsplit('/').next().unwrap().parse().unwrap();
    let wire = late_wire(SocketAddr::from(([127, 0, 0, 1], port)), so_late).await;
    b.handle.address(a.office, vec![wire], Source::Bootstrap).await;
    a.up(2).await;
    b.up(1).await;
    for round in 0..4 {
        tokio::join!(used_without_gossip(&mut a, true), used_without_gossip(&mut b, true));
        late.send_replace(quiet);
        // The first time it finds out by itself.
        tokio::join!(used_without_gossip(&mut a, false), used_without_gossip(&mut b, false));
        a.hears(2, TOPIC, true).await;
        b.hears(1, TOPIC, true).await;
        publish(&a, TOPIC, &format!("to {round}")).await;
        assert_eq!(b.gossip().await.1, format!("to {round}"));
        publish(&b, TOPIC, &format!("from {round}")).await;
        assert_eq!(a.gossip().await.1, format!("from {round}"));
        late.send_replace(busy);
        if round == 0 {
            ask_on(&a, b.office);
            ask_on(&b, a.office);
        }
    }
}
