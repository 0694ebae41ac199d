//! What a carrier gives up when it carries too much, and what never.

use okrug_node::ledger::{Draft, Verdict};
use okrug_protocol::ids::{LogId, OfficeId, Precedence, Seq, Topic};
use okrug_protocol::sample::{self, SampleDistrict};

use crate::site::{Site, message};

const QUOTA: u64 = 24_000;

/// What an office writes to the inbox of office 4: its log, as it travels.
async fn written(district: &SampleDistrict, office: u32, count: usize, precedence: Precedence) -> (LogId, Vec<Vec<u8>>) {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::open(dir.path(), district, office);
    let mut log = None;
    for _ in 0..count {
        let draft = Draft { topic: Topic::Inbox(OfficeId(4)), precedence, plain: vec![7; 1_000], ..message("") };
        log = Some(site.handle.write(draft).await.unwrap().log);
    }
    let log = log.unwrap();
    (log, site.entries(log).await)
}

#[tokio::test]
async fn a_writer_that_floods_gives_up_its_own_routine_first_and_nobody_elses_entries() {
    let district = sample::district(4);
    let (quiet, flood) = (written(&district, 2, 5, Precedence::Routine).await, written(&district, 3, 40, Precedence::Routine).await);
    let flash = written(&district, 3, 3, Precedence::Flash).await;
    let dir = tempfile::tempdir().unwrap();
    let carrier = Site::open(dir.path(), &district, 1);
    carrier.handle.set_carrier_quota(QUOTA);
    let own = carrier.say("своё").await.log;
    for (office, entries) in [(2, &quiet.1), (3, &flash.1)] {
        assert!(carrier.offer(office, entries).await.iter().all(Verdict::is_held));
    }
    for some in flood.1.chunks(4) {
        assert!(carrier.offer(3, some).await.iter().all(Verdict::is_held));
        assert!(carrier.handle.carried().bytes <= QUOTA);
    }
    let carried = carrier.handle.carried();
    let after = |log: &LogId| carried.logs[log].after;
    assert_eq!((after(&quiet.0), after(&flash.0)), (Seq(0), Seq(0)));
    let (gone, head) = (after(&flood.0), carrier.handle.head(&flood.0).unwrap());
    assert!(gone > Seq(10) && carried.logs[&flood.0].given_up == gone.0, "{carried:?}");
    assert_eq!(head.seq.0, u64::try_from(flood.1.len()).unwrap(), "the log goes on from its last entry");
    let left = carrier.handle.range(flood.0, gone.next(), 1_000, 1 << 20).await.unwrap();
    assert_eq!(left, flood.1[usize::try_from(gone.0).unwrap()..]);
    let told = carrier.handle.gave_up().await;
    assert_eq!(told.iter().map(|(row, at)| (row.log, row.after, at.is_some())).collect::<Vec<_>>(), [(flood.0, gone, true)]);
    // What was given up is known when it comes again, and its own entries are all here.
    assert_eq!(carrier.offer(3, &flood.1[..3]).await, vec![Verdict::Known; 3]);
    assert_eq!(carrier.entries(own).await.len(), 2, "a rekey entry and a text");
    carrier.stop().await.unwrap();
    let again = Site::open(dir.path(), &district, 1);
    let told = again.handle.gave_up().await;
    assert_eq!((again.handle.carried().logs, told[0].0.after), (carried.logs, gone), "a restart changes nothing");
}

#[tokio::test]
async fn with_a_lower_quota_flash_goes_last() {
    let district = sample::district(4);
    let (routine, flash) = (written(&district, 3, 6, Precedence::Routine).await, written(&district, 3, 6, Precedence::Flash).await);
    let dir = tempfile::tempdir().unwrap();
    let carrier = Site::open(dir.path(), &district, 1);
    carrier.offer(3, &flash.1).await;
    carrier.offer(3, &routine.1).await;
    carrier.handle.set_carrier_quota(9_000);
    carrier.offer(3, &routine.1[..1]).await;
    let carried = carrier.handle.carried();
    assert_eq!((carried.logs[&routine.0].after, carried.logs[&flash.0].after), (Seq(6), Seq(0)), "all routine but its last entry");
    carrier.handle.set_carrier_quota(3_000);
    carrier.offer(3, &routine.1[..1]).await;
    assert!(carrier.handle.carried().logs[&flash.0].after > Seq(0));
}
