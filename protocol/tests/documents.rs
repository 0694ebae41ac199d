//! Promises about all documents at once: whatever comes, in whatever order, and whatever happens to it on the way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod common;

use common::{Envelope, follow, history, read_as_everything};
use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::{Chart, Policy, PostRule};
use okrug_protocol::document::{DocumentKind, Signed};
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample::{self, signed, signing};
use okrug_protocol::trust::{Accepted, Trust, TrustError, Versions};
use proptest::collection::vec;
use proptest::prelude::*;

/// Nothing in `after` is of an older version than in `before`.
fn never_older(before: &Versions, after: &Versions) -> bool {
    DocumentKind::ALL.into_iter().all(|kind| after.of(kind).0 >= before.of(kind).0)
}

/// Offers documents in this order, and those that were ahead of their charter again, until nothing changes.
fn offer(trust: &mut Trust, documents: &[Envelope]) {
    let mut left: Vec<&Envelope> = documents.iter().collect();
    loop {
        let before = trust.versions();
        left.retain(|(kind, bytes)| {
            let held = trust.versions();
            let verdict = trust.accept(*kind, bytes);
            assert!(never_older(&held, &trust.versions()), "{kind} took the place of a newer one");
            matches!(verdict, Err(TrustError::Ahead { .. }))
        });
        if trust.versions() == before {
            break;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_arrival_gives_the_same_trust(order in Just((0..13).collect::<Vec<usize>>()).prop_shuffle(), repeated in vec(0..13usize, 0..8)) {
        let sample = sample::district(3);
        let history = history(&sample);
        prop_assert_eq!(history.len(), 13);
        let mut in_order = sample.trust.clone();
        offer(&mut in_order, &history);
        let mixed: Vec<Envelope> = order.into_iter().chain(repeated).map(|at| history[at].clone()).collect();
        let mut mixed_up = sample.trust.clone();
        offer(&mut mixed_up, &mixed);
        prop_assert_eq!(mixed_up.versions(), in_order.versions());
        prop_assert_eq!(mixed_up.to_file(), in_order.to_file());
        let directory = mixed_up.directory();
        prop_assert_eq!(directory.unit(UnitId(2)).unwrap().name.as_str(), "Канцелярия 65537");
        prop_assert!(mixed_up.conflicts().is_empty());
    }

    #[test]
    fn a_chart_reads_back_whatever_is_in_it(chart in charts()) {
        let signed = signed(chart, &[&signing("directory", 0)]);
        let read = Signed::<Chart>::decode(&signed.encode()).unwrap();
        prop_assert_eq!(read.hash(), signed.hash());
        prop_assert_eq!(read, signed);
    }

    #[test]
    fn readers_are_exactly_those_who_host_the_unit_or_one_under_it(chart in charts()) {
        let mut sample = sample::district(1);
        sample.amend(|held| *held = Chart { head: held.head, ..chart.clone() });
        let directory = sample.directory();
        for unit in directory.units() {
            let hosts = |office: &okrug_protocol::chart::Office| office.hosts.iter().any(|hosted| directory.is_within(*hosted, unit.id));
            let expected: Vec<OfficeId> = directory.offices().filter(|office| hosts(office)).map(|office| office.id).collect();
            prop_assert_eq!(directory.readers(okrug_protocol::ids::Topic::Unit(unit.id)), expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn hostile_bytes_never_panic(bytes in vec(any::<u8>(), 0..2_000)) {
        read_as_everything(&sample::district(1), &bytes);
    }

    #[test]
    fn damaged_documents_never_panic(pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), len in 0..12usize, with in vec(any::<u8>(), 0..12)) {
        let sample = sample::district(2);
        let mut all: Vec<Vec<u8>> = history(&sample).into_iter().map(|(_, bytes)| bytes).collect();
        all.push(sample.file.encode());
        all.push(sample.person(OfficeId(1), 1, UnitId(1)).signed.encode());
        let mut bytes = all[pick.index(all.len())].clone();
        let start = at.index(bytes.len());
        let end = (start + len).min(bytes.len());
        bytes.splice(start..end, with);
        read_as_everything(&sample, &bytes);
    }
}

/// Trees and offices of all shapes, as far as the rules go.
fn charts() -> impl Strategy<Value = Chart> {
    let units = vec((any::<prop::sample::Index>(), any::<bool>(), "[а-я]{1,20}"), 1..30);
    let offices = vec((vec(any::<prop::sample::Index>(), 0..6), any::<bool>(), any::<bool>()), 1..12);
    (units, offices, any::<bool>(), any::<u16>()).prop_map(|(units, offices, anyone, retention_days)| {
        let count = units.len();
        let number = |n: usize| u32::try_from(n + 1).unwrap();
        let sample = sample::district(u32::try_from(offices.len()).unwrap());
        let mut chart = sample.trust.chart().doc().clone();
        let parent = |at: usize, index: &prop::sample::Index, top: bool| (at > 0 && !top).then(|| UnitId(number(index.index(at))));
        chart.units = units
            .iter()
            .enumerate()
            .map(|(at, (index, top, name))| {
                let id = UnitId(number(at));
                okrug_protocol::chart::Unit { id, parent: parent(at, index, *top), name: name.clone() }
            })
            .collect();
        for (office, (hosts, carrier, enrols)) in chart.offices.iter_mut().zip(offices) {
            office.hosts = hosts.iter().map(|index| UnitId(number(index.index(count)))).collect();
            office.hosts.sort();
            office.hosts.dedup();
            (office.carrier, office.enrols) = (carrier, enrols);
        }
        let post = if anyone { PostRule::Anyone } else { PostRule::Members };
        chart.policy = Policy { post, retention_days, ..Policy::default() };
        chart
    })
}

#[test]
fn every_flipped_bit_of_every_signed_document_is_noticed() {
    let sample = sample::district(1);
    let history = history(&sample);
    for (at, (kind, bytes)) in history.iter().enumerate() {
        let mut before = sample.trust.clone();
        offer(&mut before, &history[..at]);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let mut trust = before.clone();
            assert!(trust.accept(*kind, &flipped).is_err(), "bit {bit} of {kind}");
            assert_eq!(trust.versions(), before.versions());
        }
        assert_eq!(before.accept(*kind, bytes), Ok(Accepted::Newer), "{kind}");
    }
}

#[test]
fn a_bit_of_a_superfluous_signature_is_noticed_too() {
    let mut sample = sample::district(1);
    let held = sample.trust.bootstrap_list().unwrap();
    let list = Bootstrap { head: follow(&held.doc().head, held.hash(), 2), rows: Vec::new() };
    let bytes = signed(list, &[&sample.directory_key, &signing("test", 1), &signing("test", 2)]).encode();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(sample.trust.accept_bootstrap(&flipped).is_err(), "bit {bit}");
    }
    assert_eq!(sample.trust.accept_bootstrap(&bytes), Ok(Accepted::Newer));
}
