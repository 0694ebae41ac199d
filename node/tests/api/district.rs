//! District files over HTTP: what is newer is taken, and every other file is refused by its own code and changes nothing.

use crate::served::Served;
use okrug_protocol::document::Signed;
use okrug_protocol::sample::{self, SampleDistrict};

/// The sample after an edition of the chart that calls its first unit so.
fn edition(sample: &SampleDistrict, name: &str) -> SampleDistrict {
    let mut next = sample.clone();
    next.amend(|chart| name.clone_into(&mut chart.units[0].name));
    next
}

fn unsigned(sample: &SampleDistrict) -> Vec<u8> {
    let mut next = edition(sample, "Без подписи");
    next.file.chart = Signed::draft(next.trust.chart().doc().clone()).unwrap().encode();
    next.file.encode()
}

fn foreign(sample: &SampleDistrict) -> Vec<u8> {
    let mut charter = sample.trust.charter().doc().clone();
    charter.name = "Чужой округ".to_owned();
    let mut file = sample.file.clone();
    file.charters = vec![sample::signed(charter, &[&sample.charter_keys[0], &sample.charter_keys[1]]).encode()];
    file.encode()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_district_file_is_refused_by_its_own_code_and_changes_nothing() {
    let served = Served::start().await;
    let first = served.sample.clone();
    let (second, other) = (edition(&first, "Второе"), edition(&first, "Другое"));
    let take = async |bytes: &[u8]| served.admin().file("/api/v1/admin/district", bytes).await;
    let taken = take(&second.file.encode()).await.json();
    assert_eq!((&taken["newer"], &taken["documents"]["chart"]), (&true.into(), &2.into()));
    assert_eq!(take(&second.file.encode()).await.json()["newer"], false, "the same again changes nothing");

    let kept = || std::fs::read(served.folder.path().join("documents/district.okd")).unwrap();
    let (before, whole) = (kept(), second.file.encode());
    let mut changed = edition(&second, "Третье").file.encode();
    let name = "Третье".as_bytes();
    let at = changed.windows(name.len()).position(|window| window == name).unwrap();
    changed[at + 1] ^= 1;
    let mut newer_format = whole.clone();
    newer_format[8] = 9;
    for (what, bytes, status, code) in [
        ("nothing", Vec::new(), 422, "document_malformed"),
        ("another kind of file", b"PK\x03\x04".to_vec(), 422, "document_malformed"),
        ("a cut file", whole[..whole.len() - 1].to_vec(), 422, "document_malformed"),
        ("a file with something after it", [&whole[..], b"\n"].concat(), 422, "document_malformed"),
        ("a file of a newer program", newer_format, 422, "document_malformed"),
        ("a changed document", changed, 422, "document_malformed"),
        ("an unsigned document", unsigned(&second), 422, "document_threshold"),
        ("another district", foreign(&second), 422, "document_foreign"),
        ("an older edition", first.file.encode(), 409, "document_older"),
        ("another of the same version", other.file.encode(), 409, "document_conflict"),
    ] {
        let answer = take(&bytes).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{what}: {answer:?}");
        assert_eq!(kept(), before, "{what}");
        assert_eq!(served.office().status().documents.chart, 2, "{what}");
    }
    assert_eq!(take(&edition(&second, "Третье").file.encode()).await.json()["documents"]["chart"], 3);
    served.stop().await;
}
