//! Every rule by which a document is taken or refused.

use super::*;
use crate::document::{DocumentError, Head};
use crate::ids::UnitId;
use crate::sample::{self, SampleDistrict, signed, signing};
use crate::sign::SecretKey;

fn next_head(held: Head, hash: Hash32) -> Head {
    Head { version: held.version.next().unwrap(), previous: hash, ..held }
}

/// The next edition of the sample's chart, called `name`, signed by `key`.
fn chart(sample: &SampleDistrict, name: &str, key: &SecretKey) -> Vec<u8> {
    let held = sample.trust.chart();
    let mut chart = held.doc().clone();
    chart.head = next_head(chart.head, held.hash());
    chart.units[0].name = name.to_owned();
    signed(chart, &[key]).encode()
}

/// The next charter of the sample, after `change`.
fn charter(sample: &SampleDistrict, change: impl FnOnce(&mut Charter), keys: &[&SecretKey]) -> Signed<Charter> {
    let held = sample.trust.charter();
    let mut charter = held.doc().clone();
    charter.head = Head { district: sample.id(), ..next_head(charter.head, held.hash()) };
    change(&mut charter);
    signed(charter, keys)
}

fn revocations(sample: &SampleDistrict, version: u32, key: &SecretKey) -> Vec<u8> {
    let previous = if version == 1 { Hash32::ZERO } else { Hash32([1; 32]) };
    let head = sample::head(sample.id(), Version(version), previous);
    signed(Revocations { head, offices: Vec::new(), persons: Vec::new() }, &[key]).encode()
}

fn threshold(kind: DocumentKind, have: usize, need: usize) -> TrustError {
    TrustError::Threshold { kind, have, need }
}

#[test]
fn a_newer_document_takes_the_place_of_an_older_one_and_never_the_other_way_round() {
    let mut sample = sample::district(2);
    let first = sample.trust.chart().encode();
    let second = chart(&sample, "Управление 2", &sample.directory_key);
    assert_eq!(sample.trust.accept_chart(&second), Ok(Accepted::Newer));
    assert_eq!(sample.trust.accept_chart(&second), Ok(Accepted::Same));
    let older = TrustError::Older { kind: DocumentKind::Chart, have: Version(2), got: Version(1) };
    assert_eq!(sample.trust.accept_chart(&first), Err(older));
    assert_eq!(sample.directory().unit(UnitId(1)).unwrap().name, "Управление 2");
    assert_eq!(sample.trust.conflicts(), []);
}

#[test]
fn two_truths_of_one_version_are_an_alarm_with_proof_and_the_first_stays() {
    let mut sample = sample::district(2);
    let (ours, theirs) = (chart(&sample, "Одно", &sample.directory_key), chart(&sample, "Другое", &sample.directory_key));
    sample.trust.accept_chart(&ours).unwrap();
    let refused = TrustError::Conflict { kind: DocumentKind::Chart, version: Version(2) };
    assert_eq!(sample.trust.accept_chart(&theirs), Err(refused));
    assert_eq!(sample.directory().unit(UnitId(1)).unwrap().name, "Одно");
    assert_eq!(sample.trust.conflicts(), [Conflict { kind: DocumentKind::Chart, version: Version(2), ours, theirs, by: Vec::new() }]);
}

#[test]
fn a_false_second_truth_is_no_proof_of_anything() {
    let mut sample = sample::district(2);
    let (ours, theirs) = (chart(&sample, "Одно", &sample.directory_key), chart(&sample, "Другое", &signing("test", 1)));
    sample.trust.accept_chart(&ours).unwrap();
    assert_eq!(sample.trust.accept_chart(&theirs), Err(threshold(DocumentKind::Chart, 0, 1)));
    assert_eq!(sample.trust.conflicts(), []);
}

