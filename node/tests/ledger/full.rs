//! A full disk, on a small tmpfs: refused cleanly, read all the same, and good again when there is room.
//!
//! Needs the right to mount; without it the suite says so and passes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use okrug_node::disk;
use okrug_node::ledger::{Draft, Verdict, WriteError};
use okrug_node::store::Limits;
use okrug_protocol::ids::Seq;
use okrug_protocol::sample;

use crate::site::{ANY, Site, message, texts};

const MIB: u64 = 1 << 20;
const LIMITS: Limits = Limits { reserve: 4 * MIB, own: 4 * MIB, foreign: 8 * MIB, ahead: 2 * MIB };

/// A small disk of its own.
struct Disk {
    at: tempfile::TempDir,
}

impl Disk {
    /// `None` without the right to mount.
    fn of(mib: u64) -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"]).arg(at.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { at });
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "skipped: a tmpfs cannot be mounted without the right to it").unwrap();
        None
    }

    fn path(&self) -> &Path {
        self.at.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it until only `bytes` are free.
    fn leave(&self, bytes: u64) {
        let free = disk::free_bytes(self.path()).unwrap();
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
        file.write_all(&vec![0; usize::try_from(free.saturating_sub(bytes)).unwrap()]).unwrap();
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
        for chunk in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![0; chunk]).is_ok() {}
        }
    }

    fn empty(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.at.path()).status();
    }
}

#[tokio::test]
async fn with_little_room_only_our_own_people_write_and_with_less_nobody() {
    let Some(disk) = Disk::of(64) else { return };
    let district = sample::district(2);
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Site::open(elsewhere.path(), &district, 2);
    let log = other.say("theirs").await.log;
    let entries = other.entries(log).await;
    let site = Site::try_open(&disk.path().join("data"), &district, 1, LIMITS).unwrap();
    site.say("1").await;
    disk.leave(6 * MIB);
    assert_eq!(site.offer(2, &entries).await, vec![Verdict::Full; 2]);
    site.say("2").await;
    disk.leave(MIB);
    assert_eq!(site.handle.write(message("3")).await, Err(WriteError::Full));
    assert_eq!(site.texts(), texts(1..=2));
    disk.empty();
    site.say("3").await;
    assert!(site.offer(2, &entries).await.iter().all(Verdict::is_held));
    assert_eq!(site.handle.alarms(), []);
}

#[tokio::test]
async fn a_disk_that_is_full_in_the_middle_of_a_write_loses_nothing_that_was_told() {
    let Some(disk) = Disk::of(24) else { return };
    let district = sample::district(2);
    let dir = disk.path().join("data");
    // Without any room kept back: the disk itself refuses, wherever that hits.
    let site = Site::try_open(&dir, &district, 1, ANY).unwrap();
    let mut told = Vec::new();
    let refused = loop {
        let text = told.len().to_string();
        match site.handle.write(Draft { plain: [b"text ", text.as_bytes(), &[b' '; 20_000]].concat(), ..message(&text) }).await {
            Ok(written) => told.push(written),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, WriteError::Full);
    assert!(told.len() > 50, "{}", told.len());
    let log = told[0].log;
    // What was told can be read at once, and what was refused is nowhere.
    for written in &told {
        assert_eq!(site.store.entry_id(&written.log, written.seq), Ok(Some(written.id)), "{}", written.seq);
    }
    let last = told.last().unwrap().seq;
    drop(site.stop().await);
    // It starts on the full disk or says that it cannot, and in either case goes on when there is room.
    disk.fill();
    if let Ok(site) = Site::try_open(&dir, &district, 1, ANY) {
        assert!(site.store.entry(&log, Seq(1)).unwrap().is_some());
        assert!(site.handle.write(message("x")).await.is_err());
        drop(site.stop().await);
    }
    fs::remove_file(disk.ballast()).unwrap();
    Command::new("mount").args(["-o", "remount,size=96m"]).arg(disk.path()).status().unwrap();
    let site = Site::try_open(&dir, &district, 1, ANY).unwrap();
    for written in &told {
        assert_eq!(site.store.entry_id(&written.log, written.seq), Ok(Some(written.id)), "{}", written.seq);
    }
    assert_eq!(site.store.entry_id(&log, last.next()), Ok(None));
    assert_eq!((site.handle.alarms(), site.say("on").await.log), (vec![], log));
}

#[tokio::test]
async fn a_node_starts_on_a_full_disk_by_its_reserve_reads_and_recovers() {
    let Some(disk) = Disk::of(64) else { return };
    let district = sample::district(2);
    let dir = disk.path().join("data");
    let site = Site::try_open(&dir, &district, 1, LIMITS).unwrap();
    let log = site.say("1").await.log;
    site.stop().await.unwrap();
    assert_eq!(fs::metadata(dir.join("reserve")).unwrap().len(), LIMITS.reserve);
    disk.fill();
    let site = Site::try_open(&dir, &district, 1, LIMITS).unwrap();
    assert!(!dir.join("reserve").exists(), "it was needed");
    assert_eq!(site.entries(log).await.len(), 2);
    assert_eq!(site.handle.write(message("2")).await, Err(WriteError::Full));
    disk.empty();
    assert_eq!(site.say("2").await.log, log);
    site.stop().await.unwrap();
    drop(Site::try_open(&dir, &district, 1, LIMITS).unwrap());
    assert!(dir.join("reserve").exists(), "it is kept again");
}
