//! Roles and deputies of the district, as their offices have announced them, and who may speak for whom.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use okrug_protocol::behalf::{Behalf, OnBehalf, Right, Said, right};
use okrug_protocol::clock::Millis;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::entry::Header;
use okrug_protocol::ids::{OfficeId, PersonId, RoleId};
use okrug_protocol::message::Message;
use okrug_protocol::person::PersonRecord;
use okrug_protocol::role::{RoleRecord, secrets};
use okrug_protocol::seal::OpenKey;

use super::chat::ChatKey;
use super::desk::Desk;
use super::rights;
use super::sessions::Unlocked;

/// Every edition that has arrived.
#[derive(Debug, Default)]
pub(crate) struct Duties {
    roles: HashMap<RoleId, BTreeMap<u32, RoleRecord>>,
    deputies: HashMap<(PersonId, OfficeId), BTreeMap<u32, DeputyRecord>>,
}

impl Duties {
    /// Takes note of an edition that its home office wrote.
    pub(crate) fn learn_role(&mut self, record: &RoleRecord) {
        let editions = self.roles.entry(record.role).or_default();
        // Two of one version come from a home office that forgot itself: every office keeps the same one.
        if editions.get(&record.version).is_none_or(|known| record.encode() < known.encode()) {
            editions.insert(record.version, record.clone());
        }
    }

    /// Takes note of who stands in for somebody.
    pub(crate) fn learn_deputy(&mut self, record: &DeputyRecord) {
        let editions = self.deputies.entry((record.person, record.office)).or_default();
        if editions.get(&record.version).is_none_or(|known| record.encode() < known.encode()) {
            editions.insert(record.version, record.clone());
        }
    }

    /// Whether this is the edition of its version that counts.
    pub(crate) fn counts_role(&self, record: &RoleRecord) -> bool {
        self.roles.get(&record.role).and_then(|editions| editions.get(&record.version)).is_some_and(|known| known == record)
    }

    /// The same of a deputy's.
    pub(crate) fn counts_deputy(&self, record: &DeputyRecord) -> bool {
        let editions = self.deputies.get(&(record.person, record.office));
        editions.and_then(|editions| editions.get(&record.version)).is_some_and(|known| known == record)
    }

    /// The newest edition of a role.
    pub(crate) fn role(&self, role: RoleId) -> Option<&RoleRecord> {
        self.roles.get(&role)?.last_key_value().map(|(_, newest)| newest)
    }

    /// The newest edition of every role, by number.
    pub(crate) fn roles(&self) -> Vec<&RoleRecord> {
        let mut roles: Vec<_> = self.roles.values().filter_map(|editions| Some(editions.last_key_value()?.1)).collect();
        roles.sort_by_key(|record| record.role);
        roles
    }

    /// Who stands in for a person by the word of an office, in its newest edition.
    pub(crate) fn deputy(&self, person: PersonId, office: OfficeId) -> Option<&DeputyRecord> {
        self.deputies.get(&(person, office))?.last_key_value().map(|(_, newest)| newest)
    }

    /// Everybody for whom somebody ever stood in, with the office that said so.
    pub(crate) fn absent(&self) -> impl Iterator<Item = (PersonId, OfficeId)> {
        self.deputies.keys().copied()
    }

    /// The number for the next role of `office`; `None` when it has given all of its numbers.
    pub(crate) fn next_number(&self, office: OfficeId) -> Option<RoleId> {
        let last = self.roles.keys().filter(|role| role.home() == office).max();
        match last {
            Some(last) => Some(RoleId(last.0.checked_add(1)?)).filter(|next| next.home() == office),
            None => RoleId::numbered(office, 1),
        }
    }
}

/// The secrets of roles that a session has opened; wiped with it.
#[derive(Debug, Default)]
pub(crate) struct Opened(Mutex<HashMap<(RoleId, u32), OpenKey>>);

impl Opened {
    /// The secret of an edition, opened now or before.
    fn secret(&self, at: (RoleId, u32), open: impl FnOnce() -> Vec<(u32, OpenKey)>) -> Option<OpenKey> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(&at) {
            all.extend(open().into_iter().map(|(version, secret)| ((at.0, version), secret)));
        }
        all.get(&at).cloned()
    }
}

impl Desk {
    /// Whether somebody has the duty of a role of this office at this moment.
    pub(crate) fn has_duty(&self, role: RoleId, person: PersonId, now: Millis) -> bool {
        role.home() == self.me && self.duties.read(|duties| duties.role(role).is_some_and(|record| is_on_duty(record, person, now)))
    }

    /// The roles of this office whose duty somebody has at this moment, by number.
    pub(crate) fn duties_of(&self, person: PersonId, now: Millis) -> Vec<RoleRecord> {
        self.duties.read(|duties| {
            let own = duties.roles().into_iter().filter(|record| record.office() == self.me && is_on_duty(record, person, now));
            own.cloned().collect()
        })
    }

    /// A role that can be written to: open, and one that the chart lets its office have.
    pub(crate) fn open_role(&self, role: RoleId) -> Option<RoleRecord> {
        let record = self.duties.read(|duties| duties.role(role).cloned())?;
        let directory = self.directory();
        let listed = record.active && !directory.is_revoked(role.home()) && directory.may_announce(role.home(), &record).is_ok();
        listed.then_some(record)
    }

