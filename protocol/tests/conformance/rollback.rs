//! Older documents in the place of newer ones.

use okrug_protocol::ids::{Hash32, Version};
use okrug_protocol::trust::{Accepted, DistrictFile, Trust};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, follow, older};

cases! {
    chart_rolled_back: "an older chart that lists an office which has left" => {
        let mut rig = Rig::new();
        let first = rig.node.chart().encode();
        let second = rig.chart(|chart| drop(chart.offices.pop()));
        rig.takes(Kind::Chart, &second);
        assert_eq!(rig.refuses(Kind::Chart, &first), older(Kind::Chart, 2, 1));
        assert!(!rig.lists(3));
    }
    revocations_rolled_back: "an older list of revocations, in which somebody is not revoked yet" => {
        let mut rig = Rig::new();
        let (first, second) = (rig.revocations(1, 0, &rig.s.revocation_key), rig.revocations(1, 1, &rig.s.revocation_key));
        rig.takes(Kind::Revocations, &first);
        let _ = second;
        let newer = { rig.s.trust.accept_revocations(&first).unwrap(); rig.revocations(2, 1, &rig.s.revocation_key) };
        rig.takes(Kind::Revocations, &newer);
        assert_eq!(rig.refuses(Kind::Revocations, &first), older(Kind::Revocations, 2, 1));
    }
    bootstrap_rolled_back: "an older list of addresses, that leads to a seized machine" => {
        let mut rig = Rig::new();
        let first = rig.node.bootstrap_list().unwrap().encode();
        let second = rig.bootstrap(|list| list.rows.clear());
        rig.takes(Kind::Bootstrap, &second);
        assert_eq!(rig.refuses(Kind::Bootstrap, &first), older(Kind::Bootstrap, 2, 1));
        assert!(rig.node.bootstrap().is_empty());
    }
    charter_known_changes_nothing: "an older charter of the chain is offered again" => {
        let mut rig = Rig::new();
        let first = rig.node.charter().encode();
        let second = rig.charter(|charter| charter.name = "Иначе".to_owned(), &rig.two());
        rig.takes(Kind::Charter, &second);
        assert_eq!(rig.node.accept_charter(&first), Ok(Accepted::Same));
        assert_eq!(rig.version(Kind::Charter), 2);
    }
    delegated_rolled_back: "an older directory of a subtree, that lists an office which has left" => {
        let mut rig = Rig::delegated();
        let first = rig.node.subcharts()[&okrug_protocol::ids::UnitId(2)].encode();
        let second = rig.subchart(|chart| { chart.offices.clear(); chart.addresses.clear(); });
        rig.takes(SUB, &second);
        assert_eq!(rig.refuses(SUB, &first), older(SUB, 2, 1));
        assert!(!rig.lists(201));
    }
    district_file_rolled_back: "an older district file on a stick" => {
        let mut rig = Rig::new();
        let old = rig.node.to_file();
        let second = rig.chart(|chart| drop(chart.offices.pop()));
        rig.takes(Kind::Chart, &second);
        assert_eq!(rig.node.accept_file(&old), Err(older(Kind::Chart, 2, 1)));
        assert!(!rig.lists(3));
    }
    older_epoch_with_a_higher_count: "an edition of an earlier epoch, however high it counts" => {
        let mut rig = Rig::new();
        let late = rig.chart(|chart| chart.head.version = Version(65_535));
        rig.replace_directory_key(&crate::rig::stranger(1));
        assert_eq!(rig.refuses(Kind::Chart, &late), older(Kind::Chart, 65_536, 65_535));
    }
    same_version_again_is_no_news: "the same edition again and again, to keep a node busy" => {
        let mut rig = Rig::new();
        let (bytes, before) = (rig.node.chart().encode(), rig.node.directory());
        for _ in 0..3 {
            assert_eq!(rig.node.accept_chart(&bytes), Ok(Accepted::Same));
        }
        assert!(std::sync::Arc::ptr_eq(&before, &rig.node.directory()), "nothing was folded anew");
    }
    skipped_versions_are_taken: "versions in between that a node never saw" => {
        let mut rig = Rig::new();
        for _ in 0..5 {
            rig.s.amend(|chart| chart.units[0].name.push('а'));
        }
        let sixth = rig.s.trust.chart().encode();
        rig.takes(Kind::Chart, &sixth);
        assert_eq!((rig.version(Kind::Chart), rig.node.conflicts().len()), (6, 0));
        let third = rig.chart(|chart| chart.head = follow(rig.s.trust.chart()));
        rig.takes(Kind::Chart, &third);
    }
    a_file_of_the_past_founds_no_node_of_the_present: "a new node is given an old file: it is no older than what others hold only after the first contact" => {
        let mut rig = Rig::new();
        let old = DistrictFile::decode(&rig.node.to_file().encode()).unwrap();
        rig.s.amend(|chart| drop(chart.offices.pop()));
        let mut fresh = Trust::from_file(Some(rig.s.id()), &old).unwrap();
        assert_eq!(fresh.accept_chart(&rig.s.trust.chart().encode()), Ok(Accepted::Newer));
        assert_eq!(fresh.accept_file(&old), Err(older(Kind::Chart, 2, 1)));
    }
    version_zero: "a document without a version, older than the first" => {
        let mut rig = Rig::new();
        let zero = rig.chart(|chart| { chart.head.version = Version(0); chart.head.previous = Hash32::ZERO; });
        assert_eq!(rig.refuses(Kind::Chart, &zero), older(Kind::Chart, 1, 0));
    }
}
