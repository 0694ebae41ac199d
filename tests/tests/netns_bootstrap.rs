//! Offices find each other by the signed bootstrap list, and go on when the office that it names is gone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use okrug_tests::{District, Layout, until};

const ALL: &str = "Руководство";

/// Somebody of the management at every office.
async fn management(district: &District, offices: usize) -> Vec<okrug_tests::Official> {
    let mut people = Vec::new();
    for office in 0..offices {
        people.push(district.enrol(office, ALL).await);
    }
    people
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn offices_find_each_other_by_the_bootstrap_list_with_mdns_off() {
    let district = District::start(&Layout::one_lan(3)).await;
    let (people, unit) = (management(&district, 3).await, district.unit(ALL));
    for (office, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        district.linked(&people[office], &others).await;
    }
    people[2].say(&unit, "всем").await;
    for official in &people {
        assert_eq!(official.reads(&unit, 1).await, ["всем"]);
    }
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn offices_that_met_through_the_only_listed_one_go_on_without_it_and_without_mdns() {
    let mut district = District::start(&Layout { listed: vec![true, false, false], ..Layout::one_lan(3) }).await;
    let (people, unit) = (management(&district, 3).await, district.unit(ALL));
    // Each knows the hub alone; that the two others link is the hub's telling.
    district.linked(&people[1], &[0, 2]).await;
    district.linked(&people[2], &[0, 1]).await;
    district.kill(0).await;
    people[1].say(&unit, "без узла, который знали все").await;
    assert_eq!(people[2].reads(&unit, 1).await, ["без узла, который знали все"]);
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn with_the_bootstrap_office_killed_the_rest_goes_on_and_an_office_that_starts_again_is_found() {
    let mut district = District::start(&Layout { listed: vec![true, false, false], mdns: true, ..Layout::one_lan(3) }).await;
    let (mut people, unit) = (management(&district, 3).await, district.unit(ALL));
    district.linked(&people[1], &[0, 2]).await;
    district.linked(&people[2], &[0, 1]).await;
    district.kill(0).await;
    people[1].say(&unit, "без первого").await;
    assert_eq!(people[2].reads(&unit, 1).await, ["без первого"]);
    district.linked(&people[2], &[1]).await;
    district.switch_off(2).await;
    people[1].say(&unit, "пока третьего нет").await;
    district.switch_off(1).await;
    // Neither the bootstrap office nor the LAN helps now: what was written down of the last link does.
    for office in [1, 2] {
        district.switch_on_with(office, &["discovery.mdns=false".to_owned()]).await;
        people[office].log_in().await;
    }
    assert_eq!(people[2].reads(&unit, 2).await, ["без первого", "пока третьего нет"]);
    people[2].say(&unit, "снова на связи").await;
    assert_eq!(people[1].reads(&unit, 3).await[2], "снова на связи");
    until("the link stands", async || (people[2].linked().await == [district.site(1).slug.clone()]).then_some(())).await;
}