#[test]
fn an_edition_that_follows_another_than_ours_is_taken_with_an_alarm() {
    let mut sample = sample::district(2);
    let mut other = sample.clone();
    let ours = chart(&sample, "Одно", &sample.directory_key);
    sample.trust.accept_chart(&ours).unwrap();
    other.amend(|chart| chart.units[0].name = "Другое".to_owned());
    let third = other.amend(|chart| chart.units[0].name = "Третье".to_owned());
    assert_eq!(sample.trust.accept_chart(&third), Ok(Accepted::Newer));
    assert_eq!(
        sample.trust.conflicts(),
        [Conflict { kind: DocumentKind::Chart, version: Version(2), ours, theirs: third, by: Vec::new() }]
    );
}

#[test]
fn an_edition_that_tells_another_past_is_refused_and_kept_as_proof() {
    let mut sample = sample::district(3);
    let mut other = sample.clone();
    let leaves = |chart: &mut Chart| drop(chart.offices.pop());
    let ours = sample.amend(leaves);
    other.amend(|chart| chart.units[0].name = "Другое".to_owned());
    other.amend(|chart| chart.units[0].name = "Третье".to_owned());
    let fourth = other.amend(leaves);
    // Both are rightly signed, and by this one the office was still listed in version 2.
    let refused = TrustError::Conflict { kind: DocumentKind::Chart, version: Version(2) };
    assert_eq!(sample.trust.accept_chart(&fourth), Err(refused));
    let proof = Conflict { kind: DocumentKind::Chart, version: Version(2), ours, theirs: fourth, by: Vec::new() };
    assert_eq!(sample.trust.conflicts(), std::slice::from_ref(&proof));
    assert_eq!(Trust::from_file(Some(sample.id()), &sample.file).unwrap().remember(proof), Ok(()));
}

#[test]
fn what_either_of_two_contradicting_lists_removes_is_removed() {
    let mut sample = sample::district(4);
    let mut other = sample.clone();
    sample.revoke(&[OfficeId(3)], &[], &[]);
    let theirs = other.revoke(&[OfficeId(4)], &[], &[]);
    let next = other.revoke(&[OfficeId(2)], &[], &[]);
    let refused = TrustError::Conflict { kind: DocumentKind::Revocations, version: Version(1) };
    assert_eq!(sample.trust.accept_revocations(&theirs), Err(refused));
    let members = |trust: &Trust| trust.directory().members().map(|office| office.id.0).collect::<Vec<_>>();
    assert_eq!(members(&sample.trust), [1, 2]);
    // A list that leaves out what was said before is taken, for what it removes, and adds nothing.
    assert_eq!(sample.trust.accept_revocations(&next), Ok(Accepted::Newer));
    assert_eq!((members(&sample.trust), sample.directory().revocations_version()), (vec![1], Version(2)));
}

#[test]
fn a_proof_is_kept_once_and_only_when_it_proves_something() {
    let mut sample = sample::district(2);
    let (ours, theirs) = (chart(&sample, "Одно", &sample.directory_key), chart(&sample, "Другое", &sample.directory_key));
    let false_one = chart(&sample, "Другое", &signing("test", 1));
    let proof = |theirs: &[u8]| Conflict {
        kind: DocumentKind::Chart,
        version: Version(2),
        ours: ours.clone(),
        theirs: theirs.to_vec(),
        by: Vec::new(),
    };
    assert_eq!(sample.trust.remember(proof(&false_one)), Err(threshold(DocumentKind::Chart, 0, 1)));
    assert!(sample.trust.remember(proof(&ours)).is_err());
    assert_eq!(sample.trust.remember(proof(&theirs)), Ok(()));
    assert_eq!(sample.trust.remember(proof(&theirs)), Ok(()));
    assert_eq!(sample.trust.conflicts(), [proof(&theirs)]);
}

