//! Who can open what: the offices of a department, the addressee of a direct message, and nobody on the way.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use okrug_tests::{District, Layout, Official, until};
use serde_json::Value;

/// A department of the first and the third office; the second one has no part in it.
const DEPARTMENT: &str = "Отдел кадров";
/// Everybody's.
const ALL: &str = "Руководство";
const SECRET: &str = "тайна переписки 7f3a";

/// Entries that a node holds, its own and others'.
async fn entries(official: &Official) -> u64 {
    official.status().await["store"]["entries"].as_u64().unwrap()
}

/// Whether anything that an official can ask for tells the secret.
async fn is_told(official: &Official, chats: &[&str]) -> bool {
    let mut told = format!("{} {}", official.get("/api/v1/chat").await, official.get("/api/v1/org/tree").await);
    for chat in chats {
        told.push_str(&Value::from(official.messages(chat).await).to_string());
    }
    told.contains(SECRET)
}

/// Whether the secret lies in the clear in a data directory.
fn lies_open(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        let clear = |path: &std::path::Path| {
            let bytes = std::fs::read(path).unwrap_or_default();
            bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
        };
        if path.is_dir() { lies_open(&path) } else { clear(&path) }
    })
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_message_to_a_department_reaches_all_its_offices_and_is_opened_there_only() {
    let district = District::start(&Layout::one_lan(4)).await;
    let unit = district.unit(DEPARTMENT);
    let (a, c) = (district.enrol(0, DEPARTMENT).await, district.enrol(2, DEPARTMENT).await);
    let outsider = district.enrol(1, ALL).await;
    let before = entries(&outsider).await;
    a.say(&unit, SECRET).await;
    assert_eq!(c.reads(&unit, 1).await, [SECRET]);
    until("the second office carries what it cannot open", async || (entries(&outsider).await > before).then_some(())).await;
    assert!(!outsider.chats().await.contains(&unit));
    assert!(!is_told(&outsider, &[&unit, &district.unit(ALL), "d"]).await);
    for office in 0..4 {
        assert!(!lies_open(&district.site(office).data), "{}", district.site(office).slug);
    }
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_direct_message_opens_only_for_its_addressee() {
    let district = District::start(&Layout::one_lan(3)).await;
    let from = district.enrol(0, ALL).await;
    let (to, colleague) = (district.enrol(2, ALL).await, district.enrol(2, DEPARTMENT).await);
    let elsewhere = district.enrol(1, ALL).await;
    from.knows(&to).await;
    from.say(&to.person, SECRET).await;
    assert_eq!(to.reads(&from.person, 1).await, [SECRET]);
    assert_eq!(from.texts(&to.person).await, [SECRET]);
    for other in [&colleague, &elsewhere] {
        let units = [district.unit(ALL), district.unit(DEPARTMENT)];
        assert!(!is_told(other, &[&from.person, &to.person, &units[0], &units[1], "d"]).await);
    }
    for office in 0..3 {
        assert!(!lies_open(&district.site(office).data), "{}", district.site(office).slug);
    }
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn an_office_between_two_carries_what_it_cannot_read() {
    // A - B - C: the two ends have no bridge in common, and each hears the middle one only.
    let line = Layout { lans: vec![vec![0], vec![0, 1], vec![1]], listed: vec![false; 3], mdns: true };
    let district = District::start(&line).await;
    let unit = district.unit(DEPARTMENT);
    let (a, c) = (district.enrol(0, DEPARTMENT).await, district.enrol(2, DEPARTMENT).await);
    let b = district.enrol(1, ALL).await;
    district.linked(&b, &[0, 2]).await;
    a.say(&unit, SECRET).await;
    assert_eq!(c.reads(&unit, 1).await, [SECRET]);
    c.say(&unit, "ответ").await;
    assert_eq!(a.reads(&unit, 2).await, [SECRET, "ответ"]);
    for end in [&a, &c] {
        district.linked(end, &[1]).await;
    }
    assert!(!b.chats().await.contains(&unit));
    assert!(!is_told(&b, &[&unit, &district.unit(ALL), "d"]).await);
    assert!(!lies_open(&district.site(1).data));
}
