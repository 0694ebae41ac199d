//! What a chart remembers of the editions before it.
//!
//! An entry is judged by the chart that its writer knew, and whoever comes late holds the newest alone. So every
//! edition carries what the earlier ones said about rights and keys, as changes that are undone one by one:
//!
//! ```text
//!   edition 7  ──undo all of v7──>  edition 6  ──undo all of v5──>  editions 5 and 4 …
//! ```
//!
//! What names people read, who carries what, and the policy's figures judge no entry and are not remembered.
//!
//! Source:  FORMAT.md, section 4.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chart, Delegation, Office, PostRule, Retention, Unit};
use crate::bounds::MAX_CHANGES;
use crate::codec::{Decode, Encode};
use crate::document::{DocumentError, Head, check_count};
use crate::ids::{GroupId, OfficeId, UnitId, Version};

/// How something was before an edition changed it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Was {
    /// An office that was not listed, or was listed with other keys or another since.
    Office {
        /// Its number.
        id: OfficeId,
        /// Its row; none when it was not listed.
        row: Option<Office>,
    },
    /// The units that an office hosted, and whether it enrolled by itself.
    Hosts {
        /// The office.
        id: OfficeId,
        /// Sorted.
        hosts: Vec<UnitId>,
        /// Whether it enrolled.
        enrols: bool,
    },
    /// Where a unit stood.
    Unit {
        /// The unit.
        id: UnitId,
        /// None when it did not exist; else what it stood under.
        parent: Option<Option<UnitId>>,
    },
    /// Who was in a group.
    Group {
        /// The group.
        id: GroupId,
        /// None when it did not exist; else its offices, sorted.
        offices: Option<Vec<OfficeId>>,
    },
    /// Who could post to a unit.
    Post(PostRule),
    /// Which offices were suspended, sorted.
    Suspended(Vec<OfficeId>),
}

/// What an edition changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Change {
    /// The edition that changed it.
    pub version: Version,
    /// How it was before.
    pub was: Was,
}

/// What is changed: a chart's edition changes it at most once. The order is that of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Office(OfficeId),
    Unit(UnitId),
    Group(GroupId),
    Post,
    Suspended,
}

impl Change {
    pub(super) fn key(&self) -> (Version, Subject) {
        let subject = match &self.was {
            Was::Office { id, .. } | Was::Hosts { id, .. } => Subject::Office(*id),
            Was::Unit { id, .. } => Subject::Unit(*id),
            Was::Group { id, .. } => Subject::Group(*id),
            Was::Post(_) => Subject::Post,
            Was::Suspended(_) => Subject::Suspended,
        };
        (self.version, subject)
    }
}

/// All that a chart says about rights and keys, at one of its versions.
#[derive(Debug, Clone)]
pub struct Rights {
    /// Offices by number.
    pub offices: BTreeMap<OfficeId, Office>,
    /// What each unit stands under.
    pub units: BTreeMap<UnitId, Option<UnitId>>,
    /// Who is in each group.
    pub groups: BTreeMap<GroupId, Vec<OfficeId>>,
    /// Who may post to a unit.
    pub post: PostRule,
    /// Who reads and says nothing, sorted.
    pub suspended: Vec<OfficeId>,
}

impl Rights {
    /// What a chart says now.
    #[must_use]
    pub fn of(chart: &Chart) -> Self {
        Self {
            offices: chart.offices.iter().map(|office| (office.id, office.clone())).collect(),
            units: chart.units.iter().map(|unit| (unit.id, unit.parent)).collect(),
            groups: chart.groups.iter().map(|group| (group.id, group.offices.clone())).collect(),
            post: chart.policy.post,
            suspended: chart.suspended.clone(),
        }
    }

    /// Makes it as it was; gives whether that differs from how it is.
    pub fn undo(&mut self, was: &Was) -> bool {
        match was {
            Was::Office { id, row: None } => self.offices.remove(id).is_some(),
            Was::Office { id, row: Some(row) } => {
                self.offices.insert(*id, row.clone()).is_none_or(|after| identity(&after) != identity(row))
            }
            Was::Hosts { id, hosts, enrols } => self.offices.get_mut(id).is_some_and(|row| {
                let differs = (&row.hosts, row.enrols) != (hosts, *enrols);
                (row.hosts, row.enrols) = (hosts.clone(), *enrols);
                differs
            }),
            Was::Unit { id, parent: None } => self.units.remove(id).is_some(),
            Was::Unit { id, parent: Some(parent) } => self.units.insert(*id, *parent) != Some(*parent),
            Was::Group { id, offices: None } => self.groups.remove(id).is_some(),
            Was::Group { id, offices: Some(offices) } => self.groups.insert(*id, offices.clone()).as_ref() != Some(offices),
            Was::Post(post) => std::mem::replace(&mut self.post, *post) != *post,
            Was::Suspended(offices) => std::mem::replace(&mut self.suspended, offices.clone()) != *offices,
        }
    }

