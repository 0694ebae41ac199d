//! What is given to whom, and how fast.

use crate::table::*;

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
