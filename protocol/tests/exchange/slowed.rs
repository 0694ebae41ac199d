//! Neighbours that have written more than the quota are told so, and what they say of us is only shown.

use super::table::*;

const HOUR_MS: u64 = 3_600_000;

/// The words of the machine to a neighbour on its logs that wait.
fn words(out: &[Out], to: OfficeId) -> Vec<Option<(Slow, u32)>> {
    let frames = out.iter().filter_map(|out| match out {
        Out::Send { peer, precedence: Precedence::Flash, frame } if *peer == to => Frame::decode(frame).ok(),
        _ => None,
    });
    frames.filter_map(|frame| if let Frame::Slowed(word) = frame { Some(word) } else { None }).collect()
}

/// What it hands on of a neighbour's word.
fn shown(out: &[Out]) -> Vec<(OfficeId, Option<Slowdown>)> {
    out.iter().filter_map(|out| if let Out::Slows { peer, slowdown } = out { Some((*peer, *slowdown)) } else { None }).collect()
}

fn slowed(table: &Table, office: OfficeId, slow: Slow, for_ms: u64) -> In {
    In::Slowed([(office, Slowdown { slow, until: table.now.plus(for_ms) })].into())
}

fn hello(session: u64) -> Frame {
    Frame::Hello { session, editions: Editions::NONE, digest: Digest([0; 16]) }
}

#[test]
fn who_wrote_too_much_is_told_once_when_it_begins_changes_and_ends_and_nobody_else() {
    let mut table = Table::with(&[]);
    let out = table.input(slowed(&table, PEER, Slow::Common, HOUR_MS));
    assert_eq!((words(&out, PEER), words(&out, OTHER)), (vec![Some((Slow::Common, 3_600))], vec![]));
    table.now = table.now.plus(60_000);
    let out = table.input(slowed(&table, PEER, Slow::Common, HOUR_MS - 30_000));
    assert_eq!(words(&out, PEER), [], "half a minute is no other time");
    let out = table.input(slowed(&table, PEER, Slow::All, HOUR_MS));
    assert_eq!(words(&out, PEER), [Some((Slow::All, 3_600))]);
    let out = table.input(slowed(&table, PEER, Slow::All, 2 * HOUR_MS));
    assert_eq!(words(&out, PEER), [Some((Slow::All, 7_200))]);
    let out = table.input(slowed(&table, OTHER, Slow::All, u64::MAX));
    assert_eq!((words(&out, PEER), words(&out, OTHER)), (vec![None], vec![Some((Slow::All, 172_800))]), "two days at most");
    assert_eq!(words(&table.input(In::Slowed([].into())), OTHER), [None]);
    assert_eq!(words(&table.input(In::Slowed([].into())), OTHER), []);
}

#[test]
fn it_is_said_again_behind_each_hello_with_the_time_that_is_left() {
    let mut table = Table::with(&[]);
    table.input(slowed(&table, PEER, Slow::All, HOUR_MS));
    table.now = table.now.plus(600_000);
    for input in [In::PeerUp { peer: PEER, rtt_ms: None }, In::Interest(Arc::new(Hundred))] {
        let out = table.input(input);
        let frames: Vec<Frame> = out
            .iter()
            .filter_map(|out| match out {
                Out::Send { peer: PEER, frame, .. } => Frame::decode(frame).ok(),
                _ => None,
            })
            .collect();
        assert!(matches!(frames[..], [Frame::Hello { .. }, Frame::Slowed(Some((Slow::All, 3_000)))]), "{frames:?}");
    }
    // It began anew on a connection that stands: after its hello it knows nothing.
    table.frame(PEER, &hello(1));
    assert_eq!(words(&table.frame(PEER, &hello(2)), PEER), [Some((Slow::All, 3_000))]);
    table.now = table.now.plus(HOUR_MS);
    let out = table.input(In::PeerUp { peer: PEER, rtt_ms: None });
    assert_eq!(words(&out, PEER), [], "it is over");
}

