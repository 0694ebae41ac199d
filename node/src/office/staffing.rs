//! Who changes place and who leaves: what an administrator does with the people of this office.

use okrug_protocol::act::{By, Outcome};
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::PersonId;
use okrug_protocol::person::{PersonRecord, SignedPerson};
use tokio_util::sync::CancellationToken;

use super::accounts::{self, Account};
use super::events::Happened;
use super::handle::Handle;
use super::invitations;
use super::sessions::SessionId;
use super::view::{self, Dismissal, PersonChange, PersonView};
use super::{Deed, Refused};
use crate::clock;
use crate::store::{Batch, Tree};

/// How often the office looks for what has ended or is due.
const ROUND: std::time::Duration = std::time::Duration::from_secs(60);

impl Handle {
    /// The people of this office with their logins.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn people_views(&self) -> Result<Vec<PersonView>, Refused> {
        let rows = self.desk().store.scan(Tree::Accounts, &[]).rows(usize::MAX)?;
        let view = |(login, bytes): (Vec<u8>, Vec<u8>)| {
            let account = accounts::read(&bytes)?;
            let record = self.desk().record(account.person)?;
            let view::Person { id, name, position, unit, unit_name } = self.person_view(&record);
            let (active, locked, it) = (record.active, account.locked, self.desk().is_keeper(id));
            Some(PersonView { id, login: String::from_utf8(login).ok()?, name, position, unit, unit_name, active, locked, it })
        };
        let mut people: Vec<_> = rows.into_iter().filter_map(view).collect();
        // They lie by login.
        people.sort_by_key(|person| person.id);
        Ok(people)
    }

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
