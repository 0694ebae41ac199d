//! A process that is killed while it makes, announces and destroys sealing keys: whatever was announced can be opened.
//!
//! Cycles: 12, or as many as `OKRUG_KILL_CYCLES` says. The test runs itself again as the process to be killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use okrug_node::clock::Clock;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::ids::Topic;
use okrug_protocol::sample;
use okrug_protocol::sealing::SealingKey;
use rand_core::RngCore;

use crate::site::Site;

const DIR: &str = "OKRUG_SEALING_KILL_DIR";
const DAY_MS: u64 = 24 * 3_600 * 1_000;

#[test]
fn child_that_announces_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = Clock::default();
        let site = Site::open_at(Path::new(&dir), &sample::district(2), 1, &clock);
        loop {
            // The authority is silent: nothing is destroyed, all that was ever announced must be there.
            clock.pass(7 * DAY_MS);
            site.handle.tend().await;
            let mut out = std::io::stdout().lock();
            writeln!(out, "week").unwrap();
            out.flush().unwrap();
        }
    });
}

fn start(dir: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "sealing::child_that_announces_until_it_is_killed", "--nocapture"]).env(DIR, dir);
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

async fn announced(site: &Site) -> Vec<SealingKey> {
    let mut all = Vec::new();
    for log in site.handle.heads().into_iter().map(|head| head.log).filter(|log| log.topic == Topic::District) {
        let entries = site.entries(log).await;
        let entries = entries.iter().map(|bytes| Entry::decode(bytes).unwrap());
        all.extend(entries.filter(|entry| entry.header.kind == Kind::SEALING_KEY).map(|entry| SealingKey::decode(&entry.body).unwrap()));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_announced_before_a_kill_has_its_private_half_after_it() {
    let cycles: u32 = std::env::var("OKRUG_KILL_CYCLES").ok().map_or(12, |cycles| cycles.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let (mut before, mut weeks) = (0, 0);
    for cycle in 0..cycles {
        let mut child = start(dir.path());
        let enough = 1 + okrug_node::clock::rng().next_u32() % 12;
        let wait = std::time::Duration::from_micros(u64::from(okrug_node::clock::rng().next_u32() % 20_000));
        let mut told = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            told += u32::from(line.unwrap() == "week");
            if told == enough {
                // Somewhere within the next week, wherever that is on this machine.
                std::thread::sleep(wait);
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let site = Site::open(dir.path(), &sample::district(2), 1);
        assert_eq!(site.handle.alarms(), [], "cycle {cycle}: no key is missing");
        let keys = announced(&site).await;
        assert!(keys.is_sorted_by(|a, b| a.number < b.number), "cycle {cycle}: a number was given twice: {keys:?}");
        assert!(keys.len() >= before + usize::try_from(enough).unwrap() - 1, "cycle {cycle}");
        for key in &keys {
            let path = dir.path().join("keys").join("sealing").join(format!("{:010}.key", key.number));
            assert!(path.exists(), "cycle {cycle}: the private half of {} is not there", key.number);
        }
        (before, weeks) = (keys.len(), weeks + told);
        site.stop().await.unwrap();
    }
    writeln!(std::io::stdout().lock(), "{cycles} kills, {weeks} weeks told, {before} keys announced").unwrap();
}
