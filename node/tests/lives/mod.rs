//! Lives of an office's data: copied, restored, set back, lost, swapped; and what must hold whatever happened.
//!
//! Real engines in this process, each in a folder of its own, linked over loopback. Office 1 comes to harm; 2 and 3 are
//! its neighbours. A number gives a scenario, the same every time.

#![allow(dead_code, reason = "each suite uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

pub(crate) mod anew;
pub(crate) mod backup;

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use okrug_node::documents::Documents;
use okrug_node::engine::{Engine, Setup};
use okrug_node::here::Marker;
use okrug_node::home::{Home, Owner};
use okrug_node::keys::NodeKeys;
use okrug_node::ledger::{Alarm, Draft};
use okrug_node::mesh::{Multiaddr, Source};
use okrug_node::office::Pace;
use okrug_node::store::Limits;
use okrug_protocol::entry::Kind;
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// How long anything may take before the test fails; no verdict depends on it being short.
const PATIENCE: Duration = Duration::from_secs(120);
/// The unit that every office hosts.
const EVERYBODY: Topic = Topic::Unit(UnitId(2));

/// What happens to the data of office 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harm {
    /// The directory is replaced by an older backup.
    Restored,
    /// An older backup is put into a new directory, and the node runs there.
    Moved,
    /// A copy runs beside the original.
    Cloned,
    /// The store is lost.
    StoreLost,
    /// The journal is lost.
    JournalLost,
    /// The journal is an older one.
    JournalBack,
    /// The store is an older one.
    StoreBack,
    /// Journal and store are of two lives of the office.
    Swapped,
    /// The keys alone are on a new machine.
    KeysOnly,
    /// The marker is lost.
    MarkerLost,
    /// Everything is as it was before, and nothing in the directory shows it.
    SetBack,
}

impl Harm {
    pub(crate) const ALL: [Self; 11] = [
        Self::Restored,
        Self::Moved,
        Self::Cloned,
        Self::StoreLost,
        Self::JournalLost,
        Self::JournalBack,
        Self::StoreBack,
        Self::Swapped,
        Self::KeysOnly,
        Self::MarkerLost,
        Self::SetBack,
    ];
}

/// One scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) harm: Harm,
    /// Whether the neighbours hear what is written before the backup.
    heard_before: bool,
    /// Whether they hear what is written after it, which the harm takes away.
    heard_after: bool,
    /// Whether they are there when the harmed node begins to write again.
    met_at_once: bool,
    texts: [u32; 3],
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let mut coin = || rng.next_u32() % 2 == 0;
        let (heard_before, heard_after, met_at_once) = (coin(), coin(), coin());
        let mut few = || 1 + rng.next_u32() % 4;
        let harms = u64::try_from(Harm::ALL.len()).unwrap();
        let harm = Harm::ALL[usize::try_from(seed % harms).unwrap()];
        // What nobody heard of and nothing shows cannot be known to anybody: an office that was set back writes once it has met.
        let heard_after = heard_after || harm == Harm::SetBack;
        Self { seed, harm, heard_before, heard_after, met_at_once, texts: [few(), few(), few()] }
    }
}

/// A place where data lie, and perhaps a node that runs on them.
struct Life {
    office: u32,
    folder: PathBuf,
    engine: Option<Engine>,
}

pub(crate) struct World {
    sample: SampleDistrict,
    root: TempDir,
    lives: Vec<Life>,
    /// Every text that a writer was told is written, with its place.
    acked: Vec<(String, LogId, Seq)>,
    /// Every entry that was seen anywhere, dead directories included.
    seen: HashMap<(LogId, Seq), Vec<u8>>,
    texts: u32,
}

