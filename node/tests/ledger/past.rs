//! An office's own past: what the journal gives back, and when it writes on as a new incarnation.

use std::fs;
use std::path::{Path, PathBuf};

use okrug_node::here::{Here, Marker};
use okrug_node::ledger::{Alarm, Verdict};
use okrug_node::store::{Batch, Tree};
use okrug_protocol::ids::{LogId, Seq};
use okrug_protocol::sample::{self, SampleDistrict};

use crate::site::{self, Site, texts};

pub(crate) fn copy(from: &Path, to: &Path) {
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

/// Puts a part of the data directory back to how it was.
fn set_back(dir: &Path, part: &str, kept: &Path) {
    fs::remove_dir_all(dir.join(part)).unwrap();
    copy(&kept.join(part), &dir.join(part));
}

/// A stopped office that wrote texts 1 to `n`, and a copy of its data from when it had written `kept`.
async fn stopped(district: &SampleDistrict, n: u32, kept: u32) -> (tempfile::TempDir, tempfile::TempDir, LogId) {
    let (dir, copied) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut log = None;
    for range in [1..=kept, kept + 1..=n] {
        let site = Site::open(dir.path(), district, 1);
        for k in range.clone() {
            log = Some(site.say(&k.to_string()).await.log);
        }
        site.stop().await.unwrap();
        if *range.end() == kept {
            copy(dir.path(), copied.path());
        }
    }
    (dir, copied, log.unwrap())
}

/// A whole machine was set back: nothing in the directory shows it.
pub(crate) fn machine_set_back(dir: &Path) {
    Marker::of(dir, &site::at_rest()).write().unwrap();
}

fn new_incarnation(alarms: &[Alarm]) -> bool {
    matches!(alarms.last(), Some(Alarm::NewIncarnation(_)))
}

#[tokio::test]
async fn a_restart_keeps_the_incarnation_and_goes_on_in_the_same_logs() {
    let district = sample::district(2);
    let (dir, _, log) = stopped(&district, 3, 2).await;
    let site = Site::open(dir.path(), &district, 1);
    let written = site.say("4").await;
    assert_eq!((written.log, site.handle.alarms()), (log, vec![]));
    assert_eq!(written.seq, Seq(7), "four texts, and a rekey entry for each of three processes");
}

#[tokio::test]
async fn a_store_behind_the_journal_catches_up_with_texts_and_tags() {
    let district = sample::district(2);
    let (dir, copied, log) = stopped(&district, 5, 2).await;
    set_back(dir.path(), "store", copied.path());
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.texts(), texts(3..=5));
    assert_eq!(site.handle.alarms(), []);
    assert!(site.store.get(Tree::ClientIds, b"5").unwrap().is_some());
    assert_eq!(site.say("6").await.log, log);
}

#[tokio::test]
async fn a_lost_store_is_filled_from_the_journal_and_nothing_is_written_to_the_old_logs() {
    let district = sample::district(2);
    let (dir, _, log) = stopped(&district, 5, 2).await;
    fs::remove_dir_all(dir.path().join("store")).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.texts(), texts(1..=5));
    assert_eq!(site.entries(log).await.len(), 7);
    assert_eq!(site.handle.alarms()[0], Alarm::StoreWithoutPast);
    assert!(new_incarnation(&site.handle.alarms()));
    let written = site.say("6").await;
    assert!(written.log != log && written.log.incarnation == site.handle.incarnation());
    site.stop().await.unwrap();
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!((site.handle.alarms(), site.say("7").await.log), (vec![], written.log));
}

#[tokio::test]
async fn a_damaged_store_is_set_aside_and_filled_from_the_journal() {
    let district = sample::district(2);
    let (dir, _, _) = stopped(&district, 5, 2).await;
    let snapshot = |path: &PathBuf| path.to_string_lossy().contains("snap.");
    let files = fs::read_dir(dir.path().join("store")).unwrap().map(|entry| entry.unwrap().path());
    let path = files.into_iter().find(snapshot).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[10] ^= 0xff;
    fs::write(&path, &bytes).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let Alarm::StoreSetAside { path: aside, .. } = &site.handle.alarms()[0] else { panic!("{:?}", site.handle.alarms()) };
    assert_eq!(fs::read(aside.join(path.file_name().unwrap())).unwrap(), bytes);
    assert_eq!(site.texts(), texts(1..=5));
    assert!(new_incarnation(&site.handle.alarms()));
}

