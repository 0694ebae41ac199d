//! Who is asked for what, and who is not asked again.

use crate::table::*;

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
fn a_neighbour_that_keeps_young_bodies_back_is_not_asked_again_and_others_are() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 5)]);
    table.heads(OTHER, &[head(1, 5)]);
    table.range(PEER, log(1), 1, 5, true);
    let out = table.input(In::Settled { ticket: Ticket(0), head: None, verdict: Settled::Withheld });
    assert_eq!(strikes(&out), [Misbehaviour::Withholds]);
    assert_eq!(opened(&out, OTHER), [(Item::Log(log(1)), 1)]);
    assert_eq!(opened(&table.heads(PEER, &[head(1, 6)]), PEER), [], "it is not asked in a circle");
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
fn an_office_that_wrote_too_much_is_not_asked_for_until_it_may_go_on_and_then_from_its_next_entry() {
    let mut table = Table::with(&[]);
    table.heads(PEER, &[head(1, 50), head(2, 50)]);
    table.range(PEER, log(1), 1, 5, false);
    let out = table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 3)), verdict: Settled::Slowed });
    assert_eq!(strikes(&out), []);
    let stops = asks(&out, PEER).into_iter().filter(|ask| matches!(ask, Ask::Stop { .. })).count();
    assert_eq!(stops, 2, "of its other log nothing more comes either: {out:?}");
    assert_eq!(opened(&table.pass(600_000), PEER), []);
    let out = table.input(In::Slowed(std::collections::BTreeMap::new()));
    let next = opened(&out, PEER);
    assert_eq!(next.len(), 2);
    assert!(next.contains(&(Item::Log(log(1)), 4)), "{next:?}");
}
