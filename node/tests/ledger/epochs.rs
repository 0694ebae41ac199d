//! Epochs on a writer's own disk: when one begins, that no key serves twice, and what a wrong one leads to.

use std::collections::HashSet;
use std::io::Write;

use okrug_node::clock::Clock;
use okrug_node::ledger::{Verdict, Why};
use okrug_protocol::clock::Timestamp;
use okrug_protocol::entry::{Entry, Kind};
use okrug_protocol::epoch::{self, Place, Rekey};
use okrug_protocol::ids::{Epoch, Incarnation, LogId, OfficeId, Precedence, Seq, UnitId};
use okrug_protocol::log::{self, Candidate, LogState};
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::seal::SharedKey;

use crate::site::{EVERYBODY, Site, message};

const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// The places at which epochs begin in a log.
async fn rekeys(site: &Site, log: LogId) -> Vec<u64> {
    let entries = site.entries(log).await;
    let kinds = (1..).zip(&entries).map(|(seq, bytes)| (seq, Entry::decode(bytes).unwrap().header.kind));
    kinds.filter(|(_, kind)| *kind == Kind::REKEY).map(|(seq, _)| seq).collect()
}

#[tokio::test]
async fn an_epoch_ends_after_seven_days_and_not_before() {
    let (district, clock, dir) = (sample::district(2), Clock::default(), tempfile::tempdir().unwrap());
    let site = Site::open_at(dir.path(), &district, 1, &clock);
    let log = site.say("1").await.log;
    clock.pass(7 * DAY_MS - 3_600_000);
    site.say("2").await;
    assert_eq!(rekeys(&site, log).await, [1]);
    clock.pass(3_600_000);
    site.say("3").await;
    site.say("4").await;
    assert_eq!(rekeys(&site, log).await, [1, 4]);
}

#[tokio::test]
async fn an_epoch_ends_after_a_thousand_messages_and_not_before() {
    let (district, dir) = (sample::district(2), tempfile::tempdir().unwrap());
    let site = Site::open(dir.path(), &district, 1);
    let writes: Vec<_> = (0..1_001).map(|n| site.handle.write(message(&n.to_string()))).collect();
    let written = futures::future::join_all(writes).await;
    assert_eq!(rekeys(&site, written[0].as_ref().unwrap().log).await, [1, 1_002]);
}

#[tokio::test]
async fn no_epoch_key_serves_twice_whatever_began_the_epoch() {
    let (mut district, clock, dir) = (sample::district(3), Clock::default(), tempfile::tempdir().unwrap());
    let (mut keys, mut epochs) = (HashSet::new(), 0);
    for process in 0..4_u32 {
        let site = Site::open_at(dir.path(), &district, 1, &clock);
        for round in 0..2 {
            let log = site.say(&format!("{process}-{round}")).await.log;
            let state = site.handle.head(&log).unwrap();
            let last = site.store.entry(&log, state.seq).unwrap().unwrap().entry.header.epoch;
            let key = site.store.epoch_key(&log, last).unwrap().unwrap();
            assert!(keys.insert(*key.bytes()), "process {process}, round {round}");
            epochs += 1;
            // A change of members, then age.
            if process % 2 == 0 {
                district.amend(|chart| {
                    let hosts = &mut chart.offices[2].hosts;
                    *hosts = if hosts.is_empty() { vec![UnitId(2)] } else { Vec::new() };
                });
                site.handle.set_directory(district.directory());
            } else {
                clock.pass(7 * DAY_MS);
            }
        }
        site.stop().await.unwrap();
        if process == 2 {
            // And the incarnation: the past can no longer be shown.
            std::fs::remove_file(dir.path().join("here")).unwrap();
        }
    }
    assert_eq!(epochs, keys.len());
}

/// What office 1 writes that gives office 2 another key than office 3: a rekey entry, and a message under the promised key.
fn two_faced(district: &SampleDistrict) -> Vec<Vec<u8>> {
    let directory = district.directory();
    let log = LogId { office: OfficeId(1), incarnation: Incarnation(7), topic: EVERYBODY, precedence: Precedence::Routine };
    let place = Place { district: district.id(), log, epoch: Epoch(1) };
    let readers: Vec<_> = directory.offices().map(|office| (office.id, 0, office.seal)).collect();
    let seal = |byte: u8| {
        let key = SharedKey::from_bytes([byte; 32]);
        Rekey::seal(&place, &key, &readers, directory.version(), &mut okrug_node::clock::rng()).unwrap()
    };
    let (mut rekey, other) = (seal(1), seal(2));
    rekey.boxes[1] = other.boxes[1].clone();
    let body = epoch::seal_body(&SharedKey::from_bytes([1; 32]), &place, Seq(2), b"text x", &mut okrug_node::clock::rng()).unwrap();
    let mut state = LogState::EMPTY;
    let drafts = [(Kind::REKEY, 10, rekey.encode().unwrap()), (Kind::MESSAGE, 20, body)];
    let write = |(kind, time, body)| {
        let draft = log::Draft { kind, epoch: Epoch(1), time: Timestamp(time), body };
        let entry = log::write(log, &state, draft, &directory, &district.sign_keys[0]).unwrap();
        state = Candidate::next(entry.clone(), &state, &directory).unwrap().state().clone();
        entry.encode()
    };
    drafts.map(write).into()
}

#[tokio::test]
async fn who_was_given_another_key_than_was_promised_does_not_take_it_and_says_so() {
    let district = sample::district(3);
    let entries = two_faced(&district);
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (deceived, other) = (Site::open(dirs[0].path(), &district, 2), Site::open(dirs[1].path(), &district, 3));
    for site in [&deceived, &other] {
        assert!(site.offer(1, &entries).await.iter().all(Verdict::is_held));
    }
    assert_eq!((other.texts(), other.handle.unopened().len()), (vec!["text x".to_owned()], 0));
    assert_eq!(deceived.texts(), Vec::<String>::new());
    let told = deceived.handle.unopened();
    assert_eq!((told.len(), told[0].2.why, told[0].2.messages), (1, Why::Commitment, 1));
}

#[tokio::test]
async fn what_a_rekey_costs_with_three_hundred_offices() {
    let (district, dir) = (sample::district(300), tempfile::tempdir().unwrap());
    let site = Site::open(dir.path(), &district, 1);
    let log = site.say("1").await.log;
    let entries = site.entries(log).await;
    let rekey = &entries[0];
    assert_eq!(Rekey::decode(&Entry::decode(rekey).unwrap().body).unwrap().members().count(), 300);
    assert!(rekey.len() < 86 * 300, "{} bytes", rekey.len());
    let line = format!("a rekey entry for 300 offices: {} bytes, {} each; a message: {}", rekey.len(), rekey.len() / 300, entries[1].len());
    writeln!(std::io::stdout().lock(), "{line}").unwrap();
}
