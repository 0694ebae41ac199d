//! How fast one office may fill the disks of the others: the policy's quotas, as pace.
//!
//! What an office writes is worth time: the quota is worth a day, half of it half a day. An account says up to when an office
//! has spent its time, and that may lie a day ahead: a busy day is not slowed. Whoever spends more waits until time has
//! passed; the entry stays valid, and with whoever holds it. Time that nobody spent is worth nothing, but for an office
//! of which nothing came for more than a day: it was cut off, or we were, and all those days are still to be spent, at once.
//! Whenever, and in whatever order it comes: of one office no more is taken than the quota for each day since the
//! district was founded, and of one that is heard of daily no more than for each day that passed, and one.
//!
//! The last tenth of a day is kept for urgent and flash messages, and for the district's logs: keys, people, receipts.
//!
//! Source:  protocol.md, section 3; threats.md, M16.

use crate::chart::Policy;
use crate::clock::Millis;
use crate::codec::{Decode, Encode};
use crate::ids::{LogId, Precedence, Topic};

/// A day in milliseconds.
pub const DAY_MS: u64 = 24 * 3_600 * 1_000;
/// The part of a day that is kept for what must not wait.
const RESERVE: u64 = 10;
/// Who has to wait waits so much longer than needed, in milliseconds: entries then come in batches.
const BATCH_MS: u64 = 3_600 * 1_000;

/// What an office may write in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    entries: u64,
    bytes: u64,
    /// Milliseconds for which days of absence are there to be spent.
    grace_ms: u64,
}

impl From<&Policy> for Quota {
    fn from(policy: &Policy) -> Self {
        let grace_ms = DAY_MS * u64::from(policy.sealing_key_grace_days);
        Self { entries: policy.entries_per_day.into(), bytes: policy.bytes_per_day, grace_ms }
    }
}

impl Quota {
    /// What an entry of so many bytes is worth, by count and by length, in microseconds. None is worth so much that it
    /// could never be taken.
    fn worth(&self, len: usize) -> [u64; 2] {
        let most = micros(DAY_MS - DAY_MS / RESERVE);
        let of = |part: u64, day: u64| {
            let worth = u128::from(part) * u128::from(micros(DAY_MS)) / u128::from(day.max(1));
            u64::try_from(worth).unwrap_or(u64::MAX).min(most)
        };
        [of(1, self.entries), of(u64::try_from(len).unwrap_or(u64::MAX), self.bytes)]
    }
}

/// Whether a log may use what is kept back of a day.
#[must_use]
pub fn is_reserved(log: &LogId) -> bool {
    log.precedence != Precedence::Routine || log.topic == Topic::District
}

/// What was taken of one office.
///
/// Units:   all times are those of whoever keeps the account. They never go back, and no clock that is set moves them on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Account {
    /// Up to when time is spent, by count and by length, in microseconds.
    spent: [u64; 2],
    /// When something was last taken.
    heard: Millis,
    /// Time from here on can be spent ...
    from: Millis,
    /// ... until then; afterwards only what is still to come.
    until: Millis,
}

impl Account {
    /// The account of an office of which nothing was taken yet: it may have written since the district was founded.
    #[must_use]
    pub fn new(founded: Millis, now: Millis, quota: Quota) -> Self {
        let from = founded.min(now);
        Self { spent: [micros(from.0); 2], heard: now, from, until: now.plus(quota.grace_ms.max(DAY_MS)) }
    }

    /// Takes an entry of so many bytes.
    ///
    /// # Errors
    /// It has to wait, for so many milliseconds; nothing was taken.
    pub fn take(&mut self, len: usize, is_reserved: bool, quota: Quota, now: Millis) -> Result<(), u64> {
        let taken = self.with(len, quota, now);
        let most = micros(now.0.saturating_add(if is_reserved { DAY_MS } else { DAY_MS - DAY_MS / RESERVE }));
        let excess = taken.spent.iter().map(|spent| spent.saturating_sub(most)).max().unwrap_or(0);
        if excess > 0 {
            return Err(excess.div_ceil(1_000).saturating_add(BATCH_MS));
        }
        *self = taken;
        Ok(())
    }

    /// Counts an entry that is taken whatever the quota says.
    pub fn count(&mut self, len: usize, quota: Quota, now: Millis) {
        *self = self.with(len, quota, now);
    }

    /// For how many milliseconds nothing of it would be taken, be it ever so small; 0 when something would.
    #[must_use]
    pub fn waits(&self, is_reserved: bool, quota: Quota, now: Millis) -> u64 {
        let mut account = *self;
        account.take(0, is_reserved, quota, now).err().unwrap_or(0)
    }

    fn with(&self, len: usize, quota: Quota, now: Millis) -> Self {
        let mut account = *self;
        let granted = now <= self.until;
        if now.since(self.heard) > DAY_MS {
            account.from = if granted { self.from } else { self.heard };
            account.until = now.plus(quota.grace_ms.max(DAY_MS));
        } else if !granted {
            account.from = now;
        }
        account.heard = now.max(self.heard);
        for (spent, worth) in account.spent.iter_mut().zip(quota.worth(len)) {
            *spent = (*spent).max(micros(account.from.0)).saturating_add(worth);
        }
        account
    }
}

