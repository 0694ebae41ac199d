//! Delegated offices as they were: by the editions of the chart and of delegated directories that a writer knew.
//!
//! Both tell their own past, so what a node that held exactly these editions would have folded is folded again here, by
//! the same rules, and kept for the next entry that names them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::merge::merge;
use super::{Directory, Member, members};
use crate::chart::{Chart, Delegation};
use crate::codec::{Decode, Encode};
use crate::ids::{OfficeId, UnitId, Version};
use crate::sign::SignError;
use crate::subchart::Subchart;

/// Foldings that are kept; a district has few editions, and logs name them in order.
const KEPT: usize = 64;

/// Delegated directories, each with an edition, by unit.
pub type Editions = Vec<(UnitId, Version)>;

/// By which editions a writer is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// Of the chart.
    pub chart: Version,
    /// Of the delegated directory that lists the writer; 0 for an office of the chart.
    pub own: Version,
}

impl From<Version> for At {
    fn from(chart: Version) -> Self {
        Self { chart, own: Version(0) }
    }
}

/// All that a writer knew of documents when an epoch began.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Known {
    /// The chart.
    pub chart: Version,
    /// The list of revocations.
    pub revocations: Version,
    /// The delegated directories.
    pub delegated: Editions,
}

impl Known {
    /// Nothing at all.
    pub const NOTHING: Self = Self { chart: Version(0), revocations: Version(0), delegated: Vec::new() };

    /// The edition of one delegated directory; 0 for one that was not known.
    #[must_use]
    pub fn edition(&self, unit: UnitId) -> Version {
        self.delegated.binary_search_by_key(&unit, |row| row.0).map_or(Version(0), |at| self.delegated[at].1)
    }

    /// The same with another edition of one delegated directory.
    #[must_use]
    pub fn with(mut self, unit: UnitId, edition: Version) -> Self {
        match self.delegated.binary_search_by_key(&unit, |row| row.0) {
            Ok(at) => self.delegated[at].1 = edition,
            Err(at) => self.delegated.insert(at, (unit, edition)),
        }
        self
    }
}

impl From<Version> for Known {
    fn from(chart: Version) -> Self {
        Self { chart, ..Self::NOTHING }
    }
}

/// The delegated offices as some editions list them.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) offices: BTreeMap<OfficeId, Member>,
}

/// What delegated offices are folded from, as often as it is asked for.
#[derive(Debug, Default)]
pub(super) struct Branches {
    chart: Option<Chart>,
    subcharts: BTreeMap<UnitId, Subchart>,
    folded: Mutex<BTreeMap<(Version, Editions), Arc<Listing>>>,
}

impl Branches {
    /// A district without delegated directories keeps nothing.
    pub(super) fn new(chart: &Chart, subcharts: &[&Subchart]) -> Self {
        Self {
            chart: (!subcharts.is_empty()).then(|| chart.clone()),
            subcharts: subcharts.iter().map(|one| (one.unit, (*one).clone())).collect(),
            folded: Mutex::default(),
        }
    }

    /// The edition of a delegated directory that is held; 0 for none.
    pub(super) fn held(&self, unit: UnitId) -> Version {
        self.subcharts.get(&unit).map_or(Version(0), |held| held.head.version)
    }

    pub(super) fn editions(&self) -> impl Iterator<Item = (UnitId, Version)> + '_ {
        self.subcharts.iter().map(|(unit, held)| (*unit, held.head.version))
    }

    /// The offices that these editions list. One that is newer than what is held, and can come no more, counts as that.
    pub(super) fn listing(&self, chart: Version, editions: &[(UnitId, Version)]) -> Arc<Listing> {
        let Some(newest) = self.chart.as_ref().filter(|_| !editions.is_empty()) else { return Arc::default() };
        let editions: Editions = editions.iter().map(|(unit, edition)| (*unit, self.held(*unit).min(*edition))).collect();
        let key = (chart, editions);
        // What a thread that panicked left there was whole when it was put there.
        let mut folded = self.folded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = folded.get(&key) {
            return Arc::clone(found);
        }
        let listing = Arc::new(self.fold(&newest.at(chart), &key.1).unwrap_or_default());
        if folded.len() >= KEPT {
            folded.clear();
        }
        folded.insert(key, Arc::clone(&listing));
        listing
    }

    fn fold(&self, chart: &Chart, editions: &[(UnitId, Version)]) -> Result<Listing, SignError> {
        let subcharts: Vec<Subchart> = editions.iter().filter_map(|(unit, edition)| Some(self.subcharts.get(unit)?.at(*edition))).collect();
        let rows = merge(chart, &subcharts.iter().collect::<Vec<_>>());
        let (_, offices) = members(&rows, |office| rows.listed_by.contains_key(&office))?;
        Ok(Listing { offices })
    }
}

