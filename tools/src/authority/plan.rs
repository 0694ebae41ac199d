//! The organisation as the authority works on it: `org.toml`.
//!
//! A number is given once: what leaves the organisation stays here as retired, so that its number is
//! never given to anything else, and comes back to it if it returns.

use std::collections::{HashMap, HashSet};

use okrug_protocol::ids::{OfficeId, UnitId, unhex};
use serde::{Deserialize, Serialize};

use super::plan_error::PlanError;
use super::policy::{PlanHold, PlanPolicy};
use crate::staff::rows::is_slug;

/// The format that this code reads and writes.
pub const FORMAT: u32 = 1;

/// Units, offices and the numbers to give next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    format: u32,
    next_unit: u32,
    next_office: u32,
    /// The SHA-256 of the root certificate of the offices' pages, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_root: Option<String>,
    /// Numbers of the offices that read and write nothing, those of delegated subtrees among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<u32>,
    /// Rules that are to be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PlanPolicy>,
    /// In the folder of a sub-authority: what it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<PlanUnder>,
    /// The units, the root first.
    #[serde(rename = "unit", default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<PlanUnit>,
    /// The offices.
    #[serde(rename = "office", default, skip_serializing_if = "Vec::is_empty")]
    pub offices: Vec<PlanOffice>,
    /// What is kept whatever the rule.
    #[serde(rename = "hold", default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<PlanHold>,
    /// Subtrees that others list.
    #[serde(rename = "delegation", default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<PlanDelegation>,
}

/// The subtree that this folder lists, and the numbers that it may give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanUnder {
    /// The unit of the district that is the root here.
    pub unit: u32,
    /// The first and the last number for units; zeros until it is delegated.
    #[serde(default)]
    pub units: (u32, u32),
    /// The same for offices.
    #[serde(default)]
    pub offices: (u32, u32),
}

/// A subtree that is given to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDelegation {
    /// The unit whose subtree it is.
    pub unit: u32,
    /// Who signs for it: public keys in hexadecimal.
    pub keys: Vec<String>,
    /// How many of them must sign.
    pub threshold: u8,
    /// The first and the last number for units.
    pub units: (u32, u32),
    /// The first and the last number for offices.
    pub offices: (u32, u32),
    /// Taken back: what was listed stays verifiable, and counts no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanUnit {
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// The number of the unit above it; none for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// No longer part of the organisation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// An office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanOffice {
    /// Its number.
    pub number: u32,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Numbers of the units that have people there.
    #[serde(default)]
    pub units: Vec<u32>,
    /// Where its node is reached, as multiaddrs without `/p2p`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Whether it stores and forwards what it cannot read.
    #[serde(default = "yes")]
    pub carrier: bool,
    /// Whether it enrols people of its units by itself.
    #[serde(default = "yes")]
    pub enrols: bool,
    /// No longer part of the organisation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
    /// Its public keys; none until it is enrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<PlanKeys>,
}

/// The public keys of an office, in hexadecimal, as its request gave them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanKeys {
    /// Signs entries.
    pub sign: String,
    /// The identity on the mesh.
    pub peer: String,
    /// What is meant for the office is sealed to this.
    pub seal: String,
}

fn yes() -> bool {
    true
}

