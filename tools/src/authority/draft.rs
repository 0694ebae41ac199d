//! From the working file to documents that are ready to be signed.

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::{Chart, Delegation, Office, Span, Unit};
use okrug_protocol::charter::{Charter, Role};
use okrug_protocol::clock::Millis;
use okrug_protocol::document::{Document, Head, Signed};
use okrug_protocol::ids::{Hash32, OfficeId, UnitId, Version, unhex};
use okrug_protocol::revocations::Revocations;
use okrug_protocol::seal::SealKey;
use okrug_protocol::sign::PublicKey;
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::Trust;

use super::plan::{Plan, PlanDelegation, PlanOffice};
use super::policy::retention;
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

macro_rules! editions {
    ($($document:ty),*) => {
        $(impl Edition for $document {
            fn head_mut(&mut self) -> &mut Head {
                &mut self.head
            }
        })*
    };
}

editions!(Charter, Chart, Bootstrap, Revocations, Subchart);

/// What the next editions follow: what has been signed, and a charter that may still wait for signatures.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// What has been signed.
    pub trust: &'a Trust,
    /// The charter that names the roles from now on.
    pub charter: &'a Charter,
}

impl<'a> Ground<'a> {
    /// What has been signed, alone.
    #[must_use]
    pub fn of(trust: &'a Trust) -> Self {
        Self { trust, charter: trust.charter().doc() }
    }
}

/// The chart that a plan makes, as the next edition after `trust`'s.
///
/// # Errors
/// When no version is left.
pub fn chart(plan: &Plan, ground: Ground<'_>, term: Term) -> Result<Chart, Problem> {
    let last = ground.trust.chart();
    let head = head(ground, ground.charter.directory_epoch, Some(last), term)?;
    let mut offices: Vec<Office> =
        plan.offices_in_use().filter_map(|office| office_row(office, &last.doc().offices, head.version)).collect();
    offices.sort_by_key(|office| office.id);
    let delegations: Vec<Delegation> = plan.delegations.iter().map(|row| delegation(row, ground.trust, head.version)).collect();
    // Whoever has left needs no suspension any more.
    let is_there = |id: &OfficeId| offices.iter().any(|row| row.id == *id) || delegations.iter().any(|row| row.offices.contains(id.0));
    let mut suspended: Vec<OfficeId> = plan.suspended.iter().copied().map(OfficeId).filter(is_there).collect();
    suspended.sort();
    suspended.dedup();
    let page_root = plan.page_root.as_deref().and_then(unhex).and_then(|bytes| bytes.try_into().ok()).map(Hash32);
    let policy = plan.policy.as_ref().map_or(last.doc().policy, |policy| policy.over(last.doc().policy));
    let retention = retention(&plan.holds, last.doc(), term.issued);
    let units = units(plan);
    let chart = Chart { head, units, offices, delegations, page_root, suspended, policy, retention, ..last.doc().clone() };
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
pub fn bootstrap(plan: &Plan, ground: Ground<'_>, term: Term) -> Result<Bootstrap, Problem> {
    let head = head(ground, ground.charter.directory_epoch, ground.trust.bootstrap_list(), term)?;
    Ok(Bootstrap { head, rows: addresses(plan) })
}

/// The revocations as they are, as the first edition of a new epoch.
///
/// # Errors
/// When no version is left.
pub fn revocations(last: &Signed<Revocations>, ground: Ground<'_>, term: Term) -> Result<Revocations, Problem> {
    let head = head(ground, ground.charter.revocations_epoch, Some(last), term)?;
    Ok(Revocations { head, ..last.doc().clone() })
}

/// The directory of a delegated subtree that a plan makes.
///
/// # Errors
/// When no version is left.
pub fn subchart(plan: &Plan, row: &Delegation, trust: &Trust, term: Term) -> Result<Subchart, Problem> {
    let last = trust.subcharts().get(&row.unit);
    let head = head(Ground::of(trust), row.epoch, last, term)?;
    let before = last.map_or(&[][..], |last| &last.doc().offices);
    let known = trust.chart().version();
    let offices: Vec<Office> = plan.offices_in_use().filter_map(|office| office_row(office, before, known)).collect();
    let units = units(plan).into_iter().filter(|unit| unit.id != row.unit).collect();
    let subchart = Subchart { head, unit: row.unit, chart: known, units, offices, addresses: addresses(plan), past: Vec::new() };
    Ok(last.map_or_else(|| subchart.clone(), |last| subchart.clone().remembering(last.doc())))
}

fn addresses(plan: &Plan) -> Vec<(OfficeId, Vec<String>)> {
    let listed = plan.offices_in_use().filter(|office| office.keys.is_some() && !office.addresses.is_empty());
    let mut rows: Vec<_> = listed.map(|office| (OfficeId(office.number), office.addresses.clone())).collect();
    rows.sort_by_key(|(office, _)| *office);
    rows
}

/// A delegation as the next edition names it. Other keys begin another epoch; what the former ones signed last goes on
/// counting by its hash, as far as this folder knows it.
fn delegation(row: &PlanDelegation, trust: &Trust, version: Version) -> Delegation {
    let unit = UnitId(row.unit);
    let mut keys: Vec<PublicKey> = row.keys.iter().filter_map(|key| super::keys::public(key)).collect();
    keys.sort();
    let role = Role { keys, threshold: row.threshold };
    let before = trust.chart().doc().delegations.iter().find(|before| before.unit == unit);
    let held = trust.subcharts().get(&unit).map(|held| (held.version(), held.hash()));
    let same = before.filter(|before| before.role == role);
    let epoch = same.map_or_else(|| before.map_or(0, |before| before.epoch.saturating_add(1)), |same| same.epoch);
    let withdrawn = row.withdrawn.then(|| before.and_then(|before| before.withdrawn).unwrap_or(version));
    let kept = match same {
        Some(same) if same.withdrawn.is_some() || withdrawn.is_none() => same.kept,
        _ => held,
    };
    Delegation {
        unit,
        role,
        epoch,
        units: Span { first: row.units.0, last: row.units.1 },
        offices: Span { first: row.offices.0, last: row.offices.1 },
        since: before.map_or(version, |before| before.since),
        kept,
        withdrawn,
    }
}

/// The head of the next charter.
///
/// # Errors
/// When no version is left.
pub fn charter_head(trust: &Trust, term: Term) -> Result<Head, Problem> {
    head(Ground::of(trust), 0, Some(trust.charter()), term)
}

fn head<D: Document>(ground: Ground<'_>, epoch: u32, last: Option<&Signed<D>>, term: Term) -> Result<Head, Problem> {
    // A newer epoch begins its own numbers; otherwise the next number follows.
    let version = match last {
        Some(last) if last.version().epoch() == epoch => last.version().next(),
        _ => Version::first_of(epoch),
    };
    let version =
        version.ok_or_else(|| Problem::new("no_version", Exit::Failed, said!("номера версий исчерпаны", "there are no more versions")))?;
    Ok(Head {
        district: ground.trust.district(),
        version,
        issued: term.issued,
        refresh_by: term.refresh_by,
        previous: last.map_or(Hash32::ZERO, Signed::hash),
    })
}

/// An office counts from the edition that first listed it under its keys.
fn office_row(office: &PlanOffice, last: &[Office], version: Version) -> Option<Office> {
    let [sign, peer, seal] = office.keys.as_ref()?.bytes()?;
    let (sign, peer, seal) = (PublicKey(sign), PublicKey(peer), SealKey(seal));
    let id = OfficeId(office.number);
    let before = last.iter().find(|row| row.id == id && row.sign == sign && row.peer == peer);
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