impl Directory {
    /// The delegation whose numbers an office's is one of.
    pub(super) fn delegation_of(&self, office: OfficeId) -> Option<&Delegation> {
        self.delegations.iter().find(|row| row.offices.contains(office.0))
    }

    /// Whether a number was delegated at a version of the chart, to whatever office or unit it may be given.
    pub(super) fn delegated_at(&self, within: impl Fn(&Delegation) -> bool, chart: Version) -> bool {
        self.delegations.iter().any(|row| row.since <= chart && row.withdrawn.is_none_or(|when| chart < when) && within(row))
    }

    /// The row of an office in the directory of its subtree, as its writer knew it.
    pub(super) fn own_listing(&self, office: OfficeId, at: At) -> Option<Arc<Listing>> {
        let unit = self.delegation_of(office).filter(|_| at.own > Version(0))?.unit;
        Some(self.branches.listing(at.chart, &[(unit, at.own)])).filter(|listing| listing.offices.contains_key(&office))
    }

    /// The subtree that had the number of an office at a version of the chart.
    #[must_use]
    pub fn subtree_of(&self, office: OfficeId, chart: Version) -> Option<UnitId> {
        let row = self.delegation_of(office)?;
        self.is_delegated_at(row.unit, chart).then_some(row.unit)
    }

    /// Whether a unit was delegated at a version of the chart.
    #[must_use]
    pub fn is_delegated_at(&self, unit: UnitId, chart: Version) -> bool {
        self.delegated_at(|row| row.unit == unit, chart)
    }

    /// Which editions this was folded from.
    #[must_use]
    pub fn known(&self) -> Known {
        let counts = |unit: UnitId| self.delegations.iter().any(|row| row.unit == unit && row.withdrawn.is_none());
        let delegated = self.branches.editions().filter(|(unit, _)| counts(*unit)).collect();
        Known { chart: self.version, revocations: self.revocations, delegated }
    }

    /// What an office names of itself when it writes now.
    #[must_use]
    pub fn at(&self, office: OfficeId) -> At {
        At { chart: self.version, own: self.listed_by(office).map_or(Version(0), |unit| self.branches.held(unit)) }
    }

    /// Whether an edition of a delegated directory is newer than the one that is here, and may come still.
    #[must_use]
    pub fn awaits(&self, unit: UnitId, edition: Version) -> bool {
        let may_come = |row: &Delegation| row.unit == unit && row.withdrawn.is_none() && edition.epoch() >= row.epoch;
        edition > self.branches.held(unit) && self.delegations.iter().any(may_come)
    }

    /// Whether a log that named one edition of a delegated directory may name another one behind it: none that is older, unless
    /// the authority has taken back what was signed then.
    #[must_use]
    pub fn may_succeed(&self, unit: UnitId, before: Version, after: Version) -> bool {
        let taken_back = |row: &Delegation| row.unit == unit && (row.withdrawn.is_some() || row.epoch > before.epoch());
        after >= before || self.delegations.iter().any(taken_back)
    }

