//! A delegated subtree of the race: three offices that share a unit, listed by an authority of their own.

use super::{Fault, Versions, World};
use crate::chart::Office;
use crate::directory::Directory;
use crate::document::DocumentKind;
use crate::ids::{OfficeId, UnitId, Version};
use crate::sample::{self, SampleDistrict, opening, signing};
use crate::subchart::Subchart;

/// The unit that is delegated.
const SUBTREE: UnitId = UnitId(2);
/// The unit of its own that the subtree has.
pub(super) const SECTOR: UnitId = UnitId(201);
/// Its offices.
const OFFICES: [u32; 3] = [201, 202, 203];
/// What neighbours show each other, in this order.
pub(super) const KINDS: [DocumentKind; 3] = [DocumentKind::Revocations, DocumentKind::Chart, DocumentKind::Subchart(SUBTREE)];

/// Whether an office is one of the subtree, listed or not.
pub(super) fn has(office: OfficeId) -> bool {
    OFFICES.contains(&office.0)
}

/// The editions that a directory was folded from.
pub(super) fn versions(directory: &Directory) -> Versions {
    (directory.version(), directory.revocations_version(), directory.known().edition(SUBTREE))
}

/// A district of so many offices, and the subtree.
pub(super) fn district(offices: u32) -> SampleDistrict {
    let mut sample = sample::district(offices);
    sample.delegate(SUBTREE.0);
    sample.amend_delegated(SUBTREE.0, |sub| {
        let first = sub.offices[0].clone();
        sub.offices.extend(OFFICES.into_iter().skip(1).map(|n| Office {
            id: OfficeId(n),
            slug: format!("office-{n}"),
            sign: signing("sign", n).public(),
            peer: signing("peer", n).public(),
            seal: opening("open", n).public(),
            ..first.clone()
        }));
    });
    sample
}

impl World {
    /// The authority of the subtree changes something, and tells one office, with the chart that it knew.
    pub(super) fn sign_subtree(&mut self) -> Result<(), Fault> {
        let office = OfficeId(OFFICES[usize::try_from(self.draw(3)).expect("a small number")]);
        let (at, what, keeps_up) = (self.pick(), self.draw(4), self.draw(2) > 0);
        let newest = self.authority.trust.chart().version();
        let known = |sub: &Subchart| if keeps_up { newest } else { sub.chart };
        let bytes = if let Some(row) = self.away.remove(&office) {
            self.race.returned += 1;
            self.authority.amend_delegated(SUBTREE.0, |sub| {
                sub.chart = known(sub);
                sub.offices.push(Office { since: sub.chart, ..row });
                sub.offices.sort_by_key(|row| row.id);
            })
        } else if what == 0 {
            // It leaves the unit, or comes back to it, and stays an office.
            let mut lost = false;
            let bytes = self.authority.amend_delegated(SUBTREE.0, |sub| {
                sub.chart = known(sub);
                let Some(row) = sub.offices.iter_mut().find(|row| row.id == office) else { return };
                lost = row.hosts.contains(&SECTOR);
                if lost { row.hosts.retain(|unit| *unit != SECTOR) } else { row.hosts.push(SECTOR) }
            });
            self.race.removed += u32::from(lost);
            bytes
        } else {
            self.race.removed += 1;
            let held = &self.authority.trust.subcharts()[&SUBTREE];
            let row = held.doc().offices.iter().find(|row| row.id == office).cloned();
            self.away.extend(row.map(|row| (office, row)));
            self.authority.amend_delegated(SUBTREE.0, |sub| {
                sub.chart = known(sub);
                sub.offices.retain(|row| row.id != office);
                sub.addresses.retain(|(of, _)| *of != office);
            })
        };
        self.signed();
        for bytes in self.authority.trust.envelopes(DocumentKind::Chart, Version(0)) {
            self.learn(at, DocumentKind::Chart, &bytes)?;
        }
        self.learn(at, DocumentKind::Subchart(SUBTREE), &bytes)
    }

    /// Keeps what the authorities say now.
    pub(super) fn signed(&mut self) {
        self.race.documents += 1;
        let directory = self.authority.directory();
        self.told.insert(versions(&directory), directory);
    }
}
