//! Roles and deputies in a file of evidence: whether somebody had the right to speak for another.
//!
//! The home office's editions are shown in their places, the one that a message names and those after it. What they
//! give, they give by the same rule as at every office. That no further edition took the right away is not shown.
//!
//! Source:  FORMAT.md, section 7.

use std::collections::BTreeMap;

use super::EntryFault;
use super::report::{Place, ShownBehalf};
use crate::behalf::{Announced, Behalf, OnBehalf, Right, Said, Term, right};
use crate::clock::Millis;
use crate::deputy::DeputyRecord;
use crate::directory::Directory;
use crate::entry::{Header, Kind};
use crate::ids::{OfficeId, PersonId, Topic};
use crate::register::Register;
use crate::role::RoleRecord;

/// For whom, by the word of which office.
type Desk = (Behalf, OfficeId);

/// One edition, and where it stands.
struct Edition {
    since: Millis,
    terms: Vec<Term>,
    title: Option<String>,
    place: Place,
}

impl Announced for Edition {
    fn since(&self) -> Millis {
        self.since
    }
    fn terms(&self) -> &[Term] {
        &self.terms
    }
}

/// All editions of a file.
#[derive(Default)]
pub(super) struct Duties {
    editions: BTreeMap<Desk, BTreeMap<u32, Edition>>,
    /// The lowest version that a message names.
    named: BTreeMap<Desk, u32>,
}

impl Duties {
    /// Takes in an edition that stands in an office's log.
    pub(super) fn take(&mut self, place: &Place, header: &Header, plain: &[u8], directory: &Directory) -> Result<(), EntryFault> {
        let (office, at) = (place.log.office, header.at());
        let (of, version, edition, may) = if header.kind == Kind::ROLE {
            let record = RoleRecord::read(plain).map_err(|_| EntryFault::Content)?;
            let may = directory.may_announce_at(office, &record, at);
            let RoleRecord { role, version, since, holders, title, .. } = record;
            (Behalf::Role(role), version, Edition { since, terms: holders, title: Some(title), place: place.clone() }, may)
        } else {
            let record = DeputyRecord::read(plain).map_err(|_| EntryFault::Content)?;
            let may = directory.may_name_deputy_at(office, &record, at);
            let DeputyRecord { person, version, since, deputy, .. } = record;
            (Behalf::Person(person), version, Edition { since, terms: deputy, title: None, place: place.clone() }, may)
        };
        let fits = place.log.topic == Topic::District && may.is_ok();
        if fits && self.editions.entry((of, office)).or_default().insert(version, edition).is_none() {
            Ok(())
        } else {
            Err(EntryFault::Announcement)
        }
    }

    /// What the file shows of the right of somebody of `office` to speak for another.
    pub(super) fn judge(&mut self, on: OnBehalf, person: PersonId, office: OfficeId, when: Said, register: &Register) -> ShownBehalf {
        let offices: Vec<OfficeId> = match on.of {
            Behalf::Role(role) => vec![role.home()],
            Behalf::Person(absent) => register.homes(absent).collect(),
        };
        let mut shown = ShownBehalf { on, name: None, right: Right::Unknown, announced: None, newest: None };
        for desk in offices.into_iter().map(|home| (on.of, home)) {
            let editions = self.editions.get(&desk);
            let found = match on.of {
                // The duty of a role is for people of its office.
                Behalf::Role(role) if role.home() != office => Right::Lacks,
                _ => editions.map_or(Right::Unknown, |editions| right(editions, on.version, person, when)),
            };
            if let Some(editions) = editions {
                let lowest = self.named.entry(desk).or_insert(on.version);
                *lowest = on.version.min(*lowest);
                if shown.announced.is_none() || found == Right::Holds {
                    let named = editions.get(&on.version);
                    shown.name = named.and_then(|edition| edition.title.clone());
                    shown.announced = named.map(|edition| edition.place.clone());
                    shown.newest = editions.last_key_value().map(|(version, _)| *version);
                }
            }
            if shown.right == Right::Unknown || found == Right::Holds {
                shown.right = found;
            }
        }
        if let Behalf::Person(absent) = on.of {
            shown.name = register.record(absent).map(|record| record.name.clone());
        }
        shown
    }

    /// An edition that no message needs.
    pub(super) fn needless(&self) -> Option<&Place> {
        let needed = |desk: &Desk, version: u32| self.named.get(desk).is_some_and(|lowest| *lowest <= version);
        let all =
            self.editions.iter().flat_map(|(desk, editions)| editions.iter().map(move |(version, edition)| (desk, *version, edition)));
        all.into_iter().find(|(desk, version, _)| !needed(desk, *version)).map(|(_, _, edition)| &edition.place)
    }
}
