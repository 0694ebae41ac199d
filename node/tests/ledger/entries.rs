//! The ledger's promises, on a real disk.

use std::collections::HashSet;

use okrug_node::ledger::{Alarm, Draft, Verdict, WriteError};
use okrug_node::store::{Batch, Tree, key};
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq, Topic, UnitId};
use okrug_protocol::log::{self, Candidate, LogState, Refusal};
use okrug_protocol::sample::{self, SampleDistrict};

use crate::site::{EVERYBODY, Site, message, texts};

/// An office that wrote texts 1 to `n`, and its log as it travels.
async fn writer(district: &SampleDistrict, n: u32) -> (tempfile::TempDir, Site, LogId, Vec<Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), district, 1);
    let mut log = None;
    for k in 1..=n {
        log = Some(site.say(&k.to_string()).await.log);
    }
    let log = log.unwrap();
    let entries = site.entries(log).await;
    (dir, site, log, entries)
}

fn refused(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(_))
}

#[tokio::test]
async fn what_one_office_writes_its_readers_append_and_open_in_order() {
    let district = sample::district(3);
    let (_a, site, log, entries) = writer(&district, 3).await;
    assert_eq!(entries.len(), 4, "a rekey entry and three texts");
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &district, 2);
    let verdicts = reader.offer(1, &entries).await;
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Appended(_))), "{verdicts:?}");
    assert_eq!((reader.texts(), site.texts()), (texts(1..=3), texts(1..=3)));
    assert_eq!(reader.handle.head(&log), site.handle.head(&log));
    assert_eq!(reader.entries(log).await, entries);
    assert_eq!(reader.offer(3, &entries).await, vec![Verdict::Known; 4]);
}

#[tokio::test]
async fn a_carrier_keeps_what_it_cannot_read() {
    // Office 1 is the carrier; office 3 writes to office 2's inbox.
    let district = sample::district(3);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 3);
    let inbox = Draft { topic: Topic::Inbox(OfficeId(2)), ..message("secret") };
    let log = site.handle.write(inbox).await.unwrap().log;
    let entries = site.entries(log).await;
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (carrier, reader) = (Site::open(dirs[0].path(), &district, 1), Site::open(dirs[1].path(), &district, 2));
    assert!(carrier.offer(3, &entries).await.iter().all(Verdict::is_held));
    assert!(carrier.texts().is_empty());
    assert!(reader.offer(1, &carrier.entries(log).await).await.iter().all(Verdict::is_held));
    assert_eq!(reader.texts(), ["text secret"]);
}

#[tokio::test]
async fn what_is_no_business_of_an_office_is_not_taken() {
    let district = sample::district(4);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let draft = Draft { topic: Topic::Unit(UnitId(3)), ..message("x") };
    let log = site.handle.write(draft).await.unwrap().log;
    let other = tempfile::tempdir().unwrap();
    let other = Site::open(other.path(), &district, 2);
    assert_eq!(other.offer(1, &site.entries(log).await).await, vec![Verdict::Unwanted; 2]);
    assert_eq!(other.handle.heads(), []);
}

#[tokio::test]
async fn an_entry_is_appended_in_its_place_only() {
    let district = sample::district(2);
    let (_a, _site, log, entries) = writer(&district, 4).await;
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &district, 2);
    assert_eq!(reader.offer(1, &entries[1..2]).await, [Verdict::Gap { have: Seq(0) }]);
    let shuffled = [entries[0].clone(), entries[2].clone(), entries[1].clone(), entries[2].clone()];
    let verdicts = reader.offer(1, &shuffled).await;
    assert_eq!(verdicts[1], Verdict::Gap { have: Seq(1) });
    assert!(verdicts[2].is_held() && verdicts[3].is_held());
    assert_eq!(reader.handle.head(&log).unwrap().seq, Seq(3));
}

