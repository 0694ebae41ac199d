//! Whole districts of exchange machines in virtual time: what always holds, and what it costs at most.

use okrug_protocol::bounds::MAX_GOSSIP_BYTES;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq, Topic, UnitId, Version};
use okrug_protocol::sim::{LinkPlan, Plan, Report, Sim, Topology};

const A: OfficeId = OfficeId(1);
const B: OfficeId = OfficeId(2);
const C: OfficeId = OfficeId(3);
const UNIT: Topic = Topic::Unit(UnitId(1));
const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

fn routine(sim: &mut Sim, office: OfficeId, count: u32) -> LogId {
    sim.write(office, Topic::District, Precedence::Routine, count, 400)
}

/// What was spent since `before`.
fn since(sim: &Sim, before: Report) -> Report {
    let now = sim.report();
    Report { frames: now.frames - before.frames, bytes: now.bytes - before.bytes, duplicates: now.duplicates - before.duplicates, ..now }
}

#[test]
fn an_idle_network_sends_nothing() {
    for topology in [Topology::Mesh, Topology::Line, Topology::Star, Topology::Ring, Topology::Random { degree: 4 }] {
        let mut sim = Sim::new(Plan::new(1, 8, topology));
        routine(&mut sim, A, 10);
        assert!(sim.settle(MINUTE).is_some());
        sim.run(MINUTE);
        let before = sim.report();
        sim.run(24 * HOUR);
        assert_eq!(since(&sim, before).frames, 0, "{topology:?}");
    }
}

#[test]
fn a_new_connection_between_equals_costs_two_frames() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line));
    for office in [A, B] {
        routine(&mut sim, office, 50);
    }
    sim.run(MINUTE);
    let before = sim.report();
    sim.cut(A, B);
    sim.heal(A, B);
    sim.run(MINUTE);
    let cost = since(&sim, before);
    assert_eq!(cost.frames, 2);
    assert!(cost.bytes <= 2 * 80, "{} bytes", cost.bytes);
}

#[test]
fn gossip_serves_and_the_exchange_only_receipts() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line));
    sim.run(1_000);
    let before = sim.report();
    let mut log = None;
    for _ in 0..100 {
        log = Some(routine(&mut sim, A, 1));
        sim.run(1_000);
    }
    sim.run(MINUTE);
    let cost = since(&sim, before);
    assert_eq!((cost.duplicates, cost.rounds), (0, 0), "nothing is fetched that gossip brought");
    // A receipt for every four seconds of talk, and not 30 bytes each.
    assert!(cost.frames <= 26, "{} frames", cost.frames);
    assert!(cost.bytes <= 26 * 30, "{} bytes", cost.bytes);
    assert_eq!(sim.receipt(A, B, &log.unwrap()), Seq(100));
}

#[test]
fn in_the_plain_case_no_entry_is_asked_for_twice() {
    for topology in [Topology::Mesh, Topology::Line, Topology::Star, Topology::Ring, Topology::Random { degree: 4 }] {
        let mut sim = Sim::new(Plan::new(2, 8, topology).gossip(None));
        for office in 1..=8 {
            routine(&mut sim, OfficeId(office), 40);
            sim.run(500);
        }
        assert!(sim.settle(MINUTE).is_some(), "{topology:?}");
        sim.run(MINUTE);
        let report = sim.report();
        assert_eq!((report.duplicates, report.misbehaved), (0, 0), "{topology:?}");
        assert_eq!(report.delivered, 8 * 7 * 40);
    }
}

#[test]
fn everything_arrives_whatever_gossip_loses() {
    for (seed, loss) in [(1, 0), (2, 10), (3, 50), (4, 90), (5, 100)] {
        for topology in [Topology::Mesh, Topology::Line, Topology::Random { degree: 3 }] {
            let mut sim = Sim::new(Plan::new(seed, 7, topology).over(LinkPlan::WAN).gossip(Some(loss)));
            for round in 0..20 {
                routine(&mut sim, OfficeId(1 + round % 7), 3);
                sim.run(700);
            }
            assert!(sim.settle(2 * MINUTE).is_some(), "{loss} % on {topology:?}");
            assert_eq!(sim.report().misbehaved, 0);
        }
    }
}

