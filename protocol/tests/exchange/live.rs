//! What is new, at once: sent unasked, left to gossip, or held back on a thin link.

use crate::table::*;

#[test]
fn a_neighbour_that_gossip_does_not_reach_is_told_at_once_and_another_is_left_to_gossip() {
    let mut table = Table::with(&[]);
    table.input(In::Hears { peer: PEER, topics: BTreeSet::new() });
    table.input(In::Hears { peer: OTHER, topics: BTreeSet::from([Topic::District]) });
    let mine = HeadOf { log: LogId { office: ME, ..log(1) }, ..head(1, 1) };
    let out = table.input(In::Appended { head: mine, from: None, gossiped: true });
    let told: Vec<OfficeId> = out.iter().filter_map(|out| if let Out::Send { peer, .. } = out { Some(*peer) } else { None }).collect();
    assert_eq!(told, [PEER]);
}

#[test]
fn what_gossip_is_probably_bringing_is_left_to_it_for_a_moment() {
    let mut table = Table::with(&[]);
    let brought = |seq| In::Appended { head: head(1, seq), from: Some(OTHER), gossiped: true };
    table.input(brought(1));
    assert_eq!(asks(&table.heads(PEER, &[head(1, 2)]), PEER), []);
    table.input(brought(2));
    assert_eq!(asks(&table.pass(5_000), PEER), [], "gossip brought it");
    assert_eq!(asks(&table.heads(PEER, &[head(1, 3)]), PEER), []);
    assert_eq!(opened(&table.pass(1_100), PEER), [(Item::Log(log(1)), 3)], "gossip did not bring it");
}

#[test]
fn a_gap_in_gossip_is_asked_for_at_once() {
    let mut table = Table::with(&[]);
    table.input(In::Appended { head: head(1, 1), from: Some(OTHER), gossiped: true });
    assert_eq!(asks(&table.heads(PEER, &[head(1, 2)]), PEER), []);
    let out = table.input(In::Seen { peer: PEER, log: log(1), seq: Seq(3), pending: false });
    assert_eq!(opened(&out, PEER), [(Item::Log(log(1)), 2)]);
}

fn live(incarnation: u32, from: u64, count: usize) -> Frame {
    Frame::Live { log: log(incarnation), from: Seq(from), entries: vec![vec![7; 100]; count] }
}

#[test]
fn live_entries_go_to_the_ledger_where_they_follow_and_are_a_head_where_they_do_not() {
    let mut table = Table::with(&[head(1, 5)]);
    let out = table.frame(PEER, &live(1, 6, 2));
    let (ticket, count) = appends(&out)[0];
    assert_eq!((count, opened(&out, PEER).len()), (2, 0));
    // The next ones follow what is in the ledger's hands; those that were sent before are passed over.
    assert_eq!(appends(&table.frame(PEER, &live(1, 7, 3))).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2]);
    assert!(appends(&table.frame(PEER, &live(1, 6, 2))).is_empty());
    table.input(In::Settled { ticket, head: Some(head(1, 7)), verdict: Settled::Taken });
    let out = table.frame(OTHER, &live(1, 20, 1));
    assert_eq!((appends(&out).len(), opened(&out, OTHER)), (0, vec![(Item::Log(log(1)), 10)]));
    assert!(strikes(&out).is_empty());
    // What is being asked for is not taken twice.
    assert!(appends(&table.frame(PEER, &live(1, 10, 5))).is_empty());
}

