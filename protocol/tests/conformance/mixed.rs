//! Documents that do not belong together, and one put in the place of another.

use okrug_protocol::document::{Document, DocumentError};
use okrug_protocol::ids::{DistrictId, Hash32, UnitId};
use okrug_protocol::labels;
use okrug_protocol::sample::{self, signed, signing};
use okrug_protocol::trust::{DistrictFile, Trust, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, enveloped, forged, next_chart, threshold};

cases! {
    editions_are_told_together: "a neighbour serves a new chart with old revocations: the hello names all editions together" => {
        let mut rig = Rig::delegated();
        let before = rig.versions();
        let chart = rig.chart(|chart| chart.units[0].name.push('а'));
        rig.takes(Kind::Chart, &chart);
        let after = rig.versions();
        assert_ne!(before, after);
        assert_eq!((before.revocations, before.bootstrap, &before.subcharts), (after.revocations, after.bootstrap, &after.subcharts));
        assert_eq!(after.of(SUB).0.0, 1);
    }
    a_chart_of_another_district: "a chart of another district that the same key signs" => {
        let mut rig = Rig::new();
        let foreign = rig.chart(|chart| chart.head.district = DistrictId(Hash32([9; 32])));
        assert!(matches!(rig.refuses(Kind::Chart, &foreign), TrustError::ForeignDistrict { .. }));
    }
    revocations_of_another_district: "a list of revocations of another district" => {
        let mut rig = Rig::new();
        let mut other = rig.s.trust.charter().doc().clone();
        other.name = "Соседний округ".to_owned();
        let district = signed(other, &rig.two()).district();
        let head = sample::head(district, okrug_protocol::ids::Version(1), Hash32::ZERO);
        let list = okrug_protocol::revocations::Revocations { head, offices: Vec::new(), persons: Vec::new() };
        let bytes = forged(&list, &[&rig.s.revocation_key]);
        assert!(matches!(rig.refuses(Kind::Revocations, &bytes), TrustError::ForeignDistrict { .. }));
    }
    a_subtree_of_another_district: "the directory of a subtree of another district, signed by the same key" => {
        let mut rig = Rig::delegated();
        let bytes = rig.subchart(|chart| chart.head.district = DistrictId(Hash32([9; 32])));
        assert!(matches!(rig.refuses(SUB, &bytes), TrustError::ForeignDistrict { .. }));
    }
    a_file_mixed_of_two_districts: "the charters of one district with the chart of another" => {
        let rig = Rig::new();
        let mut other = rig.s.trust.charter().doc().clone();
        other.name = "Соседний округ".to_owned();
        let founded = signed(other, &rig.two());
        let file = DistrictFile { charters: vec![founded.encode()], ..rig.node.to_file() };
        assert!(matches!(Trust::from_file(None, &file), Err(TrustError::ForeignDistrict { .. })));
        assert!(matches!(Trust::from_file(Some(rig.s.id()), &file), Err(TrustError::ForeignDistrict { .. })));
    }
    a_signature_of_one_kind_on_another: "a signature made for a list of addresses, on a chart" => {
        let mut rig = Rig::new();
        let chart = next_chart(&rig.s.trust, |_| ());
        let body = okrug_protocol::codec::encode(&chart);
        let key = &rig.s.directory_key;
        let bytes = enveloped(&body, &[(key.public(), key.sign(labels::BOOTSTRAP, &body))]);
        let refused = TrustError::Document { kind: Kind::Chart, error: DocumentError::BadSignature(key.public()) };
        assert_eq!(rig.refuses(Kind::Chart, &bytes), refused);
    }
    a_chart_offered_as_a_list: "a chart under the name of every other kind" => {
        let mut rig = Rig::delegated();
        let chart = rig.chart(|_| ());
        for kind in [Kind::Revocations, Kind::Charter, Kind::Bootstrap, SUB] {
            rig.refuses(kind, &chart);
        }
    }
    a_subtree_offered_as_the_chart: "the directory of a subtree under the name of the chart" => {
        let mut rig = Rig::delegated();
        let bytes = rig.subchart(|_| ());
        for kind in Kind::ALL {
            rig.refuses(kind, &bytes);
        }
    }
    the_body_of_one_with_the_signatures_of_another: "signatures of an earlier edition under a later body" => {
        let mut rig = Rig::new();
        let first = rig.node.chart().clone();
        let chart = next_chart(&rig.s.trust, |chart| drop(chart.offices.pop()));
        let body = okrug_protocol::codec::encode(&chart);
        let key = &rig.s.directory_key;
        let bytes = enveloped(&body, &[(key.public(), key.sign(<okrug_protocol::chart::Chart as Document>::LABEL, first.body()))]);
        assert!(matches!(rig.refuses(Kind::Chart, &bytes), TrustError::Document { .. }));
    }
    the_directory_of_one_subtree_for_another: "a key of one subtree signs a directory for another" => {
        let mut rig = Rig::delegated();
        rig.s.delegate(3);
        rig.node = rig.s.trust.clone();
        let bytes = rig.subchart(|chart| chart.unit = UnitId(3));
        let kind = Kind::Subchart(UnitId(3));
        assert_eq!(rig.refuses(kind, &bytes), threshold(kind, 0, 1));
    }
    a_subtree_ahead_of_its_chart: "the directory of a subtree that was made against a chart which is not here yet: it waits" => {
        let mut rig = Rig::delegated();
        let ahead = rig.subchart(|chart| chart.chart = okrug_protocol::ids::Version(9));
        assert!(matches!(rig.refuses(SUB, &ahead), TrustError::Ahead { .. }));
    }
    a_chart_before_its_charter: "a chart of an epoch that no charter here names: it waits" => {
        let mut rig = Rig::new();
        let new = signing("directory", 1);
        let charter = rig.charter(|charter| crate::rig::hand_over(charter, &new), &rig.two());
        let chart = rig.chart_by(|chart| chart.head.version = okrug_protocol::ids::Version(65_536), &[&new]);
        assert!(matches!(rig.refuses(Kind::Chart, &chart), TrustError::Ahead { .. }));
        rig.takes(Kind::Charter, &charter);
        rig.takes(Kind::Chart, &chart);
    }
    a_chart_signed_for_another_role: "a list of revocations signed by the directory's key, and a chart by the revocations' key" => {
        let mut rig = Rig::new();
        let list = rig.revocations(1, 1, &rig.s.directory_key);
        assert_eq!(rig.refuses(Kind::Revocations, &list), threshold(Kind::Revocations, 0, 1));
        let chart = rig.chart_by(|_| (), &[&rig.s.revocation_key]);
        assert_eq!(rig.refuses(Kind::Chart, &chart), threshold(Kind::Chart, 0, 1));
    }
}
