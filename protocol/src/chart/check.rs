//! The rules that a chart is held to, cheapest first; the first broken one is named with its row.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chart, Delegation, Group, Office, delegated};
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
    groups(chart, &numbers)?;
    delegated::check(chart)?;
    suspended(chart, &numbers)?;
    chart.check_retention()?;
    past(chart)
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
    match offices.iter().find(|office| !usable(office)) {
        Some(office) => Err(DocumentError::WeakKey(Row::Office(office.id))),
        None => Ok(()),
    }
}

/// A group has offices of the chart, and of delegated subtrees by their numbers: those are in it while they are listed.
fn groups(chart: &Chart, offices: &BTreeSet<OfficeId>) -> Result<(), DocumentError> {
    let groups: &[Group] = &chart.groups;
    let delegated = |office: OfficeId| chart.delegations.iter().any(|row: &Delegation| row.offices.contains(office.0));
    check_rising(groups.iter().map(|group| group.id), Row::Group)?;
    for group in groups {
        let row = Row::Group(group.id);
        if group.id.0 == 0 {
            return Err(DocumentError::Number(row));
        }
        check_name(row, &group.name)?;
        check_rising(group.offices.iter().copied(), |_| row)?;
        if let Some(office) = group.offices.iter().find(|office| !offices.contains(office) && !delegated(**office)) {
            return Err(DocumentError::UnknownOffice { row, office: *office });
        }
    }
    Ok(())
}

/// Whom it suspends is listed here, or may be listed by somebody to whom its number was given.
fn suspended(chart: &Chart, numbers: &BTreeSet<OfficeId>) -> Result<(), DocumentError> {
    check_count("suspended offices", chart.suspended.len(), MAX_OFFICES)?;
    check_rising(chart.suspended.iter().copied(), Row::Office)?;
    let known = |office: &OfficeId| numbers.contains(office) || chart.delegations.iter().any(|row| row.offices.contains(office.0));
    match chart.suspended.iter().find(|office| !known(office)) {
        Some(office) => Err(DocumentError::UnknownOffice { row: Row::Office(*office), office: *office }),
        None => Ok(()),
    }
}

/// What is remembered, and no key with a second owner.
fn past(chart: &Chart) -> Result<(), DocumentError> {
    let mut keys: BTreeMap<[u8; 32], OfficeId> = chart.offices.iter().flat_map(|row| keys(row).map(|key| (key, row.id))).collect();
    chart.told().check(|version, row| {
        if row.since >= version {
            return Err(DocumentError::Past(version));
        }
        let owners = self::keys(row).map(|key| keys.insert(key, row.id));
        if let Some(other) = owners.into_iter().flatten().find(|owner| *owner != row.id) {
            return Err(DocumentError::KeyTwice(Row::Office(row.id), Row::Office(other)));
        }
        if usable(row) { Ok(()) } else { Err(DocumentError::WeakKey(Row::Office(row.id))) }
    })
}

fn keys(row: &Office) -> [[u8; 32]; 3] {
    [row.sign.0, row.peer.0, row.seal.0]
}

