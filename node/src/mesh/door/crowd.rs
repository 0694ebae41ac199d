//! Who is at the door: few at once, from one network address one, and one a second.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Visits at once, each of which may hold one document in memory.
const MAX_INSIDE: usize = 8;
/// From the beginning of one visit from an address to the next: every visit may cost a verification of signatures.
const BETWEEN: Duration = Duration::from_secs(1);
/// Addresses that are remembered; when so many came within a second, others wait.
const MAX_REMEMBERED: usize = 1_024;

/// Counts visits by address.
#[derive(Debug, Clone, Default)]
pub(super) struct Crowd(Arc<Mutex<Visits>>);

#[derive(Debug, Default)]
struct Visits {
    inside: HashSet<IpAddr>,
    last: HashMap<IpAddr, Instant>,
}

/// A visit; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Inside {
    crowd: Crowd,
    from: IpAddr,
}

impl Crowd {
    /// Lets a caller in; `None` when there are too many, or it came too soon.
    pub(super) fn enter(&self, ip: IpAddr, now: Instant) -> Option<Inside> {
        let from = network(ip);
        let mut visits = self.lock();
        visits.last.retain(|_, last| now.saturating_duration_since(*last) < BETWEEN);
        let too_soon = visits.last.contains_key(&from) || visits.inside.contains(&from);
        if too_soon || visits.inside.len() >= MAX_INSIDE || visits.last.len() >= MAX_REMEMBERED {
            return None;
        }
        visits.inside.insert(from);
        visits.last.insert(from, now);
        Some(Inside { crowd: self.clone(), from })
    }

    fn lock(&self) -> MutexGuard<'_, Visits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut visits = self.crowd.lock();
        visits.inside.remove(&self.from);
    }
}

/// One machine can have all addresses of a /64.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        ip @ IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(n: u8) -> IpAddr {
        [10, 0, 0, n].into()
    }

    #[test]
    fn one_address_is_heard_once_at_a_time_and_once_a_second() {
        let (crowd, now) = (Crowd::default(), Instant::now());
        let first = crowd.enter(ip(1), now).unwrap();
        drop(first);
        assert!(crowd.enter(ip(1), now).is_none(), "at once again");
        assert!(crowd.enter(ip(2), now).is_some(), "another");
        let _second = crowd.enter(ip(1), now + BETWEEN).unwrap();
        assert!(crowd.enter(ip(1), now + 3 * BETWEEN).is_none(), "while it is inside");
    }

    #[test]
    fn a_flood_takes_no_more_than_a_few_places_and_a_small_table() {
        let (crowd, now) = (Crowd::default(), Instant::now());
        let inside: Vec<Inside> = (0..=255).filter_map(|n| crowd.enter(ip(n), now)).collect();
        assert_eq!(inside.len(), MAX_INSIDE);
        drop(inside);
        let many = (0..100_000_u32).filter(|n| crowd.enter(Ipv6Addr::from_bits(u128::from(*n) << 64).into(), now).is_some()).count();
        assert!(many <= MAX_REMEMBERED && crowd.lock().last.len() <= MAX_REMEMBERED, "{many}");
        assert!(crowd.enter(ip(200), now + BETWEEN).is_some(), "when it is over");
    }

    #[test]
    fn all_addresses_of_a_64_are_one() {
        let (crowd, now) = (Crowd::default(), Instant::now());
        let [a, b, c] = ["fd00::1", "fd00::2", "fd00:0:0:1::1"].map(|text| text.parse().unwrap());
        let _inside = crowd.enter(a, now).unwrap();
        assert!(crowd.enter(b, now).is_none());
        assert!(crowd.enter(c, now).is_some());
    }
}
