//! The disk itself: what a cut leaves is what was synced, and of all else what chance leaves.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::faulty::{Disk, Loss, Tree};

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn text<'a>(tree: &'a Tree, path: &str) -> Option<&'a [u8]> {
    tree.bytes(tree.find(path)?)
}

#[test]
fn what_was_synced_is_there_after_a_cut_and_the_rest_is_not() {
    let Some(disk) = Disk::new() else { return };
    let mut file = File::create(disk.join("file")).unwrap();
    file.write_all(b"one").unwrap();
    file.sync_all().unwrap();
    File::open(disk.path()).unwrap().sync_all().unwrap();
    file.write_all(b"two").unwrap();
    fs::write(disk.join("other"), b"other").unwrap();
    assert_eq!(fs::read(disk.join("file")).unwrap(), b"onetwo");
    drop(file);
    let state = disk.record();
    let after = state.cut(state.ops.len(), Loss::All, &mut rng(0));
    assert_eq!((text(&after, "file"), text(&after, "other")), (Some(&b"one"[..]), None));
    assert_eq!(text(&state.cut(0, Loss::All, &mut rng(0)), "file"), None);
}

#[test]
fn a_torn_write_ends_at_a_sector_and_a_scattered_one_has_holes() {
    let Some(disk) = Disk::new() else { return };
    let mut file = File::create(disk.join("file")).unwrap();
    file.sync_all().unwrap();
    File::open(disk.path()).unwrap().sync_all().unwrap();
    file.write_all(&[7; 20_000]).unwrap();
    drop(file);
    let state = disk.record();
    let lengths: Vec<usize> =
        (0..40).map(|seed| text(&state.cut(state.ops.len(), Loss::Torn, &mut rng(seed)), "file").unwrap().len()).collect();
    assert!(lengths.iter().all(|len| len % 512 == 0 || *len == 20_000), "{lengths:?}");
    assert!(lengths.iter().any(|len| *len > 0 && *len < 20_000), "{lengths:?}");
    let holes = (0..40).any(|seed| text(&state.cut(state.ops.len(), Loss::Scattered, &mut rng(seed)), "file").unwrap().contains(&0));
    assert!(holes);
}

#[test]
fn a_name_that_was_replaced_is_the_old_or_the_new_one() {
    let Some(disk) = Disk::new() else { return };
    okrug_node::disk::replace(&disk.join("file"), b"one").unwrap();
    let before = disk.state().ops.len();
    okrug_node::disk::replace(&disk.join("file"), b"two").unwrap();
    let state = disk.record();
    for ops in before..=state.ops.len() {
        for loss in Loss::ALL {
            let after = state.cut(ops, loss, &mut rng(u64::try_from(ops).unwrap()));
            let found = text(&after, "file").unwrap();
            assert!(found == b"one" || (found == b"two" && ops > before), "{ops} {loss:?}");
        }
    }
    assert_eq!(text(&state.cut(state.ops.len(), Loss::All, &mut rng(0)), "file"), Some(&b"two"[..]));
}

#[test]
fn a_disk_refuses_to_sync_and_to_grow_when_it_is_told_to() {
    let Some(disk) = Disk::new() else { return };
    let mut file = OpenOptions::new().append(true).create(true).open(disk.join("file")).unwrap();
    file.write_all(b"one").unwrap();
    disk.state().unsyncable = Some("file".to_owned());
    assert!(file.sync_data().is_err());
    disk.state().unsyncable = None;
    file.sync_data().unwrap();
    disk.state().size = Some(64 << 10);
    let full = (0..100).find_map(|_| file.write_all(&[7; 4_096]).err()).unwrap();
    assert_eq!(full.kind(), ErrorKind::StorageFull);
    assert!(okrug_node::disk::free_bytes(disk.path()).unwrap() <= 8_192);
    assert_eq!(okrug_node::disk::hold_ahead(&file, 1 << 20, 1 << 20).unwrap_err().kind(), ErrorKind::StorageFull);
    fs::remove_file(disk.join("file")).unwrap();
    fs::write(disk.join("again"), [7; 30_000]).unwrap();
}
