//! Who reads, who writes, who posts, who enrols.

use super::{At, Directory};
use crate::chart::PostRule;
use crate::ids::{OfficeId, Topic};
use crate::person::PersonRecord;

/// An office may not put this person record into its district log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The office is not in the directory.
    #[error("the office is not in the directory")]
    UnknownOffice,
    /// The directory does not let the office enrol people.
    #[error("the office may not enrol people")]
    MayNotEnrol,
    /// The record names another office as home.
    #[error("the record belongs to another office")]
    ForeignRecord,
    /// A first record whose number is not from the office's own range.
    #[error("the person's number is not one of this office's")]
    ForeignNumber,
    /// The office has no people of that unit.
    #[error("the office has no people of that unit")]
    UnitElsewhere,
}

impl Directory {
    /// The offices that read a topic and are not revoked, by number; nobody reads an unknown one.
    #[must_use]
    pub fn readers(&self, topic: Topic) -> Vec<OfficeId> {
        let mut readers = self.readers_now(topic);
        readers.retain(|office| !self.is_revoked(*office));
        readers
    }

    pub(super) fn readers_now(&self, topic: Topic) -> Vec<OfficeId> {
        match topic {
            Topic::District => self.offices.keys().copied().collect(),
            Topic::Unit(id) => self.units.get(&id).map_or_else(Vec::new, |place| place.readers.clone()),
            Topic::Group(id) => {
                let offices = self.groups.get(&id).map_or(&[][..], |group| &group.offices);
                offices.iter().copied().filter(|office| self.offices.contains_key(office)).collect()
            }
            Topic::Inbox(id) => self.office(id).map(|office| office.id).into_iter().collect(),
        }
    }

    /// Whether an office reads a topic, and is not revoked.
    #[must_use]
    pub fn reads(&self, office: OfficeId, topic: Topic) -> bool {
        !self.is_revoked(office) && self.reads_now(office, topic)
    }

    /// Whether the chart lets an office read a topic, revoked or not: its own people still see what they saw.
    #[must_use]
    pub fn reads_now(&self, office: OfficeId, topic: Topic) -> bool {
        let Some(member) = self.offices.get(&office) else { return false };
        match topic {
            Topic::District => true,
            Topic::Unit(id) => member.reads.contains(&id),
            Topic::Group(id) => self.groups.get(&id).is_some_and(|group| group.offices.binary_search(&office).is_ok()),
            Topic::Inbox(id) => id == office,
        }
    }

    /// All topics that an office reads, in order; none for an unknown office.
    #[must_use]
    pub fn topics_of(&self, office: OfficeId) -> Vec<Topic> {
        let Some(member) = self.offices.get(&office) else { return Vec::new() };
        let units = member.reads.iter().copied().map(Topic::Unit);
        let groups = self.groups.keys().copied().map(Topic::Group).filter(|group| self.reads(office, *group));
        [Topic::District].into_iter().chain(units).chain(groups).chain([Topic::Inbox(office)]).collect()
    }

    /// Whether an office may have a log of this topic.
    #[must_use]
    pub fn may_write(&self, office: OfficeId, topic: Topic) -> bool {
        if self.member(office).is_none() {
            return false;
        }
        match topic {
            Topic::District => true,
            Topic::Unit(id) => self.reads(office, topic) || (self.policy.post == PostRule::Anyone && self.units.contains_key(&id)),
            Topic::Group(_) => self.reads(office, topic),
            Topic::Inbox(id) => self.member(id).is_some(),
        }
    }

    /// Whether an office keeps the logs of a topic: what it reads, and everything when it is a carrier.
    #[must_use]
    pub fn wants(&self, office: OfficeId, topic: Topic) -> bool {
        self.reads(office, topic) || self.member(office).is_some_and(|office| office.carrier)
    }

    /// Whether a person may post to a topic.
    ///
    /// To a unit: who belongs to it or to one under it, unless the policy lets everybody.
    #[must_use]
    pub fn may_post(&self, person: &PersonRecord, topic: Topic) -> bool {
        let right = match topic {
            Topic::Unit(id) => self.policy.post == PostRule::Anyone || self.is_within(person.unit, id),
            Topic::District | Topic::Group(_) | Topic::Inbox(_) => true,
        };
        person.active && right && !self.is_suspended(person.office) && self.may_write(person.office, topic)
    }

