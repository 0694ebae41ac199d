//! Who is revoked, since which list, and where the logs of a revoked office end.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::{Directory, Known};
use crate::chart::Office;
use crate::ids::{LogId, OfficeId, PersonId, Topic, Version};
use crate::revocations::{End, Revocations, RevokedOffice};

/// All that lists of revocations say, folded once.
#[derive(Debug, Default)]
pub(super) struct Revoked {
    offices: BTreeMap<OfficeId, RevokedOffice>,
    persons: BTreeMap<PersonId, Version>,
    /// Offices by the list that named them first.
    since: BTreeSet<(Version, OfficeId)>,
}

impl Revoked {
    /// Shapes:  more than one list where two were signed that contradict each other: what either removes is removed.
    pub(super) fn fold(lists: &[&Revocations]) -> Self {
        let mut revoked = Self::default();
        for row in lists.iter().flat_map(|list| &list.offices) {
            revoked.offices.entry(row.office).and_modify(|held| join(held, row)).or_insert_with(|| row.clone());
        }
        for row in lists.iter().flat_map(|list| &list.persons) {
            let since = revoked.persons.entry(row.person).or_insert(row.since);
            *since = row.since.min(*since);
        }
        revoked.since = revoked.offices.values().map(|row| (row.since, row.office)).collect();
        revoked
    }
}

/// Takes from two rows about one office whatever removes more.
fn join(held: &mut RevokedOffice, row: &RevokedOffice) {
    held.since = held.since.min(row.since);
    match (held.cut, row.cut) {
        (_, Version(0)) => {}
        (Version(0), _) => (held.cut, held.cut_offs) = (row.cut, row.cut_offs.clone()),
        _ => {
            let shorter = |cut: &mut crate::revocations::CutOff| {
                let end = row.end_of(&cut.log);
                if let Some(end) = end.filter(|end| end.seq < cut.seq) {
                    (cut.seq, cut.id) = (end.seq, end.id);
                }
                cut.seq.0 > 0
            };
            held.cut_offs.retain_mut(shorter);
        }
    }
}

impl Directory {
    /// Whether an office is revoked.
    #[must_use]
    pub fn is_revoked(&self, office: OfficeId) -> bool {
        self.revoked.offices.contains_key(&office)
    }

    /// The row by which an office is revoked.
    #[must_use]
    pub fn revocation(&self, office: OfficeId) -> Option<&RevokedOffice> {
        self.revoked.offices.get(&office)
    }

    /// Whether an office was revoked by what a list of this version said.
    #[must_use]
    pub fn is_revoked_at(&self, office: OfficeId, revocations: Version) -> bool {
        self.revocation(office).is_some_and(|row| row.since <= revocations)
    }

    /// The list by which a person was revoked.
    #[must_use]
    pub fn person_revoked_since(&self, person: PersonId) -> Option<Version> {
        self.revoked.persons.get(&person).copied()
    }

    /// Whether a person was revoked by what a list of this version said: what they say under it does not count, at
    /// every office alike, since it is their own office that knew.
    #[must_use]
    pub fn is_person_revoked_at(&self, person: PersonId, revocations: Version) -> bool {
        self.person_revoked_since(person).is_some_and(|since| since <= revocations)
    }

    /// Where a log ends because its writer is revoked; `None` when it goes on, or nobody has said yet where it ends.
    #[must_use]
    pub fn end_of(&self, log: &LogId) -> Option<End> {
        self.revocation(log.office)?.end_of(log)
    }

    /// Since which list it is unknown where the logs of a revoked office end; `None` when it is not revoked, or known.
    #[must_use]
    pub fn open_since(&self, office: OfficeId) -> Option<Version> {
        self.revocation(office).filter(|row| row.cut == Version(0)).map(|row| row.since)
    }

    /// An office that belongs to the district now: listed, and not revoked.
    #[must_use]
    pub fn member(&self, office: OfficeId) -> Option<&Office> {
        self.office(office).filter(|_| !self.is_revoked(office))
    }

    /// The offices that belong to the district now.
    pub fn members(&self) -> impl Iterator<Item = &Office> {
        self.offices().filter(|office| !self.is_revoked(office.id))
    }

    /// Who may hold the key of an epoch whose writer knew these versions: the readers of the topic that were not revoked, by number.
    #[must_use]
    pub fn readers_allowed(&self, topic: Topic, known: &Known) -> Vec<OfficeId> {
        let mut readers = self.readers_at(topic, known);
        readers.retain(|office| !self.is_revoked_at(*office, known.revocations));
        readers
    }

