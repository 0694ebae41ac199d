//! A subtree that another authority lists: its office is an office like any other.

use crate::offices::District;
use okrug_node::office::view::ChatId;
use okrug_protocol::chart::{Delegation, Span};
use okrug_protocol::ids::{OfficeId, UnitId};
use okrug_protocol::sample::{self, SampleDistrict, opening, signed, signing};

/// Offices 1 and 2 of the chart; number 3 is delegated with u2 and listed by its own authority.
fn sample(stray: bool) -> SampleDistrict {
    let mut sample = sample::district(2);
    let offices = Span { first: 3, last: 3 };
    sample.amend(|chart| chart.delegations.push(Delegation { offices, since: chart.head.version, ..sample::delegation(2) }));
    let (key, mut subchart) = sample::delegated(2);
    let since = sample.trust.chart().version();
    let office = &mut subchart.offices[0];
    (office.id, office.slug, office.since) = (OfficeId(3), "office-3".to_owned(), since);
    (office.sign, office.peer, office.seal) = (signing("sign", 3).public(), signing("peer", 3).public(), opening("open", 3).public());
    if stray {
        office.hosts.push(UnitId(299));
    }
    subchart.chart = since;
    subchart.addresses.clear();
    sample.trust.accept_subchart(&signed(subchart, &[&key]).encode()).unwrap();
    sample.file = sample.trust.to_file();
    sample.sign_keys.push(signing("sign", 3));
    sample.peer_keys.push(signing("peer", 3));
    sample.open_keys.push(opening("open", 3));
    sample
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_of_a_delegated_subtree_talks_to_offices_of_the_chart() {
    // Office 2 has not heard of the delegated directory: it comes to it by the exchange.
    let district = District::start_with(sample(false), 3, |office, file| {
        if office == 2 {
            file.subcharts.clear();
        }
    })
    .await;
    let chat = ChatId::Unit(UnitId(2));
    let (ann, bob, eve) = (district.person(1, "ann", 2).await, district.person(3, "bob", 2).await, district.person(2, "eve", 2).await);
    ann.say(chat, "от справочника").await;
    bob.reads(chat, &["от справочника"]).await;
    bob.say(chat, "из ветви").await;
    for official in [&ann, &bob, &eve] {
        official.reads(chat, &["от справочника", "из ветви"]).await;
    }
    assert!(district.status(1).alarms.iter().all(|alarm| alarm.code != "delegation_escape"));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_subtree_says_outside_is_an_alarm_and_the_rest_works() {
    let district = District::start_with(sample(true), 3, |_, _| ()).await;
    let alarms = district.status(1).alarms;
    let about = "the directory of u2: office o3 hosts u299, which is not in the delegated subtree";
    assert_eq!(alarms.iter().map(|alarm| (&*alarm.code, &*alarm.about)).collect::<Vec<_>>()[0], ("delegation_escape", about));
    let chat = ChatId::Unit(UnitId(2));
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(3, "bob", 2).await);
    bob.say(chat, "из ветви").await;
    ann.reads(chat, &["из ветви"]).await;
    district.stop().await;
}
