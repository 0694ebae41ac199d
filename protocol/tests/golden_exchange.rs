//! The bytes of every frame of the exchange and of frontier digests, held by files: see FORMAT.md, section 6.
//!
//! A change here is a change of the format. `OKRUG_GOLDEN=write` writes the files anew.

use okrug_protocol::document::DocumentKind;
use okrug_protocol::exchange::{Ask, Edition, Editions, Frame, Item, Slow};
use okrug_protocol::frontier::{Digest, Frontier, HeadOf, Kept, Share, Short, whole_digest};
use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version, hex, unhex};

fn log(office: u32, topic: Topic, precedence: Precedence) -> LogId {
    LogId { office: OfficeId(office), incarnation: Incarnation(0x1234_5678), topic, precedence }
}

fn heads() -> Vec<HeadOf> {
    let unit = Topic::Unit(UnitId(12));
    vec![
        HeadOf { log: log(3, unit, Precedence::Flash), seq: Seq(1), id: Short([1; 8]) },
        HeadOf { log: log(300, Topic::District, Precedence::Routine), seq: Seq(70_000), id: Short([2; 8]) },
        HeadOf { log: log(3, Topic::Inbox(OfficeId(5)), Precedence::Routine), seq: Seq(300), id: Short([3; 8]) },
    ]
}

fn editions() -> Editions {
    Editions {
        revocations: Edition { version: Version(7), hash: Short([7; 8]) },
        charter: Edition { version: Version(2), hash: Short([8; 8]) },
        chart: Edition { version: Version(65_536), hash: Short([9; 8]) },
        bootstrap: Edition::NONE,
        delegated: Some(Short([10; 8])),
    }
}

fn frames() -> Vec<(&'static str, Frame)> {
    let item = Item::Log(heads()[1].log);
    let chart = Item::Document(DocumentKind::Chart, Version(65_536));
    let asks = vec![
        Ask::Open { item, from: 69_001, credit: 65_536 },
        Ask::More { item: chart, credit: 8_192 },
        Ask::Stop { item },
        Ask::Open { item: chart, from: 0, credit: 8_192 },
    ];
    let piece =
        Frame::Piece { kind: DocumentKind::Chart, version: Version(65_536), offset: 65_536, total: 65_540, bytes: b"tail".to_vec() };
    vec![
        ("hello", Frame::Hello { session: 1_767_225_600_000, editions: editions(), digest: Digest([4; 16]) }),
        ("editions", Frame::Editions(editions())),
        (
            "topics",
            Frame::Topics { topics: vec![(Topic::District, Digest([5; 16])), (Topic::Unit(UnitId(12)), Digest([6; 16]))], last: true },
        ),
        ("heads", Frame::Heads { heads: heads(), done: true }),
        ("asks", Frame::Asks(asks)),
        ("range", Frame::Range { log: heads()[0].log, from: Seq(1), entries: vec![b"one".to_vec(), b"another".to_vec()], end: true }),
        ("range_empty", Frame::Range { log: heads()[0].log, from: Seq(3), entries: vec![], end: true }),
        ("piece", piece),
        ("kept", Frame::Kept(vec![Kept { log: heads()[0].log, after: Seq(300), to: Seq(70_000) }])),
        ("live", Frame::Live { log: heads()[1].log, from: Seq(70_000), entries: vec![b"one".to_vec(), b"another".to_vec()] }),
        ("slowed", Frame::Slowed(Some((Slow::All, 86_400)))),
        ("slowed_no_more", Frame::Slowed(None)),
        ("delegated", Frame::Delegated(vec![(UnitId(2), editions().chart), (UnitId(70_000), editions().charter)])),
    ]
}

fn golden(name: &str, bytes: &[u8]) {
    let path = format!("{}/tests/golden/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    if std::env::var("OKRUG_GOLDEN").is_ok_and(|word| word == "write") {
        std::fs::write(&path, hex(bytes) + "\n").expect("the folder of golden files");
    }
    let kept = std::fs::read_to_string(&path).expect("a golden file");
    assert_eq!(unhex(kept.trim()).expect("hexadecimal"), bytes, "{name}");
}

#[test]
fn every_frame_keeps_its_bytes_and_reads_back() {
    for (name, frame) in frames() {
        golden(&format!("frame_{name}"), &frame.encode());
        assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
    }
}

#[test]
fn a_receipt_of_one_log_is_as_short_as_promised() {
    let one = Frame::Heads { heads: heads()[1..2].to_vec(), done: false }.encode();
    assert!(one.len() <= 30, "{} bytes", one.len());
}

#[test]
fn digests_of_frontiers_keep_their_bytes() {
    let mut frontier = Frontier::default();
    for head in heads() {
        frontier.advance(head);
    }
    let topics = frontier.digests(|_| Share::All);
    let mut bytes: Vec<u8> = topics.iter().flat_map(|(_, digest)| digest.0).collect();
    bytes.extend(whole_digest(&topics).0);
    golden("frontier_digests", &bytes);
}
