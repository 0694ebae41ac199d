//! The directory of a delegated subtree: units and offices that another authority lists.
//!
//! It is held to the rules that it can be held to by itself. Whether a row is inside the subtree and the
//! range of numbers that were delegated is seen when the rows are folded into the directory: a row
//! that is not is passed over and reported, and the others count.
//!
//! Source:  FORMAT.md, section 4.

use crate::bootstrap;
use crate::bounds::{MAX_HOSTED, MAX_OFFICES, MAX_UNITS, SUBCHART_MAX_BYTES};
use crate::chart::{Change, Office, PostRule, Rights, Told, Unit, Was, grown};
use crate::codec::{Decode, Encode};
use crate::document::{Document, DocumentError, DocumentKind, Head, Row, check_count, check_name, check_rising, check_slug};
use crate::ids::{DistrictId, OfficeId, UnitId, Version};
use crate::labels;

/// What a sub-authority lists under the unit that it was given.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Subchart {
    /// District, version, times, predecessor.
    pub head: Head,
    /// The root of the subtree, which the chart lists.
    pub unit: UnitId,
    /// The edition of the chart that was known: the offices' `since` are editions of the chart, at most this one.
    pub chart: Version,
    /// Sorted by number; each has a parent.
    pub units: Vec<Unit>,
    /// Sorted by number.
    pub offices: Vec<Office>,
    /// Where the offices are found; as in the bootstrap list.
    pub addresses: Vec<(OfficeId, Vec<String>)>,
    /// What the editions before it said otherwise; see [`Subchart::remembering`]. Whoever comes late verifies by it what was
    /// written then.
    pub past: Vec<Change>,
}

impl Document for Subchart {
    const LABEL: &'static [u8] = labels::SUBCHART;
    const MAX_BYTES: usize = SUBCHART_MAX_BYTES;
    const KIND: DocumentKind = DocumentKind::Subchart(UnitId(0));

    fn head(&self) -> &Head {
        &self.head
    }

    fn kind(&self) -> DocumentKind {
        DocumentKind::Subchart(self.unit)
    }

    fn arrange(&mut self) {
        self.units.sort_by_key(|unit| unit.id);
        self.offices.sort_by_key(|office| office.id);
        self.offices.iter_mut().for_each(|office| office.hosts.sort());
        self.addresses.sort_by_key(|(office, _)| *office);
    }

    fn check(&self) -> Result<(), DocumentError> {
        self.head.check()?;
        if self.head.district == DistrictId::NONE {
            return Err(DocumentError::District(self.head.district));
        }
        if self.unit == UnitId(0) || self.chart == Version(0) {
            return Err(DocumentError::DelegatedSince(self.unit));
        }
        check_count("units", self.units.len(), MAX_UNITS)?;
        check_count("offices", self.offices.len(), MAX_OFFICES)?;
        check_rising(self.units.iter().map(|unit| unit.id), Row::Unit)?;
        check_rising(self.offices.iter().map(|office| office.id), Row::Office)?;
        self.units.iter().try_for_each(|unit| check_name(Row::Unit(unit.id), &unit.name))?;
        self.offices.iter().try_for_each(|office| self.office(office))?;
        bootstrap::check_rows(&self.addresses)?;
        // Groups, who may post and who is suspended are the district's affair.
        if let Some(other) = self.past.iter().find(|change| matches!(change.was, Was::Group { .. } | Was::Post(_) | Was::Suspended(_))) {
            return Err(DocumentError::Past(other.version));
        }
        self.told().check(|_, office| self.office(office))?;
        let once = self.past.iter().filter_map(|change| if let Was::Office { row, .. } = &change.was { row.as_ref() } else { None });
        let usable = |office: &&Office| office.sign.verifier().is_ok() && office.peer.verifier().is_ok() && office.seal.is_usable();
        match self.offices.iter().chain(once).find(|office| !usable(office)) {
            Some(office) => Err(DocumentError::WeakKey(Row::Office(office.id))),
            None => Ok(()),
        }
    }