    /// Whether an office may put a person's record into its district log now.
    ///
    /// A first record has a number of the office's own; whether a later one follows from those before it is for the
    /// [`crate::register`] to say.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may_enrol(&self, writer: OfficeId, person: &PersonRecord) -> Result<(), EnrolError> {
        self.may_enrol_at(writer, person, self.at(writer))
    }

    /// Whether an office that knew these editions might put a person's record into its district log.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may_enrol_at(&self, writer: OfficeId, person: &PersonRecord, at: impl Into<At>) -> Result<(), EnrolError> {
        let at = at.into();
        if !self.listed_at(writer, at) {
            return Err(EnrolError::UnknownOffice);
        }
        if person.office != writer {
            return Err(EnrolError::ForeignRecord);
        }
        if person.version == 1 && person.person.first_home() != writer {
            return Err(EnrolError::ForeignNumber);
        }
        // Whoever leaves is struck off even where the directory has changed since.
        if !person.active {
            return Ok(());
        }
        if !self.enrolled_at(writer, at) {
            return Err(EnrolError::MayNotEnrol);
        }
        if !self.hosted_at(writer, person.unit, at) {
            return Err(EnrolError::UnitElsewhere);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Chart;
    use crate::ids::{GroupId, UnitId};
    use crate::sample::{self, SampleDistrict};

    const UNKNOWN: OfficeId = OfficeId(99);

    fn offices(numbers: &[u32]) -> Vec<OfficeId> {
        numbers.iter().copied().map(OfficeId).collect()
    }

    fn unit(id: u32) -> Topic {
        Topic::Unit(UnitId(id))
    }

    /// u5 stands under u2 under u1: o1 hosts u5 alone, o2 hosts u2 alone, o3 hosts nothing.
    fn ladder() -> SampleDistrict {
        sample::hosting(3, |office| match office.0 {
            1 => vec![UnitId(5)],
            2 => vec![UnitId(2)],
            _ => Vec::new(),
        })
    }

    fn with(change: impl FnOnce(&mut Chart)) -> SampleDistrict {
        let mut sample = ladder();
        sample.amend(change);
        sample
    }

    #[test]
    fn who_hosts_a_unit_reads_it_and_all_above_and_nothing_below() {
        let directory = ladder().directory();
        assert_eq!(directory.readers(unit(5)), offices(&[1]));
        assert_eq!(directory.readers(unit(2)), offices(&[1, 2]));
        assert_eq!(directory.readers(unit(1)), offices(&[1, 2]));
        assert_eq!(directory.readers(unit(3)), offices(&[]));
        assert_eq!(directory.readers(Topic::District), offices(&[1, 2, 3]));
        assert_eq!(directory.readers(Topic::Group(GroupId(1))), offices(&[1, 2]));
        assert_eq!(directory.readers(Topic::Inbox(OfficeId(3))), offices(&[3]));
        for nothing in [unit(9), Topic::Group(GroupId(9)), Topic::Inbox(UNKNOWN)] {
            assert_eq!(directory.readers(nothing), offices(&[]));
        }
    }

    #[test]
    fn readers_and_topics_say_the_same() {
        let directory = sample::district(6).directory();
        let all = || (0..=6).map(unit).chain((0..=2).map(|id| Topic::Group(GroupId(id)))).chain((0..=7).map(|n| Topic::Inbox(OfficeId(n))));
        for office in offices(&[0, 1, 2, 3, 4, 5, 6, 99]) {
            let topics = directory.topics_of(office);
            assert!(topics.is_sorted());
            for topic in all().chain([Topic::District]) {
                let reads = directory.reads(office, topic);
                assert_eq!(reads, directory.readers(topic).contains(&office), "{office} {topic}");
                assert_eq!(reads, topics.contains(&topic), "{office} {topic}");
            }
        }
    }

    #[test]
    fn who_reads_a_topic_writes_it_and_everybody_writes_to_an_inbox() {
        let directory = ladder().directory();
        assert!(directory.may_write(OfficeId(3), Topic::District));
        assert!(directory.may_write(OfficeId(3), Topic::Inbox(OfficeId(1))));
        assert!(directory.may_write(OfficeId(2), unit(2)) && !directory.may_write(OfficeId(2), unit(5)));
        assert!(directory.may_write(OfficeId(1), Topic::Group(GroupId(1))) && !directory.may_write(OfficeId(3), Topic::Group(GroupId(1))));
        assert!(!directory.may_write(OfficeId(3), Topic::Inbox(UNKNOWN)));
        for topic in [Topic::District, unit(1), Topic::Group(GroupId(1)), Topic::Inbox(OfficeId(1)), Topic::Inbox(UNKNOWN)] {
            assert!(!directory.may_write(UNKNOWN, topic) && !directory.reads(UNKNOWN, topic) && !directory.wants(UNKNOWN, topic));
        }
    }

    #[test]
    fn the_policy_can_let_everybody_post_to_units_without_letting_them_read() {
        let sample = with(|chart| chart.policy.post = PostRule::Anyone);
        let directory = sample.directory();
        assert!(directory.may_write(OfficeId(3), unit(5)) && !directory.reads(OfficeId(3), unit(5)));
        assert!(!directory.may_write(OfficeId(3), unit(9)));
        assert!(directory.may_post(&sample.person(OfficeId(2), 1, UnitId(2)).signed.record, unit(5)));
    }

    #[test]
    fn a_carrier_keeps_what_it_cannot_read() {
        let directory = with(|chart| chart.offices[2].carrier = true).directory();
        assert!(directory.wants(OfficeId(3), unit(5)) && !directory.reads(OfficeId(3), unit(5)));
        assert!(!directory.wants(OfficeId(2), unit(5)));
    }

    #[test]
    fn a_person_posts_to_their_unit_and_to_those_above_it() {
        let sample = ladder();
        let directory = sample.directory();
        let archivist = sample.person(OfficeId(1), 1, UnitId(5)).signed.record;
        for topic in [unit(5), unit(2), unit(1), Topic::District, Topic::Group(GroupId(1)), Topic::Inbox(OfficeId(3))] {
            assert!(directory.may_post(&archivist, topic), "{topic}");
        }
        let clerk = sample.person(OfficeId(2), 1, UnitId(2)).signed.record;
        for topic in [unit(5), unit(3), unit(9), Topic::Group(GroupId(9)), Topic::Inbox(UNKNOWN)] {
            assert!(!directory.may_post(&clerk, topic), "{topic}");
        }
    }

    #[test]
    fn who_has_left_or_whose_office_is_unknown_posts_nowhere() {
        let sample = ladder();
        let clerk = sample.person(OfficeId(2), 1, UnitId(2)).signed.record;
        let gone = PersonRecord { active: false, ..clerk.clone() };
        let stray = PersonRecord { office: UNKNOWN, ..clerk };
        for topic in [Topic::District, unit(2), Topic::Inbox(OfficeId(1))] {
            assert!(!sample.directory().may_post(&gone, topic) && !sample.directory().may_post(&stray, topic));
        }
    }

    #[test]
    fn who_is_suspended_is_a_reader_and_a_member_and_posts_nowhere() {
        let directory = with(|chart| chart.suspended = vec![OfficeId(2)]).directory();
        let clerk = |office, unit| ladder().person(office, 1, unit).signed.record;
        assert!(directory.is_suspended(OfficeId(2)) && directory.reads(OfficeId(2), unit(2)) && directory.member(OfficeId(2)).is_some());
        assert_eq!(directory.readers(unit(2)), offices(&[1, 2]));
        for topic in [Topic::District, unit(2), Topic::Inbox(OfficeId(1))] {
            assert!(
                !directory.may_post(&clerk(OfficeId(2), UnitId(2)), topic) && directory.may_post(&clerk(OfficeId(1), UnitId(5)), topic)
            );
        }
    }

    #[test]
    fn an_office_that_no_longer_hosts_a_unit_cannot_post_for_it() {
        let sample = with(|chart| chart.offices[1].hosts.clear());
        let clerk = sample.person(OfficeId(2), 1, UnitId(2)).signed.record;
        assert!(!sample.directory().may_post(&clerk, unit(2)));
    }

    #[test]
    fn an_office_enrols_its_own_people_for_the_units_that_it_hosts() {
        let sample = ladder();
        let directory = sample.directory();
        let clerk = sample.person(OfficeId(2), 1, UnitId(2)).signed.record;
        assert_eq!(directory.may_enrol(OfficeId(2), &clerk), Ok(()));
        assert_eq!(directory.may_enrol(OfficeId(1), &clerk), Err(EnrolError::ForeignRecord));
        assert_eq!(directory.may_enrol(UNKNOWN, &clerk), Err(EnrolError::UnknownOffice));
        let elsewhere = PersonRecord { unit: UnitId(5), ..clerk.clone() };
        assert_eq!(directory.may_enrol(OfficeId(2), &elsewhere), Err(EnrolError::UnitElsewhere));
        let borrowed = PersonRecord { office: OfficeId(1), unit: UnitId(5), ..clerk.clone() };
        assert_eq!(directory.may_enrol(OfficeId(1), &borrowed), Err(EnrolError::ForeignNumber));
        assert_eq!(directory.may_enrol(OfficeId(1), &PersonRecord { version: 2, ..borrowed }), Ok(()), "as far as the chart says");
        let forbidden = with(|chart| chart.offices[1].enrols = false).directory();
        assert_eq!(forbidden.may_enrol(OfficeId(2), &clerk), Err(EnrolError::MayNotEnrol));
        assert_eq!(forbidden.may_enrol(OfficeId(2), &PersonRecord { active: false, ..clerk }), Ok(()));
    }
}
