//! Acting for another: for a role whose duty one has, or for a person in whose place one stands.
//!
//! Whoever speaks for another names the announcement that lets them. Whether it did is a function of
//! what was signed alone: the announcement, those that came after it, and two times, the speaker's and
//! the office's. It is asked of nobody's clock, so every office that has the same announcements says the same.
//!
//! Source:  FORMAT.md, section 5.9.

use std::collections::BTreeMap;

use crate::bounds::CLOCK_MAX_LEAD_MS;
use crate::clock::Millis;
use crate::codec::{Decode, Encode};
use crate::ids::{PersonId, RoleId};

/// For whom somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Behalf {
    /// A role, whose duty the speaker has.
    Role(RoleId),
    /// A person, in whose place the speaker stands.
    Person(PersonId),
}

/// For whom, and by which announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct OnBehalf {
    /// For whom.
    pub of: Behalf,
    /// The version of the role's or the deputy's announcement that says so.
    pub version: u32,
}

/// From when and until when a person acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Term {
    /// Who.
    pub person: PersonId,
    /// From this moment on.
    pub from: Millis,
    /// Up to this moment, which is no part of it; without one until somebody says otherwise.
    pub until: Option<Millis>,
}

impl Term {
    /// Whether the moment is in it.
    #[must_use]
    pub fn covers(&self, at: Millis) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self, at: Millis) -> bool {
        self.until.is_some_and(|until| until <= at)
    }

    /// Whether it has any moment at all.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.until.is_none_or(|until| self.from < until)
    }
}

/// An edition of who acts for somebody.
pub trait Announced {
    /// From when on it holds instead of the edition before it.
    fn since(&self) -> Millis;
    /// Who acts, and when.
    fn terms(&self) -> &[Term];
}

/// When something was said: the person signs one time and the office another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// What the person signed.
    pub said: Millis,
    /// The time of the entry that carries it.
    pub written: Millis,
}

impl Said {
    /// The moments at which the right must have been there.
    ///
    /// An entry is written after it was said, and its clock may be ahead by what neighbours may move it; further
    /// apart the two are only when somebody's clock was moved, and then both count.
    fn moments(&self) -> [Millis; 2] {
        let earliest = Millis(self.written.0.saturating_sub(CLOCK_MAX_LEAD_MS));
        [self.said, self.said.max(earliest).min(self.written.plus(CLOCK_MAX_LEAD_MS))]
    }
}

/// Whether somebody had the right to speak for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// They had.
    Holds,
    /// The announcement that they name is not here.
    Unknown,
    /// They had not, or not then.
    Lacks,
}

/// Whether `person` had the right to speak by the announcement `named`.
///
/// Shapes:  `editions` are all that are here, by version; those after the one that is named can take the right
///          away from the moment on from which they hold, and not before.
#[must_use]
pub fn right<A: Announced>(editions: &BTreeMap<u32, A>, named: u32, person: PersonId, when: Said) -> Right {
    let Some(edition) = editions.get(&named) else { return Right::Unknown };
    let lets = |edition: &A, at: Millis| edition.terms().iter().any(|term| term.person == person && term.covers(at));
    let holds = |at: Millis| {
        let later = editions.range(named..).skip(1).map(|(_, later)| later);
        let in_force = later.filter(|later| later.since() <= at).last();
        lets(edition, at) && in_force.is_none_or(|later| lets(later, at))
    };
    if when.moments().into_iter().all(holds) { Right::Holds } else { Right::Lacks }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: PersonId = PersonId(30_001);
    const BOB: PersonId = PersonId(30_002);

    struct Edition(Millis, Vec<Term>);

    impl Announced for Edition {
        fn since(&self) -> Millis {
            self.0
        }
        fn terms(&self) -> &[Term] {
            &self.1
        }
    }

    fn minutes(n: u64) -> Millis {
        Millis(n * 60_000)
    }

    fn term(person: PersonId, from: u64, until: Option<u64>) -> Term {
        Term { person, from: minutes(from), until: until.map(minutes) }
    }

    /// Ann from 100 on, until edition 2 gives the duty to Bob at 200.
    fn handed_over() -> BTreeMap<u32, Edition> {
        let first = Edition(minutes(100), vec![term(ANN, 100, None)]);
        BTreeMap::from([(1, first), (2, Edition(minutes(200), vec![term(BOB, 200, Some(300))]))])
    }

    fn asked(editions: &BTreeMap<u32, Edition>, named: u32, person: PersonId, said: u64, written: u64) -> Right {
        right(editions, named, person, Said { said: minutes(said), written: minutes(written) })
    }

    #[test]
    fn the_right_holds_while_the_term_lasts_and_no_later_edition_took_it_away() {
        let editions = handed_over();
        assert_eq!(asked(&editions, 1, ANN, 150, 150), Right::Holds);
        assert_eq!(asked(&editions, 1, ANN, 99, 99), Right::Lacks, "before the term");
        assert_eq!(asked(&editions, 1, ANN, 200, 200), Right::Lacks, "a former holder names the edition of their time");
        assert_eq!(asked(&editions, 1, BOB, 250, 250), Right::Lacks, "an edition that does not name them");
        assert_eq!(asked(&editions, 2, BOB, 250, 250), Right::Holds);
        assert_eq!(asked(&editions, 2, BOB, 300, 300), Right::Lacks, "the end is no part of the term");
        assert_eq!(asked(&editions, 3, BOB, 250, 250), Right::Unknown);
    }

    #[test]
    fn what_was_said_in_time_stays_said_whatever_is_announced_later() {
        let mut editions = handed_over();
        let before = asked(&editions, 1, ANN, 150, 150);
        editions.insert(3, Edition(minutes(400), Vec::new()));
        assert_eq!((before, asked(&editions, 1, ANN, 150, 150)), (Right::Holds, Right::Holds));
    }

    #[test]
    fn a_clock_that_was_moved_brings_no_right_back_and_a_slow_disk_takes_none() {
        let editions = handed_over();
        assert_eq!(asked(&editions, 1, ANN, 150, 260), Right::Lacks, "said in the term, written an hour after it");
        assert_eq!(asked(&editions, 2, BOB, 290, 150), Right::Lacks, "said in a term that is still to come");
        assert_eq!(asked(&editions, 2, BOB, 299, 303), Right::Holds, "written within the lead that clocks may have");
        assert_eq!(asked(&editions, 2, BOB, 299, 306), Right::Lacks);
    }
}