#[test]
fn a_copy_is_taken_where_it_follows_and_says_nothing_where_it_does_not() {
    let mut table = Table::with(&[head(1, 5)]);
    let copy = |table: &mut Table, frame: Frame| table.input(In::Copy { peer: PEER, bytes: frame.encode() });
    assert!(copy(&mut table, live(1, 7, 1)).is_empty(), "before its turn, it is not even a head");
    assert!(copy(&mut table, live(1, 5, 1)).is_empty(), "known");
    let out = copy(&mut table, live(1, 6, 1));
    let (ticket, count) = appends(&out)[0];
    assert_eq!((count, strikes(&out).len()), (1, 0));
    // The frame itself comes while the ledger has the copy, and again when it is done.
    assert!(table.frame(PEER, &live(1, 6, 1)).is_empty());
    table.input(In::Settled { ticket, head: Some(head(1, 6)), verdict: Settled::Taken });
    assert!(table.frame(PEER, &live(1, 6, 1)).is_empty());
    assert_eq!(appends(&table.frame(PEER, &live(1, 7, 1))).len(), 1);
    assert!(copy(&mut table, live(1, 7, 1)).is_empty(), "the copy is the later one");
}

#[test]
fn a_neighbour_that_sends_copies_of_anything_else_is_struck_and_a_stranger_is_not_heard() {
    let mut table = Table::with(&[head(1, 5)]);
    let out = table.input(In::Copy { peer: PEER, bytes: Frame::Asks(Vec::new()).encode() });
    assert_eq!(strikes(&out), [Misbehaviour::Unasked]);
    let out = table.input(In::Copy { peer: PEER, bytes: vec![1, 9] });
    assert!(matches!(strikes(&out)[..], [Misbehaviour::Frame(_)]));
    assert!(table.input(In::Copy { peer: OfficeId(900), bytes: live(1, 6, 1).encode() }).is_empty());
    assert!(okrug_protocol::exchange::is_live(&live(1, 6, 1).encode()));
    assert!(!okrug_protocol::exchange::is_live(&Frame::Asks(Vec::new()).encode()));
}

/// A log of ours.
fn ours(seq: u64) -> HeadOf {
    HeadOf { log: LogId { office: ME, ..log(1) }, ..head(1, seq) }
}

/// Lets something be written here, and whatever is then read be read: what the neighbour is sent.
fn written(table: &mut Table, seq: u64) -> Vec<Frame> {
    let out = table.input(In::Appended { head: ours(seq), from: None, gossiped: true });
    read(table, &out, seq)
}

fn read(table: &mut Table, out: &[Out], last: u64) -> Vec<Frame> {
    let mut sent = frames(out);
    for load in out {
        if let Out::Load { peer, log, from, .. } = *load {
            let entries = (from.0..=last).map(|_| vec![7; 400]).collect();
            sent.extend(frames(&table.input(In::Loaded { peer, log, from, entries })));
        }
    }
    sent
}

fn frames(out: &[Out]) -> Vec<Frame> {
    out.iter().filter_map(|out| if let Out::Send { peer: PEER, frame, .. } = out { Frame::decode(frame).ok() } else { None }).collect()
}

fn is_live(sent: &[Frame], seq: u64) -> bool {
    matches!(sent, [Frame::Live { from, entries, .. }] if from.0 == seq && entries.len() == 1)
}

fn direct() -> Table {
    let mut table = Table::with(&[]);
    table.input(In::Hears { peer: PEER, topics: BTreeSet::new() });
    table.input(In::Terms { peer: PEER, direct: true, least: Precedence::Routine });
    table
}

#[test]
fn a_stream_of_messages_goes_at_once_for_ever_though_every_receipt_is_for_the_last_but_one() {
    let mut table = direct();
    for seq in 1..500 {
        assert!(is_live(&written(&mut table, seq), seq), "{seq}");
        if seq % 6 == 0 {
            table.heads(PEER, &[ours(seq - 1)]);
        }
    }
}

