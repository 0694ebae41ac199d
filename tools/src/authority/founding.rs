//! Founding a district: keys, the first charter, the first directory.

use okrug_protocol::chart::{Chart, Policy, Retention};
use okrug_protocol::charter::{Charter, Role, SUITE};
use okrug_protocol::clock::Millis;
use okrug_protocol::document::{Document, DocumentError, Head, Signed};
use okrug_protocol::ids::{DistrictId, Hash32, Version};
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::{DistrictFile, Trust};

use super::Plan;
use super::draft::{self, Term};
use crate::problem::Problem;

/// Signs the first charter and the first directory of a district, which lists no office yet.
///
/// # Errors
/// A name that cannot be one, or a threshold that cannot be reached.
pub fn found(plan: &Plan, keys: &RoleKeys<'_>, charter_term: Term, chart_term: Term) -> Result<Trust, Problem> {
    let charter = sign(charter(&plan.root().name, keys, charter_term), keys.root.0)?;
    let chart = Chart {
        head: first(charter.district(), chart_term),
        units: draft::units(plan),
        offices: Vec::new(),
        groups: Vec::new(),
        delegations: Vec::new(),
        policy: Policy::default(),
        past: Vec::new(),
        page_root: None,
        suspended: Vec::new(),
        retention: Retention::default(),
    };
    let chart = sign(chart, keys.directory.0)?;
    let file =
        DistrictFile { charters: vec![charter.encode()], chart: chart.encode(), revocations: None, bootstrap: None, subcharts: Vec::new() };
    Ok(Trust::from_file(None, &file)?)
}

/// The keys of the three roles, which may be the same, and how many of each must sign.
#[derive(Debug)]
pub struct RoleKeys<'a> {
    /// Signs charters.
    pub root: (&'a [SecretKey], u8),
    /// Signs the directory.
    pub directory: (&'a [SecretKey], u8),
    /// Signs revocations. One is enough by default: a removal must never wait for a second holder.
    pub revocations: (&'a [SecretKey], u8),
}

fn charter(name: &str, keys: &RoleKeys<'_>, term: Term) -> Charter {
    let role = |(keys, threshold): (&[SecretKey], u8)| Role { keys: keys.iter().map(SecretKey::public).collect(), threshold };
    Charter {
        head: first(DistrictId::NONE, term),
        name: name.to_owned(),
        suite: SUITE,
        root: role(keys.root),
        directory: role(keys.directory),
        revocations: role(keys.revocations),
        directory_epoch: 0,
        revocations_epoch: 0,
    }
}

fn first(district: DistrictId, term: Term) -> Head {
    Head { district, version: Version(1), issued: term.issued, refresh_by: term.refresh_by, previous: Hash32::ZERO }
}

fn sign<D: Document>(doc: D, keys: &[SecretKey]) -> Result<Signed<D>, Problem> {
    let mut signed = Signed::draft(doc).map_err(|error: DocumentError| okrug_node::refused::document(D::KIND, &error))?;
    keys.iter().for_each(|key| signed.sign(key));
    Ok(signed)
}

/// From now for so many days.
#[must_use]
pub fn term(issued: Millis, days: u64) -> Term {
    Term { issued, refresh_by: issued.plus(days.saturating_mul(crate::time::DAY_MS)) }
}
