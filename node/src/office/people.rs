//! The people of the district, as their offices have announced them.

use std::collections::{BTreeMap, HashMap};

use okrug_protocol::ids::{OfficeId, PersonId};
use okrug_protocol::person::PersonRecord;
use okrug_protocol::sign::Verifier;

/// What is known of one person.
#[derive(Debug)]
struct Known {
    latest: PersonRecord,
    /// By version of the record: an older message is checked with the key of its time.
    keys: BTreeMap<u32, (OfficeId, Verifier)>,
}

/// Everybody whose record has arrived.
#[derive(Debug, Default)]
pub(crate) struct People {
    known: HashMap<PersonId, Known>,
}

impl People {
    /// Takes note of a record whose signatures were checked; false when its version is not new or its key is weak.
    pub(crate) fn learn(&mut self, record: &PersonRecord) -> bool {
        let Ok(verifier) = record.sign.verifier() else { return false };
        let known = self.known.entry(record.person).or_insert_with(|| Known { latest: record.clone(), keys: BTreeMap::new() });
        if known.keys.contains_key(&record.version) {
            return false;
        }
        known.keys.insert(record.version, (record.office, verifier));
        if record.version >= known.latest.version {
            known.latest = record.clone();
        }
        true
    }

    /// The newest record of a person.
    pub(crate) fn record(&self, person: PersonId) -> Option<&PersonRecord> {
        self.known.get(&person).map(|known| &known.latest)
    }

    /// The key and the home office that one version of a person's record named.
    pub(crate) fn key(&self, person: PersonId, version: u32) -> Option<&(OfficeId, Verifier)> {
        self.known.get(&person)?.keys.get(&version)
    }

    /// The newest record of everybody.
    pub(crate) fn records(&self) -> impl Iterator<Item = &PersonRecord> {
        self.known.values().map(|known| &known.latest)
    }

    /// The number for the next person of `office`; `None` when it has given all of its numbers.
    pub(crate) fn next_number(&self, office: OfficeId) -> Option<PersonId> {
        let last = self.known.keys().filter(|person| person.first_home() == office).max();
        match last {
            Some(last) => Some(PersonId(last.0.checked_add(1)?)).filter(|next| next.first_home() == office),
            None => PersonId::numbered(office, 1),
        }
    }
}
