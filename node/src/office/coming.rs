//! Who comes: enrolled at once, or with a code from a slip.

use std::sync::Arc;

use okrug_protocol::directory::EnrolError;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{PersonId, Precedence, Topic, UnitId};
use okrug_protocol::person::{PersonRecord, SignedPerson};
use zeroize::Zeroizing;

use super::Refused;
use super::accounts::{self, Account};
use super::handle::Handle;
use super::invitations::{self, DEFAULT_TTL_S, Invitation, MAX_TTL_S, MIN_TTL_S};
use super::sessions::{SessionId, Unlocked};
use super::slip::{Slip, SlipHash};
use super::view::{self, Enrol, Invite, Invited, NewPerson, PersonView};
use crate::clock;
use crate::ledger::Draft;
use crate::store::{Batch, Tree};

impl Handle {
    /// Enrols a person of this office: keys, vault, and a record in the district log.
    ///
    /// # Errors
    /// See [`Refused`]; no number was given then.
    pub async fn add_person(&self, new: NewPerson) -> Result<PersonView, Refused> {
        check_login(&new.login)?;
        // The password is worked on before the number is taken, so that others do not wait for it.
        let draft = Arc::new(accounts::new_keys(PersonId(0)));
        let password = Zeroizing::new(new.password.reveal().to_owned());
        let mut account = self.vaults().seal(Arc::clone(&draft), password).await?;
        let _turn = self.turn().await;
        if self.desk().store.get(Tree::Accounts, new.login.as_bytes())?.is_some() {
            return Err(Refused::LoginTaken);
        }
        let promised = self.invitations()?.into_iter().map(|invitation| invitation.id);
        let person = self.desk().people.read(|people| people.next_number(self.desk().me, promised)).ok_or(Refused::NoNumberLeft)?;
        account.person = person;
        let record = self.first_record(person, new.unit, &new.name, &new.position, &draft);
        let signed = SignedPerson::write(record, self.desk().directory().district(), &draft.sign).map_err(|_| Refused::BadName)?;
        self.announce(signed).await?;
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Accounts, new.login.as_bytes(), &account);
        // Nobody else can give a vault back: it goes to the journal too, should the store be lost.
        self.ledger().keep(batch).await?;
        self.people_views()?.into_iter().find(|view| view.id == person).ok_or(Refused::NoSuchPerson)
    }

    /// Promises a number to somebody and makes the code by which they come.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was promised then.
    pub async fn invite(&self, wish: Invite) -> Result<Invited, Refused> {
        let _turn = self.turn().await;
        let promised = self.open_invitations()?.into_iter().map(|(_, invitation)| invitation.person);
        let person = self.desk().people.read(|people| people.next_number(self.desk().me, promised)).ok_or(Refused::NoNumberLeft)?;
        // Whatever would stand against the record stands against the slip.
        let keys = accounts::new_keys(person);
        let record = self.first_record(person, wish.unit, &wish.name, &wish.position, &keys);
        self.check(&record)?;
        SignedPerson::write(record, self.desk().directory().district(), &keys.sign).map_err(|_| Refused::BadName)?;
        self.promise(person, (wish.name, wish.position, wish.unit), None, wish.ttl_s).await
    }

    /// Locks a person's account, ends their sessions and makes a code by which they come to new keys.
    ///
    /// What was sealed to the old key alone, which is every direct message, cannot be read any more.
    ///
    /// The lock outlasts the code. Whoever asks for a reset may do so because somebody else knows the password, and nobody
    /// here can tell: a password that came back by itself when the code ran out would come back to that somebody too, at a
    /// time when nobody looks. So an administrator says what is to be: another reset, or [`Handle::withdraw`].
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn reset(&self, person: PersonId, ttl_s: Option<u64>) -> Result<Invited, Refused> {
        ttl_ms(ttl_s)?;
        let _turn = self.turn().await;
        let record = self.ours(person)?.record;
        let (login, account) = self.account_of(person)?.ok_or(Refused::NoSuchPerson)?;
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Accounts, login.as_bytes(), &Account { locked: true, ..account });
        self.ledger().keep(batch).await?;
        self.end_sessions(person);
        self.promise(person, (record.name, record.position, record.unit), Some(login), ttl_s).await
    }

    async fn promise(
        &self,
        person: PersonId,
        (name, position, unit): (String, String, UnitId),
        login: Option<String>,
        ttl_s: Option<u64>,
    ) -> Result<Invited, Refused> {
        let (now, ttl_ms) = (self.run().now(), ttl_ms(ttl_s)?);
        let (ends, ends_run_ms) = (now.wall.plus(ttl_ms), now.run_ms.saturating_add(ttl_ms));
        let invitation = Invitation { person, name, position, unit, login, ends, ends_run_ms };
        let slip = Slip::draw(&mut clock::rng());
        let mut batch = Batch::new();
        // A person has one slip: the newest.
        for (hash, _) in invitations::all(&self.desk().store)?.into_iter().filter(|(_, other)| other.person == person) {
            batch.delete(Tree::Invitations, hash);
        }
        batch.put_encoded(Tree::Invitations, slip.hash(self.act_key()), &invitation);
        self.ledger().keep(batch).await?;
        let office_name = self.desk().my_office().name;
        Ok(Invited { invitation: self.invitation_view(invitation), code: slip.text().into(), office_name })
    }

    /// The open invitations.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn invitations(&self) -> Result<Vec<view::Invitation>, Refused> {
        let mut all: Vec<_> = self.open_invitations()?.into_iter().map(|(_, invitation)| self.invitation_view(invitation)).collect();
        all.sort_by_key(|invitation| invitation.id);
        Ok(all)
    }

    /// Takes an invitation back. Where it was to give new keys, the old password opens again, after its code has ended too.
    ///
    /// # Errors
    /// [`Refused::NoSuchPerson`] when none is open for this person and their account is not locked.
    pub async fn withdraw(&self, person: PersonId) -> Result<(), Refused> {
        let _turn = self.turn().await;
        let mut batch = Batch::new();
        for (hash, _) in self.open_invitations()?.into_iter().filter(|(_, invitation)| invitation.person == person) {
            batch.delete(Tree::Invitations, hash);
        }
        let locked = self.account_of(person)?.filter(|(_, account)| account.locked);
        if batch.is_empty() && locked.is_none() {
            return Err(Refused::NoSuchPerson);
        }
        if let Some((login, account)) = locked {
            batch.put_encoded(Tree::Accounts, login.as_bytes(), &Account { locked: false, ..account });
        }
        Ok(self.ledger().keep(batch).await?)
    }

    /// For whom a code is.
    ///
    /// # Errors
    /// [`Refused::WrongCode`], whether it never was, was used or has ended.
    pub fn invited(&self, code: &str) -> Result<view::Invitation, Refused> {
        self.slip(code).map(|(_, invitation)| self.invitation_view(invitation))
    }

    /// Somebody comes with a code: keys are made, the record is announced, a session begins. The code is used up.
    ///
    /// # Errors
    /// See [`Refused`]; the code holds on then.
    pub async fn enrol(&self, wish: &Enrol) -> Result<SessionId, Refused> {
        let (_, invitation) = self.slip(wish.code.reveal())?;
        let login = invitation.login.unwrap_or_else(|| wish.login.clone());
        check_login(&login)?;
        self.free(&login, invitation.person)?;
        // The password is worked on before the turn is taken, so that others do not wait for it.
        let keys = Arc::new(accounts::new_keys(invitation.person));
        let account = self.vaults().seal(Arc::clone(&keys), Zeroizing::new(wish.password.reveal().to_owned())).await?;
        let turn = self.turn().await;
        let (hash, invitation) = self.slip(wish.code.reveal())?;
        self.free(&login, invitation.person)?;
        let before = self.desk().people.read(|people| people.newest(invitation.person).cloned());
        let record = match before {
            None => self.first_record(invitation.person, invitation.unit, &invitation.name, &invitation.position, &keys),
            Some(_) => {
                let record = self.ours(invitation.person)?.record;
                let version = record.version.checked_add(1).ok_or(Refused::NoNumberLeft)?;
                PersonRecord { version, sign: keys.sign.public(), seal: keys.open.public(), ..record }
            }
        };
        let signed = SignedPerson::write(record, self.desk().directory().district(), &keys.sign).map_err(|_| Refused::BadName)?;
        self.announce(signed).await?;
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Accounts, login.as_bytes(), &account);
        batch.delete(Tree::Invitations, hash);
        self.ledger().keep(batch).await?;
        drop(turn);
        Ok(self.desk().sessions.change(|sessions| sessions.begin(keys, clock::now())))
    }

    /// Puts a record into the district log.
    pub(crate) async fn announce(&self, signed: SignedPerson) -> Result<(), Refused> {
        self.check(&signed.record)?;
        let draft =
            Draft { topic: Topic::District, precedence: Precedence::Routine, kind: Kind::PERSON, plain: signed.encode(), tag: None };
        self.ledger().write(draft).await?;
        Ok(())
    }

    pub(crate) fn first_record(&self, person: PersonId, unit: UnitId, name: &str, position: &str, keys: &Unlocked) -> PersonRecord {
        PersonRecord {
            person,
            office: self.desk().me,
            unit,
            name: name.to_owned(),
            position: position.to_owned(),
            sign: keys.sign.public(),
            seal: keys.open.public(),
            version: 1,
            active: true,
            next_home: None,
        }
    }

    fn check(&self, record: &PersonRecord) -> Result<(), Refused> {
        self.desk().directory().may_enrol(self.desk().me, record).map_err(|error| match error {
            EnrolError::UnitElsewhere => Refused::NoSuchUnit,
            _ => Refused::MayNotEnrol,
        })
    }

    /// Whether a login is nobody's, or the person's own.
    pub(crate) fn free(&self, login: &str, person: PersonId) -> Result<(), Refused> {
        let taken: Option<Account> = self.desk().store.get_decoded(Tree::Accounts, login.as_bytes())?;
        if taken.is_some_and(|account| account.person != person) { Err(Refused::LoginTaken) } else { Ok(()) }
    }

    fn slip(&self, code: &str) -> Result<(SlipHash, Invitation), Refused> {
        let hash = Slip::read(code).ok_or(Refused::WrongCode)?.hash(self.act_key());
        invitations::find(&self.desk().store, &hash, self.run().now()).map(|invitation| (hash, invitation))
    }

    fn open_invitations(&self) -> Result<Vec<(SlipHash, Invitation)>, Refused> {
        let now = self.run().now();
        Ok(invitations::all(&self.desk().store)?.into_iter().filter(|(_, invitation)| !invitation.is_over(now)).collect())
    }

    fn invitation_view(&self, invitation: Invitation) -> view::Invitation {
        let Invitation { person, name, position, unit, login, ends, .. } = invitation;
        view::Invitation { id: person, name, position, unit, unit_name: self.desk().directory().title(Topic::Unit(unit)), login, ends }
    }
}

fn ttl_ms(ttl_s: Option<u64>) -> Result<u64, Refused> {
    let ttl_s = ttl_s.unwrap_or(DEFAULT_TTL_S);
    if (MIN_TTL_S..=MAX_TTL_S).contains(&ttl_s) { Ok(ttl_s * 1_000) } else { Err(Refused::BadTime) }
}

pub(super) fn check_login(login: &str) -> Result<(), Refused> {
    let fits = (1..=okrug_protocol::bounds::MAX_SLUG).contains(&login.len());
    let plain = login.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if fits && plain { Ok(()) } else { Err(Refused::BadLogin) }
}
