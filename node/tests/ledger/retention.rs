//! Retention: a body goes when the policy says so by two times that agree, and nothing else of an entry ever does.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::Ordering::Relaxed;

use okrug_node::clock::Clock;
use okrug_node::ledger::{Draft, Retained, Verdict};
use okrug_node::store::Store;
use okrug_protocol::chart::{Chart, Hold};
use okrug_protocol::clock::Millis;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::ids::{EntryId, LogId, OfficeId, Seq, Topic};
use okrug_protocol::log::Refusal;
use okrug_protocol::sample::{self, SampleDistrict};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::past::{copy, machine_set_back};
use crate::site::{EVERYBODY, Site, message};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
const DAYS: u16 = 30;
const NONE: [u64; 0] = [];

/// An office whose clock the test moves, in a district that keeps messages for so many days.
struct Scene {
    district: SampleDistrict,
    clock: Clock,
    dir: TempDir,
    site: Option<Site>,
}

/// What never changes: of each log its head, and what of each entry is signed and audited.
type Sums = BTreeMap<LogId, (u64, EntryId)>;

impl Scene {
    fn new(days: u16) -> Self {
        let (clock, dir) = (Clock::default(), tempfile::tempdir().unwrap());
        let mut scene = Self { district: sample::district(4), clock, dir, site: None };
        scene.sign(|chart| chart.policy.retention_days = days);
        scene.start();
        scene
    }

    fn site(&self) -> &Site {
        self.site.as_ref().unwrap()
    }

    fn start(&mut self) {
        let site = Site::open_at(self.dir.path(), &self.district, 1, &self.clock);
        site.delivered.store(u64::MAX, Relaxed);
        self.site = Some(site);
    }

    async fn restart(&mut self) {
        self.site.take().unwrap().stop().await.unwrap();
        // A process begins to count anew what it ran: what passed before is written down.
        self.clock = moved(&self.clock);
        self.start();
    }

    /// The authority signs another edition, at the time that the clock shows.
    fn sign(&mut self, change: impl FnOnce(&mut Chart)) {
        let now = self.clock.now();
        self.district.amend(|chart| {
            (chart.head.issued, chart.head.refresh_by) = (now, now.plus(DAY_MS));
            change(chart);
        });
    }

    async fn heed(&self) {
        self.site().handle.adopt(self.district.directory()).await;
        self.site().handle.tend().await;
    }

    /// Days pass: the authority signs each day, and the node hears it.
    async fn days(&mut self, days: u64) {
        for _ in 0..days {
            self.clock.pass(DAY_MS);
            self.sign(|_| {});
            self.heed().await;
        }
    }

    async fn hours(&self, hours: u64) {
        for _ in 0..hours {
            self.clock.pass(HOUR_MS);
            self.site().handle.tend().await;
        }
    }

    async fn say(&self, count: u32) -> LogId {
        let mut log = None;
        for n in 0..count {
            log = Some(self.site().say(&format!("{n}")).await.log);
        }
        // Within the hour it is noted that they are here.
        self.hours(1).await;
        log.unwrap()
    }

    fn erased(&self, log: &LogId) -> Vec<u64> {
        erased(&self.site().store, log)
    }

    fn sums(&self) -> Sums {
        sums(&self.site().store)
    }
}

/// A clock of a new process that shows what the one before did.
fn moved(before: &Clock) -> Clock {
    let clock = Clock::default();
    clock.jump(i64::try_from(before.now().0).unwrap() - i64::try_from(clock.now().0).unwrap());
    clock
}

/// The places of a log whose bodies are erased.
fn erased(store: &Store, log: &LogId) -> Vec<u64> {
    let head = store.log_state(log).unwrap().unwrap().seq.0;
    let is_erased = |seq: &u64| store.entry(log, Seq(*seq)).unwrap().unwrap().entry.erased.is_some();
    (1..=head).filter(is_erased).collect()
}

/// Reads every log from its first entry on, and its ids with it.
fn sums(store: &Store) -> Sums {
    let mut sums = Sums::new();
    for (log, state) in store.logs().unwrap() {
        let mut id = EntryId::ZERO;
        for seq in 1..=state.seq.0 {
            id = store.entry(&log, Seq(seq)).unwrap().unwrap().entry.id(id);
        }
        assert_eq!(id, state.id, "the chain of {log} leads to its head");
        sums.insert(log, (state.seq.0, id));
    }
    sums
}

fn hold(topic: Topic) -> Hold {
    Hold { topic, since: Millis(1), gone: Millis(0), reason: "Запрос прокуратуры".to_owned() }
}

