//! What a directory knows of its own past: who was listed, read and wrote at an earlier version.
//!
//! A fact is true or not at each version. Kept is what is true now, and of each fact that ever changed the versions
//! at which it did; so a district in which nothing changes pays nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::{Directory, Former};
use crate::chart::{Chart, Office, PostRule, Rights, Was};
use crate::ids::{GroupId, OfficeId, Topic, UnitId, Version};
use crate::sign::{SignError, Verifier};

/// What was true or not at a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    /// The office is listed.
    Listed(OfficeId),
    /// It enrols people by itself.
    Enrols(OfficeId),
    /// It has people of the unit.
    Hosts(UnitId, OfficeId),
    /// It hosts the unit or one under it.
    Reads(UnitId, OfficeId),
    /// It is in the group.
    Member(GroupId, OfficeId),
    /// The unit exists.
    Exists(UnitId),
    /// Everybody may post to units.
    Anyone,
    /// The office reads and says nothing.
    Suspended(OfficeId),
}

/// An office under keys that it has no more, or as it was when it left.
#[derive(Debug)]
struct Stay {
    /// The first version that listed it so.
    since: Version,
    /// The first version that did not.
    until: Version,
    office: Office,
    verifier: Verifier,
}

/// The past of a chart, folded once.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// The versions at which a fact became true or ceased to be, falling.
    flips: BTreeMap<Fact, Vec<Version>>,
    /// The versions at which a topic lost a reader.
    losses: BTreeMap<Topic, BTreeSet<Version>>,
    /// Falling by `until`.
    stays: BTreeMap<OfficeId, Vec<Stay>>,
}

impl Past {
    pub(super) fn fold(chart: &Chart) -> Result<Self, SignError> {
        let mut past = Self::default();
        let mut rights = Rights::of(chart);
        let mut rest = chart.past.as_slice();
        while let Some(version) = rest.last().map(|change| change.version) {
            let (earlier, changes) = rest.split_at(rest.partition_point(|change| change.version < version));
            rest = earlier;
            let after = rights.clone();
            for change in changes.iter().rev() {
                rights.undo(&change.was);
                if let Was::Office { row: Some(row), .. } = &change.was {
                    let stay = Stay { since: row.since, until: version, verifier: row.sign.verifier()?, office: row.clone() };
                    past.stays.entry(row.id).or_default().push(stay);
                }
            }
            let touched = touched(changes.iter().map(|change| &change.was), &rights, &after);
            past.compare(version, &facts(&rights, &touched), &facts(&after, &touched));
        }
        Ok(past)
    }

    fn compare(&mut self, version: Version, before: &BTreeSet<Fact>, after: &BTreeSet<Fact>) {
        for fact in before.symmetric_difference(after) {
            self.flips.entry(*fact).or_default().push(version);
        }
        for fact in before.difference(after) {
            let lost = match fact {
                Fact::Listed(office) => vec![Topic::District, Topic::Inbox(*office)],
                Fact::Reads(unit, _) => vec![Topic::Unit(*unit)],
                Fact::Member(group, _) => vec![Topic::Group(*group)],
                _ => Vec::new(),
            };
            for topic in lost {
                self.losses.entry(topic).or_default().insert(version);
            }
        }
    }

    /// An office was listed by a delegated directory, and the delegation is withdrawn.
    pub(super) fn withdrawn(&mut self, office: OfficeId, reads: &BTreeSet<UnitId>, at: Version) {
        let units = reads.iter().copied().map(Topic::Unit);
        for topic in units.chain([Topic::District, Topic::Inbox(office)]) {
            self.losses.entry(topic).or_default().insert(at);
        }
    }

    /// Whether a fact was true at a version, that is true now or not.
    fn was(&self, fact: Fact, now: bool, at: Version) -> bool {
        let flips = self.flips.get(&fact).map_or(&[][..], Vec::as_slice);
        now ^ (flips.partition_point(|version| *version > at) % 2 == 1)
    }

