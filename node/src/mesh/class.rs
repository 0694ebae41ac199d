//! What kind of link it is: one in the house, one between towns, or a thin one.
//!
//! A class changes when several measurements in a row say so, and the bounds for going back lie apart from those for going
//! there, so that a link at a bound does not change all the time.

use std::time::Duration;

/// A link's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// In the house: a round trip that nobody notices.
    Lan,
    /// Between towns.
    Wan,
    /// So slow that what goes first matters: gossip is not used on it.
    Thin,
}

impl Class {
    /// Its name, for interfaces.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lan => "lan",
            Self::Wan => "wan",
            Self::Thin => "thin",
        }
    }
}

/// Bytes a second below which a link becomes thin, and above which it ceases to be.
const THIN: (u64, u64) = (24_000, 48_000);
/// The round trip below which a link becomes one of the house, and above which it ceases to be.
const LAN: (Duration, Duration) = (Duration::from_millis(15), Duration::from_millis(40));
/// Measurements in a row that must agree.
const AGREE: u32 = 4;

/// The class of one link, as measured so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes {
    class: Class,
    /// What the last measurements say instead, and how many of them.
    other: (Class, u32),
    /// It was declared, whatever is measured.
    declared: bool,
    /// So many measurements in a row say that the line is no thin one, by what it carries.
    fast: u32,
}

impl Classes {
    /// A link with this round trip, of which nothing else is known.
    pub(super) fn new(trip: Option<Duration>) -> Self {
        let class = if trip.is_some_and(|trip| trip <= LAN.1) { Class::Lan } else { Class::Wan };
        Self::known(class)
    }

    /// A link that was declared thin.
    pub(super) fn declared() -> Self {
        Self { declared: true, ..Self::known(Class::Thin) }
    }

    /// The same for a link whose class is known from earlier.
    pub(super) fn known(class: Class) -> Self {
        Self { class, other: (class, 0), declared: false, fast: 0 }
    }

    /// Whether it was declared.
    pub(super) fn is_declared(&self) -> bool {
        self.declared
    }

    /// Whether the line has shown that it is no thin one.
    pub(super) fn is_fast(&self) -> bool {
        self.fast >= AGREE
    }

    /// The class.
    pub(super) fn class(&self) -> Class {
        self.class
    }

    /// Takes a measurement; the new class when it has changed.
    ///
    /// Units:   `rate` is bytes a second.
    pub(super) fn measured(&mut self, trip: Option<Duration>, rate: Option<u64>) -> Option<Class> {
        // What has shown itself once counts until the line is thin.
        if !self.is_fast() {
            self.fast = if rate.is_some_and(|rate| rate > THIN.1) { self.fast + 1 } else { 0 };
        }
        let said = self.says(trip, rate);
        if said == self.class || self.declared {
            self.other.1 = 0;
            return None;
        }
        self.other = if self.other.0 == said { (said, self.other.1 + 1) } else { (said, 1) };
        if self.other.1 < AGREE {
            return None;
        }
        let fast = if said == Class::Thin { 0 } else { self.fast };
        *self = Self { fast, ..Self::known(said) };
        Some(said)
    }

    fn says(&self, trip: Option<Duration>, rate: Option<u64>) -> Class {
        let slow = if self.class == Class::Thin { THIN.1 } else { THIN.0 };
        let near = if self.class == Class::Lan { LAN.1 } else { LAN.0 };
        match (rate, trip) {
            (Some(rate), _) if rate < slow => Class::Thin,
            // What was thin stays so until a rate says otherwise.
            (None, _) if self.class == Class::Thin => Class::Thin,
            (_, Some(trip)) if trip < near => Class::Lan,
            (_, None) if self.class == Class::Lan => Class::Lan,
            _ => Class::Wan,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(ms: u64) -> Option<Duration> {
        Some(Duration::from_millis(ms))
    }

    #[test]
    fn a_class_follows_what_is_measured_several_times() {
        let mut link = Classes::new(ms(600));
        assert_eq!(link.class(), Class::Wan);
        for _ in 1..AGREE {
            assert_eq!(link.measured(ms(600), Some(8_000)), None);
        }
        assert_eq!(link.measured(ms(600), Some(8_000)), Some(Class::Thin));
        (0..10).for_each(|_| assert_eq!(link.measured(ms(600), Some(40_000)), None, "between the bounds it stays"));
        assert_eq!((0..AGREE).filter_map(|_| link.measured(ms(600), Some(60_000))).collect::<Vec<_>>(), [Class::Wan]);
    }

    #[test]
    fn a_line_has_shown_that_it_is_no_thin_one_when_it_carried_more_several_times_and_until_it_is_thin() {
        let mut link = Classes::new(ms(600));
        (1..AGREE).for_each(|_| assert_eq!(link.measured(ms(600), Some(60_000)), None));
        link.measured(ms(600), Some(40_000));
        assert!(!link.is_fast());
        (0..AGREE).for_each(|_| assert_eq!(link.measured(ms(600), Some(60_000)), None));
        assert!(link.is_fast());
        link.measured(ms(600), Some(40_000));
        assert!(link.is_fast());
        let _ = (0..AGREE).filter_map(|_| link.measured(ms(600), Some(8_000))).count();
        assert!(!link.is_fast());
        assert!(!Classes::known(Class::Wan).is_fast(), "that was in better times");
    }

    #[test]
    fn one_bad_measurement_changes_nothing() {
        let mut link = Classes::new(ms(1));
        for _ in 0..100 {
            (1..AGREE).for_each(|_| assert_eq!(link.measured(ms(1), Some(1_000)), None));
            assert_eq!(link.measured(ms(1), Some(1_000_000)), None);
        }
        assert_eq!(link.class(), Class::Lan);
    }

    proptest! {
        #[test]
        fn a_link_that_stays_as_it_is_changes_at_most_once(trip in 0_u64..2_000, rate in 1_u64..10_000_000, first in 0_u64..2_000) {
            let mut link = Classes::new(ms(first));
            let changes = (0..100).filter(|_| link.measured(ms(trip), Some(rate)).is_some()).count();
            prop_assert!(changes <= 1, "{changes}");
        }
    }
}
