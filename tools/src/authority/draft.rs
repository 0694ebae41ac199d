//! From the working file to documents that are ready to be signed.

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::{Chart, Office, Unit};
use okrug_protocol::clock::Millis;
use okrug_protocol::document::{Document, Head, Signed};
use okrug_protocol::ids::{Hash32, OfficeId, UnitId, Version};
use okrug_protocol::seal::SealKey;
use okrug_protocol::sign::PublicKey;
use okrug_protocol::trust::Trust;

use super::plan::{Plan, PlanOffice};
use crate::problem::{Exit, Problem};
use crate::words::said;

/// Since when and until when a document counts.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// When it is signed.
    pub issued: Millis,
    /// Until when a newer one is promised.
    pub refresh_by: Millis,
}

/// A document of which there are editions.
pub trait Edition: Document + Clone + PartialEq {
    /// What it begins with.
    fn head_mut(&mut self) -> &mut Head;

    /// Whether it says the same as another edition.
    fn says_the_same(&self, other: &Self) -> bool {
        let mut twin = self.clone();
        *twin.head_mut() = *other.head();
        twin == *other
    }
}

impl Edition for Chart {
    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }
}

impl Edition for Bootstrap {
    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }
}

/// The chart that a plan makes, as the next edition after `trust`'s.
///
/// # Errors
/// When no version is left.
pub fn chart(plan: &Plan, trust: &Trust, term: Term) -> Result<Chart, Problem> {
    let last = trust.chart();
    let head = head(trust, Some(last), term)?;
    let mut offices: Vec<Office> = plan.offices_in_use().filter_map(|office| office_row(office, last.doc(), head.version)).collect();
    offices.sort_by_key(|office| office.id);
    let chart = Chart { head, units: units(plan), offices, ..last.doc().clone() };
    Ok(chart.remembering(last.doc()))
}

/// The units of a plan, as a chart lists them.
#[must_use]
pub fn units(plan: &Plan) -> Vec<Unit> {
    let row = |unit: &super::plan::PlanUnit| Unit { id: UnitId(unit.number), parent: unit.parent.map(UnitId), name: unit.name.clone() };
    let mut units: Vec<Unit> = plan.units_in_use().map(row).collect();
    units.sort_by_key(|unit| unit.id);
    units
}

/// The bootstrap list that a plan makes, as the next edition after `trust`'s.
///
/// # Errors
/// When no version is left.
pub fn bootstrap(plan: &Plan, trust: &Trust, term: Term) -> Result<Bootstrap, Problem> {
    let listed = plan.offices_in_use().filter(|office| office.keys.is_some() && !office.addresses.is_empty());
    let mut rows: Vec<_> = listed.map(|office| (OfficeId(office.number), office.addresses.clone())).collect();
    rows.sort_by_key(|(office, _)| *office);
    Ok(Bootstrap { head: head(trust, trust.bootstrap_list(), term)?, rows })
}

fn head<D: Document>(trust: &Trust, last: Option<&Signed<D>>, term: Term) -> Result<Head, Problem> {
    let epoch = trust.charter().doc().directory_epoch;
    // A newer epoch begins its own numbers; otherwise the next number follows.
    let version = match last {
        Some(last) if last.version().epoch() == epoch => last.version().next(),
        _ => Version::first_of(epoch),
    };
    let version =
        version.ok_or_else(|| Problem::new("no_version", Exit::Failed, said!("номера версий исчерпаны", "there are no more versions")))?;
    Ok(Head {
        district: trust.district(),
        version,
        issued: term.issued,
        refresh_by: term.refresh_by,
        previous: last.map_or(Hash32::ZERO, Signed::hash),
    })
}

/// An office counts from the edition that first listed it under its keys.
fn office_row(office: &PlanOffice, last: &Chart, version: Version) -> Option<Office> {
    let [sign, peer, seal] = office.keys.as_ref()?.bytes()?;
    let (sign, peer, seal) = (PublicKey(sign), PublicKey(peer), SealKey(seal));
    let id = OfficeId(office.number);
    let before = last.offices.iter().find(|row| row.id == id && row.sign == sign && row.peer == peer);
    let mut hosts: Vec<UnitId> = office.units.iter().copied().map(UnitId).collect();
    hosts.sort();
    hosts.dedup();
    Some(Office {
        id,
        slug: office.slug.clone(),
        name: office.name.clone(),
        sign,
        peer,
        seal,
        hosts,
        since: before.map_or(version, |row| row.since),
        carrier: office.carrier,
        enrols: office.enrols,
    })
}
