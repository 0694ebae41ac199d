//! One exchange machine with neighbours that are played by hand: honest, mistaken and hostile ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use okrug_protocol::bounds::{MAX_HEADS, MAX_OFFERS, MAX_STREAMS, MAX_UNSETTLED};
use okrug_protocol::clock::Millis;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::exchange::{
    Ask, Config, Edition, Editions, Exchange, Frame, In, Interest, Item, Misbehaviour, Out, Settled, Ticket, answers,
};
use okrug_protocol::frontier::{Digest, HeadOf, Kept, Short};
use okrug_protocol::ids::{Incarnation, LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version};
use proptest::prelude::*;

const ME: OfficeId = OfficeId(1);
const PEER: OfficeId = OfficeId(2);
const OTHER: OfficeId = OfficeId(3);

/// A hundred offices; all read the district and their inbox, nobody reads a unit.
#[derive(Debug)]
struct Hundred;

impl Interest for Hundred {
    fn wants(&self, office: OfficeId, topic: Topic) -> bool {
        topic == Topic::District || topic == Topic::Inbox(office)
    }

    fn knows(&self, office: OfficeId) -> bool {
        (1..=100).contains(&office.0)
    }
}

fn log(incarnation: u32) -> LogId {
    LogId { office: OTHER, incarnation: Incarnation(incarnation), topic: Topic::District, precedence: Precedence::Routine }
}

fn head(incarnation: u32, seq: u64) -> HeadOf {
    HeadOf { log: log(incarnation), seq: Seq(seq), id: Short([1; 8]) }
}

struct Table {
    exchange: Exchange,
    now: Millis,
}

impl Table {
    fn with(heads: &[HeadOf]) -> Self {
        let exchange = Exchange::new(Config::of(ME), Arc::new(Hundred), Editions::NONE, heads.iter().copied());
        let mut table = Self { exchange, now: Millis(1_000_000) };
        for peer in [PEER, OTHER] {
            table.input(In::PeerUp { peer, rtt_ms: Some(10) });
        }
        table
    }

    fn input(&mut self, input: In) -> Vec<Out> {
        let mut out = Vec::new();
        self.exchange.handle(input, self.now, &mut out);
        out
    }

    fn frame(&mut self, peer: OfficeId, frame: &Frame) -> Vec<Out> {
        self.input(In::Frame { peer, bytes: frame.encode() })
    }

    fn heads(&mut self, peer: OfficeId, heads: &[HeadOf]) -> Vec<Out> {
        self.frame(peer, &Frame::Heads { heads: heads.to_vec(), done: false })
    }

    fn range(&mut self, peer: OfficeId, log: LogId, from: u64, count: usize, end: bool) -> Vec<Out> {
        self.frame(peer, &Frame::Range { log, from: Seq(from), entries: vec![vec![7; 100]; count], end })
    }

    /// Lets time pass, waking the machine as it wishes.
    fn pass(&mut self, ms: u64) -> Vec<Out> {
        let mut all = Vec::new();
        for _ in 0..ms / 100 {
            self.now = self.now.plus(100);
            all.extend(self.input(In::Tick));
        }
        all
    }
}

fn asks(out: &[Out], to: OfficeId) -> Vec<Ask> {
    let frames = out.iter().filter_map(|out| match out {
        Out::Send { peer, frame, .. } if *peer == to => Frame::decode(frame).ok(),
        _ => None,
    });
    frames.flat_map(|frame| if let Frame::Asks(asks) = frame { asks } else { Vec::new() }).collect()
}

fn opened(out: &[Out], to: OfficeId) -> Vec<(Item, u64)> {
    asks(out, to).into_iter().filter_map(|ask| if let Ask::Open { item, from, .. } = ask { Some((item, from)) } else { None }).collect()
}

fn appends(out: &[Out]) -> Vec<(Ticket, usize)> {
    out.iter().filter_map(|out| if let Out::Append { ticket, entries, .. } = out { Some((*ticket, entries.len())) } else { None }).collect()
}