#[tokio::test]
async fn a_body_goes_when_it_is_past_keeping_and_not_a_day_before() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(5).await;
    let before = scene.sums();
    scene.days(29).await;
    assert_eq!(scene.erased(&log), NONE);
    scene.days(2).await;
    assert!(!scene.erased(&log).is_empty());
    scene.hours(10).await;
    assert_eq!(scene.erased(&log), [2, 3, 4, 5, 6], "all messages; the rekey entry before them stays");
    let after = scene.sums();
    assert!(after[&log].1 == before[&log].1, "the same entries");
    assert_eq!(scene.site().store.opened(scene.district.id(), &log, Seq(2)).unwrap(), None);
    let retained = Retained::read(&scene.site().store).unwrap();
    assert_eq!(retained.entries, 5);
}

#[tokio::test]
async fn where_messages_are_kept_for_ever_none_goes() {
    let mut scene = Scene::new(0);
    let log = scene.say(3).await;
    scene.days(400).await;
    assert_eq!(scene.erased(&log), NONE);
}

#[tokio::test]
async fn fifty_jumps_of_the_clock_delete_nothing() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(5).await;
    scene.days(3).await;
    for jump in 0..50_i64 {
        let days = [400, -400, 9_000, -20, 31][usize::try_from(jump % 5).unwrap()] * (jump + 1);
        scene.clock.jump(days * i64::try_from(DAY_MS).unwrap());
        scene.hours(1).await;
        if jump % 10 == 9 {
            scene.restart().await;
        }
    }
    assert_eq!(scene.erased(&log), NONE, "the node ran for five days, whatever its clock showed");
    // An authority whose clock is wrong names a late day, and nothing goes for that alone.
    scene.sign(|_| {});
    scene.heed().await;
    scene.hours(2).await;
    assert_eq!(scene.erased(&log), NONE);
}

#[tokio::test]
async fn a_node_that_runs_and_hears_nothing_of_the_authority_erases_nothing() {
    let scene = Scene::new(DAYS);
    let log = scene.say(5).await;
    for _ in 0..100 {
        scene.clock.pass(DAY_MS);
        scene.site().handle.tend().await;
    }
    assert_eq!(scene.erased(&log), NONE);
}

#[tokio::test]
async fn what_is_held_stays_and_the_rest_goes() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(3).await;
    let inbox = Draft { topic: Topic::Inbox(OfficeId(2)), ..message("other") };
    let other = scene.site().handle.write(inbox).await.unwrap().log;
    scene.site().handle.tend().await;
    scene.clock.pass(DAY_MS);
    scene.sign(|chart| chart.retention.holds = vec![hold(EVERYBODY)]);
    scene.heed().await;
    scene.days(40).await;
    scene.hours(5).await;
    assert_eq!((scene.erased(&log), scene.erased(&other)), (vec![], vec![2]));
    scene.sign(|chart| chart.retention.holds.clear());
    scene.heed().await;
    scene.hours(5).await;
    assert_eq!(scene.erased(&log), [2, 3, 4], "the hold is lifted");
}

#[tokio::test]
async fn a_hold_stops_what_is_due_already() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(5).await;
    scene.days(DAYS.into()).await;
    // The first hour's share is the entry that begins the epoch.
    scene.hours(2).await;
    let gone = scene.erased(&log);
    assert!(!gone.is_empty() && gone.len() < 5, "{gone:?}");
    // Not a day has passed since: the chart goes on saying that the rest may be gone.
    scene.sign(|chart| chart.retention.holds = vec![hold(EVERYBODY)]);
    scene.heed().await;
    scene.hours(20).await;
    assert_eq!(scene.erased(&log), gone);
}

/// Says something while the clock is wrong by so many days.
async fn said_by_a_wrong_clock(scene: &Scene, days: i64) -> LogId {
    let wrong = days * i64::try_from(DAY_MS).unwrap();
    scene.clock.jump(wrong);
    let log = scene.say(3).await;
    scene.clock.jump(-wrong);
    log
}

#[tokio::test]
async fn what_was_written_by_a_clock_that_was_behind_is_kept_until_the_authority_has_named_later_days() {
    let scene = Scene::new(DAYS);
    let log = said_by_a_wrong_clock(&scene, -400).await;
    for _ in 0..100 {
        scene.clock.pass(DAY_MS);
        scene.site().handle.tend().await;
    }
    assert_eq!(scene.erased(&log), NONE, "it ran long enough, and its chart lets go what is so old");
}

#[tokio::test]
async fn what_was_written_by_a_clock_that_was_ahead_is_kept_until_others_take_what_is_left() {
    let mut scene = Scene::new(DAYS);
    let log = said_by_a_wrong_clock(&scene, 400).await;
    scene.days(60).await;
    assert_eq!(scene.erased(&log), NONE);
}

