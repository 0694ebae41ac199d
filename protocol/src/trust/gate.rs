//! The gate: every document passes here, whether it came from a peer, a file or this node's own disk.

use std::sync::Arc;

use super::conflict::{contradict, forgets};
use super::{Accepted, Conflict, Trust, TrustError};
use crate::bootstrap::Bootstrap;
use crate::bounds::MAX_CHARTERS;
use crate::chart::Chart;
use crate::charter::{Charter, Role};
use crate::directory::Directory;
use crate::document::{Document, DocumentError, DocumentKind, Row, Signed};
use crate::ids::{DistrictId, Version};
use crate::revocations::Revocations;
use crate::subchart::Subchart;

impl Trust {
    /// Takes a document of any kind.
    ///
    /// # Errors
    /// The first rule that stands against it; see [`TrustError`].
    pub fn accept(&mut self, kind: DocumentKind, bytes: &[u8]) -> Result<Accepted, TrustError> {
        match kind {
            DocumentKind::Revocations => self.accept_revocations(bytes),
            DocumentKind::Charter => self.accept_charter(bytes),
            DocumentKind::Chart => self.accept_chart(bytes),
            DocumentKind::Bootstrap => self.accept_bootstrap(bytes),
            DocumentKind::Subchart(_) => self.accept_subchart(bytes),
        }
    }

    /// Takes a charter: the next of the chain, or one that is known.
    ///
    /// # Errors
    /// As [`Trust::accept`].
    pub fn accept_charter(&mut self, bytes: &[u8]) -> Result<Accepted, TrustError> {
        let next = parse::<Charter>(bytes)?;
        foreign::<Charter>(self.district, next.district())?;
        let version = next.version();
        if let Some(held) = self.charters.iter().find(|held| held.version() == version) {
            if held.hash() == next.hash() {
                return Ok(Accepted::Same);
            }
            let conflict = Conflict::of(held, &next);
            follows(&self.charters, &next)?;
            self.keep(conflict);
            return Err(TrustError::Conflict { kind: DocumentKind::Charter, version });
        }
        if self.charter().version().next() != Some(version) || self.charters.len() >= MAX_CHARTERS {
            return Err(TrustError::Ahead { kind: DocumentKind::Charter, got: version });
        }
        follows(&self.charters, &next)?;
        self.charters.push(next);
        self.fold()?;
        Ok(Accepted::Newer)
    }

    /// Takes a chart.
    ///
    /// # Errors
    /// As [`Trust::accept`].
    pub fn accept_chart(&mut self, bytes: &[u8]) -> Result<Accepted, TrustError> {
        let verdict = self.judge(Some(&self.chart), bytes)?;
        let Some(newer) = self.settle(verdict)? else { return Ok(Accepted::Same) };
        self.chart = newer;
        self.keep_vouched();
        self.fold()?;
        Ok(Accepted::Newer)
    }

    /// Takes a list of revocations.
    ///
    /// # Errors
    /// As [`Trust::accept`].
    pub fn accept_revocations(&mut self, bytes: &[u8]) -> Result<Accepted, TrustError> {
        let verdict = self.judge::<Revocations>(self.revocations.as_ref(), bytes)?;
        let Some(newer) = self.settle(verdict)? else { return Ok(Accepted::Same) };
        self.revocations = Some(newer);
        self.fold()?;
        Ok(Accepted::Newer)
    }

    /// Takes a bootstrap list.
    ///
    /// # Errors
    /// As [`Trust::accept`].
    pub fn accept_bootstrap(&mut self, bytes: &[u8]) -> Result<Accepted, TrustError> {
        let verdict = self.judge::<Bootstrap>(self.bootstrap.as_ref(), bytes)?;
        let Some(newer) = self.settle(verdict)? else { return Ok(Accepted::Same) };
        self.bootstrap = Some(newer);
        Ok(Accepted::Newer)
    }

    /// Judges a document that is no charter beside the one that is held.
    fn judge<D: Document>(&self, held: Option<&Signed<D>>, bytes: &[u8]) -> Result<Verdict<D>, TrustError> {
        let next = parse::<D>(bytes)?;
        foreign::<D>(self.district, next.doc().head().district)?;
        let version = next.version();
        if let Some(held) = held {
            if version == held.version() && next.hash() == held.hash() {
                return Ok(Verdict { newer: None, conflict: None });
            }
            if version < held.version() {
                return Err(TrustError::Older { kind: D::KIND, have: held.version(), got: version });
            }
        }
        let (role, epoch) = Self::role(self.charter().doc(), D::KIND);
        if version.epoch() < epoch {
            let first = Version::first_of(epoch).unwrap_or(Version(u32::MAX));
            return Err(TrustError::Older { kind: D::KIND, have: first, got: version });
        }
        if version.epoch() > epoch {
            return Err(TrustError::Ahead { kind: D::KIND, got: version });
        }
        enough(&next, role)?;
        next.doc().check().map_err(of::<D>)?;
        let conflict = held.filter(|held| contradict(held, &next)).map(|held| Conflict::of(held, &next));
        let twice = held.is_some_and(|held| held.version() == version);
        // By another past, entries that were taken would be judged otherwise. Removals are taken nevertheless.
        let forgetful = D::KIND != DocumentKind::Revocations && held.is_some_and(|held| forgets(held, &next));
        let refused = twice || forgetful;
        Ok(Verdict { newer: (!refused).then_some(next), conflict })
    }

