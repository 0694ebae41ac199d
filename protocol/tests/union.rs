//! What an office knows depends on what has arrived, and not on the order, the gaps or the repetitions.
//!
//! `OKRUG_PROPERTY_FACTOR` multiplies the number of cases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;

use okrug_protocol::clock::Timestamp;
use okrug_protocol::delivery::Holdings;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{Place, Rekey};
use okrug_protocol::ids::{Epoch, Incarnation, LogId, OfficeId, PersonId, Precedence, Seq, Topic, UnitId, Version};
use okrug_protocol::log::{self, Candidate, Draft, LogState, Refusal};
use okrug_protocol::person::{PersonRecord, SignedPerson};
use okrug_protocol::register::Register;
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;
use okrug_protocol::timeline::Position;
use okrug_protocol::trust::Trust;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// Runs so many cases; fails with the smallest that fails.
fn cases<S: Strategy>(count: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let factor = std::env::var("OKRUG_PROPERTY_FACTOR").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(count * factor) };
    TestRunner::new(config).run(&strategy, test).unwrap();
}

/// An order of `count` things in which some come again.
fn arrivals(count: usize) -> impl Strategy<Value = Vec<usize>> {
    let order = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
    (order, vec((0..count, 0..=count), 0..6)).prop_map(move |(mut order, again)| {
        again.into_iter().for_each(|(what, at)| order.insert(at.min(order.len()), what));
        order
    })
}

fn log(office: u32) -> LogId {
    LogId { office: OfficeId(office), incarnation: Incarnation(7), topic: Topic::Unit(UnitId(1)), precedence: Precedence::Routine }
}

#[test]
fn what_offices_hold_is_a_union_commutative_associative_idempotent() {
    let told = (0..4u32, 1..4u32, 1..20u64).prop_map(|(office, log, seq)| (OfficeId(office), log, Seq(seq)));
    let learn = |parts: &[&[(OfficeId, u32, Seq)]]| {
        let mut holdings = Holdings::default();
        for (office, of, seq) in parts.iter().flat_map(|part| part.iter()) {
            holdings.learn(*office, log(*of), *seq);
        }
        let held = |office, of| holdings.held(OfficeId(office), &log(of));
        (0..4).flat_map(|office| (1..4).map(move |of| (office, of))).map(|(office, of)| held(office, of)).collect::<Vec<_>>()
    };
    cases(4_000, [vec(told.clone(), 0..8), vec(told.clone(), 0..8), vec(told, 0..8)], |[a, b, c]| {
        let all = learn(&[&a, &b, &c]);
        prop_assert_eq!(&all, &learn(&[&c, &a, &b]));
        prop_assert_eq!(&all, &learn(&[&b, &c, &a, &b, &a, &c]));
        prop_assert_eq!(&all, &learn(&[&a, &a, &c, &b, &b]));
        Ok(())
    });
}

/// A person who moves twice, and records that follow from nothing or contradict others.
fn records() -> Vec<SignedPerson> {
    let first = sample::district(3).person(OfficeId(1), 1, UnitId(2)).signed;
    let record = |version, office, next: Option<u32>, name: &str| {
        let next_home = next.map(OfficeId);
        let record = PersonRecord {
            version,
            office: OfficeId(office),
            active: next.is_none(),
            next_home,
            name: name.to_owned(),
            ..first.record.clone()
        };
        first.amend(record).unwrap()
    };
    vec![
        record(1, 1, None, "Первая"),
        record(2, 1, Some(2), "Вторая"),
        record(3, 2, None, "Третья"),
        record(3, 2, None, "Третья иначе"),
        record(3, 3, None, "Чужая"),
        record(4, 2, Some(3), "Четвёртая"),
        record(5, 3, None, "Пятая"),
        record(5, 2, None, "Пятая чужая"),
        record(7, 3, None, "Без предыдущей"),
    ]
}

#[test]
fn whose_records_hold_does_not_depend_on_the_order_in_which_they_came() {
    let records = records();
    let known = |order: &[usize]| {
        let mut register = Register::default();
        order.iter().for_each(|at| drop(register.learn(records[*at].clone())));
        let person = records[0].record.person;
        let held: Vec<_> = (1..8).map(|version| register.of_version(person, version).to_vec()).collect();
        (register.newest(person).cloned(), held)
    };
    let expected = known(&(0..records.len()).collect::<Vec<_>>());
    assert_eq!(expected.0.as_ref().map(|newest| newest.record.version), Some(5));
    cases(3_000, arrivals(records.len()), |order| {
        prop_assert_eq!(known(&order), expected.clone());
        Ok(())
    });
}

/// Entries of three writers, over three editions of the chart, and a forged one.
struct History {
    /// As it was at the beginning.
    trust: Trust,
    charts: Vec<Vec<u8>>,
    entries: Vec<Entry>,
}