    /// Offices of which a fact about `unit` or `group` once was another.
    fn changed(&self, first: Fact, last: Fact) -> impl Iterator<Item = OfficeId> + '_ {
        self.flips.range(first..=last).filter_map(|(fact, _)| match fact {
            Fact::Listed(office) | Fact::Reads(_, office) | Fact::Member(_, office) => Some(*office),
            _ => None,
        })
    }
}

/// The offices of which something may have changed: all of them where the tree did.
fn touched<'a>(changes: impl Iterator<Item = &'a Was>, before: &Rights, after: &Rights) -> Touched {
    let mut touched = Touched::default();
    for was in changes {
        match was {
            Was::Office { id, .. } | Was::Hosts { id, .. } => drop(touched.offices.insert(*id)),
            Was::Unit { id, .. } => {
                touched.units.insert(*id);
                touched.offices.extend(before.offices.keys().chain(after.offices.keys()));
            }
            Was::Group { id, .. } => drop(touched.groups.insert(*id)),
            Was::Post(_) | Was::Suspended(_) => {}
        }
    }
    touched
}

#[derive(Default)]
struct Touched {
    offices: BTreeSet<OfficeId>,
    units: BTreeSet<UnitId>,
    groups: BTreeSet<GroupId>,
}

/// What is true of those that were touched.
fn facts(rights: &Rights, touched: &Touched) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for id in &touched.offices {
        let Some(row) = rights.offices.get(id) else { continue };
        facts.insert(Fact::Listed(*id));
        facts.extend(row.enrols.then_some(Fact::Enrols(*id)));
        facts.extend(row.hosts.iter().map(|unit| Fact::Hosts(*unit, *id)));
        facts.extend(rights.reads(*id).into_iter().map(|unit| Fact::Reads(unit, *id)));
    }
    facts.extend(touched.units.iter().filter(|unit| rights.units.contains_key(unit)).map(|unit| Fact::Exists(*unit)));
    for id in &touched.groups {
        facts.extend(rights.groups.get(id).into_iter().flatten().map(|office| Fact::Member(*id, *office)));
    }
    facts.extend((rights.post == PostRule::Anyone).then_some(Fact::Anyone));
    facts.extend(rights.suspended.iter().map(|office| Fact::Suspended(*office)));
    facts
}

impl Directory {
    /// Whether an office was listed at a version.
    #[must_use]
    pub fn listed_at(&self, office: OfficeId, at: Version) -> bool {
        self.stay_at(office, at).is_some()
    }

    /// What verifies what an office signed when it knew a version; none when it was not listed then.
    #[must_use]
    pub fn verifier_at(&self, office: OfficeId, at: Version) -> Option<&Verifier> {
        self.stay_at(office, at).map(|(_, verifier)| verifier)
    }

    /// Whether an office read a topic at a version.
    #[must_use]
    pub fn reads_at(&self, office: OfficeId, topic: Topic, at: Version) -> bool {
        self.listed_at(office, at)
            && match topic {
                Topic::District => true,
                Topic::Unit(unit) => self.past.was(Fact::Reads(unit, office), self.reads_now(office, topic), at),
                Topic::Group(group) => self.past.was(Fact::Member(group, office), self.reads_now(office, topic), at),
                Topic::Inbox(of) => of == office,
            }
    }

    /// The offices that read a topic at a version, by number.
    #[must_use]
    pub fn readers_at(&self, topic: Topic, at: Version) -> Vec<OfficeId> {
        let range = |first: Fact, last: Fact| self.past.changed(first, last);
        let (none, all) = (OfficeId(0), OfficeId(u32::MAX));
        let mut offices: BTreeSet<OfficeId> = self.readers_now(topic).into_iter().collect();
        match topic {
            Topic::District => offices.extend(range(Fact::Listed(none), Fact::Listed(all))),
            Topic::Unit(unit) => offices.extend(range(Fact::Reads(unit, none), Fact::Reads(unit, all))),
            Topic::Group(group) => offices.extend(range(Fact::Member(group, none), Fact::Member(group, all))),
            Topic::Inbox(office) => drop(offices.insert(office)),
        }
        offices.into_iter().filter(|office| self.reads_at(*office, topic, at)).collect()
    }

