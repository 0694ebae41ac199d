//! Files of a node's data directory, and files that people hand to it: the disk or a thief may have changed them.
//!
//! What is sealed at rest has other bytes each time it is made; the input at which a reader breaks is kept all the same.

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use okrug::staff;
use okrug_node::backup::{BackupLock, Scope, Source, look};
use okrug_node::documents::Documents;
use okrug_node::here::Marker;
use okrug_node::home::{Home, Locked, Owner};
use okrug_node::journal::{Check, Item, Journal, Look, Number};
use okrug_node::keyring::{EpochKeys, Renewal, SealingKeys};
use okrug_node::keys::{KeyFolder, NewOffice, NodeKeys, Unlock};
use okrug_node::rest::Rest;
use okrug_node::store::{Limits, Store, Stored, key};
use okrug_node::{clock, config};
use okrug_protocol::ids::OfficeId;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::vault::Cost;

use super::{FILED, Target};
use crate::corpus::golden;
use crate::fixture::district;

pub(super) const TARGETS: &[Target] = &[
    Target::new("journal", || vec![journal(3), journal(0)], read_journal).costs(2 * FILED),
    Target::new("backup", || vec![backup()], |bytes| at("copy.okbak", bytes, |path| look(path).is_ok_and(|looked| looked.whole.is_ok())))
        .costs(FILED),
    Target::new(
        "backup_key",
        || vec![lock().to_file()],
        |bytes| {
            BackupLock::from_file(bytes).is_ok_and(|lock| {
                assert_eq!(BackupLock::from_file(&lock.to_file()).expect("it was read").to_file(), lock.to_file());
                true
            })
        },
    ),
    Target::new(
        "node_keys",
        || vec![KEYS.1.clone()],
        |bytes| {
            let (folder, keys) = (&KEYS.0, KeyFolder::of(KEYS.0.path()));
            fs::write(folder.path().join("keys/node.keys"), bytes).expect("there is room");
            keys.open(&Unlock::default()).is_ok()
        },
    )
    .costs(FILED),
    Target::new(
        "epoch_keys",
        || vec![epoch_keys()],
        |bytes| {
            at("epochs/00700-u2", bytes, |path| {
                EpochKeys::new(&above(path, 1), &rest()).look().is_ok_and(|harms| harms.is_empty() && !bytes.is_empty())
            })
        },
    )
    .costs(FILED),
    // A key of this office's seals what is read here: what chance makes is sealed, and then read.
    Target::new(
        "sealing_terms",
        || vec![vec![5, 0, 0]],
        |bytes| {
            at("sealing/terms", &rest().seal("sealing-key", b"terms", bytes), |path| {
                let dir = above(path, 1);
                SealingKeys::open(&dir, &rest()).is_ok_and(|keys| keys.look().iter().all(|harm| harm.path != path))
            })
        },
    )
    .costs(FILED),
    Target::new(
        "renewal",
        || vec![[&[7; 32][..], &[0]].concat()],
        |bytes| {
            at("sealing/renewal", &rest().seal("sealing-renewal", b"renewal", bytes), |path| {
                Renewal::open(&above(path, 1), &rest()).is_ok_and(|found| found.is_some())
            })
        },
    )
    .costs(FILED),
    Target::new(
        "owner",
        || vec![mark("owner")],
        |bytes| {
            at("marked/owner", bytes, |path| Locked::take(&above(path, 1)).is_ok_and(|locked| locked.claim(owner(), &at_rest()).is_ok()))
        },
    )
    .costs(FILED),
    Target::new(
        "here",
        || vec![mark("here")],
        |bytes| {
            at("marker/here", bytes, |path| {
                let _ = Marker::of(&above(path, 1), &at_rest()).read();
                true
            })
        },
    )
    .costs(FILED),
    Target::new(
        "node_toml",
        || vec![config::example(okrug_node::words::Lang::En).into_bytes(), b"[store]\nreserve = \"1M\"\n".to_vec()],
        |bytes| at("node.toml", bytes, |path| config::check(path).is_ok()),
    )
    .costs(FILED),
    Target::new(
        "stored_entry",
        || golden("entry.hex").iter().map(|entry| [&[1; 32], &entry[..]].concat()).collect(),
        |bytes| {
            let _ = (key::split_log(bytes), key::split_entry(bytes), key::split_position(bytes));
            Stored::read(bytes).is_some_and(|stored| {
                let _ = stored.id();
                true
            })
        },
    ),
    Target::new("staff_list", || vec![list()], |bytes| staff::read(bytes).is_ok()).costs(4),
];

fn at_rest() -> SharedKey {
    SharedKey::from_bytes([7; 32])
}

