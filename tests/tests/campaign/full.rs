//! A disk that fills at any moment under a real node, and at its start: refused in words, read all the same, nothing lost.
//!
//! Fill points: 10, or as many as `OKRUG_DISK_FULL` says; `OKRUG_DISK_FULL_SEED` chooses them.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use okrug::cluster::{Blueprint, Pages, Site};
use okrug::staff;
use okrug_tests::daemon::Daemon;
use okrug_tests::official::fresh;
use okrug_tests::{Official, until};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use serde_json::Value;

use crate::faulty::Disk;
use crate::number;

const ALL: &str = "Руководство";
const MIB: u64 = 1 << 20;
/// What is kept free: a file, for our own people, and for what there is already.
const LIMITS: [(&str, u64); 3] = [("reserve", 2 * MIB), ("min_free", 4 * MIB), ("min_free_foreign", 12 * MIB)];
/// Writers at each office, and what each says while the disk fills.
const WRITERS: usize = 3;
const TEXTS: usize = 6;
const WRITES: u64 = 18;
/// After so many fill points it is waited until the neighbours have exchanged all.
const ROUND: u64 = 10;
/// The longest that exchange may take on any machine.
const LONGEST: Duration = Duration::from_secs(300);

/// How the disk fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// There is room for our own people, and not for others.
    Little,
    /// It says that there is next to none.
    Told,
    /// It says that there is plenty, and refuses.
    Hidden,
}

/// What was said, and whether it was taken.
struct Said {
    text: String,
    client_id: String,
    status: u16,
    problem: Value,
}

struct Stage {
    disk: Disk,
    sites: Vec<Site>,
    here: Option<Daemon>,
    // Runs as long as all of it.
    _there: Daemon,
    people: Vec<Official>,
    chat: String,
    /// How many answers the nodes have given.
    answers: AtomicU64,
    /// What was taken, by office.
    taken: [HashSet<String>; 2],
    /// What was refused and not said again.
    refused: HashSet<String>,
    _root: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Option<Self> {
        let disk = Disk::new()?;
        disk.state().unrecorded = true;
        let root = tempfile::tempdir().unwrap();
        let mut blueprint = Blueprint::lay_out(root.path(), "Округ", &staff::sample(), 2, Pages::Anywhere).unwrap();
        blueprint.sites[0].data = disk.join("data");
        blueprint.found().unwrap();
        let chat = format!("u{}", blueprint.plan.unit(ALL).unwrap().number);
        let (sites, mut people) = (blueprint.sites, Vec::new());
        let (mut here, mut there) = (Daemon::start(&sites[0], &settings()), Daemon::start(&sites[1], &[]));
        here.ready().await;
        there.ready().await;
        for site in &sites {
            people.push(Official::enrol(site, &chat).await);
        }
        let (here, answers, taken, refused) = (Some(here), AtomicU64::new(0), <[HashSet<String>; 2]>::default(), HashSet::new());
        let stage = Self { disk, sites, here, _there: there, people, chat, answers, taken, refused, _root: root };
        until("the offices are linked", async || (stage.people[0].linked().await.len() == 1).then_some(())).await;
        Some(stage)
    }

    /// Several people of an office say something, one thing after the other.
    async fn talk(&self, office: usize, what: &str, length: usize) -> Vec<Said> {
        let writers = (0..WRITERS).map(|writer| async move {
            let mut said = Vec::new();
            for n in 0..TEXTS {
                let (text, client_id) = (format!("{what}-{office}-{writer}-{n} {}", "я".repeat(length)), fresh());
                let answer = self.people[office].post(&self.chat, text.trim_end(), &client_id).await;
                self.answers.fetch_add(1, Ordering::Relaxed);
                let problem = serde_json::from_slice(&answer.body).unwrap_or_default();
                said.push(Said { text: text.trim_end().to_owned(), client_id, status: answer.status, problem });
            }
            said
        });
        join_all(writers).await.into_iter().flatten().collect()
    }

