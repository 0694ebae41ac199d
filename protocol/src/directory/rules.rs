//! Who reads, who writes, who posts, who enrols.

use super::Directory;
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
    /// The number is not from the office's own range.
    #[error("the person's number is not one of this office's")]
    ForeignNumber,
    /// The office has no people of that unit.
    #[error("the office has no people of that unit")]
    UnitElsewhere,
}

impl Directory {
    /// The offices that read a topic, by number; nobody reads an unknown one.
    #[must_use]
    pub fn readers(&self, topic: Topic) -> Vec<OfficeId> {
        match topic {
            Topic::District => self.offices.keys().copied().collect(),
            Topic::Unit(id) => self.units.get(&id).map_or_else(Vec::new, |place| place.readers.clone()),
            Topic::Group(id) => self.groups.get(&id).map_or_else(Vec::new, |group| group.offices.clone()),
            Topic::Inbox(id) => self.office(id).map(|office| office.id).into_iter().collect(),
        }
    }

    /// Whether an office reads a topic.
    #[must_use]
    pub fn reads(&self, office: OfficeId, topic: Topic) -> bool {
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
        if !self.offices.contains_key(&office) {
            return false;
        }
        match topic {
            Topic::District => true,
            Topic::Unit(id) => self.reads(office, topic) || (self.policy.post == PostRule::Anyone && self.units.contains_key(&id)),
            Topic::Group(_) => self.reads(office, topic),
            Topic::Inbox(id) => self.offices.contains_key(&id),
        }
    }

    /// Whether an office keeps the logs of a topic: what it reads, and everything when it is a carrier.
    #[must_use]
    pub fn wants(&self, office: OfficeId, topic: Topic) -> bool {
        self.reads(office, topic) || self.office(office).is_some_and(|office| office.carrier)
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
        person.active && right && self.may_write(person.office, topic)
    }

    /// Whether an office may put a person's record into its district log.
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn may_enrol(&self, writer: OfficeId, person: &PersonRecord) -> Result<(), EnrolError> {
        let office = self.office(writer).ok_or(EnrolError::UnknownOffice)?;
        if person.office != writer {
            return Err(EnrolError::ForeignRecord);
        }
        if person.person.first_home() != writer {
            return Err(EnrolError::ForeignNumber);
        }
        // Whoever leaves is struck off even where the directory has changed since.
        if !person.active {
            return Ok(());
        }
        if !office.enrols {
            return Err(EnrolError::MayNotEnrol);
        }
        if office.hosts.binary_search(&person.unit).is_err() {
            return Err(EnrolError::UnitElsewhere);
        }
        Ok(())
    }
}