fn key(n: u8) -> SharedKey {
    SharedKey::from_bytes([n; 32])
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

async fn until(what: &str, so: impl Fn() -> bool) {
    let waiting = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{what}"));
}

impl World {
    fn new() -> Self {
        let (sample, root) = (sample::district(3), tempfile::tempdir().unwrap());
        let mut world = Self { sample, root, lives: Vec::new(), acked: Vec::new(), seen: HashMap::new(), texts: 0 };
        for office in 1..=3 {
            world.settle(office);
        }
        world
    }

    /// A new place with nothing but the documents.
    fn settle(&mut self, office: u32) -> usize {
        let folder = self.root.path().join(format!("life-{}", self.lives.len()));
        fs::create_dir_all(folder.join("documents")).unwrap();
        Documents::enter(&folder.join("documents"), &self.sample.file.encode(), None).unwrap();
        self.lives.push(Life { office, folder, engine: None });
        self.lives.len() - 1
    }

    fn engine(&self, life: usize) -> &Engine {
        self.lives[life].engine.as_ref().expect("it runs")
    }

    async fn start(&mut self, life: usize) {
        self.start_with(life, key(1), key(2)).await;
    }

    /// The same with keys of its own for vaults and for what lies on its disk.
    async fn start_with(&mut self, life: usize, vault: SharedKey, at_rest: SharedKey) {
        let Life { office, folder, .. } = &self.lives[life];
        let at = usize::try_from(*office).unwrap() - 1;
        let keys = NodeKeys {
            sign: self.sample.sign_keys[at].clone(),
            peer: self.sample.peer_keys[at].clone(),
            seal: self.sample.open_keys[at].clone(),
            vault,
            at_rest,
        };
        let documents = Documents::open(&folder.join("documents")).unwrap().unwrap();
        let owner = Owner { district: documents.directory().district(), office: OfficeId(*office) };
        let setup = Setup {
            office: OfficeId(*office),
            home: Home::claim(folder, owner, &keys.at_rest).unwrap(),
            keys,
            documents: Arc::new(documents),
            listen: vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()],
            links: okrug_node::mesh::Links::default(),
            thin: Vec::new(),
            ack_delay_ms: 100,
            pace: Pace { routine: Duration::from_millis(300), urgent: Duration::from_millis(100) },
            limits: Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 },
        };
        self.lives[life].engine = Some(Engine::start(setup, CancellationToken::new()).await.unwrap());
    }

    async fn stop(&mut self, life: usize) {
        self.look(life).await;
        self.lives[life].engine.take().expect("it runs").stop().await.unwrap();
    }

    async fn address(&self, life: usize) -> Multiaddr {
        let mut listening = self.engine(life).mesh.listening();
        tokio::time::timeout(PATIENCE, listening.wait_for(|all| !all.is_empty())).await.unwrap().unwrap();
        listening.borrow()[0].clone()
    }

    /// Lets two lives find each other.
    async fn link(&self, a: usize, b: usize) {
        for (one, other) in [(a, b), (b, a)] {
            let address = self.address(other).await;
            self.engine(one).mesh.address(OfficeId(self.lives[other].office), vec![address], Source::Bootstrap).await;
        }
    }

    async fn say(&mut self, life: usize) {
        self.texts += 1;
        let text = format!("text {}", self.texts);
        let draft =
            Draft { topic: EVERYBODY, precedence: Precedence::Routine, kind: Kind::MESSAGE, plain: text.clone().into_bytes(), tag: None };
        let written = self.engine(life).ledger.write(draft).await.unwrap();
        self.acked.push((text, written.log, written.seq));
    }

    async fn say_some(&mut self, life: usize, texts: u32) {
        for _ in 0..texts {
            self.say(life).await;
        }
    }

    /// Takes note of all that a life has; one place never holds two entries.
    async fn look(&mut self, life: usize) {
        let ledger = self.engine(life).ledger.clone();
        for head in ledger.heads() {
            let mut from = Seq(1);
            loop {
                let part = ledger.range(head.log, from, 256, 1 << 20).await.unwrap();
                if part.is_empty() {
                    break;
                }
                for bytes in part {
                    let before = self.seen.insert((head.log, from), bytes.clone());
                    assert!(before.is_none_or(|before| before == bytes), "two entries at {}/{from}", head.log);
                    from = from.next();
                }
            }
        }
    }

    /// Waits until a life has all that another one had written when this was called.
    async fn heard(&self, from: usize, by: usize) {
        let heads = self.engine(from).ledger.heads();
        let ledger = &self.engine(by).ledger;
        let here = |head: &HeadOf| ledger.head(&head.log).is_some_and(|held| held.seq >= head.seq);
        until("it was not heard", || heads.iter().filter(|head| head.log.topic == EVERYBODY).all(here)).await;
    }

    fn alarms(&self, life: usize) -> Vec<Alarm> {
        self.engine(life).ledger.alarms()
    }

    fn incarnation(&self, life: usize) -> Incarnation {
        self.engine(life).ledger.incarnation()
    }

    /// All that run have the same heads of all that concerns everybody.
    async fn converged(&self) {
        let running: Vec<_> = self.lives.iter().filter_map(|life| life.engine.as_ref()).map(|engine| engine.ledger.clone()).collect();
        let heads = |ledger: &okrug_node::ledger::Handle| {
            let mut heads = ledger.heads();
            heads.retain(|head| head.log.topic == EVERYBODY);
            heads
        };
        until("they do not hold the same", || running.iter().all(|ledger| heads(ledger) == heads(&running[0]))).await;
    }
}

