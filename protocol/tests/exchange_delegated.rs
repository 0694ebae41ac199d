//! Delegated directories in the exchange: one digest of all, details where it differs, each fetched by itself.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::sync::Arc;

use okrug_protocol::clock::Millis;
use okrug_protocol::directory::Directory;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::exchange::{Config, Delegated, Edition, Editions, Exchange, Frame, Holdings, In, Out};
use okrug_protocol::frontier::Short;
use okrug_protocol::ids::{OfficeId, UnitId, Version};
use okrug_protocol::sample;

const NOW: Millis = Millis(1_000_000);

fn edition(version: u32, hash: u8) -> Edition {
    Edition { version: Version(version), hash: Short([hash; 8]) }
}

fn holdings(rows: &[(u32, u32)]) -> Holdings {
    let rows: Delegated = rows.iter().map(|(unit, version)| (UnitId(*unit), edition(*version, 1))).collect();
    Holdings::new(Editions { chart: edition(1, 1), ..Editions::NONE }, rows)
}

/// Two offices on one link that loses nothing; what each is to store is taken at once.
struct Pair {
    sides: [(Exchange, Vec<(u32, u32)>); 2],
    /// Bytes of frames, and how many of them told delegated editions.
    bytes: usize,
    details: usize,
    fetched: Vec<(DocumentKind, Version)>,
}

impl Pair {
    fn new(one: &[(u32, u32)], other: &[(u32, u32)]) -> Self {
        let directory: Arc<Directory> = sample::district(2).directory();
        let side =
            |me: u32, rows: &[(u32, u32)]| (Exchange::new(Config::of(OfficeId(me)), directory.clone(), holdings(rows), []), rows.to_vec());
        let mut pair = Self { sides: [side(1, one), side(2, other)], bytes: 0, details: 0, fetched: Vec::new() };
        let up = |peer| In::PeerUp { peer: OfficeId(peer), rtt_ms: Some(10) };
        pair.run(vec![(0, up(2)), (1, up(1))]);
        pair
    }

    fn run(&mut self, mut queue: Vec<(usize, In)>) {
        while !queue.is_empty() {
            let (at, input) = queue.remove(0);
            let mut out = Vec::new();
            self.sides[at].0.handle(input, NOW, &mut out);
            for out in out {
                queue.extend(self.follow(at, out));
            }
        }
    }

    fn follow(&mut self, at: usize, out: Out) -> Option<(usize, In)> {
        let me = OfficeId(u32::try_from(at + 1).unwrap());
        match out {
            Out::Send { frame, .. } => {
                self.bytes += frame.len();
                self.details += usize::from(matches!(Frame::decode(&frame), Ok(Frame::Delegated(_))));
                Some((1 - at, In::Frame { peer: me, bytes: frame }))
            }
            Out::LoadDocument { peer, kind, version, offset, .. } => {
                Some((at, In::DocumentLoaded { peer, kind, version, offset, total: 4, bytes: vec![7; 4] }))
            }
            Out::Document { kind: kind @ DocumentKind::Subchart(unit), version, .. } => {
                self.fetched.push((kind, version));
                let rows = &mut self.sides[at].1;
                rows.retain(|(held, _)| *held != unit.0);
                rows.push((unit.0, version.0));
                Some((at, In::Documents(holdings(rows))))
            }
            _ => None,
        }
    }

    fn rows(&self, at: usize) -> Vec<(u32, u32)> {
        let mut rows = self.sides[at].1.clone();
        rows.sort_unstable();
        rows
    }
}

#[test]
fn offices_that_hold_the_same_tell_a_digest_and_nothing_more() {
    let pair = Pair::new(&[(2, 5), (3, 1)], &[(3, 1), (2, 5)]);
    assert_eq!((pair.details, pair.fetched.len()), (0, 0));
    let without = Pair::new(&[], &[]);
    // Eight bytes of digest in each hello, and the mark that there is one is there in any case.
    assert_eq!(pair.bytes - without.bytes, 2 * 8);
}

#[test]
fn each_fetches_from_the_other_exactly_what_is_newer_there() {
    let pair = Pair::new(&[(2, 5), (3, 1), (7, 9)], &[(2, 4), (3, 2), (8, 1)]);
    let all = [(2, 5), (3, 2), (7, 9), (8, 1)];
    assert_eq!((pair.rows(0), pair.rows(1)), (all.to_vec(), all.to_vec()));
    assert_eq!(pair.fetched.len(), 4, "each once: {:?}", pair.fetched);
}

#[test]
fn a_change_is_told_to_those_who_are_connected() {
    let mut pair = Pair::new(&[(2, 5)], &[(2, 5)]);
    pair.sides[0].1 = vec![(2, 6)];
    pair.run(vec![(0, In::Documents(holdings(&[(2, 6)])))]);
    assert_eq!(pair.rows(1), [(2, 6)]);
    assert_eq!(pair.details, 1, "told once, and answered by nothing but the request");
}

#[test]
fn another_edition_of_the_same_version_is_fetched_as_proof() {
    let mut pair = Pair::new(&[(2, 5)], &[(2, 5)]);
    let rows: Delegated = [(UnitId(2), edition(5, 9))].into();
    pair.run(vec![(0, In::Documents(Holdings::new(Editions { chart: edition(1, 1), ..Editions::NONE }, rows)))]);
    assert!(pair.fetched.contains(&(DocumentKind::Subchart(UnitId(2)), Version(5))));
}

#[test]
fn a_refused_directory_of_a_subtree_is_no_offence() {
    let directory: Arc<Directory> = sample::district(2).directory();
    let mut exchange = Exchange::new(Config::of(OfficeId(1)), directory, Editions::NONE, []);
    let peer = OfficeId(2);
    let mut input = |input: In| {
        let mut out = Vec::new();
        exchange.handle(input, NOW, &mut out);
        out
    };
    input(In::PeerUp { peer, rtt_ms: Some(10) });
    let told = Editions { delegated: Some(Short([1; 8])), ..Editions::NONE };
    input(In::Frame { peer, bytes: Frame::Editions(told).encode() });
    let out = input(In::Frame { peer, bytes: Frame::Delegated(vec![(UnitId(2), edition(5, 1))]).encode() });
    assert!(out.iter().any(|out| matches!(out, Out::Send { .. })), "it is asked for");
    let kind = DocumentKind::Subchart(UnitId(2));
    input(In::Frame { peer, bytes: Frame::Piece { kind, version: Version(5), offset: 0, total: 4, bytes: vec![1; 4] }.encode() });
    let out = input(In::DocumentRefused { peer, kind, version: Version(5) });
    assert!(!out.iter().any(|out| matches!(out, Out::Misbehaved { .. })), "the neighbour's chart may be an older one");
    let again = input(In::Frame { peer, bytes: Frame::Delegated(vec![(UnitId(2), edition(5, 1))]).encode() });
    assert!(again.is_empty(), "and it is not asked for again before documents change: {again:?}");
}
