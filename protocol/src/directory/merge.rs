//! The chart's rows with those of delegated directories.
//!
//! What a delegated directory says outside its subtree and its numbers is passed over, row by row, and
//! reported; what it says inside counts. Its rows never displace those of the chart, nor those of a
//! delegation that comes before it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::bounds::{MAX_SEALED_TO, MAX_UNIT_DEPTH, MAX_UNITS};
use crate::chart::{Change, Chart, Delegation, Office, Unit, Was};
use crate::document::Row;
use crate::ids::{OfficeId, UnitId, Version};
use crate::subchart::Subchart;

/// A row of a delegated directory that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Whose directory it is: the unit that was delegated.
    pub delegation: UnitId,
    /// Which row.
    pub row: Row,
    /// Why it does not count.
    pub why: Escape,
}

impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the directory of {}: {} {}", self.delegation, self.row, self.why)
    }
}

/// How a row leaves what was delegated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Escape {
    /// A number that is not from the delegated range.
    #[error("has a number that was not delegated")]
    Number,
    /// A unit that stands outside the subtree, in a circle, or too deep.
    #[error("does not stand in the delegated subtree")]
    Place,
    /// An office that hosts a unit outside the subtree: it does not host that one.
    #[error("hosts {0}, which is not in the delegated subtree")]
    Hosts(UnitId),
    /// A key that another office has.
    #[error("has a key of {0}")]
    Taken(OfficeId),
    /// A short name that another office has: it goes by its number instead.
    #[error("has the short name of {0}")]
    Named(OfficeId),
    /// An office that is said to count from before the delegation.
    #[error("is said to count from before the delegation")]
    Since,
    /// An address of an office that the directory does not list.
    #[error("has addresses, and is not listed")]
    Address,
    /// One row more than a district may have.
    #[error("is one more than a district may have")]
    TooMany,
}

/// All rows that count.
#[derive(Debug, Default)]
pub(super) struct Merged<'a> {
    pub(super) units: Vec<&'a Unit>,
    pub(super) offices: Vec<Cow<'a, Office>>,
    pub(super) addresses: Vec<(OfficeId, Vec<String>)>,
    /// Offices that are listed no more, as they were last.
    pub(super) left: Vec<&'a Office>,
    /// The delegation that each office beyond the chart's own was listed under.
    pub(super) listed_by: BTreeMap<OfficeId, UnitId>,
    pub(super) strays: Vec<Stray>,
}

/// Whose a short name or a key is.
#[derive(Debug, Default)]
struct Claims {
    slugs: BTreeMap<String, OfficeId>,
    keys: BTreeMap<[u8; 32], OfficeId>,
}

impl Claims {
    /// Whose a key of this office is besides. One that the chart listed once may go over to a delegation under its number and keys.
    fn taken_by(&self, office: &Office) -> Option<OfficeId> {
        let owners = [office.sign.0, office.peer.0, office.seal.0].map(|key| self.keys.get(&key).copied());
        let shared = (office.sign == office.peer).then_some(office.id);
        owners.into_iter().flatten().find(|owner| *owner != office.id).or(shared)
    }

    fn take(&mut self, office: &Office) {
        self.slugs.insert(office.slug.clone(), office.id);
        self.take_keys(office);
    }

    /// A short name for an office whose own is another's: its number.
    fn name(&self, office: OfficeId) -> String {
        let mut slug = office.to_string();
        while self.slugs.contains_key(&slug) {
            slug.push('-');
        }
        slug
    }

    fn take_keys(&mut self, office: &Office) {
        self.keys.extend([office.sign.0, office.peer.0, office.seal.0].map(|key| (key, office.id)));
    }
}

