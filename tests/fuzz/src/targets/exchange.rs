//! What neighbours say: frames one by one, and the machine that hears many.

use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::exchange::{Ask, Config, Edition, Editions, Exchange, Frame, In, Item, Out, Settled, Ticket};
use okrug_protocol::frontier::{Digest, HeadOf, Short};
use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, Version};
use okrug_protocol::trust::Versions;

use super::{Target, again, canonical};
use crate::corpus::golden;
use crate::fixture::district;

pub(super) const TARGETS: &[Target] = &[
    Target::new("frame", || golden("frame"), |bytes| again(bytes, Frame::decode, Frame::encode).is_some()),
    Target::new(
        "versions",
        || golden("versions"),
        |bytes| canonical(bytes, codec::decode_canonical::<Versions>(bytes, 64 << 10), codec::encode).is_some(),
    ),
    Target::new("dialogue", dialogues, dialogue).costs(8),
];

/// What one input may make the machine keep, in bytes, beside what it held.
const MOST_KEPT: usize = 32 << 20;
/// What it may do at one input: a frame for every neighbour and topic, and the entries of one window.
const MOST_DONE: usize = 4_096;
/// Steps of one dialogue.
const STEPS: usize = 64;
const ME: OfficeId = OfficeId(1);

fn log(office: u32) -> LogId {
    LogId { office: OfficeId(office), incarnation: Incarnation(7), topic: Topic::District, precedence: Precedence::Routine }
}

fn head(office: u32, seq: u64) -> HeadOf {
    HeadOf { log: log(office), seq: Seq(seq), id: Short([3; 8]) }
}

/// One frame of a neighbour as a step of a dialogue.
fn step(what: u8, frame: &[u8]) -> Vec<u8> {
    let length = u16::try_from(frame.len()).unwrap_or(u16::MAX);
    [&[what][..], &length.to_be_bytes(), frame].concat()
}

fn dialogues() -> Vec<Vec<u8>> {
    let edition = Edition { version: Version(9), hash: Short([9; 8]) };
    let editions = Editions { chart: edition, revocations: edition, ..Editions::NONE };
    let document = okrug_protocol::document::DocumentKind::Chart;
    let frames = [
        Frame::Hello { session: 9, editions, digest: Digest([1; 16]) },
        Frame::Topics { topics: vec![(Topic::District, Digest([2; 16]))], last: true },
        Frame::Heads { heads: vec![head(2, 300), head(3, u64::MAX)], done: true },
        Frame::Range { log: log(2), from: Seq(1), entries: vec![vec![5; 80]; 3], end: false },
        Frame::Asks(vec![
            Ask::Open { item: Item::Log(log(1)), from: 1, credit: 9_000 },
            Ask::More { item: Item::Log(log(1)), credit: 900 },
        ]),
        Frame::Piece { kind: document, version: Version(9), offset: 0, total: 90, bytes: vec![1; 90] },
    ];
    let mut told: Vec<u8> = frames.iter().flat_map(|frame| step(0, &frame.encode())).collect();
    told.extend([3, 0, 0, 4, 0, 0, 5, 0, 0, 6, 0, 0]);
    let mut all = vec![told];
    // Each golden frame in the middle of a talk.
    for frame in golden("frame") {
        let mut talk = step(0, &frames[0].encode());
        talk.extend(step(0, &frame));
        talk.extend([3, 0, 0]);
        talk.extend(step(1, &frame));
        all.push(talk);
    }
    all
}

/// A talk with two neighbours: steps of one byte that says what happens, two of length, and a frame.
fn dialogue(bytes: &[u8]) -> bool {
    let held = [head(1, 40), head(2, 5)];
    let mut machine = Exchange::new(Config::of(ME), district().directory(), Editions::NONE, held);
    let (mut now, mut tickets, mut frames) = (Millis(1_000_000), Vec::new(), 0);
    let mut out = Vec::new();
    for peer in [2, 3] {
        machine.handle(In::PeerUp { peer: OfficeId(peer), rtt_ms: Some(10) }, now, &mut out);
    }
    let before = machine.footprint();
    let mut rest = bytes;
    for _ in 0..STEPS {
        let Some(([what, high, low], after)) = rest.split_first_chunk::<3>().map(|(head, after)| (*head, after)) else { break };
        let length = usize::from(u16::from_be_bytes([high, low])).min(after.len());
        let (said, after) = after.split_at(length);
        rest = after;
        let input = match what % 8 {
            3 => {
                now = now.plus(u64::from(low) * 100 + 100);
                In::Tick
            }
            4 => In::Settled {
                ticket: tickets.pop().unwrap_or(Ticket(u64::from(low))),
                head: Some(head(2, u64::from(low))),
                verdict: verdict(high),
            },
            5 => In::Appended { head: head(1, 41 + u64::from(low)), from: None, gossiped: high % 2 == 0 },
            6 => In::Seen { peer: OfficeId(2), log: log(2), seq: Seq(u64::from(low)), pending: high % 2 == 0 },
            7 => In::Loaded {
                peer: OfficeId(2 + u32::from(what / 8 % 2)),
                log: log(1),
                from: Seq(u64::from(low)),
                entries: vec![vec![1; 90]; usize::from(high % 8)],
            },
            peer => In::Frame { peer: OfficeId(2 + u32::from(peer % 2)), bytes: said.to_vec() },
        };
        out.clear();
        machine.handle(input, now, &mut out);
        assert!(out.len() <= MOST_DONE, "{} things to do after one input", out.len());
        for done in &out {
            match done {
                Out::Append { ticket, entries, .. } => {
                    assert!(!entries.is_empty());
                    tickets.push(*ticket);
                }
                Out::Send { frame, .. } => assert!(Frame::decode(frame).is_ok(), "it says what no neighbour may take"),
                _ => {}
            }
        }
        frames += usize::from(!out.is_empty());
    }
    let kept = machine.footprint().saturating_sub(before);
    assert!(kept <= MOST_KEPT, "{kept} bytes kept");
    assert!(machine.coming().count() == 2);
    frames > 1
}

fn verdict(byte: u8) -> Settled {
    [Settled::Taken, Settled::Pending, Settled::Gap, Settled::Refused, Settled::Frozen, Settled::Later][usize::from(byte) % 6]
}