/// Plays one scenario, and checks what must hold.
pub(crate) async fn play(plan: Plan) {
    let began = Instant::now();
    let mut world = World::new();
    let (one, two, three) = (0, 1, 2);
    for life in [two, three] {
        world.start(life).await;
    }
    world.link(two, three).await;
    world.start(one).await;
    if plan.heard_before {
        world.link(one, two).await;
    }
    world.say_some(one, plan.texts[0]).await;
    if plan.heard_before {
        world.heard(one, two).await;
    }
    world.stop(one).await;
    let backup = world.root.path().join("backup");
    copy(&world.lives[one].folder, &backup);

    // What the backup does not have.
    world.start(one).await;
    if plan.heard_after {
        world.link(one, two).await;
    }
    world.say_some(one, plan.texts[1]).await;
    if plan.heard_after {
        world.heard(one, two).await;
    }
    world.stop(one).await;
    let wounded = harm(&mut world, plan, one, &backup).await;

    // It comes back: among its neighbours, or alone.
    for life in &wounded {
        world.start(*life).await;
    }
    let hidden = plan.harm == Harm::SetBack;
    if plan.met_at_once || hidden {
        meet(&world, &wounded).await;
    }
    if hidden {
        // Nothing in the directory shows it: it must not write before it has met who knows better.
        let contact = Instant::now();
        until("no alarm came", || world.alarms(one).iter().any(|alarm| matches!(alarm, Alarm::OwnEntryFromOutside { .. }))).await;
        say(&format!("seed {}: alarm {} ms after contact", plan.seed, contact.elapsed().as_millis()));
    }
    for life in &wounded {
        world.say_some(*life, plan.texts[2]).await;
    }
    if !(plan.met_at_once || hidden) {
        meet(&world, &wounded).await;
    }
    let contact = Instant::now();
    world.converged().await;
    if plan.harm == Harm::Cloned {
        // Both write once more: each sees the other.
        for life in &wounded {
            world.say(*life).await;
        }
        for life in &wounded {
            until("a clone saw nothing", || world.alarms(*life).iter().any(|alarm| matches!(alarm, Alarm::WrittenElsewhere { .. }))).await;
        }
        world.converged().await;
    }
    say(&format!("seed {}: {:?} converged {} ms after contact", plan.seed, plan.harm, contact.elapsed().as_millis()));
    check(&mut world, plan, &wounded).await;
    for life in 0..world.lives.len() {
        if world.lives[life].engine.is_some() {
            world.stop(life).await;
        }
    }
    say(&format!("seed {}: {:?} in {} ms", plan.seed, plan, began.elapsed().as_millis()));
}

/// Lets a node and its copy take the link to one neighbour from each other, until that one says so.
pub(crate) async fn share_a_neighbour() {
    let mut world = World::new();
    let (one, two) = (0, 1);
    world.start(two).await;
    world.start(one).await;
    world.stop(one).await;
    let clone = world.settle(1);
    copy(&world.lives[one].folder, &world.lives[clone].folder);
    for life in [one, clone] {
        world.start(life).await;
        world.link(life, two).await;
    }
    let contact = Instant::now();
    until("two nodes with one key were not noticed", || world.alarms(two).contains(&Alarm::TwoNodes { office: OfficeId(1) })).await;
    say(&format!("two nodes with one key: alarm {} ms after contact", contact.elapsed().as_millis()));
    for life in [one, two, clone] {
        world.stop(life).await;
    }
}