/// Puts the rows of `subcharts` beside the chart's; each must be one that its delegation lets count.
pub(super) fn merge<'a>(chart: &'a Chart, subcharts: &[&'a Subchart]) -> Merged<'a> {
    let mut merged =
        Merged { units: chart.units.iter().collect(), offices: chart.offices.iter().map(Cow::Borrowed).collect(), ..Merged::default() };
    let mut claims = Claims::default();
    chart.offices.iter().for_each(|office| claims.take(office));
    // A key that an office of the chart had once is nobody else's either.
    once(&chart.past).for_each(|office| claims.take_keys(office));
    let parents: BTreeMap<UnitId, Option<UnitId>> = chart.units.iter().map(|unit| (unit.id, unit.parent)).collect();
    for subchart in subcharts {
        let Some(delegation) = chart.delegations.iter().find(|row| row.unit == subchart.unit) else { continue };
        let branch = Branch { delegation, subchart, parents: &parents, known: chart.head.version };
        match delegation.withdrawn {
            None => {
                let inside = branch.units(&mut merged);
                branch.offices(&inside, &mut claims, &mut merged);
                branch.addresses(&mut merged);
                branch.once(once(&subchart.past), &mut claims, &mut merged);
            }
            Some(_) => branch.once(once(&subchart.past).chain(&subchart.offices), &mut claims, &mut merged),
        }
    }
    merged.units.sort_by_key(|unit| unit.id);
    merged.offices.sort_by_key(|office| office.id);
    merged
}

/// The rows of offices that a past remembers, the oldest first.
fn once(past: &[Change]) -> impl Iterator<Item = &Office> {
    past.iter().filter_map(|change| if let Was::Office { row, .. } = &change.was { row.as_ref() } else { None })
}

/// One delegated directory beside the delegation that lets it count.
struct Branch<'a, 'b> {
    delegation: &'b Delegation,
    subchart: &'a Subchart,
    parents: &'b BTreeMap<UnitId, Option<UnitId>>,
    known: Version,
}

impl<'a> Branch<'a, '_> {
    fn stray(&self, row: Row, why: Escape) -> Stray {
        Stray { delegation: self.delegation.unit, row, why }
    }

    /// Takes the units that stand inside; gives all units of the subtree, the chart's among them.
    fn units(&self, merged: &mut Merged<'a>) -> BTreeSet<UnitId> {
        let mut inside: BTreeSet<UnitId> = self.parents.keys().copied().filter(|unit| self.charted(*unit)).collect();
        // Rows outside the range are nobody's: whatever they say of the chart's units, those stand where they stand.
        let rows = self.subchart.units.iter().filter(|unit| self.delegation.units.contains(unit.id.0));
        let own: BTreeMap<UnitId, Option<UnitId>> = rows.map(|unit| (unit.id, unit.parent)).collect();
        let place = |unit: &Unit| {
            if !self.delegation.units.contains(unit.id.0) {
                return Err(Escape::Number);
            }
            // From the unit up over own rows to one of the chart, and from there to the top.
            let mut at = unit.id;
            for below in 0..MAX_UNIT_DEPTH {
                match own.get(&at) {
                    Some(Some(parent)) => at = *parent,
                    Some(None) => return Err(Escape::Place),
                    None if inside.contains(&at) && below + self.depth(at) <= MAX_UNIT_DEPTH => return Ok(()),
                    None => return Err(Escape::Place),
                }
            }
            Err(Escape::Place)
        };
        let mut taken = Vec::new();
        for unit in &self.subchart.units {
            match place(unit) {
                Ok(()) if merged.units.len() >= MAX_UNITS => merged.strays.push(self.stray(Row::Unit(unit.id), Escape::TooMany)),
                Ok(()) => {
                    taken.push(unit.id);
                    merged.units.push(unit);
                }
                Err(why) => merged.strays.push(self.stray(Row::Unit(unit.id), why)),
            }
        }
        inside.extend(taken);
        inside
    }

    fn offices(&self, inside: &BTreeSet<UnitId>, claims: &mut Claims, merged: &mut Merged<'a>) {
        for office in &self.subchart.offices {
            let row = Row::Office(office.id);
            let why = if !self.delegation.offices.contains(office.id.0) {
                Some(Escape::Number)
            } else if office.since < self.delegation.since || office.since > self.known {
                Some(Escape::Since)
            } else if merged.offices.len() >= MAX_SEALED_TO {
                Some(Escape::TooMany)
            } else {
                claims.taken_by(office).map(Escape::Taken)
            };
            if let Some(why) = why {
                merged.strays.push(self.stray(row, why));
                continue;
            }
            let mut kept = Cow::Borrowed(office);
            if let Some(other) = claims.slugs.get(&*office.slug) {
                // It loses its short name and nothing else: what offices may do follows from numbers and keys alone.
                merged.strays.push(self.stray(row, Escape::Named(*other)));
                kept.to_mut().slug = claims.name(office.id);
            }
            claims.take(&kept);
            let outside = office.hosts.iter().filter(|unit| !inside.contains(unit));
            let before = merged.strays.len();
            merged.strays.extend(outside.map(|unit| self.stray(row, Escape::Hosts(*unit))));
            if merged.strays.len() > before {
                kept.to_mut().hosts.retain(|unit| inside.contains(unit));
            }
            merged.listed_by.insert(office.id, self.delegation.unit);
            merged.offices.push(kept);
        }
    }

    fn addresses(&self, merged: &mut Merged<'a>) {
        for (office, addresses) in &self.subchart.addresses {
            if merged.listed_by.get(office) == Some(&self.delegation.unit) {
                merged.addresses.push((*office, addresses.clone()));
            } else {
                merged.strays.push(self.stray(Row::Office(*office), Escape::Address));
            }
        }
    }

    /// Takes note of rows as they once were: their keys are nobody else's.
    fn once(&self, rows: impl Iterator<Item = &'a Office>, claims: &mut Claims, merged: &mut Merged<'a>) {
        for office in rows {
            let why = if self.delegation.offices.contains(office.id.0) {
                claims.taken_by(office).map(Escape::Taken)
            } else {
                Some(Escape::Number)
            };
            match why {
                Some(why) => merged.strays.push(self.stray(Row::Office(office.id), why)),
                None => {
                    claims.take_keys(office);
                    merged.left.push(office);
                }
            }
        }
    }

    /// Whether the chart itself lists a unit in the subtree.
    fn charted(&self, unit: UnitId) -> bool {
        self.above(unit).any(|above| above == self.delegation.unit)
    }

    /// How many of the chart's units stand on the way to the top, the unit included.
    fn depth(&self, unit: UnitId) -> usize {
        self.above(unit).count()
    }

    fn above(&self, unit: UnitId) -> impl Iterator<Item = UnitId> {
        std::iter::successors(Some(unit), |at| self.parents.get(at).copied().flatten()).take(MAX_UNIT_DEPTH)
    }
}
