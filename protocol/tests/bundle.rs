//! Bundles: what is whole is given, what is not is named, and nobody else reads anything.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeSet;

use okrug_protocol::bundle::{
    Claims, Footer, Head, HeadError, Header, Holds, Measure, Part, Purpose, Reader, Record, Run, SealedKey, Signed, Splitter, Spoiled,
    Tally, Writer, hint, mend,
};
use okrug_protocol::clock::{Millis, Timestamp};
use okrug_protocol::document::DocumentKind;
use okrug_protocol::entry::{Entry, Header as EntryHeader, Kind, SUITE};
use okrug_protocol::frontier::{HeadOf, Short};
use okrug_protocol::ids::{Epoch, Incarnation, LogId, OfficeId, Precedence, Seq, Topic, Version};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::{OpenKey, SharedKey};
use okrug_protocol::sign::Signature;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

const SALT: [u8; 32] = [7; 32];

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([9; 32])
}

fn log() -> LogId {
    LogId { office: OfficeId(1), incarnation: Incarnation(77), topic: Topic::District, precedence: Precedence::Routine }
}

/// Entries of one log with bodies of these lengths; nobody judges them here.
fn entries(lengths: &[usize]) -> Vec<Vec<u8>> {
    let entry = |(seq, len): (u64, &usize)| {
        let header = EntryHeader {
            suite: SUITE,
            kind: Kind::CHECKPOINT,
            log: log(),
            seq: Seq(seq),
            epoch: Epoch(0),
            time: Timestamp(seq),
            directory: Version(1),
            revocations: Version(0),
            body_len: u32::try_from(*len).unwrap(),
            delegated: Version(0),
        };
        Entry { header, signature: Signature([9; 64]), body: vec![u8::try_from(seq % 256).unwrap(); *len], erased: None }.encode()
    };
    (1..).zip(lengths).map(entry).collect()
}

/// What a maker puts into a bundle.
fn records(sample: &SampleDistrict, entries: &[Vec<u8>]) -> Vec<Record> {
    let mut claims = Claims { documents: 1, ..Claims::default() };
    entries.iter().for_each(|entry| claims.count(Precedence::Routine, entry.len()));
    let header = Header {
        district: sample.id(),
        from: OfficeId(1),
        to: vec![OfficeId(2)],
        made: Millis(1_767_225_600_000),
        purpose: Purpose::Messages,
        versions: (Version(1), Version(0)),
        claims,
    };
    let header = Record::Header(Signed::sign(header, &SALT, &sample.sign_keys[0]));
    let head = HeadOf { log: log(), seq: Seq(5), id: Short([3; 8]) };
    let holds = Holds { district: sample.id(), office: OfficeId(1), heads: vec![head] };
    let count = u64::try_from(entries.len()).unwrap();
    let runs = if count == 0 { vec![] } else { vec![Run { log: log(), from: Seq(1), to: Seq(count) }] };
    let mut records = vec![
        header.clone(),
        Record::Holds(Signed::sign(holds, &SALT, &sample.sign_keys[0])),
        Record::Contents(runs),
        Record::Document(DocumentKind::Chart, sample.file.chart.clone()),
    ];
    records.extend(entries.iter().cloned().map(Record::Entry));
    records.extend([header, Record::Footer(Footer { claims })]);
    records
}

fn key() -> SharedKey {
    SharedKey::from_bytes([5; 32])
}

/// The file of a bundle.
fn file(records: &[Record], to: &[OpenKey]) -> (Head, Vec<u8>) {
    let mut measure = Measure::default();
    records.iter().for_each(|record| measure.add_record(record));
    let boxes = to.iter().map(|to| SealedKey::seal(&key(), &SALT, &to.public(), &mut rng()).unwrap()).collect();
    let head = Head::new(measure.shape(), SALT, boxes);
    let frames = frames(&head, records, 0);
    let file = [head.encode(), frames.concat(), head.encode_tail()].concat();
    assert_eq!(head.file_len(), u64::try_from(file.len()).unwrap());
    assert_eq!(measure.file_len(to.len()), head.file_len());
    (head, file)
}

