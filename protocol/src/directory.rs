//! The directory as it is used: who is this peer, who reads this topic, may this person post here.
//!
//! Folded once from documents that were verified, then shared and never changed; a newer chart makes
//! a new one. Every question is a look-up.
//!
//! ```text
//!   unit u1 ── u2 ── u4        an office that hosts u4 reads u4, u2 and u1:
//!         └─ u3                what is said to a unit is for all under it
//! ```

mod merge;
mod listing;
mod past;
mod announce;
mod revoked;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use crate::chart::{Chart, Delegation, Group, Office, Policy, Retention, Unit};
use crate::charter::Charter;
use crate::clock::Millis;
use crate::ids::{DistrictId, GroupId, Hash32, OfficeId, Topic, UnitId, Version};
use crate::revocations::Revocations;
use crate::sign::{PublicKey, SignError, Verifier};
use crate::subchart::Subchart;
use listing::Branches;
use past::Past;
use revoked::Revoked;

pub use listing::{At, Editions, Known};
pub use merge::{Escape, Stray};
pub use rules::EnrolError;

/// All that signed documents say about a district, ready to be asked.
#[derive(Debug)]
pub struct Directory {
    district: DistrictId,
    name: String,
    version: Version,
    revocations: Version,
    issued: Millis,
    founded: Millis,
    policy: Policy,
    retention: Retention,
    /// Before which messages of topics that are not held may be gone.
    gone: Millis,
    page_root: Option<Hash32>,
    units: BTreeMap<UnitId, Place>,
    tops: Vec<UnitId>,
    /// Units that the chart itself lists.
    charted: BTreeSet<UnitId>,
    offices: BTreeMap<OfficeId, Member>,
    groups: BTreeMap<GroupId, Group>,
    slugs: BTreeMap<String, OfficeId>,
    peers: BTreeMap<PublicKey, OfficeId>,
    past: Past,
    delegations: Vec<Delegation>,
    branches: Branches,
    /// Offices that delegated directories listed once, and list no more.
    left: BTreeMap<OfficeId, Office>,
    listed_by: BTreeMap<OfficeId, UnitId>,
    addresses: Vec<(OfficeId, Vec<String>)>,
    strays: Vec<Stray>,
    revoked: Revoked,
    suspended: BTreeSet<OfficeId>,
}

/// A unit with what follows from its place in the tree.
#[derive(Debug)]
struct Place {
    unit: Unit,
    /// From the top down to the unit itself.
    path: Vec<UnitId>,
    children: Vec<UnitId>,
    /// Offices that host it.
    hosts: Vec<OfficeId>,
    /// Offices that host it or a unit under it.
    readers: Vec<OfficeId>,
}

/// An office with what follows from the units that it hosts.
#[derive(Debug)]
struct Member {
    office: Office,
    verifier: Verifier,
    /// The units that it hosts and all above them.
    reads: BTreeSet<UnitId>,
}

impl Directory {
    /// Folds a charter, a chart, lists of revocations, and the delegated directories that the chart lets count; all
    /// were checked.
    ///
    /// Shapes:  the first list is the one in force; others are those that it contradicts.
    ///
    /// # Errors
    /// [`SignError::BadKey`] for a key that is not usable; a checked chart has none.
    pub fn fold(
        district: DistrictId,
        charter: &Charter,
        chart: &Chart,
        revocations: &[&Revocations],
        subcharts: &[&Subchart],
    ) -> Result<Self, SignError> {
        let rows = merge::merge(chart, subcharts);
        let (units, offices) = members(&rows, |_| true)?;
        Ok(Self {
            district,
            name: charter.name.clone(),
            version: chart.head.version,
            revocations: revocations.first().map_or(Version(0), |list| list.head.version),
            revoked: Revoked::fold(revocations),
            issued: charter.head.issued.max(chart.head.issued),
            founded: charter.head.issued,
            policy: chart.policy,
            retention: chart.retention.clone(),
            gone: chart.gone_in_general(),
            page_root: chart.page_root,
            suspended: chart.suspended.iter().copied().collect(),
            tops: chart.units.iter().filter(|unit| unit.parent.is_none()).map(|unit| unit.id).collect(),
            slugs: rows.offices.iter().map(|office| (office.slug.clone(), office.id)).collect(),
            branches: Branches::new(chart, subcharts),
            left: rows.left.into_iter().map(|office| (office.id, office.clone())).collect(),
            peers: rows.offices.iter().map(|office| (office.peer, office.id)).collect(),
            charted: chart.units.iter().map(|unit| unit.id).collect(),
            groups: chart.groups.iter().map(|group| (group.id, group.clone())).collect(),
            delegations: chart.delegations.clone(),
            listed_by: rows.listed_by,
            addresses: rows.addresses,
            strays: rows.strays,
            units,
            offices,
            past: Past::fold(chart)?,
        })
    }

    /// The same, of a district whose first charter was issued then.
    #[must_use]
    pub fn founded_at(self, founded: Millis) -> Self {
        Self { founded, ..self }
    }

