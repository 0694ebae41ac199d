//! The highest version there is, signed by a thief.

use okrug_protocol::chart::{Chart, Delegation};
use okrug_protocol::document::{DocumentError, Head};
use okrug_protocol::ids::{UnitId, Version};
use okrug_protocol::sample::{delegation, signing};
use okrug_protocol::trust::TrustError;

use crate::cases;
use crate::rig::{Kind, Rig, SUB, forged, good, older, stranger, wrong};

const LAST: Version = Version(65_535);

fn thief_signs_the_last(rig: &Rig) -> Vec<u8> {
    rig.chart(|chart| {
        chart.head.version = LAST;
        drop(chart.offices.pop());
    })
}

cases! {
    a_thief_signs_the_last_version: "a stolen directory key signs version 65535, so that no other could follow" => {
        let mut rig = Rig::new();
        let last = thief_signs_the_last(&rig);
        rig.takes(Kind::Chart, &last);
        let next = rig.chart(|_| ());
        assert_eq!(rig.refuses(Kind::Chart, &next), older(Kind::Chart, 65_535, 2));
    }
    a_new_epoch_leaves_the_thief_behind: "after the fast-forward the charter names another key: its first version is higher" => {
        let mut rig = Rig::new();
        let last = thief_signs_the_last(&rig);
        rig.takes(Kind::Chart, &last);
        let new = stranger(1);
        rig.replace_directory_key(&new);
        let first = rig.chart_by(|chart| chart.head.version = Version(65_536), &[&new]);
        rig.takes(Kind::Chart, &first);
        assert!(rig.lists(3), "the office that the thief struck out is back");
    }
    the_thief_signs_on_in_the_old_epoch: "the thief goes on with the old key after the charter has left it behind" => {
        let mut rig = Rig::new();
        let last = thief_signs_the_last(&rig);
        rig.replace_directory_key(&stranger(1));
        assert_eq!(rig.refuses(Kind::Chart, &last), older(Kind::Chart, 65_536, 65_535));
    }
    the_thief_signs_in_the_new_epoch: "the thief signs with the old key in the new epoch" => {
        let mut rig = Rig::new();
        let old = rig.s.directory_key.clone();
        rig.replace_directory_key(&stranger(1));
        let bytes = rig.chart_by(|chart| chart.head.version = Version(65_536), &[&old]);
        assert!(matches!(rig.refuses(Kind::Chart, &bytes), TrustError::Threshold { have: 0, need: 1, .. }));
    }
    an_epoch_that_no_charter_names: "a version of an epoch far ahead, that no charter names" => {
        let mut rig = Rig::new();
        let bytes = rig.chart(|chart| chart.head.version = Version(u32::MAX));
        assert!(matches!(rig.refuses(Kind::Chart, &bytes), TrustError::Ahead { .. }));
    }
    a_list_of_addresses_fast_forwarded: "the stolen key signs the last version of the list of addresses" => {
        let mut rig = Rig::new();
        let last = rig.bootstrap(|list| {
            list.head.version = LAST;
            list.rows.clear();
        });
        rig.takes(Kind::Bootstrap, &last);
        let new = stranger(1);
        rig.replace_directory_key(&new);
        let held = rig.s.trust.bootstrap_list().unwrap();
        let mut list = held.doc().clone();
        (list.head.version, list.head.previous) = (Version(65_536), held.hash());
        rig.takes(Kind::Bootstrap, &good(list, &[&new]));
        assert_eq!(rig.node.bootstrap().len(), 2);
    }
    revocations_fast_forwarded: "a stolen revocation key signs the last version: a new epoch goes on" => {
        let mut rig = Rig::new();
        let first = rig.revocations(1, 1, &rig.s.revocation_key);
        rig.publish(Kind::Revocations, &first);
        let last = rig.revocations(65_535, 1, &rig.s.revocation_key);
        rig.takes(Kind::Revocations, &last);
        let new = stranger(2);
        let charter = rig.charter(
            |charter| {
                charter.revocations.keys = vec![new.public()];
                charter.revocations_epoch = 1;
            },
            &rig.two(),
        );
        rig.takes(Kind::Charter, &charter);
        let next = rig.revocations(65_536, 1, &new);
        rig.takes(Kind::Revocations, &next);
    }
    a_charter_that_skips_to_the_last: "a charter of the highest version, so that the chain ends" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| charter.head.version = Version(1_024), &rig.two());
        assert!(matches!(rig.refuses(Kind::Charter, &bytes), TrustError::Ahead { .. }));
    }
    a_subtree_fast_forwarded: "a stolen key of a subtree signs its last version" => {
        let mut rig = Rig::delegated();
        let last = rig.subchart(|chart| {
            chart.head.version = LAST;
            chart.offices.clear();
            chart.addresses.clear();
        });
        rig.takes(SUB, &last);
        assert!(!rig.lists(201));
        let new = stranger(3);
        let held = rig.s.trust.subcharts()[&UnitId(2)].clone();
        let chart = rig.chart(|chart| {
            let row = &mut chart.delegations[0];
            (row.role.keys, row.epoch, row.kept) = (vec![new.public()], 1, Some((held.version(), held.hash())));
        });
        rig.takes(Kind::Chart, &chart);
        assert_eq!(rig.version(SUB), 0, "what the thief signed is dropped at once");
        rig.takes(SUB, &held.encode());
        assert!(rig.lists(201), "what the chart keeps by its hash is taken up again");
        let first = rig.subchart_by(|chart| chart.head.version = Version(65_536), &[&new]);
        rig.takes(SUB, &first);
    }
    an_epoch_that_is_no_epoch: "a delegation of an epoch that no version can have" => {
        let mut rig = Rig::new();
        let bytes = rig.chart(|chart| chart.delegations.push(Delegation { epoch: 65_536, ..delegation(2) }));
        assert_eq!(rig.refuses(Kind::Chart, &bytes), wrong(Kind::Chart, DocumentError::DelegatedSince(UnitId(2))));
    }
    versions_end_without_a_new_epoch: "nobody can sign past the last version of an epoch by counting on" => {
        assert_eq!((LAST.next(), Version(65_534).next()), (None, Some(LAST)));
        let mut rig = Rig::new();
        let chart = rig.node.chart().doc().clone();
        let past_the_end = Chart { head: Head { version: Version(65_536), ..chart.head }, ..chart };
        rig.refuses(Kind::Chart, &forged(&past_the_end, &[&signing("directory", 0)]));
    }
}
