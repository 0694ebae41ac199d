use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use okrug_protocol::seal::SharedKey;
use proptest::prelude::*;

use super::*;

fn rest() -> Rest {
    Rest::new(&SharedKey::from_bytes([3; 32]))
}

/// Takes what there is: tests run on any disk.
const ANY: Limits = Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 20 };

/// Often enough to see what happened on a busy machine.
const CLOSINGS: u32 = 60;

/// Ends what waits for it, also when a test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn open(home: &Path) -> Result<Store, OpenError> {
    Store::open(home, &rest(), ANY)
}

fn put(store: &Store, tree: Tree, key: &[u8], value: &[u8]) {
    let mut batch = Batch::new();
    batch.put(tree, key, value);
    store.apply(batch).unwrap();
}

#[test]
fn a_batch_over_several_trees_is_read_back_after_opening_again() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    let mut batch = Batch::new();
    batch.put(Tree::Meta, b"key", b"one");
    batch.put(Tree::People, b"key", b"two");
    batch.put(Tree::People, b"gone", b"three");
    batch.delete(Tree::People, b"gone");
    assert_eq!(store.get_with(&batch, Tree::People, b"key"), Ok(Some(b"two".to_vec())));
    assert_eq!(store.get_with(&batch, Tree::People, b"gone"), Ok(None));
    assert_eq!(store.get(Tree::People, b"key"), Ok(None));
    store.apply(batch).unwrap();
    store.flush().unwrap();
    drop(store);
    let store = open(home.path()).unwrap();
    assert_eq!(store.get(Tree::Meta, b"key"), Ok(Some(b"one".to_vec())));
    assert_eq!(store.get(Tree::People, b"key"), Ok(Some(b"two".to_vec())));
    assert_eq!(store.get(Tree::People, b"gone"), Ok(None));
}

#[test]
fn values_on_the_disk_do_not_show_what_they_say() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Accounts, b"key", b"the secret value");
    store.flush().unwrap();
    let bytes = fs::read(home.path().join("store/db")).unwrap();
    assert!(!bytes.windows(10).any(|window| window == b"the secret"));
}

#[test]
fn a_value_in_another_place_is_damage_that_names_its_tree() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Accounts, b"key", b"value");
    let moved = store.with(|open| open.db.get(Tree::Accounts.raw(b"key"))).unwrap().unwrap();
    store.with(|open| open.db.insert(Tree::People.raw(b"key"), moved)).unwrap();
    let error = store.get(Tree::People, b"key").unwrap_err();
    assert_eq!(error, StoreError::Damaged { tree: Tree::People, key: b"key".to_vec() });
    assert!(error.to_string().contains("\"people\""));
    assert!(store.scan(Tree::People, b"").rows(10).is_err());
    assert_eq!(store.get(Tree::Accounts, b"key"), Ok(Some(b"value".to_vec())));
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_untouched() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Meta, b"key", b"value");
    store.with(|open| open.db.insert([0], &2u32.to_le_bytes())).unwrap();
    store.flush().unwrap();
    drop(store);
    assert!(matches!(open(home.path()), Err(OpenError::Newer { found: 2, .. })));
    assert!(matches!(open(home.path()), Err(OpenError::Newer { found: 2, .. })));
}

#[test]
fn a_store_that_is_open_elsewhere_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    assert!(matches!(open(home.path()), Err(OpenError::Locked { .. })));
    drop(store);
    assert!(open(home.path()).is_ok());
}

/// sled's threads may hold its lock for a moment after the last handle of it is dropped.
#[test]
fn a_store_that_was_closed_can_be_had_at_once_also_on_a_busy_machine() {
    let home = tempfile::tempdir().unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let _ended = Over(&over);
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let held = (0..CLOSINGS).filter(|n| {
            let store = open(home.path()).unwrap();
            put(&store, Tree::Meta, b"key", &n.to_be_bytes());
            store.flush().unwrap();
            drop(store);
            fs::File::open(home.path().join("store/db")).unwrap().try_lock().is_err()
        });
        assert_eq!(held.count(), 0, "of {CLOSINGS} times it was still locked");
    });
}

