//! The organisation tree with its people.

use std::collections::HashMap;

use okrug_protocol::ids::PersonId;

use super::desk::Desk;
use super::view::{self, PersonState, Tree, TreeOffice, TreePerson, TreeUnit};

impl Desk {
    /// Units, offices and people as `viewer` sees them; the administrator is nobody among them.
    pub(crate) fn tree(&self, viewer: Option<PersonId>) -> Tree {
        let directory = self.directory();
        let units = directory.units().map(|unit| TreeUnit {
            id: unit.id,
            parent: unit.parent,
            name: unit.name.clone(),
            offices: directory.offices_hosting(unit.id).iter().copied().filter(|office| !directory.is_revoked(*office)).collect(),
        });
        let shown = directory.offices().filter(|office| office.id == self.me || !directory.is_revoked(office.id));
        let offices = shown.map(|office| {
            let link = self.links.read(|links| links.get(&office.id).cloned().unwrap_or_default());
            TreeOffice {
                id: office.id,
                slug: office.slug.clone(),
                name: office.name.clone(),
                units: office.hosts.clone(),
                here: office.id == self.me,
                link: self.link_word(office.id, link.up),
                last_contact: link.last_contact,
                suspended: directory.is_suspended(office.id),
            }
        });
        let now = crate::clock::now();
        // Looked up before the people are read: a lock is not taken within a lock.
        let absent: Vec<_> = self.duties.read(|duties| duties.absent().map(|(person, _)| person).collect());
        let deputies: HashMap<_, _> = absent.into_iter().filter_map(|person| Some((person, self.deputy_view(person, now)?))).collect();
        let mut people: Vec<_> = self.people.read(|people| {
            let listed = people
                .records()
                .filter(|record| directory.member(record.office).is_some() && directory.person_revoked_since(record.person).is_none());
            let person = |record: &okrug_protocol::person::PersonRecord| TreePerson {
                id: record.person,
                name: record.name.clone(),
                position: record.position.clone(),
                unit: record.unit,
                office: record.office,
                me: Some(record.person) == viewer,
                deputy: deputies.get(&record.person).cloned(),
                state: match (record.active, record.next_home) {
                    (true, _) => PersonState::Serves,
                    (false, None) => PersonState::Left,
                    (false, Some(_)) => PersonState::Moves,
                },
            };
            listed.map(person).collect()
        });
        people.sort_by_key(|person| person.id);
        let roles = self.role_views(now).into_iter().filter(|role| role.active).collect();
        Tree { version: directory.version().0, units: units.collect(), offices: offices.collect(), people, roles }
    }

    pub(crate) fn link_word(&self, office: okrug_protocol::ids::OfficeId, up: bool) -> view::Link {
        match (office == self.me, up) {
            (true, _) => view::Link::Here,
            (false, true) => view::Link::Up,
            (false, false) => view::Link::Down,
        }
    }
}