    /// The units that an office's people belong to, and all above them.
    #[must_use]
    pub fn reads(&self, office: OfficeId) -> BTreeSet<UnitId> {
        let mut reads = BTreeSet::new();
        for hosted in self.offices.get(&office).map_or(&[][..], |row| &row.hosts) {
            let mut at = Some(*hosted).filter(|unit| self.units.contains_key(unit));
            // Ends at the first unit that is known already, so a circle does no harm.
            while let Some(unit) = at.filter(|unit| reads.insert(*unit)) {
                at = self.units.get(&unit).copied().flatten();
            }
        }
        reads
    }

    /// Makes it as it was at a version, by changes that rise.
    pub(crate) fn undo_after(&mut self, past: &[Change], at: Version) {
        for change in past.iter().rev().take_while(|change| change.version > at) {
            self.undo(&change.was);
        }
    }

    /// What must be undone in `after` to come to this, in the order of the list.
    pub(crate) fn before(&self, after: &Self) -> Vec<Was> {
        let mut changes = Vec::new();
        for id in keys(&self.offices, &after.offices) {
            match (self.offices.get(&id), after.offices.get(&id)) {
                (Some(was), Some(is)) if identity(was) == identity(is) => {
                    if (&was.hosts, was.enrols) != (&is.hosts, is.enrols) {
                        changes.push(Was::Hosts { id, hosts: was.hosts.clone(), enrols: was.enrols });
                    }
                }
                (was, _) => changes.push(Was::Office { id, row: was.cloned() }),
            }
        }
        for id in keys(&self.units, &after.units) {
            let parent = self.units.get(&id).copied();
            if parent != after.units.get(&id).copied() {
                changes.push(Was::Unit { id, parent });
            }
        }
        for id in keys(&self.groups, &after.groups) {
            let offices = self.groups.get(&id);
            if offices != after.groups.get(&id) {
                changes.push(Was::Group { id, offices: offices.cloned() });
            }
        }
        if self.post != after.post {
            changes.push(Was::Post(self.post));
        }
        if self.suspended != after.suspended {
            changes.push(Was::Suspended(self.suspended.clone()));
        }
        changes
    }
}

impl Chart {
    /// Remembers the edition that this one follows, and all that it remembers. Done once, before it is signed.
    #[must_use]
    pub fn remembering(mut self, before: &Self) -> Self {
        self.past = grown(&before.past, &Rights::of(before), &Rights::of(&self), self.head.version);
        self.keep_account(before);
        self
    }
}

/// A past with what an edition changes.
pub(crate) fn grown(past: &[Change], before: &Rights, after: &Rights, version: Version) -> Vec<Change> {
    let changes = before.before(after).into_iter().map(|was| Change { version, was });
    past.iter().cloned().chain(changes).collect()
}

/// What an edition says of itself and of those before it.
pub(crate) struct Told<'a> {
    pub(crate) version: Version,
    pub(crate) past: &'a [Change],
    pub(crate) rights: Rights,
}

impl Told<'_> {
    /// Whether this says of an earlier edition, and of all before that, what that one says itself.
    pub(crate) fn remembers(mut self, earlier: &Told<'_>) -> bool {
        let known = self.past.partition_point(|change| change.version <= earlier.version);
        self.rights.undo_after(self.past, earlier.version);
        self.past.get(..known) == Some(earlier.past) && earlier.rights.before(&self.rights).is_empty()
    }

    /// Whether each edition's changes stand there once, and each of them is a change; `row` judges the rows of offices.
    pub(crate) fn check(mut self, mut row: impl FnMut(Version, &Office) -> Result<(), DocumentError>) -> Result<(), DocumentError> {
        check_count("changes", self.past.len(), MAX_CHANGES)?;
        let mut later = None;
        for change in self.past.iter().rev() {
            let version = change.version;
            let in_order = later.replace(change.key()).is_none_or(|later| change.key() < later);
            if !in_order || version <= Version(1) || version > self.version || !self.rights.undo(&change.was) {
                return Err(DocumentError::Past(version));
            }
            let Was::Office { id, row: Some(was) } = &change.was else { continue };
            if was.id != *id {
                return Err(DocumentError::Past(version));
            }
            row(version, was)?;
        }
        Ok(())
    }
}

impl Chart {
    /// What it says of itself and of the editions before it.
    pub(super) fn told(&self) -> Told<'_> {
        Told { version: self.head.version, past: &self.past, rights: Rights::of(self) }
    }

    /// The chart as it was at a version, as far as it is remembered: rows, rights and delegations, no names.
    pub(crate) fn at(&self, at: Version) -> Self {
        let mut rights = Rights::of(self);
        rights.undo_after(&self.past, at);
        let unit = |(id, parent)| Unit { id, parent, name: String::new() };
        let delegation = |row: &Delegation| Delegation { withdrawn: row.withdrawn.filter(|when| *when <= at), ..row.clone() };
        Self {
            head: Head { version: at, ..self.head },
            units: rights.units.into_iter().map(unit).collect(),
            offices: rights.offices.into_values().collect(),
            groups: Vec::new(),
            suspended: Vec::new(),
            page_root: None,
            delegations: self.delegations.iter().filter(|row| row.since <= at).map(delegation).collect(),
            policy: self.policy,
            retention: Retention::default(),
            past: self.past.iter().take_while(|change| change.version <= at).cloned().collect(),
        }
    }
}

