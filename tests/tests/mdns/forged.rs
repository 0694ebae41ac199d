//! Advertisements that are not true.

use okrug_node::clock;
use okrug_node::mesh::peer_name;
use okrug_protocol::sign::SecretKey;
use okrug_tests::until;

use crate::lan::Lan;

#[tokio::test]
#[ignore = "needs root, network namespaces and avahi-utils"]
async fn nobody_calls_a_peer_that_the_directory_does_not_know() {
    let mut lan = Lan::of(2).await;
    lan.district.switch_on(0).await;
    let stranger = peer_name(&SecretKey::generate(&mut clock::rng()).public().0).unwrap();
    let (unknown, known) = (lan.trap(), lan.trap());
    let (whose, whom) = (lan.text_of(&stranger), lan.text(1));
    lan.avahi.publish(&stranger, unknown.port, &whose).await;
    // What is said later is acted upon, so what was said before was heard.
    let name = lan.peer(1);
    lan.avahi.publish(&name, known.port, &whom).await;
    until("the listed office is called", async || (known.calls() > 0).then_some(())).await;
    assert_eq!(unknown.calls(), 0);
}

#[tokio::test]
#[ignore = "needs root, network namespaces and avahi-utils"]
async fn a_wrong_address_of_an_office_keeps_nobody_from_the_right_one() {
    let mut lan = Lan::of(2).await;
    let trap = lan.trap();
    for office in 0..2 {
        let text = lan.text(office);
        lan.avahi.publish(&format!("forged-{office}"), trap.port, &text).await;
    }
    lan.district.switch_on(0).await;
    until("it is believed", async || (trap.calls() > 0).then_some(())).await;
    let official = lan.district.enrol(0, "Руководство").await;
    for _ in 0..2 {
        lan.district.switch_on(1).await;
        lan.district.linked(&official, &[1]).await;
        lan.district.kill(1).await;
        lan.district.linked(&official, &[]).await;
    }
}