    /// Whether it can be told which offices an edition of the directory that may list this one lists.
    #[must_use]
    pub fn is_decided(&self, office: OfficeId) -> bool {
        self.delegation_of(office).is_none_or(|row| row.withdrawn.is_some() || self.branches.held(row.unit) > Version(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Group, Office, PostRule, Unit};
    use crate::ids::{GroupId, Topic};
    use crate::sample::{self, SampleDistrict};

    fn row(of: &Subchart, n: u32) -> Office {
        let mut office = of.offices[0].clone();
        (office.id, office.slug) = (OfficeId(n), format!("office-{n}"));
        (office.sign, office.peer) = (sample::signing("sign", n).public(), sample::signing("peer", n).public());
        office.seal = sample::opening("open", n).public();
        office
    }

    /// A district with two subtrees in which everything changes that can, and its directory at each step, told by itself then.
    pub(crate) fn history() -> (SampleDistrict, Vec<Arc<Directory>>) {
        let mut sample = sample::district(4);
        let mut all = Vec::new();
        sample.delegate(2);
        sample.delegate(3);
        let mut chart = |sample: &mut SampleDistrict, change: &dyn Fn(&mut Chart)| {
            sample.amend(change);
            all.push(sample.directory());
        };
        chart(&mut sample, &|chart| {
            let offices = [1, 201, 202, 301].map(OfficeId).to_vec();
            chart.groups.push(Group { id: GroupId(2), name: "Узлы".to_owned(), offices });
        });
        let mut sub = |sample: &mut SampleDistrict, unit, change: &dyn Fn(&mut Subchart)| {
            sample.amend_delegated(unit, change);
            all.push(sample.directory());
        };
        sub(&mut sample, 2, &|sub| {
            sub.units.push(Unit { id: UnitId(202), parent: Some(UnitId(201)), name: "Участок".to_owned() });
            let mut second = row(sub, 202);
            second.hosts = vec![UnitId(202)];
            sub.offices.push(second);
        });
        sub(&mut sample, 2, &|sub| sub.offices[0].sign = sample::signing("sign", 2_010).public());
        sub(&mut sample, 3, &|sub| sub.offices[0].hosts = vec![UnitId(301)]);
        sub(&mut sample, 2, &|sub| sub.units[1].parent = Some(UnitId(5)));
        // A key of another subtree's office, and a unit outside: what strays is judged as it was then.
        sub(&mut sample, 3, &|sub| {
            let mut thief = row(sub, 302);
            (thief.peer, thief.hosts) = (sample::signing("peer", 202).public(), vec![UnitId(3)]);
            sub.offices.push(thief);
            sub.offices[0].hosts.insert(0, UnitId(2));
        });
        sub(&mut sample, 2, &|sub| drop(sub.offices.remove(0)));
        sub(&mut sample, 2, &|sub| drop((sub.offices.remove(0), sub.addresses.clear())));
        let mut chart = |sample: &mut SampleDistrict, change: &dyn Fn(&mut Chart)| {
            sample.amend(change);
            all.push(sample.directory());
        };
        chart(&mut sample, &|chart| chart.policy.post = PostRule::Anyone);
        chart(&mut sample, &|chart| chart.units[2].parent = Some(UnitId(4)));
        chart(&mut sample, &|chart| chart.groups[1].offices.truncate(3));
        let held = sample.trust.versions().of(crate::document::DocumentKind::Subchart(UnitId(3)));
        chart(&mut sample, &|chart| {
            let version = chart.head.version;
            (chart.delegations[1].withdrawn, chart.delegations[1].kept) = (Some(version), Some(held));
        });
        (sample, all)
    }

    fn topics() -> impl Iterator<Item = Topic> {
        let units = [1, 2, 3, 4, 5, 201, 202, 301].map(|unit| Topic::Unit(UnitId(unit)));
        let inboxes = offices().map(Topic::Inbox);
        units.into_iter().chain(inboxes).chain([Topic::District, Topic::Group(GroupId(1)), Topic::Group(GroupId(2))])
    }

    fn offices() -> impl Iterator<Item = OfficeId> {
        [1, 2, 3, 4, 201, 202, 301, 302].map(OfficeId).into_iter()
    }

    #[test]
    fn the_newest_directory_says_of_all_editions_what_those_said_of_subtrees() {
        let (sample, all) = history();
        let newest = sample.directory();
        for then in &all {
            let known = then.known();
            for topic in topics() {
                assert_eq!(newest.readers_at(topic, &known), then.readers(topic), "{topic} at {known:?}");
                for office in offices() {
                    assert_eq!(newest.reads_at(office, topic, &known), then.reads(office, topic), "{office} {topic} at {known:?}");
                    // Whose an inbox is that a delegation may give is nobody's but its own directory's to say.
                    if matches!(topic, Topic::Inbox(of) if newest.may_be_delegated(of)) {
                        continue;
                    }
                    let may = newest.may_write_at(office, topic, then.at(office));
                    assert_eq!(may, then.may_write(office, topic), "{office} {topic} at {known:?}");
                }
            }
            for office in offices() {
                let key = newest.verifier_at(office, then.at(office));
                assert_eq!(key.as_ref(), then.verifier(office), "{office} at {known:?}");
                for unit in [1, 2, 3, 5, 201, 202, 301].map(UnitId) {
                    let hosted = then.offices_hosting(unit).contains(&office);
                    assert_eq!(newest.hosted_at(office, unit, then.at(office)), hosted, "{office} {unit} at {known:?}");
                }
            }
        }
    }

    #[test]
    fn an_epoch_is_dead_once_a_reader_in_a_subtree_is_gone() {
        let (sample, all) = history();
        let newest = sample.directory();
        for (i, before) in all.iter().enumerate() {
            for after in &all[i..] {
                for topic in topics() {
                    let lost = before.readers(topic).iter().any(|office| !after.reads(*office, topic));
                    let dead = newest.is_dead(topic, &before.known(), &after.known());
                    assert!(dead || !lost, "{topic} from {:?} to {:?}", before.known(), after.known());
                    let by_chart = newest.lost_reader(topic, before.version(), after.version());
                    assert!(!dead || lost || by_chart, "{topic} from {:?} to {:?}", before.known(), after.known());
                }
            }
        }
    }
}
