//! Neighbours that give other things, and nothing of what they were asked for.

use crate::table::*;

const LOG: Item = Item::Log(LogId { office: OTHER, incarnation: Incarnation(1), topic: Topic::District, precedence: Precedence::Routine });
/// More than anybody will ever give.
const ENDLESS: u64 = u64::MAX / 2;

/// Two neighbours on lines of eight kilobytes a second.
fn table() -> Table {
    let mut table = Table::with(&[]);
    for peer in [PEER, OTHER] {
        table.input(In::Link { peer, rtt_ms: Some(10), bytes_per_s: Some(8_000) });
    }
    table
}

/// For a second neighbours give a kilobyte each, of other logs.
fn talk_of_other_things(table: &mut Table, others: &[(OfficeId, u32)]) -> Vec<Out> {
    let mut all = table.pass(1_000);
    for (peer, other) in others {
        let held = table.exchange.frontier().seq(&log(*other)).0;
        all.extend(give(table, *peer, *other, held + 1, 12, false));
    }
    all
}

/// Gives entries, which are taken.
fn give(table: &mut Table, peer: OfficeId, of: u32, from: u64, count: usize, end: bool) -> Vec<Out> {
    let mut all = table.range(peer, log(of), from, count, end);
    let last = from + u64::try_from(count).expect("small") - 1;
    for (ticket, _) in appends(&all) {
        all.extend(table.input(In::Settled { ticket, head: Some(head(of, last)), verdict: Settled::Taken }));
    }
    all
}

/// Lets neighbours talk of other things until one of them is asked for the log; says who, from where, and after how many seconds.
fn next_asked(table: &mut Table, others: &[(OfficeId, u32)], most: u64) -> Option<(OfficeId, u64, u64)> {
    (1..=most).find_map(|second| {
        let out = talk_of_other_things(table, others);
        assert_eq!(strikes(&out), []);
        let asked = |peer| opened(&out, peer).into_iter().find(|(item, _)| *item == LOG).map(|(_, from)| (peer, from, second));
        [PEER, OTHER].into_iter().find_map(asked)
    })
}

#[test]
fn what_a_neighbour_withholds_while_it_gives_other_things_is_asked_of_another_and_not_of_it_again() {
    let mut table = table();
    assert_eq!(opened(&table.heads(PEER, &[head(1, 3), head(2, ENDLESS)]), PEER)[0], (LOG, 1));
    assert_eq!(opened(&table.heads(OTHER, &[head(1, 3)]), OTHER), []);
    let asked = next_asked(&mut table, &[(PEER, 2)], 60);
    assert!(matches!(asked, Some((OTHER, 1, 4..))), "{asked:?}");
    give(&mut table, OTHER, 1, 1, 3, true);
    // Of what is written later both tell, while the log waits for another reason.
    table.input(In::Slowed([(OTHER, Slowdown { slow: Slow::All, until: table.now.plus(60_000) })].into()));
    table.heads(PEER, &[head(1, 4)]);
    table.heads(OTHER, &[head(1, 4)]);
    let out = table.input(In::Slowed([].into()));
    assert!(opened(&out, OTHER).contains(&(LOG, 4)) && !opened(&out, PEER).contains(&(LOG, 4)), "{out:?}");
}

#[test]
fn the_only_one_who_has_something_may_take_its_time_and_is_asked_once() {
    let mut table = table();
    table.heads(PEER, &[head(1, 3), head(2, ENDLESS)]);
    assert_eq!(next_asked(&mut table, &[(PEER, 2)], 900), None);
    let out = give(&mut table, PEER, 1, 1, 3, true);
    assert_eq!((appends(&out).len(), strikes(&out)), (1, vec![]));
}

#[test]
fn who_gives_slowly_is_not_left() {
    let mut table = table();
    // It has learnt how short entries are, so that both logs have room.
    table.heads(PEER, &[head(2, 720)]);
    assert_eq!(next_asked(&mut table, &[(PEER, 2)], 60), None);
    assert_eq!(opened(&table.heads(PEER, &[head(1, 20), head(2, ENDLESS)]), PEER)[0], (LOG, 1));
    table.heads(OTHER, &[head(1, 20)]);
    for entry in 1..20 {
        assert_eq!(next_asked(&mut table, &[(PEER, 2)], 3), None, "entry {entry}");
        let out = give(&mut table, PEER, 1, entry, 1, false);
        assert_eq!((appends(&out).len(), strikes(&out)), (1, vec![]));
    }
}

