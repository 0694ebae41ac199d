//! The rules for delegations: whose numbers are whose, and from when on.

use super::{Chart, Delegation};
use crate::document::{DocumentError, Row, check_rising};
use crate::ids::{OfficeId, Version};

pub(super) fn check(chart: &Chart) -> Result<(), DocumentError> {
    check_rising(chart.delegations.iter().map(|row| row.unit), Row::Delegation)?;
    for (at, delegation) in chart.delegations.iter().enumerate() {
        if chart.units.binary_search_by_key(&delegation.unit, |unit| unit.id).is_err() {
            return Err(DocumentError::UnknownUnit { row: Row::Delegation(delegation.unit), unit: delegation.unit });
        }
        numbers(chart, delegation)?;
        // A number is given once, so the numbers of a withdrawn delegation are nobody else's either.
        let shares = |other: &Delegation| other.units.meets(&delegation.units) || other.offices.meets(&delegation.offices);
        if chart.delegations[..at].iter().any(shares) {
            return Err(DocumentError::Range(delegation.unit));
        }
        versions(chart, delegation)?;
    }
    // The dear rule last, as everywhere.
    chart.delegations.iter().try_for_each(|row| row.role.check(Row::Delegation(row.unit)))
}

/// The ranges can be numbers, and the chart itself gives none of them.
fn numbers(chart: &Chart, row: &Delegation) -> Result<(), DocumentError> {
    let good = |span: super::Span, max: u32| 0 < span.first && span.first <= span.last && span.last <= max;
    let live = row.withdrawn.is_none();
    // What a withdrawn delegation listed, the chart may list itself from then on.
    let taken = live
        && (chart.units.iter().any(|unit| row.units.contains(unit.id.0))
            || chart.offices.iter().any(|office| row.offices.contains(office.id.0)));
    if good(row.units, u32::MAX) && good(row.offices, OfficeId::MAX.0) && !taken { Ok(()) } else { Err(DocumentError::Range(row.unit)) }
}

/// Whether what an earlier edition delegated is delegated still, or withdrawn: what was written under it is judged by it.
/// A delegation is never struck out, its numbers stay, and one that was withdrawn stays so.
pub(super) fn keeps(chart: &Chart, earlier: &Chart) -> bool {
    earlier.delegations.iter().all(|before| {
        let row = chart.delegations.iter().find(|row| row.unit == before.unit);
        let same = |row: &Delegation| (row.units, row.offices, row.since) == (before.units, before.offices, before.since);
        row.is_some_and(|row| same(row) && (before.withdrawn.is_none() || row.withdrawn == before.withdrawn))
    })
}

fn versions(chart: &Chart, row: &Delegation) -> Result<(), DocumentError> {
    let known = |version: Version| Version(0) < version && version <= chart.head.version;
    let withdrawn = row.withdrawn.is_none_or(|at| known(at) && at >= row.since);
    // What is kept is of an earlier epoch; a withdrawn delegation keeps its last edition, whatever its epoch.
    let kept = row.kept.is_none_or(|(version, _)| {
        version > Version(0) && version.epoch() <= row.epoch && (row.withdrawn.is_some() || version.epoch() < row.epoch)
    });
    if known(row.since) && withdrawn && kept && Version::first_of(row.epoch).is_some() {
        Ok(())
    } else {
        Err(DocumentError::DelegatedSince(row.unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Span;
    use crate::document::Document;
    use crate::ids::{Hash32, UnitId};
    use crate::sample;
    use crate::sign::PublicKey;

    fn with(change: impl FnOnce(&mut Chart)) -> Result<(), DocumentError> {
        let mut chart = sample::district(3).trust.chart().doc().clone();
        chart.delegations = vec![sample::delegation(2), sample::delegation(3)];
        change(&mut chart);
        chart.check()
    }

    fn broken(change: impl FnOnce(&mut Delegation)) -> DocumentError {
        with(|chart| change(&mut chart.delegations[1])).unwrap_err()
    }

    #[test]
    fn two_delegations_with_numbers_of_their_own_pass() {
        assert_eq!(with(|_| ()), Ok(()));
    }

    #[test]
    fn a_delegation_is_of_a_unit_that_exists_and_only_once() {
        let unknown = DocumentError::UnknownUnit { row: Row::Delegation(UnitId(9)), unit: UnitId(9) };
        assert_eq!(broken(|row| row.unit = UnitId(9)), unknown);
        assert_eq!(broken(|row| row.unit = UnitId(2)), DocumentError::Twice(Row::Delegation(UnitId(2))));
    }

    #[test]
    fn ranges_that_are_empty_too_large_or_somebody_elses_are_refused() {
        let refused = DocumentError::Range(UnitId(3));
        for span in [Span { first: 9, last: 8 }, Span { first: 0, last: 8 }, Span { first: 1, last: 1 }, sample::delegation(2).units] {
            assert_eq!(broken(|row| row.units = span), refused, "{span:?}");
        }
        let large = Span { first: 500, last: OfficeId::MAX.0 + 1 };
        for span in [large, Span { first: 3, last: 3 }, sample::delegation(2).offices] {
            assert_eq!(broken(|row| row.offices = span), refused, "{span:?}");
        }
    }

    #[test]
    fn numbers_of_a_withdrawn_delegation_are_the_charts_again_and_nobody_elses() {
        let taken_over = with(|chart| {
            (chart.delegations[1].offices, chart.delegations[1].withdrawn) = (Span { first: 3, last: 3 }, Some(Version(1)));
        });
        assert_eq!(taken_over, Ok(()));
        let given_again = with(|chart| {
            chart.delegations[0].withdrawn = Some(Version(1));
            chart.delegations[1].offices = chart.delegations[0].offices;
        });
        assert_eq!(given_again, Err(DocumentError::Range(UnitId(3))));
    }

    #[test]
    fn editions_that_cannot_be_are_refused() {
        let refused = DocumentError::DelegatedSince(UnitId(3));
        assert_eq!(broken(|row| row.since = Version(2)), refused);
        assert_eq!(broken(|row| row.since = Version(0)), refused);
        assert_eq!(broken(|row| row.withdrawn = Some(Version(2))), refused);
        assert_eq!(broken(|row| row.epoch = 65_536), refused);
        assert_eq!(broken(|row| row.kept = Some((Version(1), Hash32::ZERO))), refused, "of the same epoch");
        assert_eq!(broken(|row| row.kept = Some((Version(65_536), Hash32::ZERO))), refused, "of a later epoch");
    }

    #[test]
    fn a_role_that_nobody_can_fill_is_refused() {
        let row = Row::Delegation(UnitId(3));
        assert_eq!(broken(|row| row.role.threshold = 2), DocumentError::Threshold { role: row, threshold: 2, keys: 1 });
        assert_eq!(broken(|row| row.role.keys = vec![PublicKey([0; 32])]), DocumentError::WeakKey(row));
    }
}
