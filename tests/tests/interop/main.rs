//! A peer that we did not write: js-libp2p, at the door of a real node.
//!
//! What a listed identity opens to Okrug's own node it opens to any implementation of libp2p, and what is closed
//! to a stranger is closed to all of them. Ignored unless asked for (`tests/run --only interop`), since they need
//! Node.js and the packages of `tests/interop`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod office;
mod peer;

use office::District;
use peer::Peer;

#[test]
#[ignore = "needs npm packages"]
fn a_listed_identity_is_let_in_whatever_implementation_it_is_of() {
    let district = District::of(2);
    let node = district.start(0);
    let mut guest = Peer::start(&district.seed(1));
    assert_eq!(guest.dial(&node.address), "connected");
    let identified = guest.hear("identified");
    assert!(identified["agent"].as_str().unwrap().starts_with("okrug/"), "{identified}");
    for protocol in ["/meshsub/1.2.0", &format!("/okrug/{}/exchange/1", district.tag())] {
        assert!(identified["protocols"].as_array().unwrap().iter().any(|spoken| spoken == protocol), "{protocol}: {identified}");
    }
}

#[test]
#[ignore = "needs npm packages"]
fn an_identity_that_is_not_listed_is_refused() {
    let district = District::of(2);
    let node = district.start(0);
    let mut stranger = Peer::start(&[7; 32]);
    assert_eq!(stranger.dial(&node.address), "refused");
    // The door is not broken: it still opens to those who belong.
    assert_eq!(Peer::start(&district.seed(1)).dial(&node.address), "connected");
}