    fn remembers(&self, earlier: &Self) -> bool {
        self.told().remembers(&earlier.told())
    }
}

impl Subchart {
    /// Remembers the edition that this one follows, and all that it remembers. Done once, before it is signed.
    #[must_use]
    pub fn remembering(mut self, before: &Self) -> Self {
        self.past = grown(&before.past, &before.rights(), &self.rights(), self.head.version);
        self
    }

    /// The directory as it was in an edition, as far as it is remembered: rows and rights, no names.
    pub(crate) fn at(&self, at: Version) -> Self {
        let mut rights = self.rights();
        rights.undo_after(&self.past, at);
        let unit = |(id, parent)| Unit { id, parent, name: String::new() };
        Self {
            head: Head { version: at, ..self.head },
            unit: self.unit,
            chart: self.chart,
            units: rights.units.into_iter().map(unit).collect(),
            offices: rights.offices.into_values().collect(),
            addresses: Vec::new(),
            past: self.past.iter().take_while(|change| change.version <= at).cloned().collect(),
        }
    }

    fn told(&self) -> Told<'_> {
        Told { version: self.head.version, past: &self.past, rights: self.rights() }
    }

    fn rights(&self) -> Rights {
        Rights {
            offices: self.offices.iter().map(|office| (office.id, office.clone())).collect(),
            units: self.units.iter().map(|unit| (unit.id, unit.parent)).collect(),
            groups: std::collections::BTreeMap::new(),
            post: PostRule::Members,
            suspended: Vec::new(),
        }
    }

    /// What an office's row can be held to by itself.
    fn office(&self, office: &Office) -> Result<(), DocumentError> {
        let row = Row::Office(office.id);
        check_slug(row, &office.slug)?;
        check_name(row, &office.name)?;
        check_count("units at one office", office.hosts.len(), MAX_HOSTED)?;
        check_rising(office.hosts.iter().copied(), |_| row)?;
        if office.since == Version(0) || office.since > self.chart {
            return Err(DocumentError::Since(office.id));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Hash32;
    use crate::sample;
    use crate::sign::PublicKey;

    fn broken(change: impl FnOnce(&mut Subchart)) -> DocumentError {
        let mut subchart = sample::delegated(2).1;
        assert_eq!(subchart.check(), Ok(()));
        change(&mut subchart);
        subchart.check().unwrap_err()
    }

    #[test]
    fn what_a_row_breaks_by_itself_refuses_the_whole() {
        let row = Row::Office(OfficeId(201));
        assert_eq!(broken(|chart| chart.offices[0].slug = "Котлас".to_owned()), DocumentError::Slug(row));
        assert_eq!(broken(|chart| chart.offices[0].name = " ".to_owned()), DocumentError::Name(row));
        assert_eq!(broken(|chart| chart.offices[0].since = Version(9)), DocumentError::Since(OfficeId(201)));
        assert_eq!(broken(|chart| chart.offices[0].sign = PublicKey([0; 32])), DocumentError::WeakKey(row));
        assert_eq!(broken(|chart| chart.units[0].name = "\u{202e}".to_owned()), DocumentError::Name(Row::Unit(UnitId(201))));
        assert_eq!(broken(|chart| chart.units.push(chart.units[0].clone())), DocumentError::Twice(Row::Unit(UnitId(201))));
        assert_eq!(broken(|chart| chart.addresses[0].1 = vec!["10.0.0.1".to_owned()]), DocumentError::Address(OfficeId(201)));
    }

    #[test]
    fn it_belongs_to_a_district_a_unit_and_an_edition_of_the_chart() {
        assert_eq!(broken(|chart| chart.head.district = DistrictId(Hash32::ZERO)), DocumentError::District(DistrictId::NONE));
        assert_eq!(broken(|chart| chart.unit = UnitId(0)), DocumentError::DelegatedSince(UnitId(0)));
        assert_eq!(broken(|chart| chart.chart = Version(0)), DocumentError::DelegatedSince(UnitId(2)));
    }
}