    /// Whether an epoch is dead to a writer who knows `now`: a reader of the topic as of `began` left it or was revoked since.
    #[must_use]
    pub fn is_dead(&self, topic: Topic, began: &Known, now: &Known) -> bool {
        let after = |version, office| (version, OfficeId(office));
        let lists = (Bound::Excluded(after(began.revocations, u32::MAX)), Bound::Included(after(now.revocations, u32::MAX)));
        let revoked = || {
            let mut since = self.revoked.since.range(lists);
            began.revocations < now.revocations && since.any(|(_, office)| self.reads_at(*office, topic, began))
        };
        let left = || {
            let before = self.delegated_readers(topic, began);
            !before.is_empty() && before.iter().any(|office| !self.reads_at(*office, topic, now))
        };
        self.lost_reader(topic, began.chart, now.chart) || revoked() || left()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{EntryId, Hash32, Incarnation, Precedence, Seq, UnitId};
    use crate::sample::{self, SampleDistrict};

    fn log(office: u32) -> LogId {
        let topic = Topic::Unit(UnitId(2));
        LogId { office: OfficeId(office), incarnation: Incarnation(7), topic, precedence: Precedence::Routine }
    }

    fn cut(office: u32, seq: u64) -> Vec<crate::revocations::CutOff> {
        vec![crate::revocations::CutOff { log: log(office), seq: Seq(seq), id: EntryId(Hash32([9; 32])) }]
    }

    fn revoked() -> SampleDistrict {
        let mut sample = sample::district(4);
        sample.revoke(&[OfficeId(3)], &[PersonId(20_001)], &[]);
        sample.revoke(&[OfficeId(4)], &[], &cut(3, 5));
        sample
    }

    #[test]
    fn a_revoked_office_reads_and_writes_no_more_and_is_nobody_on_the_mesh() {
        let sample = revoked();
        let directory = sample.directory();
        let unit = Topic::Unit(UnitId(2));
        assert_eq!(directory.readers(unit), [OfficeId(1), OfficeId(2)]);
        assert!(!directory.reads(OfficeId(3), unit) && !directory.may_write(OfficeId(3), Topic::District));
        assert_eq!(directory.office_by_peer(&sample.peer_keys[2].public()), None);
        assert!(directory.member(OfficeId(3)).is_none() && directory.office(OfficeId(3)).is_some());
        assert_eq!(directory.members().count(), 2);
    }

    #[test]
    fn who_could_read_is_known_for_every_pair_of_versions() {
        let directory = revoked().directory();
        let known = |list| Known { chart: Version(1), revocations: Version(list), delegated: Vec::new() };
        let allowed = |list| directory.readers_allowed(Topic::Unit(UnitId(2)), &known(list)).len();
        assert_eq!((allowed(0), allowed(1), allowed(2)), (4, 3, 2));
        let dead = |began, now| directory.is_dead(Topic::Unit(UnitId(2)), &known(began), &known(now));
        assert!(dead(0, 1) && dead(1, 2) && dead(0, 2) && !dead(1, 1) && !dead(2, 2));
        let without = directory.is_dead(Topic::Unit(UnitId(5)), &known(0), &known(2));
        assert!(!without, "neither of the two ever read that unit");
    }

    #[test]
    fn logs_end_where_the_list_says_and_nowhere_while_it_does_not() {
        let directory = revoked().directory();
        assert_eq!(directory.end_of(&log(3)).map(|end| end.seq), Some(Seq(5)));
        let other = LogId { precedence: Precedence::Flash, ..log(3) };
        assert_eq!(directory.end_of(&other).map(|end| end.seq), Some(Seq(0)));
        assert_eq!((directory.end_of(&log(4)), directory.open_since(OfficeId(4))), (None, Some(Version(2))));
        assert_eq!((directory.end_of(&log(1)), directory.open_since(OfficeId(3))), (None, None));
    }

    #[test]
    fn a_person_counts_no_more_from_the_list_on_that_names_them() {
        let directory = revoked().directory();
        let person = PersonId(20_001);
        assert!(!directory.is_person_revoked_at(person, Version(0)) && directory.is_person_revoked_at(person, Version(1)));
        assert!(!directory.is_person_revoked_at(PersonId(20_002), Version(9)));
    }
}
