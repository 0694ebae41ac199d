//! The policy's quotas: they slow an office, and never make a gap.

use okrug_node::clock::{self, Clock};
use okrug_node::ledger::{Draft, Verdict, WriteError};
use okrug_protocol::ids::{OfficeId, Precedence, Seq};
use okrug_protocol::sample::{self, SampleDistrict};

use crate::site::{Site, message};

const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// A district in which an office may write ten entries a day.
fn ten_a_day() -> SampleDistrict {
    let mut district = sample::district(3);
    district.amend(|chart| chart.policy.entries_per_day = 10);
    district
}

/// A clock that shows the day of the district's founding.
fn on_the_first_day(district: &SampleDistrict) -> Clock {
    let clock = Clock::default();
    clock.jump(-i64::try_from(clock::now().since(district.directory().founded())).unwrap());
    clock
}

/// What office 2 writes without heed of any quota.
async fn flood(district: &SampleDistrict, count: usize) -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let mut free = sample::district(3);
    free.amend(|chart| chart.policy.entries_per_day = u32::MAX);
    let site = Site::open(dir.path(), district, 2);
    site.handle.set_directory(free.directory());
    let mut log = None;
    for n in 0..count {
        log = Some(site.say(&n.to_string()).await.log);
    }
    site.entries(log.unwrap()).await
}

#[tokio::test]
async fn a_flood_is_given_a_day_and_then_comes_day_by_day_without_a_gap() {
    let district = ten_a_day();
    let entries = flood(&district, 34).await;
    let (dir, clock) = (tempfile::tempdir().unwrap(), on_the_first_day(&district));
    let reader = Site::open_at(dir.path(), &district, 1, &clock);
    let mut held = 0;
    for day in 1..=3 {
        let verdicts = reader.offer(3, &entries[held..]).await;
        let taken = verdicts.iter().take_while(|verdict| verdict.is_held()).count();
        assert!(taken > 0 && held + taken <= 10 * day, "day {day}: {verdicts:?}");
        assert!(matches!(verdicts[taken], Verdict::Slowed(_)), "{verdicts:?}");
        assert!(verdicts[taken + 1..].iter().all(|verdict| matches!(verdict, Verdict::Slowed(_) | Verdict::Gap { .. })), "{verdicts:?}");
        held += taken;
        assert_eq!(reader.handle.slowed().iter().map(|row| row.office).collect::<Vec<_>>(), [OfficeId(2)]);
        // A clock that is set gives nothing away.
        clock.jump(i64::try_from(30 * DAY_MS).unwrap());
        assert!(matches!(reader.offer(3, &entries[held..]).await[0], Verdict::Slowed(_)));
        clock.jump(-i64::try_from(30 * DAY_MS).unwrap());
        clock.pass(DAY_MS);
        assert_eq!(reader.handle.slowed(), []);
    }
    // And after days of silence all that is left comes at once.
    clock.pass(3 * DAY_MS);
    assert!(reader.offer(3, &entries[held..]).await.iter().all(Verdict::is_held));
    let log = reader.handle.heads().into_iter().find(|head| head.log.office == OfficeId(2)).unwrap();
    assert_eq!(log.seq, Seq(u64::try_from(entries.len()).unwrap()));
    assert_eq!(reader.entries(log.log).await, entries);
}

#[tokio::test]
async fn who_would_be_slowed_is_told_so_before_anything_is_written_and_flash_passes() {
    let district = ten_a_day();
    let (dir, clock) = (tempfile::tempdir().unwrap(), on_the_first_day(&district));
    let site = Site::open_at(dir.path(), &district, 1, &clock);
    let mut refused = None;
    for n in 0..12 {
        if let Err(error) = site.handle.write(message(&n.to_string())).await {
            refused.get_or_insert(error);
        }
    }
    let Some(WriteError::OverQuota { for_ms }) = refused else { panic!("{refused:?}") };
    assert_eq!(site.handle.slowed().first().map(|row| row.office), Some(OfficeId(1)));
    let flash = Draft { precedence: Precedence::Flash, ..message("молния") };
    assert!(site.handle.write(flash).await.is_ok());
    site.stop().await.unwrap();
    let again = Site::open_at(dir.path(), &district, 1, &clock);
    assert!(matches!(again.handle.write(message("ещё")).await, Err(WriteError::OverQuota { .. })), "a restart gives nothing away");
    clock.pass(for_ms + DAY_MS / 2);
    again.say("дальше").await;
}

#[tokio::test]
async fn another_quota_holds_from_the_directory_on_that_names_it_and_the_same_one_lets_wait_as_before() {
    let mut district = ten_a_day();
    let entries = flood(&district, 34).await;
    let (dir, clock) = (tempfile::tempdir().unwrap(), on_the_first_day(&district));
    let reader = Site::open_at(dir.path(), &district, 1, &clock);
    reader.handle.adopt(district.directory()).await;
    let held = reader.offer(3, &entries).await.iter().filter(|verdict| verdict.is_held()).count();
    district.amend(|chart| chart.units[0].name.push('!'));
    reader.handle.adopt(district.directory()).await;
    assert_eq!(reader.handle.slowed().iter().map(|row| row.office).collect::<Vec<_>>(), [OfficeId(2)]);
    district.amend(|chart| chart.policy.entries_per_day = u32::MAX);
    reader.handle.adopt(district.directory()).await;
    assert_eq!(reader.handle.slowed(), []);
    clock.pass(1_000);
    assert!(reader.offer(3, &entries[held..]).await.iter().all(Verdict::is_held));
}
