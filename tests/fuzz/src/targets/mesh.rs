//! What peers say beside the exchange's frames: gossip, the pieces of a stream, hints, and what is heard at the door.

use okrug_node::mesh::outside::{copy, documents, editions, hints, sealed, stream};
use okrug_node::sync::outside::{gossip, said};
use okrug_protocol::bounds::{DIRECTORY_MAX_BYTES, MAX_FRAME, MAX_GOSSIP_ENTRIES};
use okrug_protocol::codec;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::entry::Entry;
use okrug_protocol::exchange::Frame;
use okrug_protocol::ids::OfficeId;

use super::Target;
use crate::corpus::golden;
use crate::fixture::district;

pub(super) const TARGETS: &[Target] = &[
    Target::new("gossip", gossiped, |bytes| {
        gossip(bytes).is_some_and(|entries| {
            assert!((1..=MAX_GOSSIP_ENTRIES).contains(&entries.len()));
            assert!(entries.iter().map(Vec::len).sum::<usize>() <= bytes.len(), "more bytes of entries than came");
            // A message that was read and is not too long is written so that it is read as the same.
            let again = gossip(&said(&entries)).unwrap_or_default();
            assert!(again.iter().all(|entry| entries.contains(entry)));
            entries.iter().all(|entry| Entry::decode(entry).is_ok())
        })
    }),
    Target::new("link_stream", streams, |bytes| {
        let (frames, taken) = stream(bytes);
        assert!(taken <= bytes.len() && frames.iter().map(Vec::len).sum::<usize>() <= taken, "more was read than came");
        assert!(frames.iter().all(|frame| frame.len() <= MAX_FRAME));
        frames.iter().any(|frame| Frame::decode(frame).is_ok())
    }),
    Target::new("copy", copies, |bytes| {
        copy(bytes).is_some_and(|length| {
            assert!(length < bytes.len(), "more was opened than came");
            true
        })
    }),
    Target::new("hints", hinted, |bytes| hints(bytes).is_some()),
    Target::new("door_documents", shown, |bytes| {
        documents(bytes).is_some_and(|documents| {
            let mut trust = district().trust.clone();
            for (kind, document) in documents.iter().take(4) {
                assert!(document.len() <= DIRECTORY_MAX_BYTES + 64);
                let _ = trust.accept(*kind, document);
            }
            !documents.is_empty()
        })
    })
    .costs(4),
    Target::new("door_editions", || golden("versions").iter().map(|bytes| framed(bytes)).collect(), |bytes| editions(bytes).is_some()),
];

/// Bytes behind their length.
fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a golden file is short");
    [&length.to_be_bytes()[..], bytes].concat()
}

fn gossiped() -> Vec<Vec<u8>> {
    let entries = golden("entry");
    vec![said(&entries), said(&entries[..1])]
}

/// Grants with a datagram behind each that it opens.
fn copies() -> Vec<Vec<u8>> {
    golden("frame_live").iter().map(|frame| sealed(frame)).collect()
}

/// Frames in every lane, one in two pieces with another between them, and every sign.
fn streams() -> Vec<Vec<u8>> {
    const MORE: u32 = 1 << 29;
    let piece = |lane: u32, more: u32, bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).expect("a golden file is short");
        [&(lane << 30 | more | length).to_be_bytes()[..], bytes].concat()
    };
    let signs = |bytes: &mut Vec<u8>| {
        for sign in [u32::MAX, u32::MAX - 1] {
            bytes.extend(sign.to_be_bytes());
        }
        bytes.extend((u32::MAX - 2).to_be_bytes());
        bytes.extend(hinted().iter().flat_map(|hints| framed(hints)).take(4 + hinted()[0].len()));
        bytes.extend([(u32::MAX - 3).to_be_bytes(), 9_000_u32.to_be_bytes()].concat());
        bytes.extend((u32::MAX - 4).to_be_bytes());
        bytes.push(3);
    };
    let frames = golden("frame");
    let mut all: Vec<Vec<u8>> = (0..).zip(&frames).map(|(n, frame)| piece(n % 3, 0, frame)).collect();
    let (begin, end) = frames[0].split_at(frames[0].len() / 2);
    let mut mixed = [piece(0, MORE, begin), piece(2, 0, &frames[1])].concat();
    signs(&mut mixed);
    mixed.extend(piece(0, 0, end));
    all.push(mixed);
    all
}

fn hinted() -> Vec<Vec<u8>> {
    let row = |office, texts: &[&str]| (OfficeId(office), texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>());
    let rows = vec![
        row(1, &["/ip4/10.0.0.1/tcp/7600", "/ip6/fd00::1/tcp/7600"]),
        row(300, &["/dns4/kotlas.example/tcp/7600"]),
        row(7, &[]),
        row(9, &["/ip4/10.0.0.9/udp/7600/quic-v1/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"]),
    ];
    vec![codec::encode(&rows), codec::encode(&rows[..1].to_vec())]
}

/// What a caller shows: newer editions of every kind, and the frame that ends them.
fn shown() -> Vec<Vec<u8>> {
    let mut next = district().clone();
    let person = next.person(OfficeId(1), 1, okrug_protocol::ids::UnitId(1)).signed.record.person;
    let shown = [
        (DocumentKind::Revocations, next.revoke(&[OfficeId(3)], &[person], &[])),
        (DocumentKind::Chart, next.amend(|_| {})),
        (DocumentKind::Charter, golden("charter").remove(0)),
    ];
    let frames = |shown: &[(DocumentKind, Vec<u8>)]| {
        let mut line: Vec<u8> = shown.iter().flat_map(|document| framed(&codec::encode(document))).collect();
        line.extend([0; 4]);
        line
    };
    vec![frames(&shown), frames(&shown[..1]), frames(&[])]
}