#[tokio::test]
async fn a_forged_entry_harms_neither_what_is_before_nor_what_is_after_it() {
    let district = sample::district(2);
    let (_a, _site, _log, entries) = writer(&district, 20).await;
    let mut forged = entries[10].clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &district, 2);
    // In one batch: the forgery takes the true entry's place first.
    let mut batch = entries[..10].to_vec();
    batch.push(forged.clone());
    batch.extend_from_slice(&entries[11..13]);
    batch.extend_from_slice(&entries[10..]);
    batch.push(forged);
    batch.push(entries[10].clone());
    let verdicts = reader.offer(1, &batch).await;
    assert!(verdicts[..10].iter().all(Verdict::is_held));
    assert!(refused(&verdicts[10]), "{:?}", verdicts[10]);
    assert_eq!(verdicts[11..13], [Verdict::Gap { have: Seq(10) }, Verdict::Gap { have: Seq(10) }]);
    assert!(verdicts[13..24].iter().all(Verdict::is_held), "{verdicts:?}");
    assert!(refused(&verdicts[24]) && verdicts[25] == Verdict::Known, "{verdicts:?}");
    assert_eq!(reader.texts(), texts(1..=20));
}

#[tokio::test]
async fn hostile_bytes_get_a_verdict_each_and_stop_nobody() {
    let district = sample::district(2);
    let (_a, _site, _log, entries) = writer(&district, 2).await;
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &district, 2);
    let mut hostile = vec![Vec::new(), vec![0; 70_000], b"garbage".to_vec(), entries[0][..50].to_vec()];
    for bit in 0..entries[0].len() * 8 {
        let mut flipped = entries[0].clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        hostile.push(flipped);
    }
    let verdicts = reader.offer(1, &hostile).await;
    assert_eq!(verdicts.len(), hostile.len());
    assert!(verdicts.iter().all(|verdict| !verdict.is_held()));
    assert!(reader.offer(1, &entries).await.iter().all(Verdict::is_held));
    assert_eq!(reader.texts(), texts(1..=2));
}

/// The entry that office 1 might have written in the place of the one behind `state`.
fn rival(district: &SampleDistrict, log: LogId, state: &LogState) -> Vec<u8> {
    let time = okrug_protocol::clock::Timestamp(state.time.0 + 1);
    let draft = log::Draft { kind: Kind::MESSAGE, epoch: state.epoch, time, body: b"another".to_vec() };
    log::write(log, state, draft, &district.directory(), &district.sign_keys[0]).unwrap().encode()
}

/// The states of a log after each of its entries, beginning with none.
fn states(district: &SampleDistrict, entries: &[Vec<u8>]) -> Vec<LogState> {
    let directory = district.directory();
    let mut states = vec![LogState::EMPTY];
    for bytes in entries {
        let candidate = Candidate::next(Entry::decode(bytes).unwrap(), states.last().unwrap(), &directory).unwrap();
        states.push(candidate.state().clone());
    }
    states
}

#[tokio::test]
async fn of_two_entries_for_one_place_the_proof_is_kept_and_the_log_is_frozen() {
    let district = sample::district(2);
    let (_a, _site, log, entries) = writer(&district, 3).await;
    let states = states(&district, &entries);
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &district, 2);
    reader.offer(1, &entries[..3]).await;
    let verdicts = reader.offer(1, &[rival(&district, log, &states[2])]).await;
    let Verdict::Forked(proof) = &verdicts[0] else { panic!("{verdicts:?}") };
    assert!(proof.holds(&district.directory()));
    assert_eq!(reader.handle.alarms(), [Alarm::Fork { log, seq: Seq(3) }]);
    assert_eq!(reader.offer(1, &entries[3..]).await, [Verdict::Frozen]);
    reader.stop().await.unwrap();
    let reader = Site::open(dir.path(), &district, 2);
    assert_eq!(reader.offer(1, &entries[3..]).await, [Verdict::Frozen]);
    assert_eq!(reader.offer(1, &entries[..3]).await, vec![Verdict::Known; 3]);
    let kept: log::ForkProof = reader.store.get_decoded(Tree::Proofs, &key::log_key(&log)).unwrap().unwrap();
    assert_eq!(kept, **proof);
}

#[tokio::test]
async fn a_fork_within_one_batch_is_seen_as_well() {
    let district = sample::district(2);
    let (_a, _site, log, entries) = writer(&district, 3).await;
    let rival = rival(&district, log, &states(&district, &entries)[2]);
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &district, 2);
    let verdicts = reader.offer(1, &[&entries[..3], &[rival]].concat()).await;
    assert!(matches!(verdicts[3], Verdict::Forked(_)), "{verdicts:?}");
    assert_eq!(reader.handle.alarms(), [Alarm::Fork { log, seq: Seq(3) }]);
}

