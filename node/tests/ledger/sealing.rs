//! Sealing keys: announced weekly, sealed to, destroyed after their term; and what cannot be opened then.

use std::fs;
use std::path::Path;

use okrug_node::clock::Clock;
use okrug_node::keyring::Renewal;
use okrug_node::ledger::{Draft, Verdict, Why};
use okrug_node::rest::Rest;
use okrug_protocol::chart::ResealRule;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{Place, Rekey};
use okrug_protocol::ids::{Epoch, LogId, OfficeId, Topic, UnitId};
use okrug_protocol::reseal::{AgainBox, Reseal, ResealRequest};
use okrug_protocol::sample::{self, ISSUED, SampleDistrict};
use okrug_protocol::seal::{SealKey, SharedKey};
use okrug_protocol::sealing::SealingKey;

use crate::site::{Site, at_rest, message, texts};

const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// Lets days pass, one after the other, as a node lives through them.
pub(crate) async fn live(days: u64, clock: &Clock, sites: &[&Site]) {
    for _ in 0..days {
        clock.pass(DAY_MS);
        for site in sites {
            site.handle.tend().await;
        }
    }
}

/// The authority issues the next chart, so many days after the first.
pub(crate) fn issue(district: &mut SampleDistrict, day: u64, sites: &[&Site]) {
    district.amend(|chart| {
        chart.head.issued = ISSUED.plus(day * DAY_MS);
        chart.head.refresh_by = ISSUED.plus((day + 90) * DAY_MS);
    });
    sites.iter().for_each(|site| site.handle.set_directory(district.directory()));
}

/// All logs of an office that a site has.
fn logs_of(site: &Site, office: u32) -> Vec<LogId> {
    site.handle.heads().into_iter().map(|head| head.log).filter(|log| log.office == OfficeId(office)).collect()
}

/// Brings all that `from` has of an office to another.
pub(crate) async fn bring(from: &Site, office: u32, to: &Site) {
    for log in logs_of(from, office) {
        let topic = log.topic;
        let verdicts = to.offer(office, &from.entries(log).await).await;
        let fits = |verdict: &Verdict| verdict.is_held() || matches!((verdict, topic), (Verdict::Unwanted, Topic::Inbox(_)));
        assert!(verdicts.iter().all(fits), "{log}: {verdicts:?}");
    }
}

/// The sealing keys that an office announced, oldest first.
pub(crate) async fn announced(site: &Site, office: u32) -> Vec<SealingKey> {
    let mut all = Vec::new();
    for log in logs_of(site, office).into_iter().filter(|log| log.topic == Topic::District) {
        for bytes in site.entries(log).await {
            let entry = Entry::decode(&bytes).unwrap();
            if entry.header.kind == Kind::SEALING_KEY {
                all.push(SealingKey::decode(&entry.body).unwrap());
            }
        }
    }
    all.sort_by_key(|key| key.number);
    all
}

/// Which key of `reader` the last epoch of a log is sealed to.
async fn sealed_to(site: &Site, log: LogId, reader: u32) -> Option<u32> {
    let entries = site.entries(log).await;
    let rekey = entries.iter().rev().map(|bytes| Entry::decode(bytes).unwrap()).find(|entry| entry.header.kind == Kind::REKEY);
    Rekey::decode(&rekey.unwrap().body).unwrap().box_for(OfficeId(reader)).map(|found| found.key)
}

pub(crate) fn key_files(dir: &Path) -> usize {
    let Ok(found) = fs::read_dir(dir.join("keys").join("sealing")) else { return 0 };
    found.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ext| ext == "key")).count()
}