#[test]
fn whoever_says_nothing_is_told_heads_and_goes_on_at_once_when_it_has_been_served_what_it_asked_for() {
    let mut table = direct();
    let first = (1..100).find(|seq| !is_live(&written(&mut table, *seq), *seq)).expect("it does not go on for ever");
    assert_eq!(first, 42, "16 KiB without a word back");
    assert!(matches!(&written(&mut table, first + 1)[..], [Frame::Heads { heads, .. }] if heads[..] == [ours(first + 1)]));
    let ask = Ask::Open { item: Item::Log(ours(1).log), from: first, credit: 100_000 };
    let out = table.frame(PEER, &Frame::Asks(vec![ask]));
    let served = read(&mut table, &out, first + 1);
    assert!(matches!(&served[..], [Frame::Range { entries, end: true, .. }] if entries.len() == 2), "{served:?}");
    // It has said how far it is; its word about what it was served comes a round trip later.
    table.heads(PEER, &[ours(first - 1)]);
    assert!(is_live(&written(&mut table, first + 2), first + 2));
}

#[test]
fn a_neighbour_that_floods_with_live_entries_fills_no_memory_and_one_that_sends_nonsense_is_struck() {
    let mut table = Table::with(&[]);
    let mut handed = 0;
    for from in 0..10_000_u64 {
        let entries = vec![vec![7; 250]; 64];
        let out = table.frame(PEER, &Frame::Live { log: log(1), from: Seq(1 + 64 * from), entries });
        handed += appends(&out).len();
    }
    assert!(handed <= okrug_protocol::bounds::MAX_BATCHES, "{handed}");
    assert!(table.exchange.footprint() < 64 << 10);
    let strange = Frame::Live { log: LogId { office: OfficeId(5_000), ..log(1) }, from: Seq(1), entries: vec![vec![7; 10]] };
    assert!(appends(&table.frame(PEER, &strange)).is_empty(), "nobody knows who wrote it");
    let out = table.frame(PEER, &Frame::Live { log: log(2), from: Seq(0), entries: vec![vec![7; 10]] });
    assert_eq!(strikes(&out), [Misbehaviour::Disorder]);
    let out = table.frame(PEER, &Frame::Live { log: log(2), from: Seq(1), entries: Vec::new() });
    assert!(matches!(strikes(&out)[..], [Misbehaviour::Frame(_)]));
}

#[test]
fn what_is_beneath_the_least_precedence_waits_and_goes_when_it_may() {
    let flash = |seq| HeadOf { log: LogId { office: ME, precedence: Precedence::Flash, ..log(1) }, ..head(1, seq) };
    let routine = |seq| HeadOf { log: LogId { office: ME, ..log(1) }, ..head(1, seq) };
    let mut table = Table::with(&[]);
    table.input(In::Hears { peer: PEER, topics: BTreeSet::new() });
    table.input(In::Terms { peer: PEER, direct: false, least: Precedence::Flash });
    let told = |out: &[Out]| {
        let frames = out.iter().filter_map(|out| match out {
            Out::Send { peer: PEER, frame, .. } => Frame::decode(frame).ok(),
            _ => None,
        });
        frames.flat_map(|frame| if let Frame::Heads { heads, .. } = frame { heads } else { Vec::new() }).collect::<Vec<_>>()
    };
    let out = table.input(In::Appended { head: routine(1), from: None, gossiped: false });
    assert_eq!(told(&out), []);
    let out = table.input(In::Appended { head: flash(1), from: None, gossiped: false });
    assert_eq!(told(&out), [flash(1)]);
    assert_eq!(told(&table.pass(600_000)), [], "an hour changes nothing");
    let out = table.heads(PEER, &[head(3, 4)]);
    assert!(opened(&out, PEER).is_empty(), "nothing of it is asked for");
    let ask = Ask::Open { item: Item::Log(routine(1).log), from: 1, credit: 1_000 };
    let out = table.frame(PEER, &Frame::Asks(vec![ask]));
    assert!(!out.iter().any(|out| matches!(out, Out::Load { .. })), "nor served");
    let out = table.input(In::Terms { peer: PEER, direct: false, least: Precedence::Routine });
    assert_eq!(told(&out), [routine(1)]);
    assert_eq!(opened(&out, PEER), [(Item::Log(log(3)), 1)]);
    assert!(out.iter().any(|out| matches!(out, Out::Load { .. })));
}