#[test]
fn frames_with_nothing_in_them_are_no_answer() {
    let mut table = table();
    table.heads(PEER, &[head(1, 3)]);
    table.heads(OTHER, &[head(1, 3)]);
    let asked = (0..6).any(|_| {
        table.range(PEER, log(1), 1, 0, false);
        opened(&table.pass(500), OTHER) == [(LOG, 1)]
    });
    assert!(asked, "by its deadline");
}

#[test]
fn between_two_who_withhold_the_asking_goes_to_and_fro_ever_more_seldom() {
    let mut table = table();
    table.heads(PEER, &[head(1, 3), head(2, ENDLESS)]);
    table.heads(OTHER, &[head(1, 3), head(3, ENDLESS)]);
    let turns: Vec<(OfficeId, u64, u64)> = (0..12).filter_map(|_| next_asked(&mut table, &[(PEER, 2), (OTHER, 3)], 3_600)).collect();
    let to: Vec<OfficeId> = turns.iter().map(|turn| turn.0).collect();
    assert_eq!(to, [OTHER, PEER].repeat(6));
    let waits: Vec<u64> = turns.iter().map(|turn| turn.2).collect();
    assert!(waits[11] >= 300 && waits.iter().all(|wait| *wait <= 1_200), "{waits:?}");
}

/// Gives three entries of the log, of which the ledger misses one.
fn give_with_a_gap(table: &mut Table, peer: OfficeId) -> Vec<Out> {
    let mut all = table.range(peer, log(1), 1, 3, true);
    let [(ticket, 3)] = appends(&all)[..] else { panic!("{all:?}") };
    all.extend(table.input(In::Settled { ticket, head: None, verdict: Settled::Gap }));
    all
}

#[test]
fn what_came_with_a_gap_is_asked_of_another() {
    let mut table = table();
    assert_eq!(opened(&table.heads(PEER, &[head(1, 3)]), PEER), [(LOG, 1)]);
    assert_eq!(opened(&table.heads(OTHER, &[head(1, 3)]), OTHER), []);
    let out = give_with_a_gap(&mut table, PEER);
    assert_eq!((opened(&out, PEER), opened(&out, OTHER)), (vec![], vec![(LOG, 1)]));
    assert_eq!((appends(&give(&mut table, OTHER, 1, 1, 3, true)).len(), strikes(&table.pass(60_000))), (1, vec![]));
}

#[test]
fn who_alone_has_what_comes_with_a_gap_is_asked_ever_more_seldom() {
    let mut table = table();
    let mut asked = opened(&table.heads(PEER, &[head(1, 3)]), PEER);
    let mut times = Vec::new();
    for second in 0..600_u32 {
        if asked == [(LOG, 1)] {
            times.push(second);
            let out = give_with_a_gap(&mut table, PEER);
            assert_eq!((opened(&out, PEER), strikes(&out)), (vec![], vec![]), "it may be none of its doing");
        }
        asked = opened(&table.pass(1_000), PEER);
    }
    assert!((8..16).contains(&times.len()) && times[1] - times[0] <= 11, "{times:?}");
    // Once somebody else has it, it is asked there.
    let mut out = table.heads(OTHER, &[head(1, 3)]);
    out.extend(if asked == [(LOG, 1)] { give_with_a_gap(&mut table, PEER) } else { Vec::new() });
    let asks = |out: &Vec<Out>| !opened(out, PEER).is_empty() || !opened(out, OTHER).is_empty();
    let first = std::iter::once(out).chain((0..60).map(|_| table.pass(1_000))).find(asks).unwrap();
    assert_eq!((opened(&first, PEER), opened(&first, OTHER)), (vec![], vec![(LOG, 1)]));
    assert_eq!(appends(&give(&mut table, OTHER, 1, 1, 3, true)).len(), 1);
}
