//! What a store, a journal and small files of a node give back at a start.

use okrug_node::discovery::outside::{last_good, named};
use okrug_node::engine::outside::rations;
use okrug_node::ledger::outside::record;
use okrug_node::office::outside::{account, row};
use okrug_protocol::bounds::MAX_OFFICES;
use okrug_protocol::codec;
use okrug_protocol::ids::Incarnation;

use super::Target;
use crate::corpus::golden;

pub(super) const TARGETS: &[Target] = &[
    Target::new("journal_record", records, |bytes| {
        record(bytes).is_some_and(|(written, changes)| {
            assert!(changes <= bytes.len(), "more changes than bytes");
            assert_eq!(record(&written).map(|(again, _)| again), Some(written), "what was read cannot be written");
            true
        })
    }),
    Target::new("office_row", rows, |bytes| again(row(bytes), row)),
    Target::new("account_row", accounts, |bytes| again(account(bytes), account)),
    Target::new(
        "last_good",
        || vec![b"o1 /ip4/10.0.0.1/tcp/7600\no3 /ip6/fd00::3/tcp/7600\no7 /dns4/kotlas.example/tcp/7600\n".to_vec()],
        |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            let known = last_good(text);
            assert!(known.len() <= MAX_OFFICES);
            let again: String = known.iter().map(|(office, address)| format!("{office} {address}\n")).collect();
            assert_eq!(last_good(&again), known, "what is written is not what was read");
            for line in text.lines() {
                let _ = named(line.split_once(' ').map_or(line, |(_, address)| address));
            }
            !known.is_empty()
        },
    ),
    Target::new(
        "link_bytes",
        || vec![b"o3 490000 7\no300 1 18446744073709551615\n".to_vec()],
        |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            let read = rations(text);
            assert_eq!(rations(&read), read);
            !read.is_empty()
        },
    ),
];

fn again(written: Option<Vec<u8>>, read: fn(&[u8]) -> Option<Vec<u8>>) -> bool {
    written.is_some_and(|written| {
        assert_eq!(read(&written), Some(written), "what was read cannot be written");
        true
    })
}

/// An incarnation, an entry of this office with a tag and one without, and changes of the store.
fn records() -> Vec<Vec<u8>> {
    let mut all = vec![[&[0][..], &codec::encode(&Incarnation(77))].concat()];
    for entry in golden("entry.hex") {
        all.push([&[1][..], &codec::encode(&(entry.clone(), Some(vec![3_u8; 9])))].concat());
        all.push([&[1][..], &codec::encode(&(entry, None::<Vec<u8>>))].concat());
    }
    let changes: Vec<(u8, Vec<u8>, Option<Vec<u8>>)> =
        (0..40).map(|tree| (tree, vec![tree; 5], (tree % 3 > 0).then(|| vec![1; 7]))).collect();
    all.push([&[2][..], &codec::encode(&changes)].concat());
    all
}

/// Zeros and small numbers are rows of the shortest kind.
fn rows() -> Vec<Vec<u8>> {
    vec![vec![0; 64], vec![1; 64], (0..80).map(|n| n % 3).collect(), vec![0; 12], vec![0; 7], vec![0; 9], vec![0; 5], vec![0; 6]]
}

fn accounts() -> Vec<Vec<u8>> {
    let account = |share: Option<[u8; 32]>| {
        golden("vault").into_iter().map(move |vault| [codec::encode(&7_u32), vault, vec![5; 16], codec::encode(&share), vec![0]].concat())
    };
    account(None).chain(account(Some([6; 32]))).collect()
}
