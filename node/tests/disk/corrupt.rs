//! Data that the disk changed while nobody looked: found, set aside, said, and given back by journal and neighbour.
//!
//! Faults: 60, or as many as `OKRUG_CORRUPT_FAULTS` says, from the seed `OKRUG_CORRUPT_SEED` on; one seed is one fault.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use okrug_node::here::Marker;
use okrug_node::journal::Check;
use okrug_node::ledger::Draft;
use okrug_node::rest::Rest;
use okrug_node::store::{Batch, Note, Scrub, Tree};
use okrug_protocol::ids::{LogId, Precedence, Seq};
use okrug_protocol::sample;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::site::{self, Site, message};

/// What lies in a data directory and may be hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Journal,
    StoreLog,
    StoreOther,
    Keyring,
    Marks,
}

/// What the disk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    Bit,
    Page,
    Cut,
    Swap,
    Gone,
}

const PARTS: [Part; 5] = [Part::Journal, Part::StoreLog, Part::StoreOther, Part::Keyring, Part::Marks];
const HARMS: [Harm; 5] = [Harm::Bit, Harm::Page, Harm::Cut, Harm::Swap, Harm::Gone];
const PAGE: usize = 4_096;
/// More starts than this are a loop.
const MAX_STARTS: u32 = 4;

/// The data of an office that stopped, and what its neighbour holds.
pub(crate) struct Base {
    pub(crate) dir: tempfile::TempDir,
    logs: Vec<(LogId, Vec<Vec<u8>>)>,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn kept() -> Batch {
    let mut batch = Batch::new();
    batch.put(Tree::Accounts, b"login", b"vault");
    batch
}

impl Base {
    pub(crate) async fn new() -> Self {
        let (dir, elsewhere, district) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), sample::district(2));
        let other = Site::open(elsewhere.path(), &district, 2);
        for n in 0..30 {
            other.say(&format!("theirs {n}")).await;
        }
        // Two processes: there is a snapshot of sled's, and more behind it.
        for life in 0..2 {
            let site = Site::open(dir.path(), &district, 1);
            for n in 0..30 {
                let (text, precedence) = (format!("{life}-{n}"), Precedence::ALL[n % 3]);
                let plain = [b"text ", text.as_bytes(), &vec![b' '; if n % 7 == 0 { 9_000 } else { 0 }]].concat();
                site.handle.write(Draft { plain, precedence, ..message(&text) }).await.unwrap();
            }
            for head in other.handle.heads() {
                let entries = other.entries(head.log).await;
                let part = if life == 0 { &entries[..entries.len() / 2] } else { &entries[..] };
                assert!(site.offer(2, part).await.iter().all(okrug_node::ledger::Verdict::is_held));
            }
            site.handle.keep(kept()).await.unwrap();
            site.stop().await.unwrap();
        }
        let site = Site::open(dir.path(), &district, 1);
        let mut logs = Vec::new();
        for head in site.handle.heads() {
            logs.push((head.log, site.entries(head.log).await));
        }
        assert_eq!(site.handle.alarms(), []);
        site.stop().await.unwrap();
        Self { dir, logs }
    }
}

struct Chance(ChaCha20Rng);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
}

fn files_of(dir: &Path, part: Part) -> Vec<PathBuf> {
    let list = |folder: &str| -> Vec<PathBuf> {
        let mut files: Vec<_> =
            fs::read_dir(dir.join(folder)).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
        files.sort();
        files
    };
    match part {
        Part::Journal => list("journal"),
        Part::StoreLog => vec![dir.join("store/db")],
        Part::StoreOther => list("store").into_iter().filter(|path| !path.ends_with("db")).collect(),
        Part::Keyring => [list("keys/epochs"), list("keys/sealing")].concat(),
        Part::Marks => vec![dir.join("owner"), dir.join("here")],
    }
}

/// Hurts one file, and says how, and whether it is another one now.
fn hurt(dir: &Path, part: Part, harm: Harm, chance: &mut Chance) -> (String, bool) {
    let files = files_of(dir, part);
    let path = &files[chance.below(files.len())];
    let mut bytes = fs::read(path).unwrap();
    let whole = bytes.clone();
    // sled's file is longer than what is in it.
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(bytes.len(), |last| last + 1);
    let at = chance.below(used);
    match harm {
        Harm::Bit if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
        Harm::Page => {
            let from = at / PAGE * PAGE;
            let to = (from + PAGE).min(bytes.len());
            bytes[from..to].fill(0);
        }
        Harm::Cut => bytes.truncate(at),
        Harm::Swap if bytes.len() >= 2 * PAGE => {
            let (a, b) = (chance.below(used / PAGE) * PAGE, chance.below(used / PAGE) * PAGE);
            let page = bytes[a..a + PAGE].to_vec();
            bytes.copy_within(b..b + PAGE, a);
            bytes[b..b + PAGE].copy_from_slice(&page);
        }
        _ => {}
    }
    let changed = harm == Harm::Gone || bytes != whole;
    if harm == Harm::Gone {
        fs::remove_file(path).unwrap()
    } else {
        fs::write(path, bytes).unwrap()
    }
    (format!("{harm:?} at {at} of {}", path.strip_prefix(dir).unwrap().display()), changed)
}