fn rest() -> Rest {
    Rest::new(&at_rest())
}

fn owner() -> Owner {
    Owner { district: district().id(), office: OfficeId(1) }
}

fn above(path: &Path, folders: usize) -> PathBuf {
    path.ancestors().nth(folders).expect("it lies so deep").to_owned()
}

/// Puts bytes into a file of a folder that this thread keeps, and reads it.
pub(super) fn at(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> bool) -> bool {
    thread_local!(static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) });
    FOLDER.with(|folder| {
        let mut folder = folder.borrow_mut();
        let path = folder.get_or_insert_with(|| tempfile::tempdir().expect("there is a place for files")).path().join(name);
        let dir = above(&path, 1);
        fs::create_dir_all(&dir).expect("it is ours");
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).expect("it is ours");
        fs::write(&path, bytes).expect("there is room");
        let taken = read(&path);
        // What was set aside, or made beside it.
        if fs::read_dir(&dir).is_ok_and(|entries| entries.count() > 1) {
            let _ = fs::remove_dir_all(&dir);
        }
        taken
    })
}

/// A folder of a node that has one log's worth of things in it.
fn made<T>(make: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("there is a place for files");
    make(folder.path())
}

fn journal(records: u8) -> Vec<u8> {
    made(|dir| {
        let (mut journal, _) = Journal::open(&dir.join("journal"), owner(), &rest()).expect("an empty folder");
        for n in 0..records {
            journal.append(&[vec![n; 40 * usize::from(n)]]).expect("there is room");
        }
        journal.sync().expect("there is room");
        drop(journal);
        let file = fs::read_dir(dir.join("journal")).expect("it was made").flatten().next().expect("a journal has a segment");
        fs::read(file.path()).expect("it was made")
    })
}

fn read_journal(bytes: &[u8]) -> bool {
    at("journal/0000000000000001.journal", bytes, |path| {
        let dir = above(path, 1);
        let mut check = Check::of(&dir, &rest());
        while matches!(check.step(), Ok(false)) {}
        let _ = Look::at(&dir);
        let Ok((journal, _)) = Journal::open(&dir, owner(), &rest()) else { return false };
        let read = journal.records(Number::ZERO).map_while(Result::ok).filter(|item| matches!(item, Item::Record(..)));
        assert!(read.count() * 24 <= bytes.len(), "more records than bytes");
        true
    })
}

/// The first lines of the list that ships with the program.
pub(super) fn list() -> Vec<u8> {
    const LIST: &[u8] = include_bytes!("../../../../tools/data/district.csv");
    LIST.split_inclusive(|byte| *byte == b'\n').take(6).flatten().copied().collect()
}

fn lock() -> BackupLock {
    BackupLock::at_cost("a phrase of twelve", Cost::LEAST, &mut clock::rng())
}

fn backup() -> Vec<u8> {
    made(|dir| {
        fs::create_dir(dir.join("documents")).expect("it is ours");
        let documents = Documents::enter(&dir.join("documents"), &district().file.encode(), None).expect("a district file");
        let home = Home::claim(dir, owner(), &at_rest()).expect("an empty folder");
        let store = Store::open(dir, &rest(), Limits { reserve: 0, own: 0, foreign: 0, ahead: 1 << 16 }).expect("an empty folder");
        let source = Source::stopped(home, NodeKeys::generate(&mut clock::rng()), documents.into(), store);
        let (forecast, mut bytes) = (source.forecast(Scope::Keys).expect("it is open"), Vec::new());
        source.write(&lock(), Scope::Keys, forecast, &mut bytes).expect("memory takes it");
        bytes
    })
}

/// A folder of keys, and the file in it that holds them, as it was made.
static KEYS: LazyLock<(tempfile::TempDir, Vec<u8>)> = LazyLock::new(|| {
    let (folder, office) = (tempfile::tempdir().expect("there is a place for files"), NewOffice { slug: "uray", name: "Урай" });
    KeyFolder::of(folder.path()).create(office, &Unlock::default(), &mut clock::rng()).expect("an empty folder");
    let made = fs::read(folder.path().join("keys/node.keys")).expect("it was made");
    (folder, made)
});

fn epoch_keys() -> Vec<u8> {
    [1, 2].map(|n: u8| rest().seal("epoch-key", b"00700-u2", &[n; 56])).concat()
}

fn mark(name: &str) -> Vec<u8> {
    made(|dir| {
        let home = Home::claim(dir, owner(), &at_rest()).expect("an empty folder");
        home.marker().write().expect("there is room");
        fs::read(dir.join(name)).expect("it was made")
    })
}
