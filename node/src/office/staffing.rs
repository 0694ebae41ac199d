//! Who comes, who changes place, who leaves: what an administrator does with the people of this office.

use std::sync::Arc;

use okrug_protocol::act::{By, Outcome};
use okrug_protocol::clock::Millis;
use okrug_protocol::directory::EnrolError;
use okrug_protocol::entry::Kind;
use okrug_protocol::ids::{PersonId, Precedence, Topic, UnitId};
use okrug_protocol::person::{PersonRecord, SignedPerson};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::accounts::{self, Account};
use super::events::Happened;
use super::handle::{Handle, check_login};
use super::invitations::{self, DEFAULT_TTL_S, Invitation, MAX_TTL_S, MIN_TTL_S};
use super::sessions::{SessionId, Unlocked};
use super::slip::{Slip, SlipHash};
use super::view::{self, Dismissal, Enrol, Invite, Invited, PersonChange, PersonView};
use super::{Deed, Refused};
use crate::clock;
use crate::ledger::Draft;
use crate::store::{Batch, Tree};

/// How often the office looks for what has ended or is due.
const ROUND: std::time::Duration = std::time::Duration::from_secs(60);

/// Coming.
impl Handle {
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

    /// Takes an invitation back. Where it was to give new keys, the old password opens again.
    ///
    /// # Errors
    /// [`Refused::NoSuchPerson`] when none is open for this person.
    pub async fn withdraw(&self, person: PersonId) -> Result<(), Refused> {
        let _turn = self.turn().await;
        let mut batch = Batch::new();
        for (hash, _) in self.open_invitations()?.into_iter().filter(|(_, invitation)| invitation.person == person) {
            batch.delete(Tree::Invitations, hash);
        }
        if batch.is_empty() {
            return Err(Refused::NoSuchPerson);
        }
        if let Some((login, account)) = self.account_of(person)? {
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

/// Changing place, and leaving.
impl Handle {
    /// Gives a person of this office another name, position or unit.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn set_person(&self, person: PersonId, change: PersonChange) -> Result<PersonView, Refused> {
        self.amend(person, |record| {
            let PersonChange { name, position, unit } = change;
            record.name = name.unwrap_or_else(|| std::mem::take(&mut record.name));
            record.position = position.unwrap_or_else(|| std::mem::take(&mut record.position));
            record.unit = unit.unwrap_or(record.unit);
        })
        .await?;
        self.person_of_mine(person)
    }

    /// Lets a person go: from now on they cannot log in or write, their sessions end, and every office hears of it. With a
    /// time to come it is done then.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn dismiss(&self, person: PersonId, dismissal: &Dismissal) -> Result<PersonView, Refused> {
        match dismissal.at.filter(|at| *at > clock::now()) {
            Some(at) => {
                let _turn = self.turn().await;
                self.ours(person)?;
                let mut batch = Batch::new();
                batch.put_encoded(Tree::Leaving, person.0.to_be_bytes(), &at);
                self.ledger().keep(batch).await?;
            }
            None => {
                self.amend(person, |record| record.active = false).await?;
                self.end_sessions(person);
                self.forget_plans(person).await?;
            }
        }
        self.person_of_mine(person)
    }

    /// Takes a dismissal back, or one that was to come.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was changed then.
    pub async fn restore(&self, person: PersonId) -> Result<PersonView, Refused> {
        self.amend(person, |record| record.active = true).await?;
        self.forget_plans(person).await?;
        self.person_of_mine(person)
    }

    /// Ends all sessions of a person at once, and with them their streams; says how many. For whatever takes somebody's
    /// right away, a revocation too.
    pub fn end_sessions(&self, person: PersonId) -> usize {
        self.desk().end_sessions(person, None)
    }

    /// Says something else of a person of this office, without their hand.
    pub(crate) async fn amend(&self, person: PersonId, change: impl FnOnce(&mut PersonRecord)) -> Result<(), Refused> {
        let _turn = self.turn().await;
        let before = self.ours_or_gone(person)?;
        let mut record = before.record.clone();
        change(&mut record);
        if record == before.record {
            return Ok(());
        }
        record.version = record.version.checked_add(1).ok_or(Refused::NoNumberLeft)?;
        self.announce(before.amend(record).map_err(|_| Refused::BadName)?).await
    }

    /// The newest record of a person of this office who serves.
    pub(crate) fn ours(&self, person: PersonId) -> Result<SignedPerson, Refused> {
        let signed = self.ours_or_gone(person)?;
        if signed.record.active { Ok(signed) } else { Err(Refused::HasLeft) }
    }

    /// The newest record of a person of this office, whether they serve or not.
    fn ours_or_gone(&self, person: PersonId) -> Result<SignedPerson, Refused> {
        let newest = self.desk().people.read(|people| people.newest(person).cloned()).ok_or(Refused::NoSuchPerson)?;
        let ours = newest.record.office == self.desk().me && newest.record.next_home.is_none();
        if ours { Ok(newest) } else { Err(Refused::NotOurs) }
    }

    fn person_of_mine(&self, person: PersonId) -> Result<PersonView, Refused> {
        self.people_views()?.into_iter().find(|view| view.id == person).ok_or(Refused::NoSuchPerson)
    }

    async fn forget_plans(&self, person: PersonId) -> Result<(), Refused> {
        let key = person.0.to_be_bytes();
        if self.desk().store.get(Tree::Leaving, &key)?.is_some() {
            let mut batch = Batch::new();
            batch.delete(Tree::Leaving, key);
            self.ledger().keep(batch).await?;
        }
        Ok(())
    }

    /// The login and the account of a person.
    pub(crate) fn account_of(&self, person: PersonId) -> Result<Option<(String, Account)>, Refused> {
        let rows = self.desk().store.scan(Tree::Accounts, &[]).rows(usize::MAX)?;
        let read = |(login, bytes): (Vec<u8>, Vec<u8>)| Some((String::from_utf8(login).ok()?, accounts::read(&bytes)?));
        Ok(rows.into_iter().filter_map(read).find(|(_, account)| account.person == person))
    }

    /// Takes away what has ended, and does what is due.
    pub(crate) async fn tidy(&self) -> Result<(), Refused> {
        self.desk().sessions.change(|sessions| sessions.sweep(clock::now()));
        let now = self.run().now();
        let (over, open): (Vec<_>, Vec<_>) =
            invitations::all(&self.desk().store)?.into_iter().partition(|(_, invitation)| invitation.is_over(now));
        if !over.is_empty() {
            let mut batch = Batch::new();
            over.into_iter().for_each(|(hash, _)| batch.delete(Tree::Invitations, hash));
            self.ledger().keep(batch).await?;
        }
        if !open.is_empty() {
            self.run().keep(&self.desk().store)?;
        }
        for (key, _) in self.desk().store.scan(Tree::Leaving, &[]).rows(usize::MAX)? {
            let Some(person) = key.as_slice().try_into().ok().map(|number| PersonId(u32::from_be_bytes(number))) else { continue };
            let at: Millis = self.desk().store.get_decoded(Tree::Leaving, &key)?.unwrap_or(Millis(u64::MAX));
            if at <= now.wall {
                let dismissal = Dismissal { reason: String::new(), at: None };
                let left = self.dismiss(person, &dismissal).await;
                let outcome = if left.is_ok() { Outcome::Done } else { Outcome::Unknown };
                let deed = Deed::new(By::Node, "person.leave").about(okrug_protocol::act::About::Person(person));
                self.record_act(deed, outcome).await?;
                self.forget_plans(person).await?;
            }
        }
        Ok(())
    }
}

fn ttl_ms(ttl_s: Option<u64>) -> Result<u64, Refused> {
    let ttl_s = ttl_s.unwrap_or(DEFAULT_TTL_S);
    if (MIN_TTL_S..=MAX_TTL_S).contains(&ttl_s) { Ok(ttl_s * 1_000) } else { Err(Refused::BadTime) }
}

/// Tidies until `stop`.
pub(crate) async fn tidy_up(office: Handle, stop: CancellationToken) {
    let mut round = tokio::time::interval(ROUND);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = round.tick() => {}
        }
        if let Err(error) = office.tidy().await {
            tracing::warn!(event = "tidying_failed", %error, "what has ended is taken away later");
        }
    }
}

impl super::desk::Desk {
    /// Ends the sessions of a person but one; says how many.
    pub(crate) fn end_sessions(&self, person: PersonId, but: Option<SessionId>) -> usize {
        let ended = self.sessions.change(|sessions| sessions.end_all(person, but));
        if ended > 0 {
            // Whoever waits for events of such a session looks and finds it ended.
            self.events.tell(Happened::Ended);
        }
        ended
    }

    /// Ends one session.
    pub(crate) fn end_session(&self, session: SessionId) {
        self.sessions.change(|sessions| sessions.end(session));
        self.events.tell(Happened::Ended);
    }
}