fn strikes(out: &[Out]) -> Vec<Misbehaviour> {
    out.iter().filter_map(|out| if let Out::Misbehaved { why, .. } = out { Some(*why) } else { None }).collect()
}

#[test]
fn nobody_is_asked_for_what_it_has_given_up_and_is_asked_from_where_it_holds_on() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 10)]);
    // The ask that is under way is taken back, and what is held no more is no lie.
    let row = Kept { log: log(1), after: Seq(5), to: Seq(10) };
    let out = table.frame(PEER, &Frame::Kept(vec![row]));
    assert!(out.contains(&Out::Keeps { peer: PEER, rows: vec![row] }), "{out:?}");
    assert_eq!(asks(&out, PEER), [Ask::Stop { item: Item::Log(log(1)) }]);
    let out = table.range(PEER, log(1), 1, 0, true);
    assert_eq!((strikes(&out), table.pass(30_000).iter().any(|out| matches!(out, Out::Misbehaved { .. }))), (vec![], false));
    // The beginning comes from the office that wrote it.
    let out = table.heads(OTHER, &[head(1, 10)]);
    assert_eq!((opened(&out, OTHER), opened(&out, PEER)), (vec![(Item::Log(log(1)), 1)], vec![]));
    let out = table.range(OTHER, log(1), 1, 5, true);
    let ticket = appends(&out)[0].0;
    table.input(In::PeerDown { peer: OTHER });
    let out = table.input(In::Settled { ticket, head: Some(head(1, 5)), verdict: Settled::Taken });
    assert_eq!(opened(&out, PEER), [(Item::Log(log(1)), 6)]);
}

#[test]
fn what_is_given_up_here_is_told_and_not_served_and_may_be_fetched_anew() {
    let mut table = Table::with(&[head(1, 10)]);
    let told = |out: &[Out]| {
        let frames = out.iter().filter_map(|out| match out {
            Out::Send { peer: PEER, frame, .. } => Frame::decode(frame).ok(),
            _ => None,
        });
        frames.filter_map(|frame| if let Frame::Kept(rows) = frame { Some(rows) } else { None }).collect::<Vec<_>>()
    };
    let row = Kept { log: log(1), after: Seq(5), to: Seq(10) };
    let out = table.input(In::Kept(vec![(row, Some(head(1, 10)))]));
    assert_eq!(told(&out), [vec![row]]);
    let ask = |from| Frame::Asks(vec![Ask::Open { item: Item::Log(log(1)), from, credit: 1_000 }]);
    let loads = |out: &[Out]| out.iter().any(|out| matches!(out, Out::Load { .. }));
    assert!(!loads(&table.frame(PEER, &ask(5))) && loads(&table.frame(PEER, &ask(6))));
    // A neighbour that comes later hears of it with the hello.
    table.input(In::PeerDown { peer: PEER });
    assert_eq!(told(&table.input(In::PeerUp { peer: PEER, rtt_ms: None })), [vec![row]]);
    // All of it is given up, to be fetched from the one who has it.
    table.heads(OTHER, &[head(1, 10)]);
    let nothing = Kept { log: log(1), after: Seq(0), to: Seq(0) };
    let out = table.input(In::Kept(vec![(nothing, None)]));
    assert_eq!((told(&out), opened(&out, OTHER)), (vec![vec![nothing]], vec![(Item::Log(log(1)), 1)]));
}

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
fn what_two_neighbours_hold_is_asked_of_one() {
    let mut table = Table::with(&[]);
    let first = table.heads(PEER, &[head(1, 10)]);
    let second = table.heads(OTHER, &[head(1, 12)]);
    assert_eq!(opened(&first, PEER), [(Item::Log(log(1)), 1)]);
    assert_eq!(asks(&second, OTHER), []);
}