    /// Whether an office might have a log of a topic at a version.
    #[must_use]
    pub fn may_write_at(&self, office: OfficeId, topic: Topic, at: Version) -> bool {
        if !self.listed_at(office, at) {
            return false;
        }
        match topic {
            Topic::District => true,
            Topic::Unit(unit) => {
                let anyone = || self.past.was(Fact::Anyone, self.policy.post == PostRule::Anyone, at);
                let exists = || self.past.was(Fact::Exists(unit), self.units.contains_key(&unit), at);
                self.reads_at(office, topic, at) || (anyone() && exists()) || self.once_read(office, unit, at)
            }
            Topic::Group(_) => self.reads_at(office, topic, at),
            Topic::Inbox(of) => self.listed_at(of, at),
        }
    }

    /// Whether a topic lost a reader in an edition after `after` and not after `upto`.
    #[must_use]
    pub fn lost_reader(&self, topic: Topic, after: Version, upto: Version) -> bool {
        let span = (Bound::Excluded(after), Bound::Included(upto));
        after < upto && self.past.losses.get(&topic).is_some_and(|at| at.range(span).next().is_some())
    }

    /// An office's row as it last was, whether it is listed still or left.
    #[must_use]
    pub fn office_ever(&self, id: OfficeId) -> Option<&Office> {
        let former = || self.former.get(&id)?.last().map(|row| &row.member.office);
        self.office(id).or_else(|| self.past.stays.get(&id)?.first().map(|stay| &stay.office)).or_else(former)
    }

    /// Whether an office had people of exactly this unit at a version.
    pub(super) fn hosted_at(&self, office: OfficeId, unit: UnitId, at: Version) -> bool {
        let now = self.office(office).is_some_and(|row| row.hosts.binary_search(&unit).is_ok());
        self.listed_at(office, at) && self.past.was(Fact::Hosts(unit, office), now, at)
    }

    /// Whether an office enrolled people by itself at a version.
    pub(super) fn enrolled_at(&self, office: OfficeId, at: Version) -> bool {
        let now = self.office(office).is_some_and(|row| row.enrols);
        self.listed_at(office, at) && self.past.was(Fact::Enrols(office), now, at)
    }

    /// Whether an office was suspended at a version: it read, and had to say nothing.
    #[must_use]
    pub fn is_suspended_at(&self, office: OfficeId, at: Version) -> bool {
        self.past.was(Fact::Suspended(office), self.is_suspended(office), at)
    }

    fn stay_at(&self, office: OfficeId, at: Version) -> Option<(&Office, &Verifier)> {
        let member = self.offices.get(&office).filter(|member| member.office.since <= at);
        let now = member.map(|member| (&member.office, &member.verifier));
        let then = || self.past.stays.get(&office)?.iter().find(|stay| stay.since <= at && at < stay.until);
        let former = || self.former_at(office, at).last().map(|row| (&row.member.office, &row.member.verifier));
        now.filter(|_| at <= self.version).or_else(|| then().map(|stay| (&stay.office, &stay.verifier))).or_else(former)
    }

    /// The rows that a delegated directory once had of an office, as far as they counted at a version.
    fn former_at(&self, office: OfficeId, at: Version) -> impl Iterator<Item = &Former> {
        let rows = self.former.get(&office).map_or(&[][..], Vec::as_slice);
        rows.iter().filter(move |row| row.held_at(at) && at <= self.version)
    }