#[test]
fn what_gossip_loses_at_the_end_is_noticed_within_two_delays_and_fetched_once() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).gossip(Some(100)));
    sim.run(1_000);
    routine(&mut sim, A, 5);
    let took = sim.settle(MINUTE).unwrap();
    assert!((3_000..3_100).contains(&took), "{took} ms");
    assert_eq!((sim.report().rounds, sim.report().duplicates), (1, 0));
    sim.run(10_000);
    routine(&mut sim, A, 5);
    let took = sim.settle(MINUTE).unwrap();
    assert!((12_000..12_100).contains(&took), "no silence before it: {took} ms");
}

#[test]
fn flash_that_gossip_loses_is_noticed_within_a_second() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).gossip(Some(100)));
    sim.run(1_000);
    sim.write(A, Topic::District, Precedence::Flash, 1, 400);
    assert!(sim.settle(MINUTE).unwrap() <= 1_050);
}

#[test]
fn what_is_too_long_for_gossip_is_told_at_once() {
    let mut sim = Sim::new(Plan::new(1, 3, Topology::Line));
    sim.run(1_000);
    sim.write(A, Topic::District, Precedence::Routine, 1, MAX_GOSSIP_BYTES + 1);
    assert!(sim.settle(MINUTE).unwrap() < 100);
}

#[test]
fn a_carrier_passes_on_what_it_does_not_read() {
    for gossip in [Some(0), Some(100), None] {
        let mut sim = Sim::new(Plan::new(1, 3, Topology::Line).gossip(gossip));
        sim.readers(UNIT, [A, C]);
        sim.carrier(B);
        let log = sim.write(A, UNIT, Precedence::Routine, 20, 400);
        assert!(sim.settle(MINUTE).is_some());
        assert_eq!((sim.held(B, &log), sim.held(C, &log)), (Seq(20), Seq(20)));
    }
}

#[test]
fn who_does_not_read_a_topic_and_does_not_carry_it_gets_nothing_of_it() {
    let mut sim = Sim::new(Plan::new(1, 3, Topology::Mesh).gossip(None));
    sim.readers(UNIT, [A, C]);
    let unit = sim.write(A, UNIT, Precedence::Routine, 20, 400);
    let inbox = sim.write(A, Topic::Inbox(C), Precedence::Routine, 5, 400);
    assert!(sim.settle(MINUTE).is_some());
    sim.run(HOUR);
    assert_eq!((sim.held(B, &unit), sim.held(B, &inbox)), (Seq(0), Seq(0)));
    assert_eq!((sim.held(C, &unit), sim.held(C, &inbox)), (Seq(20), Seq(5)));
}

#[test]
fn two_halves_that_both_wrote_are_one_again_when_healed() {
    let mut sim = Sim::new(Plan::new(3, 10, Topology::Mesh).over(LinkPlan::WAN));
    let half: Vec<OfficeId> = (1..=5).map(OfficeId).collect();
    sim.split(&half);
    for office in 1..=10 {
        routine(&mut sim, OfficeId(office), 30);
    }
    sim.run(MINUTE);
    assert!(!sim.is_settled());
    let before = sim.report();
    sim.heal_all();
    let took = sim.settle(MINUTE).unwrap();
    // Hello, topics, heads, the rest of the heads, asks, ranges: a few round trips of 40 ms.
    assert!(took <= 400, "{took} ms");
    sim.run(MINUTE);
    let cost = since(&sim, before);
    let fetched = 10 * 5 * 30 * 410;
    assert!(cost.bytes <= fetched + 25 * 3_000, "{} bytes for {fetched}", cost.bytes);
    assert_eq!((cost.duplicates, cost.misbehaved), (0, 0));
}

#[test]
fn an_office_that_was_off_catches_up_without_a_round_trip_for_every_range() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).over(LinkPlan { bytes_per_s: None, ..LinkPlan::WAN }));
    sim.switch_off(B);
    routine(&mut sim, A, 20_000);
    sim.switch_on(B);
    let took = sim.settle(HOUR).unwrap();
    // 79 ranges of 256 entries would be 3 s at one round trip each.
    assert!(took <= 1_000, "{took} ms");
    let report = sim.report();
    assert!(report.rounds <= 40, "{} asks", report.rounds);
    assert!(report.bytes <= 20_000 * 403 + 10_000, "{} bytes", report.bytes);
}