impl Plan {
    /// An organisation that is its root unit alone.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let root = PlanUnit { number: 1, name: name.to_owned(), parent: None, retired: false };
        Self {
            format: FORMAT,
            next_unit: 2,
            next_office: 1,
            page_root: None,
            suspended: Vec::new(),
            policy: None,
            holds: Vec::new(),
            under: None,
            units: vec![root],
            offices: Vec::new(),
            delegations: Vec::new(),
        }
    }

    /// The part of a district under one of its units, which this folder is to list.
    #[must_use]
    pub fn under(unit: u32, name: &str) -> Self {
        let root = PlanUnit { number: unit, name: name.to_owned(), parent: None, retired: false };
        let under = Some(PlanUnder { unit, units: (0, 0), offices: (0, 0) });
        Self { under, units: vec![root], next_unit: 0, next_office: 0, ..Self::new(name) }
    }

    /// Takes the numbers that were delegated.
    pub fn take_numbers(&mut self, units: (u32, u32), offices: (u32, u32)) {
        if let Some(under) = &mut self.under {
            (under.units, under.offices) = (units, offices);
            (self.next_unit, self.next_office) = (self.next_unit.max(units.0), self.next_office.max(offices.0));
        }
    }

    /// The next free ranges of numbers for a delegation, behind all that was given.
    #[must_use]
    pub fn free_numbers(&self, units: u32, offices: u32) -> ((u32, u32), (u32, u32)) {
        const STEP: u32 = 1_000;
        let behind = |next: u32, given: Option<u32>| given.map_or(next, |last| next.max(last.saturating_add(1))).next_multiple_of(STEP);
        let first_unit = behind(self.next_unit, self.delegations.iter().map(|row| row.units.1).max());
        let first_office = behind(self.next_office, self.delegations.iter().map(|row| row.offices.1).max());
        let span = |first: u32, count: u32| (first, first.saturating_add(count.max(1) - 1));
        (span(first_unit, units), span(first_office, offices))
    }

    /// Makes sure that the file holds together, whoever edited it.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.format > FORMAT {
            return Err(PlanError::Format(self.format));
        }
        self.check_units()?;
        self.check_offices()?;
        let full = |next: u32, span: (u32, u32)| next > span.1.saturating_add(1);
        match &self.under {
            Some(under) if full(self.next_unit, under.units) || full(self.next_office, under.offices) => Err(PlanError::Full),
            _ => self.check_delegations(),
        }
    }

    fn check_delegations(&self) -> Result<(), PlanError> {
        for row in &self.delegations {
            if row.keys.iter().any(|key| super::keys::public(key).is_none()) {
                return Err(PlanError::Key(UnitId(row.unit).to_string()));
            }
        }
        Ok(())
    }

    fn check_units(&self) -> Result<(), PlanError> {
        let mut seen = HashMap::new();
        let mut names = HashSet::new();
        for unit in &self.units {
            let id = UnitId(unit.number).to_string();
            if seen.insert(unit.number, unit).is_some() {
                return Err(PlanError::NumberTwice(id));
            }
            // The root of a sub-authority has a number of the district's.
            if unit.number >= self.next_unit && self.under.as_ref().is_none_or(|under| under.unit != unit.number) {
                return Err(PlanError::NumberAhead(id));
            }
            if unit.parent.is_some() && !names.insert(&*unit.name) {
                return Err(PlanError::NameTwice(unit.name.clone()));
            }
        }
        let roots: Vec<_> = self.units.iter().filter(|unit| unit.parent.is_none()).collect();
        if !matches!(&roots[..], [root] if !root.retired) {
            return Err(PlanError::Root);
        }
        for unit in self.units.iter().filter(|unit| !unit.retired) {
            let mut at = unit;
            for _ in 0..=self.units.len() {
                let Some(parent) = at.parent else { break };
                at = seen.get(&parent).copied().filter(|unit| !unit.retired).ok_or_else(|| no_unit(&at.name, parent))?;
            }
            if at.parent.is_some() {
                return Err(PlanError::Cycle(unit.name.clone()));
            }
        }
        Ok(())
    }

    fn check_offices(&self) -> Result<(), PlanError> {
        let units: HashSet<u32> = self.units.iter().filter(|unit| !unit.retired).map(|unit| unit.number).collect();
        let (mut numbers, mut slugs) = (HashSet::new(), HashSet::new());
        for office in &self.offices {
            let id = OfficeId(office.number).to_string();
            if !numbers.insert(office.number) {
                return Err(PlanError::NumberTwice(id));
            }
            if office.number >= self.next_office || office.number == 0 {
                return Err(PlanError::NumberAhead(id));
            }
            if !slugs.insert(&*office.slug) {
                return Err(PlanError::NameTwice(office.slug.clone()));
            }
            if !is_slug(&office.slug) {
                return Err(PlanError::Slug(office.slug.clone()));
            }
            if let Some(unit) = office.units.iter().find(|unit| !office.retired && !units.contains(unit)) {
                return Err(no_unit(&office.slug, *unit));
            }
            if office.keys.as_ref().is_some_and(|keys| keys.bytes().is_none()) {
                return Err(PlanError::Key(office.slug.clone()));
            }
        }
        Ok(())
    }

    /// The root unit.
    #[must_use]
    pub fn root(&self) -> &PlanUnit {
        self.units.iter().find(|unit| unit.parent.is_none()).expect("a plan is checked when it is read, and new ones have a root")
    }

    /// The units in use.
    pub fn units_in_use(&self) -> impl Iterator<Item = &PlanUnit> {
        self.units.iter().filter(|unit| !unit.retired)
    }

    /// The offices in use.
    pub fn offices_in_use(&self) -> impl Iterator<Item = &PlanOffice> {
        self.offices.iter().filter(|office| !office.retired)
    }

    /// The unit in use that a word means: its number (`u3`) or its name.
    #[must_use]
    pub fn unit(&self, word: &str) -> Option<&PlanUnit> {
        let number = word.parse::<UnitId>().ok().map(|id| id.0);
        self.units_in_use().find(|unit| Some(unit.number) == number || unit.name.to_lowercase() == word.to_lowercase())
    }

    /// The office in use that a word means: its number (`o3`), its slug or its name.
    #[must_use]
    pub fn office(&self, word: &str) -> Option<&PlanOffice> {
        let number = word.parse::<OfficeId>().ok().map(|id| id.0);
        self.offices_in_use().find(|office| Some(office.number) == number || office.slug == word || office.name == word)
    }

    /// Gives a number to a new unit.
    pub fn add_unit(&mut self, name: &str, parent: u32) -> u32 {
        let number = free(self.next_unit, self.delegations.iter().map(|row| row.units));
        self.next_unit = number.saturating_add(1);
        self.units.push(PlanUnit { number, name: name.to_owned(), parent: Some(parent), retired: false });
        number
    }

    /// Gives a number to a new office.
    pub fn add_office(&mut self, slug: &str, name: &str) -> &mut PlanOffice {
        let number = free(self.next_office, self.delegations.iter().map(|row| row.offices));
        self.next_office = number.saturating_add(1);
        let (slug, name) = (slug.to_owned(), name.to_owned());
        self.offices.push(PlanOffice {
            number,
            slug,
            name,
            units: Vec::new(),
            addresses: Vec::new(),
            carrier: true,
            enrols: true,
            retired: false,
            keys: None,
        });
        self.offices.last_mut().expect("one was pushed")
    }
}