#[tokio::test]
async fn what_a_newer_directory_allows_waits_for_it() {
    let mut district = sample::district(2);
    let old = district.clone();
    district.amend(|chart| chart.units[1].name = "Общий отдел".to_owned());
    let (_a, _site, _log, entries) = writer(&district, 1).await;
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &old, 2);
    let newer = district.directory().version();
    assert_eq!(reader.offer(1, &entries[..1]).await, [Verdict::Pending(newer)]);
    reader.handle.set_directory(district.directory());
    assert!(reader.offer(1, &entries).await.iter().all(Verdict::is_held));
}

#[tokio::test]
async fn an_epoch_ends_with_the_process_and_with_the_circle_of_readers() {
    let mut district = sample::district(3);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let log = site.say("1").await.log;
    site.say("2").await;
    district.amend(|chart| chart.offices[2].hosts.clear());
    site.handle.set_directory(district.directory());
    site.say("3").await;
    site.stop().await.unwrap();
    let site = Site::open(dir.path(), &district, 1);
    site.say("4").await;
    let kinds: Vec<_> = site.entries(log).await.iter().map(|bytes| Entry::decode(bytes).unwrap().header.kind).collect();
    let (rekey, text) = (Kind::REKEY, Kind::MESSAGE);
    assert_eq!(kinds, [rekey, text, text, rekey, text, rekey, text]);
    // Office 3 has the first key and not the second.
    let other = tempfile::tempdir().unwrap();
    let removed = Site::open(other.path(), &sample::district(3), 3);
    removed.offer(1, &site.entries(log).await[..3]).await;
    assert_eq!(removed.texts(), texts(1..=2));
    district.amend(|chart| chart.offices[2].carrier = true);
    removed.handle.set_directory(district.directory());
    assert!(removed.offer(1, &site.entries(log).await[3..]).await.iter().all(Verdict::is_held));
    assert_eq!(removed.texts(), texts(1..=2));
}

#[tokio::test]
async fn an_epoch_ends_although_whoever_left_has_come_back() {
    let mut district = sample::district(3);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let log = site.say("1").await.log;
    let hosts = district.trust.chart().doc().offices[2].hosts.clone();
    district.amend(|chart| chart.offices[2].hosts.clear());
    district.amend(|chart| chart.offices[2].hosts = hosts);
    // The writer hears of both at once: the readers are the same as before.
    site.handle.set_directory(district.directory());
    site.say("2").await;
    let kinds: Vec<_> = site.entries(log).await.iter().map(|bytes| Entry::decode(bytes).unwrap().header.kind).collect();
    assert_eq!(kinds, [Kind::REKEY, Kind::MESSAGE, Kind::REKEY, Kind::MESSAGE]);
}

#[tokio::test]
async fn without_the_right_or_the_room_in_an_entry_nothing_is_written() {
    let district = sample::district(2);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 2);
    let foreign = Topic::Unit(UnitId(5));
    let refused = site.handle.write(Draft { topic: foreign, ..message("x") }).await;
    assert_eq!(refused, Err(WriteError::MayNotWrite(foreign)));
    let long = Draft { plain: vec![1; okrug_protocol::bounds::MAX_PLAINTEXT], ..message("x") };
    assert_eq!(site.handle.write(long).await, Err(WriteError::TooLong));
    let rekey = Draft { kind: Kind::REKEY, ..message("x") };
    assert_eq!(site.handle.write(rekey).await, Err(WriteError::Refused(Refusal::EpochOutOfTurn)));
    assert_eq!(site.handle.heads(), []);
}

#[tokio::test]
async fn writers_at_once_get_places_without_gap_or_repetition() {
    let district = sample::district(2);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let mut events = site.handle.subscribe();
    let writers: Vec<_> = (0..200)
        .map(|n| {
            let handle = site.handle.clone();
            let precedence = Precedence::ALL[n % 3];
            tokio::spawn(async move { handle.write(Draft { precedence, ..message(&n.to_string()) }).await.unwrap() })
        })
        .collect();
    let mut places = HashSet::new();
    for writer in writers {
        let written = writer.await.unwrap();
        assert!(places.insert((written.log, written.seq)));
    }
    let heads = site.handle.heads();
    assert_eq!(heads.iter().map(|head| head.seq.0).sum::<u64>(), 203, "200 texts and three rekey entries");
    for _ in 0..203 {
        let appended = events.recv().await.unwrap();
        assert!(appended.from.is_none() && appended.bytes.is_some());
    }
    assert_eq!(site.handle.entries(), 203);
}

