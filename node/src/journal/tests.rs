use std::fs;

use okrug_protocol::ids::{DistrictId, Hash32, OfficeId};
use okrug_protocol::seal::SharedKey;

use super::*;

fn owner(office: u32) -> Owner {
    Owner { district: DistrictId(Hash32([5; 32])), office: OfficeId(office) }
}

fn rest() -> Rest {
    Rest::new(&SharedKey::from_bytes([3; 32]))
}

fn open(dir: &Path) -> Result<(Journal, Report), JournalError> {
    Journal::open(dir, owner(3), &rest())
}

fn record(n: u64) -> Vec<u8> {
    format!("record {n}").into_bytes()
}

/// A journal with records 1 to `n`, closed.
fn filled(dir: &Path, n: u64) {
    let (mut journal, _) = open(dir).unwrap();
    for k in 1..=n {
        journal.append(&[record(k)]).unwrap();
    }
    journal.sync().unwrap();
}

fn read(journal: &Journal, after: u64) -> Vec<Item> {
    journal.records(Number(after)).collect::<Result<_, _>>().unwrap()
}

fn whole(range: std::ops::RangeInclusive<u64>) -> Vec<Item> {
    range.map(|n| Item::Record(Number(n), record(n))).collect()
}

fn only_segment(dir: &Path) -> PathBuf {
    segment::path(dir, Number(1))
}

#[test]
fn a_group_that_is_taken_back_leaves_its_numbers_to_the_next() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 2);
    let (mut journal, _) = open(dir.path()).unwrap();
    journal.append(&[b"refused".to_vec(), b"too".to_vec()]).unwrap();
    journal.sync().unwrap();
    journal.take_back().unwrap();
    assert_eq!(journal.last(), Number(2));
    journal.append(&[record(3)]).unwrap();
    journal.sync().unwrap();
    drop(journal);
    let (journal, report) = open(dir.path()).unwrap();
    assert_eq!((report, read(&journal, 0)), (Report::default(), whole(1..=3)));
}

#[test]
fn what_was_written_is_read_back_in_order() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 5);
    let (mut journal, report) = open(dir.path()).unwrap();
    assert_eq!(report, Report::default());
    journal.append(&[record(6), record(7)]).unwrap();
    assert_eq!((journal.last(), read(&journal, 0), read(&journal, 5)), (Number(7), whole(1..=7), whole(6..=7)));
    assert_eq!(read(&journal, 7), []);
}

#[test]
fn records_on_the_disk_do_not_show_what_they_say() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    let bytes = fs::read(only_segment(dir.path())).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"record"));
}

#[test]
fn a_tail_torn_at_any_byte_leaves_the_whole_records_and_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    let bytes = fs::read(only_segment(dir.path())).unwrap();
    let head = usize::try_from(segment::HEAD_BYTES).unwrap();
    let frame = (bytes.len() - head) / 3;
    for len in 0..bytes.len() {
        let torn = tempfile::tempdir().unwrap();
        fs::write(only_segment(torn.path()), &bytes[..len]).unwrap();
        let (mut journal, report) = open(torn.path()).unwrap();
        let kept = u64::try_from(len.saturating_sub(head) / frame).unwrap();
        assert_eq!((read(&journal, 0), journal.last()), (whole(1..=kept), Number(kept)), "torn at {len}");
        let torn_off = len < head || !(len - head).is_multiple_of(frame);
        assert_eq!((report.cut.is_some(), report.is_suspicious()), (torn_off, false), "torn at {len}");
        journal.append(&[record(kept + 1)]).unwrap();
        drop(journal);
        let (journal, report) = open(torn.path()).unwrap();
        assert_eq!((read(&journal, 0), report), (whole(1..=kept + 1), Report::default()), "torn at {len}");
    }
}

#[test]
fn a_tail_of_zeros_is_what_a_power_cut_leaves() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    let path = only_segment(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend_from_slice(&[0; 4_096]);
    fs::write(&path, bytes).unwrap();
    let (journal, report) = open(dir.path()).unwrap();
    assert_eq!((read(&journal, 0), report.is_suspicious()), (whole(1..=3), false));
}

#[test]
fn any_flipped_bit_is_noticed_and_costs_no_other_record() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    let bytes = fs::read(only_segment(dir.path())).unwrap();
    let head = usize::try_from(segment::HEAD_BYTES).unwrap();
    let frame = (bytes.len() - head) / 3;
    for bit in 0..bytes.len() * 8 {
        let hurt = tempfile::tempdir().unwrap();
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(only_segment(hurt.path()), &flipped).unwrap();
        let opened = open(hurt.path());
        if bit / 8 < head {
            assert!(opened.is_err(), "bit {bit} of the head");
            assert_eq!(fs::read(only_segment(hurt.path())).unwrap(), flipped, "untouched");
            continue;
        }
        let (journal, report) = opened.unwrap();
        let hit = u64::try_from((bit / 8 - head) / frame).unwrap() + 1;
        let rest: Vec<_> = read(&journal, 0).into_iter().filter(|item| matches!(item, Item::Record(..))).collect();
        let expected: Vec<_> = whole(1..=3).into_iter().filter(|item| !matches!(item, Item::Record(n, _) if n.0 == hit)).collect();
        assert_eq!(rest, expected, "bit {bit} in record {hit}");
        // In the last record the flip may look like a write that was cut off; elsewhere it never does.
        assert!(report.is_suspicious() || (hit == 3 && report.cut.is_some()), "bit {bit}: {report:?}");
    }
}

