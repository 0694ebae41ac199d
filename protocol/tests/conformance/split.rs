//! Two truths, both rightly signed.

use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::{Hash32, UnitId, Version};
use okrug_protocol::trust::{Conflict, Trust, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, stranger};

fn conflict(kind: DocumentKind, version: u32) -> TrustError {
    TrustError::Conflict { kind, version: Version(version) }
}

cases! {
    two_charts_of_one_version: "an authority shows one chart here and another there: the first stays, with a proof and an alarm" => {
        let mut rig = Rig::new();
        let (ours, theirs) = (rig.chart(|chart| chart.units[0].name.push('а')), rig.chart(|chart| chart.units[0].name.push('б')));
        rig.takes(Kind::Chart, &ours);
        assert_eq!(rig.refuses(Kind::Chart, &theirs), conflict(Kind::Chart, 2));
        assert_eq!(rig.node.conflicts(), [Conflict { kind: Kind::Chart, version: Version(2), ours, theirs, by: Vec::new() }]);
    }
    two_charters_of_one_version: "the root shows one charter here and another there" => {
        let mut rig = Rig::new();
        let (ours, theirs) = (rig.charter(|charter| charter.name.push('а'), &rig.two()), rig.charter(|charter| charter.name.push('б'), &rig.two()));
        rig.takes(Kind::Charter, &ours);
        assert_eq!(rig.refuses(Kind::Charter, &theirs), conflict(Kind::Charter, 2));
        assert_eq!(rig.node.conflicts().len(), 1);
    }
    two_lists_of_revocations: "two lists of revocations of one version: somebody is revoked in one alone" => {
        let mut rig = Rig::new();
        let (ours, theirs) = (rig.revocations(1, 1, &rig.s.revocation_key), rig.revocations(1, 2, &rig.s.revocation_key));
        rig.takes(Kind::Revocations, &ours);
        assert_eq!(rig.refuses(Kind::Revocations, &theirs), conflict(Kind::Revocations, 1));
    }
    two_lists_of_addresses: "two lists of addresses of one version" => {
        let mut rig = Rig::new();
        let (ours, theirs) = (rig.bootstrap(|list| list.rows.truncate(1)), rig.bootstrap(|list| list.rows.clear()));
        rig.takes(Kind::Bootstrap, &ours);
        assert_eq!(rig.refuses(Kind::Bootstrap, &theirs), conflict(Kind::Bootstrap, 2));
    }
    two_directories_of_a_subtree: "a sub-authority shows one directory here and another there" => {
        let mut rig = Rig::delegated();
        let (ours, theirs) = (rig.subchart(|chart| chart.units[0].name.push('а')), rig.subchart(|chart| chart.units[0].name.push('б')));
        rig.takes(SUB, &ours);
        assert_eq!(rig.refuses(SUB, &theirs), conflict(SUB, 2));
        assert_eq!(rig.node.conflicts(), [Conflict { kind: SUB, version: Version(2), ours, theirs, by: rig.node.chart().encode() }]);
    }
    a_branch_is_found_one_edition_later: "the two truths meet only by the edition after: it is taken, with the alarm" => {
        let mut rig = Rig::new();
        let ours = rig.chart(|chart| chart.units[0].name.push('а'));
        rig.takes(Kind::Chart, &ours);
        rig.s.amend(|chart| chart.units[0].name.push('б'));
        let third = rig.s.amend(|chart| chart.units[0].name.push('в'));
        rig.takes(Kind::Chart, &third);
        assert_eq!(rig.node.conflicts().len(), 1);
    }
    a_branch_of_a_subtree_is_found_one_edition_later: "the same in a subtree" => {
        let mut rig = Rig::delegated();
        let ours = rig.subchart(|chart| chart.units[0].name.push('а'));
        rig.takes(SUB, &ours);
        rig.s.amend_delegated(2, |chart| chart.units[0].name.push('б'));
        let third = rig.s.amend_delegated(2, |chart| chart.units[0].name.push('в'));
        rig.takes(SUB, &third);
        assert_eq!(rig.node.conflicts().len(), 1);
    }
    additions_go_on_after_an_alarm: "a conflict must not be a way to stop a district: additions go on, with the alarm" => {
        let mut rig = Rig::new();
        let (ours, theirs) = (rig.chart(|_| ()), rig.chart(|chart| chart.units[0].name.push('б')));
        rig.publish(Kind::Chart, &ours);
        rig.refuses(Kind::Chart, &theirs);
        let third = rig.chart(|chart| chart.units[0].name.push('в'));
        rig.takes(Kind::Chart, &third);
        assert_eq!((rig.version(Kind::Chart), rig.node.conflicts().len()), (3, 1));
    }
    removals_go_on_after_an_alarm: "a conflict must not keep a revocation back" => {
        let mut rig = Rig::new();
        let (ours, theirs) = (rig.chart(|_| ()), rig.chart(|chart| chart.units[0].name.push('б')));
        rig.takes(Kind::Chart, &ours);
        rig.refuses(Kind::Chart, &theirs);
        let list = rig.revocations(1, 1, &rig.s.revocation_key);
        rig.takes(Kind::Revocations, &list);
    }
    a_false_second_truth_is_no_alarm: "a stranger makes a second truth, to raise an alarm" => {
        let mut rig = Rig::new();
        let (ours, theirs) = (rig.chart(|_| ()), rig.chart_by(|chart| chart.units[0].name.push('б'), &[&stranger(1)]));
        rig.takes(Kind::Chart, &ours);
        assert!(matches!(rig.refuses(Kind::Chart, &theirs), TrustError::Threshold { .. }));
        assert_eq!(rig.node.conflicts(), []);
    }
    proofs_do_not_pile_up: "a thousand second truths, to fill the disk with proofs: one of a kind is kept" => {
        let mut rig = Rig::new();
        let ours = rig.chart(|_| ());
        rig.takes(Kind::Chart, &ours);
        for n in 0..20 {
            let theirs = rig.chart(|chart| chart.units[0].name = format!("Иначе {n}"));
            rig.refuses(Kind::Chart, &theirs);
        }
        assert_eq!(rig.node.conflicts().len(), 1);
    }
    a_proof_of_a_subtree_is_believed_again: "a proof that was kept is taken up after a restart, a made-up one is not" => {
        let mut rig = Rig::delegated();
        let (ours, theirs) = (rig.subchart(|chart| chart.units[0].name.push('а')), rig.subchart(|chart| chart.units[0].name.push('б')));
        let by = rig.node.chart().encode();
        let proof = |theirs: &[u8]| Conflict { kind: SUB, version: Version(2), ours: ours.clone(), theirs: theirs.to_vec(), by: by.clone() };
        let false_one = rig.subchart_by(|chart| chart.units[0].name.push('б'), &[&stranger(1)]);
        assert!(rig.node.remember(proof(&false_one)).is_err());
        assert!(rig.node.remember(proof(&ours)).is_err());
        assert_eq!(rig.node.remember(proof(&theirs)), Ok(()));
        assert_eq!(rig.node.conflicts().len(), 1);
    }
    another_past_is_a_conflict: "a chart that tells another past than an earlier one, to make old entries count or not" => {
        let mut rig = Rig::new();
        let second = rig.s.amend(|chart| drop(chart.offices.pop()));
        rig.takes(Kind::Chart, &second);
        rig.s.amend(|chart| chart.units[0].name.push('а'));
        let liar = rig.chart(|chart| chart.head.version = Version(9));
        let mut doc = okrug_protocol::document::Signed::<okrug_protocol::chart::Chart>::parse(&liar).unwrap().doc().clone();
        doc.past.clear();
        let liar = crate::rig::forged(&doc, &[&rig.s.directory_key]);
        assert!(matches!(rig.refuses(Kind::Chart, &liar), TrustError::Conflict { .. }));
        assert_eq!(rig.node.conflicts().len(), 1);
    }
    one_edition_by_other_signers_is_one: "the same edition signed by other keys of the role is no second truth" => {
        let mut rig = Rig::new();
        let first = rig.charter(|charter| charter.name.push('а'), &rig.two());
        let other = rig.charter(|charter| charter.name.push('а'), &[&rig.s.charter_keys[1], &rig.s.charter_keys[2]]);
        rig.takes(Kind::Charter, &first);
        assert_eq!(rig.node.accept_charter(&other), Ok(okrug_protocol::trust::Accepted::Same));
        assert_eq!(rig.node.conflicts(), []);
    }
    a_second_truth_in_a_file_keeps_back_only_itself: "a district file brings the second truth of a subtree: the rest of the file counts" => {
        let mut rig = Rig::delegated();
        let (ours, theirs) = (rig.subchart(|chart| chart.units[0].name.push('а')), rig.subchart(|chart| chart.units[0].name.push('б')));
        rig.takes(SUB, &ours);
        rig.s.trust.accept_subchart(&theirs).unwrap();
        rig.s.amend(|chart| chart.units[0].name.push('г'));
        let file = rig.s.trust.to_file();
        assert!(rig.node.accept_file(&file).unwrap().any_newer());
        assert_eq!((rig.version(Kind::Chart), rig.node.conflicts().len()), (3, 1));
        assert_ne!(rig.versions().of(SUB).1, Hash32::ZERO);
        assert_eq!(rig.node.subcharts()[&UnitId(2)].encode(), ours);
    }
    two_directories_of_a_subtree_whose_keys_were_then_replaced: "a proof of two truths about a subtree is kept on the disk, and the keys that signed them are replaced: it proves what it proved" => {
        let mut rig = Rig::delegated();
        let (one, other) = (rig.subchart(|chart| chart.units[0].name.push('а')), rig.subchart(|chart| chart.units[0].name.push('б')));
        rig.publish(SUB, &one);
        rig.refuses(SUB, &other);
        let proof = rig.node.conflicts()[0].clone();
        let chart = rig.chart(|chart| {
            let row = &mut chart.delegations[0];
            (row.role.keys, row.epoch) = (vec![stranger(1).public()], 1);
        });
        rig.publish(Kind::Chart, &chart);
        let mut again = Trust::from_file(None, &rig.node.to_file()).unwrap();
        assert_eq!(again.remember(proof.clone()), Ok(()));
        assert_eq!(again.conflicts(), std::slice::from_ref(&proof));
        let mut fresh = Trust::from_file(None, &rig.node.to_file()).unwrap();
        // By a chart that the authority never signed it proves nothing.
        let by = crate::rig::forged(rig.node.chart().doc(), &[&stranger(2)]);
        assert!(fresh.remember(Conflict { by, ..proof.clone() }).is_err());
        assert!(fresh.remember(Conflict { by: Vec::new(), ..proof }).is_err() && fresh.conflicts().is_empty());
    }
}