#[test]
fn a_lost_neighbours_share_is_asked_of_another_from_where_it_stopped() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 10)]);
    table.heads(OTHER, &[head(1, 10)]);
    assert_eq!(appends(&table.range(PEER, log(1), 1, 4, false)), [(Ticket(0), 4)]);
    assert_eq!(opened(&table.input(In::PeerDown { peer: PEER }), OTHER), [(Item::Log(log(1)), 5)]);
}

#[test]
fn a_neighbour_that_gives_nothing_is_not_asked_again_and_another_is() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, u64::MAX)]);
    table.heads(OTHER, &[head(1, 5)]);
    let out = table.range(PEER, log(1), 1, 0, true);
    assert_eq!(strikes(&out), [Misbehaviour::Empty]);
    assert_eq!(opened(&out, OTHER), [(Item::Log(log(1)), 1)]);
    assert_eq!(asks(&table.heads(PEER, &[head(1, 7)]), PEER), []);
}

#[test]
fn a_neighbour_with_a_bad_entry_is_barred_from_that_log_alone() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 5), head(2, 5)]);
    table.heads(OTHER, &[head(1, 5)]);
    table.range(PEER, log(1), 1, 5, true);
    let out = table.input(In::Settled { ticket: Ticket(0), head: None, verdict: Settled::Refused });
    assert_eq!(strikes(&out), [Misbehaviour::BadEntry]);
    assert_eq!(opened(&out, OTHER), [(Item::Log(log(1)), 1)]);
    assert_eq!(opened(&table.heads(PEER, &[head(1, 6), head(3, 1)]), PEER), [(Item::Log(log(3)), 1)]);
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
fn a_head_with_another_id_is_looked_into_once_and_a_fork_freezes_the_log() {
    let mut table = Table::with(&[head(1, 5)]);
    let other = HeadOf { id: Short([9; 8]), ..head(1, 5) };
    let out = table.heads(PEER, &[other]);
    assert_eq!(opened(&out, PEER), [(Item::Log(log(1)), 5)]);
    assert_eq!(asks(&table.heads(PEER, &[other]), PEER), []);
    assert_eq!(appends(&table.range(PEER, log(1), 5, 1, true)), [(Ticket(0), 1)]);
    table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 5)), verdict: Settled::Frozen });
    // Of the others one entry, so that they see that there are two stories; and no more.
    let look = Ask::Open { item: Item::Log(log(1)), from: 5, credit: 1 };
    assert_eq!(asks(&table.heads(OTHER, &[head(1, 9)]), OTHER), [look]);
    table.range(OTHER, log(1), 5, 1, true);
    table.input(In::Settled { ticket: Ticket(1), head: Some(head(1, 5)), verdict: Settled::Frozen });
    assert_eq!(asks(&table.heads(OTHER, &[head(1, 12)]), OTHER), []);
}

#[test]
fn two_stories_are_followed_back_to_where_they_part() {
    let mut table = Table::with(&[head(1, 20)]);
    table.heads(PEER, &[head(1, 30)]);
    table.range(PEER, log(1), 21, 10, true);
    let mut out = table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 20)), verdict: Settled::Refused });
    // They part at 13: up to 12 all is the same, at 13 is the proof.
    let mut places = Vec::new();
    for ticket in 1.. {
        assert_eq!(strikes(&out), [], "it may have been told another story");
        let [(item, at)] = opened(&out, PEER)[..] else { panic!("the search goes on: {out:?}") };
        assert_eq!(item, Item::Log(log(1)));
        // When it is found, the other is asked for its end once more, so that it sees it too.
        if places.last() == Some(&13) {
            assert_eq!(at, 20);
            break;
        }
        places.push(at);
        table.range(PEER, log(1), at, 1, true);
        let verdict = match at.cmp(&13) {
            std::cmp::Ordering::Less => Settled::Taken,
            std::cmp::Ordering::Equal => Settled::Frozen,
            std::cmp::Ordering::Greater => Settled::Refused,
        };
        out = table.input(In::Settled { ticket: Ticket(ticket), head: Some(head(1, 20)), verdict });
    }
    assert_eq!(places, [20, 10, 15, 12, 13]);
}

