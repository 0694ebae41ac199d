//! Heads that contradict each other: looked into, and never a reason to accuse who was told another story.

use crate::table::*;

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
fn who_has_connected_anew_before_the_verdict_is_not_accused_and_is_looked_into_again() {
    for verdict in [Settled::Refused, Settled::Withheld] {
        let mut table = Table::with(&[head(1, 1)]);
        let told = HeadOf { id: Short([9; 8]), ..head(1, 2) };
        table.heads(PEER, &[told]);
        assert_eq!(appends(&table.range(PEER, log(1), 2, 1, true)), [(Ticket(0), 1)]);
        // It had a power cut, and has not said yet what it holds.
        let mut out = table.input(In::PeerDown { peer: PEER });
        out.extend(table.input(In::PeerUp { peer: PEER, rtt_ms: Some(10) }));
        out.extend(table.input(In::Settled { ticket: Ticket(0), head: Some(head(1, 1)), verdict }));
        assert_eq!(strikes(&out), []);
        assert_eq!(opened(&table.heads(PEER, &[told]), PEER), [(Item::Log(log(1)), 2)]);
    }
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