#[test]
fn signatures_of_the_wrong_role_do_not_count() {
    let mut sample = sample::district(2);
    let stranger = chart(&sample, "Чужое", &sample.charter_keys[0]);
    assert_eq!(sample.trust.accept_chart(&stranger), Err(threshold(DocumentKind::Chart, 0, 1)));
    let wrong = revocations(&sample, 1, &sample.directory_key);
    assert_eq!(sample.trust.accept_revocations(&wrong), Err(threshold(DocumentKind::Revocations, 0, 1)));
    let right = revocations(&sample, 1, &sample.revocation_key);
    assert_eq!(sample.trust.accept_revocations(&right), Ok(Accepted::Newer));
    assert_eq!(sample.directory().revocations_version(), Version(1));
}

#[test]
fn documents_of_another_district_are_refused() {
    let mut sample = sample::district(2);
    // The same keys found another district: only the name differs.
    let mut founded = sample.trust.charter().doc().clone();
    founded.name = "Соседний округ".to_owned();
    let founded = signed(founded, &[&sample.charter_keys[0], &sample.charter_keys[1]]);
    let theirs = founded.district();
    let foreign = |kind| TrustError::ForeignDistrict { kind, ours: sample.trust.district(), theirs };
    let (as_charter, as_chart) = (foreign(DocumentKind::Charter), foreign(DocumentKind::Chart));
    assert_eq!(sample.trust.accept_charter(&founded.encode()), Err(as_charter.clone()));
    let mut moved = sample.trust.chart().doc().clone();
    moved.head.district = theirs;
    let moved = signed(moved, &[&sample.directory_key]).encode();
    assert_eq!(sample.trust.accept_chart(&moved), Err(as_chart));
    let file = DistrictFile { charters: vec![founded.encode()], chart: moved, revocations: None, bootstrap: None, subcharts: Vec::new() };
    assert_eq!(Trust::from_file(Some(sample.id()), &file).unwrap_err(), as_charter);
    assert_eq!(sample.trust.accept_file(&file), Err(as_charter));
    assert_eq!(Trust::from_file(None, &file).unwrap().district(), theirs);
}

#[test]
fn a_charter_is_followed_by_one_that_both_thresholds_signed() {
    let mut sample = sample::district(2);
    let (old, new): (Vec<_>, Vec<_>) = ((0..3).map(|n| signing("charter", n)).collect(), (10..13).map(|n| signing("charter", n)).collect());
    let role = Role { keys: new.iter().map(SecretKey::public).collect(), threshold: 2 };
    let next = |keys: &[&SecretKey]| charter(&sample, |charter| charter.root = role.clone(), keys).encode();
    let by_old = next(&[&old[0], &old[1]]);
    let by_new = next(&[&new[0], &new[1]]);
    let by_few = next(&[&old[0], &old[1], &new[0]]);
    let by_both = next(&[&old[0], &old[2], &new[1], &new[2]]);
    assert_eq!(sample.trust.accept_charter(&by_old), Err(threshold(DocumentKind::Charter, 0, 2)));
    assert_eq!(sample.trust.accept_charter(&by_new), Err(threshold(DocumentKind::Charter, 0, 2)));
    assert_eq!(sample.trust.accept_charter(&by_few), Err(threshold(DocumentKind::Charter, 1, 2)));
    assert_eq!(sample.trust.accept_charter(&by_both), Ok(Accepted::Newer));
    assert_eq!(sample.trust.accept_charter(&by_both), Ok(Accepted::Same));
    // From now on the old keys alone sign nothing.
    let third = charter(&sample, |_| (), &[&old[0], &old[1]]).encode();
    assert_eq!(sample.trust.accept_charter(&third), Err(threshold(DocumentKind::Charter, 0, 2)));
}