    /// Whether a delegated directory once had an office read a unit. When it ceased to is not known by versions of the
    /// chart, so what it wrote counts for as long as the delegation does.
    fn once_read(&self, office: OfficeId, unit: UnitId, at: Version) -> bool {
        self.former_at(office, at).any(|row| row.member.reads.contains(&unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, SampleDistrict};

    /// The sample and what its directory was at each version, told by itself then.
    fn history() -> (SampleDistrict, Vec<std::sync::Arc<Directory>>) {
        let mut sample = sample::district(5);
        let mut all = vec![sample.directory()];
        let first = sample.trust.chart().doc().clone();
        let mut amend = |change: &dyn Fn(&mut Chart)| {
            sample.amend(change);
            all.push(sample.directory());
        };
        amend(&|chart| chart.offices[2].hosts.retain(|unit| *unit != UnitId(3)));
        amend(&|chart| drop(chart.offices.remove(3)));
        amend(&|chart| chart.units[4].parent = Some(UnitId(3)));
        amend(&|chart| chart.offices[0].hosts.retain(|unit| unit.0 == 5));
        amend(&|chart| {
            let since = chart.head.version;
            chart.offices.insert(3, Office { since, ..first.offices[3].clone() });
        });
        amend(&|chart| {
            chart.offices[1].sign = sample::signing("sign", 22).public();
            chart.offices[1].since = chart.head.version;
        });
        amend(&|chart| chart.groups[0].offices.truncate(1));
        amend(&|chart| chart.suspended = vec![OfficeId(1), OfficeId(3)]);
        amend(&|chart| chart.suspended = vec![OfficeId(3), OfficeId(5)]);
        amend(&|chart| chart.policy.post = PostRule::Anyone);
        amend(&|chart| chart.policy.post = PostRule::Members);
        amend(&|chart| drop((chart.offices.remove(1), chart.units[4].parent = Some(UnitId(2)))));
        (sample, all)
    }

    fn topics() -> impl Iterator<Item = Topic> {
        let units = (1..=6).map(|unit| Topic::Unit(UnitId(unit)));
        let inboxes = (1..=6).map(|office| Topic::Inbox(OfficeId(office)));
        units.chain(inboxes).chain([Topic::District, Topic::Group(GroupId(1)), Topic::Group(GroupId(2))])
    }

    #[test]
    fn the_newest_directory_says_of_every_version_what_that_one_said() {
        let (sample, all) = history();
        let newest = sample.directory();
        for then in &all {
            let at = then.version();
            for topic in topics() {
                assert_eq!(newest.readers_at(topic, at), then.readers(topic), "{topic} at {at}");
                for office in (1..=6).map(OfficeId) {
                    assert_eq!(newest.may_write_at(office, topic, at), then.may_write(office, topic), "{office} {topic} at {at}");
                    assert_eq!(newest.reads_at(office, topic, at), then.reads(office, topic), "{office} {topic} at {at}");
                }
            }
            for office in (1..=6).map(OfficeId) {
                let keys = |verifier: Option<&Verifier>| verifier.map(Verifier::public);
                assert_eq!(keys(newest.verifier_at(office, at)), keys(then.verifier(office)), "{office} at {at}");
                assert_eq!(newest.is_suspended_at(office, at), then.is_suspended(office), "{office} at {at}");
                for unit in (1..=6).map(UnitId) {
                    assert_eq!(newest.hosted_at(office, unit, at), then.offices_hosting(unit).contains(&office), "{office} {unit} at {at}");
                }
            }
        }
    }

    #[test]
    fn the_newest_directory_says_when_a_topic_lost_a_reader() {
        let (sample, all) = history();
        let newest = sample.directory();
        for (i, before) in all.iter().enumerate() {
            for after in &all[i..] {
                for topic in topics() {
                    let steps = all.windows(2).filter(|pair| pair[0].version() >= before.version() && pair[1].version() <= after.version());
                    let lost =
                        |pair: &[std::sync::Arc<Directory>]| pair[0].readers(topic).iter().any(|office| !pair[1].reads(*office, topic));
                    let told = newest.lost_reader(topic, before.version(), after.version());
                    assert_eq!(told, steps.clone().any(lost), "{topic} {} to {}", before.version(), after.version());
                }
            }
        }
    }

    #[test]
    fn an_office_that_left_keeps_its_name() {
        let (sample, _) = history();
        assert!(sample.directory().office(OfficeId(2)).is_none());
        assert_eq!(sample.directory().office_ever(OfficeId(2)).map(|row| row.slug.as_str()), Some("office-2"));
        assert!(sample.directory().office_ever(OfficeId(9)).is_none());
    }
}