#[test]
fn who_was_told_another_story_is_not_accused_while_that_is_being_looked_into() {
    let mut table = Table::with(&[head(1, 3)]);
    // It is asked for its fourth; ours comes by gossip before that has settled, and is another.
    table.heads(PEER, &[HeadOf { id: Short([9; 8]), ..head(1, 4) }]);
    assert_eq!(appends(&table.range(PEER, log(1), 4, 1, true)), [(Ticket(0), 1)]);
    let out = table.input(In::Appended { head: head(1, 4), from: None, gossiped: true });
    assert_eq!(opened(&out, PEER), [(Item::Log(log(1)), 4)]);
    // They part before it, so it proves nothing by itself. The search that has begun goes on.
    let out = table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 4)), verdict: Settled::Refused });
    assert_eq!((strikes(&out), asks(&out, PEER)), (vec![], vec![]));
    table.range(PEER, log(1), 4, 1, true);
    let out = table.input(In::Settled { ticket: Ticket(1), head: Some(head(1, 4)), verdict: Settled::Refused });
    assert_eq!((strikes(&out), opened(&out, PEER)), (vec![], vec![(Item::Log(log(1)), 2)]));
}

#[test]
fn two_stories_that_part_after_a_search_found_none_are_looked_into_anew() {
    let mut table = Table::with(&[head(1, 3)]);
    table.heads(PEER, &[head(1, 3)]);
    let open = Frame::Asks(vec![Ask::Open { item: Item::Log(log(1)), from: 3, credit: 1 }]);
    assert_eq!(opened(&table.frame(PEER, &open), PEER), [(Item::Log(log(1)), 3)]);
    table.range(PEER, log(1), 3, 1, true);
    table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 3)), verdict: Settled::Taken });
    assert_eq!(asks(&table.frame(PEER, &open), PEER), [], "it was looked into");
    // Ours grows, and what it has then does not follow.
    table.input(In::Appended { head: head(1, 4), from: None, gossiped: false });
    table.heads(PEER, &[HeadOf { id: Short([9; 8]), ..head(1, 5) }]);
    table.range(PEER, log(1), 5, 1, true);
    let out = table.input(In::Settled { ticket: Ticket(1), head: Some(head(1, 4)), verdict: Settled::Refused });
    assert_eq!((strikes(&out), opened(&out, PEER)), (vec![], vec![(Item::Log(log(1)), 4)]));
    // It is the same there as well, so what does not follow is nothing.
    table.range(PEER, log(1), 4, 1, true);
    let out = table.input(In::Settled { ticket: Ticket(2), head: Some(head(1, 4)), verdict: Settled::Taken });
    assert_eq!(strikes(&out), [Misbehaviour::BadEntry]);
}

#[test]
fn what_a_neighbour_gave_before_it_connected_anew_is_no_answer_to_what_it_was_asked_since() {
    let mut table = Table::with(&[head(1, 20)]);
    let other = HeadOf { id: Short([9; 8]), ..head(1, 20) };
    table.heads(PEER, &[other]);
    assert_eq!(appends(&table.range(PEER, log(1), 20, 1, true)), [(Ticket(0), 1)]);
    table.input(In::PeerUp { peer: PEER, rtt_ms: None });
    assert_eq!(opened(&table.heads(PEER, &[other]), PEER), [(Item::Log(log(1)), 20)]);
    let out = table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 20)), verdict: Settled::Taken });
    assert_eq!((strikes(&out), asks(&out, PEER)), (vec![], vec![]));
}

