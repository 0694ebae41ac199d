//! What a directory knows of its own past: who was listed, read and wrote at an earlier version.
//!
//! A fact is true or not at each version. Kept is what is true now, and of each fact that ever changed the versions
//! at which it did; so a district in which nothing changes pays nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::listing::Listing;
use super::{At, Directory, Known};
use crate::chart::{Chart, Office, PostRule, Rights, Was};
use crate::ids::{GroupId, OfficeId, Topic, UnitId, Version};
use crate::sign::{PublicKey, SignError, Verifier};

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
    /// Whether an office was listed by the editions that it knew.
    #[must_use]
    pub fn listed_at(&self, office: OfficeId, at: impl Into<At>) -> bool {
        let at = at.into();
        self.charted_at(office, at.chart) || self.own_listing(office, at).is_some()
    }

    /// What verifies what an office signed when it knew these editions; none when it was not listed then.
    #[must_use]
    pub fn verifier_at(&self, office: OfficeId, at: impl Into<At>) -> Option<Verifier> {
        let at = at.into();
        let own = || Some(self.own_listing(office, at)?.offices.get(&office)?.verifier.clone());
        self.stay_at(office, at.chart).map(|(_, verifier)| verifier.clone()).or_else(own)
    }

    /// Whether an office read a topic by the editions that somebody knew.
    #[must_use]
    pub fn reads_at(&self, office: OfficeId, topic: Topic, known: &Known) -> bool {
        let listing = || self.branches.listing(known.chart, &known.delegated);
        self.read_by_chart(office, topic, known.chart) || self.reads_as(&listing(), office, topic, known.chart)
    }

    /// The offices that read a topic by the editions that somebody knew, by number.
    #[must_use]
    pub fn readers_at(&self, topic: Topic, known: &Known) -> Vec<OfficeId> {
        let range = |first: Fact, last: Fact| self.past.changed(first, last);
        let (none, all) = (OfficeId(0), OfficeId(u32::MAX));
        let mut offices: BTreeSet<OfficeId> = self.readers_now(topic).into_iter().collect();
        match topic {
            Topic::District => offices.extend(range(Fact::Listed(none), Fact::Listed(all))),
            Topic::Unit(unit) => offices.extend(range(Fact::Reads(unit, none), Fact::Reads(unit, all))),
            Topic::Group(group) => offices.extend(range(Fact::Member(group, none), Fact::Member(group, all))),
            Topic::Inbox(office) => drop(offices.insert(office)),
        }
        offices.retain(|office| self.read_by_chart(*office, topic, known.chart));
        offices.extend(self.delegated_readers(topic, known));
        offices.into_iter().collect()
    }

    /// The offices of delegated directories that read a topic by the editions that somebody knew.
    pub(super) fn delegated_readers(&self, topic: Topic, known: &Known) -> Vec<OfficeId> {
        let listing = self.branches.listing(known.chart, &known.delegated);
        let reads = |office: &OfficeId| self.reads_as(&listing, *office, topic, known.chart);
        listing.offices.keys().copied().filter(reads).collect()
    }

    /// Whether an office might have a log of a topic by the editions that it knew.
    ///
    /// To whom a delegated number belonged then is not asked: nobody reads a topic of one that was not given.
    #[must_use]
    pub fn may_write_at(&self, office: OfficeId, topic: Topic, at: impl Into<At>) -> bool {
        let at = at.into();
        let own = self.own_listing(office, at);
        if !self.charted_at(office, at.chart) && own.is_none() {
            return false;
        }
        let reads =
            || self.read_by_chart(office, topic, at.chart) || own.as_ref().is_some_and(|own| self.reads_as(own, office, topic, at.chart));
        match topic {
            Topic::District => true,
            Topic::Unit(unit) => {
                let anyone = || self.past.was(Fact::Anyone, self.policy.post == PostRule::Anyone, at.chart);
                let charted = || self.past.was(Fact::Exists(unit), self.charted.contains(&unit), at.chart);
                reads() || (anyone() && (charted() || self.delegated_at(|row| row.units.contains(unit.0), at.chart)))
            }
            Topic::Group(_) => reads(),
            Topic::Inbox(of) => self.charted_at(of, at.chart) || self.delegated_at(|row| row.offices.contains(of.0), at.chart),
        }
    }

    /// Whether the chart took a reader from a topic in an edition after `after` and not after `upto`.
    #[must_use]
    pub fn lost_reader(&self, topic: Topic, after: Version, upto: Version) -> bool {
        let span = (Bound::Excluded(after), Bound::Included(upto));
        after < upto && self.past.losses.get(&topic).is_some_and(|at| at.range(span).next().is_some())
    }

    /// An office's row as it last was, whether it is listed still or left.
    #[must_use]
    pub fn office_ever(&self, id: OfficeId) -> Option<&Office> {
        self.office(id).or_else(|| self.past.stays.get(&id)?.first().map(|stay| &stay.office)).or_else(|| self.left.get(&id))
    }

    /// The offices that belonged to the district and do no more, by number: revoked, or not listed any more.
    #[must_use]
    pub fn former(&self) -> BTreeSet<OfficeId> {
        let ever = self.offices.keys().chain(self.past.stays.keys()).chain(self.left.keys());
        ever.copied().filter(|office| self.member(*office).is_none()).collect()
    }

    /// The office that once had this identity on the mesh and has it no more: it was revoked, or is not listed any more.
    #[must_use]
    pub fn former_by_peer(&self, peer: &PublicKey) -> Option<OfficeId> {
        let stays = self.past.stays.values().flatten().map(|stay| &stay.office);
        let mut ever = self.offices().chain(stays).chain(self.left.values());
        ever.find(|office| office.peer == *peer).map(|office| office.id).filter(|_| self.office_by_peer(peer).is_none())
    }

    /// Whether an office had people of exactly this unit by the editions that it knew.
    pub(super) fn hosted_at(&self, office: OfficeId, unit: UnitId, at: impl Into<At>) -> bool {
        let at = at.into();
        let hosts = |row: &Office| row.hosts.binary_search(&unit).is_ok();
        let now = self.charted_now(office).is_some_and(hosts);
        let own = || self.own_listing(office, at).is_some_and(|own| own.offices.get(&office).is_some_and(|member| hosts(&member.office)));
        if self.charted_at(office, at.chart) { self.past.was(Fact::Hosts(unit, office), now, at.chart) } else { own() }
    }

    /// Whether an office enrolled people by itself by the editions that it knew.
    pub(super) fn enrolled_at(&self, office: OfficeId, at: impl Into<At>) -> bool {
        let at = at.into();
        let now = self.charted_now(office).is_some_and(|row| row.enrols);
        let own = || self.own_listing(office, at).is_some_and(|own| own.offices.get(&office).is_some_and(|member| member.office.enrols));
        if self.charted_at(office, at.chart) { self.past.was(Fact::Enrols(office), now, at.chart) } else { own() }
    }

    /// Whether the chart itself listed an office at a version.
    fn charted_at(&self, office: OfficeId, at: Version) -> bool {
        self.stay_at(office, at).is_some()
    }

    /// The row of an office that the chart itself lists now.
    fn charted_now(&self, office: OfficeId) -> Option<&Office> {
        self.office(office).filter(|_| self.listed_by(office).is_none())
    }

    fn read_by_chart(&self, office: OfficeId, topic: Topic, at: Version) -> bool {
        let now = || self.charted_now(office).is_some() && self.reads_now(office, topic);
        self.charted_at(office, at)
            && match topic {
                Topic::District => true,
                Topic::Unit(unit) => self.past.was(Fact::Reads(unit, office), now(), at),
                Topic::Group(group) => self.was_member(group, office, at),
                Topic::Inbox(of) => of == office,
            }
    }

    /// Whether an office that a listing has reads a topic.
    fn reads_as(&self, listing: &Listing, office: OfficeId, topic: Topic, at: Version) -> bool {
        listing.offices.get(&office).is_some_and(|member| match topic {
            Topic::District => true,
            Topic::Unit(unit) => member.reads.contains(&unit),
            Topic::Group(group) => self.was_member(group, office, at),
            Topic::Inbox(of) => of == office,
        })
    }

    fn was_member(&self, group: GroupId, office: OfficeId, at: Version) -> bool {
        let now = self.groups.get(&group).is_some_and(|group| group.offices.binary_search(&office).is_ok());
        self.past.was(Fact::Member(group, office), now, at)
    }

    /// Whether an office was suspended at a version: it read, and had to say nothing.
    #[must_use]
    pub fn is_suspended_at(&self, office: OfficeId, at: Version) -> bool {
        self.past.was(Fact::Suspended(office), self.is_suspended(office), at)
    }

    fn stay_at(&self, office: OfficeId, at: Version) -> Option<(&Office, &Verifier)> {
        let member = self.offices.get(&office).filter(|member| self.listed_by(office).is_none() && member.office.since <= at);
        let now = member.map(|member| (&member.office, &member.verifier));
        let then = || self.past.stays.get(&office)?.iter().find(|stay| stay.since <= at && at < stay.until);
        now.filter(|_| at <= self.version).or_else(|| then().map(|stay| (&stay.office, &stay.verifier)))
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
                assert_eq!(newest.readers_at(topic, &at.into()), then.readers(topic), "{topic} at {at}");
                for office in (1..=6).map(OfficeId) {
                    assert_eq!(newest.may_write_at(office, topic, at), then.may_write(office, topic), "{office} {topic} at {at}");
                    assert_eq!(newest.reads_at(office, topic, &at.into()), then.reads(office, topic), "{office} {topic} at {at}");
                }
            }
            for office in (1..=6).map(OfficeId) {
                let keys = |verifier: Option<&Verifier>| verifier.map(Verifier::public);
                assert_eq!(keys(newest.verifier_at(office, at).as_ref()), keys(then.verifier(office)), "{office} at {at}");
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
