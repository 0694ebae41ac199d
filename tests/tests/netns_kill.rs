//! A real node that is killed while people write through its API: what they were told is there, and once.
//!
//! Kills: 25, or as many as `OKRUG_KILL_CYCLES` says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use okrug_tests::wait::within;
use okrug_tests::{District, Layout, Official};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const ALL: &str = "Руководство";
const WRITERS: usize = 8;

/// What became of the messages of one life of the node.
#[derive(Default)]
struct Told {
    /// Those of which the writer was told that they were taken.
    taken: Vec<String>,
    /// Those of which the writer was told nothing.
    open: Vec<String>,
}

/// A message: the text is also the name that its writer gives it.
fn body(text: &str) -> String {
    format!(r#"{{"client_id":"{text}","text":"{text}"}}"#)
}

/// Somebody writes until the node is no more; each message that was taken is counted.
async fn write(official: Official, path: String, name: String, count: Arc<Semaphore>) -> Told {
    let (mut line, mut told) = (official.line(), Told::default());
    for n in 0.. {
        let text = format!("{name}-{n}");
        match line.post(&path, &body(&text)).await {
            Ok(answer) if answer.status == 201 => {
                told.taken.push(text);
                count.add_permits(1);
            }
            Ok(answer) => panic!("{text}: {} {}", answer.status, String::from_utf8_lossy(&answer.body)),
            Err(_gone) => {
                told.open.push(text);
                break;
            }
        }
    }
    told
}

/// Lets people write, kills the node when so many messages were taken, and says what they were told.
async fn write_and_kill(district: &mut District, official: &Official, path: &str, cycle: usize, enough: u32) -> Told {
    let (mut writers, count) = (JoinSet::new(), Arc::new(Semaphore::new(0)));
    for writer in 0..WRITERS {
        writers.spawn(write(official.clone(), path.to_owned(), format!("c{cycle}-{writer}"), Arc::clone(&count)));
    }
    drop(within("so many messages are taken", count.acquire_many(enough)).await.unwrap());
    district.kill(0).await;
    let mut told = Told::default();
    while let Some(writer) = writers.join_next().await {
        let writer = writer.unwrap();
        told.taken.extend(writer.taken);
        told.open.extend(writer.open);
    }
    told
}

/// How often each text is there.
fn counted(texts: Vec<String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for text in texts {
        *counted.entry(text).or_insert(0) += 1;
    }
    counted
}

#[tokio::test]
#[ignore = "needs root and network namespaces"]
async fn what_people_were_told_was_taken_survives_each_kill_and_nothing_comes_twice() {
    let cycles: usize = std::env::var("OKRUG_KILL_CYCLES").ok().map_or(25, |cycles| cycles.parse().unwrap());
    let mut district = District::start(&Layout::one_lan(2)).await;
    let (mut here, there) = (district.enrol(0, ALL).await, district.enrol(1, ALL).await);
    let unit = district.unit(ALL);
    let path = format!("/api/v1/chat/{unit}/message");
    // At another moment each time: in the middle of any of the steps of taking a message.
    let mut enough = (0..).map(|n: u32| 1 + n * 7 % 40);
    let mut all = BTreeSet::new();
    for cycle in 0..cycles {
        let told = write_and_kill(&mut district, &here, &path, cycle, enough.next().unwrap()).await;
        district.switch_on(0).await;
        here.log_in().await;
        let found = counted(here.latest(&unit).await);
        for text in &told.taken {
            assert_eq!(found.get(text), Some(&1), "cycle {cycle}: {text} was told to be taken");
        }
        // Whoever was told nothing asks again under the same name, and it is there once, taken before or now.
        for text in &told.open {
            let before = found.get(text).copied().unwrap_or(0);
            let answer = here.post(&unit, text, text).await;
            assert_eq!((answer.status, before), if before == 0 { (201, 0) } else { (200, 1) }, "cycle {cycle}: {text}");
        }
        all.extend(told.taken.into_iter().chain(told.open));
    }
    for official in [&here, &there] {
        let found = counted(official.reads(&unit, all.len()).await);
        assert!(found.values().all(|count| *count == 1), "{:?}", found.iter().filter(|(_, count)| **count > 1).collect::<Vec<_>>());
        assert_eq!(found.into_keys().collect::<BTreeSet<_>>(), all);
    }
}