#[test]
fn who_is_asked_for_what_both_hold_looks_as_well() {
    let mut table = Table::with(&[head(1, 9)]);
    let open = |from| Frame::Asks(vec![Ask::Open { item: Item::Log(log(1)), from, credit: 1 }]);
    assert_eq!(opened(&table.frame(PEER, &open(6)), PEER), [], "it goes on behind its fifth");
    assert_eq!(opened(&table.frame(PEER, &open(5)), PEER), [(Item::Log(log(1)), 5)]);
    // That there is nothing behind the doubt is no offence, nor that it has nothing.
    assert_eq!(strikes(&table.range(PEER, log(1), 5, 0, true)), []);
}

#[test]
fn what_a_liar_began_of_a_document_is_fetched_from_the_start_elsewhere() {
    let mut table = Table::with(&[]);
    let newest = Editions { chart: Edition { version: Version(3), hash: Short([3; 8]) }, ..Editions::NONE };
    let (kind, version) = (DocumentKind::Chart, Version(3));
    let item = Item::Document(kind, version);
    let piece = |offset, total, len| Frame::Piece { kind, version, offset, total, bytes: vec![1; len] };
    assert_eq!(opened(&table.frame(PEER, &Frame::Editions(newest)), PEER), [(item, 0)]);
    table.frame(OTHER, &Frame::Editions(newest));
    // It makes the document longer than it is, says more than there is of it, and goes.
    table.frame(PEER, &piece(0, 5_000, 1_500));
    let out = table.input(In::PeerDown { peer: PEER });
    assert_eq!(opened(&out, OTHER), [(item, 1_500)]);
    // Behind its end an honest neighbour has nothing to give. It is asked for all of it, and not accused.
    let out = table.frame(OTHER, &piece(1_500, 0, 0));
    assert_eq!((opened(&out, OTHER), strikes(&out)), (vec![(item, 0)], vec![]));
    let out = table.frame(OTHER, &piece(0, 1_000, 1_000));
    assert!(matches!(&out[..], [Out::Document { peer: OTHER, bytes, .. }, ..] if bytes.len() == 1_000), "{out:?}");
}

#[test]
fn who_ends_a_document_that_a_liar_began_is_asked_again_when_it_is_refused() {
    let mut table = Table::with(&[]);
    let newest = Editions { chart: Edition { version: Version(3), hash: Short([3; 8]) }, ..Editions::NONE };
    let (kind, version) = (DocumentKind::Chart, Version(3));
    let piece = |offset, len| Frame::Piece { kind, version, offset, total: 1_000, bytes: vec![1; len] };
    table.frame(PEER, &Frame::Editions(newest));
    table.frame(OTHER, &Frame::Editions(newest));
    table.frame(PEER, &piece(0, 400));
    table.input(In::PeerDown { peer: PEER });
    table.frame(OTHER, &piece(400, 600));
    let out = table.input(In::DocumentRefused { peer: OTHER, kind, version });
    assert_eq!((opened(&out, OTHER), strikes(&out)), (vec![(Item::Document(kind, version), 0)], vec![]));
    table.frame(OTHER, &piece(0, 1_000));
    let out = table.input(In::DocumentRefused { peer: OTHER, kind, version });
    assert_eq!((opened(&out, OTHER), strikes(&out)), (vec![], vec![Misbehaviour::BadDocument]), "this was all its own");
}

#[test]
fn who_gives_an_old_document_under_the_number_of_a_newer_one_keeps_nobody_from_the_next() {
    let mut table = Table::with(&[]);
    let kind = DocumentKind::Chart;
    let chart = |version: u32| Edition { version: Version(version), hash: Short([u8::try_from(version).unwrap(); 8]) };
    let held = Editions { chart: chart(1), ..Editions::NONE };
    table.input(In::Documents(held.into()));
    table.frame(PEER, &Frame::Editions(Editions { chart: chart(29), ..held }));
    table.frame(PEER, &Frame::Piece { kind, version: Version(29), offset: 0, total: 100, bytes: vec![1; 100] });
    // It is believed, since it is held.
    let mut struck = Vec::new();
    for input in answers(PEER, kind, Version(29), true, held.into()) {
        let out = table.input(input);
        assert_eq!(asks(&out, PEER), []);
        struck.extend(strikes(&out));
    }
    assert_eq!(struck, [Misbehaviour::BadDocument]);
    let out = table.frame(OTHER, &Frame::Editions(Editions { chart: chart(2), ..held }));
    assert_eq!(opened(&out, OTHER), [(Item::Document(kind, Version(2)), 0)]);
}

