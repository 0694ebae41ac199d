//! The power goes at any moment of a process that writes: what it was told is there afterwards, and it goes on by itself.
//!
//! Cuts: 50, or as many as `OKRUG_POWER_CUTS` says, ten to each life of the process; the next life begins on a disk that
//! the last of them left at which no write was scattered. `OKRUG_POWER_SEED` chooses the cuts; what a failed one left, with what was told before it, stays in a
//! folder that is named, and `OKRUG_POWER_LEFT` names it to look at it once more.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use okrug_node::clock::Clock;
use okrug_node::ledger::{Draft, Verdict};
use okrug_node::store::{Batch, Tree as Rows};
use okrug_protocol::codec;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::ids::{LogId, Precedence, Seq, Topic};
use okrug_protocol::sample;
use okrug_protocol::sealing::SealingKey;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::faulty::{Disk, Loss, Op, State, Tree};
use crate::site::{Site, message};

const DIR: &str = "OKRUG_POWER_DIR";
const LIFE: &str = "OKRUG_POWER_LIFE";
const TOLD: &str = "told";
const WEEK_MS: u64 = 7 * 24 * 3_600 * 1_000;
/// Cuts of one life.
const CUTS: u32 = 10;
/// Entries of the other office for one life.
const FOREIGN: u32 = 40;

/// What a process on the disk was told, a line for each; the line is on its way to the disk before the next thing happens.
#[derive(Clone)]
struct Told(Arc<Mutex<fs::File>>);

impl Told {
    fn say(&self, line: &str) {
        let line = format!("{line}\n");
        self.0.lock().unwrap().write_all(line.as_bytes()).unwrap();
        let mut out = std::io::stdout().lock();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    }
}

#[test]
fn child_that_writes_until_the_power_goes() {
    let (Ok(dir), Ok(life)) = (std::env::var(DIR), std::env::var(LIFE)) else { return };
    let dir = PathBuf::from(dir);
    let told = Told(Arc::new(Mutex::new(OpenOptions::new().append(true).create(true).open(dir.join(TOLD)).unwrap())));
    let foreign: Vec<Vec<u8>> = codec::decode(&fs::read(dir.join("foreign")).unwrap(), 64 << 20).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = Clock::default();
        let site = Site::open_at(&dir.join("data"), &sample::district(2), 1, &clock);
        for writer in 0..6 {
            let (handle, life, told) = (site.handle.clone(), life.clone(), told.clone());
            tokio::spawn(async move {
                for n in 0.. {
                    let precedence = Precedence::ALL[writer % 3];
                    let text = format!("{life}-{writer}-{n}");
                    // Some are longer than a page.
                    let plain = [b"text ", text.as_bytes(), &vec![b' '; if n % 5 == 0 { 6_000 } else { 0 }]].concat();
                    let written = handle.write(Draft { precedence, plain, ..message(&text) }).await.unwrap();
                    told.say(&format!("written {} {} {}", encoded(&written.log), written.seq.0, written.id.0.to_hex()));
                }
            });
        }
        let log = Entry::decode(&foreign[0]).unwrap().header.log;
        // Each life counts on where no other has counted.
        let from = life.parse::<u32>().unwrap() * 1_000_000;
        for n in from.. {
            let held = site.handle.head(&log).map_or(0, |head| usize::try_from(head.seq.0).unwrap());
            let next: Vec<_> = foreign.iter().skip(held).take(4).cloned().collect();
            assert!(site.offer(2, &next).await.iter().all(Verdict::is_held));
            told.say(&format!("held {}", held + next.len()));
            let mut batch = Batch::new();
            batch.put(Rows::Accounts, b"kept", n.to_be_bytes());
            site.handle.keep(batch).await.unwrap();
            told.say(&format!("kept {n}"));
            clock.pass(WEEK_MS);
            site.handle.tend().await;
        }
    });
}

