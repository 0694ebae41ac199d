//! Memory sticks between real offices: islands that meet by nothing else come to the same.

use std::collections::BTreeMap;

use crate::offices::{District, Official, until};
use okrug_node::office::view::{BundlePurpose, BundleReport, ChatId, DeliveryCode, NewBundle};
use okrug_node::office::{BundleRefused, Refused};
use okrug_protocol::chart::Office;
use okrug_protocol::frontier::HeadOf;
use okrug_protocol::ids::{OfficeId, Precedence, UnitId};
use okrug_protocol::sample::{self, SampleDistrict, opening, signing};

const UNIT: ChatId = ChatId::Unit(UnitId(2));

pub(crate) fn wish(to: &[&str]) -> NewBundle {
    NewBundle { to: to.iter().map(|word| (*word).to_owned()).collect(), ..NewBundle::default() }
}

/// Makes a bundle at an office and gives the bytes of the file.
pub(crate) async fn stick(district: &District, at: u32, wish: NewBundle) -> Vec<u8> {
    let office = district.office(at);
    let made = office.new_bundle(wish).await.unwrap();
    let bytes = fetch(district, at, &made.id, 0).await;
    assert_eq!(u64::try_from(bytes.len()).unwrap(), made.bytes, "the forecast is exact");
    bytes
}

async fn fetch(district: &District, at: u32, id: &str, from: u32) -> Vec<u8> {
    let (_, len, mut pieces) = district.office(at).bundle(id, from).unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.recv().await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(u64::try_from(bytes.len()).unwrap(), len);
    bytes
}

/// Takes a file at an office.
pub(crate) async fn take(district: &District, at: u32, file: &[u8]) -> Result<BundleReport, Refused> {
    read(district, at, file, false).await
}

async fn read(district: &District, at: u32, file: &[u8], looks: bool) -> Result<BundleReport, Refused> {
    let mut taker = district.office(at).take_bundle(looks);
    for piece in file.chunks(10_000) {
        taker.push(piece).await?;
    }
    taker.finish().await
}

/// What an official reads.
fn texts(official: &Official) -> Vec<String> {
    official.history(UNIT)
}

