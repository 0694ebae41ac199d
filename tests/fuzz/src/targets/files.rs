//! Files that people carry: bundles, evidence, a person's move.

use std::sync::LazyLock;

use okrug_protocol::bundle::{Head, Measure, Part, Reader, Record, Splitter, mend};
use okrug_protocol::evidence::Evidence;
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::labels;
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::transfer::Transfer;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::{Target, again};
use crate::corpus::golden;

pub(super) const TARGETS: &[Target] = &[
    Target::new("bundle", || golden("bundle_file"), split).costs(4),
    Target::new(
        "bundle_head",
        || golden("bundle_file").iter().map(|file| file[..128.min(file.len())].to_vec()).collect(),
        |bytes| {
            let _ = mend(bytes, bytes);
            // Where its check does not hold it is read all the same, and known for damaged.
            Head::decode(bytes).is_ok_and(|head| {
                assert!(!head.is_sound || head.encode() == bytes, "there are two encodings of one head");
                true
            })
        },
    ),
    Target::new("bundle_record", records, |bytes| again(bytes, Record::decode, Record::encode).is_some()),
    Target::new("bundle_sealed", || vec![records().concat(), records().iter().rev().flatten().copied().collect()], framed).costs(10),
    Target::new("evidence", evidence, proven).costs(2),
    Target::new(
        "transfer",
        || golden("transfer"),
        |bytes| {
            let sample = moved();
            Transfer::open(bytes, sample.id(), OfficeId(1), &sample.open_keys[0]).is_ok()
        },
    )
    .costs(8),
];

/// The district in which the golden file of a move was made.
fn moved() -> &'static SampleDistrict {
    static DISTRICT: LazyLock<SampleDistrict> = LazyLock::new(|| sample::hosting(2, |_| vec![UnitId(1)]));
    &DISTRICT
}

fn records() -> Vec<Vec<u8>> {
    ["header", "holds", "contents", "document", "entry", "footer"].iter().flat_map(|name| golden(&format!("bundle_{name}"))).collect()
}

/// Takes a file apart as it comes, in pieces, with a key that is not its own.
fn split(bytes: &[u8]) -> bool {
    let (mut splitter, mut reader, mut read) = (Splitter::default(), None, Vec::new());
    let mut parts = 0;
    for piece in bytes.chunks(700) {
        splitter.push(piece);
        loop {
            match splitter.next_part() {
                Ok(Some(Part::Head(head))) => reader = Some(Reader::new(SharedKey::from_bytes([2; 32]), &head)),
                Ok(Some(Part::Frame(index, frame))) => {
                    parts += 1;
                    reader.as_mut().expect("a head comes first").frame(index, &frame, &mut read);
                }
                Ok(None) => break,
                Err(_) => return false,
            }
            assert!(parts <= bytes.len(), "more frames than bytes");
        }
    }
    if let Some(reader) = reader {
        let _ = reader.finish();
    }
    !read.is_empty()
}

/// Bytes of one frame of a hostile maker's bundle.
const FRAME: usize = 1_024;

/// Seals bytes as the frames of a bundle, whatever they are: its maker is hostile.
fn framed(bytes: &[u8]) -> bool {
    let mut head = Head::new(Measure::default().shape(), [0x5a; 32], Vec::new());
    head.frames = u32::try_from(bytes.len().div_ceil(FRAME)).unwrap_or(u32::MAX);
    let key = SharedKey::from_bytes([2; 32]);
    let mut reader = Reader::new(key.clone(), &head);
    let (mut read, mut rng) = (Vec::new(), ChaCha20Rng::from_seed([6; 32]));
    for (index, part) in (0_u32..).zip(bytes.chunks(FRAME)) {
        // The first record begins at once; where one begins in the other frames their own first bytes say.
        let begins: &[u8] = if index == 0 { &[0, 0] } else { &[] };
        let prologue = [labels::BUNDLE_FRAME, &head.salt, &index.to_be_bytes()].concat();
        let sealed = key.seal(&prologue, &[begins, part].concat(), &mut rng).expect("a frame is short");
        reader.frame(index, &sealed, &mut read);
    }
    let spoiled = reader.finish();
    assert_eq!(spoiled.frames, 0, "frames that opened count as spoiled");
    let written: usize = read.iter().map(|record| record.encode().len()).sum();
    assert!(written <= bytes.len(), "{written} bytes of records out of {}", bytes.len());
    !read.is_empty()
}

fn evidence() -> Vec<Vec<u8>> {
    // What goes along with a move is evidence.
    let opened = golden("transfer").into_iter().filter_map(|file| {
        let sample = moved();
        Transfer::open(&file, sample.id(), OfficeId(1), &sample.open_keys[0]).ok()
    });
    opened.filter_map(|(transfer, _)| transfer.records.encode().ok()).collect()
}

fn proven(bytes: &[u8]) -> bool {
    let write = |evidence: &Evidence| evidence.encode().expect("it was read");
    again(bytes, Evidence::decode, write).is_some_and(|evidence| {
        let _ = evidence.district.district().map(|district| evidence.verify(district));
        true
    })
}
