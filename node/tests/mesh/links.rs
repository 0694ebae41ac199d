//! One link per office, whatever happens to its connections.

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::Bytes;
use okrug_node::mesh::{Event, PingError, SendError};
use okrug_protocol::ids::{OfficeId, Precedence};

use crate::district::{Book, Node, pair, within};

#[tokio::test(flavor = "multi_thread")]
async fn both_dial_at_once_and_one_link_stands() {
    for _round in 0..20 {
        let book = Book::of(&[1, 2]);
        let (mut a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await);
        tokio::join!(a.hear_of(&b), b.hear_of(&a));
        for node in [&mut a, &mut b] {
            assert!(matches!(node.next().await, Event::Up { .. }));
        }
        // Talk until the connection that lost is long closed: nothing but frames may come.
        for number in 0..50_u8 {
            a.handle.send(b.office, Precedence::Routine, Bytes::from(vec![number])).await.unwrap();
            assert!(matches!(b.next().await, Event::Frame { bytes, .. } if bytes == [number]));
            b.handle.send(a.office, Precedence::Routine, Bytes::from(vec![number])).await.unwrap();
            assert!(matches!(a.next().await, Event::Frame { bytes, .. } if bytes == [number]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_is_missed_at_once_and_found_again_when_it_is_back() {
    let book = Book::of(&[1, 2]);
    let (mut a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await);
    b.hear_of(&a).await;
    for _round in 0..3 {
        a.up(2).await;
        b.up(1).await;
        let mut rest = b.stop().await;
        while within(rest.recv()).await.is_some() {}
        a.down(2).await;
        assert_eq!(a.handle.send(OfficeId(2), Precedence::Flash, Bytes::new()).await, Err(SendError::NoLink(OfficeId(2))));
        b = Node::start(2, &book).await;
        b.hear_of(&a).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_is_struck_off_loses_its_link_and_gets_it_back_when_listed_again() {
    let book = Book::of(&[1, 2]);
    let (mut a, mut b) = (Node::start(1, &book).await, Node::start(2, &book).await);
    a.hear_of(&b).await;
    a.up(2).await;
    b.up(1).await;
    book.strike(2);
    a.handle.recheck().await;
    a.down(2).await;
    b.down(1).await;
    book.list(2);
    a.handle.recheck().await;
    a.up(2).await;
    b.up(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_counts_its_bytes_and_names_its_address() {
    let (a, mut b) = pair().await;
    a.handle.send(b.office, Precedence::Routine, Bytes::from(vec![0; 100_000])).await.unwrap();
    assert_eq!(b.frame().await.len(), 100_000);
    let (ours, theirs) = (a.handle.links().remove(0), b.handle.links().remove(0));
    assert!(ours.connected && theirs.connected);
    assert!(ours.bytes_out > 100_000 && theirs.bytes_in > 100_000);
    assert!(ours.bytes_out < 110_000, "{ours:?}");
    assert!(ours.rtt_ms.is_some() && ours.last_contact.is_some());
    assert!(ours.address.unwrap().to_string().starts_with(&b.address.to_string()));
    assert_eq!(a.handle.reached().borrow().get(&b.office), Some(&b.address));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_is_answered_over_the_link_and_refused_without_one() {
    let (a, mut b) = pair().await;
    let asked = |office| a.handle.ping(office, std::time::Duration::from_secs(20));
    // Whoever asks while an answer is under way gets it too.
    let (one, other) = tokio::join!(asked(b.office), asked(b.office));
    assert!(one.unwrap().as_nanos() > 0 && other.unwrap().as_nanos() > 0);
    assert!(a.handle.links().remove(0).rtt_ms.is_some());
    assert_eq!(asked(OfficeId(9)).await, Err(PingError::NoLink(OfficeId(9))));
    // What is said meanwhile is not disturbed by it.
    a.handle.send(b.office, Precedence::Routine, Bytes::from_static(b"word")).await.unwrap();
    assert!(asked(b.office).await.is_ok());
    assert_eq!(b.frame().await, b"word");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_office_is_enough_to_meet_all_that_it_knows_by_name() {
    // 1 and 3 know only where 2 is; both are told by it of nobody, but each is reachable from 2.
    let book = Book::of(&[1, 2, 3]);
    let (mut a, mut b, mut c) = (Node::start(1, &book).await, Node::start(2, &book).await, Node::start(3, &book).await);
    a.hear_of(&b).await;
    c.hear_of(&b).await;
    a.up(2).await;
    c.up(2).await;
    let mut met = [b.next().await, b.next().await].map(|event| match event {
        Event::Up { office, .. } => office.0,
        other => panic!("{other:?}"),
    });
    met.sort_unstable();
    assert_eq!(met, [1, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_a_clear_error() {
    let (a, _b) = pair().await;
    let config = okrug_node::mesh::Config::of(okrug_protocol::ids::DistrictId(okrug_protocol::ids::Hash32::ZERO), vec![a.address.clone()]);
    let error = okrug_node::mesh::spawn(config, &[9; 32], Book::of(&[]), Default::default()).unwrap_err().to_string();
    assert!(error.contains(&a.address.to_string()) && error.contains("in use"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_port_serves_both_kinds_of_addresses_as_the_default_has_it() {
    let free = std::net::TcpListener::bind("[::]:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let listen = ["ip4/0.0.0.0", "ip6/::"].map(|host| format!("/{host}/tcp/{port}").parse().unwrap()).to_vec();
    let config = okrug_node::mesh::Config::of(okrug_protocol::ids::DistrictId(okrug_protocol::ids::Hash32::ZERO), listen);
    let cancel = tokio_util::sync::CancellationToken::new();
    let (_handle, mut events) = okrug_node::mesh::spawn(config, &[9; 32], Book::of(&[]), cancel.clone()).unwrap();
    for kind in ["/ip4/", "/ip6/"] {
        let is_it = |event: &Event| matches!(event, Event::Listening(address) if address.to_string().starts_with(kind));
        while !is_it(&within(events.recv()).await.unwrap()) {}
    }
    cancel.cancel();
}

#[tokio::test]
async fn the_mesh_answers_while_all_other_threads_are_busy() {
    let node = Node::start(1, &Book::of(&[1])).await;
    let (address, port) = okrug_node::mesh::endpoint_of(&node.address).unwrap();
    // The only thread that this test has waits here, as one that works would: nothing but the mesh's own can answer.
    let mut caller = TcpStream::connect((address, port)).unwrap();
    caller.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    let greeting = b"\x13/multistream/1.0.0\n";
    caller.write_all(greeting).unwrap();
    let mut answer = [0; 20];
    caller.read_exact(&mut answer).expect("the mesh answers");
    assert_eq!(&answer, greeting);
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbye_takes_a_moment_even_when_nobody_listens_to_events() {
    let (a, b) = pair().await;
    let (handle, office) = (a.handle.clone(), b.office);
    // More than all queues take, and never read on the other side.
    let sender = tokio::spawn(async move {
        for _ in 0..64 {
            if handle.send(office, Precedence::Routine, Bytes::from(vec![0; 1 << 20])).await.is_err() {
                return;
            }
        }
        panic!("all of it was taken");
    });
    b.stop().await;
    a.stop().await;
    within(sender).await.unwrap();
}