    /// Who stands in for a person, by the word of their home office.
    pub(crate) fn deputy_of(&self, person: PersonId) -> Option<DeputyRecord> {
        let home = self.record(person)?.office;
        self.duties.read(|duties| duties.deputy(person, home).cloned())
    }

    /// The people for whom somebody stands in at this moment.
    pub(crate) fn stands_in_for(&self, deputy: PersonId, now: Millis) -> Vec<DeputyRecord> {
        let absent: Vec<PersonId> = self.duties.read(|duties| duties.absent().map(|(person, _)| person).collect());
        let covers = |record: &DeputyRecord| record.deputy.iter().any(|term| term.person == deputy && term.covers(now));
        let mut all: Vec<_> = absent.into_iter().filter_map(|person| self.deputy_of(person)).filter(covers).collect();
        all.sort_by_key(|record| record.person);
        all.dedup_by_key(|record| record.person);
        all
    }

    /// Whether a message's person had the right to say it for whom they name; `None` when they say it for themselves.
    pub(crate) fn right(&self, header: &Header, message: &Message) -> Option<Right> {
        let when = Said { said: message.time, written: header.time.millis() };
        message.on_behalf.map(|on| self.right_of(on, message.person, header.log.office, when))
    }

    /// The same for somebody of `office`.
    pub(crate) fn right_of(&self, on: OnBehalf, person: PersonId, office: OfficeId, when: Said) -> Right {
        match on.of {
            // The duty of a role is for people of its office: nobody else has the log in which its mail lies.
            Behalf::Role(role) if role.home() != office => Right::Lacks,
            Behalf::Role(role) => self
                .duties
                .read(|duties| duties.roles.get(&role).map_or(Right::Unknown, |editions| right(editions, on.version, person, when))),
            Behalf::Person(absent) => {
                // Whoever has moved since had their deputy by the word of the office that was their home then.
                let homes = self.people.read(|people| people.homes(absent));
                self.duties.read(|duties| {
                    let by = |home| duties.deputies.get(&(absent, home)).map(|editions| right(editions, on.version, person, when));
                    let found: Vec<Right> = homes.into_iter().filter_map(by).collect();
                    let best = [Right::Holds, Right::Lacks].into_iter().find(|right| found.contains(right));
                    best.unwrap_or(Right::Unknown)
                })
            }
        }
    }

    /// The secret of an edition of a role, for a session of somebody who has its duty now.
    pub(crate) fn role_secret(&self, role: RoleId, edition: u32, viewer: &Unlocked) -> Option<OpenKey> {
        if !self.has_duty(role, viewer.person, crate::clock::now()) {
            return None;
        }
        let district = self.directory().district();
        viewer.opened.secret((role, edition), || {
            self.duties.read(|duties| {
                let editions = duties.roles.get(&role);
                editions.map_or_else(Vec::new, |editions| secrets(editions, district, edition, viewer.person, &viewer.open))
            })
        })
    }

    /// Whether a person reads a conversation: by their place, or by a duty that they have now.
    pub(crate) fn sees(&self, person: &PersonRecord, chat: &ChatKey) -> bool {
        let on_duty = matches!(*chat, ChatKey::Role(role, _) if self.has_duty(role, person.person, crate::clock::now()));
        on_duty || rights::sees(&self.directory(), self.me, person, chat)
    }

    /// Whether a person may write into a conversation that they see.
    pub(crate) fn may_post(&self, person: &PersonRecord, chat: &ChatKey) -> bool {
        match *chat {
            ChatKey::Role(..) if self.directory().is_suspended(self.me) => false,
            ChatKey::Role(role, with) => person.active && (with != person.person || self.open_role(role).is_some()),
            _ => rights::may_post(&self.directory(), person, chat),
        }
    }
}

fn is_on_duty(record: &RoleRecord, person: PersonId, now: Millis) -> bool {
    record.active && record.holders.iter().any(|term| term.person == person && term.covers(now))
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::UnitId;
    use okrug_protocol::seal::SealKey;

    use super::*;

    fn edition(title: &str) -> RoleRecord {
        RoleRecord {
            role: RoleId(30_001),
            unit: UnitId(3),
            title: title.to_owned(),
            version: 1,
            since: Millis(0),
            active: true,
            holders: Vec::new(),
            seal: SealKey([0; 32]),
            boxes: Vec::new(),
            before: None,
        }
    }

    #[test]
    fn of_two_editions_with_one_version_every_office_keeps_the_same() {
        let kept = |order: [&str; 2]| {
            let mut duties = Duties::default();
            order.into_iter().for_each(|title| duties.learn_role(&edition(title)));
            duties.role(RoleId(30_001)).unwrap().title.clone()
        };
        assert_eq!(kept(["Дежурный", "Приёмная"]), kept(["Приёмная", "Дежурный"]));
    }

    #[test]
    fn an_office_numbers_its_roles_from_its_own_range() {
        let mut duties = Duties::default();
        assert_eq!(duties.next_number(OfficeId(3)), Some(RoleId(30_001)));
        duties.learn_role(&edition("Дежурный"));
        assert_eq!((duties.next_number(OfficeId(3)), duties.next_number(OfficeId(2))), (Some(RoleId(30_002)), Some(RoleId(20_001))));
        duties.learn_role(&RoleRecord { role: RoleId(39_999), ..edition("Последняя") });
        assert_eq!(duties.next_number(OfficeId(3)), None);
    }
}
