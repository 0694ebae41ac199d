//! The rules that a chart is held to, cheapest first; the first broken one is named with its row.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chart, Delegation, Group, Office};
use crate::bounds::{MAX_DELEGATIONS, MAX_GROUPS, MAX_HOSTED, MAX_OFFICES, MAX_UNIT_DEPTH, MAX_UNITS};
use crate::document::{DocumentError, Row, check_count, check_name, check_rising, check_slug};
use crate::ids::{DistrictId, OfficeId, UnitId, Version};
use crate::sign::PublicKey;

/// Parents by unit.
type Tree = BTreeMap<UnitId, Option<UnitId>>;

pub(super) fn check(chart: &Chart) -> Result<(), DocumentError> {
    chart.head.check()?;
    if chart.head.district == DistrictId::NONE {
        return Err(DocumentError::District(chart.head.district));
    }
    check_count("units", chart.units.len(), MAX_UNITS)?;
    check_count("offices", chart.offices.len(), MAX_OFFICES)?;
    check_count("groups", chart.groups.len(), MAX_GROUPS)?;
    check_count("delegations", chart.delegations.len(), MAX_DELEGATIONS)?;
    let tree = units(chart)?;
    offices(&chart.offices, &tree, chart.head.version)?;
    let numbers: BTreeSet<OfficeId> = chart.offices.iter().map(|office| office.id).collect();
    groups(&chart.groups, &numbers)?;
    delegations(&chart.delegations, &tree)
}

fn units(chart: &Chart) -> Result<Tree, DocumentError> {
    check_rising(chart.units.iter().map(|unit| unit.id), Row::Unit)?;
    let tree: Tree = chart.units.iter().map(|unit| (unit.id, unit.parent)).collect();
    for unit in &chart.units {
        let row = Row::Unit(unit.id);
        if unit.id == UnitId(0) {
            return Err(DocumentError::Number(row));
        }
        check_name(row, &unit.name)?;
        if let Some(parent) = unit.parent
            && !tree.contains_key(&parent)
        {
            return Err(DocumentError::UnknownParent { unit: unit.id, parent });
        }
    }
    chart.units.iter().try_for_each(|unit| depth(unit.id, &tree)).map(|()| tree)
}

/// Walks up to the root, or finds that there is none, or that it is too far.
fn depth(unit: UnitId, tree: &Tree) -> Result<(), DocumentError> {
    let mut at = unit;
    for _ in 0..MAX_UNIT_DEPTH {
        match tree.get(&at).copied().flatten() {
            Some(parent) => at = parent,
            None => return Ok(()),
        }
    }
    Err(circle(unit, tree).map_or(DocumentError::TooDeep(unit), DocumentError::Cycle))
}

/// The units of the circle that `unit` stands in or under, should it be one.
fn circle(unit: UnitId, tree: &Tree) -> Option<Vec<UnitId>> {
    let mut path = vec![unit];
    let mut seen = BTreeSet::from([unit]);
    while let Some(parent) = tree.get(path.last()?).copied().flatten() {
        if !seen.insert(parent) {
            let start = path.iter().position(|on| *on == parent)?;
            return Some(path.split_off(start));
        }
        path.push(parent);
    }
    None
}

fn offices(offices: &[Office], tree: &Tree, version: Version) -> Result<(), DocumentError> {
    check_rising(offices.iter().map(|office| office.id), Row::Office)?;
    let mut slugs: BTreeMap<&str, OfficeId> = BTreeMap::new();
    let mut keys: BTreeMap<PublicKey, OfficeId> = BTreeMap::new();
    let mut seals = BTreeMap::new();
    for office in offices {
        let row = Row::Office(office.id);
        if office.id == OfficeId(0) || office.id > OfficeId::MAX {
            return Err(DocumentError::Number(row));
        }
        check_slug(row, &office.slug)?;
        check_name(row, &office.name)?;
        if let Some(other) = slugs.insert(&office.slug, office.id) {
            return Err(DocumentError::SlugTwice(row, Row::Office(other)));
        }
        if office.since == Version(0) || office.since > version {
            return Err(DocumentError::Since(office.id));
        }
        check_count("units at one office", office.hosts.len(), MAX_HOSTED)?;
        check_rising(office.hosts.iter().copied(), |_| row)?;
        if let Some(unit) = office.hosts.iter().find(|unit| !tree.contains_key(unit)) {
            return Err(DocumentError::UnknownUnit { row, unit: *unit });
        }
        let taken = [keys.insert(office.sign, office.id), keys.insert(office.peer, office.id), seals.insert(office.seal, office.id)];
        if let Some(other) = taken.into_iter().flatten().next() {
            return Err(DocumentError::KeyTwice(row, Row::Office(other)));
        }
    }
    // The dear rule last: a chart that breaks a cheap one costs no arithmetic on curves.
    let usable = |office: &Office| office.sign.verifier().is_ok() && office.peer.verifier().is_ok() && office.seal.is_usable();
    match offices.iter().find(|office| !usable(office)) {
        Some(office) => Err(DocumentError::WeakKey(Row::Office(office.id))),
        None => Ok(()),
    }
}

fn groups(groups: &[Group], offices: &BTreeSet<OfficeId>) -> Result<(), DocumentError> {
    check_rising(groups.iter().map(|group| group.id), Row::Group)?;
    for group in groups {
        let row = Row::Group(group.id);
        if group.id.0 == 0 {
            return Err(DocumentError::Number(row));
        }
        check_name(row, &group.name)?;
        check_rising(group.offices.iter().copied(), |_| row)?;
        if let Some(office) = group.offices.iter().find(|office| !offices.contains(office)) {
            return Err(DocumentError::UnknownOffice { row, office: *office });
        }
    }
    Ok(())
}

fn delegations(rows: &[Delegation], tree: &Tree) -> Result<(), DocumentError> {
    check_rising(rows.iter().map(|row| (row.unit, row.key)), |(unit, _)| Row::Delegation(unit))?;
    for delegation in rows {
        let row = Row::Delegation(delegation.unit);
        if !tree.contains_key(&delegation.unit) {
            return Err(DocumentError::UnknownUnit { row, unit: delegation.unit });
        }
        if delegation.first > delegation.last {
            return Err(DocumentError::Range(delegation.unit));
        }
        if delegation.key.verifier().is_err() {
            return Err(DocumentError::WeakKey(row));
        }
    }
    Ok(())
}
