//! Roles and deputies as people and administrators ask for them.

use okrug_protocol::behalf::{Behalf, Term};
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{PersonId, RoleId, Topic};
use okrug_protocol::role::RoleRecord;

use super::Refused;
use super::desk::Desk;
use super::handle::Handle;
use super::sessions::SessionId;
use super::view::{ActsFor, BehalfId, Deputy, Holder, NewDeputy, NewHolder, NewRole, Role};

/// What everybody asks.
impl Handle {
    /// All roles of the district that can be written to, and what this office has of its own besides.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        self.desk().role_views(crate::clock::now())
    }

    /// One role.
    ///
    /// # Errors
    /// [`Refused::NoSuchRole`].
    pub fn role(&self, role: RoleId) -> Result<Role, Refused> {
        let record = self.desk().duties.read(|duties| duties.role(role).cloned()).ok_or(Refused::NoSuchRole)?;
        Ok(self.desk().role_view(&record, crate::clock::now()))
    }

    /// Names who stands in for whoever asks; nobody, to end it.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn name_own_deputy(&self, session: SessionId, new: Option<NewDeputy>) -> Result<Option<Deputy>, Refused> {
        let person = self.who(session)?.person.id;
        self.name_deputy(person, new).await
    }
}

/// What administrators do.
impl Handle {
    /// Founds a role.
    ///
    /// # Errors
    /// See [`Refused`]; no number was given then.
    pub async fn add_role(&self, new: NewRole) -> Result<Role, Refused> {
        let role = self.appointments().found(new).await?;
        self.role(role)
    }

    /// Gives somebody the duty of a role.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn assign_role(&self, role: RoleId, new: NewHolder) -> Result<Role, Refused> {
        self.appointments().assign(role, new).await?;
        self.role(role)
    }

    /// Takes the duty of a role from somebody.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn dismiss_from_role(&self, role: RoleId, person: PersonId) -> Result<Role, Refused> {
        self.appointments().dismiss(role, person).await?;
        self.role(role)
    }

    /// Closes a role.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn close_role(&self, role: RoleId) -> Result<Role, Refused> {
        self.appointments().close(role).await?;
        self.role(role)
    }

    /// Names who stands in for somebody of this office; nobody, to end it.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn name_deputy(&self, person: PersonId, new: Option<NewDeputy>) -> Result<Option<Deputy>, Refused> {
        self.appointments().name_deputy(person, new).await?;
        Ok(self.desk().deputy_view(person, crate::clock::now()))
    }

    /// Writes the editions of roles that are due: a term has begun or ended, a holder has left or has new keys.
    ///
    /// # Errors
    /// The ledger did not take one; the next look tries again.
    pub async fn renew_roles(&self) -> Result<(), Refused> {
        self.appointments().renew().await
    }
}

impl Desk {
    pub(crate) fn role_views(&self, now: Millis) -> Vec<Role> {
        let records: Vec<RoleRecord> = self.duties.read(|duties| duties.roles().into_iter().cloned().collect());
        let listed = |record: &RoleRecord| self.open_role(record.role).is_some() || record.office() == self.me;
        records.iter().filter(|record| listed(record)).map(|record| self.role_view(record, now)).collect()
    }

    pub(crate) fn role_view(&self, record: &RoleRecord, now: Millis) -> Role {
        let holder = |term: &Term| Holder {
            person: term.person,
            name: self.person_name(term.person),
            from: term.from,
            until: term.until,
            now: record.active && term.covers(now),
        };
        Role {
            id: record.role,
            title: record.title.clone(),
            unit: record.unit,
            unit_name: self.directory().title(Topic::Unit(record.unit)),
            office: record.office(),
            office_name: self.office_name(record.office()),
            version: record.version,
            active: record.active,
            holders: record.holders.iter().filter(|term| !term.is_over(now)).map(holder).collect(),
        }
    }

    /// Who stands in for a person now or will; nobody whose time is over.
    pub(crate) fn deputy_view(&self, person: PersonId, now: Millis) -> Option<Deputy> {
        let record = self.deputy_of(person)?;
        let term = record.deputy.first().filter(|term| !term.is_over(now))?;
        Some(Deputy { by: term.person, name: self.person_name(term.person), from: term.from, until: term.until?, now: term.covers(now) })
    }

    /// For whom a person may speak now: roles first.
    pub(crate) fn acts_for(&self, person: PersonId, now: Millis) -> Vec<ActsFor> {
        let until = |terms: &[Term]| {
            let current = terms.iter().filter(|term| term.person == person && term.covers(now));
            // Nobody has said when it ends, where one of them has no end.
            current.map(|term| term.until).max_by_key(|until| until.map_or(u64::MAX, |until| until.0)).flatten()
        };
        let roles = self.duties_of(person, now).into_iter().map(|record| ActsFor {
            id: BehalfId(Behalf::Role(record.role)),
            until: until(&record.holders),
            name: record.title,
        });
        let people = self.stands_in_for(person, now).into_iter().map(|record| ActsFor {
            id: BehalfId(Behalf::Person(record.person)),
            name: self.person_name(record.person),
            until: until(&record.deputy),
        });
        roles.chain(people).collect()
    }

    /// A role's title, or its number while nothing of it is known.
    pub(crate) fn role_title(&self, role: RoleId) -> String {
        self.duties.read(|duties| duties.role(role).map_or_else(|| role.to_string(), |record| record.title.clone()))
    }

    pub(crate) fn person_name(&self, person: PersonId) -> String {
        self.record(person).map_or_else(|| person.to_string(), |record| record.name)
    }
}