    /// When the district's first charter was issued: nothing of it is older.
    #[must_use]
    pub fn founded(&self) -> Millis {
        self.founded
    }

    /// The version of the chart that this was folded from.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The version of the list of revocations; 0 when there is none.
    #[must_use]
    pub fn revocations_version(&self) -> Version {
        self.revocations
    }

    /// The latest time that the authority has named: no clock of this machine can forge it.
    #[must_use]
    pub fn issued(&self) -> Millis {
        self.issued
    }

    /// Which district this is.
    #[must_use]
    pub fn district(&self) -> DistrictId {
        self.district
    }

    /// The district's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the authority decided for all.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What of the messages is held, and what may be gone.
    #[must_use]
    pub fn retention(&self) -> &Retention {
        &self.retention
    }

    /// Before which time the bodies of a topic's messages may be gone; 0 when none may be. The chart alone decides it.
    #[must_use]
    pub fn gone_before(&self, topic: Topic) -> Millis {
        self.retention.hold(topic).map_or(self.gone, |hold| hold.gone)
    }

    /// The same of topics that are not held.
    #[must_use]
    pub fn gone_in_general(&self) -> Millis {
        self.gone
    }

    /// The SHA-256 of the root certificate of the offices' pages, where the district has one.
    #[must_use]
    pub fn page_root(&self) -> Option<Hash32> {
        self.page_root
    }

    /// An office by its number.
    #[must_use]
    pub fn office(&self, id: OfficeId) -> Option<&Office> {
        self.offices.get(&id).map(|member| &member.office)
    }

    /// An office by its short name.
    #[must_use]
    pub fn office_by_slug(&self, slug: &str) -> Option<&Office> {
        self.slugs.get(slug).and_then(|id| self.office(*id))
    }

    /// The office that has this identity on the mesh and is not revoked; nobody else is let in.
    #[must_use]
    pub fn office_by_peer(&self, peer: &PublicKey) -> Option<OfficeId> {
        self.peers.get(peer).copied().filter(|office| !self.is_revoked(*office))
    }

    /// All offices by number, those that are revoked too.
    pub fn offices(&self) -> impl Iterator<Item = &Office> {
        self.offices.values().map(|member| &member.office)
    }

    /// Whether an office is suspended: a member that reads, and says nothing until it is resumed.
    #[must_use]
    pub fn is_suspended(&self, id: OfficeId) -> bool {
        self.suspended.contains(&id)
    }

    /// What verifies an office's entries.
    #[must_use]
    pub fn verifier(&self, id: OfficeId) -> Option<&Verifier> {
        self.offices.get(&id).map(|member| &member.verifier)
    }

    /// A unit by its number.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id).map(|place| &place.unit)
    }

    /// All units by number.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values().map(|place| &place.unit)
    }

    /// The units right under one, or those at the top, by number.
    #[must_use]
    pub fn children(&self, parent: Option<UnitId>) -> &[UnitId] {
        match parent {
            None => &self.tops,
            Some(parent) => self.units.get(&parent).map_or(&[], |place| &place.children),
        }
    }

    /// The units from the top down to this one; empty for an unknown one.
    #[must_use]
    pub fn unit_path(&self, id: UnitId) -> Vec<UnitId> {
        self.units.get(&id).map_or_else(Vec::new, |place| place.path.clone())
    }

    /// How many units stand above this one.
    #[must_use]
    pub fn depth(&self, id: UnitId) -> usize {
        self.units.get(&id).map_or(0, |place| place.path.len().saturating_sub(1))
    }

    /// Whether a unit is another one or stands under it.
    #[must_use]
    pub fn is_within(&self, unit: UnitId, ancestor: UnitId) -> bool {
        self.units.get(&unit).is_some_and(|place| place.path.contains(&ancestor))
    }

    /// The offices that have people of exactly this unit, by number.
    #[must_use]
    pub fn offices_hosting(&self, id: UnitId) -> &[OfficeId] {
        self.units.get(&id).map_or(&[], |place| &place.hosts)
    }

    /// A group by its number.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(&id)
    }

    /// All groups by number.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// The delegations that the chart names, withdrawn ones among them.
    #[must_use]
    pub fn delegations(&self) -> &[Delegation] {
        &self.delegations
    }

    /// The unit whose delegated directory lists an office; `None` for an office of the chart itself.
    #[must_use]
    pub fn listed_by(&self, office: OfficeId) -> Option<UnitId> {
        self.listed_by.get(&office).copied()
    }

    /// Whether a delegated directory that is not here yet may list this office.
    #[must_use]
    pub fn may_be_delegated(&self, office: OfficeId) -> bool {
        self.delegation_of(office).is_some()
    }

    /// Where offices are found, as delegated directories say.
    #[must_use]
    pub fn addresses(&self) -> &[(OfficeId, Vec<String>)] {
        &self.addresses
    }

    /// What delegated directories say outside of what was delegated; each is a cause for alarm.
    #[must_use]
    pub fn strays(&self) -> &[Stray] {
        &self.strays
    }

    /// A topic's name for people.
    #[must_use]
    pub fn title(&self, topic: Topic) -> String {
        let name = match topic {
            Topic::District => Some(&self.name),
            Topic::Unit(id) => self.unit(id).map(|unit| &unit.name),
            Topic::Group(id) => self.group(id).map(|group| &group.name),
            Topic::Inbox(id) => self.office(id).map(|office| &office.name),
        };
        name.map_or_else(|| topic.to_string(), Clone::clone)
    }
}