#[tokio::test]
async fn what_only_this_office_knows_comes_back_after_the_store_was_lost() {
    let district = sample::district(2);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let keep = |value: &'static [u8]| {
        let mut batch = Batch::new();
        batch.put(Tree::Accounts, b"login", value);
        batch
    };
    site.handle.keep(keep(b"old vault")).await.unwrap();
    site.say("1").await;
    site.handle.keep(keep(b"vault")).await.unwrap();
    assert_eq!(site.store.get(Tree::Accounts, b"login"), Ok(Some(b"vault".to_vec())));
    site.stop().await.unwrap();
    fs::remove_dir_all(dir.path().join("store")).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.store.get(Tree::Accounts, b"login"), Ok(Some(b"vault".to_vec())));
    assert_eq!(site.texts(), texts(1..=1));
}

#[tokio::test]
async fn a_store_ahead_of_the_journal_makes_a_new_incarnation() {
    let district = sample::district(2);
    let (dir, copied, log) = stopped(&district, 5, 2).await;
    set_back(dir.path(), "journal", copied.path());
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.handle.alarms()[0], Alarm::JournalBehind);
    assert_ne!(site.say("6").await.log, log);
    assert_eq!(site.entries(log).await.len(), 7, "what the store had is still there");
}

#[tokio::test]
async fn a_lost_journal_makes_a_new_incarnation() {
    let district = sample::district(2);
    let (dir, _, log) = stopped(&district, 3, 2).await;
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.handle.alarms()[0], Alarm::StoreWithoutPast);
    assert_ne!(site.say("4").await.log, log);
}

#[tokio::test]
async fn a_damaged_journal_makes_a_new_incarnation_and_costs_nothing_that_is_stored() {
    let district = sample::district(2);
    let (dir, _, log) = stopped(&district, 5, 2).await;
    let path = fs::read_dir(dir.path().join("journal")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.handle.alarms()[0], Alarm::JournalDamaged { lost: 1, unplaced: 0 });
    assert_ne!(site.say("6").await.log, log);
    assert_eq!(site.entries(log).await.len(), 7);
    site.stop().await.unwrap();
    assert_eq!(Site::open(dir.path(), &district, 1).handle.alarms(), []);
}

#[tokio::test]
async fn a_journal_that_lost_what_the_store_never_had_gives_back_the_rest_up_to_the_gap() {
    let district = sample::district(2);
    let (dir, copied, log) = stopped(&district, 6, 2).await;
    set_back(dir.path(), "store", copied.path());
    // A text of the second process: behind the copied store, before the end.
    let path = fs::read_dir(dir.path().join("journal")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&path).unwrap();
    let late = bytes.len() - bytes.len() / 8;
    bytes[late] ^= 1;
    fs::write(&path, bytes).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let held = site.entries(log).await.len();
    assert!((3..9).contains(&held), "{held}");
    assert!(matches!(site.handle.alarms()[0], Alarm::JournalDamaged { .. }));
    assert_ne!(site.say("7").await.log, log);
}

#[tokio::test]
async fn an_own_entry_from_outside_is_taken_and_ends_the_incarnation() {
    let district = sample::district(2);
    let (dir, copied, log) = stopped(&district, 5, 2).await;
    let ahead = Site::open(dir.path(), &district, 1);
    let entries = ahead.entries(log).await;
    // Journal and store agree, and nothing shows but by the neighbours.
    machine_set_back(copied.path());
    let site = Site::open(copied.path(), &district, 1);
    assert_eq!(site.handle.alarms(), []);
    let verdicts = site.offer(2, &entries).await;
    assert!(verdicts.iter().all(Verdict::is_held), "{verdicts:?}");
    let written = site.say("elsewhere").await;
    assert_ne!(written.log, log);
    assert_eq!(site.handle.alarms()[0], Alarm::OwnEntryFromOutside { log, seq: Seq(4) });
    assert!(new_incarnation(&site.handle.alarms()));
    assert_eq!(site.entries(log).await, entries, "the old log is as the neighbours have it");
    // Entries of an earlier incarnation are nothing new.
    site.say("more").await;
    assert_eq!(site.handle.alarms().len(), 2);
}