impl PlanKeys {
    /// The keys as bytes: sign, peer, seal; none when one is damaged.
    #[must_use]
    pub fn bytes(&self) -> Option<[[u8; 32]; 3]> {
        let key = |text: &str| unhex(text)?.try_into().ok();
        Some([key(&self.sign)?, key(&self.peer)?, key(&self.seal)?])
    }
}

/// The first number from `next` on that is not delegated.
fn free(next: u32, delegated: impl Iterator<Item = (u32, u32)> + Clone) -> u32 {
    let mut number = next;
    while let Some((_, last)) = delegated.clone().find(|(first, last)| (*first..=*last).contains(&number)) {
        number = last.saturating_add(1);
    }
    number
}

fn no_unit(of: &str, unit: u32) -> PlanError {
    PlanError::NoUnit { of: of.to_owned(), unit: UnitId(unit).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let mut plan = Plan::new("Округ");
        let duty = plan.add_unit("Дежурная служба", 1);
        plan.add_unit("Смена", duty);
        plan.add_office("uray", "Урай").units = vec![duty];
        plan
    }

    #[test]
    fn a_plan_survives_its_file() {
        let plan = plan();
        assert_eq!(plan.check(), Ok(()));
        assert_eq!(toml::from_str::<Plan>(&toml::to_string(&plan).unwrap()).unwrap(), plan);
    }

    #[test]
    fn what_an_editor_broke_is_named() {
        let broken = |change: fn(&mut Plan)| {
            let mut plan = plan();
            change(&mut plan);
            plan.check().unwrap_err()
        };
        assert_eq!(broken(|p| p.units[2].number = 2), PlanError::NumberTwice("u2".into()));
        assert_eq!(broken(|p| p.units[2].number = 9), PlanError::NumberAhead("u9".into()));
        assert_eq!(broken(|p| p.units[1].parent = Some(3)), PlanError::Cycle("Дежурная служба".into()));
        assert_eq!(broken(|p| p.units[1].parent = None), PlanError::Root);
        assert_eq!(broken(|p| p.units[1].retired = true), PlanError::NoUnit { of: "Смена".into(), unit: "u2".into() });
        assert_eq!(broken(|p| p.offices[0].units = vec![7]), PlanError::NoUnit { of: "uray".into(), unit: "u7".into() });
        assert_eq!(broken(|p| p.offices[0].slug = "Урай".into()), PlanError::Slug("Урай".into()));
        assert_eq!(broken(|p| p.format = 2), PlanError::Format(2));
    }
}
