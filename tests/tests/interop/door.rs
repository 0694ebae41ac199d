//! Who is let in.

use crate::district::District;
use crate::peer::Peer;

#[tokio::test]
#[ignore = "needs npm packages"]
async fn a_listed_identity_is_let_in_whatever_implementation_it_is_of() {
    let district = District::of(2);
    let (_node, address) = district.start(0).await;
    let mut guest = Peer::start(&district.seed(1)).await;
    assert_eq!(guest.dial(&address).await, "connected");
    let identified = guest.hear("identified").await;
    assert!(identified["agent"].as_str().unwrap().starts_with("okrug/"), "{identified}");
    for protocol in ["/meshsub/1.2.0", &district.exchange()] {
        assert!(identified["protocols"].as_array().unwrap().iter().any(|spoken| spoken == protocol), "{protocol}: {identified}");
    }
}

#[tokio::test]
#[ignore = "needs npm packages"]
async fn a_peer_that_asks_by_its_multiplexer_is_answered() {
    let district = District::of(2);
    let (_node, address) = district.start(0).await;
    let mut guest = Peer::start(&district.seed(1)).await;
    assert_eq!(guest.dial(&address).await, "connected");
    guest.ping().await;
    guest.ping().await;
}

#[tokio::test]
#[ignore = "needs npm packages"]
async fn an_identity_that_is_not_listed_is_refused() {
    let district = District::of(2);
    let (_node, address) = district.start(0).await;
    let mut stranger = Peer::start(&[7; 32]).await;
    assert_eq!(stranger.dial(&address).await, "refused");
    district.counts(0, "okrug_strangers_total", 1).await;
    // The door is not broken: it still opens to those who belong.
    assert_eq!(Peer::start(&district.seed(1)).await.dial(&address).await, "connected");
}