/// Two islands of two offices.
async fn islands() -> District {
    District::start_apart(sample::district(4), &[1, 1, 2, 2], |_, _| ()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_islands_that_meet_only_by_stick_converge() {
    let district = islands().await;
    let (ann, bob) = (district.person(1, "ann", 2).await, district.person(2, "bob", 2).await);
    let (eve, dan) = (district.person(3, "eve", 2).await, district.person(4, "dan", 2).await);
    ann.say(UNIT, "первое с запада").await;
    bob.say(UNIT, "второе с запада").await;
    eve.say(UNIT, "первое с востока").await;
    dan.say(UNIT, "второе с востока").await;
    until(|| texts(&ann).len() == 2 && texts(&bob).len() == 2 && texts(&eve).len() == 2 && texts(&dan).len() == 2).await;

    // Made before more is said: it will be late.
    let stale = stick(&district, 2, wish(&["office-3", "o4"])).await;
    let said = ann.post_as(UNIT, "третье с запада", "third", Precedence::Urgent).await.message;
    until(|| texts(&bob).len() == 3).await;
    let east = stick(&district, 1, wish(&["office-3", "o4"])).await;
    let report = take(&district, 3, &east).await.unwrap();
    assert!(report.whole && report.verified && report.new > 0 && report.refused + report.waiting + report.for_others == 0, "{report:?}");
    assert_eq!((report.from, report.entries.urgent > 0), (Some(OfficeId(1)), true));
    // The other office of the island has it over the network, from the one that took the stick.
    until(|| texts(&eve).len() == 5 && texts(&dan).len() == 5).await;

    // Again, an older one, and both once more at the other office: nothing changes.
    let heads = |at: u32| district.heads(at, 1).into_iter().chain(district.heads(at, 2)).collect::<Vec<HeadOf>>();
    until(|| heads(3) == heads(4)).await;
    let before = (heads(3), heads(4));
    for (at, file) in [(3, &east), (4, &east), (3, &stale), (4, &stale)] {
        let report = take(&district, at, file).await.unwrap();
        assert!(report.whole && report.new == 0 && report.refused == 0 && report.known > 0, "{report:?}");
    }
    assert_eq!((heads(3), heads(4)), before);
    assert_eq!(texts(&eve).len(), 5);

    // The way back brings what the east said, and the receipts.
    assert_eq!(delivered(&ann, "третье с запада"), (1, 3));
    let west = stick(&district, 4, wish(&["o1", "o2"])).await;
    let report = take(&district, 2, &west).await.unwrap();
    assert!(report.whole && report.receipts > 0, "{report:?}");
    let all = ["первое с запада", "второе с запада", "первое с востока", "второе с востока", "третье с запада"];
    for official in [&ann, &bob, &eve, &dan] {
        until(|| texts(official).len() == all.len()).await;
        let mut texts = texts(official);
        texts.sort_unstable();
        let mut all = all.to_vec();
        all.sort_unstable();
        assert_eq!(texts, all);
    }
    assert_eq!(texts(&ann), texts(&dan));
    // What the stick of office 4 said of itself, office 2 alone was told; its checkpoints tell the others.
    let receipts = stick(&district, 3, NewBundle { purpose: BundlePurpose::Receipts, ..wish(&["o1"]) }).await;
    assert!(receipts.len() < east.len(), "{} bytes of receipts, {} of messages", receipts.len(), east.len());
    let report = take(&district, 1, &receipts).await.unwrap();
    assert_eq!((report.purpose, report.entries.all(), report.receipts > 0), (Some(BundlePurpose::Receipts), 0, true));
    until(|| delivered(&ann, "третье с запада").0 >= 2).await;
    assert_eq!(said.text, "третье с запада");
    district.stop().await;
}

/// To how many offices of how many a message was delivered.
fn delivered(official: &Official, text: &str) -> (usize, usize) {
    let message = official.messages(UNIT).into_iter().find(|message| message.text == text).unwrap();
    let delivery = message.delivery;
    (delivery.delivered, delivery.of)
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_by_stick_say_delivered_where_nothing_was_said_before() {
    let district = District::start_apart(sample::district(2), &[1, 2], |_, _| ()).await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(2, "eve", 2).await);
    ann.say(UNIT, "по флешке").await;
    let code = |official: &Official| official.messages(UNIT)[0].delivery.code;
    assert_eq!(code(&ann), DeliveryCode::Queued);
    let file = stick(&district, 1, wish(&["o2"])).await;
    // Writing a stick is no delivery.
    assert_eq!(code(&ann), DeliveryCode::Queued);
    take(&district, 2, &file).await.unwrap();
    eve.reads(UNIT, &["по флешке"]).await;
    let receipts = stick(&district, 2, NewBundle { purpose: BundlePurpose::Receipts, ..wish(&["o1"]) }).await;
    take(&district, 1, &receipts).await.unwrap();
    assert_eq!(code(&ann), DeliveryCode::Delivered);
    // What they have is not written again.
    let made = district.office(1).new_bundle(wish(&["o2"])).await.unwrap();
    let again = district.office(1).new_bundle(NewBundle { all: true, ..wish(&["o2"]) }).await.unwrap();
    assert!(made.entries.all() < again.entries.all(), "{made:?}");
    // Looked at by a node that has it all, and taken by one that it is not for.
    let looked = read(&district, 2, &file, true).await.unwrap();
    assert!(looked.whole && looked.new == 0 && looked.entries.all() > 0);
    assert!(matches!(take(&district, 2, &receipts).await, Ok(report) if report.new == 0 && report.receipts == 0));
    district.stop().await;
}

/// The district of four with a fifth office that only later editions list.
fn with_a_fifth(sample: &mut SampleDistrict) {
    sample.sign_keys.push(signing("sign", 5));
    sample.peer_keys.push(signing("peer", 5));
    sample.open_keys.push(opening("open", 5));
    sample.amend(|chart| {
        let like = chart.offices[3].clone();
        chart.offices.push(Office {
            id: OfficeId(5),
            slug: "office-5".to_owned(),
            name: "Отделение № 5".to_owned(),
            sign: signing("sign", 5).public(),
            peer: signing("peer", 5).public(),
            seal: opening("open", 5).public(),
            since: chart.head.version,
            ..like
        });
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_office_and_a_revocation_are_introduced_by_stick() {
    let mut district = islands().await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(3, "eve", 2).await);
    district.publish(1, with_a_fifth).await;
    district.add_office(1).await;
    let new = district.person(5, "new", 2).await;
    new.say(UNIT, "из нового отделения").await;
    ann.reads(UNIT, &["из нового отделения"]).await;
    // The east has never heard of office 5, and it is this one that made the stick.
    let file = stick(&district, 5, wish(&["o3"])).await;
    let report = take(&district, 3, &file).await.unwrap();
    assert!(report.whole && report.verified && report.newer_documents > 0 && report.refused_documents == 0, "{report:?}");
    assert_eq!(report.waiting + report.refused, 0, "{report:?}");
    eve.reads(UNIT, &["из нового отделения"]).await;
    until(|| district.status(4).documents.chart == district.status(1).documents.chart).await;

    // Office 4 is revoked in the west; office 3 lets go of it when the stick comes.
    until(|| district.links(3) == [4]).await;
    district.publish(1, |sample| drop(sample.revoke(&[OfficeId(4)], &[], &[]))).await;
    let file = stick(&district, 1, wish(&["o3"])).await;
    take(&district, 3, &file).await.unwrap();
    until(|| district.links(3).is_empty()).await;
    assert!(matches!(district.office(1).new_bundle(wish(&["o4"])).await, Err(Refused::Bundle(BundleRefused::Revoked(OfficeId(4))))));
    eve.say(UNIT, "без четвёртого").await;
    let back = stick(&district, 3, wish(&["o1", "o5"])).await;
    take(&district, 5, &back).await.unwrap();
    until(|| texts(&ann).len() == 2).await;
    assert_eq!(texts(&ann), ["из нового отделения", "без четвёртого"]);
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_takes_what_it_does_not_read_and_hands_it_on() {
    // Office 2 reads nothing of u5 and carries all; office 3 is on the far island, behind it alone.
    let mut sample = sample::hosting(3, |office| vec![UnitId(if office.0 == 2 { 3 } else { 5 })]);
    sample.amend(|chart| chart.offices[1].carrier = true);
    let district = District::start_apart(sample, &[1, 2, 2], |_, _| ()).await;
    let chat = ChatId::Unit(UnitId(5));
    let (ann, eve) = (district.person(1, "ann", 5).await, district.person(3, "eve", 5).await);
    ann.say(chat, "через чужие руки").await;
    let file = stick(&district, 1, wish(&["o2"])).await;
    let report = take(&district, 2, &file).await.unwrap();
    assert_eq!((report.for_others, report.waiting, report.refused), (0, 0, 0));
    eve.reads(chat, &["через чужие руки"]).await;
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_cut_to_size_and_to_precedence_with_the_pressing_first() {
    let district = District::start_apart(sample::district(2), &[1, 2], |_, _| ()).await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(2, "eve", 2).await);
    for n in 0..40 {
        ann.say(UNIT, &format!("обычное {n} {}", "х".repeat(400))).await;
    }
    ann.post_as(UNIT, "экстренное", "flash", Precedence::Flash).await;
    let whole = district.office(1).new_bundle(wish(&["o2"])).await.unwrap();
    let small = district.office(1).new_bundle(NewBundle { max_bytes: Some(whole.bytes / 2), ..wish(&["o2"]) }).await.unwrap();
    assert!(small.bytes <= whole.bytes / 2 && small.left_out > 0, "{small:?}");
    assert_eq!(small.entries.flash, whole.entries.flash);
    assert_eq!(small.entries.all() + small.left_out, whole.entries.all());
    let tiny = district.office(1).new_bundle(NewBundle { max_bytes: Some(500), ..wish(&["o2"]) }).await;
    assert!(matches!(tiny, Err(Refused::Bundle(BundleRefused::TooSmall(_)))), "{tiny:?}");
    let pressing = stick(&district, 1, NewBundle { only: Some(Precedence::Urgent), ..wish(&["o2"]) }).await;
    let report = take(&district, 2, &pressing).await.unwrap();
    assert_eq!((report.entries.routine, report.entries.flash), (0, whole.entries.flash));
    // Who said it is known when the rest has come.
    let file = fetch(&district, 1, &small.id, 0).await;
    let report = take(&district, 2, &file).await.unwrap();
    assert_eq!((report.waiting, report.refused, report.left_out), (0, 0, small.left_out));
    until(|| texts(&eve).contains(&"экстренное".to_owned())).await;
    let rest = stick(&district, 1, wish(&["o2"])).await;
    take(&district, 2, &rest).await.unwrap();
    until(|| texts(&eve).len() == 41).await;
    for wrong in [wish(&[]), wish(&["o1"])] {
        assert!(matches!(district.office(1).new_bundle(wrong).await, Err(Refused::Bundle(BundleRefused::ForWhom))));
    }
    assert!(matches!(district.office(1).new_bundle(wish(&["nobody"])).await, Err(Refused::NoSuchOffice)));
    district.stop().await;
}

/// A generator that gives the same numbers every time.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_damaged_sticks_what_is_whole_arrives_and_nothing_else_changes() {
    let district = District::start_apart(sample::district(2), &[1, 2], |_, _| ()).await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(2, "eve", 2).await);
    for n in 0..60 {
        ann.say(UNIT, &format!("сообщение {n}")).await;
    }
    let file = stick(&district, 1, wish(&["o2"])).await;
    let sent = read(&district, 2, &file, true).await.unwrap().entries.all();
    let (mut seed, mut arrived, mut unreadable) = (7, Vec::new(), 0);
    for round in 0..200 {
        let mut damaged = file.clone();
        for _ in 0..=next(&mut seed) % 3 {
            let (at, len) = (next(&mut seed) % damaged.len(), 1 + next(&mut seed) % 700);
            let fill = u8::try_from(next(&mut seed) % 256).unwrap();
            damaged.iter_mut().skip(at).take(len).for_each(|byte| *byte = fill.wrapping_add(*byte / 2));
        }
        if round % 10 == 0 {
            damaged.truncate(next(&mut seed) % damaged.len());
        }
        let before: BTreeMap<_, _> = district.heads(2, 1).into_iter().map(|head| (head.log, head)).collect();
        match take(&district, 2, &damaged).await {
            Ok(report) => {
                assert_eq!(report.refused, 0, "round {round}: something was made up: {report:?}");
                let footer = report.damaged_frames > 0 || damaged[..file.len() / 2] != file[..file.len() / 2];
                assert!(report.whole || footer, "round {round}: {report:?}");
                assert!(report.entries.all() + report.missing >= sent || report.claimed == 0, "round {round}: {report:?}");
                // All before the first gap of a log is here.
                for gap in &report.gaps {
                    let head = district.heads(2, 1).into_iter().find(|head| head.log == gap.from.log);
                    assert!(head.map_or(0, |head| head.seq.0) + 1 >= gap.from.seq.0, "round {round}: {gap:?}");
                }
            }
            Err(Refused::Bundle(BundleRefused::Unreadable(_) | BundleRefused::NotForUs)) => {
                unreadable += 1;
                let after: BTreeMap<_, _> = district.heads(2, 1).into_iter().map(|head| (head.log, head)).collect();
                assert_eq!(before, after, "round {round}");
            }
            Err(other) => panic!("round {round}: {other}"),
        }
        for head in district.heads(2, 1) {
            let theirs = district.heads(1, 1).into_iter().find(|theirs| theirs.log == head.log).unwrap();
            assert!(head.seq <= theirs.seq && district.entry_id(2, &head) == district.entry_id(1, &head), "round {round}");
        }
        arrived.push(texts(&eve).len());
    }
    assert!(arrived.is_sorted() && unreadable < 100, "{arrived:?}, {unreadable} unreadable");
    assert!(arrived.last().is_some_and(|last| *last > 0), "nothing arrived of {arrived:?}");
    let report = take(&district, 2, &file).await.unwrap();
    assert!(report.whole);
    until(|| texts(&eve).len() == 60).await;
    assert_eq!(texts(&eve), texts(&ann));
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_finished_from_any_frame_and_an_import_broken_off_does_no_harm() {
    let mut district = District::start_apart(sample::district(2), &[1, 2], |_, _| ()).await;
    let (ann, _eve) = (district.person(1, "ann", 2).await, district.person(2, "eve", 2).await);
    for n in 0..30 {
        ann.say(UNIT, &format!("сообщение {n}")).await;
    }
    let made = district.office(1).new_bundle(wish(&["o2"])).await.unwrap();
    let whole = fetch(&district, 1, &made.id, 0).await;
    let half = made.frames / 2;
    let kept = usize::try_from(made.head_bytes + u64::from(half) * made.frame_bytes).unwrap();
    let finished = [&whole[..kept], &fetch(&district, 1, &made.id, half).await].concat();
    assert_eq!(finished.len(), whole.len());
    assert!(matches!(district.office(1).bundle(&made.id, made.frames + 1), Err(Refused::Bundle(BundleRefused::NoSuchBundle))));
    assert!(matches!(district.office(1).bundle("0123", 0), Err(Refused::Bundle(BundleRefused::NoSuchBundle))));
    // Half of it, and then the node goes off in the middle.
    let mut taker = district.office(2).take_bundle(false);
    taker.push(&finished[..kept]).await.unwrap();
    drop(taker);
    district.switch_off(2).await;
    district.switch_on(2).await;
    let eve = district.log_in(2, "eve").await;
    let report = take(&district, 2, &finished).await.unwrap();
    assert!(report.whole && report.refused + report.waiting == 0, "{report:?}");
    until(|| texts(&eve).len() == 30).await;
    assert_eq!(take(&district, 2, &finished).await.unwrap().new, 0);
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_others_of_another_district_or_no_bundle_is_named() {
    let district = District::start_apart(sample::district(3), &[1, 2, 3], |_, _| ()).await;
    let file = stick(&district, 1, wish(&["o2"])).await;
    assert!(matches!(take(&district, 3, &file).await, Err(Refused::Bundle(BundleRefused::NotForUs))));
    // Its maker can look into it.
    assert!(read(&district, 1, &file, true).await.unwrap().whole);
    assert!(matches!(take(&district, 2, b"a letter").await, Err(Refused::Bundle(BundleRefused::Unreadable(_)))));
    assert!(matches!(take(&district, 2, &[]).await, Err(Refused::Bundle(BundleRefused::Unreadable(_)))));
    let cut = take(&district, 2, &file[..file.len() - 2_000]).await.unwrap();
    assert!(!cut.whole && cut.damaged_frames > 0);
    assert_eq!(district.status(2).documents.chart, 1);
    district.stop().await;
}
