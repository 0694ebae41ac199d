//! Forks that others tell of.

use okrug_node::ledger::{Alarm, Verdict};
use okrug_protocol::checkpoint::Checkpoint;
use okrug_protocol::clock::Timestamp;
use okrug_protocol::entry::{Entry, Header, Kind, SUITE};
use okrug_protocol::ids::{EntryId, Epoch, Incarnation, LogId, OfficeId, Precedence, Seq, Topic, Version};
use okrug_protocol::log::ForkProof;
use okrug_protocol::sample::{self, SampleDistrict};
use okrug_protocol::sign::Signature;

use crate::site::Site;

/// A district log in which office 1 told two stories that part at the third place.
struct Fork {
    log: LogId,
    stories: [Vec<Vec<u8>>; 2],
}

fn add(
    district: &SampleDistrict,
    log: LogId,
    story: &mut Vec<Vec<u8>>,
    previous: EntryId,
    time: u64,
    (kind, body): (Kind, Vec<u8>),
) -> EntryId {
    let seq = Seq(u64::try_from(story.len()).unwrap()).next();
    let body_len = u32::try_from(body.len()).unwrap();
    let (directory, revocations, delegated) = (Version(1), Version(0), Version(0));
    let (time, epoch) = (Timestamp(time), Epoch(0));
    let header = Header { suite: SUITE, kind, log, seq, epoch, time, directory, revocations, body_len, delegated };
    let mut entry = Entry { header, signature: Signature([0; 64]), body, erased: None };
    let part = entry.signed_part(previous);
    entry.signature = part.sign(&district.sign_keys[usize::try_from(log.office.0).unwrap() - 1]);
    story.push(entry.encode());
    part.id()
}

fn fork(district: &SampleDistrict) -> Fork {
    let log = LogId { office: OfficeId(1), incarnation: Incarnation(0xbad), topic: Topic::District, precedence: Precedence::Routine };
    let plain = || (Kind::CHECKPOINT, Checkpoint { heads: Vec::new(), kept: Vec::new(), full: false }.encode());
    let mut stories = [Vec::new(), Vec::new()];
    for (story, after) in stories.iter_mut().zip([0, 7]) {
        let mut previous = EntryId::ZERO;
        for place in 1..=5 {
            previous = add(district, log, story, previous, place * 100 + if place < 3 { 0 } else { after }, plain());
        }
    }
    Fork { log, stories }
}

/// An office that found the fork and told of it; and what it wrote.
async fn teller(district: &SampleDistrict, fork: &Fork) -> (tempfile::TempDir, Site, Vec<Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), district, 2);
    site.offer(1, &fork.stories[0]).await;
    site.offer(1, &fork.stories[1][2..3]).await;
    assert_eq!(site.handle.alarms(), [Alarm::Fork { log: fork.log, seq: Seq(3) }]);
    // What is found is told at once; whoever waits for the ledger's next round has that behind it.
    site.handle.tend().await;
    let told =
        LogId { office: OfficeId(2), incarnation: site.handle.incarnation(), topic: Topic::District, precedence: Precedence::Urgent };
    let entries = site.entries(told).await;
    (dir, site, entries)
}

#[tokio::test]
async fn who_never_saw_the_second_entry_learns_of_the_fork_and_freezes_at_the_same_place() {
    let district = sample::district(3);
    let fork = fork(&district);
    let (_a, teller, told) = teller(&district, &fork).await;
    assert_eq!(told.len(), 1, "one entry for one fork");
    teller.offer(1, &fork.stories[1][3..]).await;
    teller.handle.tend().await;
    assert_eq!(teller.handle.alarms().len(), 1, "a fork is told of once");
    let dir = tempfile::tempdir().unwrap();
    let other = Site::open(dir.path(), &district, 3);
    other.offer(1, &fork.stories[0][..4]).await;
    assert!(other.offer(2, &told).await[0].is_held());
    assert_eq!(other.handle.alarms(), [Alarm::Fork { log: fork.log, seq: Seq(3) }]);
    assert_eq!(other.offer(1, &fork.stories[0][4..]).await, [Verdict::Frozen]);
    // It need not be told again by whoever was told.
    other.handle.tend().await;
    let own = |head: &okrug_protocol::frontier::HeadOf| head.log.office == OfficeId(3) && head.log.precedence == Precedence::Urgent;
    assert!(!other.handle.heads().iter().any(own));
    other.stop().await.unwrap();
    let other = Site::open(dir.path(), &district, 3);
    assert_eq!(other.offer(1, &fork.stories[0][4..]).await, [Verdict::Frozen]);
}