#[test]
fn a_damaged_store_is_an_error_in_words_and_is_set_aside_whole() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    for n in 0..2_000u32 {
        put(&store, Tree::Entries, &n.to_be_bytes(), &[7; 300]);
    }
    store.flush().unwrap();
    drop(store);
    let path = home.path().join("store");
    // Opening leaves a snapshot that can be damaged.
    drop(open(home.path()).unwrap());
    let files = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
    let snapshot = files.into_iter().find(|file| file.to_string_lossy().contains("snap.")).unwrap();
    let mut bytes = fs::read(&snapshot).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&snapshot, &bytes).unwrap();
    let error = open(home.path()).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    let aside = disk::set_aside(&path).unwrap();
    assert_eq!(fs::read(aside.join(snapshot.file_name().unwrap())).unwrap(), bytes);
    assert_eq!(open(home.path()).unwrap().get(Tree::Entries, &0u32.to_be_bytes()), Ok(None));
}

#[test]
fn a_snapshot_that_was_cut_off_while_it_was_made_is_no_damage() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Meta, b"key", b"value");
    store.flush().unwrap();
    drop(store);
    fs::write(home.path().join("store/snap.FFFFFFFFFFFFFFFF.generating"), b"cut").unwrap();
    assert_eq!(open(home.path()).unwrap().get(Tree::Meta, b"key"), Ok(Some(b"value".to_vec())));
}

#[test]
fn a_panic_of_sled_is_a_failure_in_words_and_nothing_more_is_written() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Meta, b"key", b"value");
    store.flush().unwrap();
    let error = store.with::<()>(|_| panic!("a page is gone")).unwrap_err();
    assert_eq!(error.to_string(), "the store is damaged: sled panicked: a page is gone");
    assert_eq!((store.apply(Batch::new()), store.flush()), (Err(error.clone()), Err(error.clone())));
    assert_eq!(store.failure(), Some(error));
    assert_eq!(store.get(Tree::Meta, b"key"), Ok(Some(b"value".to_vec())));
}

#[test]
fn a_store_that_sled_gave_up_can_be_opened_again_by_the_same_process() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Meta, b"key", b"one");
    store.flush().unwrap();
    let failed = store.with::<()>(|_| panic!("it gives up")).unwrap_err();
    assert!(matches!(failed, StoreError::Broken(_)) && store.failure() == Some(failed));
    let held = store.clone();
    store.close();
    // It is opened where it was set aside.
    let aside = home.path().join("aside");
    fs::rename(held.path(), &aside).unwrap();
    let aside = Store::open_aside(&aside, &rest()).unwrap();
    assert_eq!(aside.get(Tree::Meta, b"key"), Ok(Some(b"one".to_vec())));
}

#[test]
fn long_values_are_read_back_and_sled_makes_no_file_of_its_own_for_them() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    let value = |n: u32| [&n.to_be_bytes()[..], &vec![7; 66_000]].concat();
    for n in 0..40u32 {
        put(&store, Tree::Entries, &n.to_be_bytes(), &value(n));
    }
    put(&store, Tree::Documents, b"chart", &vec![1; 2 << 20]);
    store.flush().unwrap();
    assert_eq!(fs::read_dir(home.path().join("store/blobs")).unwrap().count(), 0);
    let rows = store.scan(Tree::Entries, &[]).rows(100).unwrap();
    assert_eq!(rows, (0..40u32).map(|n| (n.to_be_bytes().to_vec(), value(n))).collect::<Vec<_>>());
    assert_eq!(store.get(Tree::Documents, b"chart"), Ok(Some(vec![1; 2 << 20])));
    put(&store, Tree::Documents, b"chart", b"short");
    assert_eq!(store.get(Tree::Documents, b"chart"), Ok(Some(b"short".to_vec())));
}

#[test]
fn a_long_value_without_one_of_its_parts_is_damaged() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Entries, b"key", &[7; 20_000]);
    store.with(|open| open.db.remove(parts::key(&Tree::Entries.raw(b"key"), 2))).unwrap();
    assert_eq!(store.get(Tree::Entries, b"key"), Err(StoreError::Damaged { tree: Tree::Entries, key: b"key".to_vec() }));
}

#[test]
fn without_room_writing_is_refused_and_reading_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Meta, b"key", b"value");
    store.flush().unwrap();
    drop(store);
    let store = Store::open(home.path(), &rest(), Limits { own: u64::MAX, foreign: u64::MAX, ..ANY }).unwrap();
    let mut batch = Batch::new();
    batch.put(Tree::Meta, b"key", b"other");
    assert_eq!(store.apply(batch), Err(StoreError::Full));
    assert_eq!((store.has_room_for_foreign(), store.failure()), (Err(StoreError::Full), None));
    assert_eq!(store.get(Tree::Meta, b"key"), Ok(Some(b"value".to_vec())));
}

