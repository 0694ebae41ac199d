//! Two documents of one version, both rightly signed: an alarm with its proof, which stops nobody from learning what is newer.

use std::path::Path;

use crate::offices::{self, District};
use crate::served::{self, Served};
use okrug_node::documents::{Documents, DocumentsError};
use okrug_protocol::document::DocumentKind;
use okrug_protocol::ids::Version;
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::trust::{DistrictFile, TrustError};

/// The sample after an edition of the chart that calls its first unit so.
fn edition(sample: &SampleDistrict, name: &str) -> SampleDistrict {
    let mut next = sample.clone();
    next.amend(|chart| name.clone_into(&mut chart.units[0].name));
    next
}

fn kept(folder: &Path) -> DistrictFile {
    DistrictFile::decode(&std::fs::read(folder.join("district.okd")).unwrap()).unwrap()
}

fn unit_name(documents: &Documents) -> String {
    documents.directory().units().next().unwrap().name.clone()
}

const CHART_2: [(DocumentKind, Version); 1] = [(DocumentKind::Chart, Version(2))];

#[test]
fn a_second_truth_is_kept_as_proof_across_restarts_and_blocks_nothing_newer() {
    let first = sample::district(2);
    let (ours, theirs) = (edition(&first, "Одно"), edition(&first, "Другое"));
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::enter(folder.path(), &first.file.encode(), None).unwrap();
    assert!(documents.accept_file(&ours.file.encode()).unwrap());
    let refused = documents.accept(DocumentKind::Chart, &theirs.file.chart).unwrap_err();
    assert!(matches!(refused, DocumentsError::Trust(TrustError::Conflict { version: Version(2), .. })), "{refused}");
    assert_eq!((unit_name(&documents).as_str(), documents.conflicts().as_slice()), ("Одно", &CHART_2[..]));
    assert_eq!(kept(folder.path()), ours.file);
    drop(documents);

    let documents = Documents::open(folder.path()).unwrap().unwrap();
    assert_eq!((unit_name(&documents).as_str(), documents.conflicts().as_slice()), ("Одно", &CHART_2[..]));
    documents.read(|trust| {
        let proof = &trust.conflicts()[0];
        assert_eq!((&proof.ours, &proof.theirs), (&ours.file.chart, &theirs.file.chart));
    });
    // What follows either truth is newer than both.
    let third = edition(&theirs, "Третье");
    assert!(documents.accept(DocumentKind::Chart, &third.file.chart).unwrap());
    assert_eq!(unit_name(&documents), "Третье");
    drop(documents);
    let documents = Documents::open(folder.path()).unwrap().unwrap();
    assert_eq!((unit_name(&documents).as_str(), documents.conflicts().as_slice()), ("Третье", &CHART_2[..]));
}

#[test]
fn an_edition_that_follows_another_truth_is_taken_and_the_proof_is_kept() {
    let first = sample::district(2);
    let (ours, theirs) = (edition(&first, "Одно"), edition(&first, "Другое"));
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::enter(folder.path(), &ours.file.encode(), None).unwrap();
    assert!(documents.accept_file(&edition(&theirs, "Третье").file.encode()).unwrap());
    drop(documents);
    let documents = Documents::open(folder.path()).unwrap().unwrap();
    assert_eq!((unit_name(&documents).as_str(), documents.conflicts().as_slice()), ("Третье", &CHART_2[..]));
}

#[test]
fn a_damaged_proof_stops_no_node_and_is_not_thrown_away() {
    let first = sample::district(2);
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::enter(folder.path(), &edition(&first, "Одно").file.encode(), None).unwrap();
    documents.accept(DocumentKind::Chart, &edition(&first, "Другое").file.chart).unwrap_err();
    drop(documents);
    let path = folder.path().join("conflict-chart");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let documents = Documents::open(folder.path()).unwrap().unwrap();
    assert_eq!(documents.conflicts(), []);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn what_could_not_be_kept_is_not_believed_and_is_taken_later() {
    let first = sample::district(2);
    let folder = tempfile::tempdir().unwrap();
    let documents = Documents::enter(folder.path(), &first.file.encode(), None).unwrap();
    let followed = documents.follow();
    let second = edition(&first, "Новое");
    let aside = folder.path().with_extension("aside");
    std::fs::rename(folder.path(), &aside).unwrap();
    assert!(matches!(documents.accept(DocumentKind::Chart, &second.file.chart), Err(DocumentsError::File { .. })));
    assert_eq!((documents.versions().chart.0, unit_name(&documents).as_str()), (Version(1), "Управление"));
    assert!(!followed.has_changed().unwrap());
    std::fs::rename(&aside, folder.path()).unwrap();
    assert!(documents.accept(DocumentKind::Chart, &second.file.chart).unwrap());
    assert_eq!((kept(folder.path()), followed.has_changed().unwrap()), (second.file, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_is_told_of_two_truths_until_and_after_a_newer_one() {
    let served = Served::start().await;
    let (ours, theirs) = (edition(&served.sample, "Одно"), edition(&served.sample, "Другое"));
    let take = async |served: &Served, file: &SampleDistrict| served.admin().file("/api/v1/admin/district", &file.file.encode()).await;
    let alarms = async |served: &Served| served.admin().get("/api/v1/node/status").await.json()["alarms"].clone();
    assert_eq!(take(&served, &ours).await.json()["newer"], true);
    assert_eq!(alarms(&served).await, serde_json::json!([]));
    let refused = take(&served, &theirs).await;
    assert_eq!(refused.refusal(), (409, "document_conflict".to_owned()));
    let due = serde_json::json!([{ "code": "document_conflict", "about": "the directory v2" }]);
    assert_eq!(alarms(&served).await, due);
    let served = served.restarted().await;
    assert_eq!(alarms(&served).await, due);
    assert_eq!(take(&served, &edition(&theirs, "Третье")).await.json()["documents"]["chart"], 3);
    assert_eq!(alarms(&served).await, due);
    let metrics = served::client::Client::new(served.metrics).get("/metrics").await;
    assert!(metrics.text().contains("\nokrug_alarms 1\n"), "{}", metrics.text());
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offices_that_hold_two_truths_both_raise_the_alarm_and_both_learn_the_next_one() {
    let mut district = District::start(2).await;
    let first = sample::district(2);
    let (one, other) = (edition(&first, "Одно"), edition(&first, "Другое"));
    district.switch_off(2).await;
    district.office(1).district_file(&one.file.encode()).unwrap();
    district.switch_off(1).await;
    district.switch_on(2).await;
    district.office(2).district_file(&other.file.encode()).unwrap();
    district.switch_on(1).await;
    let alarmed = |office| district.office(office).status().alarms.iter().any(|alarm| alarm.code == "document_conflict");
    offices::until(|| alarmed(1) && alarmed(2)).await;
    let chart = |office| district.office(office).status().documents.chart;
    assert_eq!((chart(1), chart(2)), (2, 2));
    district.office(1).district_file(&edition(&one, "Третье").file.encode()).unwrap();
    offices::until(|| chart(2) == 3).await;
    district.stop().await;
}
