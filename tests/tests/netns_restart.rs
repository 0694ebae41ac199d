//! An office whose node is restarted, under the same identity, again and again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use okrug_tests::{District, Layout, until};

const ALL: &str = "Руководство";
const RESTARTS: usize = 10;
const LIVE: &str = "okrug_entries_taken_total{way=\"gossip\"}";

/// gossipsub tells its subscriptions on a peer's first connection only, so that a node which comes back while its old
/// connection still stands for the others may stay half deaf: it gets everything, but asked for, and late.
#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_node_restarted_ten_times_in_a_row_hears_and_is_heard_live_each_time() {
    let mut district = District::start(&Layout::one_lan(2)).await;
    let unit = district.unit(ALL);
    let (here, mut there) = (district.enrol(0, ALL).await, district.enrol(1, ALL).await);
    let mut said = 0;
    for round in 0..RESTARTS {
        // For the other office the old connection still stands when it is back.
        district.kill_unheard(1).await;
        district.switch_on(1).await;
        there.log_in().await;
        for (from, to, office) in [(&here, &there, 1), (&there, &here, 0)] {
            let before = district.metric(office, LIVE).await;
            until(&format!("round {round}: office {office} hears live"), async || {
                from.say(&unit, &format!("{round}: {said}")).await;
                said += 1;
                to.reads(&unit, said).await;
                (district.metric(office, LIVE).await > before).then_some(())
            })
            .await;
        }
    }
    assert_eq!(here.texts(&unit).await, there.texts(&unit).await);
}