#[test]
fn a_chain_of_charters_has_no_gap_and_no_second_branch() {
    let mut sample = sample::district(2);
    let by = [&sample.charter_keys[0].clone(), &sample.charter_keys[2].clone()];
    let second = charter(&sample, |charter| charter.name = "Округ".to_owned(), &by).encode();
    let branch = charter(&sample, |charter| charter.name = "Краи".to_owned(), &by).encode();
    let stray = charter(&sample, |charter| charter.head.previous = Hash32([7; 32]), &by).encode();
    let ahead = charter(&sample, |charter| charter.head.version = Version(3), &by).encode();
    assert_eq!(sample.trust.accept_charter(&stray), Err(TrustError::BrokenChain(Version(2))));
    assert_eq!(sample.trust.accept_charter(&ahead), Err(TrustError::Ahead { kind: DocumentKind::Charter, got: Version(3) }));
    assert_eq!(sample.trust.accept_charter(&second), Ok(Accepted::Newer));
    let conflict = TrustError::Conflict { kind: DocumentKind::Charter, version: Version(2) };
    assert_eq!(sample.trust.accept_charter(&branch), Err(conflict));
    assert_eq!((sample.directory().name(), sample.trust.conflicts().len()), ("Округ", 1));
    let first = sample.file.charters[0].clone();
    assert_eq!(sample.trust.accept_charter(&first), Ok(Accepted::Same));
}

#[test]
fn a_role_changes_only_with_its_epoch() {
    let mut sample = sample::district(2);
    let by = [&sample.charter_keys[0].clone(), &sample.charter_keys[1].clone()];
    let change = |charter: &mut Charter| charter.directory.keys = vec![signing("directory", 1).public()];
    let quiet = charter(&sample, change, &by).encode();
    assert_eq!(sample.trust.accept_charter(&quiet), Err(TrustError::BrokenChain(Version(2))));
}

#[test]
fn a_thief_of_the_directory_key_is_left_behind_by_the_next_epoch() {
    let mut sample = sample::district(2);
    let thief = sample.directory_key.clone();
    let mut highest = sample.trust.chart().doc().clone();
    highest.head.version = Version(65_535);
    highest.head.previous = Hash32([1; 32]);
    let stolen = signed(highest.clone(), &[&thief]).encode();
    sample.trust.accept_chart(&stolen).unwrap();

    let by = [&sample.charter_keys[0].clone(), &sample.charter_keys[1].clone()];
    let new_key = signing("directory", 1);
    let raise = |charter: &mut Charter| {
        charter.directory.keys = vec![new_key.public()];
        charter.directory_epoch = 1;
    };
    let second = charter(&sample, raise, &by).encode();
    sample.trust.accept_charter(&second).unwrap();
    // The old chart is worked with until a new one comes, and the banner says so.
    assert_eq!(sample.trust.freshness(sample::ISSUED), Freshness::Overdue);
    assert_eq!(Trust::from_file(Some(sample.id()), &sample.trust.to_file()).unwrap().versions(), sample.trust.versions());

    let mut first = highest;
    first.head.version = Version::first_of(1).unwrap();
    let forged = signed(first.clone(), &[&thief]).encode();
    let recovered = signed(first, &[&new_key]).encode();
    assert_eq!(sample.trust.accept_chart(&forged), Err(threshold(DocumentKind::Chart, 0, 1)));
    assert_eq!(sample.trust.accept_chart(&recovered), Ok(Accepted::Newer));
    let older = TrustError::Older { kind: DocumentKind::Chart, have: Version(65_536), got: Version(65_535) };
    assert_eq!(sample.trust.accept_chart(&stolen), Err(older));
}

#[test]
fn what_an_old_key_signs_counts_no_more_even_where_nothing_newer_is_held() {
    let mut sample = sample::district(2);
    let by = [&sample.charter_keys[0].clone(), &sample.charter_keys[1].clone()];
    let stolen = chart(&sample, "Чужое", &sample.directory_key);
    let raise = |charter: &mut Charter| charter.directory_epoch = 1;
    let second = charter(&sample, raise, &by).encode();
    sample.trust.accept_charter(&second).unwrap();
    let older = TrustError::Older { kind: DocumentKind::Chart, have: Version(65_536), got: Version(2) };
    assert_eq!(sample.trust.accept_chart(&stolen), Err(older));
}