#[tokio::test]
async fn a_reader_that_lacks_it_keeps_it_here() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(4).await;
    scene.site().delivered.store(3, Relaxed);
    scene.days(60).await;
    scene.hours(10).await;
    assert_eq!(scene.erased(&log), [2, 3], "a reader has it up to 3");
    scene.site().delivered.store(u64::MAX, Relaxed);
    scene.hours(5).await;
    assert_eq!(scene.erased(&log), [2, 3, 4, 5]);
}

#[tokio::test]
async fn an_hour_erases_a_twentieth_and_a_restart_gives_no_second_hour() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(99).await;
    scene.sign(|_| {});
    scene.days(DAYS.into()).await;
    let first = scene.erased(&log).len();
    assert_eq!(first, 4, "of 100 entries 5, of which one begins the epoch");
    for _ in 0..3 {
        scene.restart().await;
        scene.site().handle.tend().await;
        assert_eq!(scene.erased(&log).len(), first);
    }
    scene.hours(1).await;
    assert_eq!(scene.erased(&log).len(), first + 5, "of 95 five, rounded up");
}

#[tokio::test]
async fn a_neighbour_gets_what_is_left_and_its_chain_holds() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(5).await;
    let (first, whole) = (scene.district.directory(), scene.site().entries(log).await);
    scene.days(31).await;
    scene.hours(10).await;
    let left = scene.site().entries(log).await;
    assert!(left.iter().map(Vec::len).sum::<usize>() != whole.iter().map(Vec::len).sum::<usize>());
    let erased = left.iter().filter(|bytes| Entry::decode(bytes).unwrap().erased.is_some()).count();
    assert_eq!(erased, 5);
    // By the chart from before it is too early: no verdict, and nothing is lost.
    let dir = tempfile::tempdir().unwrap();
    let neighbour = Site::open(dir.path(), &scene.district, 2);
    neighbour.handle.adopt(first).await;
    let verdicts = neighbour.offer(1, &left).await;
    assert!(verdicts[0].is_held() && verdicts[1] == Verdict::Refused(Refusal::ErasedEarly), "{verdicts:?}");
    neighbour.handle.adopt(scene.district.directory()).await;
    assert!(neighbour.offer(1, &left).await.iter().all(Verdict::is_held));
    assert_eq!(sums(&neighbour.store)[&log], scene.sums()[&log]);
    assert_eq!(neighbour.offer(1, &whole).await, vec![Verdict::Known; whole.len()], "with a body it is the same entry");
}

#[tokio::test]
async fn a_carrier_counts_what_is_left() {
    let writer = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(DAYS);
    let site = Site::open_at(writer.path(), &scene.district, 2, &scene.clock);
    let mut log = None;
    for _ in 0..5 {
        let draft = Draft { topic: Topic::Inbox(OfficeId(4)), plain: vec![7; 20_000], ..message("") };
        log = Some(site.handle.write(draft).await.unwrap().log);
    }
    let log = log.unwrap();
    assert!(scene.site().offer(2, &site.entries(log).await).await.iter().all(Verdict::is_held));
    scene.site().handle.tend().await;
    let before = scene.site().handle.carried().bytes;
    scene.days(32).await;
    scene.hours(10).await;
    assert_eq!(scene.erased(&log), [2, 3, 4, 5, 6]);
    let carried = scene.site().handle.carried();
    let lies: usize = scene.site().entries(log).await.iter().map(Vec::len).sum();
    assert!(before > 100_000 && carried.bytes < 2_000, "{before} before, {} after", carried.bytes);
    assert_eq!((carried.bytes, carried.logs[&log].bytes), (u64::try_from(lies).unwrap(), carried.bytes));
}

#[tokio::test]
async fn the_journal_loses_the_bodies_too_and_what_is_rebuilt_from_it_is_the_same() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(5).await;
    let journal = scene.dir.path().join("journal");
    let first = journal.join("0000000000000001.journal");
    let before = fs::metadata(&first).unwrap().len();
    scene.say(40).await;
    scene.days(31).await;
    scene.hours(100).await;
    assert_eq!(scene.erased(&log).len(), 45);
    let sums = scene.sums();
    assert!(
        fs::metadata(&first).unwrap().len() != before && fs::read_dir(&journal).unwrap().count() > 1,
        "the segment was closed and rewritten"
    );
    scene.site.take().unwrap().stop().await.unwrap();
    fs::remove_dir_all(scene.dir.path().join("store")).unwrap();
    scene.clock = moved(&scene.clock);
    scene.start();
    assert_eq!(scene.sums()[&log], sums[&log]);
    assert_eq!(scene.erased(&log).len(), 45, "no body comes back");
}

