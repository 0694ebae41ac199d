//! A disk that cannot read a place: it is said, what lies there comes from elsewhere, and what lies beside it is not lost.

use std::path::Path;

use okrug_node::here::Marker;
use okrug_node::ledger::Draft;
use okrug_node::rest::Rest;
use okrug_node::store::{Salvage, Store};
use okrug_protocol::ids::Precedence;
use okrug_protocol::sample;

use crate::corrupt::{Base, live};
use crate::faulty::{Disk, Tree};
use crate::site::{self, Site, message};

const BLOCK: u64 = 4_096;
/// Entries of one of sled's pages, at most.
const PAGE_ROWS: usize = 17;
/// Pages of which something lies in one block, at most: each message was a write of its own to its page.
const PAGES: usize = 10;

/// What is whole in a store that was set aside, and whether there was something that could not be read.
fn salvaged(path: &Path) -> (Vec<Vec<u8>>, bool) {
    let store = Store::open_aside(path, &Rest::new(&site::at_rest())).unwrap();
    let (mut at, mut all) = (Salvage::default(), Vec::new());
    loop {
        let whole = store.whole_entries(&mut at, 7).unwrap();
        all.extend(whole.entries);
        if whole.last {
            store.close();
            return (all, at.unreadable > 0);
        }
    }
}

/// So many places of a file that are in use, from its beginning to its end.
fn places(disk: &Disk, path: &str, wanted: u64) -> Vec<std::ops::Range<u64>> {
    let state = disk.state();
    let bytes = state.tree.bytes(state.tree.find(path).unwrap()).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| u64::try_from(last).unwrap() + 1);
    (0..wanted).map(|n| used * n / wanted / BLOCK * BLOCK).map(|at| at..at + BLOCK).collect()
}

fn spoil(disk: &Disk, path: &str, place: std::ops::Range<u64>) {
    let mut state = disk.state();
    let file = state.tree.find(path).unwrap();
    state.unreadable = Some((file, place));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_behind_a_page_that_cannot_be_read_is_salvaged() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &sample::district(2), 1);
    for n in 0..10 {
        let texts = (0..50).map(|m| message(&format!("{n}-{m} {}", " ".repeat(300))));
        let precedence = Precedence::ALL[n % 3];
        futures::future::join_all(texts.map(|draft| site.handle.write(Draft { precedence, ..draft }))).await;
    }
    site.stop().await.unwrap();
    let Some(disk) = Disk::with(Tree::read(dir.path())) else { return };
    disk.state().unrecorded = true;
    let store = disk.join("store");
    let (all, _) = salvaged(&store);
    assert!(all.len() >= 500, "{}", all.len());
    let mut hit = 0;
    for place in places(&disk, "store/db", 48) {
        spoil(&disk, "store/db", place.clone());
        // What is read already when it is opened is another story: it does not open.
        let opens = Store::open_aside(&store, &Rest::new(&site::at_rest())).map(|store| store.close()).is_ok();
        if opens {
            let (found, unreadable) = salvaged(&store);
            assert!(found.iter().all(|entry| all.contains(entry)), "{place:?}");
            assert!(found.len() + PAGES * PAGE_ROWS >= all.len(), "{place:?}: {} of {}", found.len(), all.len());
            hit += u32::from(unreadable && found.len() < all.len());
        }
    }
    assert!(hit >= 5, "{hit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_disk_cannot_read_is_said_and_given_back() {
    let base = Base::new().await;
    for (folder, wanted, enough) in [("store", 24, 3), ("journal", 2, 2)] {
        let mut told = 0;
        for n in 0..wanted {
            let Some(disk) = Disk::with(Tree::read(base.dir.path())) else { return };
            disk.state().unrecorded = true;
            let file = if folder == "store" { "store/db".to_owned() } else { first_file(&disk, folder) };
            Marker::of(disk.path(), &site::at_rest()).write().unwrap();
            // Not in their order: much of sled's file is of no use any more.
            let place = places(&disk, &file, wanted).swap_remove(usize::try_from(n * 7 % wanted).unwrap());
            spoil(&disk, &file, place.clone());
            let outcome = live(disk.path().to_owned(), &base).await;
            assert!(outcome.equal && outcome.refused.is_none(), "{file} {place:?}: {outcome:?}");
            assert!(outcome.equal_alone || !outcome.said.is_empty(), "{file} {place:?}: {outcome:?}");
            told += usize::from(!outcome.said.is_empty());
            if told == enough {
                break;
            }
        }
        assert_eq!(told, enough, "{folder}");
    }
}

fn first_file(disk: &Disk, folder: &str) -> String {
    let mut names: Vec<_> = std::fs::read_dir(disk.join(folder)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    format!("{folder}/{}", names[0].to_str().unwrap())
}