fn history() -> History {
    let mut district: SampleDistrict = sample::hosting(3, |_| vec![UnitId(1)]);
    let (trust, mut rng) = (district.trust.clone(), ChaCha20Rng::from_seed([8; 32]));
    let (mut charts, mut entries, mut states) = (Vec::new(), Vec::new(), BTreeMap::new());
    let mut time = 10;
    for round in 0..3u32 {
        let directory = district.directory();
        for office in 1..=3 {
            let mut state = states.get(&office).cloned().unwrap_or(LogState::EMPTY);
            let place = Place { district: district.id(), log: log(office), epoch: Epoch(1) };
            let readers: Vec<_> = directory.offices().map(|row| (row.id, 0, row.seal)).collect();
            let rekey = Rekey::seal(&place, &SharedKey::from_bytes([9; 32]), &readers, directory.version(), &mut rng).unwrap();
            let first = (round == 0).then(|| (Kind::REKEY, rekey.encode().unwrap()));
            for (kind, body) in first.into_iter().chain([(Kind::MESSAGE, vec![1]), (Kind::MESSAGE, vec![2])]) {
                time += 1;
                let draft = Draft { kind, epoch: Epoch(1), time: Timestamp(time), body };
                let key = &district.sign_keys[usize::try_from(office).unwrap() - 1];
                let entry = log::write(log(office), &state, draft, &directory, key).unwrap();
                state = Candidate::next(entry.clone(), &state, &directory).unwrap().state().clone();
                entries.push(entry);
            }
            states.insert(office, state);
        }
        if round < 2 {
            charts.push(district.amend(|chart| chart.units[0].name = format!("Издание {}", round + 2)));
        }
    }
    let mut forged = entries[1].clone();
    forged.body = vec![3];
    entries.push(forged);
    History { trust, charts, entries }
}

/// What an office has when all has arrived in this order: the heads of its logs and the order on its screen.
fn received(history: &History, order: &[usize]) -> (Version, BTreeMap<LogId, LogState>, Vec<Position>) {
    let mut trust = history.trust.clone();
    let (mut logs, mut shown) = (BTreeMap::new(), Vec::new());
    let mut waiting: Vec<&Entry> = Vec::new();
    for at in order {
        match at.checked_sub(history.charts.len()) {
            // A newer edition stands for those before it: an older one that comes late changes nothing.
            None => drop(trust.accept_chart(&history.charts[*at])),
            Some(at) => waiting.push(&history.entries[at]),
        }
        let directory = trust.directory();
        let mut moved = true;
        while moved {
            moved = false;
            waiting.retain(|entry| {
                let state = logs.get(&entry.header.log).cloned().unwrap_or(LogState::EMPTY);
                let next = Candidate::next((*entry).clone(), &state, &directory).and_then(|next| next.verify(&directory));
                match next {
                    Ok(next) => {
                        logs.insert(entry.header.log, next.state().clone());
                        shown.push(Position { time: entry.header.time, log: entry.header.log, seq: entry.header.seq });
                        moved = true;
                        false
                    }
                    Err(Refusal::Gap { .. } | Refusal::Pending(_)) => true,
                    Err(_) => false,
                }
            });
        }
    }
    shown.sort();
    (trust.chart().version(), logs, shown)
}

#[test]
fn verdicts_and_the_timeline_do_not_depend_on_the_order_of_arrival() {
    let history = history();
    let count = history.charts.len() + history.entries.len();
    let expected = received(&history, &(0..count).collect::<Vec<_>>());
    assert_eq!((expected.0, expected.1.len(), expected.2.len()), (Version(3), 3, history.entries.len() - 1));
    cases(3_000, arrivals(count), |order| {
        prop_assert_eq!(received(&history, &order), expected.clone());
        Ok(())
    });
}

#[test]
fn two_offices_that_have_exchanged_what_they_have_know_the_same() {
    let history = history();
    let count = history.charts.len() + history.entries.len();
    let expected = received(&history, &(0..count).collect::<Vec<_>>());
    // Each has a part, in some order; then each gets the other's part in the other's order.
    cases(500, (arrivals(count), vec(any::<bool>(), count)), |(order, mine)| {
        let (one, other): (Vec<usize>, Vec<usize>) = order.iter().partition(|at| mine[**at]);
        let met = |first: &[usize], then: &[usize]| received(&history, &[first, then].concat());
        prop_assert_eq!(met(&one, &other), expected.clone());
        prop_assert_eq!(met(&other, &one), expected.clone());
        Ok(())
    });
}

#[test]
fn a_person_s_number_is_of_one_office_alone() {
    cases(500, (1..=OfficeId::MAX.0, 1..10_000u32), |(office, n)| {
        let person = PersonId::numbered(OfficeId(office), n).unwrap();
        prop_assert_eq!((person.first_home(), person.number()), (OfficeId(office), n));
        Ok(())
    });
}