fn frames(head: &Head, records: &[Record], from: u32) -> Vec<Vec<u8>> {
    let (mut writer, mut out) = (Writer::new(key(), head, from), Vec::new());
    records.iter().for_each(|record| writer.push(record, &mut rng(), &mut out).unwrap());
    writer
        .finish(&mut rng(), |frame| {
            out.push(frame);
            true
        })
        .unwrap();
    out
}

/// Reads a file in pieces of this length.
fn read(file: &[u8], piece: usize, key: &SharedKey) -> Result<(Vec<Record>, Spoiled), HeadError> {
    let (mut splitter, mut reader, mut records) = (Splitter::default(), None, Vec::new());
    for piece in file.chunks(piece) {
        splitter.push(piece);
        while let Some(part) = splitter.next_part()? {
            match part {
                Part::Head(head) => reader = Some(Reader::new(key.clone(), &head)),
                Part::Frame(index, bytes) => reader.as_mut().unwrap().frame(index, &bytes, &mut records),
            }
        }
    }
    Ok((records, reader.map_or_else(Spoiled::default, Reader::finish)))
}

#[test]
fn each_office_finds_its_box_and_reads_the_whole_of_it() {
    let sample = sample::district(3);
    let made = records(&sample, &entries(&[10, 300, 0, 5_000]));
    let (head, file) = file(&made, &sample.open_keys[1..]);
    for own in &sample.open_keys[1..] {
        let mine = head.boxes.iter().find(|sealed| sealed.hint == hint(&SALT, &own.public())).unwrap();
        let key = mine.open(&SALT, own).unwrap();
        for piece in [1, 100, 1 << 20] {
            assert_eq!(read(&file, piece, &key), Ok((made.clone(), Spoiled::default())));
        }
    }
    assert!(head.boxes.iter().all(|sealed| sealed.open(&SALT, &sample.open_keys[0]).is_err()));
    assert!(read(&file, 1_000, &SharedKey::from_bytes([6; 32])).unwrap().0.is_empty());
}

#[test]
fn a_finder_reads_neither_names_nor_texts() {
    let sample = sample::district(3);
    let made = records(&sample, &entries(&[200; 20]));
    let (_, file) = file(&made, &sample.open_keys[1..]);
    let chart = &sample.file.chart;
    let words =
        ["Отделение".as_bytes(), "office-1".as_bytes(), &sample.id().0.0, &chart[100..140], &sample.sign_keys[0].public().0, &[9; 64]];
    for word in words {
        assert!(!file.windows(word.len()).any(|part| part == word), "{word:?} can be read");
    }
}