/// Units with their readers, and offices with what they read.
type Members = (BTreeMap<UnitId, Place>, BTreeMap<OfficeId, Member>);

/// The units of merged rows with their readers, and those of the offices that are asked for.
fn members(rows: &merge::Merged<'_>, asked: impl Fn(OfficeId) -> bool) -> Result<Members, SignError> {
    let mut units = places(&rows.units);
    let mut offices = BTreeMap::new();
    for office in rows.offices.iter().filter(|office| asked(office.id)) {
        let mut reads = BTreeSet::new();
        for hosted in &office.hosts {
            let Some(place) = units.get_mut(hosted) else { continue };
            place.hosts.push(office.id);
            reads.extend(place.path.iter().copied());
        }
        for unit in &reads {
            units.entry(*unit).and_modify(|place| place.readers.push(office.id));
        }
        offices.insert(office.id, Member { office: office.clone().into_owned(), verifier: office.sign.verifier()?, reads });
    }
    Ok((units, offices))
}

/// Every unit with its path and its children; offices come later.
fn places(units: &[&Unit]) -> BTreeMap<UnitId, Place> {
    let parents: BTreeMap<UnitId, Option<UnitId>> = units.iter().map(|unit| (unit.id, unit.parent)).collect();
    let mut children: BTreeMap<UnitId, Vec<UnitId>> = BTreeMap::new();
    for unit in units {
        if let Some(parent) = unit.parent {
            children.entry(parent).or_default().push(unit.id);
        }
    }
    let place = |unit: &&Unit| {
        let above = std::iter::successors(Some(unit.id), |id| parents.get(id).copied().flatten());
        // A checked chart has no circle and no path as long as this.
        let mut path: Vec<UnitId> = above.take(crate::bounds::MAX_UNIT_DEPTH).collect();
        path.reverse();
        let children = children.get(&unit.id).cloned().unwrap_or_default();
        (unit.id, Place { unit: (*unit).clone(), path, children, hosts: Vec::new(), readers: Vec::new() })
    };
    units.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn an_office_is_found_by_number_short_name_and_mesh_identity() {
        let sample = sample::district(3);
        let directory = sample.directory();
        assert_eq!(directory.office_by_slug("office-2").map(|office| office.id), Some(OfficeId(2)));
        assert_eq!(directory.office_by_peer(&sample.peer_keys[1].public()), Some(OfficeId(2)));
        assert_eq!(directory.office_by_peer(&sample.sign_keys[1].public()), None);
        assert_eq!(directory.verifier(OfficeId(2)).map(Verifier::public), Some(sample.sign_keys[1].public()));
        assert_eq!(directory.offices().map(|office| office.id.0).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(directory.office(OfficeId(4)).is_none() && directory.office_by_slug("office-4").is_none());
    }

    #[test]
    fn the_tree_is_walked_in_both_directions() {
        let directory = sample::district(1).directory();
        assert_eq!(directory.children(None), [UnitId(1)]);
        assert_eq!(directory.children(Some(UnitId(1))), [UnitId(2), UnitId(3), UnitId(4)]);
        assert_eq!(directory.children(Some(UnitId(9))), []);
        assert_eq!(directory.unit_path(UnitId(5)), [UnitId(1), UnitId(2), UnitId(5)]);
        assert_eq!((directory.depth(UnitId(5)), directory.depth(UnitId(1))), (2, 0));
        assert!(directory.is_within(UnitId(5), UnitId(1)) && directory.is_within(UnitId(5), UnitId(5)));
        assert!(!directory.is_within(UnitId(2), UnitId(5)) && !directory.is_within(UnitId(9), UnitId(9)));
    }

    #[test]
    fn hosting_is_exact_where_reading_is_not() {
        let directory = sample::hosting(2, |office| vec![UnitId(if office.0 == 1 { 5 } else { 2 })]).directory();
        assert_eq!(directory.offices_hosting(UnitId(2)), [OfficeId(2)]);
        assert_eq!(directory.readers(Topic::Unit(UnitId(2))), [OfficeId(1), OfficeId(2)]);
    }

    #[test]
    fn topics_have_names_and_unknown_ones_their_numbers() {
        let directory = sample::district(1).directory();
        assert_eq!(directory.title(Topic::District), "Опытный округ");
        assert_eq!(directory.title(Topic::Unit(UnitId(2))), "Канцелярия");
        assert_eq!(directory.title(Topic::Group(GroupId(1))), "Опорные отделения");
        assert_eq!(directory.title(Topic::Inbox(OfficeId(1))), "Отделение № 1");
        assert_eq!(directory.title(Topic::Unit(UnitId(9))), "u9");
    }
}