fn encoded(log: &LogId) -> String {
    okrug_protocol::ids::hex(&codec::encode(log))
}

/// Lets a process write on the disk until it was told `enough`, ends it, and gives what was written down.
fn live(disk: Disk, life: u32, enough: usize) -> State {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "power::child_that_writes_until_the_power_goes", "--nocapture"]);
    command.env(DIR, disk.path()).env(LIFE, life.to_string()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().unwrap();
    let (mut told, mut alive) = (0, true);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        told += usize::from(line.unwrap().starts_with("written"));
        if alive && told >= enough {
            child.kill().unwrap();
            alive = false;
        }
    }
    let status = child.wait().unwrap();
    assert!(!alive, "the process ended by itself: {status}");
    disk.record()
}

/// What was told before so many operations of a life.
fn told_by(state: &State, ops: usize) -> String {
    let told = state.tree.find(TOLD);
    let write = |op: &Op| match op {
        Op::Write { file, bytes, .. } if Some(*file) == told => Some(String::from_utf8(bytes.clone()).unwrap()),
        _ => None,
    };
    let mut told: String = state.ops[..ops].iter().filter_map(write).collect();
    // A line may have been on its way.
    told.truncate(told.rfind('\n').map_or(0, |end| end + 1));
    told
}

/// Opens what a cut left, and compares it with what was told before: `written`, `held`, `kept`; tells whether there was an alarm.
async fn look(left: &Path, loss: Loss) -> bool {
    let told = fs::read_to_string(left.join(TOLD)).unwrap();
    let district = sample::district(2);
    let data = left.join("data");
    let site = match Site::open_damaged(&data, &district, 1) {
        Ok(site) => site,
        // What sled kept does not read: it is noted, and the next start sets it aside, as a node does by itself.
        Err(why) => {
            assert!(loss == Loss::Scattered, "{why}");
            Site::open(&data, &district, 1)
        }
    };
    let alarms = site.handle.alarms();
    assert!(alarms.is_empty() || loss == Loss::Scattered, "{alarms:?}");
    let mut places = HashMap::new();
    let foreign: Vec<Vec<u8>> = codec::decode(&fs::read(left.join("foreign")).unwrap(), 64 << 20).unwrap();
    for line in told.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["written", log, seq, id] => {
                let log: LogId = codec::decode(&okrug_protocol::ids::unhex(log).unwrap(), 64).unwrap();
                let seq = Seq(seq.parse().unwrap());
                assert_eq!(places.insert((log, seq), id), None, "{log}/{seq} was given twice");
                let found = site.store.entry_id(&log, seq).unwrap();
                assert_eq!(found.map(|found| found.0.to_hex()).as_deref(), Some(id), "{log}/{seq} was told to be written");
                assert!(site.store.opened(district.id(), &log, seq).unwrap().is_some(), "{log}/{seq} cannot be read");
            }
            // Where sled does not survive the loss the store is set aside, and what others wrote comes from them again.
            ["held", _] if !alarms.is_empty() => {}
            ["held", held] => {
                let log = Entry::decode(&foreign[0]).unwrap().header.log;
                let found = site.handle.head(&log).map_or(0, |head| head.seq.0);
                assert!(found >= held.parse().unwrap(), "{found} of {held} that were told to be held");
            }
            ["kept", kept] => {
                let found = site.store.get(Rows::Accounts, b"kept").unwrap().unwrap();
                let found = u32::from_be_bytes(found.try_into().unwrap());
                assert!(found >= kept.parse().unwrap(), "{found} where {kept} was told");
            }
            _ => panic!("{line}"),
        }
    }
    for head in site.handle.heads().into_iter().filter(|head| head.log.topic == Topic::District && head.log.office.0 == 1) {
        for bytes in site.entries(head.log).await {
            let entry = Entry::decode(&bytes).unwrap();
            if entry.header.kind == Kind::SEALING_KEY {
                let number = SealingKey::decode(&entry.body).unwrap().number;
                let path = left.join("data/keys/sealing").join(format!("{number:010}.key"));
                assert!(path.exists(), "the private half of key {number}, which was announced, is not there");
            }
        }
    }
    // It goes on, and where it writes nothing was told before.
    let written = site.say("afterwards").await;
    assert!(!places.contains_key(&(written.log, written.seq)));
    site.stop().await.unwrap();
    !alarms.is_empty()
}