#[test]
fn where_no_quota_slows_anybody_nothing_is_said() {
    let mut table = Table::with(&[head(1, 3)]);
    let mut out = table.input(In::PeerUp { peer: PEER, rtt_ms: None });
    out.extend(table.input(In::Slowed([].into())));
    out.extend(table.frame(PEER, &hello(1)));
    out.extend(table.frame(PEER, &hello(2)));
    out.extend(table.input(In::Interest(Arc::new(Hundred))));
    out.extend(table.input(In::PeerDown { peer: PEER }));
    assert!(!out.is_empty());
    assert_eq!((words(&out, PEER), shown(&out)), (vec![], vec![]));
}

#[test]
fn a_neighbours_word_is_handed_on_when_it_changes_and_ends_with_its_connection() {
    let mut table = Table::with(&[]);
    let word = |for_s| Frame::Slowed(Some((Slow::Common, for_s)));
    let until = Some(Slowdown { slow: Slow::Common, until: table.now.plus(HOUR_MS) });
    assert_eq!(shown(&table.frame(PEER, &word(3_600))), [(PEER, until)]);
    assert_eq!(shown(&table.frame(PEER, &word(3_590))), []);
    assert_eq!(shown(&table.frame(PEER, &Frame::Slowed(None))), [(PEER, None)]);
    assert_eq!(shown(&table.frame(PEER, &Frame::Slowed(None))), []);
    table.frame(PEER, &word(3_600));
    assert_eq!(shown(&table.input(In::PeerUp { peer: PEER, rtt_ms: None })), [(PEER, None)], "a new connection");
    table.frame(PEER, &hello(1));
    table.frame(PEER, &word(3_600));
    assert_eq!(shown(&table.frame(PEER, &hello(2))), [(PEER, None)], "it began anew");
    table.frame(PEER, &word(3_600));
    assert_eq!(shown(&table.input(In::PeerDown { peer: PEER })), [(PEER, None)]);
    assert_eq!(shown(&table.input(In::PeerDown { peer: PEER })), []);
}

#[test]
fn a_neighbour_that_changes_its_word_all_the_time_has_said_nothing_and_none_changes_what_is_sent() {
    let entry = HeadOf { log: LogId { office: ME, ..log(1) }, ..head(1, 9) };
    let (mut liar, mut quiet) = (Table::with(&[entry]), Table::with(&[entry]));
    for table in [&mut liar, &mut quiet] {
        table.input(In::Terms { peer: PEER, direct: true, least: Precedence::Routine });
    }
    let (mut said, mut longest) = (0, 0);
    for n in 0..10_000_u32 {
        let word = (n % 3 > 0).then_some((if n % 3 == 1 { Slow::Common } else { Slow::All }, 1 + n % 170_000));
        let out = liar.frame(PEER, &Frame::Slowed(word));
        let news = shown(&out);
        assert_eq!((out.len(), strikes(&out)), (news.len(), vec![]));
        said += news.len();
        longest = longest.max(liar.exchange.footprint());
    }
    assert!((16..=32).contains(&said), "{said} times within a moment");
    assert_eq!(longest, quiet.exchange.footprint());
    let mut later = 0;
    for n in 0..600_u32 {
        (liar.now, quiet.now) = (liar.now.plus(1_000), quiet.now.plus(1_000));
        later += shown(&liar.frame(PEER, &Frame::Slowed(Some((if n % 2 == 0 { Slow::Common } else { Slow::All }, 9_000))))).len();
    }
    assert!((10..=20).contains(&later), "{later} times in ten minutes");
    liar.frame(PEER, &Frame::Slowed(Some((Slow::All, 172_800))));
    let ask = Frame::Asks(vec![Ask::Open { item: Item::Log(entry.log), from: 1, credit: 9_000 }]);
    let new = HeadOf { seq: Seq(10), ..entry };
    assert_eq!(liar.input(In::Tick), quiet.input(In::Tick));
    assert_eq!(liar.frame(PEER, &ask), quiet.frame(PEER, &ask));
    let appended = || In::Appended { head: new, from: None, gossiped: false };
    let (after, before) = (liar.input(appended()), quiet.input(appended()));
    assert!(!before.is_empty());
    assert_eq!(after, before);
}
