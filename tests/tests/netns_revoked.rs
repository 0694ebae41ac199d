//! Revocation among real nodes on real networks: what happens at the first contact, and how fast. The times are printed, and
//! decide nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::time::{Duration, Instant};

use okrug_tests::{District, Layout, Official, until};

/// Everybody's.
const ALL: &str = "Руководство";
/// A department of the first and the third office.
const DEPARTMENT: &str = "Отдел кадров";

/// When something came to be.
async fn when(what: &str, so: impl AsyncFn() -> bool) -> Instant {
    until(what, async || so().await.then(Instant::now)).await
}

async fn list(official: &Official) -> u64 {
    official.status().await["documents"]["revocations"].as_u64().unwrap()
}

/// Whether an office is among those that a node has for offices of its district.
async fn lists(official: &Official, slug: &str) -> bool {
    official.status().await["peers"].as_array().unwrap().iter().any(|peer| peer["slug"] == slug)
}

async fn is_out(official: &Official) -> bool {
    official.line().fetch("/api/v1/session").await.is_ok_and(|answer| answer.status == 401)
}

fn ms(time: Duration) -> u128 {
    time.as_millis()
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn at_the_first_contact_a_neighbour_lets_go_of_the_revoked_and_takes_nothing_of_theirs_any_more() {
    let mut district = District::start(&Layout::one_lan(4)).await;
    let unit = district.unit(ALL);
    let (ann, bob, eve) = (district.enrol(0, ALL).await, district.enrol(2, ALL).await, district.enrol(3, ALL).await);
    let gone = district.enrol(2, DEPARTMENT).await;
    let thief = district.site(3).slug.clone();
    district.linked(&ann, &[1, 2, 3]).await;
    eve.say(&unit, "до").await;
    ann.reads(&unit, 1).await;
    bob.reads(&unit, 1).await;

    // Office 2 is alone with the one that is revoked, and knows nothing of it.
    district.split(&[2, 3]);
    district.revoke(&[3], &[&gone.person]);
    district.publish(0).await;
    until("the office is gone where the list came", async || (!lists(&ann, &thief).await).then_some(())).await;
    eve.say(&unit, "в тишине").await;
    assert_eq!(bob.reads(&unit, 2).await, ["до", "в тишине"]);
    assert_eq!((list(&bob).await, lists(&bob, &thief).await, is_out(&gone).await), (0, true, false));

    district.heal();
    let (learnt, left, ended) = tokio::join!(
        when("office 2 has the list", async || list(&bob).await == 1),
        when("office 2 has let go", async || !lists(&bob, &thief).await && !bob.linked().await.contains(&thief)),
        when("the session has ended", async || is_out(&gone).await),
    );
    eprintln!(
        "a neighbour that was cut off: the link to the revoked office was closed {} ms after the list was there, the session of the revoked person ended after {} ms",
        ms(left.saturating_duration_since(learnt)),
        ms(ended.saturating_duration_since(learnt)),
    );

    // Nobody takes what the revoked office writes now, and nobody gives it what others write.
    // It may have been told itself by now, at its neighbour's door: then it takes nothing from its own people either.
    let late = eve.post(&unit, "поздно", "late").await;
    assert!([201, 403].contains(&late.status), "{}", late.status);
    ann.say(&unit, "после").await;
    until("office 2 reads on", async || bob.texts(&unit).await.contains(&"после".to_owned()).then_some(())).await;
    // What it wrote to a neighbour that did not know counts until the authority says where it ends.
    until("what was written in silence came along", async || (ann.texts(&unit).await.len() == 3).then_some(())).await;
    for official in [&ann, &bob] {
        assert!(!official.texts(&unit).await.contains(&"поздно".to_owned()));
    }
    assert!(!eve.texts(&unit).await.contains(&"после".to_owned()));
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn what_lies_behind_the_end_that_the_authority_names_is_taken_back_at_the_first_contact() {
    let mut district = District::start(&Layout::one_lan(4)).await;
    let unit = district.unit(ALL);
    let (ann, bob, eve) = (district.enrol(0, ALL).await, district.enrol(2, ALL).await, district.enrol(3, ALL).await);
    district.linked(&ann, &[1, 2, 3]).await;
    eve.say(&unit, "до").await;
    ann.reads(&unit, 1).await;
    bob.reads(&unit, 1).await;
    district.split(&[2, 3]);
    eve.say(&unit, "уже чужое").await;
    bob.reads(&unit, 2).await;
    // The authority asks a node for where the logs end, and signs that.
    district.revoke(&[3], &[]);
    district.cut_off(3, 0).await;
    district.publish(0).await;
    district.heal();
    let learnt = when("office 2 has the list", async || list(&bob).await == 2).await;
    let struck = when("office 2 shows no more", async || bob.texts(&unit).await == ["до"]).await;
    eprintln!("what lay behind the end was gone {} ms after the list was there", ms(struck.saturating_duration_since(learnt)));
    until("office 2 says what was taken back", async || bob.status().await["alarms"].to_string().contains("entries_struck").then_some(()))
        .await;
    ann.say(&unit, "дальше").await;
    assert_eq!(bob.reads(&unit, 2).await, ["до", "дальше"]);
    assert_eq!(ann.texts(&unit).await, ["до", "дальше"]);
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn a_revocation_goes_down_a_line_of_six_offices() {
    const OFFICES: usize = 6;
    let lans = vec![vec![0], vec![0, 1], vec![1, 2], vec![2, 3], vec![3, 4], vec![4]];
    let mut district = District::start(&Layout { lans, listed: vec![true; OFFICES], mdns: false }).await;
    let mut people = Vec::new();
    for office in 0..OFFICES {
        people.push(district.enrol(office, ALL).await);
    }
    for (office, official) in people.iter().enumerate().take(OFFICES - 1).skip(1) {
        district.linked(official, &[office - 1, office + 1]).await;
    }
    let last = people[OFFICES - 1].person.clone();
    district.revoke(&[], &[&last]);
    let began = Instant::now();
    district.publish(0).await;
    let (end, rest) = people.split_last().unwrap();
    let learning = rest.iter().map(|official| when("the list came", async || list(official).await == 1));
    // The one at the end has nobody who can ask any more: their session is what the list ends.
    let (learnt, ended) =
        tokio::join!(futures::future::join_all(learning), when("the session of the revoked person has ended", async || is_out(end).await),);
    let times: Vec<u128> = learnt.iter().chain([&ended]).map(|at| ms(at.saturating_duration_since(began))).collect();
    eprintln!("a revocation down a line of {OFFICES} offices: {times:?} ms after it was given to the first");
}
