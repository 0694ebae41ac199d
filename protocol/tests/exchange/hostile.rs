//! Frames of chance, claims without end, and what was never asked for.

use crate::table::*;

#[test]
fn heads_that_no_number_can_add_up_are_counted_as_much_and_no_more() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, u64::MAX), head(2, u64::MAX)]);
    let coming: Vec<_> = table.exchange.coming().filter(|(peer, ..)| *peer == PEER).collect();
    assert_eq!(coming.iter().map(|(_, entries, ..)| *entries).collect::<Vec<_>>(), [u64::MAX]);
}

#[test]
fn entries_that_nobody_asked_for_reach_no_ledger_and_are_counted() {
    let mut table = Table::with(&[]);
    let mut counted = 0;
    for i in 0..2_000 {
        let out = table.range(PEER, log(i), 1, 10, false);
        assert_eq!(appends(&out), []);
        counted += strikes(&out).len();
    }
    assert!(counted > 900, "what exceeds that which may have been under way is counted: {counted}");
}

#[test]
fn a_neighbour_that_compares_without_end_is_not_answered_without_end() {
    let mut table = Table::with(&[head(1, 5)]);
    let hello = Frame::Hello { session: 1, editions: Editions::NONE, digest: Digest([9; 16]) };
    let mut answers = 0;
    for session in 0..200 {
        let Frame::Hello { editions, digest, .. } = hello else { panic!("a hello") };
        let out = table.frame(PEER, &Frame::Hello { session, editions, digest });
        answers += out.iter().filter(|out| matches!(out, Out::Send { .. })).count();
    }
    assert!(answers <= 40, "{answers} answers to 200 hellos");
}

#[test]
fn claims_of_logs_without_number_are_bounded_and_an_honest_neighbour_is_still_heard() {
    let mut table = Table::with(&[]);
    for page in 0..50_u32 {
        let heads: Vec<HeadOf> = (0..4_000).map(|i| head(page * 4_000 + i, 5)).collect();
        table.heads(PEER, &heads);
    }
    assert!(table.exchange.footprint() <= 4 * 48 * MAX_OFFERS, "{} bytes", table.exchange.footprint());
    assert_eq!(opened(&table.heads(OTHER, &[head(1_000_000, 5)]), OTHER).len(), 1);
}

fn any_log() -> impl Strategy<Value = LogId> {
    let topic = prop_oneof![Just(Topic::District), (0..5_u32).prop_map(|o| Topic::Inbox(OfficeId(o))), Just(Topic::Unit(UnitId(1)))];
    (0..5_u32, 0..3_u32, topic, 0..3_usize).prop_map(|(office, incarnation, topic, precedence)| LogId {
        office: OfficeId(office),
        incarnation: Incarnation(incarnation),
        topic,
        precedence: Precedence::ALL[precedence],
    })
}

fn any_seq() -> impl Strategy<Value = u64> {
    prop_oneof![0..20_u64, Just(u64::MAX), Just(u64::MAX - 1), any::<u64>()]
}

fn any_item() -> impl Strategy<Value = Item> {
    prop_oneof![
        any_log().prop_map(Item::Log),
        (0..4_usize, 0..4_u32).prop_map(|(kind, v)| Item::Document(DocumentKind::ALL[kind], Version(v)))
    ]
}

fn any_ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        (any_item(), any_seq(), any::<u32>()).prop_map(|(item, from, credit)| Ask::Open { item, from, credit }),
        (any_item(), any::<u32>()).prop_map(|(item, credit)| Ask::More { item, credit }),
        any_item().prop_map(|item| Ask::Stop { item }),
    ]
}

fn any_head() -> impl Strategy<Value = HeadOf> {
    (any_log(), any_seq(), 0..3_u8).prop_map(|(log, seq, id)| HeadOf { log, seq: Seq(seq), id: Short([id; 8]) })
}