fn usable(office: &Office) -> bool {
    office.sign.verifier().is_ok() && office.peer.verifier().is_ok() && office.seal.is_usable()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Unit;
    use crate::document::{Document, Signed};
    use crate::ids::{GroupId, Hash32};
    use crate::sample;
    use crate::seal::SealKey;

    fn broken(change: impl FnOnce(&mut Chart)) -> DocumentError {
        let mut chart = chart();
        change(&mut chart);
        chart.check().unwrap_err()
    }

    fn chart() -> Chart {
        sample::district(3).trust.chart().doc().clone()
    }

    fn unit(id: u32, parent: u32) -> Unit {
        Unit { id: UnitId(id), parent: Some(UnitId(parent)), name: format!("Отдел {id}") }
    }

    #[test]
    fn a_circle_of_units_is_refused_with_its_members() {
        let refused = broken(|chart| chart.units[1].parent = Some(UnitId(5)));
        assert_eq!(refused, DocumentError::Cycle(vec![UnitId(2), UnitId(5)]));
        assert_eq!(refused.to_string(), "the units u2, u5 stand under each other in a circle");
        assert_eq!(broken(|chart| chart.units[0].parent = Some(UnitId(1))), DocumentError::Cycle(vec![UnitId(1)]));
    }

    #[test]
    fn nobody_is_suspended_who_cannot_be_an_office() {
        let suspend = |offices: &[u32]| {
            let mut chart = chart();
            chart.delegations.push(sample::delegation(2));
            chart.suspended = offices.iter().copied().map(OfficeId).collect();
            chart.check().err()
        };
        assert_eq!(suspend(&[1, 3, 201]), None);
        assert_eq!(suspend(&[4]), Some(DocumentError::UnknownOffice { row: Row::Office(OfficeId(4)), office: OfficeId(4) }));
        assert_eq!(suspend(&[3, 1]), Some(DocumentError::OutOfOrder(Row::Office(OfficeId(1)))));
        assert_eq!(suspend(&[1, 1]), Some(DocumentError::Twice(Row::Office(OfficeId(1)))));
    }

    #[test]
    fn a_circle_is_told_from_a_long_path_into_it() {
        let refused = broken(|chart| {
            chart.units[1].parent = Some(UnitId(5));
            chart.units.extend((6..60).map(|id| unit(id, if id == 6 { 5 } else { id - 1 })));
        });
        assert_eq!(refused, DocumentError::Cycle(vec![UnitId(2), UnitId(5)]));
    }

    #[test]
    fn a_tree_of_the_greatest_depth_passes_and_a_deeper_one_does_not() {
        let deep = |depth: u32| {
            let mut chart = chart();
            chart.units.extend((6..).map(|id| unit(id, if id == 6 { 1 } else { id - 1 })).take(usize::try_from(depth).unwrap() - 1));
            chart.check()
        };
        assert_eq!(deep(32), Ok(()));
        assert_eq!(deep(33), Err(DocumentError::TooDeep(UnitId(37))));
    }

    #[test]
    fn an_unknown_parent_is_named() {
        let refused = broken(|chart| chart.units[2].parent = Some(UnitId(77)));
        assert_eq!(refused, DocumentError::UnknownParent { unit: UnitId(3), parent: UnitId(77) });
    }

    #[test]
    fn a_number_given_twice_is_named() {
        assert_eq!(broken(|chart| chart.units[2].id = UnitId(2)), DocumentError::Twice(Row::Unit(UnitId(2))));
        assert_eq!(broken(|chart| chart.offices[2].id = OfficeId(2)), DocumentError::Twice(Row::Office(OfficeId(2))));
        assert_eq!(broken(|chart| chart.groups.push(chart.groups[0].clone())), DocumentError::Twice(Row::Group(GroupId(1))));
        assert_eq!(broken(|chart| chart.offices.swap(0, 1)), DocumentError::OutOfOrder(Row::Office(OfficeId(1))));
        assert_eq!(broken(|chart| chart.offices[0].hosts.push(UnitId(5))), DocumentError::Twice(Row::Office(OfficeId(1))));
    }

    #[test]
    fn a_number_that_cannot_be_one_is_refused() {
        assert_eq!(broken(|chart| chart.units[0].id = UnitId(0)), DocumentError::Number(Row::Unit(UnitId(0))));
        assert_eq!(broken(|chart| chart.offices[0].id = OfficeId(0)), DocumentError::Number(Row::Office(OfficeId(0))));
        let large = OfficeId(OfficeId::MAX.0 + 1);
        assert_eq!(broken(|chart| chart.offices[2].id = large), DocumentError::Number(Row::Office(large)));
        assert_eq!(broken(|chart| chart.groups[0].id = GroupId(0)), DocumentError::Number(Row::Group(GroupId(0))));
    }

    #[test]
    fn a_key_or_a_short_name_of_two_offices_is_refused() {
        let (first, third) = (Row::Office(OfficeId(1)), Row::Office(OfficeId(3)));
        assert_eq!(broken(|c| c.offices[2].slug = c.offices[0].slug.clone()), DocumentError::SlugTwice(third, first));
        assert_eq!(broken(|c| c.offices[2].peer = c.offices[0].sign), DocumentError::KeyTwice(third, first));
        assert_eq!(broken(|c| c.offices[2].seal = c.offices[0].seal), DocumentError::KeyTwice(third, first));
        assert_eq!(broken(|c| c.offices[2].peer = c.offices[2].sign), DocumentError::KeyTwice(third, third));
    }

    #[test]
    fn weak_keys_are_refused() {
        let row = Row::Office(OfficeId(2));
        assert_eq!(broken(|chart| chart.offices[1].sign = PublicKey([0; 32])), DocumentError::WeakKey(row));
        assert_eq!(broken(|chart| chart.offices[1].peer = PublicKey([0; 32])), DocumentError::WeakKey(row));
        assert_eq!(broken(|chart| chart.offices[1].seal = SealKey([0; 32])), DocumentError::WeakKey(row));
    }

    #[test]
    fn what_a_row_names_must_exist() {
        let office = Row::Office(OfficeId(2));
        let refused = broken(|chart| chart.offices[1].hosts.push(UnitId(9)));
        assert_eq!(refused, DocumentError::UnknownUnit { row: office, unit: UnitId(9) });
        let refused = broken(|chart| chart.groups[0].offices.push(OfficeId(9)));
        assert_eq!(refused, DocumentError::UnknownOffice { row: Row::Group(GroupId(1)), office: OfficeId(9) });
    }

    #[test]
    fn an_office_is_not_listed_since_the_future() {
        assert_eq!(broken(|chart| chart.offices[1].since = Version(2)), DocumentError::Since(OfficeId(2)));
        assert_eq!(broken(|chart| chart.offices[1].since = Version(0)), DocumentError::Since(OfficeId(2)));
    }

    #[test]
    fn more_rows_than_allowed_are_refused() {
        let many = |what, max| DocumentError::TooMany { what, have: max + 1, max };
        assert_eq!(broken(|c| c.units = (1..=20_001).map(|id| unit(id, 1)).collect()), many("units", MAX_UNITS));
        let row = |chart: &Chart| chart.offices[0].clone();
        assert_eq!(broken(|c| c.offices = vec![row(c); MAX_OFFICES + 1]), many("offices", MAX_OFFICES));
        assert_eq!(broken(|c| c.groups = vec![c.groups[0].clone(); MAX_GROUPS + 1]), many("groups", MAX_GROUPS));
        assert_eq!(broken(|c| c.offices[0].hosts = vec![UnitId(1); MAX_HOSTED + 1]), many("units at one office", MAX_HOSTED));
    }

    #[test]
    fn the_largest_chart_there_may_be_fits_and_reads_back() {
        let mut chart = sample::hosting(2_000, |_| Vec::new()).trust.chart().doc().clone();
        chart.head.previous = Hash32::ZERO;
        chart.units = (1..=20_000).map(|id| Unit { parent: (id > 1).then_some(UnitId(id / 2)), ..unit(id, 1) }).collect();
        let signed = sample::signed(chart, &[&sample::signing("directory", 0)]);
        let bytes = signed.encode();
        assert_eq!(Signed::<Chart>::decode(&bytes), Ok(signed));
    }

    #[test]
    fn a_draft_puts_its_rows_in_order() {
        let mut mixed = chart();
        mixed.units.reverse();
        mixed.offices.reverse();
        mixed.offices[0].hosts.reverse();
        mixed.groups[0].offices.reverse();
        assert_eq!(Signed::draft(mixed).unwrap().hash(), Signed::draft(chart()).unwrap().hash());
    }
}
