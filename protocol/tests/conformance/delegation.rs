//! Delegations given, changed and taken back.

use okrug_protocol::chart::{Delegation, Span};
use okrug_protocol::directory::At;
use okrug_protocol::document::{DocumentError, Row};
use okrug_protocol::ids::{Hash32, OfficeId, Topic, UnitId, Version};
use okrug_protocol::sample::{delegation, signing};
use okrug_protocol::trust::{Accepted, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, older, stranger, wrong};

/// The delegation is withdrawn by the next chart, which keeps what the authority held last.
fn withdraw(rig: &mut Rig) -> Vec<u8> {
    let held = rig.s.trust.subcharts()[&UnitId(2)].clone();
    let chart = rig.chart(|chart| {
        let version = chart.head.version;
        let row = &mut chart.delegations[0];
        (row.withdrawn, row.kept) = (Some(version), Some((held.version(), held.hash())));
    });
    rig.publish(Kind::Chart, &chart);
    held.encode()
}

/// An edition of the chart and one of the directory of u2.
fn at(chart: u32, own: u32) -> At {
    At { chart: Version(chart), own: Version(own) }
}

cases! {
    a_subtree_is_part_of_the_directory: "no attack: an office of a subtree is known like any other" => {
        let rig = Rig::delegated();
        let directory = rig.node.directory();
        assert!(rig.lists(201) && directory.listed_by(OfficeId(201)) == Some(UnitId(2)));
        assert!(directory.readers(Topic::Unit(UnitId(201))).contains(&OfficeId(201)));
        assert!(directory.readers(Topic::Unit(UnitId(1))).contains(&OfficeId(201)), "and reads what is said to those above");
        assert!(directory.office_by_peer(&signing("peer", 201).public()).is_some());
        assert_eq!(directory.addresses().len(), 1);
    }
    nobody_delegated_it: "a directory for a unit that was given to nobody" => {
        let mut rig = Rig::delegated();
        let bytes = rig.subchart(|chart| chart.unit = UnitId(3));
        assert!(matches!(rig.refuses(Kind::Subchart(UnitId(3)), &bytes), TrustError::NotDelegated { .. }));
    }
    the_same_unit_twice: "a unit delegated to two" => {
        let mut rig = Rig::delegated();
        let bytes = rig.chart(|chart| chart.delegations.push(delegation(2)));
        assert_eq!(rig.refuses(Kind::Chart, &bytes), wrong(Kind::Chart, DocumentError::Twice(Row::Delegation(UnitId(2)))));
    }
    numbers_given_to_two: "numbers delegated to two, so that each could take the other's office" => {
        let mut rig = Rig::delegated();
        let bytes = rig.chart(|chart| chart.delegations.push(Delegation { offices: Span { first: 299, last: 350 }, ..delegation(3) }));
        assert_eq!(rig.refuses(Kind::Chart, &bytes), wrong(Kind::Chart, DocumentError::Range(UnitId(3))));
    }
    the_chart_uses_a_delegated_number: "the chart gives a number that it has delegated: it would be given twice" => {
        let mut rig = Rig::delegated();
        let bytes = rig.chart(|chart| {
            let office = okrug_protocol::chart::Office { id: OfficeId(250), slug: "x".to_owned(), sign: stranger(1).public(), peer: stranger(2).public(), ..chart.offices[0].clone() };
            chart.offices.push(okrug_protocol::chart::Office { seal: okrug_protocol::sample::opening("stranger", 1).public(), since: chart.head.version, ..office });
        });
        assert_eq!(rig.refuses(Kind::Chart, &bytes), wrong(Kind::Chart, DocumentError::Range(UnitId(2))));
    }
    a_withdrawn_number_is_not_given_again: "numbers of a withdrawn delegation given to others: an old office would be taken for a new one" => {
        let mut rig = Rig::delegated();
        withdraw(&mut rig);
        let bytes = rig.chart(|chart| chart.delegations.push(Delegation { units: delegation(2).units, since: chart.head.version, ..delegation(3) }));
        assert_eq!(rig.refuses(Kind::Chart, &bytes), wrong(Kind::Chart, DocumentError::Range(UnitId(3))));
    }
    a_withdrawn_subtree_lists_nobody: "an office of a subtree that was taken back is let in by nobody" => {
        let mut rig = Rig::delegated();
        withdraw(&mut rig);
        let directory = rig.node.directory();
        assert!(!rig.lists(201) && directory.unit(UnitId(201)).is_none() && directory.addresses().is_empty());
        assert!(directory.office_by_peer(&signing("peer", 201).public()).is_none());
        assert!(!directory.reads(OfficeId(201), Topic::District));
    }
    the_past_of_a_withdrawn_subtree_verifies: "what an office of a withdrawn subtree wrote must not become a forgery" => {
        let mut rig = Rig::delegated();
        let before = rig.node.directory().known();
        withdraw(&mut rig);
        let directory = rig.node.directory();
        let then = at(before.chart.0, 1);
        assert_eq!(directory.verifier_at(OfficeId(201), then).map(|key| key.public()), Some(signing("sign", 201).public()));
        assert!(directory.may_write_at(OfficeId(201), Topic::Unit(UnitId(201)), then));
        assert!(directory.verifier_at(OfficeId(201), at(directory.version().0, 1)).is_none());
        assert!(directory.is_dead(Topic::Unit(UnitId(2)), &before, &directory.known()));
    }
    a_withdrawn_authority_signs_on: "a sub-authority goes on signing after its delegation was withdrawn" => {
        let mut rig = Rig::delegated();
        let next = rig.subchart(|chart| chart.units[0].name.push('а'));
        withdraw(&mut rig);
        assert!(matches!(rig.refuses(SUB, &next), TrustError::NotDelegated { .. }));
    }
    a_later_edition_is_given_up_for_the_kept_one: "a node that holds a later edition than the one which the withdrawal keeps goes back to that" => {
        let mut rig = Rig::delegated();
        let later = rig.subchart(|chart| { chart.offices.clear(); chart.addresses.clear(); });
        rig.takes(SUB, &later);
        let kept = withdraw(&mut rig);
        assert_eq!(rig.version(SUB), 0);
        rig.takes(SUB, &kept);
        assert!(rig.node.directory().office_ever(OfficeId(201)).is_some());
    }
    a_new_node_takes_the_kept_edition: "a node that comes after a withdrawal verifies the past like all others" => {
        let mut rig = Rig::delegated();
        let kept = withdraw(&mut rig);
        let file = rig.node.to_file();
        assert_eq!(file.subcharts, [kept]);
        let fresh = okrug_protocol::trust::Trust::from_file(None, &file).unwrap();
        assert!(fresh.directory().verifier_at(OfficeId(201), at(2, 1)).is_some());
    }
    a_kept_edition_with_another_body: "another edition under the version that a withdrawal keeps" => {
        let mut rig = Rig::delegated();
        let other = rig.subchart(|chart| { chart.head.version = Version(1); chart.head.previous = Hash32::ZERO; chart.units.clear(); });
        withdraw(&mut rig);
        rig.node.clone_from(&rig.s.trust);
        assert!(matches!(rig.refuses(SUB, &other), TrustError::NotDelegated { .. }));
    }
    a_role_replaced_in_its_epoch: "a chart replaces the keys of a subtree and forgets the epoch: what the old ones signed is dropped all the same" => {
        let mut rig = Rig::delegated();
        let chart = rig.chart(|chart| chart.delegations[0].role.keys = vec![stranger(1).public()]);
        rig.takes(Kind::Chart, &chart);
        assert_eq!(rig.version(SUB), 0);
        let file = rig.node.to_file();
        assert!(okrug_protocol::trust::Trust::from_file(None, &file).is_ok(), "the node starts again from what it holds");
    }
    the_former_key_of_a_subtree: "the key of a subtree that was replaced signs in the old epoch and in the new one" => {
        let mut rig = Rig::delegated();
        let old = signing("delegate", 2);
        let chart = rig.chart(|chart| { chart.delegations[0].role.keys = vec![stranger(1).public()]; chart.delegations[0].epoch = 1; });
        rig.takes(Kind::Chart, &chart);
        let in_old = rig.subchart_by(|_| (), &[&old]);
        let in_new = rig.subchart_by(|chart| chart.head.version = Version(65_536), &[&old]);
        assert_eq!(rig.refuses(SUB, &in_old), older(SUB, 65_536, 2));
        assert!(matches!(rig.refuses(SUB, &in_new), TrustError::Threshold { .. }));
    }
    an_office_that_left_a_subtree_keeps_its_past: "an office leaves a subtree: what it wrote goes on verifying, and it is let in no more" => {
        let mut rig = Rig::delegated();
        let left = rig.subchart(|chart| { chart.offices.clear(); chart.addresses.clear(); });
        rig.takes(SUB, &left);
        let directory = rig.node.directory();
        assert!(!rig.lists(201) && directory.verifier_at(OfficeId(201), at(2, 1)).is_some());
        assert!(directory.verifier_at(OfficeId(201), at(2, 2)).is_none(), "and what it writes when it knows is refused");
        assert!(directory.may_write_at(OfficeId(201), Topic::Unit(UnitId(201)), at(2, 1)) && !directory.reads(OfficeId(201), Topic::District));
    }
    an_unknown_office_of_a_subtree_waits: "an office of a subtree whose directory is not here yet: its entries wait, they are not refused" => {
        let rig = Rig::delegated();
        let directory = rig.node.directory();
        assert!(directory.may_be_delegated(OfficeId(202)) && directory.office_ever(OfficeId(202)).is_none());
        assert!(!directory.may_be_delegated(OfficeId(300)));
    }
    a_delegation_that_nobody_uses_changes_nothing: "a delegation without a directory" => {
        let mut rig = Rig::new();
        let chart = rig.chart(|chart| chart.delegations.push(delegation(2)));
        rig.takes(Kind::Chart, &chart);
        assert_eq!((rig.node.directory().offices().count(), rig.strays()), (3, 0));
        assert_eq!(rig.node.accept_chart(&chart), Ok(Accepted::Same));
    }
    a_delegation_is_struck_out: "a stolen directory key strikes out a delegation, so that what its offices wrote is nobody's" => {
        let mut rig = Rig::delegated();
        let bytes = rig.chart(|chart| chart.delegations.clear());
        assert!(matches!(rig.refuses(Kind::Chart, &bytes), TrustError::Conflict { .. }));
    }
    numbers_that_are_moved: "the numbers of a delegation are changed: an office that was refused would be one of it after all" => {
        let mut rig = Rig::delegated();
        let changes: [fn(&mut Delegation); 3] = [|row| row.offices.last += 1, |row| row.units.first += 1, |row| row.since = Version(2)];
        for change in changes {
            let bytes = rig.chart(|chart| change(&mut chart.delegations[0]));
            assert!(matches!(rig.refuses(Kind::Chart, &bytes), TrustError::Conflict { .. }));
        }
    }
    a_withdrawal_is_taken_back: "a withdrawn subtree is given to another key: what was refused in between would count after all" => {
        let mut rig = Rig::delegated();
        withdraw(&mut rig);
        let again = rig.chart(|chart| {
            let row = &mut chart.delegations[0];
            (row.withdrawn, row.epoch, row.role.keys) = (None, 1, vec![stranger(1).public()]);
        });
        assert!(matches!(rig.refuses(Kind::Chart, &again), TrustError::Conflict { .. }));
        let later = rig.chart(|chart| chart.delegations[0].withdrawn = Some(chart.head.version));
        assert!(matches!(rig.refuses(Kind::Chart, &later), TrustError::Conflict { .. }));
    }
    an_edition_that_tells_another_past: "a stolen key of a subtree says that an office always had another key: what it wrote would be a forgery" => {
        let mut rig = Rig::delegated();
        let next = rig.subchart(|chart| chart.offices[0].sign = stranger(1).public());
        rig.publish(SUB, &next);
        let held = rig.s.trust.subcharts()[&UnitId(2)].clone();
        let mut liar = held.doc().clone();
        liar.head = crate::rig::follow(&held);
        liar.past.clear();
        let bytes = crate::rig::forged(&liar, &[&signing("delegate", 2)]);
        assert!(matches!(rig.refuses(SUB, &bytes), TrustError::Conflict { .. }));
    }
    a_past_of_groups: "a sub-authority remembers groups, which are not its own" => {
        let mut rig = Rig::delegated();
        let mut next = rig.s.trust.subcharts()[&UnitId(2)].doc().clone();
        next.head = crate::rig::follow(&rig.s.trust.subcharts()[&UnitId(2)]);
        let was = okrug_protocol::chart::Was::Post(okrug_protocol::chart::PostRule::Anyone);
        next.past.push(okrug_protocol::chart::Change { version: next.head.version, was });
        let bytes = crate::rig::forged(&next, &[&signing("delegate", 2)]);
        assert_eq!(rig.refuses(SUB, &bytes), wrong(SUB, DocumentError::Past(next.head.version)));
    }
    a_subtree_within_a_subtree: "a unit of a delegated subtree is delegated in turn: the inner one reaches nothing of the outer one" => {
        let mut rig = Rig::delegated();
        rig.s.delegate(5);
        rig.node.clone_from(&rig.s.trust);
        rig.s.amend_delegated(5, |sub| {
            sub.offices[0].hosts.splice(0..0, [UnitId(2)]);
            sub.units.push(okrug_protocol::chart::Unit { id: UnitId(502), parent: Some(UnitId(201)), name: "Чужое".to_owned() });
        });
        let bytes = rig.s.trust.subcharts()[&UnitId(5)].encode();
        rig.takes(Kind::Subchart(UnitId(5)), &bytes);
        let directory = rig.node.directory();
        assert_eq!(directory.strays().len(), 2, "{:?}", directory.strays());
        assert_eq!(directory.offices_hosting(UnitId(2)).iter().filter(|office| office.0 > 500).count(), 0);
        assert!(directory.unit(UnitId(502)).is_none());
        assert!(directory.reads(OfficeId(501), Topic::Unit(UnitId(2))), "it reads what is said to those above it, as everybody does");
    }
}