/// The disk of an office that has written nothing, with what another office wrote for it to take.
async fn first(dir: &Path) -> Tree {
    let district = sample::district(2);
    let other = Site::open(&dir.join("other"), &district, 2);
    let writes: Vec<_> = (0..FOREIGN).map(|n| message(&format!("foreign-{n}"))).map(|draft| other.handle.write(draft)).collect();
    let written = futures::future::join_all(writes).await;
    let entries = other.entries(written[0].as_ref().unwrap().log).await;
    other.stop().await.unwrap();
    fs::create_dir(dir.join("disk")).unwrap();
    fs::write(dir.join("disk/foreign"), codec::encode(&entries)).unwrap();
    Tree::read(&dir.join("disk"))
}

fn number<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().ok().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_the_power_went_is_there_and_no_place_is_given_twice() {
    if let Ok(left) = std::env::var("OKRUG_POWER_LEFT") {
        look(Path::new(&left), Loss::Scattered).await;
        return;
    }
    let (cuts, seed) = (number("OKRUG_POWER_CUTS", 50u32), number("OKRUG_POWER_SEED", u64::from(okrug_node::clock::rng().next_u32())));
    let (mut rng, folder) = (ChaCha20Rng::seed_from_u64(seed), tempfile::tempdir().unwrap());
    let (mut tree, mut told, mut alarmed, mut written) = (first(folder.path()).await, String::new(), 0, 0);
    let mut failed = Vec::new();
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("power-{seed}"));
    for life in 0..cuts.div_ceil(CUTS) {
        let Some(disk) = Disk::with(tree.clone()) else { return };
        let state = live(disk, life, 1 + usize::try_from(rng.next_u32() % 120).unwrap());
        let mut next = None;
        for cut in 0..CUTS.min(cuts - life * CUTS) {
            let at = usize::try_from(rng.next_u64() % (u64::try_from(state.ops.len()).unwrap() + 1)).unwrap();
            let loss = Loss::ALL[usize::try_from(rng.next_u32() % 3).unwrap()];
            let after = state.cut(at, loss, &mut rng);
            let told = format!("{told}{}", told_by(&state, at));
            let left = root.join(format!("{life}-{cut}"));
            after.write(&left);
            fs::write(left.join(TOLD), &told).unwrap();
            let path = left.clone();
            match tokio::spawn(async move { look(&path, loss).await }).await {
                Ok(with_alarm) => {
                    alarmed += u32::from(with_alarm);
                    fs::remove_dir_all(&left).unwrap();
                }
                Err(_) => {
                    fs::remove_dir_all(&left).unwrap();
                    after.write(&left);
                    fs::write(left.join(TOLD), &told).unwrap();
                    fs::write(left.join("operations"), state.listed(at)).unwrap();
                    failed.push(format!("{loss:?} after {at}: {}", left.display()));
                }
            }
            written += told.matches("written").count();
            // sled need not survive a scattered write, and may say so much later: a life begins on a disk without one.
            if loss != Loss::Scattered {
                next = Some((after, told));
            }
        }
        if let Some((after, before)) = next {
            (tree, told) = (after.without(TOLD), before);
        }
    }
    // Only an empty one goes.
    let _ = fs::remove_dir(&root);
    writeln!(
        std::io::stdout().lock(),
        "seed {seed}: {cuts} cuts, {written} times something told was looked for and found, {alarmed} with an alarm"
    )
    .unwrap();
    assert_eq!(failed, Vec::<String>::new());
}
