//! Backups whose pieces a hostile maker wrote: read, restored, and started from.
//!
//! An input is pieces, each behind two bytes of length.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use okrug_node::backup::outside::{self, Forger, file, secrets};
use okrug_node::backup::{BackupLock, Reader, Scope, restore};
use okrug_node::clock;
use okrug_node::keys::{KeyFolder, Unlock};
use okrug_node::store::Tree;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::request::Request;
use okrug_protocol::vault::Cost;

use super::{FILED, Target};
use crate::fixture::{district, keys};
use crate::live::{self, ME};

const PASSPHRASE: &str = "a phrase of twelve";

pub(super) const TARGETS: &[Target] = &[
    Target::new("backup_pieces", begin, |bytes| reader(bytes, Scope::All).check(|_| ()).is_ok()).costs(8),
    Target::new("backup_restore", begin, |bytes| restored(bytes, Scope::Keys, |_| true)).costs(8 * FILED),
    Target::new("backup_store", begin, |bytes| restored(bytes, Scope::All, |_| true)).costs(8 * FILED),
    // What was restored is what the node starts with: rows of every tree, documents, certificates, addresses.
    Target::new("backup_start", begin, |bytes| restored(bytes, Scope::All, live::starts)).costs(40 * FILED).takes(64 << 20),
];

fn forger(scope: Scope) -> &'static Forger {
    static FORGERS: LazyLock<[Forger; 2]> = LazyLock::new(|| {
        let rng = &mut clock::rng();
        let lock = BackupLock::at_cost(PASSPHRASE, Cost::LEAST, rng);
        [Scope::All, Scope::Keys].map(|scope| Forger::new(district().id(), ME, scope, &lock, rng))
    });
    &FORGERS[usize::from(scope == Scope::Keys)]
}

fn reader(bytes: &[u8], scope: Scope) -> Reader<std::io::Cursor<Vec<u8>>> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while let Some((length, after)) = rest.split_first_chunk() {
        let (piece, after) = after.split_at(usize::from(u16::from_be_bytes(*length)).min(after.len()));
        pieces.push(piece);
        rest = after;
    }
    let forger = forger(scope);
    forger.reader(std::io::Cursor::new(forger.file(&pieces))).expect("the head is as it was made")
}

/// Restores into an empty folder: all of it or nothing, and nothing beside it.
fn restored(bytes: &[u8], scope: Scope, after: impl FnOnce(&Path) -> bool) -> bool {
    let folder = tempfile::tempdir().expect("there is a place for files");
    let data = folder.path().join("data");
    let taken = restore(reader(bytes, scope), &data, &Unlock::default(), |_| ()).is_ok();
    let within = |dir: &Path| fs::read_dir(dir).map_or(0, Iterator::count);
    assert!(within(folder.path()) <= 1, "something was put beside the data directory");
    if taken {
        assert!(KeyFolder::of(&data).open(&Unlock::default()).is_ok(), "what was restored has no keys");
        after(&data)
    } else {
        assert_eq!(within(&data), 0, "what was not restored left something behind");
        false
    }
}

fn pieces(pieces: &[Vec<u8>]) -> Vec<u8> {
    let length = |piece: &[u8]| u16::try_from(piece.len()).expect("a piece to begin with is short").to_be_bytes();
    pieces.iter().flat_map(|piece| [&length(piece)[..], piece].concat()).collect()
}

/// What a real backup holds, all of it and each beginning; and files of every folder that may be named.
fn begin() -> Vec<Vec<u8>> {
    let (keys, sample) = (keys(ME), district());
    let request = Request::write("uray", "Урай", &keys.sign, &keys.peer, sample.open_keys[0].public()).expect("it keeps the rules");
    let head = secrets(&keys, &request);
    let documents = file("documents/district.okd", &sample.file.encode());
    let real = &MADE.0;
    let rows: Vec<_> = Tree::ALL.iter().map(|tree| (tree.tag(), vec![tree.tag(); 9], Some(vec![0; 40]))).collect();
    vec![
        pieces(&[head.clone(), documents.clone()]),
        pieces(real),
        pieces(&real[..real.len().min(2)]),
        pieces(&[head.clone(), outside::rows(&rows), documents, file("last-good", b"o2 /ip4/10.0.0.2/tcp/7600\n")]),
        pieces(&[head, file("keys/epochs/00700-u2", &[7; 96]), file("journal/0000000000000001.journal", &[0; 90]), file("tls/a", b"b")]),
    ]
}

/// The pieces of a backup of the first office, and the records of a bundle for it, made by the second.
pub(super) static MADE: LazyLock<(Vec<Vec<u8>>, Vec<u8>)> = LazyLock::new(|| {
    let lock = BackupLock::at_cost(PASSPHRASE, Cost::LEAST, &mut clock::rng());
    let (backup, _) = live::carried(ME, &lock, "o2");
    let (_, bundle) = live::carried(OfficeId(2), &lock, "o1");
    let reader = Reader::open(std::io::Cursor::new(backup), Path::new("copy.okbak"), PASSPHRASE).expect("it was just made");
    (outside::pieces(reader, usize::from(u16::MAX)).expect("it was just made"), bundle)
});