#[tokio::test]
async fn of_a_log_that_is_known_to_have_forked_what_comes_before_that_is_taken_all_the_same() {
    let district = sample::district(3);
    let fork = fork(&district);
    let (_a, _teller, told) = teller(&district, &fork).await;
    let dir = tempfile::tempdir().unwrap();
    let late = Site::open(dir.path(), &district, 3);
    late.offer(2, &told).await;
    assert!(matches!(late.offer(1, &fork.stories[1][2..]).await[..], [Verdict::Gap { .. }, ..]));
    let verdicts = late.offer(1, &fork.stories[1]).await;
    assert!(matches!(verdicts[..2], [Verdict::Appended(_), Verdict::Appended(_)]), "{verdicts:?}");
    assert_eq!(verdicts[2..], [Verdict::Frozen, Verdict::Frozen, Verdict::Frozen]);
    assert_eq!(late.handle.head(&fork.log).map(|head| head.seq), Some(Seq(2)));
    // One by one, as gossip brings them.
    for story in fork.stories {
        assert_eq!(late.offer(1, &story[2..3]).await, [Verdict::Frozen]);
    }
}

#[tokio::test]
async fn a_proof_that_does_not_hold_changes_nothing_but_the_log_that_it_came_in() {
    let district = sample::district(3);
    let fork = fork(&district);
    let (_a, _teller, told) = teller(&district, &fork).await;
    let good = ForkProof::decode(&Entry::decode(&told[0]).unwrap().body).unwrap();
    let mut foreign = good.clone();
    foreign.other.signature = foreign.other.part.sign(&district.sign_keys[1]);
    let mut elsewhere = good.clone();
    elsewhere.other.part.header.seq = Seq(4);
    elsewhere.other.signature = elsewhere.other.part.sign(&district.sign_keys[0]);
    let same = ForkProof { kept: good.kept.clone(), other: good.kept.clone() };
    let mut newer = good.clone();
    for half in [&mut newer.kept, &mut newer.other] {
        half.part.header.directory = Version(9);
        half.signature = half.part.sign(&district.sign_keys[0]);
    }
    let log = LogId { office: OfficeId(2), incarnation: Incarnation(0xbad), topic: Topic::District, precedence: Precedence::Urgent };
    let (mut story, mut previous) = (Vec::new(), EntryId::ZERO);
    let bodies = [foreign, elsewhere, same, newer].map(|proof| proof.encode()).into_iter().chain([vec![7; 300], Vec::new(), vec![0; 600]]);
    for (time, body) in (1..).zip(bodies) {
        previous = add(&district, log, &mut story, previous, time, (Kind::FORK, body));
    }
    // The true one in a log where it is not to be; and in its place at last.
    let dir = tempfile::tempdir().unwrap();
    let reader = Site::open(dir.path(), &district, 3);
    assert!(reader.offer(2, &story).await.iter().all(Verdict::is_held));
    let (mut inbox, at) = (Vec::new(), LogId { topic: Topic::Inbox(OfficeId(3)), ..log });
    add(&district, at, &mut inbox, EntryId::ZERO, 1, (Kind::FORK, good.encode()));
    assert!(reader.offer(2, &inbox).await[0].is_held());
    assert_eq!(reader.handle.alarms(), []);
    assert!(reader.offer(1, &fork.stories[0]).await.iter().all(Verdict::is_held));
    reader.offer(2, &told).await;
    assert_eq!(reader.handle.alarms(), [Alarm::Fork { log: fork.log, seq: Seq(3) }]);
}