#[test]
fn a_neighbour_that_lies_about_an_id_is_counted() {
    let mut table = Table::with(&[head(1, 5)]);
    table.heads(PEER, &[HeadOf { id: Short([9; 8]), ..head(1, 5) }]);
    table.range(PEER, log(1), 5, 1, true);
    let out = table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 5)), verdict: Settled::Taken });
    assert_eq!(strikes(&out), [Misbehaviour::BadEntry]);
}

#[test]
fn after_an_entry_that_does_not_fit_the_head_is_looked_into() {
    let mut table = Table::with(&[head(1, 5)]);
    table.heads(PEER, &[head(1, 6)]);
    table.range(PEER, log(1), 6, 1, true);
    let out = table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 5)), verdict: Settled::Refused });
    assert_eq!(opened(&out, PEER), [(Item::Log(log(1)), 5)]);
}

#[test]
fn what_a_ledger_without_room_could_not_take_is_asked_for_again_later() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 5)]);
    table.range(PEER, log(1), 1, 5, true);
    let out = table.input(In::Settled { ticket: Ticket(0), head: None, verdict: Settled::Later });
    assert_eq!((asks(&out, PEER), strikes(&out)), (vec![], vec![]));
    assert_eq!(opened(&table.pass(4_500), PEER), []);
    assert_eq!(opened(&table.pass(1_000), PEER), [(Item::Log(log(1)), 1)]);
}

#[test]
fn a_silent_neighbour_is_asked_again_ever_more_seldom() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 5)]);
    let minutes: Vec<usize> = (0..5).map(|_| opened(&table.pass(60_000), PEER).len()).collect();
    assert!((3..=8).contains(&minutes[0]), "{minutes:?}");
    assert!((0..=1).contains(&minutes[4]), "{minutes:?}");
}

#[test]
fn more_is_not_asked_for_while_the_ledger_has_its_hands_full() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 1_000_000)]);
    let mut next = 1;
    let mut handed = 0;
    for _ in 0..10_000 {
        table.now = table.now.plus(1);
        let out = table.range(PEER, log(1), next, 200, false);
        handed += appends(&out).len() * 20_000;
        next += 200;
    }
    let limit = usize::try_from(2 * MAX_UNSETTLED).unwrap();
    assert!(handed <= limit, "{handed} bytes for a ledger that answers nothing");
}

#[test]
fn a_log_is_served_to_who_keeps_it_and_to_nobody_else() {
    let unit = LogId { topic: Topic::Unit(UnitId(1)), ..log(1) };
    let mut table = Table::with(&[head(1, 5), HeadOf { log: unit, ..head(1, 5) }]);
    let open = |log| Frame::Asks(vec![Ask::Open { item: Item::Log(log), from: 1, credit: 10_000 }]);
    let loads = |out: &[Out]| out.iter().filter(|out| matches!(out, Out::Load { .. })).count();
    assert_eq!(loads(&table.frame(PEER, &open(log(1)))), 1);
    assert_eq!(loads(&table.frame(PEER, &open(unit))), 0);
    assert_eq!(loads(&table.frame(OTHER, &open(unit))), 1, "its writer may have it back");
}

