//! A node that is flooded while people use it. Its time is measured on processors of its own (`Parted`), idle and flooded in turn:
//! what else the machine does meanwhile falls on both.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use okrug_node::keys::{KeyFolder, Unlock};
use okrug_tests::{District, Layout, Official, until};

use crate::attack::{Attack, Target};
use crate::number;
use crate::parted::Parted;
use crate::process::Process;

const ALL: &str = "Руководство";
const MIB: u64 = 1 << 10;
/// What the node may hold of memory, in KiB.
const MOST_KIB: u64 = 512 * MIB;
/// How often people use the node idle and flooded in turn.
const ROUNDS: u32 = 3;
/// Messages that a page shows of a conversation that is opened; so many are there from the beginning.
const PAGE: u32 = 50;

/// What people wait for an answer: says something and reads the page, over and over; in microseconds.
async fn use_it(official: &Official, chat: &str, time: Duration, waits: &mut Vec<u128>, mut look: impl FnMut()) {
    let (begun, page) = (Instant::now(), format!("/api/v1/chat/{chat}/message?limit={PAGE}"));
    while begun.elapsed() < time {
        let at = Instant::now();
        official.say(chat, "сообщение").await;
        official.get(&page).await;
        waits.push(at.elapsed().as_micros());
        look();
    }
}

/// How long people waited: the middle, and the 99th of a hundred.
fn of(mut waits: Vec<u128>) -> (u128, u128) {
    waits.sort_unstable();
    (waits[waits.len() / 2], waits[(waits.len() * 99 / 100).min(waits.len() - 1)])
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root and network namespaces"]
async fn a_flooded_node_answers_its_people_and_keeps_to_its_memory() {
    let seconds = number("OKRUG_FLOOD_SECONDS", 6);
    let mut district = District::found(&Layout::one_lan(2));
    district.switch_on(0).await;
    let official = district.enrol(0, ALL).await;
    let chat = district.unit(ALL);
    for _ in 0..PAGE {
        official.say(&chat, "сообщение").await;
    }
    let process = Process::of(&district, 0);
    let home = district.site(0).namespace.clone().unwrap();
    Parted::halves().part(process, &home);
    let (memory, descriptors) = (process.resident_kib(), process.descriptors());
    let (machine, _) = district.network().borrow_mut().join(&[0]);
    let keys = KeyFolder::of(&district.site(1).data).open(&Unlock::default()).unwrap();
    let (mesh, page) = (district.site(0).mesh, (home, district.site(0).page));
    let target = Target { machine, mesh, page, member: (*keys.peer.seed(), district.trust().directory()) };
    let (mut most, mut most_descriptors) = (memory, descriptors);
    let (mut idle, mut flooded, mut done) = (Vec::new(), Vec::new(), 0);
    let time = Duration::from_secs(seconds) / ROUNDS;
    for _ in 0..ROUNDS {
        use_it(&official, &chat, (time / 2).min(Duration::from_secs(20)), &mut idle, || {}).await;
        let attack = Attack::begin(&target);
        let (busy, ours) = (process.busy_ms(), Process::this().busy_ms());
        use_it(&official, &chat, time, &mut flooded, || {
            most = most.max(process.resident_kib());
            most_descriptors = most_descriptors.max(process.descriptors());
        })
        .await;
        let since = |before: &BTreeMap<String, u64>, after: BTreeMap<String, u64>| -> BTreeMap<String, u64> {
            let grown = after.into_iter().map(|(name, ms)| (name.clone(), ms.saturating_sub(before.get(&name).copied().unwrap_or(0))));
            grown.filter(|(_, ms)| *ms > 0).collect()
        };
        eprintln!(
            "milliseconds of processor: the node {:?}, whoever attacks and asks {:?}",
            since(&busy, process.busy_ms()),
            since(&ours, Process::this().busy_ms())
        );
        done += attack.end();
        // Everything that was taken for the attack is given back.
        until("descriptors are given back", async || (process.descriptors() <= descriptors + 20).then_some(())).await;
    }
    assert!(most < MOST_KIB, "{most} KiB");
    assert!(most_descriptors < 2_000, "{most_descriptors} descriptors");
    assert!(done > 500, "{done} attacks");
    let (messages, flooded, idle) = (flooded.len(), of(flooded), of(idle));
    let times = flooded.1 * 100 / idle.1.max(1);
    eprintln!(
        "ROW | Floods | {done} attacks in {seconds} s beside {messages} messages | {} MiB at most ({} before), {most_descriptors} descriptors ({descriptors} before), all answered; p99 {} ms, idle {} ms, {}.{:02} times; p50 {} ms, idle {} ms",
        most / MIB,
        memory / MIB,
        flooded.1 / 1_000,
        idle.1 / 1_000,
        times / 100,
        times % 100,
        flooded.0 / 1_000,
        idle.0 / 1_000,
    );
    district.switch_off(0).await;
}
