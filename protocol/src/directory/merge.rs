//! The chart's rows with those of delegated directories.
//!
//! What a delegated directory says outside its subtree and its numbers is passed over, row by row, and
//! reported; what it says inside counts. Its rows never displace those of the chart, nor those of a
//! delegation that comes before it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::bounds::{MAX_OFFICES, MAX_UNIT_DEPTH, MAX_UNITS};
use crate::chart::{Chart, Delegation, Office, Unit, Was};
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
    /// A short name or a key that another office has.
    #[error("has a short name or a key of {0}")]
    Taken(OfficeId),
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
    pub(super) former: Vec<Former<'a>>,
    /// The delegation that each office beyond the chart's own was listed under.
    pub(super) listed_by: BTreeMap<OfficeId, UnitId>,
    pub(super) strays: Vec<Stray>,
}

/// An office as a delegated directory once listed it: what it wrote then goes on counting.
#[derive(Debug)]
pub(super) struct Former<'a> {
    pub(super) office: &'a Office,
    /// The edition of the chart that withdrew the delegation, if one did.
    pub(super) until: Option<Version>,
    /// The units that it hosted, and all above them.
    pub(super) reads: BTreeSet<UnitId>,
}

/// Whose a short name or a key is.
#[derive(Debug, Default)]
struct Claims<'a> {
    slugs: BTreeMap<&'a str, OfficeId>,
    keys: BTreeMap<[u8; 32], OfficeId>,
}

impl<'a> Claims<'a> {
    fn taken_by(&self, office: &Office) -> Option<OfficeId> {
        let shared = (office.sign == office.peer).then_some(office.id);
        // An office that the chart listed once may go over to a delegation under its number and keys.
        let by_key = self.key_of(office).filter(|owner| *owner != office.id);
        self.slugs.get(&*office.slug).copied().or(by_key).or(shared)
    }

    fn key_of(&self, office: &Office) -> Option<OfficeId> {
        [office.sign.0, office.peer.0, office.seal.0].iter().find_map(|key| self.keys.get(key)).copied()
    }

    fn take(&mut self, office: &'a Office) {
        self.slugs.insert(&office.slug, office.id);
        self.take_keys(office);
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
    let rows = chart.past.iter().filter_map(|change| if let Was::Office { row, .. } = &change.was { row.as_ref() } else { None });
    rows.for_each(|office| claims.take_keys(office));
    let parents: BTreeMap<UnitId, Option<UnitId>> = chart.units.iter().map(|unit| (unit.id, unit.parent)).collect();
    for subchart in subcharts {
        let Some(delegation) = chart.delegations.iter().find(|row| row.unit == subchart.unit) else { continue };
        let branch = Branch { delegation, subchart, parents: &parents };
        match delegation.withdrawn {
            None => {
                let inside = branch.units(&mut merged);
                branch.offices(&inside, &mut claims, &mut merged);
                branch.addresses(&mut merged);
                branch.former(&subchart.former, &mut claims, &mut merged);
            }
            Some(_) => {
                branch.former(&subchart.offices, &mut claims, &mut merged);
                branch.former(&subchart.former, &mut claims, &mut merged);
            }
        }
    }
    merged.units.sort_by_key(|unit| unit.id);
    merged.offices.sort_by_key(|office| office.id);
    merged
}

/// One delegated directory beside the delegation that lets it count.
struct Branch<'a, 'b> {
    delegation: &'b Delegation,
    subchart: &'a Subchart,
    parents: &'b BTreeMap<UnitId, Option<UnitId>>,
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

    fn offices(&self, inside: &BTreeSet<UnitId>, claims: &mut Claims<'a>, merged: &mut Merged<'a>) {
        for office in &self.subchart.offices {
            let row = Row::Office(office.id);
            let why = if !self.delegation.offices.contains(office.id.0) {
                Some(Escape::Number)
            } else if office.since < self.delegation.since {
                Some(Escape::Since)
            } else if merged.offices.len() >= MAX_OFFICES {
                Some(Escape::TooMany)
            } else {
                claims.taken_by(office).map(Escape::Taken)
            };
            if let Some(why) = why {
                merged.strays.push(self.stray(row, why));
                continue;
            }
            claims.take(office);
            let outside = office.hosts.iter().filter(|unit| !inside.contains(unit));
            let before = merged.strays.len();
            merged.strays.extend(outside.map(|unit| self.stray(row, Escape::Hosts(*unit))));
            let mut kept = Cow::Borrowed(office);
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

    /// Takes rows as they once were; they are no readers and no peers, and displace nobody.
    fn former(&self, rows: &'a [Office], claims: &mut Claims<'a>, merged: &mut Merged<'a>) {
        for office in rows {
            let of_another = claims.key_of(office).filter(|owner| *owner != office.id);
            let why = if !self.delegation.offices.contains(office.id.0) {
                Some(Escape::Number)
            } else if office.since < self.delegation.since {
                Some(Escape::Since)
            } else {
                of_another.map(Escape::Taken)
            };
            if let Some(why) = why {
                merged.strays.push(self.stray(Row::Office(office.id), why));
                continue;
            }
            claims.take_keys(office);
            let reads = office.hosts.iter().flat_map(|unit| self.way_up(*unit)).collect();
            merged.former.push(Former { office, until: self.delegation.withdrawn, reads });
        }
    }

    /// A unit of the subtree with all above it, over own rows and the chart's; empty for one that is not in it.
    fn way_up(&self, unit: UnitId) -> Vec<UnitId> {
        let own = |id: UnitId| self.subchart.units.iter().find(|row| row.id == id && self.delegation.units.contains(id.0));
        let above = |at: &UnitId| own(*at).map_or_else(|| self.parents.get(at).copied().flatten(), |row| row.parent);
        let way: Vec<UnitId> = std::iter::successors(Some(unit), above).take(MAX_UNIT_DEPTH).collect();
        if way.contains(&self.delegation.unit) { way } else { Vec::new() }
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
