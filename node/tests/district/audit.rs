//! The journal of administration is judged by the keys and rights of the time at which it was written.

use okrug_protocol::sample::signing;

use crate::offices::District;

#[tokio::test(flavor = "multi_thread")]
async fn what_an_office_wrote_under_a_key_that_it_has_no_more_is_whole() {
    let mut district = District::start(2).await;
    district.person(1, "ann", 2).await;
    let whole = |district: &District| {
        let report = district.office(1).audit(None).unwrap();
        assert!(report.logs.iter().any(|log| log.entries > 1), "{report:?}");
        report.logs.iter().all(|log| log.broken.is_none())
    };
    assert!(whole(&district));
    // The chart gives the office another key, and later lists it no more: what was signed then goes on to hold.
    district
        .publish(1, |sample| {
            sample.amend(|chart| {
                chart.offices[0].sign = signing("sign", 77).public();
                chart.offices[0].since = chart.head.version;
            });
        })
        .await;
    assert!(whole(&district), "{:?}", district.office(1).audit(None).unwrap());
    district
        .publish(1, |sample| {
            sample.amend(|chart| {
                let left = chart.offices.remove(0).id;
                chart.groups.iter_mut().for_each(|group| group.offices.retain(|office| *office != left));
            });
        })
        .await;
    assert!(whole(&district), "{:?}", district.office(1).audit(None).unwrap());
    district.stop().await;
}
