//! What a node finds on its own disk, and on a stick.

use okrug_protocol::ids::UnitId;
use okrug_protocol::trust::{DistrictFile, FileError, Trust, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, older, stranger};

fn restarted(rig: &Rig) -> Trust {
    Trust::from_file(Some(rig.s.id()), &DistrictFile::decode(&rig.node.to_file().encode()).unwrap()).unwrap()
}

cases! {
    a_restart_knows_no_less: "a node must know after a restart all that it knew before" => {
        let mut rig = Rig::delegated();
        let (chart, sub) = (rig.chart(|chart| chart.units[0].name.push('а')), rig.subchart(|chart| chart.units[0].name.push('а')));
        rig.takes(Kind::Chart, &chart);
        rig.takes(SUB, &sub);
        assert_eq!(restarted(&rig).versions(), rig.node.versions());
        assert_eq!(restarted(&rig).to_file(), rig.node.to_file());
    }
    a_disk_set_back_takes_the_newer_again: "a disk is set back: the first neighbour brings what is newer, the past cannot return" => {
        let mut rig = Rig::new();
        let old = rig.node.to_file();
        let second = rig.chart(|chart| drop(chart.offices.pop()));
        rig.takes(Kind::Chart, &second);
        let mut set_back = Trust::from_file(Some(rig.s.id()), &old).unwrap();
        set_back.accept_chart(&second).unwrap();
        assert_eq!(set_back.accept_file(&old), Err(older(Kind::Chart, 2, 1)));
    }
    a_file_with_a_changed_bit: "any bit of a district file is changed, its subtrees included" => {
        let rig = Rig::delegated();
        let bytes = rig.node.to_file().encode();
        for at in (0..bytes.len() * 8).step_by(11) {
            let mut changed = bytes.clone();
            changed[at / 8] ^= 1 << (at % 8);
            let read = DistrictFile::decode(&changed).map_err(TrustError::from).and_then(|file| Trust::from_file(Some(rig.s.id()), &file));
            assert!(read.is_err(), "bit {at}");
        }
    }
    a_file_cut_short: "a district file is cut anywhere" => {
        let bytes = Rig::delegated().node.to_file().encode();
        for cut in (8..bytes.len()).step_by(7) {
            assert!(matches!(DistrictFile::decode(&bytes[..cut]), Err(FileError::Length { .. })));
        }
    }
    a_file_with_a_subtree_twice: "a file with two directories of one subtree" => {
        let rig = Rig::delegated();
        let mut file = rig.node.to_file();
        file.subcharts.push(file.subcharts[0].clone());
        assert!(matches!(Trust::from_file(None, &file), Err(TrustError::Document { .. })));
    }
    a_file_with_a_subtree_of_strangers: "a file whose subtree is signed by a stranger: the file is refused, not the row" => {
        let rig = Rig::delegated();
        let file = DistrictFile { subcharts: vec![rig.subchart_by(|_| (), &[&stranger(1)])], ..rig.node.to_file() };
        assert!(matches!(Trust::from_file(None, &file), Err(TrustError::Threshold { .. })));
        let mut node = rig.node.clone();
        assert!(node.accept_file(&file).is_err());
        assert_eq!(node.versions(), rig.node.versions());
    }
    a_file_with_an_older_subtree_keeps_the_newer: "the district's file has an older directory of a subtree than the mesh brought" => {
        let mut rig = Rig::delegated();
        let file = rig.s.trust.to_file();
        let sub = rig.subchart(|chart| chart.units[0].name.push('а'));
        rig.takes(SUB, &sub);
        assert!(!rig.node.accept_file(&file).unwrap().any_newer());
        assert_eq!(rig.node.subcharts()[&UnitId(2)].encode(), sub);
    }
    a_file_without_subtrees_takes_none_away: "a file from before the delegation's first directory" => {
        let mut rig = Rig::delegated();
        let file = DistrictFile { subcharts: Vec::new(), ..rig.node.to_file() };
        assert!(!rig.node.accept_file(&file).unwrap().any_newer());
        assert!(rig.lists(201));
    }
    a_file_of_a_newer_program: "a file in a format that this program does not know" => {
        let mut bytes = Rig::new().node.to_file().encode();
        bytes[8] = 9;
        assert_eq!(DistrictFile::decode(&bytes), Err(FileError::Format(9)));
    }
    a_file_refused_whole: "a file with one bad part: nothing of it is taken" => {
        let mut rig = Rig::new();
        rig.s.amend(|chart| chart.units[0].name.push('а'));
        let file = DistrictFile { bootstrap: Some(rig.bootstrap(|list| list.head.version.0 = 0)), ..rig.s.trust.to_file() };
        let before = rig.node.versions();
        assert!(rig.node.accept_file(&file).is_err());
        assert_eq!(rig.node.versions(), before);
    }
}