/// Reads all that is stored, as a node does at leisure; tells whether it must start again.
fn read_all(site: &Site, dir: &Path) -> bool {
    let mut scrub = Scrub::default();
    let store = loop {
        match site.store.scrub(&mut scrub, 1_000) {
            Ok(false) => {}
            done => break done,
        }
    };
    let mut check = Check::of(&dir.join("journal"), &Rest::new(&site::at_rest()));
    let journal = loop {
        match check.step() {
            Ok(false) => {}
            done => break done,
        }
    };
    if let Err(what) = &journal {
        Note::of_journal(dir).write(what);
    }
    store.is_err() || journal.is_err() || site.store.damage().is_some()
}

#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What was said of it, start by start.
    pub(crate) said: Vec<String>,
    /// Whether all was there before the neighbour was asked.
    pub(crate) equal_alone: bool,
    /// Whether all is there after it.
    pub(crate) equal: bool,
    /// Why it does not start.
    pub(crate) refused: Option<String>,
}

async fn is_equal(site: &Site, base: &Base) -> bool {
    let district = sample::district(2);
    for (log, entries) in &base.logs {
        let Ok(first) = site.handle.range(*log, Seq(1), entries.len(), 1 << 24).await else { return false };
        if first != *entries {
            return false;
        }
        for seq in (1..=entries.len()).map(|n| Seq(u64::try_from(n).unwrap())) {
            if !matches!(site.store.opened(district.id(), log, seq), Ok(Some(_))) {
                return false;
            }
        }
    }
    site.store.get(Tree::Accounts, b"login").ok().flatten().as_deref() == Some(b"vault")
}

/// Starts the office on hurt data as often as it takes, and then with its neighbour.
pub(crate) async fn live(dir: PathBuf, base: &Base) -> Outcome {
    let (district, mut outcome) = (sample::district(2), Outcome::default());
    for start in 1.. {
        assert!(start <= MAX_STARTS, "it starts again and again: {outcome:?}");
        let site = match Site::open_damaged(&dir, &district, 1) {
            Ok(site) => site,
            // What is found at the start is noted, and the next one sets it aside.
            Err(why) if start < MAX_STARTS => {
                outcome.said.push(why);
                continue;
            }
            Err(why) => {
                outcome.refused = Some(why);
                return outcome;
            }
        };
        outcome.said.extend(site.handle.alarms().iter().map(|alarm| alarm.code().to_owned()));
        if read_all(&site, &dir) {
            outcome.said.push("found by reading".to_owned());
            drop(site.stop().await);
            continue;
        }
        outcome.equal_alone = is_equal(&site, base).await;
        for (log, entries) in base.logs.iter().chain(&base.logs) {
            for part in entries.chunks(100) {
                site.offer(2, part).await;
            }
            assert!(site.handle.head(log).is_some());
        }
        outcome.equal = is_equal(&site, base).await;
        site.say("afterwards").await;
        let sound = !read_all(&site, &dir);
        site.stop().await.unwrap();
        // What was repaired holds: the next start finds nothing.
        let again = Site::open(&dir, &district, 1);
        outcome.equal &= sound && is_equal(&again, base).await && again.handle.alarms().is_empty();
        again.stop().await.unwrap();
        return outcome;
    }
    outcome
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_disk_changed_is_found_said_and_given_back() {
    let (faults, seed) = (number("OKRUG_CORRUPT_FAULTS", 60), number("OKRUG_CORRUPT_SEED", 1));
    let base = std::sync::Arc::new(Base::new().await);
    // By part and harm: faults, told of, harmless, equal alone, equal with a neighbour.
    let (mut table, mut wrong) = (BTreeMap::<(Part, Harm), [u64; 5]>::new(), Vec::new());
    let mut repaired = 0;
    for seed in seed..seed + faults {
        let mut chance = Chance(ChaCha20Rng::seed_from_u64(seed));
        let which = usize::try_from(seed).unwrap();
        let (part, harm) = (PARTS[which % 5], HARMS[which / 5 % 5]);
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("data");
        copy(base.dir.path(), &dir);
        Marker::of(&dir, &site::at_rest()).write().unwrap();
        let (what, changed) = hurt(&dir, part, harm, &mut chance);
        let (at, on) = (dir.clone(), std::sync::Arc::clone(&base));
        let outcome = match tokio::spawn(async move { live(at, &on).await }).await {
            Ok(outcome) => outcome,
            Err(error) => {
                wrong.push(format!("seed {seed}: {part:?}, {what}: a panic came through: {error}"));
                continue;
            }
        };
        let told = !outcome.said.is_empty() || outcome.refused.is_some();
        let row = table.entry((part, harm)).or_default();
        for (count, one) in row.iter_mut().zip([true, told, !told && outcome.equal_alone, outcome.equal_alone, outcome.equal]) {
            *count += u64::from(one);
        }
        repaired += u64::from(outcome.equal);
        // Every byte of the keyring is used; journal and store have room that is not.
        let unsaid = part == Part::Keyring && changed && !told;
        if !outcome.equal || unsaid || (!told && !outcome.equal_alone) {
            wrong.push(format!("seed {seed}: {part:?}, {what}: {outcome:?}"));
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "part, harm: faults, told of, harmless, all there alone, all there with a neighbour").unwrap();
    for (which, row) in &table {
        writeln!(out, "{which:?}: {row:?}").unwrap();
    }
    writeln!(out, "{faults} faults, {repaired} repaired or harmless").unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
