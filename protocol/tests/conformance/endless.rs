//! Documents without end, without sense, or in more forms than one.

use okrug_protocol::bounds::{
    BOOTSTRAP_MAX_BYTES, CHARTER_MAX_BYTES, DIRECTORY_MAX_BYTES, MAX_DELEGATIONS, MAX_DISTRICT_FILE, REVOCATIONS_MAX_BYTES,
    SUBCHART_MAX_BYTES,
};
use okrug_protocol::chart::{Delegation, Span, Unit};
use okrug_protocol::codec::CodecError;
use okrug_protocol::document::DocumentError;
use okrug_protocol::ids::UnitId;
use okrug_protocol::sample::delegation;
use okrug_protocol::trust::{DistrictFile, FileError, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, enveloped, stranger, wrong};

fn too_long(kind: Kind, max: usize) -> TrustError {
    wrong(kind, DocumentError::Codec(CodecError::TooLong { len: max + 1, max }))
}

fn many(kind: Kind, what: &'static str, have: usize, max: usize) -> TrustError {
    wrong(kind, DocumentError::TooMany { what, have, max })
}

cases! {
    an_endless_charter: "a charter that does not end: refused by its length alone" => {
        let refused = Rig::new().refuses(Kind::Charter, &vec![0xff; CHARTER_MAX_BYTES + 1]);
        assert_eq!(refused, too_long(Kind::Charter, CHARTER_MAX_BYTES));
    }
    an_endless_chart: "a chart that does not end: refused by its length alone" => {
        let refused = Rig::new().refuses(Kind::Chart, &vec![0xff; DIRECTORY_MAX_BYTES + 1]);
        assert_eq!(refused, too_long(Kind::Chart, DIRECTORY_MAX_BYTES));
    }
    an_endless_list_of_revocations: "a list of revocations that does not end" => {
        let refused = Rig::new().refuses(Kind::Revocations, &vec![0xff; REVOCATIONS_MAX_BYTES + 1]);
        assert_eq!(refused, too_long(Kind::Revocations, REVOCATIONS_MAX_BYTES));
    }
    an_endless_list_of_addresses: "a list of addresses that does not end" => {
        let refused = Rig::new().refuses(Kind::Bootstrap, &vec![0xff; BOOTSTRAP_MAX_BYTES + 1]);
        assert_eq!(refused, too_long(Kind::Bootstrap, BOOTSTRAP_MAX_BYTES));
    }
    an_endless_directory_of_a_subtree: "a sub-authority's directory that does not end" => {
        let refused = Rig::delegated().refuses(SUB, &vec![0xff; SUBCHART_MAX_BYTES + 1]);
        assert_eq!(refused, too_long(Kind::Subchart(UnitId(0)), SUBCHART_MAX_BYTES));
    }
    an_endless_district_file: "a district file that does not end" => {
        let mut bytes = b"OKRUGDST\x01".to_vec();
        bytes.extend(u32::try_from(MAX_DISTRICT_FILE + 1).unwrap().to_le_bytes());
        bytes.resize(bytes.len() + MAX_DISTRICT_FILE + 1, 0xff);
        assert!(matches!(DistrictFile::decode(&bytes), Err(FileError::Damaged(CodecError::TooLong { .. }))));
    }
    a_length_that_lies: "a length of four thousand million in a document of ten bytes allocates nothing" => {
        for kind in [Kind::Revocations, Kind::Charter, Kind::Chart, Kind::Bootstrap, SUB] {
            Rig::delegated().refuses(kind, &[0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]);
        }
    }
    nothing_at_all: "an empty document and one cut at every byte" => {
        let mut rig = Rig::new();
        let chart = rig.chart(|_| ());
        for cut in 0..chart.len() {
            rig.refuses(Kind::Chart, &chart[..cut]);
        }
    }
    something_behind_the_end: "bytes behind the end of a document, which would give it two hashes on the wire" => {
        let mut rig = Rig::new();
        let chart = [rig.chart(|_| ()), vec![0]].concat();
        assert_eq!(rig.refuses(Kind::Chart, &chart), wrong(Kind::Chart, DocumentError::Codec(CodecError::Trailing(1))));
    }
    a_second_encoding: "the same document in a longer encoding of one of its numbers" => {
        let mut rig = Rig::new();
        let body = okrug_protocol::codec::encode(&crate::rig::next_chart(&rig.s.trust, |_| ()));
        // The version behind the district's 32 bytes is 2: as a number of three bytes it would say the same.
        let longer = [&body[..32], &[0xfb, 2, 0], &body[33..]].concat();
        let key = &rig.s.directory_key;
        let signature = key.sign(<okrug_protocol::chart::Chart as okrug_protocol::document::Document>::LABEL, &longer);
        rig.refuses(Kind::Chart, &enveloped(&longer, &[(key.public(), signature)]));
    }
    signatures_without_end: "more signatures than all roles together can give" => {
        let mut rig = Rig::new();
        let keys: Vec<_> = (0..33).map(stranger).collect();
        let bytes = rig.chart_by(|_| (), &keys.iter().collect::<Vec<_>>());
        assert_eq!(rig.refuses(Kind::Chart, &bytes), many(Kind::Chart, "signatures", 33, 32));
    }
    units_without_end: "more units than a district may have, in a chart that is rightly signed" => {
        let mut rig = Rig::new();
        let unit = |id| Unit { id: UnitId(id), parent: (id > 1).then_some(UnitId(1)), name: "Отдел".to_owned() };
        let bytes = rig.chart(|chart| { chart.units = (1..=20_001).map(unit).collect(); chart.past.clear(); });
        assert!(matches!(rig.refuses(Kind::Chart, &bytes), TrustError::Document { .. }));
    }
    delegations_without_end: "more delegations than a district may have" => {
        let mut rig = Rig::new();
        let span = |n: u32| Span { first: 1_000 * n, last: 1_000 * n + 9 };
        let count = u32::try_from(MAX_DELEGATIONS).unwrap() + 1;
        let rows = (1..=count).map(|n| Delegation { unit: UnitId(n), units: span(n), offices: span(n), ..delegation(2) });
        let bytes = rig.chart(|chart| {
            chart.units = (1..=count).map(|n| Unit { id: UnitId(n), parent: (n > 1).then_some(UnitId(1)), name: "Отдел".to_owned() }).collect();
            chart.delegations = rows.collect();
        });
        assert_eq!(rig.refuses(Kind::Chart, &bytes), many(Kind::Chart, "delegations", MAX_DELEGATIONS + 1, MAX_DELEGATIONS));
    }
    a_tree_without_a_top: "units in a circle, to make a walk up the tree endless" => {
        let mut rig = Rig::new();
        let bytes = rig.chart(|chart| chart.units[1].parent = Some(UnitId(5)));
        assert!(matches!(rig.refuses(Kind::Chart, &bytes), TrustError::Document { error: DocumentError::Cycle(_), .. }));
    }
    a_circle_in_a_subtree: "a sub-authority's units in a circle: passed over, the rest counts" => {
        let mut rig = Rig::delegated();
        let unit = |id: u32, parent: u32| Unit { id: UnitId(id), parent: Some(UnitId(parent)), name: "Круг".to_owned() };
        let bytes = rig.subchart(|chart| chart.units.extend([unit(202, 203), unit(203, 202)]));
        rig.takes(SUB, &bytes);
        assert_eq!((rig.strays(), rig.lists(201)), (2, true));
    }
    a_tower_in_a_subtree: "a sub-authority's units deeper than a tree may be: passed over from there on" => {
        let mut rig = Rig::delegated();
        let unit = |id: u32| Unit { id: UnitId(id), parent: Some(UnitId(id - 1)), name: "Башня".to_owned() };
        let bytes = rig.subchart(|chart| chart.units.extend((202..=299).map(unit)));
        rig.takes(SUB, &bytes);
        let directory = rig.node.directory();
        assert_eq!(directory.units().map(|unit| directory.unit_path(unit.id).len()).max(), Some(32));
        // u1, u2 and the thirty from u201 on fit; those from u231 on do not.
        assert_eq!(rig.strays(), 69);
    }
}
