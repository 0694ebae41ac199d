//! A district that works for long, with nodes that come and go: memory and descriptors stay flat.
//!
//! Ten minutes at every change, beside other suites; `OKRUG_SOAK_SECONDS` and `OKRUG_SOAK_PAUSE_MS` say otherwise.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use okrug_tests::{District, Layout, Official};

use crate::number;
use crate::process::Process;

const ALL: &str = "Руководство";
const OFFICES: usize = 4;
/// The last node is restarted so often.
const CHURN: Duration = Duration::from_secs(30);
/// What is on its way comes within this and three looks; one look at hours of messages takes minutes.
const ON_ITS_WAY: Duration = Duration::from_secs(60);

/// Waits until a conversation of any length has all that was said, each message once.
async fn everything_came(official: &Official, chat: &str, said: usize) {
    let (mut had, mut looks, mut grown) = (0, 0, Instant::now());
    while had < said {
        let now = official.texts(chat).await.len();
        (looks, grown) = if now > had { (0, Instant::now()) } else { (looks + 1, grown) };
        had = now;
        assert!(looks < 3 || grown.elapsed() < ON_ITS_WAY, "{had} of {said} messages, and nothing more comes");
    }
    let texts: HashSet<_> = official.texts(chat).await.into_iter().collect();
    assert_eq!((had, texts.len()), (said, said), "each once");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root and network namespaces"]
async fn memory_and_descriptors_stay_flat() {
    let (seconds, pause) = (number("OKRUG_SOAK_SECONDS", 600), number("OKRUG_SOAK_PAUSE_MS", 1_000));
    let mut district = District::start(&Layout::one_lan(OFFICES)).await;
    let chat = district.unit(ALL);
    let mut people = Vec::new();
    for office in 0..OFFICES {
        people.push(district.enrol(office, ALL).await);
    }
    let process = Process::of(&district, 0);
    let (begun, mut churned, mut said, mut restarts) = (Instant::now(), Instant::now(), 0, 0);
    // Seconds since the beginning, KiB, descriptors.
    let mut samples: Vec<(u64, u64, usize)> = Vec::new();
    while begun.elapsed() < Duration::from_secs(seconds) {
        for official in &people {
            official.say(&chat, &format!("сообщение {said}")).await;
            said += 1;
        }
        if churned.elapsed() >= CHURN {
            district.kill(OFFICES - 1).await;
            district.switch_on(OFFICES - 1).await;
            people[OFFICES - 1].log_in().await;
            (churned, restarts) = (Instant::now(), restarts + 1);
        }
        samples.push((begun.elapsed().as_secs(), process.resident_kib(), process.descriptors()));
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    everything_came(&people[1], &chat, said).await;
    // The first third is for caches to fill.
    let settled = &samples[samples.len() / 3..];
    let (first, last) = (settled.first().unwrap(), settled.last().unwrap());
    let middle = settled.len() / 2;
    let mean = |part: &[(u64, u64, usize)]| part.iter().map(|(_, kib, _)| kib).sum::<u64>() / u64::try_from(part.len()).unwrap().max(1);
    let (before, after) = (mean(&settled[..middle]), mean(&settled[middle..]));
    let per_hour = after.saturating_sub(before) * 3_600 * 2 / (last.0 - first.0).max(1);
    eprintln!(
        "ROW | Soak | {OFFICES} offices, {seconds} s, {said} messages, {restarts} restarts | {} MiB and {} descriptors, then {} MiB and {}; {} KiB an hour",
        before >> 10,
        first.2,
        after >> 10,
        last.2,
        per_hour
    );
    // What is kept of each message grows with them: an index and a place in the tree, not the message.
    let for_messages = u64::try_from(said).unwrap() * 2;
    assert!(after <= before + before / 4 + for_messages, "{before} KiB became {after} KiB");
    assert!(last.2 <= first.2 + 20, "{} descriptors became {}", first.2, last.2);
}