    /// Takes note of what was said: each was taken, or refused for want of room and in words.
    fn count(&mut self, office: usize, said: Vec<Said>) -> Vec<Said> {
        let mut refused = Vec::new();
        for one in said {
            match one.status {
                201 => drop(self.taken[office].insert(one.text)),
                507 => {
                    assert_eq!(one.problem["code"], "no_space", "{}", one.problem);
                    for part in ["title", "detail", "hint"] {
                        assert!(one.problem[part].as_str().is_some_and(|words| !words.is_empty()), "{part}: {}", one.problem);
                    }
                    refused.push(one);
                }
                status => panic!("{status}: {}", one.problem),
            }
        }
        refused
    }

    /// What an office has, and that nothing is there twice.
    async fn texts(&self, office: usize) -> HashSet<String> {
        let texts = self.people[office].texts(&self.chat).await;
        let all: HashSet<_> = texts.iter().cloned().collect();
        assert_eq!(all.len(), texts.len(), "something is there twice");
        all
    }

    /// Waits until both offices have all that was taken, and nothing that was not.
    async fn agree(&self) {
        for office in [0, 1] {
            let begun = Instant::now();
            loop {
                let texts = self.texts(office).await;
                let missing = self.taken.iter().flatten().filter(|text| !texts.contains(*text)).count();
                if missing == 0 {
                    break;
                }
                assert!(begun.elapsed() < LONGEST, "{missing} messages did not come to office {office}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            assert!(self.texts(office).await.is_disjoint(&self.refused), "something is there that was refused");
        }
    }

    /// Ends the node without a word and starts it on the disk as it is; or says why it does not start.
    async fn restart(&mut self) {
        self.here.take().unwrap().kill().await;
        let mut daemon = Daemon::start(&self.sites[0], &settings());
        daemon.ready().await;
        self.here = Some(daemon);
        self.people[0].log_in().await;
    }
}

fn settings() -> Vec<String> {
    LIMITS.map(|(name, bytes)| format!("store.{name}={bytes}")).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FUSE"]
async fn a_disk_that_fills_at_any_moment_refuses_in_words_loses_nothing_and_goes_on_with_room() {
    let (fills, seed) = (number("OKRUG_DISK_FULL", 10), number("OKRUG_DISK_FULL_SEED", okrug_node::clock::now().0));
    let Some(mut stage) = Stage::new().await else { return };
    let (mut rng, mut counts, mut slowest) = (ChaCha20Rng::seed_from_u64(seed), HashMap::<_, u64>::new(), 0);
    let mut own_slowest = 0;
    let mut below = |most: u64| rng.next_u64() % most;
    writeln!(std::io::stdout().lock(), "seed {seed}").unwrap();
    for fill in 0..fills {
        let kind = [Fill::Little, Fill::Told, Fill::Hidden][usize::try_from(below(3)).unwrap()];
        // Half of the time the node begins while the disk is full, after an end without a word.
        let restarts = below(2) == 0;
        let length = [0, 300, 2_000][usize::try_from(below(3)).unwrap()];
        let left = match kind {
            Fill::Little => 5 * MIB + below(6 * MIB),
            Fill::Told => below(4 * MIB),
            Fill::Hidden => below(MIB / 2),
        };
        let before = below(2 * WRITES);
        writeln!(std::io::stdout().lock(), "{fill}: {kind:?}, {left} bytes left, restarts {restarts}, length {length}").unwrap();
        let (what, on_full) = (format!("{fill}"), format!("{fill}-full"));
        let answers = stage.answers.load(Ordering::Relaxed) + before;
        let (own, foreign, ()) = tokio::join!(stage.talk(0, &what, length), stage.talk(1, &what, length), async {
            until("some have said something", async || (stage.answers.load(Ordering::Relaxed) >= answers).then_some(())).await;
            stage.disk.fill(left, kind == Fill::Hidden);
        });
        let mut refused = stage.count(0, own);
        assert!(stage.count(1, foreign).is_empty(), "the neighbour has room");
        if restarts {
            stage.restart().await;
        }
        // Whoever comes now gets in and reads all that was taken.
        stage.people[0].log_in().await;
        let texts = stage.texts(0).await;
        assert!(stage.taken[0].iter().all(|text| texts.contains(text)), "something that was taken cannot be read");
        // A node that starts gives back the room that it held ahead, which may be enough for some.
        let little = kind == Fill::Told && stage.disk.left() <= LIMITS[1].1;
        let more = stage.talk(0, &on_full, length).await;
        let others = stage.talk(1, &on_full, length).await;
        stage.count(1, others);
        let more = stage.count(0, more);
        assert!(kind != Fill::Little || more.is_empty(), "our own people have room");
        assert!(!little || more.len() == WRITERS * TEXTS, "{} of {} were refused", more.len(), WRITERS * TEXTS);
        refused.extend(more);
        *counts.entry("refused").or_default() += u64::try_from(refused.len()).unwrap();
        *counts.entry("restarts").or_default() += u64::from(restarts);
        if kind != Fill::Hidden {
            let texts = stage.texts(0).await;
            let foreign = stage.taken[1].iter().filter(|text| text.starts_with(&on_full)).filter(|text| texts.contains(*text));
            assert_eq!(foreign.count(), 0, "entries of others stop first");
        }
        stage.disk.make_room();
        let begun = Instant::now();
        // What was refused is said again under its name, and is there once.
        let again = refused.len() / 2;
        for one in refused.drain(..again) {
            let answer = until("it goes on with room", async || {
                Some(stage.people[0].post(&stage.chat, &one.text, &one.client_id).await).filter(|answer| answer.status != 507)
            })
            .await;
            assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
            stage.taken[0].insert(one.text);
        }
        stage.refused.extend(refused.into_iter().map(|one| one.text));
        let wanted = format!("{fill}-room");
        stage.people[0].say(&stage.chat, &wanted).await;
        stage.taken[0].insert(wanted);
        own_slowest = own_slowest.max(begun.elapsed().as_millis());
        if fill % ROUND == ROUND - 1 || fill + 1 == fills {
            stage.agree().await;
            slowest = slowest.max(begun.elapsed().as_secs());
        }
    }
    let taken = stage.taken[0].len() + stage.taken[1].len();
    eprintln!(
        "ROW | Disk full | {fills} fill points, {} starts on a full disk | {taken} messages taken and all there once, {} refused in words, own go on after {own_slowest} ms at most, all has been exchanged after {slowest} s",
        counts.get("restarts").unwrap_or(&0),
        counts.get("refused").unwrap_or(&0)
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FUSE"]
async fn a_store_whose_disk_does_not_confirm_ends_the_node_with_a_sentence_at_the_first_try_and_nothing_is_lost() {
    let Some(mut stage) = Stage::new().await else { return };
    let said = stage.talk(0, "before", 0).await;
    assert!(stage.count(0, said).is_empty());
    stage.disk.state().unsyncable = Some("store/db".to_owned());
    // The store is made to last before it is said that another's entries are here.
    stage.people[1].say(&stage.chat, "theirs").await;
    let status = stage.here.take().unwrap().end().await;
    assert_eq!((status.code(), stage.disk.state().refused), (Some(1), 1), "it ends, and tries nothing twice");
    let log = std::fs::read_to_string(stage.sites[0].data.join("node.log")).unwrap();
    for words in ["did not confirm", "smartctl"] {
        assert!(log.contains(words), "{words} in\n{log}");
    }
    // Nor does it start on such a disk.
    let status = Daemon::start(&stage.sites[0], &settings()).end().await;
    assert_eq!(status.code(), Some(1));
    stage.disk.state().unsyncable = None;
    let mut daemon = Daemon::start(&stage.sites[0], &settings());
    daemon.ready().await;
    stage.here = Some(daemon);
    stage.people[0].log_in().await;
    stage.taken[1].insert("theirs".to_owned());
    stage.agree().await;
    stage.people[0].say(&stage.chat, "on").await;
}