#[test]
fn an_office_that_joins_fetches_hundreds_of_logs_side_by_side() {
    let mut sim = Sim::new(Plan::new(1, 121, Topology::Star).over(LinkPlan::WAN));
    let newcomer = OfficeId(121);
    sim.switch_off(newcomer);
    for office in 2..=120 {
        routine(&mut sim, OfficeId(office), 5);
    }
    sim.run(MINUTE);
    let before = sim.report();
    sim.switch_on(newcomer);
    let took = sim.settle(HOUR).unwrap();
    assert!(took <= 700, "{took} ms");
    assert!(since(&sim, before).bytes <= 119 * (5 * 403 + 80), "{} bytes", since(&sim, before).bytes);
}

#[test]
fn a_thin_link_is_filled_whether_its_rate_is_known_or_not() {
    for rate_is_known in [true, false] {
        let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).over(LinkPlan { rate_is_known, ..LinkPlan::THIN }));
        sim.switch_off(B);
        routine(&mut sim, A, 500);
        sim.switch_on(B);
        let took = sim.settle(HOUR).unwrap();
        let least = 500 * 402 / 8;
        assert!(took <= least * 11 / 10, "{took} ms for {least}, known: {rate_is_known}");
    }
}

#[test]
fn a_long_thin_link_is_filled_too_although_an_answer_takes_longer_than_what_is_asked_for_at_once() {
    for latency_ms in [300, 1_000, 2_250] {
        let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).over(LinkPlan { latency_ms, ..LinkPlan::BRANCH }));
        sim.switch_off(B);
        routine(&mut sim, A, 1_000);
        sim.switch_on(B);
        let took = sim.settle(HOUR).unwrap();
        let least = 1_000 * 402 / 8;
        // Hello, heads, asks, and one round trip in which the line is found not to be a slower one.
        let begin = 2 * 2 * latency_ms + 2 * latency_ms;
        assert!(took <= least * 100 / 90 + begin, "{took} ms for {least}, {latency_ms} ms one way");
        assert_eq!(sim.report().duplicates, 0);
    }
}

#[test]
fn flash_overtakes_a_routine_backlog_on_a_thin_link() {
    for rate_is_known in [true, false] {
        let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).gossip(None).over(LinkPlan { rate_is_known, ..LinkPlan::THIN }));
        sim.switch_off(B);
        let backlog = routine(&mut sim, A, 1_000);
        sim.switch_on(B);
        sim.run(10_000);
        let before = sim.report().time_ms;
        let flash = sim.write(A, Topic::District, Precedence::Flash, 1, 400);
        sim.settle(HOUR).unwrap();
        let waited = sim.arrival(B, &flash, Seq(1)).unwrap() - before;
        // Head, ask and entry cross a link of 100 ms, each behind one frame that has already begun.
        assert!(waited <= 1_300, "{waited} ms, known: {rate_is_known}");
        assert!(sim.arrival(B, &backlog, Seq(1_000)).unwrap() > before + 30_000);
    }
}

#[test]
fn a_silent_neighbour_is_replaced_by_another_that_has_the_same() {
    let mut sim = Sim::new(Plan::new(1, 3, Topology::Mesh).gossip(None).over(LinkPlan::WAN));
    sim.switch_off(C);
    routine(&mut sim, A, 20_000);
    sim.run(MINUTE);
    sim.switch_on(C);
    sim.run(500);
    assert!(!sim.is_settled());
    sim.mute(A, true);
    let took = sim.settle(HOUR).unwrap();
    assert!(took <= 12_000, "{took} ms");
    let wasted = sim.report().duplicates;
    assert!(wasted <= 5_000, "{wasted} entries were fetched twice");
}

#[test]
fn a_slow_neighbour_is_replaced_by_a_faster_one() {
    let mut sim = Sim::new(Plan::new(1, 3, Topology::Mesh).gossip(None));
    sim.relink(A, C, LinkPlan { rate_is_known: false, bytes_per_s: Some(1_000), ..LinkPlan::THIN });
    sim.switch_off(C);
    routine(&mut sim, A, 2_000);
    sim.run(MINUTE);
    sim.cut(B, C);
    sim.switch_on(C);
    sim.cut(B, C);
    sim.run(5_000);
    sim.heal(B, C);
    let took = sim.settle(HOUR).unwrap();
    assert!(took <= MINUTE, "{took} ms; over the slow link alone it takes 13 minutes");
}

#[test]
fn a_lost_neighbour_is_replaced_at_once() {
    let mut sim = Sim::new(Plan::new(1, 3, Topology::Mesh).gossip(None).over(LinkPlan::WAN));
    sim.switch_off(C);
    routine(&mut sim, A, 20_000);
    sim.run(MINUTE);
    sim.switch_on(C);
    sim.run(500);
    sim.cut(A, C);
    assert!(sim.settle(HOUR).unwrap() <= 8_000);
}