fn scrubbed(store: &Store) -> Result<u64, StoreError> {
    let mut scrub = Scrub::default();
    while !store.scrub(&mut scrub, 7)? {}
    Ok(scrub.rows)
}

#[test]
fn the_scrub_reads_all_values_and_takes_note_of_one_that_nobody_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    for n in 0..50u8 {
        put(&store, Tree::People, &[n], &vec![n; 200 * usize::from(n)]);
    }
    assert_eq!((scrubbed(&store), store.damage(), Note::of(home.path()).read()), (Ok(50), None, None));
    let raw = parts::key(&Tree::People.raw(&[40]), 1);
    store.with(|open| open.db.insert(raw.clone(), vec![7; parts::PART])).unwrap();
    let damage = StoreError::Damaged { tree: Tree::People, key: vec![40] };
    assert_eq!(scrubbed(&store), Err(damage.clone()));
    assert_eq!(store.damage(), Some(damage));
    assert!(Note::of(home.path()).read().unwrap().contains("\"people\""));
    assert_eq!(store.failure(), None, "reading and writing go on");
}

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

fn key() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(255)], 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_scan_gives_what_an_ordered_map_gives(
        keys in proptest::collection::vec(key(), 0..40),
        prefix in key(),
        low in proptest::option::of((any::<bool>(), key())),
        high in proptest::option::of(key()),
        backward in any::<bool>(),
        limit in 0..20usize,
    ) {
        let home = tempfile::tempdir().unwrap();
        let store = open(home.path()).unwrap();
        let mut model = Model::new();
        let mut batch = Batch::new();
        for (n, key) in (0u32..).zip(keys) {
            for tree in [Tree::Entries, Tree::Logs, Tree::EpochKeys] {
                batch.put(tree, key.as_slice(), [tree.name().as_bytes(), &n.to_be_bytes()].concat());
            }
            model.insert(key, [b"logs".as_slice(), &n.to_be_bytes()].concat());
        }
        store.apply(batch).unwrap();
        let mut scan = store.scan(Tree::Logs, &prefix);
        let mut expected: Vec<_> = model.into_iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
        if let Some((included, low)) = low {
            scan = if included { scan.from(&low) } else { scan.after(&low) };
            expected.retain(|(key, _)| if included { *key >= low } else { *key > low });
        }
        if let Some(high) = high {
            scan = scan.before(&high);
            expected.retain(|(key, _)| *key < high);
        }
        if backward {
            scan = scan.backward();
            expected.reverse();
        }
        expected.truncate(limit);
        prop_assert_eq!(scan.rows(limit).unwrap(), expected);
    }
}

#[test]
fn a_store_that_is_let_go_of_in_a_moment_is_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    put(&store, Tree::Meta, b"key", b"value");
    drop(store);
    // As a thread of sled's does that is late.
    let held = fs::File::open(home.path().join("store/db")).unwrap();
    held.lock().unwrap();
    let late = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        drop(held);
    });
    let store = open(home.path()).unwrap();
    late.join().unwrap();
    assert_eq!(store.get(Tree::Meta, b"key"), Ok(Some(b"value".to_vec())));
}

#[test]
fn a_long_value_that_is_shortened_or_taken_away_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let parts = |store: &Store| store.with(|open| Ok(open.db.scan_prefix([255]).count())).unwrap();
    let long = vec![7; 20_000];
    for key in [b"a", b"b"] {
        let mut batch = Batch::new();
        batch.put(Tree::Entries, key, long.clone());
        store.apply(batch).unwrap();
    }
    assert_eq!(parts(&store), 8);
    let mut batch = Batch::new();
    batch.was(Tree::Entries, b"a", long.len());
    batch.put(Tree::Entries, b"a", vec![7; 5_000]);
    batch.was(Tree::Entries, b"b", long.len());
    batch.delete(Tree::Entries, b"b");
    store.apply(batch).unwrap();
    assert_eq!((parts(&store), store.get(Tree::Entries, b"a").unwrap()), (1, Some(vec![7; 5_000])));
}
