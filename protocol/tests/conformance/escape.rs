//! A sub-authority says what is not its to say: in every field, and the rest of what it says counts.

use okrug_protocol::chart::{Change, Office, Span, Unit, Was};
use okrug_protocol::directory::Escape;
use okrug_protocol::document::Row;
use okrug_protocol::ids::{OfficeId, Topic, UnitId, Version};
use okrug_protocol::sample::{opening, signing};
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::{DistrictFile, Trust, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB};

/// The node takes the edition; one row is passed over, for this reason, and the good office is there.
fn strays(change: impl FnOnce(&mut Subchart)) -> (Rig, Row, Escape) {
    let mut rig = Rig::delegated();
    let bytes = rig.subchart(change);
    rig.takes(SUB, &bytes);
    assert!(rig.lists(201) && rig.lists(1) && rig.lists(2) && rig.lists(3), "the rest counts");
    let stray = rig.node.directory().strays().to_vec();
    assert_eq!(stray.len(), 1, "{stray:?}");
    assert_eq!(stray[0].delegation, UnitId(2));
    (rig, stray[0].row, stray[0].why)
}

fn office(n: u32) -> Office {
    Office {
        id: OfficeId(n),
        slug: format!("office-{n}"),
        name: format!("Отделение № {n}"),
        sign: signing("sign", n).public(),
        peer: signing("peer", n).public(),
        seal: opening("open", n).public(),
        hosts: Vec::new(),
        since: Version(1),
        carrier: false,
        enrols: true,
    }
}

fn unit(id: u32, parent: Option<u32>) -> Unit {
    Unit { id: UnitId(id), parent: parent.map(UnitId), name: "Чужое".to_owned() }
}

/// A second office, after a change, is passed over.
fn office_strays(change: impl FnOnce(&mut Office)) -> Escape {
    let mut second = office(202);
    change(&mut second);
    let id = second.id;
    let (rig, row, why) = strays(|chart| {
        chart.offices.push(second);
        chart.offices.sort_by_key(|office| office.id);
    });
    assert_eq!(row, Row::Office(id));
    assert!(rig.node.directory().listed_by(id).is_none());
    why
}

/// A second edition tells of an office that the first did not have. Who holds the first refuses it as another past; who
/// comes late passes over the row, for this reason.
fn once(row: Office) -> (Rig, Escape) {
    let mut rig = Rig::delegated();
    let held = rig.s.trust.subcharts()[&UnitId(2)].clone();
    let mut next = held.doc().clone();
    next.head = crate::rig::follow(&held);
    next.past.push(Change { version: next.head.version, was: Was::Office { id: row.id, row: Some(row) } });
    let bytes = crate::rig::forged(&next, &[&signing("delegate", 2)]);
    assert!(matches!(rig.refuses(SUB, &bytes), TrustError::Conflict { .. }));
    rig.node = Trust::from_file(None, &DistrictFile { subcharts: Vec::new(), ..rig.node.to_file() }).unwrap();
    rig.takes(SUB, &bytes);
    let strays = rig.node.directory().strays().to_vec();
    assert_eq!(strays.len(), 1, "{strays:?}");
    (rig, strays[0].why)
}