#[test]
fn restarts_lose_nothing_and_repeat_nothing_that_was_durable() {
    let mut sim = Sim::new(Plan::new(4, 5, Topology::Ring).over(LinkPlan::WAN));
    for round in 0..20 {
        routine(&mut sim, OfficeId(1 + round % 5), 20);
        sim.run(200);
        let victim = OfficeId(1 + (round * 3) % 5);
        sim.switch_off(victim);
        sim.run(100);
        sim.switch_on(victim);
    }
    assert!(sim.settle(MINUTE).is_some());
    let report = sim.report();
    assert_eq!((report.misbehaved, report.delivered), (0, 20 * 20 * 4));
    assert!(report.duplicates <= report.delivered / 20, "{} duplicates", report.duplicates);
}

#[test]
fn a_restart_that_nobody_noticed_loses_nothing() {
    let mut sim = Sim::new(Plan::new(5, 4, Topology::Ring).over(LinkPlan::WAN).gossip(None));
    for round in 0..12 {
        routine(&mut sim, OfficeId(1 + round % 4), 50);
        sim.run(45);
        sim.restart_unnoticed(OfficeId(1 + (round * 3) % 4));
        sim.run(100);
    }
    assert!(sim.settle(MINUTE).is_some());
    assert_eq!(sim.report().misbehaved, 0);
    let before = sim.report();
    sim.run(HOUR);
    let later = since(&sim, before);
    assert!(later.frames <= 60, "{} frames afterwards", later.frames);
}

#[test]
fn documents_spread_to_everybody_and_cross_each_office_once() {
    let mut sim = Sim::new(Plan::new(1, 6, Topology::Mesh).over(LinkPlan::WAN));
    let len = 300_000;
    sim.publish(A, DocumentKind::Chart, Version(1), len);
    sim.publish(A, DocumentKind::Revocations, Version(1), 1_000);
    sim.run(MINUTE);
    for office in 1..=6 {
        assert_eq!(sim.version(OfficeId(office), DocumentKind::Chart), Version(1));
        assert_eq!(sim.version(OfficeId(office), DocumentKind::Revocations), Version(1));
    }
    let payload = sim.report().payload_bytes;
    assert!(payload <= 5 * 302_000, "{payload} bytes for five copies of {len}");
}

#[test]
fn charters_are_fetched_one_after_the_other() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line));
    sim.switch_off(B);
    for version in 1..=5 {
        sim.publish(A, DocumentKind::Charter, Version(version), 500);
    }
    sim.switch_on(B);
    sim.run(1_000);
    assert_eq!(sim.version(B, DocumentKind::Charter), Version(5));
    assert_eq!(sim.report().misbehaved, 0);
}

#[test]
fn the_largest_document_gets_through_a_thin_link_that_breaks_every_minute() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).over(LinkPlan::THIN));
    let len = 2_000_000;
    sim.publish(A, DocumentKind::Chart, Version(1), len);
    for _ in 0..6 {
        sim.run(MINUTE);
        sim.cut(A, B);
        sim.heal(A, B);
    }
    assert_eq!(sim.version(B, DocumentKind::Chart), Version(1));
    assert!(sim.report().payload_bytes <= 2_100_000, "{} bytes", sim.report().payload_bytes);
}

#[test]
fn flash_overtakes_a_large_document() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).gossip(None).over(LinkPlan::THIN));
    sim.publish(A, DocumentKind::Chart, Version(1), 1_000_000);
    sim.run(10_000);
    let before = sim.report().time_ms;
    let flash = sim.write(A, Topic::District, Precedence::Flash, 1, 400);
    sim.settle(HOUR).unwrap();
    assert!(sim.arrival(B, &flash, Seq(1)).unwrap() - before <= 1_300);
}

#[test]
fn an_entry_that_needs_a_newer_chart_is_asked_for_again_when_the_chart_came() {
    for gossip in [Some(0), None] {
        let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).gossip(gossip).over(LinkPlan::THIN));
        sim.publish(A, DocumentKind::Chart, Version(1), 20_000);
        sim.write_under(A, Topic::District, Precedence::Flash, 3, 400, Version(1));
        assert!(sim.settle(MINUTE).is_some());
        assert_eq!(sim.report().misbehaved, 0);
    }
}

