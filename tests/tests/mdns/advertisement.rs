//! What others see of a node.

use std::time::Duration;

use okrug_tests::until;
use tokio::time::{sleep, timeout};

use crate::avahi::Found;
use crate::lan::Lan;

#[tokio::test]
#[ignore = "needs root, network namespaces and avahi-utils"]
async fn avahi_sees_where_a_node_listens_and_when_it_says_goodbye() {
    let mut lan = Lan::of(2).await;
    lan.district.switch_on_all().await;
    let expected = |office: usize| {
        let (name, site) = (lan.peer(office), lan.district.site(office));
        let host = format!("okrug-{}.local", name.to_lowercase());
        Found { name, host, address: site.mesh.ip().to_string(), port: site.mesh.port().to_string(), text: lan.text(office) }
    };
    let (both, last) = ([expected(0), expected(1)], [expected(1)]);
    until("both nodes are seen", async || (sorted(&lan) == order(&both)).then_some(())).await;
    lan.district.switch_off(0).await;
    until("one has said goodbye", async || (sorted(&lan) == last).then_some(())).await;
}

/// Avahi repeats what is new for less than so long.
const ANNOUNCING: Duration = Duration::from_secs(8);
/// Records of addresses are believed for two minutes, and asked for again sooner.
const BELIEVED: Duration = Duration::from_secs(180);

#[tokio::test]
#[ignore = "needs root, network namespaces and avahi-utils"]
async fn an_office_that_vanished_and_returned_unheard_is_called_where_it_is_now() {
    let mut lan = Lan::of(2).await;
    let (before, after) = (lan.trap(), lan.trap());
    let (name, text) = (lan.peer(1), lan.text(1));
    lan.avahi.publish(&name, before.port, &text).await;
    lan.district.switch_on(0).await;
    until("it is called", async || (before.calls() > 0).then_some(())).await;
    lan.part(true);
    lan.avahi.vanish_and_return().await;
    lan.avahi.publish(&name, after.port, &text).await;
    sleep(ANNOUNCING).await;
    assert_eq!(after.calls(), 0);
    lan.part(false);
    timeout(BELIEVED, after.is_called()).await.unwrap();
}

fn sorted(lan: &Lan) -> Vec<Found> {
    order(&lan.avahi.browse())
}

fn order(found: &[Found]) -> Vec<Found> {
    let mut found = found.to_vec();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}
