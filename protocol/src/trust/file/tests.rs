//! The district file: whole or not at all.

use super::*;
use crate::sample;
use crate::trust::Freshness;

#[test]
fn a_file_reads_back_and_gives_the_same_trust() {
    let mut sample = sample::district(4);
    let bytes = sample.file.encode();
    let file = DistrictFile::decode(&bytes).unwrap();
    assert_eq!(file, sample.file);
    assert_eq!(file.district(), Ok(sample.id()));
    let trust = Trust::from_file(Some(sample.id()), &file).unwrap();
    assert_eq!(trust.to_file(), file);
    assert_eq!(trust.bootstrap().len(), 2);
    assert_eq!(trust.freshness(sample::ISSUED), Freshness::Fresh);
    let taken = sample.trust.accept_file(&file).unwrap();
    assert!(!taken.any_newer());
    assert_eq!((taken.charter, taken.revocations, taken.bootstrap), (Accepted::Same, None, Some(Accepted::Same)));
}

#[test]
fn a_newer_file_is_taken_and_an_older_one_refused_whole() {
    let mut sample = sample::district(4);
    let old = sample.file.clone();
    let mut node = Trust::from_file(None, &old).unwrap();
    sample.amend(|chart| chart.units[0].name = "Новое".to_owned());
    assert!(node.accept_file(&sample.file).unwrap().any_newer());
    let before = node.versions();
    let refused = TrustError::Older { kind: DocumentKind::Chart, have: Version(2), got: Version(1) };
    assert_eq!(node.accept_file(&old), Err(refused));
    assert_eq!(node.versions(), before);
}

#[test]
fn a_refused_file_leaves_nothing_but_a_proof() {
    let mut sample = sample::district(4);
    let (mut node, mut other) = (sample.trust.clone(), sample.clone());
    sample.amend(|chart| chart.units[0].name = "Одно".to_owned());
    node.accept_file(&sample.file).unwrap();
    other.amend(|chart| chart.units[0].name = "Другое".to_owned());
    let before = node.versions();
    assert_eq!(node.accept_file(&other.file), Err(TrustError::Conflict { kind: DocumentKind::Chart, version: Version(2) }));
    assert_eq!((node.versions(), node.conflicts().len()), (before, 1));
}

#[test]
fn what_is_no_district_file_is_told_from_a_cut_a_newer_and_a_damaged_one() {
    let bytes = sample::district(4).file.encode();
    assert_eq!(DistrictFile::decode(b"PK\x03\x04 something else"), Err(FileError::NotADistrictFile));
    assert_eq!(DistrictFile::decode(b""), Err(FileError::NotADistrictFile));
    for cut in MAGIC.len()..bytes.len() {
        assert!(matches!(DistrictFile::decode(&bytes[..cut]), Err(FileError::Length { .. })), "cut at {cut}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(DistrictFile::decode(&longer), Err(FileError::Length { have: bytes.len() + 1, need: bytes.len() }));
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(DistrictFile::decode(&newer), Err(FileError::Format(2)));
    let mut damaged = bytes;
    damaged[PREAMBLE] = 0xff;
    assert!(matches!(DistrictFile::decode(&damaged), Err(FileError::Damaged(_))));
}

#[test]
fn a_file_without_a_first_charter_is_refused() {
    let file = sample::district(1).file;
    let none = DistrictFile { charters: Vec::new(), ..file.clone() };
    assert_eq!(DistrictFile::decode(&none.encode()), Err(FileError::Charters(0)));
    assert_eq!(Trust::from_file(None, &none).unwrap_err(), TrustError::File(FileError::Charters(0)));
    let twice = DistrictFile { charters: vec![file.charters[0].clone(); 2], ..file };
    assert!(Trust::from_file(None, &twice).is_err());
}

#[test]
fn any_flipped_bit_of_a_district_file_is_noticed() {
    let sample = sample::district(1);
    let bytes = sample.file.encode();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let taken = DistrictFile::decode(&flipped).map_err(TrustError::from).and_then(|file| Trust::from_file(Some(sample.id()), &file));
        assert!(taken.is_err(), "bit {bit}");
    }
}