#[tokio::test]
async fn a_new_key_is_announced_each_week_and_others_seal_to_the_newest_they_know() {
    let (district, clock) = (sample::district(2), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    let writer = Site::open_at(dirs[1].path(), &district, 2, &clock);
    live(6, &clock, &[&reader]).await;
    assert_eq!(announced(&reader, 1).await, []);
    live(1, &clock, &[&reader]).await;
    let first = announced(&reader, 1).await[0];
    let log = writer.say("1").await.log;
    assert_eq!(sealed_to(&writer, log, 1).await, Some(0), "who knows of no newer one takes the chart's");
    bring(&reader, 1, &writer).await;
    live(8, &clock, &[&reader, &writer]).await;
    writer.say("2").await;
    assert_eq!(sealed_to(&writer, log, 1).await, Some(first.number));
    bring(&reader, 1, &writer).await;
    live(8, &clock, &[&reader, &writer]).await;
    writer.say("3").await;
    let keys = announced(&reader, 1).await;
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert_eq!(sealed_to(&writer, log, 1).await, Some(keys[1].number));
    bring(&writer, 2, &reader).await;
    assert_eq!((reader.texts(), reader.handle.unopened()), (texts(1..=3), vec![]));
}

/// Makes a key that the chart of `district` is to list for an office, as `okrug-node key renew` does.
fn renew(dir: &Path) -> SealKey {
    let rest = Rest::new(&at_rest());
    Renewal::begin(&dir.join("keys").join("sealing"), &rest).unwrap().key().public()
}

#[tokio::test]
async fn the_charts_key_is_replaced_and_the_old_one_opens_until_its_term_has_passed() {
    let (mut district, clock) = (sample::district(2), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    // Nobody has heard of an announced key of the reader: all is sealed to the chart's.
    let writer = Site::open_at(dirs[1].path(), &district, 2, &clock);
    let log = writer.say("1").await.log;
    let next = renew(dirs[0].path());
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    assert!(reader.offer(2, &writer.entries(log).await).await.iter().all(Verdict::is_held));
    district.amend(|chart| chart.offices[0].seal = next);
    // What was sealed to the old key comes when the new one is listed, and what is sealed to the new one as well.
    writer.handle.set_directory(district.directory());
    writer.stop().await.unwrap();
    reader.handle.set_directory(district.directory());
    reader.handle.tend().await;
    let writer = Site::open_at(dirs[1].path(), &district, 2, &clock);
    writer.say("2").await;
    assert_eq!(sealed_to(&writer, log, 1).await, Some(0));
    assert!(reader.offer(2, &writer.entries(log).await).await.iter().all(Verdict::is_held));
    assert_eq!((reader.texts(), reader.handle.unopened()), (texts(1..=2), vec![]));
    let is_over = || Renewal::open(&dirs[0].path().join("keys").join("sealing"), &Rest::new(&at_rest())).unwrap().unwrap().is_over();
    live(36, &clock, &[&reader]).await;
    assert!(!is_over(), "the authority has named no later time");
    issue(&mut district, 36, &[&reader]);
    live(2, &clock, &[&reader]).await;
    assert!(is_over());
    // A writer that was away all the time, and holds the old chart: what it seals now is told of as lost, and nothing else is.
    let late = sample::district(2);
    let late_dir = tempfile::tempdir().unwrap();
    let late = Site::open_at(late_dir.path(), &late, 2, &clock);
    let lost = late.say("3").await.log;
    assert!(reader.offer(2, &late.entries(lost).await).await.iter().all(Verdict::is_held));
    assert_eq!(reader.handle.unopened().iter().map(|(log, ..)| *log).collect::<Vec<_>>(), [lost]);
    assert_eq!(reader.texts(), texts(1..=2));
}

/// An office whose first key is destroyed, and another that sealed a text to it before and was away since.
struct Sleeper {
    dirs: [tempfile::TempDir; 2],
    district: SampleDistrict,
    clock: Clock,
    reader: Site,
    writer: Site,
    log: LogId,
}

async fn sleeper() -> Sleeper {
    let (mut district, clock) = (sample::district(3), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let reader = Site::open_at(dirs[0].path(), &district, 2, &clock);
    let writer = Site::open_at(dirs[1].path(), &district, 3, &clock);
    live(7, &clock, &[&reader]).await;
    bring(&reader, 2, &writer).await;
    let log = writer.say("1").await.log;
    writer.say("2").await;
    live(7, &clock, &[&reader]).await;
    assert_eq!(key_files(dirs[0].path()), 2);
    live(35, &clock, &[&reader]).await;
    issue(&mut district, 60, &[&reader, &writer]);
    live(2, &clock, &[&reader]).await;
    Sleeper { dirs, district, clock, reader, writer, log }
}

#[tokio::test]
async fn what_a_destroyed_key_would_open_is_counted_and_told() {
    let Sleeper { dirs, reader, writer, log, district, clock } = sleeper().await;
    let keys = announced(&reader, 2).await;
    assert!(key_files(dirs[0].path()) < keys.len(), "the first key is destroyed");
    bring(&writer, 3, &reader).await;
    assert_eq!(reader.texts(), Vec::<String>::new());
    let told = reader.handle.unopened();
    assert_eq!(told.len(), 1, "{told:?}");
    let (at, _, row) = told[0];
    assert_eq!((at, row.messages, row.why, row.asked), (log, 2, Why::Gone, 0));
    assert!(row.first <= row.last && row.first.0 > 0);
    // Its writer is told of it once, and does not seal it again without the policy.
    let own = keys.last().unwrap().number;
    for _ in 0..2 {
        reader.handle.tend().await;
        bring(&reader, 2, &writer).await;
        writer.handle.tend().await;
    }
    let to_writer: Vec<LogId> = logs_of(&reader, 2).into_iter().filter(|log| log.topic == Topic::Inbox(OfficeId(3))).collect();
    assert_eq!((to_writer.len(), reader.entries(to_writer[0]).await.len()), (1, 1));
    assert!(logs_of(&writer, 3).iter().all(|log| log.topic != Topic::Inbox(OfficeId(2))), "nothing is answered");
    let told = reader.handle.unopened();
    assert_eq!((told[0].2.messages, told[0].2.asked), (2, own));
    // It is known after a restart, and what comes from now on is read.
    reader.stop().await.unwrap();
    let reader = Site::open_at(dirs[0].path(), &district, 2, &clock);
    assert_eq!(reader.handle.unopened(), told);
    writer.say("3").await;
    bring(&writer, 3, &reader).await;
    assert_eq!((reader.texts(), reader.handle.unopened()), (texts(3..=3), told));
}

#[tokio::test]
async fn an_epoch_whose_key_a_reader_has_lost_ends_early_and_not_at_every_word() {
    let (district, clock) = (sample::district(2), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    let writer = Site::open_at(dirs[1].path(), &district, 2, &clock);
    live(7, &clock, &[&reader]).await;
    bring(&reader, 1, &writer).await;
    let log = writer.say("1").await.log;
    reader.stop().await.unwrap();
    fs::remove_dir_all(dirs[0].path().join("keys")).unwrap();
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    bring(&writer, 2, &reader).await;
    reader.handle.tend().await;
    bring(&reader, 1, &writer).await;
    let epoch = async || Entry::decode(writer.entries(log).await.last().unwrap()).unwrap().header.epoch;
    writer.say("2").await;
    assert_eq!(epoch().await, Epoch(1), "it is young yet");
    clock.pass(3_600_000);
    writer.say("3").await;
    writer.say("4").await;
    assert_eq!(epoch().await, Epoch(2), "one for both");
    bring(&writer, 2, &reader).await;
    assert_eq!((reader.texts(), reader.handle.unopened()[0].2.messages), (texts(3..=4), 2));
}

#[tokio::test]
async fn what_the_policy_forbade_to_seal_again_is_answered_when_another_policy_comes() {
    let Sleeper { mut district, reader, writer, dirs, clock, .. } = sleeper().await;
    bring(&writer, 3, &reader).await;
    reader.handle.tend().await;
    bring(&reader, 2, &writer).await;
    writer.handle.tend().await;
    writer.stop().await.unwrap();
    let writer = Site::open_at(dirs[1].path(), &district, 3, &clock);
    district.amend(|chart| chart.policy.reseal = ResealRule::Members);
    [&reader, &writer].into_iter().for_each(|site| site.handle.set_directory(district.directory()));
    writer.handle.tend().await;
    bring(&writer, 3, &reader).await;
    reader.handle.tend().await;
    assert_eq!((reader.texts(), reader.handle.unopened()), (texts(1..=2), vec![]));
}

#[tokio::test]
async fn a_clock_that_jumps_destroys_no_key() {
    let (district, clock) = (sample::district(2), Clock::default());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let reader = Site::open_at(dirs[0].path(), &district, 1, &clock);
    let writer = Site::open_at(dirs[1].path(), &district, 2, &Clock::default());
    live(7, &clock, &[&reader]).await;
    bring(&reader, 1, &writer).await;
    writer.say("1").await;
    live(7, &clock, &[&reader]).await;
    let mut left = 500;
    let year = i64::try_from(365 * DAY_MS).unwrap();
    for jump in [50 * year, -100 * year, 36 * i64::try_from(DAY_MS).unwrap(), 50 * year, 80 * year, -30 * year].into_iter().cycle() {
        clock.jump(jump);
        reader.handle.tend().await;
        left -= 1;
        if left == 0 {
            break;
        }
    }
    assert_eq!(key_files(dirs[0].path()), announced(&reader, 1).await.len(), "none is destroyed");
    bring(&writer, 2, &reader).await;
    assert_eq!((reader.texts(), reader.handle.unopened()), (texts(1..=1), vec![]));
}

#[tokio::test]
async fn where_the_policy_allows_the_writer_is_asked_and_seals_it_again() {
    let Sleeper { mut district, reader, writer, log, .. } = sleeper().await;
    district.amend(|chart| chart.policy.reseal = ResealRule::Members);
    [&reader, &writer].into_iter().for_each(|site| site.handle.set_directory(district.directory()));
    bring(&writer, 3, &reader).await;
    assert_eq!(reader.handle.unopened()[0].2.messages, 2);
    reader.handle.tend().await;
    let own = announced(&reader, 2).await.last().unwrap().number;
    assert_eq!(reader.handle.unopened()[0].2.asked, own);
    bring(&reader, 2, &writer).await;
    writer.handle.tend().await;
    bring(&writer, 3, &reader).await;
    reader.handle.tend().await;
    assert_eq!((reader.texts(), reader.handle.unopened()), (texts(1..=2), vec![]));
    // Asked and answered once, however often it is looked at.
    let entries = |site: &Site| site.handle.entries();
    let before = (entries(&reader), entries(&writer));
    for _ in 0..3 {
        reader.handle.tend().await;
        writer.handle.tend().await;
        bring(&reader, 2, &writer).await;
        bring(&writer, 3, &reader).await;
    }
    assert_eq!((entries(&reader), entries(&writer)), before);
    assert_eq!(logs_of(&reader, 3).iter().filter(|other| **other == log).count(), 1);
}

#[tokio::test]
async fn who_was_removed_in_between_gets_no_key_again() {
    let Sleeper { mut district, reader, writer, .. } = sleeper().await;
    district.amend(|chart| chart.policy.reseal = ResealRule::Members);
    reader.handle.set_directory(district.directory());
    bring(&writer, 3, &reader).await;
    reader.handle.tend().await;
    district.amend(|chart| chart.offices[1].hosts.clear());
    writer.handle.set_directory(district.directory());
    bring(&reader, 2, &writer).await;
    writer.handle.tend().await;
    assert!(logs_of(&writer, 3).iter().all(|log| log.topic != Topic::Inbox(OfficeId(2))), "nothing is answered");
}

/// A district in which office 1 wrote, and then lost its machine and all its keys; its number is enrolled with new ones.
struct Burnt {
    // Their folders.
    _dirs: Vec<tempfile::TempDir>,
    district: SampleDistrict,
    office: Site,
    readers: Vec<Site>,
}

async fn burnt(reseal: ResealRule) -> Burnt {
    let mut district = sample::district(3);
    district.amend(|chart| chart.policy.reseal = reseal);
    let dirs: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
    let office = Site::open(dirs[0].path(), &district, 1);
    let readers: Vec<Site> =
        [2, 3].iter().map(|number| Site::open(dirs[*number].path(), &district, u32::try_from(*number).unwrap())).collect();
    office.say("1").await;
    office.say("2").await;
    for reader in &readers {
        bring(&office, 1, reader).await;
    }
    office.stop().await.unwrap();
    (district.sign_keys[0], district.open_keys[0]) = (sample::signing("new", 1), sample::opening("new", 1));
    let (sign, seal) = (district.sign_keys[0].public(), district.open_keys[0].public());
    district.amend(|chart| {
        let row = &mut chart.offices[0];
        (row.sign, row.seal, row.since) = (sign, seal, chart.head.version);
    });
    readers.iter().for_each(|reader| reader.handle.set_directory(district.directory()));
    let office = Site::open(dirs[1].path(), &district, 1);
    bring(&readers[0], 1, &office).await;
    Burnt { _dirs: dirs, district, office, readers }
}

#[tokio::test]
async fn an_office_that_lost_its_keys_reads_again_what_it_wrote() {
    let Burnt { district, office, readers, .. } = burnt(ResealRule::Members).await;
    assert_eq!((office.texts(), office.handle.unopened()[0].2.messages), (vec![], 2));
    office.handle.tend().await;
    for reader in &readers {
        bring(&office, 1, reader).await;
    }
    // One of the two answers with another key, as a liar would: that opens nothing, and the other's does.
    let log = office.handle.unopened()[0].0;
    let to = announced(&office, 1).await.last().copied().unwrap();
    let place = Place { district: district.id(), log, epoch: Epoch(1) };
    let false_key = SharedKey::from_bytes([9; 32]);
    let mut rng = okrug_node::clock::rng();
    let again = AgainBox::seal(&place, &false_key, OfficeId(1), &to, district.directory().version(), &mut rng).unwrap();
    let lie = Draft {
        topic: Topic::Inbox(OfficeId(1)),
        kind: Kind::RESEAL,
        plain: Reseal { boxes: vec![again] }.encode(),
        tag: None,
        ..message("")
    };
    readers[1].handle.write(lie).await.unwrap();
    bring(&readers[1], 3, &office).await;
    office.handle.tend().await;
    assert_eq!(office.texts(), Vec::<String>::new());
    readers[0].handle.tend().await;
    bring(&readers[0], 2, &office).await;
    office.handle.tend().await;
    assert_eq!((office.texts(), office.handle.unopened()), (texts(1..=2), vec![]));
}

#[tokio::test]
async fn what_a_lost_office_wrote_is_given_to_it_alone_and_only_where_the_policy_says_so() {
    let Burnt { mut district, office, readers, .. } = burnt(ResealRule::Never).await;
    office.handle.tend().await;
    assert_eq!(office.handle.unopened()[0].2.asked, 0, "nobody is asked");
    // Another member of the district asks for it: it did not write it.
    district.amend(|chart| {
        chart.policy.reseal = ResealRule::Members;
        chart.offices[2].hosts.clear();
    });
    readers[0].handle.set_directory(district.directory());
    let (log, own) = (office.handle.unopened()[0].0, sample::opening("asker", 3).public());
    let request = ResealRequest { to: SealingKey { number: 9, key: own }, epochs: vec![(log, Epoch(1))] };
    let draft = Draft { topic: Topic::Inbox(OfficeId(2)), kind: Kind::RESEAL_REQUEST, plain: request.encode(), tag: None, ..message("") };
    readers[1].handle.write(draft).await.unwrap();
    bring(&readers[1], 3, &readers[0]).await;
    readers[0].handle.tend().await;
    assert!(logs_of(&readers[0], 2).iter().all(|log| log.topic != Topic::Inbox(OfficeId(3))), "nothing is answered");
}

#[tokio::test]
async fn a_new_member_reads_from_its_joining_on() {
    let mut district = sample::district(3);
    district.amend(|chart| chart.offices[2].hosts.clear());
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let writer = Site::open(dirs[0].path(), &district, 1);
    let log = writer.say("1").await.log;
    district.amend(|chart| {
        chart.offices[2].hosts = vec![UnitId(2)];
        chart.policy.reseal = ResealRule::Members;
    });
    writer.handle.set_directory(district.directory());
    writer.say("2").await;
    let joined = Site::open(dirs[1].path(), &district, 3);
    assert!(joined.offer(1, &writer.entries(log).await).await.iter().all(Verdict::is_held));
    assert_eq!(joined.texts(), texts(2..=2));
    assert_eq!(joined.handle.unopened(), [], "what was said before is not for it, and nobody is asked for it");
}

#[tokio::test]
async fn a_draft_of_a_person_cannot_pass_for_a_key() {
    let district = sample::district(2);
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let writer = Site::open(dirs[0].path(), &district, 2);
    // Not in the district log, and no key at all: neither counts.
    let forged = SealingKey { number: 9, key: sample::opening("other", 1).public() };
    let elsewhere = Draft { kind: Kind::SEALING_KEY, plain: forged.encode(), tag: None, ..message("") };
    let log = writer.handle.write(elsewhere.clone()).await.unwrap().log;
    let garbage = Draft { topic: Topic::District, plain: vec![1, 2, 3], ..elsewhere };
    let district_log = writer.handle.write(garbage).await.unwrap().log;
    let reader = Site::open(dirs[1].path(), &district, 1);
    for log in [log, district_log] {
        assert!(reader.offer(2, &writer.entries(log).await).await.iter().all(Verdict::is_held));
    }
    let said = reader.say("1").await.log;
    assert_eq!(sealed_to(&reader, said, 2).await, Some(0));
}
