//! A disk that does not confirm: the node stops and says so, tells nobody what is not there, and goes on when the disk does.

use okrug_node::journal::JournalError;
use okrug_node::ledger::{Fatal, WriteError};
use okrug_protocol::sample;

use crate::faulty::{Disk, Tree};
use crate::site::{Site, message};
use crate::support::{enrolled, okrug_node};

/// What is on the disk, all of it there, on another one.
fn left(disk: &Disk) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    disk.tree().write(folder.path());
    folder
}

#[tokio::test]
async fn a_journal_that_cannot_be_synced_stops_the_ledger_at_the_first_try() {
    let Some(disk) = Disk::new() else { return };
    let district = sample::district(2);
    let site = Site::open(&disk.join("data"), &district, 1);
    let told = site.say("1").await;
    disk.state().unsyncable = Some(".journal".to_owned());
    assert_eq!(site.handle.write(message("2")).await, Err(WriteError::Unavailable));
    assert_eq!(site.handle.write(message("3")).await, Err(WriteError::Unavailable), "it is not tried again");
    let ended = site.stop().await;
    assert!(matches!(ended, Err(Fatal::Journal(JournalError::Unsynced(_)))), "{ended:?}");
    assert_eq!(disk.state().refused, 1);
    let folder = left(&disk);
    let site = Site::open(&folder.path().join("data"), &district, 1);
    assert_eq!(site.store.entry_id(&told.log, told.seq), Ok(Some(told.id)));
    assert_eq!((site.handle.alarms(), site.say("4").await.log), (vec![], told.log));
}

#[test]
fn a_node_whose_disk_does_not_confirm_ends_with_a_sentence_and_a_code() {
    let (place, _, file) = enrolled();
    let Some(disk) = Disk::with(Tree::read(place.folder.path())) else { return };
    let data = disk.join("data").display().to_string();
    disk.state().unsyncable = Some(".journal".to_owned());
    let ended = okrug_node(&["run", "--data", &data, "--district", &file]);
    ended.expect(1, &["did not confirm", "all that was confirmed is on the disk", "smartctl"]);
    assert_eq!(disk.state().refused, 1, "it is not tried again");
}