#[test]
fn two_runs_of_one_plan_are_the_same_to_the_byte() {
    let run = || {
        let mut sim = Sim::new(Plan::new(9, 12, Topology::Random { degree: 4 }).gossip(Some(30)));
        for office in 1..=12 {
            routine(&mut sim, OfficeId(office), 5);
            sim.run(100);
        }
        sim.settle(HOUR);
        sim.report()
    };
    assert_eq!(run(), run());
}

#[test]
fn cost_for_each_delivery_does_not_grow_with_the_district() {
    let cost = |offices| {
        let mut sim = Sim::new(Plan::new(1, offices, Topology::Random { degree: 6 }).over(LinkPlan::WAN));
        sim.run(1_000);
        let before = sim.report();
        for i in 0..100 {
            routine(&mut sim, OfficeId(1 + i % offices), 1);
            sim.run(100);
        }
        assert!(sim.settle(MINUTE).is_some());
        sim.run(MINUTE);
        assert!(sim.report().memory <= 4_000 * u64::from(offices));
        since(&sim, before).bytes / (100 * u64::from(offices - 1))
    };
    assert!(cost(10) <= 60 && cost(100) <= 60, "{} and {} bytes", cost(10), cost(100));
}

#[test]
fn on_a_direct_link_what_is_new_crosses_once_and_at_once_by_every_way_of_offices() {
    for topology in [Topology::Line, Topology::Star] {
        let mut sim = Sim::new(Plan::new(1, 4, topology).over(LinkPlan { bytes_per_s: None, ..LinkPlan::BRANCH }));
        sim.run(MINUTE);
        let before = sim.report();
        for n in 0..50_u64 {
            let log = sim.write(OfficeId(1 + u32::try_from(n % 4).unwrap()), Topic::District, Precedence::Routine, 1, 400);
            let written = sim.report().time_ms;
            sim.run(2_000);
            let seq = Seq(n / 4 + 1);
            let latest =
                (1..=4).filter(|office| *office != log.office.0).map(|office| sim.arrival(OfficeId(office), &log, seq).unwrap() - written);
            assert!(latest.max().unwrap() <= 3 * 310, "{topology:?}");
        }
        sim.run(MINUTE);
        let cost = since(&sim, before);
        assert_eq!((cost.duplicates, cost.rounds, sim.report().misbehaved), (0, 0, 0), "nothing is asked for that came");
        // Three links, each entry once, and its receipts.
        assert!(cost.bytes <= 50 * 3 * (400 + 110), "{} bytes", cost.bytes);
    }
}

#[test]
fn a_burst_on_a_direct_link_stands_before_no_flash_and_comes_once() {
    let mut sim = Sim::new(Plan::new(1, 2, Topology::Line).over(LinkPlan::BRANCH));
    sim.run(MINUTE);
    let before = sim.report();
    let burst = routine(&mut sim, A, 1_000);
    sim.run(5_000);
    let spoken = sim.report().time_ms;
    let flash = sim.write(A, Topic::District, Precedence::Flash, 1, 400);
    sim.settle(HOUR).unwrap();
    let waited = sim.arrival(B, &flash, Seq(1)).unwrap() - spoken;
    assert!(waited <= 300 + 1_000, "{waited} ms");
    assert!(sim.arrival(B, &burst, Seq(1_000)).unwrap() > spoken + 30_000);
    let cost = since(&sim, before);
    assert_eq!((cost.duplicates, sim.report().misbehaved), (0, 0));
}

#[test]
fn direct_and_gossiping_links_together_bring_everything_once_whatever_is_cut() {
    let mut sim = Sim::new(Plan::new(7, 6, Topology::Ring));
    for (a, b) in [(1, 2), (3, 4), (5, 6)] {
        sim.relink(OfficeId(a), OfficeId(b), LinkPlan::BRANCH);
    }
    for round in 0..40_u32 {
        routine(&mut sim, OfficeId(1 + round % 6), 7);
        sim.run(700);
        let (a, b) = (OfficeId(1 + round % 6), OfficeId(1 + (round + 1) % 6));
        sim.cut(a.min(b), a.max(b));
        sim.run(300);
        sim.heal_all();
    }
    assert!(sim.settle(HOUR).is_some());
    let report = sim.report();
    assert_eq!(report.misbehaved, 0);
    assert!(report.duplicates <= report.delivered / 10, "{} of {}", report.duplicates, report.delivered);
}