    /// Keeps what a verdict proves, and gives what is to be held from now on.
    pub(super) fn settle<D>(&mut self, verdict: Verdict<D>) -> Result<Option<Signed<D>>, TrustError> {
        if let Some(conflict) = verdict.conflict {
            let refused = TrustError::Conflict { kind: conflict.kind, version: conflict.version };
            self.keep(conflict);
            return verdict.newer.map(Some).ok_or(refused);
        }
        Ok(verdict.newer)
    }

    /// A document that is rightly signed by the role of its own epoch, be that past or present.
    pub(super) fn signed<D: Document>(&self, bytes: &[u8]) -> Result<Signed<D>, TrustError> {
        signed(self.district, &self.charters, bytes)
    }

    pub(super) fn fold(&mut self) -> Result<(), TrustError> {
        self.directory = fold(self.district, &self.charters, &self.chart, &self.lists(), self.subcharts.values())?;
        Ok(())
    }

    /// The list of revocations in force, and those of its epoch that it contradicts: what either removes is removed.
    fn lists(&self) -> Vec<Signed<Revocations>> {
        let Some(held) = &self.revocations else { return Vec::new() };
        let proofs = self.conflicts.iter().filter(|conflict| conflict.kind == DocumentKind::Revocations);
        let others = proofs.flat_map(|proof| [&proof.ours, &proof.theirs]).filter_map(|bytes| Signed::parse(bytes).ok());
        let others = others.filter(|list: &Signed<Revocations>| list.version().epoch() == held.version().epoch());
        std::iter::once(held.clone()).chain(others).collect()
    }
}

/// What is to be held from now on, and what the document proves.
pub(super) struct Verdict<D> {
    pub(super) newer: Option<Signed<D>>,
    pub(super) conflict: Option<Conflict>,
}

/// Checks that a charter was signed by the thresholds of the one before and of its own, and follows it.
pub(super) fn follows(chain: &[Signed<Charter>], next: &Signed<Charter>) -> Result<(), TrustError> {
    let version = next.version();
    let before = chain.iter().take_while(|held| held.version() < version).last();
    let before = before.filter(|before| before.version().next() == Some(version)).ok_or(TrustError::BrokenChain(version))?;
    enough(next, &before.doc().root)?;
    enough(next, &next.doc().root)?;
    next.doc().check().map_err(of::<Charter>)?;
    if next.doc().head.previous == before.hash() && next.doc().may_follow(before.doc()) {
        Ok(())
    } else {
        Err(TrustError::BrokenChain(version))
    }
}

/// As [`Trust::signed`], before there is a trust: what a node held when it stopped it may hold again, even
/// when a newer charter has meanwhile replaced the keys that signed it.
pub(super) fn signed<D: Document>(district: DistrictId, charters: &[Signed<Charter>], bytes: &[u8]) -> Result<Signed<D>, TrustError> {
    let signed = parse::<D>(bytes)?;
    let epoch = signed.version().epoch();
    if D::KIND != DocumentKind::Charter {
        foreign::<D>(district, signed.doc().head().district)?;
    }
    let mut roles = charters.iter().rev().map(|charter| Trust::role(charter.doc(), D::KIND)).filter(|(_, at)| *at == epoch);
    let (role, _) = roles.next().ok_or(TrustError::Ahead { kind: D::KIND, got: signed.version() })?;
    enough(&signed, role)?;
    signed.doc().check().map_err(of::<D>)?;
    Ok(signed)
}

pub(super) fn fold<'a>(
    district: DistrictId,
    charters: &[Signed<Charter>],
    chart: &Signed<Chart>,
    lists: &[Signed<Revocations>],
    subcharts: impl Iterator<Item = &'a Signed<Subchart>>,
) -> Result<Arc<Directory>, TrustError> {
    let lists: Vec<&Revocations> = lists.iter().map(Signed::doc).collect();
    let subcharts: Vec<&Subchart> = subcharts.map(Signed::doc).collect();
    let charter = charters.last().expect("a trust begins with a charter and never loses one").doc();
    let founded = charters.first().map_or(charter.head.issued, |first| first.doc().head.issued);
    Directory::fold(district, charter, chart.doc(), &lists, &subcharts)
        .map(|directory| Arc::new(directory.founded_at(founded)))
        .map_err(|_| of::<Chart>(DocumentError::WeakKey(Row::District)))
}

pub(super) fn parse<D: Document>(bytes: &[u8]) -> Result<Signed<D>, TrustError> {
    Signed::parse(bytes).map_err(of::<D>)
}

pub(super) fn enough<D: Document>(signed: &Signed<D>, role: &Role) -> Result<(), TrustError> {
    let kind = signed.kind();
    let have = signed.verify(&role.keys).map_err(|error| TrustError::Document { kind, error })?;
    if have >= role.need() { Ok(()) } else { Err(TrustError::Threshold { kind, have, need: role.need() }) }
}

pub(super) fn of<D: Document>(error: DocumentError) -> TrustError {
    TrustError::Document { kind: D::KIND, error }
}

pub(super) fn foreign<D: Document>(ours: DistrictId, theirs: DistrictId) -> Result<(), TrustError> {
    if ours == theirs { Ok(()) } else { Err(TrustError::ForeignDistrict { kind: D::KIND, ours, theirs }) }
}
