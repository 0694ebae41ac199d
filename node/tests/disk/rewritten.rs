//! The power goes while a segment of the journal is rewritten: it is the old one or the new one, whole, and it is rewritten again.

use std::path::Path;

use okrug_node::home::Owner;
use okrug_node::journal::{Item, Journal, JournalError, Number};
use okrug_node::rest::Rest;
use okrug_protocol::ids::OfficeId;
use okrug_protocol::sample;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::faulty::{Disk, Loss};
use crate::site;

const RECORDS: u8 = 30;
/// Every third loses what it says.
const ERASED: u8 = 3;
const LONG: usize = 3_000;
/// Cuts at each moment for each kind of loss.
const CUTS: u64 = 6;

fn open(dir: &Path) -> Journal {
    let owner = Owner { district: sample::district(2).id(), office: OfficeId(1) };
    let (journal, report) = Journal::open(&dir.join("journal"), owner, &Rest::new(&site::at_rest())).unwrap();
    assert!(!report.is_suspicious(), "{report:?}");
    journal
}

fn record(n: u8, erased: bool) -> Vec<u8> {
    vec![n; if erased { 40 } else { LONG }]
}

fn rewrite(journal: &mut Journal) -> bool {
    let left = |record: &[u8]| (record[0].is_multiple_of(ERASED) && record.len() == LONG).then(|| vec![record[0]; 40]);
    journal.rewrite::<JournalError>(Number(1), |record| Ok(left(record))).unwrap()
}

fn records(journal: &Journal) -> Vec<Vec<u8>> {
    let record = |item| match item {
        Ok(Item::Record(_, record)) => record,
        other => panic!("{other:?}"),
    };
    journal.records(Number::ZERO).map(record).collect()
}

#[test]
fn a_segment_that_was_being_rewritten_when_the_power_went_is_the_old_or_the_new_one() {
    let Some(disk) = Disk::new() else { return };
    let [old, new] = [false, true].map(|rewritten| -> Vec<_> {
        (0..RECORDS).map(|n| record(n, rewritten && n.is_multiple_of(ERASED) && n < RECORDS - ERASED)).collect()
    });
    let mut journal = open(disk.path());
    let (closed, last) = old.split_at(usize::from(RECORDS - ERASED));
    journal.append(closed).unwrap();
    journal.rotate().unwrap();
    journal.append(last).unwrap();
    journal.sync().unwrap();
    let begun = disk.state().ops.len();
    assert!(rewrite(&mut journal));
    drop(journal);
    let (state, mut rng, mut seen) = (disk.record(), ChaCha20Rng::seed_from_u64(1), [0, 0]);
    for at in begun..=state.ops.len() {
        for loss in Loss::ALL {
            for _ in 0..CUTS {
                let left = tempfile::tempdir().unwrap();
                state.cut(at, loss, &mut rng).write(left.path());
                let mut journal = open(left.path());
                let found = records(&journal);
                assert!(found == old || found == new, "{loss:?} after {at}");
                assert!(at < state.ops.len() || found == new, "what is done stays done");
                seen[usize::from(found == new)] += 1;
                // It goes on, and does what is left to do.
                assert_eq!(rewrite(&mut journal), found == old);
                journal.append(&[vec![7]]).unwrap();
                journal.sync().unwrap();
                drop(journal);
                assert_eq!(records(&open(left.path())), [&new[..], &[vec![7]]].concat());
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}