/// By what an office is known: two rows that agree in this are the same office at different times.
fn identity(row: &Office) -> impl PartialEq {
    (row.id, row.sign, row.peer, row.seal, row.since)
}

fn keys<K: Ord + Copy, V>(a: &BTreeMap<K, V>, b: &BTreeMap<K, V>) -> BTreeSet<K> {
    a.keys().chain(b.keys()).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::ids::Hash32;
    use crate::sample;

    fn first() -> Chart {
        sample::district(4).trust.chart().doc().clone()
    }

    fn next(before: &Chart, change: impl FnOnce(&mut Chart)) -> Chart {
        let mut chart = before.clone();
        chart.head = Head { version: before.head.version.next().unwrap(), previous: Hash32([1; 32]), ..before.head };
        change(&mut chart);
        chart.remembering(before)
    }

    /// Editions in which an office leaves a unit, leaves, comes back, changes its keys, and the tree is rebuilt.
    fn editions() -> Vec<Chart> {
        let mut all = vec![first()];
        let mut then = |change: &dyn Fn(&mut Chart)| all.push(next(all.last().unwrap(), change));
        then(&|chart| chart.offices[2].hosts.retain(|unit| *unit != UnitId(3)));
        then(&|chart| drop(chart.offices.remove(3)));
        then(&|chart| chart.units[4].parent = Some(UnitId(3)));
        then(&|chart| {
            let mut back = first().offices[3].clone();
            back.since = chart.head.version;
            chart.offices.push(back);
        });
        then(&|chart| chart.offices[1].sign = sample::signing("sign", 22).public());
        then(&|chart| chart.groups[0].offices.truncate(1));
        then(&|chart| chart.policy.post = PostRule::Anyone);
        then(&|chart| chart.suspended = vec![OfficeId(3)]);
        then(&|chart| chart.units[0].name = "Иначе".to_owned());
        all
    }

    #[test]
    fn every_edition_remembers_all_before_it() {
        let all = editions();
        for (i, later) in all.iter().enumerate() {
            assert_eq!(later.check(), Ok(()), "edition {}", i + 1);
            all.iter().take(i).for_each(|earlier| assert!(later.remembers(earlier), "{} of {}", i + 1, earlier.head.version));
        }
        let changes = all.last().unwrap().past.iter().map(|change| change.version.0).collect::<Vec<_>>();
        assert_eq!(changes, [2, 3, 4, 5, 6, 7, 8, 9], "one change of each edition, and none of a new name");
    }

    #[test]
    fn an_edition_that_tells_another_past_is_found_out() {
        let all = editions();
        let (before, after) = (&all[5], all.last().unwrap());
        let lies: [&dyn Fn(&mut Chart); 6] = [
            &|chart| drop(chart.past.remove(0)),
            &|chart| drop(chart.past.pop()),
            &|chart| chart.suspended.clear(),
            &|chart| chart.past[1].was = Was::Office { id: OfficeId(4), row: None },
            &|chart| chart.past[0].version = Version(3),
            &|chart| chart.offices[0].hosts.clear(),
        ];
        for (i, lie) in lies.iter().enumerate() {
            let mut liar = after.clone();
            lie(&mut liar);
            assert!(!liar.remembers([before, &all[7], &all[8], before, before, before][i]), "lie {i}");
        }
    }

    #[test]
    fn a_past_that_cannot_have_been_is_refused() {
        let all = editions();
        let broken = |change: &dyn Fn(&mut Chart)| {
            let mut chart = all.last().unwrap().clone();
            change(&mut chart);
            chart.check().unwrap_err()
        };
        assert_eq!(broken(&|chart| chart.past.swap(0, 1)), DocumentError::Past(Version(3)));
        assert_eq!(broken(&|chart| chart.past[6].version = Version(99)), DocumentError::Past(Version(99)));
        assert_eq!(broken(&|chart| chart.past[6].was = Was::Post(PostRule::Anyone)), DocumentError::Past(Version(8)));
        assert_eq!(broken(&|chart| chart.past[7].was = Was::Suspended(vec![OfficeId(3)])), DocumentError::Past(Version(9)));
        // A key that an office had once is nobody else's, even after it left.
        let taken = broken(&|chart| chart.offices[0].sign = first().offices[1].sign);
        assert!(matches!(taken, DocumentError::KeyTwice(..)), "{taken:?}");
    }
}