#[test]
fn beneath_flash_a_thin_link_is_given_a_second_of_its_rate_and_flash_waits_for_none_of_it() {
    let flash = LogId { precedence: Precedence::Flash, ..log(2) };
    let mut table = Table::with(&[head(1, 1_000), HeadOf { log: flash, ..head(2, 1) }]);
    table.input(In::Link { peer: PEER, rtt_ms: Some(100), bytes_per_s: Some(8_000) });
    let open = |log| Frame::Asks(vec![Ask::Open { item: Item::Log(log), from: 1, credit: 1 << 20 }]);
    let mut out = table.frame(PEER, &open(log(1)));
    let mut sent = 0;
    while let Some(Out::Load { peer, log, from, max_bytes, .. }) = out.iter().find(|out| matches!(out, Out::Load { .. })).cloned() {
        out = table.input(In::Loaded { peer, log, from, entries: vec![vec![7; 100]; max_bytes / 100] });
        sent += out.iter().map(|out| if let Out::Send { frame, .. } = out { frame.len() } else { 0 }).sum::<usize>();
    }
    assert!((6_000..=8_200).contains(&sent), "{sent} bytes at once on a link of 8,000 a second");
    let out = table.frame(PEER, &open(flash));
    assert!(out.iter().any(|out| matches!(out, Out::Load { log, .. } if *log == flash)), "flash is read at once");
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

#[test]
fn a_greedy_neighbour_is_served_so_much_at_a_time() {
    let held: Vec<HeadOf> = (0..2_000).map(|i| head(i, 5)).collect();
    let mut table = Table::with(&held);
    let mut greed = 0;
    for i in 0..2_000 {
        let ask = Ask::Open { item: Item::Log(log(i)), from: 1, credit: u32::MAX };
        greed += strikes(&table.frame(PEER, &Frame::Asks(vec![ask]))).len();
    }
    assert!(greed >= 2_000 - MAX_STREAMS - 8, "{greed}");
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
fn a_refused_document_is_not_fetched_again_before_documents_change() {
    let mut table = Table::with(&[]);
    let chart = Edition { version: Version(3), hash: Short([3; 8]) };
    let newer = Frame::Editions(Editions { chart, ..Editions::NONE });
    let item = Item::Document(DocumentKind::Chart, Version(3));
    assert_eq!(opened(&table.frame(PEER, &newer), PEER), [(item, 0)]);
    let piece = Frame::Piece { kind: DocumentKind::Chart, version: Version(3), offset: 0, total: 4, bytes: vec![1; 4] };
    let out = table.frame(PEER, &piece);
    assert!(out.iter().any(|out| matches!(out, Out::Document { bytes, .. } if bytes == &[1; 4])));
    let out = table.input(In::DocumentRefused { peer: PEER, kind: DocumentKind::Chart, version: Version(3) });
    assert_eq!(strikes(&out), [Misbehaviour::BadDocument]);
    assert_eq!(asks(&table.frame(PEER, &newer), PEER), []);
    let charter = Edition { version: Version(1), hash: Short([1; 8]) };
    let out = table.input(In::Documents(Editions { charter, ..Editions::NONE }.into()));
    assert_eq!(opened(&out, PEER), [(item, 0)]);
}

#[test]
fn an_older_document_is_never_fetched_and_another_of_the_same_version_is_as_proof() {
    let mut table = Table::with(&[]);
    let edition = |version, hash| Edition { version: Version(version), hash: Short([hash; 8]) };
    table.input(In::Documents(Editions { chart: edition(3, 3), ..Editions::NONE }.into()));
    let told = |chart| Frame::Editions(Editions { chart, ..Editions::NONE });
    assert_eq!(asks(&table.frame(PEER, &told(edition(2, 2))), PEER), []);
    assert_eq!(asks(&table.frame(PEER, &told(edition(3, 3))), PEER), []);
    assert_eq!(opened(&table.frame(PEER, &told(edition(3, 9))), PEER), [(Item::Document(DocumentKind::Chart, Version(3)), 0)]);
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

// -- hostile neighbours -------------------------------------------------------------------------------

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
