//! The people of the district, as their offices have announced them.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use okrug_protocol::ids::{OfficeId, PersonId};
use okrug_protocol::person::{PersonRecord, SignedPerson};
use okrug_protocol::register::{Learned, Register};
use okrug_protocol::sign::{PublicKey, Verifier};

use crate::documents::Documents;
use crate::store::{Store, StoreError, Tree};

/// Everybody whose record has arrived.
#[derive(Debug, Default)]
pub(crate) struct People {
    register: Register,
    /// Ready for use, which takes as long as a signature.
    verifiers: HashMap<PublicKey, Verifier>,
}

impl People {
    /// Takes note of a record whose signatures were checked.
    pub(crate) fn learn(&mut self, signed: SignedPerson) -> Learned {
        let learned = self.register.learn(signed);
        if let Learned::Holds(now) = &learned {
            for key in now.iter().map(|signed| signed.record.sign) {
                if let Ok(verifier) = key.verifier() {
                    self.verifiers.entry(key).or_insert(verifier);
                }
            }
        }
        learned
    }

    /// The newest record of a person.
    pub(crate) fn record(&self, person: PersonId) -> Option<&PersonRecord> {
        self.register.record(person)
    }

    /// The same with the person's signature.
    pub(crate) fn newest(&self, person: PersonId) -> Option<&SignedPerson> {
        self.register.newest(person)
    }

    /// Whether an office is or was a person's home.
    pub(crate) fn was_home(&self, person: PersonId, office: OfficeId) -> bool {
        self.register.homes(person).any(|home| home == office)
    }

    /// The offices that are or were a person's home.
    pub(crate) fn homes(&self, person: PersonId) -> BTreeSet<OfficeId> {
        self.register.homes(person).collect()
    }

    /// Below what no count of a person may be who has had other homes: what they said there is not all known here.
    pub(crate) fn counted_elsewhere(&self, person: PersonId, me: OfficeId) -> u64 {
        let version = self.record(person).map_or(0, |record| record.version);
        if self.register.homes(person).any(|home| home != me) { u64::from(version) << 32 } else { 0 }
    }

    /// Whether a version of a person's record is here.
    pub(crate) fn knows(&self, person: PersonId, version: u32) -> bool {
        !self.register.of_version(person, version).is_empty()
    }

    /// Whether a record holds.
    pub(crate) fn holds(&self, signed: &SignedPerson) -> bool {
        self.register.of_version(signed.record.person, signed.record.version).contains(signed)
    }

    /// The keys of a person under one version of their record, at one home office.
    pub(crate) fn keys(&self, person: PersonId, version: u32, home: OfficeId) -> impl Iterator<Item = &Verifier> {
        let records = self.register.of_version(person, version).iter().map(|signed| &signed.record);
        records.filter(move |record| record.active && record.office == home).filter_map(|record| self.verifiers.get(&record.sign))
    }

    /// The newest record of everybody.
    pub(crate) fn records(&self) -> impl Iterator<Item = &PersonRecord> {
        self.register.records()
    }

    /// The number for the next person of `office`, above all those that are `promised`; `None` when it has given all of
    /// its numbers.
    pub(crate) fn next_number(&self, office: OfficeId, promised: impl IntoIterator<Item = PersonId>) -> Option<PersonId> {
        let given = self.register.last_number(office).into_iter().chain(promised).filter(|person| person.first_home() == office).max();
        match given {
            Some(last) => Some(PersonId(last.0.checked_add(1)?)).filter(|next| next.first_home() == office),
            None => PersonId::numbered(office, 1),
        }
    }
}

/// Reads everybody from the store.
///
/// # Errors
/// The store does not answer.
pub(crate) fn read_people(store: &Store, documents: &Documents) -> Result<People, StoreError> {
    let mut people = People::default();
    let district = documents.directory().district();
    store.scan(Tree::People, &[]).each(|_, bytes| {
        if let Ok(signed) = SignedPerson::read(&bytes, district) {
            people.learn(signed);
        }
        ControlFlow::Continue(())
    })?;
    Ok(people)
}