#[test]
fn what_the_maker_says_holds_under_their_signature_and_in_this_bundle_alone() {
    let sample = sample::district(2);
    let directory = sample.directory();
    let (maker, other) = (directory.verifier(OfficeId(1)).unwrap(), directory.verifier(OfficeId(2)).unwrap());
    let made = records(&sample, &[]);
    let (Record::Header(header), Record::Holds(holds)) = (&made[0], &made[1]) else { panic!("{made:?}") };
    assert!(header.verify(&SALT, maker).is_ok() && holds.verify(&SALT, maker).is_ok());
    assert!(header.verify(&SALT, other).is_err() && header.verify(&[8; 32], maker).is_err());
    // One is not shown in the other's place: the first byte of a record says what it is, and is signed.
    let mut moved = made[1].encode();
    moved[0] = 1;
    if let Ok(Record::Header(forged)) = Record::decode(&moved) {
        assert!(forged.verify(&SALT, maker).is_err());
    }
    let bytes = made[0].encode();
    for bit in 32..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(Record::Header(forged)) = Record::decode(&flipped) {
            assert!(forged.verify(&SALT, maker).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn every_flipped_bit_costs_what_lies_there_and_nothing_else() {
    let sample = sample::district(2);
    let made = records(&sample, &entries(&[400; 12]));
    let (head, file) = file(&made, &sample.open_keys[1..]);
    let all: BTreeSet<Vec<u8>> = made.iter().map(Record::encode).collect();
    let (begin, end) = (head.len(), head.len() + usize::try_from(head.frames).unwrap() * head.frame_len());
    // Every bit of three places of each frame, and each frame whole in steps.
    let near = |at: usize| (at - begin) % head.frame_len() < 4 || ((at - begin) % head.frame_len()).is_multiple_of(97);
    for at in (begin..end).filter(|at| near(*at)) {
        for bit in 0..8 {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << bit;
            let (given, spoiled) = read(&flipped, 1 << 20, &key()).unwrap();
            assert_eq!(spoiled.frames, 1, "byte {at}");
            assert!(given.iter().all(|record| all.contains(&record.encode())), "byte {at}: something was made up");
            // A frame of 1,024 bytes holds two of these entries, and a part of two more.
            assert!(made.len() - given.len() <= 6, "byte {at}: {} records lost", made.len() - given.len());
        }
    }
}

#[test]
fn what_is_missing_is_named_by_log_and_place() {
    let sample = sample::district(2);
    let lengths = [400; 30];
    let made = records(&sample, &entries(&lengths));
    let (head, mut file) = file(&made, &sample.open_keys[1..]);
    let middle = head.len() + usize::try_from(head.frames / 2).unwrap() * head.frame_len();
    file[middle + 5] ^= 1;
    let (given, _) = read(&file, 512, &key()).unwrap();
    let (mut tally, mut came) = (Tally::default(), BTreeSet::new());
    for record in &given {
        match record {
            Record::Contents(runs) => tally.expect(runs),
            Record::Entry(bytes) => {
                let header = Entry::decode(bytes).unwrap().header;
                tally.came(&header.log, header.seq);
                came.insert(header.seq.0);
            }
            _ => {}
        }
    }
    let (gaps, missing) = tally.finish();
    let named: BTreeSet<u64> = gaps.iter().flat_map(|gap| gap.from.0..=gap.to.0).collect();
    assert!(missing > 0 && named.is_disjoint(&came) && named.len() + came.len() == lengths.len(), "{gaps:?}");
    assert_eq!(u64::try_from(named.len()).unwrap(), missing);
}

#[test]
fn a_file_cut_short_gives_all_before_the_cut_and_half_a_head_nothing() {
    let sample = sample::district(2);
    let made = records(&sample, &entries(&[300; 10]));
    let (head, file) = file(&made, &sample.open_keys[1..]);
    let mut last = 0;
    for len in (0..file.len()).step_by(211) {
        let (given, spoiled) = read(&file[..len], 4_096, &key()).unwrap();
        assert!(given.len() >= last && made.starts_with(&given));
        let whole = len.saturating_sub(head.len()) / head.frame_len();
        let lost = if len < head.len() { 0 } else { head.frames.saturating_sub(u32::try_from(whole).unwrap()) };
        assert_eq!(spoiled.frames, lost, "{len}");
        last = given.len();
    }
    assert_eq!(last, made.len());
}

#[test]
fn writing_goes_on_where_it_stopped_and_gives_the_same_bundle() {
    let sample = sample::district(2);
    let made = records(&sample, &entries(&[700; 25]));
    let (head, file) = file(&made, &sample.open_keys[1..]);
    for from in [0, 1, head.frames / 2, head.frames - 1, head.frames] {
        let kept = head.len() + usize::try_from(from).unwrap() * head.frame_len();
        let rest = frames(&head, &made, from);
        assert_eq!(rest.len(), usize::try_from(head.frames - from).unwrap());
        let finished = [&file[..kept], &rest.concat(), &head.encode_tail()].concat();
        assert_eq!(read(&finished, 9_999, &key()), Ok((made.clone(), Spoiled::default())), "from {from}");
    }
}

#[test]
fn a_damaged_beginning_is_mended_from_the_end() {
    let sample = sample::district(2);
    let made = records(&sample, &entries(&[300; 3]));
    let (head, file) = file(&made, &sample.open_keys[1..]);
    for at in 0..head.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 0x55;
        let mended = mend(&damaged[..head.len()], &damaged[damaged.len() - head.len() - Head::TAIL..]).unwrap();
        damaged[..mended.len()].copy_from_slice(&mended);
        assert_eq!(read(&damaged, 512, &key()), Ok((made.clone(), Spoiled::default())), "byte {at}");
    }
}

#[test]
fn the_longest_document_and_entry_pass_through_any_frames() {
    let sample = sample::district(2);
    let chart = Record::Document(DocumentKind::Chart, vec![7; okrug_protocol::bounds::DIRECTORY_MAX_BYTES]);
    let entry = Record::Entry(vec![8; okrug_protocol::bounds::MAX_ENTRY]);
    let made = vec![chart, entry.clone(), Record::Entry(vec![1]), entry];
    let (_, file) = file(&made, &sample.open_keys[1..]);
    assert_eq!(read(&file, 70_000, &key()), Ok((made, Spoiled::default())));
}

/// Records that a member with the key could put together.
fn hostile_frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let plain = |(seed, first, kind): (u64, u16, u8)| {
        let mut plain = vec![0; 1_024 - 48];
        ChaCha20Rng::seed_from_u64(seed).fill_bytes(&mut plain);
        plain[..2].copy_from_slice(&(first % 1_100).to_be_bytes());
        let at = usize::from(first % 1_100).min(plain.len() - 6) + 2;
        plain[at..at + 4].copy_from_slice(&[kind % 8, 0, kind % 5, kind]);
        plain
    };
    proptest::collection::vec(any::<(u64, u16, u8)>().prop_map(plain), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_lengths_read_back(lengths in proptest::collection::vec(0usize..3_000, 0..40), piece in 1usize..5_000) {
        let sample = sample::district(2);
        let made = records(&sample, &entries(&lengths));
        let (_, file) = file(&made, &sample.open_keys[1..]);
        prop_assert_eq!(read(&file, piece, &key()), Ok((made, Spoiled::default())));
    }

    #[test]
    fn whatever_becomes_of_a_file_only_what_was_in_it_comes_out(
        lengths in proptest::collection::vec(0usize..900, 1..30),
        wounds in proptest::collection::vec((any::<prop::sample::Index>(), 1usize..3_000, any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let sample = sample::district(2);
        let made = records(&sample, &entries(&lengths));
        let (_, mut file) = file(&made, &sample.open_keys[1..]);
        let all: BTreeSet<Vec<u8>> = made.iter().map(Record::encode).collect();
        for (at, len, byte) in wounds {
            let at = at.index(file.len());
            file.iter_mut().skip(at).take(len).for_each(|old| *old ^= byte);
        }
        file.truncate(cut.index(file.len() + 1));
        if let Ok((given, _)) = read(&file, 1_000, &key()) {
            prop_assert!(given.iter().all(|record| all.contains(&record.encode())));
        }
    }

    #[test]
    fn hostile_bytes_are_no_bundle_and_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..3_000)) {
        let _ = read(&bytes, 97, &key());
        let _ = read(&[b"OKRUGBDL\x01\x0a".as_slice(), &bytes].concat(), 97, &key());
        let _ = mend(&bytes, &bytes);
        let _ = Record::decode(&bytes);
    }

    #[test]
    fn a_hostile_member_makes_no_reader_panic_or_swell(frames in hostile_frames()) {
        let sample = sample::district(2);
        let (mut head, _) = file(&[], &sample.open_keys[1..]);
        head.frames = 6;
        let (mut reader, mut records) = (Reader::new(key(), &head), Vec::new());
        for (index, plain) in (0u32..).zip(frames) {
            let prologue = [okrug_protocol::labels::BUNDLE_FRAME, &SALT, &index.to_be_bytes()].concat();
            let sealed = key().seal(&prologue, &plain, &mut rng()).unwrap();
            reader.frame(index, &sealed, &mut records);
        }
        prop_assert!(records.iter().all(|record| record.encode().len() <= 6 * 1_024));
        let _ = reader.finish();
    }
}