#[tokio::test]
async fn killed_while_a_segment_is_rewritten_the_journal_is_whole() {
    let mut scene = Scene::new(DAYS);
    let log = scene.say(5).await;
    let copied = tempfile::tempdir().unwrap();
    let journal = scene.dir.path().join("journal");
    let first = "0000000000000001.journal";
    fs::copy(journal.join(first), copied.path().join("whole")).unwrap();
    scene.days(31).await;
    scene.hours(10).await;
    let sums = scene.sums();
    scene.site.take().unwrap().stop().await.unwrap();
    copy(scene.dir.path(), &copied.path().join("all"));
    let rewritten = fs::read(journal.join(first)).unwrap();
    let whole = fs::read(copied.path().join("whole")).unwrap();
    assert!(rewritten != whole);
    let new = journal.join(format!("{first}.new"));
    // Between any two steps: half of the new one, all of it, and its name.
    let half = rewritten.get(..rewritten.len() / 2).unwrap();
    for (step, under_name, beside) in
        [("half written", &whole, Some(half)), ("written", &whole, Some(rewritten.as_slice())), ("renamed", &rewritten, None)]
    {
        for rebuilt in [false, true] {
            fs::remove_dir_all(scene.dir.path()).unwrap();
            copy(&copied.path().join("all"), scene.dir.path());
            machine_set_back(scene.dir.path());
            fs::write(journal.join(first), under_name).unwrap();
            beside.map_or_else(|| drop(fs::remove_file(&new)), |bytes| fs::write(&new, bytes).unwrap());
            if rebuilt {
                fs::remove_dir_all(scene.dir.path().join("store")).unwrap();
            }
            scene.clock = moved(&scene.clock);
            scene.start();
            assert!(rebuilt || scene.site().handle.alarms().is_empty(), "{step}");
            assert_eq!(scene.sums()[&log], sums[&log], "{step}, rebuilt: {rebuilt}");
            // The step goes on where it was, and what it makes is whole.
            scene.days(32).await;
            scene.hours(20).await;
            assert_eq!(scene.erased(&log).len(), 5, "{step}, rebuilt: {rebuilt}");
            scene.restart().await;
            assert_eq!(scene.sums()[&log], sums[&log], "{step}, rebuilt: {rebuilt}");
            scene.site.take().unwrap().stop().await.unwrap();
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Say,
    Days(u64),
    Hours(u64),
    Restart,
    Hold(bool),
    Late(bool),
    Rule(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Say),
        2 => (1..12_u64).prop_map(Step::Days),
        2 => (1..6_u64).prop_map(Step::Hours),
        1 => Just(Step::Restart),
        1 => any::<bool>().prop_map(Step::Hold),
        1 => any::<bool>().prop_map(Step::Late),
        1 => proptest::sample::select(vec![0, 3, 10]).prop_map(Step::Rule),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn in_any_order_of_erasing_and_restarting_every_log_is_the_log_that_was_written(steps in proptest::collection::vec(step(), 4..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut scene = Scene::new(3);
            let mut written: BTreeMap<(LogId, u64), EntryId> = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Say => {
                        for n in 0..5 {
                            let said = scene.site().say(&format!("{n}")).await;
                            written.insert((said.log, said.seq.0), said.id);
                        }
                    }
                    Step::Days(days) => scene.days(days).await,
                    Step::Hours(hours) => scene.hours(hours).await,
                    Step::Restart => scene.restart().await,
                    Step::Hold(held) => {
                        scene.sign(|chart| chart.retention.holds = if held { vec![hold(EVERYBODY)] } else { Vec::new() });
                        scene.heed().await;
                    }
                    Step::Late(late) => scene.site().delivered.store(if late { 4 } else { u64::MAX }, Relaxed),
                    Step::Rule(days) => {
                        scene.sign(|chart| chart.policy.retention_days = days);
                        scene.heed().await;
                    }
                }
                scene.sums();
                for ((log, seq), id) in &written {
                    assert_eq!(scene.site().store.entry_id(log, Seq(*seq)).unwrap(), Some(*id));
                }
            }
        });
    }
}

#[tokio::test]
async fn nothing_but_what_people_said_goes() {
    let mut scene = Scene::new(DAYS);
    scene.say(2).await;
    scene.days(60).await;
    scene.hours(10).await;
    let store = &scene.site().store;
    for (log, state) in store.logs().unwrap() {
        for seq in 1..=state.seq.0 {
            let entry = store.entry(&log, Seq(seq)).unwrap().unwrap().entry;
            assert_eq!(
                entry.erased.is_some(),
                entry.header.kind == Kind::MESSAGE && entry.header.log.topic == EVERYBODY,
                "{:?}",
                entry.header
            );
        }
    }
}