fn any_editions() -> impl Strategy<Value = Editions> {
    let edition = || (0..4_u32, 0..3_u8).prop_map(|(version, hash)| Edition { version: Version(version), hash: Short([hash; 8]) });
    let delegated = prop::option::of(any::<u8>().prop_map(|d| Short([d; 8])));
    (edition(), edition(), edition(), edition(), delegated).prop_map(|(revocations, charter, chart, bootstrap, delegated)| Editions {
        revocations,
        charter,
        chart,
        bootstrap,
        delegated,
    })
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let topics = prop::collection::vec((0..5_u32, any::<u8>()).prop_map(|(o, d)| (Topic::Inbox(OfficeId(o)), Digest([d; 16]))), 0..4);
    let entries = prop::collection::vec(prop::collection::vec(any::<u8>(), 1..50), 0..5);
    let piece = (0..4_usize, 0..4_u32, 0..20_u32, 0..40_u32, prop::collection::vec(any::<u8>(), 0..20));
    prop_oneof![
        (0..3_u64, any_editions(), any::<u8>()).prop_map(|(session, editions, d)| Frame::Hello {
            session,
            editions,
            digest: Digest([d; 16])
        }),
        any_editions().prop_map(Frame::Editions),
        (topics, any::<bool>()).prop_map(|(topics, last)| Frame::Topics { topics, last }),
        (prop::collection::vec(any_head(), 0..6), any::<bool>()).prop_map(|(heads, done)| Frame::Heads { heads, done }),
        prop::collection::vec(any_ask(), 0..6).prop_map(Frame::Asks),
        (any_log(), any_seq(), entries, any::<bool>()).prop_map(|(log, from, entries, end)| Frame::Range {
            log,
            from: Seq(from),
            entries,
            end
        }),
        piece.prop_map(|(kind, version, offset, total, bytes)| Frame::Piece {
            kind: DocumentKind::ALL[kind],
            version: Version(version),
            offset,
            total,
            bytes,
        }),
        prop::collection::vec((0..4_u32, 0..4_u32, 0..3_u8), 0..5).prop_map(|rows| {
            let row = |(unit, version, hash)| (UnitId(unit), Edition { version: Version(version), hash: Short([hash; 8]) });
            Frame::Delegated(rows.into_iter().map(row).collect())
        }),
        prop::collection::vec((any_log(), any_seq(), 0..9_u64), 0..5).prop_map(|rows| {
            let row = |(log, after, more)| Kept { log, after: Seq(after), to: Seq(after.saturating_add(more)) };
            Frame::Kept(rows.into_iter().map(row).collect())
        }),
    ]
}

/// Answers outputs as a node might, with whatever verdict chance has chosen.
fn answer(table: &mut Table, out: Vec<Out>, chance: &[u8], at: &mut usize) {
    let mut waiting = out;
    for _ in 0..50 {
        let Some(next) = waiting.pop() else { return };
        *at += 1;
        let luck = chance.get(*at % chance.len().max(1)).copied().unwrap_or(0);
        let verdicts = [Settled::Taken, Settled::Pending, Settled::Gap, Settled::Refused, Settled::Frozen, Settled::Later];
        let input = match next {
            Out::Append { ticket, log, entries, .. } => {
                let head = HeadOf { log, seq: Seq(u64::try_from(entries.len()).expect("small")), id: Short([luck; 8]) };
                let verdict = verdicts[usize::from(luck) % verdicts.len()];
                In::Settled { ticket, head: (luck > 100).then_some(head), verdict }
            }
            Out::Load { peer, log, from, .. } => In::Loaded { peer, log, from, entries: vec![vec![1; 10]; usize::from(luck % 4)] },
            Out::LoadDocument { peer, kind, version, offset, .. } => {
                let bytes = vec![1; usize::from(luck % 4)];
                In::DocumentLoaded { peer, kind, version, offset, total: u32::from(luck), bytes }
            }
            Out::Document { peer, kind, version, .. } => In::DocumentRefused { peer, kind, version },
            _ => continue,
        };
        waiting.extend(table.input(input));
    }
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic_and_leave_nothing_behind(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0..8_u8) {
        let mut table = Table::with(&[head(1, 5)]);
        let before = table.exchange.footprint();
        table.input(In::Frame { peer: PEER, bytes: bytes.clone() });
        let framed: Vec<u8> = [1, kind].into_iter().chain(bytes).collect();
        table.input(In::Frame { peer: PEER, bytes: framed });
        prop_assert!(table.exchange.footprint() <= before + 64 * 300);
    }

    #[test]
    fn any_order_of_any_frames_never_panics_and_keeps_memory_bounded(
        frames in prop::collection::vec((any_frame(), 0..2_000_u64, any::<bool>()), 1..60),
        chance in prop::collection::vec(any::<u8>(), 1..50),
    ) {
        let mut table = Table::with(&[head(0, 5), head(1, 5)]);
        let mut at = 0;
        let mut said = BTreeSet::new();
        for (frame, ms, from_peer) in frames {
            table.now = table.now.plus(ms);
            let mut out = table.frame(if from_peer { PEER } else { OTHER }, &frame);
            out.extend(table.input(In::Tick));
            for out in &out {
                if let Out::Send { frame, .. } = out {
                    prop_assert!(Frame::decode(frame).is_ok(), "what we send is a frame");
                }
                if let Out::Append { ticket, .. } = out {
                    prop_assert!(said.insert(*ticket), "a ticket names one batch");
                }
            }
            answer(&mut table, out, &chance, &mut at);
        }
        prop_assert!(table.exchange.footprint() <= 200_000, "{} bytes", table.exchange.footprint());
    }
}

#[test]
fn a_page_of_heads_has_a_bound() {
    let heads: Vec<HeadOf> = (0..=u32::try_from(MAX_HEADS).unwrap()).map(|i| head(i, 1)).collect();
    assert!(Frame::decode(&Frame::Heads { heads, done: true }.encode()).is_err());
}