#[test]
fn a_document_ahead_of_its_charter_is_to_be_offered_again() {
    let mut sample = sample::district(2);
    let by = [&sample.charter_keys[0].clone(), &sample.charter_keys[1].clone()];
    let second = charter(&sample, |charter| charter.directory_epoch = 1, &by).encode();
    let mut ahead = sample.trust.chart().doc().clone();
    ahead.head = Head { version: Version(65_536), previous: sample.trust.chart().hash(), ..ahead.head };
    let ahead = signed(ahead, &[&sample.directory_key]).encode();
    let refused = TrustError::Ahead { kind: DocumentKind::Chart, got: Version(65_536) };
    assert_eq!(sample.trust.accept(DocumentKind::Chart, &ahead), Err(refused));
    assert_eq!(sample.trust.accept(DocumentKind::Charter, &second), Ok(Accepted::Newer));
    assert_eq!(sample.trust.accept(DocumentKind::Chart, &ahead), Ok(Accepted::Newer));
}

#[test]
fn a_rightly_signed_chart_that_breaks_a_rule_changes_nothing() {
    let mut sample = sample::district(2);
    let held = sample.trust.chart();
    let mut chart = held.doc().clone();
    chart.head = next_head(chart.head, held.hash());
    chart.units[0].parent = Some(UnitId(5));
    let body = crate::codec::encode(&chart);
    let signature = sample.directory_key.sign(crate::labels::DIRECTORY, &body);
    let envelope = crate::codec::encode(&(body, vec![(sample.directory_key.public(), signature)]));
    let before = sample.trust.versions();
    let error = DocumentError::Cycle(vec![UnitId(1), UnitId(5), UnitId(2)]);
    let refused = TrustError::Document { kind: DocumentKind::Chart, error };
    assert_eq!(sample.trust.accept_chart(&envelope), Err(refused));
    assert_eq!(sample.trust.versions(), before);
}

#[test]
fn age_changes_a_word_and_nothing_else() {
    let trust = sample::district(2).trust;
    let (due, late) = (sample::ISSUED.plus(sample::FRESH_MS), sample::ISSUED.plus(2 * sample::FRESH_MS));
    assert_eq!(trust.freshness(Millis(0)), Freshness::Fresh);
    assert_eq!(trust.freshness(due), Freshness::Fresh);
    assert_eq!(trust.freshness(due.plus(1)), Freshness::Stale);
    assert_eq!(trust.freshness(late.plus(1)), Freshness::Overdue);
    assert_eq!(trust.freshness(Millis(u64::MAX)).word(), "overdue");
}

#[test]
fn envelopes_take_a_node_from_where_it_is_to_what_is_held() {
    let mut sample = sample::district(2);
    let mut behind = sample.trust.clone();
    let by = [&sample.charter_keys[0].clone(), &sample.charter_keys[1].clone()];
    for name in ["Округ второй", "Округ третий"] {
        let next = charter(&sample, |charter| charter.name = name.to_owned(), &by).encode();
        sample.trust.accept_charter(&next).unwrap();
    }
    sample.amend(|chart| chart.units[0].name = "Новое".to_owned());
    let revoked = revocations(&sample, 1, &sample.revocation_key);
    sample.trust.accept_revocations(&revoked).unwrap();
    for kind in DocumentKind::ALL {
        for bytes in sample.trust.envelopes(kind, behind.versions().of(kind).0) {
            assert_eq!(behind.accept(kind, &bytes), Ok(Accepted::Newer));
        }
    }
    assert_eq!(behind.versions(), sample.trust.versions());
    assert!(DocumentKind::ALL.into_iter().all(|kind| sample.trust.envelopes(kind, behind.versions().of(kind).0).is_empty()));
}