cases! {
    an_office_with_a_number_of_the_district: "a sub-authority lists an office under a number of the district: it would take its place" => {
        assert_eq!(office_strays(|office| office.id = OfficeId(4)), Escape::Number);
    }
    an_office_in_the_place_of_one_of_the_district: "a sub-authority lists the district's own office with other keys" => {
        let mut rig = Rig::delegated();
        let bytes = rig.subchart(|chart| chart.offices.insert(0, Office { id: OfficeId(1), ..office(250) }));
        rig.takes(SUB, &bytes);
        assert_eq!(rig.node.directory().office(OfficeId(1)).map(|office| office.sign), Some(rig.s.sign_keys[0].public()));
        assert_eq!(rig.node.directory().strays()[0].why, Escape::Number);
    }
    an_office_above_its_range: "a number just behind the delegated range" => {
        assert_eq!(office_strays(|office| office.id = OfficeId(300)), Escape::Number);
    }
    an_office_with_the_slug_of_another: "an office under the short name of one of the district: people would write to it" => {
        let (rig, row, why) = strays(|chart| chart.offices.push(Office { slug: "office-1".to_owned(), ..office(202) }));
        assert_eq!((row, why), (Row::Office(OfficeId(202)), Escape::Named(OfficeId(1))));
        let directory = rig.node.directory();
        assert_eq!(directory.office_by_slug("office-1").map(|office| office.id), Some(OfficeId(1)));
        assert_eq!(directory.office_by_slug("o202").map(|office| office.id), Some(OfficeId(202)), "it goes by its number");

    }
    an_office_with_the_mesh_key_of_another: "an office that claims the identity of another on the mesh" => {
        let key = signing("peer", 1).public();
        assert_eq!(office_strays(|office| office.peer = key), Escape::Taken(OfficeId(1)));
    }
    an_office_with_the_signing_key_of_another: "an office that claims another's signing key: its entries could be shown as its own" => {
        let key = signing("sign", 1).public();
        assert_eq!(office_strays(|office| office.sign = key), Escape::Taken(OfficeId(1)));
    }
    an_office_with_the_sealing_key_of_another: "an office that claims another's sealing key" => {
        let key = opening("open", 1).public();
        assert_eq!(office_strays(|office| office.seal = key), Escape::Taken(OfficeId(1)));
    }
    an_office_with_one_key_for_both: "an office whose mesh key is its signing key" => {
        assert_eq!(office_strays(|office| office.peer = office.sign), Escape::Taken(OfficeId(202)));
    }
    an_office_with_a_key_of_the_past: "a key that an office of the district had once" => {
        let mut rig = Rig::delegated();
        let chart = rig.chart(|chart| { chart.offices[2].sign = signing("sign", 33).public(); chart.offices[2].since = chart.head.version; });
        rig.publish(Kind::Chart, &chart);
        let bytes = rig.subchart(|chart| chart.offices.push(Office { sign: signing("sign", 3).public(), ..office(202) }));
        rig.takes(SUB, &bytes);
        assert_eq!(rig.node.directory().strays()[0].why, Escape::Taken(OfficeId(3)));
    }
    an_office_from_before_the_delegation: "an office that claims to count from before its subtree was delegated, to back-date entries" => {
        let mut rig = Rig::new();
        let chart = rig.chart(|chart| chart.delegations.push(okrug_protocol::chart::Delegation { since: chart.head.version, ..okrug_protocol::sample::delegation(2) }));
        rig.publish(Kind::Chart, &chart);
        let (key, mut sub) = okrug_protocol::sample::delegated(2);
        sub.chart = Version(2);
        rig.takes(SUB, &crate::rig::forged(&sub, &[&key]));
        assert_eq!(rig.node.directory().strays()[0].why, Escape::Since);
        assert!(!rig.lists(201));
    }
    an_office_that_hosts_a_unit_outside: "an office of a subtree hosts a unit of another agency, to read what is said there: it reads not a word" => {
        let (rig, row, why) = strays(|chart| chart.offices[0].hosts.insert(1, UnitId(3)));
        assert_eq!((row, why), (Row::Office(OfficeId(201)), Escape::Hosts(UnitId(3))));
        let directory = rig.node.directory();
        assert!(!directory.reads(OfficeId(201), Topic::Unit(UnitId(3))) && directory.reads(OfficeId(201), Topic::Unit(UnitId(201))));
    }
    an_office_that_hosts_the_unit_above: "an office of a subtree hosts the unit above its root, as if it were of the whole agency" => {
        let (rig, _, why) = strays(|chart| chart.offices[0].hosts.insert(0, UnitId(1)));
        assert_eq!(why, Escape::Hosts(UnitId(1)));
        assert_eq!(rig.node.directory().offices_hosting(UnitId(1)), [OfficeId(1), OfficeId(2), OfficeId(3)]);
    }
    an_office_that_hosts_a_unit_that_nobody_lists: "an office hosts a unit that does not exist" => {
        let (_, _, why) = strays(|chart| chart.offices[0].hosts.push(UnitId(299)));
        assert_eq!(why, Escape::Hosts(UnitId(299)));
    }
    a_unit_with_a_number_of_the_district: "a sub-authority lists a unit under a number of the district" => {
        let (_, row, why) = strays(|chart| chart.units.insert(0, unit(9, Some(2))));
        assert_eq!((row, why), (Row::Unit(UnitId(9)), Escape::Number));
    }
    a_unit_of_the_district_renamed: "a sub-authority renames the district's own unit" => {
        let (rig, _, why) = strays(|chart| chart.units.insert(0, unit(2, Some(1))));
        assert_eq!(why, Escape::Number);
        assert_eq!(rig.node.directory().unit(UnitId(2)).map(|unit| unit.name.clone()), Some("Канцелярия".to_owned()));
    }
    a_unit_under_another_agency: "a unit with a good number that stands under another agency's: its people would belong there" => {
        let (_, row, why) = strays(|chart| chart.units.push(unit(202, Some(3))));
        assert_eq!((row, why), (Row::Unit(UnitId(202)), Escape::Place));
    }
    a_unit_above_the_root: "a unit with a good number right under the top of the district" => {
        let (_, _, why) = strays(|chart| chart.units.push(unit(202, Some(1))));
        assert_eq!(why, Escape::Place);
    }
    a_unit_at_the_top: "a unit without any parent: a second top of the district" => {
        let (rig, _, why) = strays(|chart| chart.units.push(unit(202, None)));
        assert_eq!(why, Escape::Place);
        assert_eq!(rig.node.directory().children(None), [UnitId(1)]);
    }
    a_unit_in_another_subtree: "a unit that stands under a unit of another delegated subtree" => {
        let mut rig = Rig::delegated();
        rig.s.delegate(3);
        rig.node = rig.s.trust.clone();
        let bytes = rig.subchart(|chart| chart.units.push(unit(202, Some(301))));
        rig.takes(SUB, &bytes);
        assert_eq!(rig.node.directory().strays()[0].why, Escape::Place);
    }
    addresses_of_an_office_of_the_district: "a sub-authority gives addresses of an office that is not its own, to lead callers astray" => {
        let (rig, row, why) = strays(|chart| chart.addresses.insert(0, (OfficeId(1), vec!["/ip4/192.0.2.66/tcp/1".to_owned()])));
        assert_eq!((row, why), (Row::Office(OfficeId(1)), Escape::Address));
        assert!(rig.node.directory().addresses().iter().all(|(office, _)| *office == OfficeId(201)));
    }
    a_former_office_of_the_district: "a sub-authority lists an office of the district as a former one of its own, with a key of its own" => {
        let (rig, why) = once(Office { id: OfficeId(1), ..office(250) });
        assert_eq!(why, Escape::Number);
        let key = rig.node.directory().verifier_at(OfficeId(1), Version(1)).map(|key| key.public());
        assert_eq!(key, Some(rig.s.sign_keys[0].public()));
    }
    a_former_office_with_the_key_of_another: "a former office that has the key of an office of the district" => {
        let (_, why) = once(Office { sign: signing("sign", 1).public(), ..office(250) });
        assert_eq!(why, Escape::Taken(OfficeId(1)));
    }
    an_office_of_one_subtree_in_another: "one sub-authority claims the key of another's office: the other's office stays" => {
        let mut rig = Rig::delegated();
        rig.s.delegate(3);
        rig.node = rig.s.trust.clone();
        rig.s.amend_delegated(3, |chart| chart.offices[0].peer = signing("peer", 201).public());
        let bytes = rig.s.trust.subcharts()[&UnitId(3)].encode();
        rig.takes(Kind::Subchart(UnitId(3)), &bytes);
        assert!(rig.lists(201) && !rig.lists(301));
        assert_eq!(rig.node.directory().strays()[0].why, Escape::Taken(OfficeId(201)));
    }
    an_escape_is_undone_by_the_next_edition: "what strayed is mended: the alarm goes, the row counts" => {
        let (mut rig, _, _) = strays(|chart| chart.offices[0].hosts.push(UnitId(299)));
        let held = rig.node.subcharts()[&UnitId(2)].clone();
        let mut mended = held.doc().clone();
        mended.head = crate::rig::follow(&held);
        mended.units.push(unit(299, Some(2)));
        rig.takes(SUB, &crate::rig::forged(&mended.remembering(held.doc()), &[&signing("delegate", 2)]));
        assert_eq!(rig.strays(), 0);
        assert!(rig.node.directory().reads(OfficeId(201), Topic::Unit(UnitId(299))));
    }
    the_root_moves_elsewhere: "the district moves the delegated unit: the subtree moves with it and gains no reader" => {
        let mut rig = Rig::delegated();
        let chart = rig.chart(|chart| chart.units[1].parent = Some(UnitId(3)));
        rig.takes(Kind::Chart, &chart);
        let directory = rig.node.directory();
        assert_eq!(directory.unit_path(UnitId(201)), [UnitId(1), UnitId(3), UnitId(2), UnitId(201)]);
        assert!(directory.reads(OfficeId(201), Topic::Unit(UnitId(3))) && !directory.reads(OfficeId(201), Topic::Unit(UnitId(4))));
    }
    an_office_with_a_key_of_its_past_and_one_of_another: "an office that the chart had once comes back in a subtree, with its own signing key and another's identity on the mesh" => {
        let mut rig = Rig::new();
        let came = rig.chart(|chart| chart.offices.push(Office { since: chart.head.version, ..office(202) }));
        rig.publish(Kind::Chart, &came);
        let left = rig.chart(|chart| drop(chart.offices.pop()));
        rig.publish(Kind::Chart, &left);
        let given = rig.chart(|chart| chart.delegations.push(okrug_protocol::chart::Delegation { since: chart.head.version, ..okrug_protocol::sample::delegation(2) }));
        rig.publish(Kind::Chart, &given);
        let (key, mut sub) = okrug_protocol::sample::delegated(2);
        sub.chart = Version(4);
        sub.offices = vec![Office { since: Version(4), peer: signing("peer", 1).public(), ..office(202) }];
        sub.addresses.clear();
        rig.takes(SUB, &crate::rig::forged(&sub, &[&key]));
        assert!(!rig.lists(202), "{:?}", rig.node.directory().strays());
        assert_eq!(rig.node.directory().strays()[0].why, Escape::Taken(OfficeId(1)));
        let peer = rig.node.directory().office_by_peer(&signing("peer", 1).public());
        assert_eq!(peer, Some(OfficeId(1)));
    }
    units_in_a_circle: "two units of a subtree that stand under each other" => {
        let mut rig = Rig::delegated();
        let bytes = rig.subchart(|chart| chart.units.extend([unit(202, Some(203)), unit(203, Some(202))]));
        rig.takes(SUB, &bytes);
        assert_eq!(rig.node.directory().strays().iter().map(|stray| stray.why).collect::<Vec<_>>(), [Escape::Place, Escape::Place]);
    }
    a_crowd_of_offices: "a stolen key of a subtree lists so many offices that no epoch's key could be sealed to all of them in one entry: the district would fall silent" => {
        let mut rig = Rig::new();
        let wide = Span { first: 1_001, last: 2_000 };
        let chart = rig.chart(|chart| {
            let since = chart.head.version;
            chart.delegations.push(okrug_protocol::chart::Delegation { since, offices: wide, ..okrug_protocol::sample::delegation(2) });
        });
        rig.publish(Kind::Chart, &chart);
        let (key, mut sub) = okrug_protocol::sample::delegated(2);
        sub.chart = Version(2);
        let crowd = |n| Office { since: Version(2), name: "О".to_owned(), slug: format!("o{n}"), ..office(n) };
        sub.offices = (1_001..=1_705).map(crowd).collect();
        sub.addresses.clear();
        rig.takes(SUB, &crate::rig::forged(&sub, &[&key]));
        let directory = rig.node.directory();
        assert_eq!(directory.offices().count(), 700);
        assert_eq!(directory.strays().iter().filter(|stray| stray.why == Escape::TooMany).count(), 8);
    }
}