#[tokio::test]
async fn an_index_is_written_with_its_entry_or_not_at_all() {
    let district = sample::district(2);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let written = site.say("1").await;
    let at = key::entry_key(&written.log, written.seq);
    assert_eq!(site.store.get(Tree::Arrivals, &at), Ok(Some(b"text 1".to_vec())));
    assert_eq!(site.store.get(Tree::ClientIds, b"1"), Ok(Some(at)));
    assert_eq!(site.store.entry_id(&written.log, written.seq), Ok(Some(written.id)));
    let opened = site.store.opened(district.id(), &written.log, written.seq).unwrap().unwrap();
    assert_eq!(opened.1, b"text 1");
}

#[tokio::test]
async fn plain_entries_need_no_epoch() {
    let district = sample::district(2);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let draft = Draft { topic: Topic::District, kind: Kind::CHECKPOINT, plain: vec![1], tag: None, ..message("") };
    let written = site.handle.write(draft).await.unwrap();
    assert_eq!(written.seq, Seq(1));
    assert_eq!(site.store.opened(district.id(), &written.log, Seq(1)).unwrap().unwrap().1, [1]);
}

#[tokio::test]
async fn a_stopped_ledger_answers_that_it_is_stopped() {
    let district = sample::district(2);
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), &district, 1);
    let handle = site.handle.clone();
    site.say("1").await;
    site.stop().await.unwrap();
    assert_eq!(handle.write(message("2")).await, Err(WriteError::Unavailable));
    assert_eq!(handle.accept(OfficeId(2), vec![vec![]], false).await, [Verdict::Unavailable]);
    assert_eq!(handle.keep(Batch::new()).await, Err(WriteError::Unavailable));
}

#[tokio::test]
async fn a_range_keeps_to_its_limits_and_gives_one_entry_at_least() {
    let district = sample::district(2);
    let (_a, site, log, entries) = writer(&district, 9).await;
    assert_eq!(site.handle.range(log, Seq(3), 4, 1 << 20).await.unwrap(), entries[2..6]);
    assert_eq!(site.handle.range(log, Seq(3), 256, 1).await.unwrap(), entries[2..3]);
    let two = entries[2].len() + entries[3].len();
    assert_eq!(site.handle.range(log, Seq(3), 256, two).await.unwrap(), entries[2..4]);
    assert!(site.handle.range(log, Seq(11), 256, 1 << 20).await.unwrap().is_empty());
    let unknown = LogId { office: OfficeId(2), ..log };
    assert!(site.handle.range(unknown, Seq(1), 256, 1 << 20).await.unwrap().is_empty());
    assert_eq!(log.topic, EVERYBODY);
}

#[tokio::test]
async fn who_shows_in_one_log_that_it_knew_of_a_delegated_removal_is_found_out_in_another() {
    let mut district = sample::district(2);
    district.delegate(2);
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let writer = Site::open(dirs[0].path(), &district, 1);
    let log = writer.say("1").await.log;
    let before = district.directory();
    district.amend_delegated(2, |chart| chart.offices.clear());
    let reader = Site::open(dirs[1].path(), &district, 2);
    // Its own node would not do it: one that was changed asks an old directory for the one log.
    writer.handle.adopt(district.directory()).await;
    let knew = writer.handle.write(Draft { topic: Topic::Inbox(OfficeId(2)), ..message("x") }).await.unwrap().log;
    writer.handle.adopt(before).await;
    let said = writer.say("2").await;
    let offered: Vec<_> = [writer.entries(knew).await, writer.entries(log).await].concat();
    assert!(reader.offer(1, &offered).await.iter().all(Verdict::is_held), "it is no verdict");
    assert_eq!(reader.handle.alarms(), [Alarm::Pretence { log, seq: said.seq, knew, at: Seq(1) }]);
}