fn micros(ms: u64) -> u64 {
    ms.saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FOUNDED: Millis = Millis(1_767_225_600_000);
    const QUOTA: Quota = Quota { entries: 100, bytes: 100_000, grace_ms: 35 * DAY_MS };

    /// An office that has been heard of daily for longer than days of absence are remembered.
    fn known(now: Millis) -> Account {
        let mut account = Account::new(FOUNDED, now, QUOTA);
        for day in 1..=40 {
            account.count(1, QUOTA, now.plus(day * DAY_MS));
        }
        account
    }

    fn day(n: u64) -> Millis {
        FOUNDED.plus(n * DAY_MS)
    }

    /// How many entries are taken in a row.
    fn burst(account: &mut Account, len: usize, is_reserved: bool, now: Millis) -> usize {
        (0..).take_while(|_| account.take(len, is_reserved, QUOTA, now).is_ok()).count()
    }

    #[test]
    fn a_busy_day_is_not_slowed_and_a_flood_is_given_a_day_at_most() {
        let mut account = known(FOUNDED);
        assert_eq!(burst(&mut account, 100, false, day(41)), 90);
        assert_eq!(burst(&mut account, 100, true, day(41)), 10, "the last tenth is for what must not wait");
        // An hour later there is an hour's worth, and no more.
        assert_eq!(burst(&mut account, 100, true, day(41).plus(DAY_MS / 24)), 4);
        let mut long = known(FOUNDED);
        assert_eq!(burst(&mut long, 10_000, false, day(41)), 9, "length counts as well");
    }

    #[test]
    fn days_of_absence_come_at_once_however_many_they_are() {
        for away in [2, 30, 400] {
            let mut account = known(FOUNDED);
            let now = day(40 + away);
            let written = usize::try_from(away * 100).unwrap();
            assert!(burst(&mut account, 100, true, now) >= written, "{away} days");
        }
    }

    #[test]
    fn who_meets_an_office_for_the_first_time_takes_all_that_it_may_have_written() {
        let now = day(700);
        let mut account = Account::new(FOUNDED, now, QUOTA);
        assert_eq!(burst(&mut account, 100, true, now), 70_100);
        // And what was not spent in time is not there for ever.
        let mut quiet = Account::new(FOUNDED, now, QUOTA);
        (1..=36).for_each(|n| quiet.count(1, QUOTA, now.plus(n * DAY_MS)));
        assert_eq!(burst(&mut quiet, 100, true, now.plus(36 * DAY_MS)), 99);
    }

    #[test]
    fn nothing_is_so_long_and_no_quota_so_small_that_it_waits_for_ever() {
        let none = Quota { entries: 0, bytes: 0, grace_ms: 0 };
        let mut account = Account::new(FOUNDED, FOUNDED, none);
        let mut now = FOUNDED;
        for _ in 0..5 {
            let wait = account.take(60_000, false, none, now).err().unwrap_or(0);
            assert!(wait < DAY_MS);
            now = now.plus(wait);
            if wait > 0 {
                assert_eq!(account.take(60_000, false, none, now), Ok(()));
            }
        }
        let all = Quota { entries: u32::MAX.into(), bytes: u64::MAX, grace_ms: 0 };
        let mut free = Account::new(FOUNDED, FOUNDED, all);
        assert!((0..100_000).all(|_| free.take(60_000, false, all, FOUNDED).is_ok()));
    }

    proptest! {
        #[test]
        fn no_order_and_no_pause_takes_more_than_the_days_since_the_founding_and_one(
            steps in proptest::collection::vec((0..3 * DAY_MS, 1..5_000usize, 1..200usize, any::<bool>()), 1..60),
            met in 0..100u64,
        ) {
            let mut now = day(met);
            let mut account = Account::new(FOUNDED, now, QUOTA);
            let (mut entries, mut bytes) = (0u64, 0u64);
            for (pause, len, count, is_reserved) in steps {
                now = now.plus(pause);
                for _ in 0..count {
                    match account.take(len, is_reserved, QUOTA, now) {
                        Ok(()) => {
                            entries += 1;
                            bytes += u64::try_from(len).unwrap();
                        }
                        Err(wait) => {
                            // It is slowed, and it is taken when it was said.
                            prop_assert!(wait > 0 && wait < 2 * DAY_MS);
                            let mut later = account;
                            prop_assert_eq!(later.take(len, is_reserved, QUOTA, now.plus(wait)), Ok(()));
                        }
                    }
                }
            }
            let days = now.since(FOUNDED) + DAY_MS;
            prop_assert!(entries * DAY_MS <= 100 * days, "{entries} entries in {days} ms");
            prop_assert!(bytes * DAY_MS <= 100_000 * days + 60 * DAY_MS, "{bytes} bytes in {days} ms");
        }

        #[test]
        fn an_office_that_is_heard_of_daily_never_gains_more_than_a_day(
            pauses in proptest::collection::vec(0..DAY_MS, 1..40),
        ) {
            let mut account = known(FOUNDED);
            let (begin, mut now, mut entries) = (day(40), day(40), 0u64);
            for pause in pauses {
                now = now.plus(pause);
                entries += u64::try_from(burst(&mut account, 1, true, now)).unwrap();
            }
            prop_assert!(entries * DAY_MS <= 100 * (now.since(begin) + DAY_MS));
        }
    }
}
