//! Offices find each other on their LAN by mDNS alone.

use okrug_tests::{District, Layout};

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn offices_of_one_lan_find_each_other_with_no_bootstrap_list() {
    let district = District::start(&Layout::one_lan(3).by_mdns()).await;
    assert_eq!(district.trust().bootstrap(), []);
    let people = [district.enrol(0, "Руководство").await, district.enrol(1, "Руководство").await, district.enrol(2, "Руководство").await];
    for (office, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        district.linked(&people[office], &others).await;
    }
    people[0].say(&district.unit("Руководство"), "всем").await;
    for official in &people {
        assert_eq!(official.reads(&district.unit("Руководство"), 1).await, ["всем"]);
    }
}
