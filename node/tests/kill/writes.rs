//! A process that is killed while it writes: what it was told is there, once, and the next one goes on.
//!
//! Cycles: 25, or as many as `OKRUG_KILL_CYCLES` says. The test runs itself again as the process to be killed.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use okrug_node::ledger::Draft;
use okrug_node::store::{Tree, key};
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{LogId, Precedence, Seq};
use okrug_protocol::sample;
use rand_core::RngCore;

use crate::site::{Site, message};

const DIR: &str = "OKRUG_KILL_DIR";
const CYCLE: &str = "OKRUG_KILL_CYCLE";

#[test]
fn child_that_writes_until_it_is_killed() {
    let (Ok(dir), Ok(cycle)) = (std::env::var(DIR), std::env::var(CYCLE)) else { return };
    let foreign = read_foreign(Path::new(&dir));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let site = Site::open(&Path::new(&dir).join("data"), &sample::district(2), 1);
        for writer in 0..16 {
            let (handle, cycle) = (site.handle.clone(), cycle.clone());
            tokio::spawn(async move {
                for n in 0.. {
                    let text = format!("{cycle}-{writer}-{n}");
                    let precedence = Precedence::ALL[writer % 3];
                    let written = handle.write(Draft { precedence, ..message(&text) }).await.unwrap();
                    say(&format!("ack {precedence} {} {text}", written.seq.0));
                }
            });
        }
        let log = okrug_protocol::entry::Entry::decode(&foreign[0]).unwrap().header.log;
        loop {
            let held = site.handle.head(&log).map_or(0, |head| usize::try_from(head.seq.0).unwrap());
            let next: Vec<_> = foreign.iter().skip(held).take(8).cloned().collect();
            if next.is_empty() {
                return std::future::pending().await;
            }
            let taken = site.offer(2, &next).await;
            assert!(taken.iter().all(okrug_node::ledger::Verdict::is_held), "{taken:?}");
            say(&format!("held {}", held + next.len()));
        }
    });
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

fn start(dir: &Path, cycle: u32) -> Child {
    let itself = std::env::current_exe().unwrap();
    let mut command = Command::new(itself);
    command.args(["--exact", "writes::child_that_writes_until_it_is_killed", "--nocapture"]).env(DIR, dir).env(CYCLE, cycle.to_string());
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

fn foreign_path(dir: &Path) -> PathBuf {
    dir.join("foreign")
}

fn read_foreign(dir: &Path) -> Vec<Vec<u8>> {
    okrug_protocol::codec::decode(&fs::read(foreign_path(dir)).unwrap(), 64 << 20).unwrap()
}

/// Lets office 2 write so many texts, which the process to be killed takes while it writes its own.
async fn write_foreign(other: &Site, texts: u32, dir: &Path) -> LogId {
    let writes: Vec<_> = (0..texts).map(|n| message(&format!("foreign-{n}"))).map(|draft| other.handle.write(draft)).collect();
    let written = futures::future::join_all(writes).await;
    let log = written[0].as_ref().unwrap().log;
    fs::write(foreign_path(dir), okrug_protocol::codec::encode(&other.entries(log).await)).unwrap();
    log
}

/// What the killed process was told.
#[derive(Default)]
struct Told {
    acks: Vec<(Precedence, Seq, String)>,
    held: u64,
}

/// Lets the process run until it was told `enough`, kills it, and reads what it was told before it died.
fn run_and_kill(dir: &Path, cycle: u32, enough: usize) -> Told {
    let mut child = start(dir, cycle);
    let mut told = Told::default();
    let mut alive = true;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["ack", precedence, seq, text] => told.acks.push((precedence.parse().unwrap(), Seq(seq.parse().unwrap()), text.to_owned())),
            ["held", seq] => told.held = seq.parse().unwrap(),
            _ => {}
        }
        if alive && told.acks.len() >= enough {
            child.kill().unwrap();
            alive = false;
        }
    }
    let status = child.wait().unwrap();
    assert!(!alive, "the process ended by itself: {status}");
    told
}

/// Everything behind `from` in a log: its texts, each with its index.
fn new_texts(site: &Site, log: LogId, from: Seq, all: &mut HashSet<Vec<u8>>) -> Seq {
    let head = site.handle.head(&log).map_or(Seq::ZERO, |head| head.seq);
    for seq in (from.0 + 1..=head.0).map(Seq) {
        let (entry, plain) = site.store.opened(sample::district(2).id(), &log, seq).unwrap().unwrap();
        assert_eq!(site.store.get(Tree::Arrivals, &key::entry_key(&log, seq)).unwrap().as_deref(), Some(plain.as_slice()));
        if entry.header.kind == Kind::MESSAGE {
            assert!(all.insert(plain), "a text twice, at {log}/{seq}");
        }
    }
    assert_eq!(site.store.entry(&log, head.next()).unwrap(), None);
    head
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_a_kill_is_there_after_it_and_nothing_is_there_twice() {
    let cycles: u32 = std::env::var("OKRUG_KILL_CYCLES").ok().map_or(25, |cycles| cycles.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let district = sample::district(2);
    let other = Site::open(&dir.path().join("other"), &district, 2);
    let foreign_log = write_foreign(&other, cycles * 20, dir.path()).await;
    other.stop().await.unwrap();

    let (mut all, mut heads, mut log, mut acks) = (HashSet::new(), [Seq::ZERO; 4], None, 0);
    for cycle in 0..cycles {
        let enough = 1 + usize::try_from(okrug_node::clock::rng().next_u32() % 200).unwrap();
        let told = run_and_kill(dir.path(), cycle, enough);
        let site = Site::open(&dir.path().join("data"), &district, 1);
        assert_eq!(site.handle.alarms(), [], "cycle {cycle}");
        let own = site.handle.heads().into_iter().map(|head| head.log).find(|log| log.office.0 == 1).unwrap();
        let incarnation = log.get_or_insert(own.incarnation);
        assert_eq!(*incarnation, own.incarnation, "cycle {cycle}");
        for (at, precedence) in Precedence::ALL.into_iter().enumerate() {
            heads[at] = new_texts(&site, LogId { precedence, ..own }, heads[at], &mut all);
        }
        heads[3] = new_texts(&site, foreign_log, heads[3], &mut all);
        assert!(heads[3].0 >= told.held, "cycle {cycle}: told that {} are held, and {} are", told.held, heads[3].0);
        for (precedence, seq, text) in &told.acks {
            let log = LogId { precedence: *precedence, ..own };
            let (_, plain) =
                site.store.opened(district.id(), &log, *seq).unwrap().unwrap_or_else(|| panic!("cycle {cycle}: {text} is lost"));
            assert_eq!(plain, format!("text {text}").into_bytes(), "cycle {cycle}");
        }
        acks += told.acks.len();
        site.stop().await.unwrap();
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{cycles} kills, {acks} texts told to be written, {} found, {} entries taken over", all.len(), heads[3].0).unwrap();
}
