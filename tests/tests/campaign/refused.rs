//! What somebody brings to a node whose disk is full, at any number of blocks that are left: a bundle, a newer directory, a new
//! person. It is refused in words with nothing half done, or taken; and taken when there is room.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use okrug::cluster::{Admin, Blueprint, Login, Pages, Site};
use okrug::problem::{Exit, Problem};
use okrug::staff;
use okrug_node::clock;
use okrug_protocol::document::{Head, Signed};
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::Trust;
use okrug_tests::daemon::Daemon;
use okrug_tests::programs::folder;
use okrug_tests::{Official, until};
use serde_json::Value;

use crate::faulty::Disk;

const ALL: &str = "Руководство";
const BLOCK: u64 = 4_096;
/// Blocks that are left, and whether the disk says that there are many.
const FILLS: [(u64, bool); 8] = [(0, false), (0, true), (1, true), (2, true), (3, true), (5, true), (9, true), (17, true)];
const MESSAGES: usize = 12;

/// The next edition of the chart, signed, as a district file.
fn issue(trust: &mut Trust, key: &SecretKey) -> Vec<u8> {
    let held = trust.chart();
    let mut chart = held.doc().clone();
    let (now, term) = (clock::now(), 30 * 24 * 3_600_000);
    chart.head =
        Head { version: held.version().next().unwrap(), previous: held.hash(), issued: now, refresh_by: now.plus(term), ..chart.head };
    let mut signed = Signed::draft(chart.remembering(held.doc())).unwrap();
    signed.sign(key);
    trust.accept_chart(&signed.encode()).unwrap();
    trust.to_file().encode()
}

fn okrug(args: &[&str], data: &Path) -> Output {
    Command::new(folder().join("okrug")).args(["--lang", "en"]).args(args).arg("-n").arg(data).output().unwrap()
}

/// Takes a bundle; whether the disk had room for it.
fn take(file: &Path, site: &Site) -> bool {
    let taken = okrug(&["bundle", "import", file.to_str().unwrap()], &site.data);
    let said = String::from_utf8_lossy(&taken.stderr);
    match taken.status.code() {
        Some(0) => true,
        Some(16) => {
            assert!(said.contains("make room"), "{said}");
            false
        }
        code => panic!("{code:?}: {said}"),
    }
}

/// Asks a node as its administrator; whether it had room for what was asked.
async fn asks<T: Send + 'static>(site: &Site, ask: impl FnOnce(Admin) -> Result<T, Problem> + Send + 'static) -> bool {
    let data = site.data.clone();
    match tokio::task::spawn_blocking(move || Admin::of(&data).and_then(ask)).await.unwrap() {
        Ok(_) => true,
        Err(problem) => {
            assert_eq!((problem.code, problem.exit), ("no_space", Exit::NoSpace), "{problem:?}");
            assert!(problem.hint.is_some(), "{problem:?}");
            false
        }
    }
}

fn person(n: usize, unit: &str) -> Login {
    let (name, position) = ("Новый".to_owned(), "Инспектор".to_owned());
    Login { login: format!("new-{n}"), password: "длинный пароль".to_owned(), name, position, unit: unit.to_owned() }
}

/// The people whom a node knows, and the version of its directory.
async fn known(official: &Official) -> (Vec<Value>, u64) {
    let (tree, status) = (official.get("/api/v1/org/tree").await, official.status().await);
    (tree["people"].as_array().unwrap().clone(), status["documents"]["chart"].as_u64().unwrap())
}

fn bundle(dir: &Path) -> PathBuf {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "okb")).expect("a bundle")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FUSE"]
async fn what_is_brought_to_a_full_disk_is_refused_in_words_and_taken_when_there_is_room() {
    let Some(disk) = Disk::new() else { return };
    disk.state().unrecorded = true;
    let root = tempfile::tempdir().unwrap();
    let mut blueprint = Blueprint::lay_out(root.path(), "Округ", &staff::sample(), 2, Pages::Anywhere).unwrap();
    blueprint.sites[0].data = disk.join("data");
    let key = SecretKey::generate(&mut clock::rng());
    let mut trust = blueprint.found_by(&key).unwrap();
    let chat = format!("u{}", blueprint.plan.unit(ALL).unwrap().number);
    let sites = &blueprint.sites;
    let (mut here, mut there) = (Daemon::start(&sites[0], &[]), Daemon::start(&sites[1], &[]));
    let mut people = Vec::new();
    for (daemon, site) in [&mut here, &mut there].into_iter().zip(sites) {
        daemon.ready().await;
        people.push(Official::enrol(site, &chat).await);
    }
    until("the offices are linked", async || (people[0].linked().await.len() == 1).then_some(())).await;
    people[1].say(&chat, "вначале").await;
    people[0].reads(&chat, 1).await;
    // The line is down from here on: all that the second office has comes on a stick.
    here.stop().await;
    for n in 0..MESSAGES {
        people[1].say(&chat, &format!("{n} {}", "я".repeat(700))).await;
    }
    let file = issue(&mut trust, &key);
    assert!(asks(&sites[1], move |admin| admin.district_file(&file)).await);
    let made = okrug(&["bundle", "create", "--for", &sites[0].slug, "--all", "--out", root.path().to_str().unwrap()], &sites[1].data);
    assert!(made.status.success(), "{made:?}");
    there.stop().await;
    let stick = bundle(root.path());
    let mut here =
        Daemon::start(&sites[0], &["store.reserve=0".to_owned(), "store.min_free=1".to_owned(), "store.min_free_foreign=1".to_owned()]);
    here.ready().await;
    people[0].log_in().await;
    let (mut refused, mut enrolled, mut taken) = ([0, 0, 0], known(&people[0]).await.0.len(), false);
    for (n, (left, hides)) in FILLS.into_iter().enumerate() {
        let (texts, before) = (people[0].texts(&chat).await, known(&people[0]).await);
        let (file, version) = (issue(&mut trust, &key), u64::from(trust.chart().version().0));
        disk.fill(left * BLOCK, hides);
        let all = take(&stick, &sites[0]);
        let newer = {
            let file = file.clone();
            asks(&sites[0], move |admin| admin.district_file(&file)).await
        };
        let unit = chat.clone();
        let one = asks(&sites[0], move |admin| admin.add_person(&person(n, &unit))).await;
        let (now, after) = (people[0].texts(&chat).await, known(&people[0]).await);
        disk.make_room();
        assert!(now.starts_with(&texts), "what was there can be read");
        assert!(!all || now.len() == 1 + MESSAGES);
        assert_eq!(after.1, if newer { version } else { before.1 }, "no directory is half taken");
        assert_eq!(after.0.len(), before.0.len() + usize::from(one), "nobody is half enrolled");
        for (count, done) in refused.iter_mut().zip([all || taken, newer, one]) {
            *count += usize::from(!done);
        }
        taken |= all;
        // With room each of them is taken, and once.
        if !newer {
            assert!(asks(&sites[0], move |admin| admin.district_file(&file)).await);
        }
        let unit = chat.clone();
        if !one {
            assert!(asks(&sites[0], move |admin| admin.add_person(&person(n, &unit))).await);
        }
        enrolled += 1;
        let (all, version_now) = known(&people[0]).await;
        assert_eq!((all.len(), version_now), (enrolled, version));
        people[0].line().login(&format!("new-{n}"), "длинный пароль").await.unwrap();
    }
    assert!(refused.iter().all(|count| *count >= 1), "{refused:?}");
    assert!(take(&stick, &sites[0]));
    assert_eq!(people[0].texts(&chat).await.len(), 1 + MESSAGES);
    here.stop().await;
}
