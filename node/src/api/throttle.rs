//! Who tries passwords waits.
//!
//! An attempt counts as failed from its beginning, so that many at once gain nothing; it is taken back
//! when it succeeds. Unknown logins are counted as known ones: the answer tells nothing about them.
//!
//! Source:  threats.md, M42.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// Failures that cost nothing.
pub const FREE_TRIES: u32 = 5;
/// The wait after the first failure beyond those; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait.
pub const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Failures are forgotten after so long without a new one.
const MEMORY: Duration = Duration::from_secs(60 * 60);
/// Accounts, or addresses, that are remembered at once.
const MAX_REMEMBERED: usize = 10_000;

/// What has failed, by account and by address.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    accounts: Failures<Account>,
    addresses: Failures<IpAddr>,
}

/// An attempt that was let through and is not decided yet.
#[derive(Debug)]
pub(crate) struct Attempt {
    account: Account,
    address: IpAddr,
}

/// A login by its hash: what somebody types may be long, and is remembered for an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Account([u8; 32]);

impl Account {
    fn of(login: &str) -> Self {
        Self(Sha256::digest(login.to_lowercase()).into())
    }
}

impl Throttle {
    /// Lets an attempt through.
    ///
    /// # Errors
    /// How long to wait.
    pub(crate) fn begin(&mut self, login: &str, address: IpAddr, now: Instant) -> Result<Attempt, Duration> {
        let attempt = Attempt { account: Account::of(login), address: network(address) };
        let wait = self.accounts.wait(&attempt.account, now).max(self.addresses.wait(&attempt.address, now));
        if !wait.is_zero() {
            return Err(wait);
        }
        self.accounts.count(attempt.account, now);
        self.addresses.count(attempt.address, now);
        Ok(attempt)
    }

    /// The password was right: the account starts anew, the address has one failure less.
    pub(crate) fn succeeded(&mut self, attempt: &Attempt) {
        self.accounts.forget(&attempt.account);
        self.addresses.take_back(&attempt.address);
    }

    /// Nobody looked at the password: the attempt never was.
    pub(crate) fn undecided(&mut self, attempt: &Attempt) {
        self.accounts.take_back(&attempt.account);
        self.addresses.take_back(&attempt.address);
    }
}

/// An IPv6 host has a whole /64 to itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address => address,
    }
}

#[derive(Debug)]
struct Failures<K> {
    by_key: HashMap<K, Failure>,
}

#[derive(Debug, Clone, Copy)]
struct Failure {
    count: u32,
    last: Instant,
}

impl<K> Default for Failures<K> {
    fn default() -> Self {
        Self { by_key: HashMap::new() }
    }
}

impl Failure {
    fn wait(&self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.last);
        match self.count.checked_sub(FREE_TRIES) {
            Some(beyond) if since < MEMORY => penalty(beyond).saturating_sub(since),
            _ => Duration::ZERO,
        }
    }
}

fn penalty(beyond: u32) -> Duration {
    let factor = 1_u32.checked_shl(beyond).filter(|factor| *factor > 0).unwrap_or(u32::MAX);
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}

impl<K: Hash + Eq + Clone> Failures<K> {
    fn wait(&self, key: &K, now: Instant) -> Duration {
        self.by_key.get(key).map_or(Duration::ZERO, |failure| failure.wait(now))
    }

    fn count(&mut self, key: K, now: Instant) {
        if self.by_key.len() >= MAX_REMEMBERED && !self.by_key.contains_key(&key) {
            self.make_room(now);
        }
        let failure = self.by_key.entry(key).or_insert(Failure { count: 0, last: now });
        if now.saturating_duration_since(failure.last) >= MEMORY {
            failure.count = 0;
        }
        *failure = Failure { count: failure.count.saturating_add(1), last: now };
    }

    /// Drops what is forgotten anyway, or else the quarter that waits least: a flood of names frees nobody who waits long.
    fn make_room(&mut self, now: Instant) {
        self.by_key.retain(|_, failure| now.saturating_duration_since(failure.last) < MEMORY);
        if self.by_key.len() < MAX_REMEMBERED {
            return;
        }
        let rank = |failure: &Failure| (failure.wait(now), failure.last);
        let mut ranks: Vec<_> = self.by_key.values().map(rank).collect();
        let (_, quarter, _) = ranks.select_nth_unstable(MAX_REMEMBERED / 4);
        let quarter = *quarter;
        let mut to_drop = MAX_REMEMBERED / 4;
        self.by_key.retain(|_, failure| {
            let goes = to_drop > 0 && rank(failure) <= quarter;
            to_drop -= usize::from(goes);
            !goes
        });
    }

    fn take_back(&mut self, key: &K) {
        if let Some(failure) = self.by_key.get_mut(key) {
            failure.count = failure.count.saturating_sub(1);
        }
    }

    fn forget(&mut self, key: &K) {
        self.by_key.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn five_tries_are_free_and_then_each_costs_double_up_to_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        let mut now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..20 {
            let mut try_now = throttle.begin("anna", ip("192.0.2.7"), now);
            if let Err(wait) = &try_now {
                waits.push(wait.as_secs());
                now += *wait;
                try_now = throttle.begin("anna", ip("192.0.2.7"), now);
            }
            assert!(try_now.is_ok());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]);
    }

    #[test]
    fn another_login_from_the_same_address_and_the_same_login_from_another_wait_too() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..FREE_TRIES {
            throttle.begin("anna", ip("192.0.2.7"), now).unwrap();
        }
        assert!(throttle.begin("boris", ip("192.0.2.7"), now).is_err());
        assert!(throttle.begin("ANNA", ip("192.0.2.8"), now).is_err());
        assert!(throttle.begin("boris", ip("192.0.2.8"), now).is_ok());
        assert!(throttle.begin("boris", ip("::ffff:192.0.2.7"), now).is_err());
    }

    #[test]
    fn a_right_password_frees_the_account_and_not_the_address_that_guessed_at_others() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        for n in 0..FREE_TRIES - 1 {
            throttle.begin(&format!("victim-{n}"), ip("192.0.2.7"), now).unwrap();
        }
        let mine = throttle.begin("own", ip("192.0.2.7"), now).unwrap();
        throttle.succeeded(&mine);
        assert!(throttle.begin("victim-9", ip("192.0.2.7"), now).is_ok());
        assert!(throttle.begin("victim-9", ip("192.0.2.7"), now).is_err());
    }

    #[test]
    fn what_nobody_looked_at_is_no_attempt() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..100 {
            let attempt = throttle.begin("anna", ip("2001:db8::1"), now).unwrap();
            throttle.undecided(&attempt);
        }
    }

    #[test]
    fn failures_are_forgotten_after_an_hour_and_memory_is_bounded() {
        let mut throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..FREE_TRIES {
            throttle.begin("anna", ip("192.0.2.7"), now).unwrap();
        }
        assert!(throttle.begin("anna", ip("192.0.2.7"), now + MEMORY).is_ok());
        let mut failures = Failures::default();
        for _ in 0..FREE_TRIES + 9 {
            failures.count(0, now);
        }
        (1..3 * MAX_REMEMBERED).for_each(|n| failures.count(n, now));
        assert!(failures.by_key.len() <= MAX_REMEMBERED);
        assert!(!failures.wait(&0, now).is_zero(), "the one that waits long is not crowded out");
    }
}