/// Does the harm; gives back the lives of office 1 that go on.
async fn harm(world: &mut World, plan: Plan, one: usize, backup: &Path) -> Vec<usize> {
    let folder = world.lives[one].folder.clone();
    let lose = |part: &str| fs::remove_dir_all(folder.join(part)).unwrap();
    let put_back = |part: &str| {
        fs::remove_dir_all(folder.join(part)).unwrap();
        copy(&backup.join(part), &folder.join(part));
    };
    match plan.harm {
        Harm::Restored | Harm::SetBack => {
            fs::remove_dir_all(&folder).unwrap();
            copy(backup, &folder);
            if plan.harm == Harm::SetBack {
                Marker::of(&folder, &key(2)).write().unwrap();
            }
        }
        Harm::Moved => {
            let moved = world.settle(1);
            copy(backup, &world.lives[moved].folder);
            return vec![moved];
        }
        Harm::Cloned => {
            let clone = world.settle(1);
            let from = if plan.texts[1].is_multiple_of(2) { backup.to_owned() } else { folder };
            copy(&from, &world.lives[clone].folder);
            return vec![one, clone];
        }
        Harm::StoreLost => lose("store"),
        Harm::JournalLost => lose("journal"),
        Harm::JournalBack => put_back("journal"),
        Harm::StoreBack => put_back("store"),
        Harm::Swapped => {
            // The journal of another life of the same office, which wrote too.
            let other = world.settle(1);
            world.start(other).await;
            world.say(other).await;
            world.stop(other).await;
            lose("journal");
            copy(&world.lives[other].folder.join("journal"), &folder.join("journal"));
        }
        Harm::KeysOnly => return vec![world.settle(1)],
        Harm::MarkerLost => fs::remove_file(folder.join("here")).unwrap(),
    }
    vec![one]
}

/// The first of them meets office 2, another one office 3: so clones live in two partitions that are joined.
async fn meet(world: &World, wounded: &[usize]) {
    for (life, neighbour) in wounded.iter().zip([1, 2]) {
        world.link(*life, neighbour).await;
    }
}

async fn check(world: &mut World, plan: Plan, wounded: &[usize]) {
    // Whoever runs holds the same, and nowhere, not in what was lost either, are there two entries for one place.
    let running: Vec<usize> = (0..world.lives.len()).filter(|life| world.lives[*life].engine.is_some()).collect();
    for life in &running {
        world.look(*life).await;
        let alarms = world.alarms(*life);
        assert!(!alarms.iter().any(|alarm| matches!(alarm, Alarm::Fork { .. })), "{plan:?}: {alarms:?}");
    }
    // Nothing that anybody still has is lost: every text that is in a store can be read at the neighbours.
    let district = world.sample.id();
    for (text, log, seq) in &world.acked {
        let held = running.iter().any(|life| world.engine(*life).ledger.head(log).is_some_and(|head| head.seq >= *seq));
        if held {
            for life in [1, 2] {
                let opened = world.engine(life).store.opened(district, log, *seq).unwrap();
                let plain = opened.unwrap_or_else(|| panic!("{plan:?}: {text} cannot be read")).1;
                assert_eq!(plain, text.as_bytes(), "{plan:?}");
            }
        }
    }
    // Where the data were not what they had been, somebody was told.
    let known_to_nobody = plan.harm == Harm::KeysOnly && !plan.heard_before && !plan.heard_after;
    let harmless = plan.harm == Harm::StoreBack || known_to_nobody;
    let alarms: Vec<_> = wounded.iter().map(|life| world.alarms(*life)).collect();
    assert_eq!(alarms.iter().any(|alarms| !alarms.is_empty()), !harmless, "{plan:?}: {alarms:?}");
    let incarnations: Vec<_> = wounded.iter().map(|life| world.incarnation(*life)).collect();
    assert!(incarnations.len() < 2 || incarnations[0] != incarnations[1], "{plan:?}: clones write as one");
}

fn say(line: &str) {
    writeln!(std::io::stdout().lock(), "{line}").unwrap();
}
