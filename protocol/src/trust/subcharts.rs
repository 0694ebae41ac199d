//! Delegated directories: which of them the chart lets count, and how a newer one is taken.
//!
//! The chart is to them what the charter is to the chart: it names their keys, their epoch and, where keys
//! have changed or a delegation was withdrawn, by its hash the one edition that goes on counting.

use std::collections::BTreeMap;

use super::conflict::{contradict, forgets};
use super::gate::{self, Verdict};
use super::{Accepted, Conflict, Freshness, Trust, TrustError};
use crate::chart::{Chart, Delegation};
use crate::clock::Millis;
use crate::document::{Document, DocumentError, DocumentKind, Row, Signed};
use crate::ids::{DistrictId, UnitId, Version};
use crate::subchart::Subchart;

impl Trust {
    /// Takes a delegated directory.
    ///
    /// # Errors
    /// As [`Trust::accept`]; [`TrustError::NotDelegated`] where the chart lets it not count.
    pub fn accept_subchart(&mut self, bytes: &[u8]) -> Result<Accepted, TrustError> {
        let next = parse(self.district, bytes)?;
        let unit = next.doc().unit;
        let held = self.subcharts.get(&unit);
        if held.is_some_and(|held| held.hash() == next.hash()) {
            return Ok(Accepted::Same);
        }
        if let Some(held) = held.filter(|held| held.version() > next.version()) {
            return Err(TrustError::Older { kind: next.kind(), have: held.version(), got: next.version() });
        }
        vouched(&self.chart, &next)?;
        let conflict = held.filter(|held| contradict(held, &next)).map(|held| Conflict::of(held, &next).by(&self.chart));
        let twice = held.is_some_and(|held| held.version() == next.version());
        // By another past, entries that were taken would be judged otherwise.
        let refused = twice || held.is_some_and(|held| forgets(held, &next));
        let Some(newer) = self.settle(Verdict { newer: (!refused).then_some(next), conflict })? else { return Ok(Accepted::Same) };
        self.subcharts.insert(unit, newer);
        self.fold()?;
        Ok(Accepted::Newer)
    }

    /// Whether a delegated directory is as young as its authority promised; `None` when there is none that is to be renewed.
    #[must_use]
    pub fn freshness_of(&self, unit: UnitId, now: Millis) -> Option<Freshness> {
        let row = delegation(self.chart.doc(), unit).filter(|row| row.withdrawn.is_none())?;
        let held = self.subcharts.get(&unit)?;
        Some(self.age_of(&held.doc().head, held.version().epoch() < row.epoch, now))
    }

    /// Forgets what a newer chart lets count no more.
    pub(super) fn keep_vouched(&mut self) {
        let chart = &self.chart;
        self.subcharts.retain(|_, held| vouched(chart, held).is_ok());
    }

    /// Takes those of a file. What is newer here already, or contradicts what is here, keeps back only itself.
    pub(super) fn take_subcharts(&mut self, envelopes: &[Vec<u8>]) -> Result<Accepted, TrustError> {
        let mut taken = Accepted::Same;
        for bytes in envelopes {
            match self.accept_subchart(bytes) {
                Ok(Accepted::Newer) => taken = Accepted::Newer,
                Ok(Accepted::Same) | Err(TrustError::Older { .. } | TrustError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    /// Checks a proof of two truths about a subtree.
    pub(super) fn confirm_subchart(&self, conflict: &Conflict) -> Result<(), TrustError> {
        let (ours, theirs) = (parse(self.district, &conflict.ours)?, parse(self.district, &conflict.theirs)?);
        // The keys may have changed since: what vouches is the chart of that day, which the directory's role of its day signed.
        let chart = self.signed::<Chart>(&conflict.by)?;
        vouched(&chart, &ours)?;
        vouched(&chart, &theirs)?;
        let proven = ours.doc().unit == theirs.doc().unit && contradict(&ours, &theirs);
        if proven && (conflict.kind, conflict.version) == (ours.kind(), ours.version()) {
            Ok(())
        } else {
            Err(TrustError::Older { kind: ours.kind(), have: ours.version(), got: theirs.version() })
        }
    }
}

/// Those of a file, each of which the chart must let count.
pub(super) fn vouched_all(
    district: DistrictId,
    chart: &Signed<Chart>,
    envelopes: &[Vec<u8>],
) -> Result<BTreeMap<UnitId, Signed<Subchart>>, TrustError> {
    let mut all = BTreeMap::new();
    for bytes in envelopes {
        let next = parse(district, bytes)?;
        vouched(chart, &next)?;
        let unit = next.doc().unit;
        if all.insert(unit, next).is_some() {
            return Err(TrustError::Document { kind: DocumentKind::Subchart(unit), error: DocumentError::Twice(Row::Delegation(unit)) });
        }
    }
    Ok(all)
}

fn parse(district: DistrictId, bytes: &[u8]) -> Result<Signed<Subchart>, TrustError> {
    let signed = gate::parse::<Subchart>(bytes)?;
    gate::foreign::<Subchart>(district, signed.doc().head().district)?;
    Ok(signed)
}

fn delegation(chart: &Chart, unit: UnitId) -> Option<&Delegation> {
    chart.delegations.binary_search_by_key(&unit, |row| row.unit).ok().map(|at| &chart.delegations[at])
}

/// Whether the chart lets an edition count: signed by the role in its epoch, or named by its hash.
fn vouched(chart: &Signed<Chart>, next: &Signed<Subchart>) -> Result<(), TrustError> {
    let (kind, got, unit) = (next.kind(), next.version(), next.doc().unit);
    let of_it = |error| TrustError::Document { kind, error };
    let refused = TrustError::NotDelegated { unit, version: got };
    if next.doc().chart > chart.version() {
        return Err(TrustError::Ahead { kind, got });
    }
    let row = delegation(chart.doc(), unit).ok_or(refused.clone())?;
    if row.kept == Some((got, next.hash())) {
        next.verify(&[]).map_err(of_it)?;
        return next.doc().check().map_err(of_it);
    }
    if row.withdrawn.is_some() {
        return Err(refused);
    }
    match got.epoch().cmp(&row.epoch) {
        std::cmp::Ordering::Less => {
            let have = Version::first_of(row.epoch).unwrap_or(Version(u32::MAX));
            return Err(TrustError::Older { kind, have, got });
        }
        std::cmp::Ordering::Greater => return Err(TrustError::Ahead { kind, got }),
        std::cmp::Ordering::Equal => {}
    }
    gate::enough(next, &row.role)?;
    next.doc().check().map_err(of_it)
}