#[tokio::test]
async fn an_own_fork_ends_the_incarnation() {
    let district = sample::district(2);
    let (dir, copied, log) = stopped(&district, 3, 2).await;
    let ahead = Site::open(dir.path(), &district, 1);
    machine_set_back(copied.path());
    let site = Site::open(copied.path(), &district, 1);
    // Both go on from the same place.
    site.say("3, again").await;
    let verdicts = site.offer(2, &ahead.entries(log).await).await;
    assert!(verdicts.iter().any(|verdict| matches!(verdict, Verdict::Forked(_))), "{verdicts:?}");
    assert!(matches!(site.handle.alarms()[0], Alarm::Fork { .. }));
    assert_ne!(site.say("4").await.log, log);
}

#[tokio::test]
async fn a_node_that_never_wrote_may_lose_its_store_without_alarm() {
    let district = sample::district(2);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let incarnation = site.handle.incarnation();
    site.stop().await.unwrap();
    fs::remove_dir_all(dir.path().join("store")).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!((site.handle.alarms(), site.handle.incarnation()), (vec![], incarnation));
}

#[tokio::test]
async fn a_copied_directory_writes_as_a_new_incarnation_and_its_original_as_before() {
    let district = sample::district(2);
    let (dir, copied, log) = stopped(&district, 5, 5).await;
    let copy = Site::open(copied.path(), &district, 1);
    assert_eq!(copy.handle.alarms()[0], Alarm::NotHere(Here::Copied));
    assert_ne!(copy.say("6").await.log, log);
    let original = Site::open(dir.path(), &district, 1);
    assert_eq!((original.handle.alarms(), original.say("6").await.log), (vec![], log));
    // Once it has begun anew, it is at home where it is.
    copy.stop().await.unwrap();
    assert_eq!(Site::open(copied.path(), &district, 1).handle.alarms(), []);
}

#[tokio::test]
async fn a_lost_marker_makes_a_new_incarnation() {
    let district = sample::district(2);
    let (dir, _, log) = stopped(&district, 3, 2).await;
    fs::remove_file(dir.path().join("here")).unwrap();
    let site = Site::open(dir.path(), &district, 1);
    assert_eq!(site.handle.alarms()[0], Alarm::NotHere(Here::Unmarked));
    assert_ne!(site.say("4").await.log, log);
}

#[tokio::test]
async fn a_node_that_writes_elsewhere_as_this_office_is_noticed_by_both() {
    let district = sample::district(2);
    let (dir, copied, log) = stopped(&district, 3, 3).await;
    let (original, copy) = (Site::open(dir.path(), &district, 1), Site::open(copied.path(), &district, 1));
    let other = copy.say("of the copy").await.log;
    original.say("of the original").await;
    assert!(original.offer(2, &copy.entries(other).await).await.iter().all(Verdict::is_held));
    assert!(copy.offer(2, &original.entries(log).await).await.iter().all(Verdict::is_held));
    assert_eq!(original.handle.alarms(), [Alarm::WrittenElsewhere { log: other, seq: Seq(1) }]);
    assert!(matches!(copy.handle.alarms()[2], Alarm::WrittenElsewhere { log: found, .. } if found == log), "{:?}", copy.handle.alarms());
    // Neither needs another incarnation for it: they write to different logs.
    assert_eq!((original.say("more").await.log, copy.say("more").await.log), (log, other));
}

#[tokio::test]
async fn a_machine_that_was_set_back_is_noticed_by_what_was_written_down_elsewhere() {
    let district = sample::district(2);
    let (dir, copied, witness) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let open = |dir: &Path| Site::open_witnessed(dir, witness.path(), &district, 1);
    let site = open(dir.path());
    let log = site.say("1").await.log;
    site.stop().await.unwrap();
    copy(dir.path(), copied.path());
    let site = open(dir.path());
    site.say("2").await;
    assert_eq!(site.handle.alarms(), [], "a restart is nothing");
    site.stop().await.unwrap();
    machine_set_back(copied.path());
    let site = open(copied.path());
    assert_eq!(site.handle.alarms()[0], Alarm::NotHere(Here::SetBack));
    assert_ne!(site.say("2, again").await.log, log, "no place is signed twice");
    site.stop().await.unwrap();
    assert_eq!(open(copied.path()).handle.alarms(), []);
}
