//! Those who do not belong, and those who talk nonsense.

use bytes::Bytes;
use futures::future::join_all;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use okrug_node::mesh::{Event, Multiaddr};
use okrug_protocol::ids::{OfficeId, Precedence};
use tokio::net::TcpListener;
use tokio_util::compat::TokioAsyncReadCompatExt;

use crate::district::{Book, Node, pair, seed, within};
use crate::raw;

const EXCHANGE: &str = "/okrug/01010101/exchange/1";

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_through_noise_and_no_further() {
    let node = Node::start(1, &Book::of(&[1, 2])).await;
    // Its identity is valid, so the handshake is completed; the multiplexer is not even negotiated.
    let mut stranger = raw::noise(&node.address, seed(99)).await.unwrap();
    let multiplexer = within(raw::propose(&mut stranger, "/yamux/1.0.0")).await;
    assert!(multiplexer.is_err(), "the connection ends: {multiplexer:?}");
    assert_eq!(node.handle.strangers(), 1);
    assert!(node.handle.links().is_empty());
    // The same with a listed identity goes on.
    let mut office = raw::noise(&node.address, seed(2)).await.unwrap();
    assert!(within(raw::propose(&mut office, "/yamux/1.0.0")).await.unwrap());
    assert_eq!(node.handle.strangers(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_that_answers_in_place_of_an_office_gets_no_further_either() {
    use libp2p::core::upgrade::InboundConnectionUpgrade;

    let node = Node::start(1, &Book::of(&[1, 2])).await;
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("/ip4/127.0.0.1/tcp/{}", trap.local_addr().unwrap().port()).parse().unwrap();
    node.handle.address(OfficeId(2), vec![address], okrug_node::mesh::Source::Lan).await;
    let mut socket = within(trap.accept()).await.unwrap().0.compat();
    // It waits for no answer between the lines, and neither does the node before Noise.
    assert!(within(raw::agree(&mut socket, "/noise")).await.unwrap());
    let keys = libp2p::identity::Keypair::ed25519_from_bytes(seed(99)).unwrap();
    let noise = libp2p::noise::Config::new(&keys).unwrap();
    let (_, mut secured) = within(noise.upgrade_inbound(socket, "/noise")).await.unwrap();
    let mut more = Vec::new();
    let read = within(secured.read_to_end(&mut more)).await;
    assert!(more.is_empty(), "nothing is said to a stranger after the handshake: {read:?} {more:?}");
    assert_eq!(node.handle.strangers(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_of_another_district_is_refused_until_it_is_listed_here() {
    let ours = Book::of(&[1]);
    let theirs = Book::of(&[1, 2]);
    let mut a = Node::start(1, &ours).await;
    let mut b = Node::start(2, &theirs).await;
    b.hear_of(&a).await;
    while a.handle.strangers() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(a.handle.links().is_empty() && a.events.try_recv().is_none());
    assert!(b.events.try_recv().is_none());
    ours.list(2);
    a.up(2).await;
    b.up(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_districts_that_list_the_same_key_have_nothing_to_say_to_each_other() {
    let book = Book::of(&[1, 2]);
    let mut a = Node::start_in(1, 1, &book).await;
    let mut b = Node::start_in(2, 2, &book).await;
    b.hear_of(&a).await;
    // Their connection stands, and no protocol is common to both.
    while a.handle.links().first().is_none_or(|link| link.bytes_in < 1_000) {
        tokio::task::yield_now().await;
    }
    assert!(a.events.try_recv().is_none() && b.events.try_recv().is_none());
    assert!(!a.handle.links()[0].connected);
}

/// The layer that a raw peer talks nonsense on.
#[derive(Clone, Copy)]
enum Layer {
    Tcp,
    Noise,
    Multiplexer,
    Protocol(&'static str),
}

const LAYERS: [Layer; 7] = [
    Layer::Tcp,
    Layer::Noise,
    Layer::Multiplexer,
    Layer::Protocol(EXCHANGE),
    Layer::Protocol("/meshsub/1.1.0"),
    Layer::Protocol("/meshsub/1.2.0"),
    Layer::Protocol("/ipfs/id/1.0.0"),
];

/// Speaks properly up to a layer, then says `junk`, and waits until the node has had enough.
async fn talk_nonsense(node: Multiaddr, office: u32, layer: Layer, junk: &[u8]) {
    let seed = seed(office);
    match layer {
        Layer::Tcp => rant(raw::tcp(&node).await, junk).await,
        Layer::Noise => {
            let mut tcp = raw::tcp(&node).await;
            assert!(raw::propose(&mut tcp, "/noise").await.unwrap());
            rant(tcp, junk).await;
        }
        Layer::Multiplexer => {
            let mut secured = raw::noise(&node, seed).await.unwrap();
            assert!(raw::propose(&mut secured, "/yamux/1.0.0").await.unwrap());
            rant(secured, junk).await;
        }
        Layer::Protocol(protocol) => {
            let mut raw = raw::streams(&node, seed, &[protocol]).await.unwrap();
            rant(&mut raw.streams[0], junk).await;
        }
    }
}

async fn rant(mut stream: impl AsyncRead + AsyncWrite + Unpin, junk: &[u8]) {
    // The node may hang up at any byte of it.
    let _ = stream.write_all(junk).await;
    let _ = stream.close().await;
    let _ = within(stream.read_to_end(&mut Vec::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_on_any_layer_ends_the_connection_and_never_the_node() {
    let book = Book::of(&(1..100).collect::<Vec<_>>());
    let (mut node, mut friend) = (Node::start(1, &book).await, Node::start(99, &book).await);
    friend.hear_of(&node).await;
    friend.up(1).await;
    node.up(99).await;
    let junk: Vec<u8> = (0..4_096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    // Each connection by another office, since one office may hold only two.
    let attacks = (2..).zip((0..4).flat_map(|shift| LAYERS.map(|layer| (shift * 7, layer))));
    let (address, junk) = (&node.address, &junk);
    join_all(attacks.map(|(office, (shift, layer))| talk_nonsense(address.clone(), office, layer, &junk[shift..]))).await;
    node.handle.send(friend.office, Precedence::Routine, Bytes::from_static(b"still here")).await.unwrap();
    assert_eq!(friend.frame().await, b"still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_longer_than_the_bound_is_counted_and_ends_the_link() {
    let mut node = Node::start(1, &Book::of(&[1, 2])).await;
    let mut raw = raw::streams(&node.address, seed(2), &[EXCHANGE]).await.unwrap();
    let stream = &mut raw.streams[0];
    stream.write_all(&[1; 16]).await.unwrap();
    node.up(2).await;
    stream.write_all(b"\0\0\0\x04fine").await.unwrap();
    assert_eq!(node.frame().await, b"fine");
    stream.write_all(&0x7fff_ffff_u32.to_be_bytes()).await.unwrap();
    node.down(2).await;
    while node.handle.links()[0].offences == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_stream_on_one_connection_is_dropped_and_the_first_goes_on() {
    let mut node = Node::start(1, &Book::of(&[1, 2])).await;
    let mut raw = raw::streams(&node.address, seed(2), &[EXCHANGE, EXCHANGE]).await.unwrap();
    for stream in &mut raw.streams {
        let _ = stream.write_all(&[1; 16]).await;
    }
    node.up(2).await;
    for stream in &mut raw.streams {
        let _ = stream.write_all(b"\0\0\0\x02hi").await;
    }
    assert_eq!(node.frame().await, b"hi");
    assert!(node.events.try_recv().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_cannot_be_kept_out_by_silent_callers_for_longer_than_their_handshakes() {
    let book = Book::of(&[1, 2]);
    let mut node = Node::start(1, &book).await;
    let mut crowd = Vec::new();
    for _ in 0..100 {
        crowd.push(raw::tcp(&node.address).await);
    }
    let office = Node::start(2, &book).await;
    office.hear_of(&node).await;
    node.up(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_link_comes_once() {
    let (mut a, b) = pair().await;
    b.handle.send(a.office, Precedence::Routine, Bytes::from_static(b"1")).await.unwrap();
    assert!(matches!(a.next().await, Event::Frame { .. }));
    let mut rest = b.stop().await;
    assert!(matches!(within(rest.recv()).await, Some(Event::Down { .. })));
    assert!(within(rest.recv()).await.is_none());
    assert!(matches!(a.next().await, Event::Down { .. }));
    assert!(a.events.try_recv().is_none());
}
