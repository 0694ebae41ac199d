//! Nodes that were away for long, or know nothing yet.

use okrug_protocol::ids::{UnitId, Version};

use okrug_protocol::trust::{Accepted, Trust, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, stranger};

/// Two changes of the directory's key, with editions between.
fn years(rig: &mut Rig) {
    for n in 0..2 {
        let new = stranger(n);
        let charter = rig.charter(|charter| crate::rig::hand_over(charter, &new), &rig.two());
        rig.s.trust.accept_charter(&charter).unwrap();
        rig.s.directory_key = new;
        let first = rig.chart(|chart| chart.head.version = Version((n + 1) << 16));
        rig.s.trust.accept_chart(&first).unwrap();
        rig.s.amend(|chart| chart.units[0].name.push('а'));
    }
}

cases! {
    years_away_in_order: "a node comes back after years: charters first, then the chart" => {
        let mut rig = Rig::new();
        years(&mut rig);
        for kind in Kind::ALL {
            for bytes in rig.s.trust.envelopes(kind, rig.node.versions().of(kind).0) {
                rig.takes(kind, &bytes);
            }
        }
        assert_eq!(rig.node.versions(), rig.s.trust.versions());
    }
    years_away_in_the_wrong_order: "the newest chart comes before the charters that name its keys: it waits, nothing is lost" => {
        let mut rig = Rig::new();
        years(&mut rig);
        let chart = rig.s.trust.chart().encode();
        assert!(matches!(rig.refuses(Kind::Chart, &chart), TrustError::Ahead { .. }));
        for bytes in rig.s.trust.envelopes(Kind::Charter, Version(1)) {
            rig.takes(Kind::Charter, &bytes);
        }
        rig.takes(Kind::Chart, &chart);
    }
    years_away_by_a_stick: "a node comes back by a district file alone" => {
        let mut rig = Rig::delegated();
        years(&mut rig);
        assert!(rig.node.accept_file(&rig.s.trust.to_file()).unwrap().any_newer());
        assert_eq!(rig.node.versions(), rig.s.trust.versions());
        assert!(rig.lists(201));
    }
    an_old_chart_stays_in_use_until_the_new_one: "between the charter and the chart of a new epoch a node goes on working" => {
        let mut rig = Rig::new();
        years(&mut rig);
        let next = rig.s.trust.envelopes(Kind::Charter, Version(1));
        rig.takes(Kind::Charter, &next[0]);
        assert!(rig.lists(1) && rig.lists(3));
        let restarted = Trust::from_file(None, &rig.node.to_file()).unwrap();
        assert_eq!(restarted.versions(), rig.node.versions(), "and after a restart it still does");
    }
    an_old_subtree_stays_in_use_until_the_new_one: "between new keys of a subtree and its next directory its offices work on" => {
        let mut rig = Rig::delegated();
        let held = rig.s.trust.subcharts()[&UnitId(2)].clone();
        let chart = rig.chart(|chart| {
            let row = &mut chart.delegations[0];
            (row.role.keys, row.epoch, row.kept) = (vec![stranger(1).public()], 1, Some((held.version(), held.hash())));
        });
        rig.takes(Kind::Chart, &chart);
        assert!(rig.lists(201));
        let restarted = Trust::from_file(None, &rig.node.to_file()).unwrap();
        assert_eq!(restarted.versions(), rig.node.versions());
        assert_eq!(restarted.freshness_of(UnitId(2), okrug_protocol::sample::ISSUED), Some(okrug_protocol::trust::Freshness::Overdue));
    }
    a_subtree_by_many_neighbours: "editions of a subtree come from several neighbours in any order: the newest stays" => {
        let rig = Rig::delegated();
        let mut authority = Rig::delegated();
        let editions: Vec<Vec<u8>> = (0..4).map(|n| authority.s.amend_delegated(2, |chart| chart.units[0].name = format!("Сектор {n}"))).collect();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let mut node = rig.node.clone();
            for at in order {
                let _ = node.accept_subchart(&editions[at]);
            }
            assert_eq!(node.versions(), authority.s.trust.versions());
        }
    }
    a_node_that_missed_the_delegation: "the directory of a subtree reaches a node that has not heard of the delegation: it waits for the chart" => {
        let mut rig = Rig::new();
        let file = Rig::delegated().s.trust;
        let sub = file.subcharts()[&UnitId(2)].encode();
        assert!(matches!(rig.refuses(SUB, &sub), TrustError::NotDelegated { .. } | TrustError::Ahead { .. }));
        rig.takes(Kind::Chart, &file.chart().encode());
        rig.takes(SUB, &sub);
    }
    removals_reach_whoever_comes_back: "revocations are taken whatever else is old" => {
        let mut rig = Rig::new();
        let list = rig.revocations(1, 1, &rig.s.revocation_key);
        years(&mut rig);
        assert_eq!(rig.node.accept_revocations(&list), Ok(Accepted::Newer));
    }
    a_new_node_pinned_to_the_district: "a stranger's district file of the same name is given to a new node" => {
        let rig = Rig::new();
        let mut charter = rig.s.trust.charter().doc().clone();
        let (a, b) = (stranger(1), stranger(2));
        charter.root.keys = vec![a.public(), b.public()];
        charter.root.keys.sort();
        let mine = okrug_protocol::sample::signed(charter, &[&a, &b]);
        let file = okrug_protocol::trust::DistrictFile { charters: vec![mine.encode()], ..rig.node.to_file() };
        assert!(matches!(Trust::from_file(Some(rig.s.id()), &file), Err(TrustError::ForeignDistrict { .. })));
    }
}