#[test]
fn a_damaged_middle_is_told_and_never_written_behind() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    let path = only_segment(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let head = usize::try_from(segment::HEAD_BYTES).unwrap();
    let middle = head + (bytes.len() - head) / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let (mut journal, report) = open(dir.path()).unwrap();
    assert_eq!(report.lost, [Lost { from: Number(2), to: Number(2) }]);
    journal.append(&[record(4)]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let lost = Item::Lost(report.lost[0]);
    assert_eq!(read(&journal, 0), [whole(1..=1), vec![lost], whole(3..=4)].concat());
    drop(journal);
    let (journal, report) = open(dir.path()).unwrap();
    assert_eq!((read(&journal, 2), report), (whole(3..=4), Report::default()));
}

#[test]
fn segments_follow_each_other_and_only_what_is_wanted_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path()).unwrap();
    for k in 1..=9 {
        journal.append(&[record(k)]).unwrap();
        if k % 3 == 0 {
            journal.rotate().unwrap();
        }
    }
    assert_eq!(segment::list(dir.path()).unwrap(), [1, 4, 7, 10].map(Number));
    fs::remove_file(segment::path(dir.path(), Number(4))).unwrap();
    assert_eq!(read(&journal, 6), whole(7..=9));
    let gap = Item::Lost(Lost { from: Number(4), to: Number(6) });
    assert_eq!(read(&journal, 2), [whole(3..=3), vec![gap], whole(7..=9)].concat());
}

#[test]
fn a_crash_while_a_segment_was_made_is_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    fs::write(segment::path(dir.path(), Number(4)), b"okrug jour").unwrap();
    let (journal, report) = open(dir.path()).unwrap();
    assert_eq!((read(&journal, 0), report.is_suspicious()), (whole(1..=3), false));
    assert_eq!(segment::list(dir.path()).unwrap(), [Number(1)]);
}

#[test]
fn a_newer_format_is_refused_and_untouched() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 1);
    let path = only_segment(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    bytes[16] = 2;
    fs::write(&path, &bytes).unwrap();
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, JournalError::Damaged { .. }), "a flipped bit makes no newer program: {error}");
    let crc = crc32c::crc32c(&bytes[..80]).to_le_bytes();
    bytes[80..84].copy_from_slice(&crc);
    fs::write(&path, &bytes).unwrap();
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, JournalError::Newer { found: 2, .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn what_is_whole_in_a_damaged_journal_can_be_read_whatever_was_hit() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 5);
    let records: Vec<_> = (1..=5).map(record).collect();
    let path = only_segment(dir.path());
    let whole = fs::read(&path).unwrap();
    let id = open(dir.path()).unwrap().0.id();
    let salvaged = |hint| Salvage::of(dir.path(), owner(3), &rest(), hint).unwrap().collect::<Vec<_>>();
    assert_eq!(salvaged(None), records);
    let mut bytes = whole.clone();
    bytes[3] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(salvaged(None), Vec::<Vec<u8>>::new(), "it does not say which journal it is");
    assert_eq!(salvaged(Some(id)), records);
    bytes[90] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(salvaged(Some(id)), records[1..]);
}

#[test]
fn a_journal_that_is_read_through_shows_damage_in_any_segment() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    let (mut journal, _) = open(dir.path()).unwrap();
    journal.rotate().unwrap();
    journal.append(&[vec![7; 50], vec![8; 50]]).unwrap();
    let through = || {
        let mut check = Check::of(dir.path(), &rest());
        loop {
            if check.step()? {
                return Ok::<_, String>(());
            }
        }
    };
    assert_eq!(through(), Ok(()));
    for first in [1, 4] {
        let path = segment::path(dir.path(), Number(first));
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        bytes[100] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(through().is_err(), "{first}");
        fs::write(&path, whole).unwrap();
    }
    fs::remove_file(segment::path(dir.path(), Number(1))).unwrap();
    assert!(through().is_err());
}

#[test]
fn the_journal_of_another_office_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 1);
    let error = Journal::open(dir.path(), owner(4), &rest()).unwrap_err();
    assert!(matches!(error, JournalError::Foreign { .. }), "{error}");
}

#[test]
fn with_another_key_nothing_is_opened_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 2);
    let (journal, _) = Journal::open(dir.path(), owner(3), &Rest::new(&SharedKey::from_bytes([4; 32]))).unwrap();
    assert!(read(&journal, 0).iter().all(|item| matches!(item, Item::Lost(_))));
    drop(journal);
    assert_eq!(read(&open(dir.path()).unwrap().0, 0), whole(1..=2));
}

#[test]
fn a_record_longer_than_any_may_be_is_refused_and_nothing_written() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path()).unwrap();
    let error = journal.append(&[record(1), vec![0; MAX_RECORD + 1]]).unwrap_err();
    assert!(matches!(error, JournalError::TooLong(_)));
    journal.append(&[record(1), vec![7; MAX_RECORD]]).unwrap();
    assert_eq!(read(&journal, 0).len(), 2);
}
