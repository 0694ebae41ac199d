//! The bytes of a bundle, held by files: see FORMAT.md, section 6, bundles.
//!
//! A change here is a change of the format. `OKRUG_GOLDEN=write` writes the files anew.

use std::fs;
use std::path::Path;

use okrug_protocol::bundle::{
    Claims, Footer, Head, Header, Holds, Measure, Part, Purpose, Reader, Record, Run, SealedKey, Signed, Splitter, Writer, hint,
};
use okrug_protocol::clock::Millis;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::frontier::{HeadOf, Short};
use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version, hex, unhex};
use okrug_protocol::sample;
use okrug_protocol::seal::SharedKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const SALT: [u8; 32] = [0x5a; 32];

fn golden(name: &str, bytes: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.hex"));
    if std::env::var("OKRUG_GOLDEN").is_ok_and(|word| word == "write") {
        let lines: String = bytes.chunks(32).map(|line| format!("{}\n", hex(line))).collect();
        fs::write(&path, lines).expect("the folder is here");
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let kept = unhex(&text.split_whitespace().collect::<String>()).expect("digits");
    assert!(kept == bytes, "{name}: {} bytes kept, {} encoded", kept.len(), bytes.len());
}

fn records() -> Vec<(&'static str, Record)> {
    let sample = sample::district(3);
    let key = &sample.sign_keys[0];
    let log =
        LogId { office: OfficeId(300), incarnation: Incarnation(70_000), topic: Topic::Unit(UnitId(12)), precedence: Precedence::Flash };
    let claims = Claims { documents: 1, entries: [1, 0, 0], bytes: 9, left_out: 300 };
    let header = Header {
        district: sample.id(),
        from: OfficeId(1),
        to: vec![OfficeId(2), OfficeId(300)],
        made: Millis(1_767_225_600_000),
        purpose: Purpose::Messages,
        versions: (Version(7), Version(65_536)),
        claims,
    };
    let holds = Holds { district: sample.id(), office: OfficeId(1), heads: vec![HeadOf { log, seq: Seq(300), id: Short([3; 8]) }] };
    vec![
        ("header", Record::Header(Signed::sign(header, &SALT, key))),
        ("holds", Record::Holds(Signed::sign(holds, &SALT, key))),
        ("contents", Record::Contents(vec![Run { log, from: Seq(5), to: Seq(300) }])),
        ("document", Record::Document(DocumentKind::Subchart(UnitId(2)), b"envelope".to_vec())),
        ("entry", Record::Entry(b"one entry".to_vec())),
        ("footer", Record::Footer(Footer { claims })),
    ]
}

#[test]
fn records_of_a_bundle_have_the_bytes_that_they_had() {
    for (name, record) in records() {
        golden(&format!("bundle_{name}"), &record.encode());
        assert_eq!(Record::decode(&record.encode()), Ok(record));
    }
}

#[test]
fn a_bundle_that_was_written_is_read() {
    let sample = sample::district(3);
    let (mut rng, key) = (ChaCha20Rng::from_seed([1; 32]), SharedKey::from_bytes([2; 32]));
    let mut measure = Measure::default();
    records().iter().for_each(|(_, record)| measure.add_record(record));
    let to = sample.open_keys[1].public();
    let head = Head::new(measure.shape(), SALT, vec![SealedKey::seal(&key, &SALT, &to, &mut rng).expect("a sound key")]);
    let (mut writer, mut frames) = (Writer::new(key, &head, 0), Vec::new());
    records().iter().for_each(|(_, record)| writer.push(record, &mut rng, &mut frames).expect("room"));
    let finished = writer.finish(&mut rng, |frame| {
        frames.push(frame);
        true
    });
    finished.expect("room");
    let file = [head.encode(), frames.concat(), head.encode_tail()].concat();
    golden("bundle_file", &file);

    let (mut splitter, mut read, mut reader) = (Splitter::default(), Vec::new(), None);
    splitter.push(&file);
    while let Some(part) = splitter.next_part().expect("a bundle") {
        match part {
            Part::Head(head) => {
                let own = head.boxes.iter().find(|sealed| sealed.hint == hint(&SALT, &to)).expect("it is for this office");
                reader = Some(Reader::new(own.open(&SALT, &sample.open_keys[1]).expect("it opens"), &head));
            }
            Part::Frame(index, bytes) => reader.as_mut().expect("a head comes first").frame(index, &bytes, &mut read),
        }
    }
    let made: Vec<Record> = records().into_iter().map(|(_, record)| record).collect();
    assert_eq!(read, made);
}
