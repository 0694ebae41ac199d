//! Logging in, and what a person does with their own password and sessions.

use std::sync::Arc;

use okrug_protocol::ids::{PersonId, Topic};
use okrug_protocol::person::PersonRecord;
use zeroize::Zeroizing;

use super::Refused;
use super::accounts::Account;
use super::handle::Handle;
use super::sessions::{Origin, SessionId, Unlocked};
use super::view::{self, Me};
use crate::clock;
use crate::store::{Batch, Tree};

/// Coming in.
impl Handle {
    /// Opens a person's keys and begins a session.
    ///
    /// # Errors
    /// [`Refused::WrongLogin`] after the same time whether the login exists or not; [`Refused::Busy`].
    pub async fn login(&self, login: &str, password: &str) -> Result<SessionId, Refused> {
        let account: Option<Account> = self.desk().store.get_decoded(Tree::Accounts, login.as_bytes())?;
        let came = account.as_ref().is_some_and(|account| account.share.is_some());
        let keys = Arc::new(self.vaults().open(account, Zeroizing::new(password.to_owned())).await?);
        let revoked = self.desk().directory().person_revoked_since(keys.person).is_some();
        // A vault with other keys than the person's record names is somebody else's, whoever handed it over.
        let theirs = |record: &PersonRecord| record.sign == keys.sign.public() && record.seal == keys.open.public();
        let serves = |record: PersonRecord| record.active && record.office == self.desk().me && theirs(&record);
        if revoked || !self.desk().record(keys.person).is_some_and(serves) {
            return Err(Refused::WrongLogin);
        }
        if came {
            // The vault was closed at another node; from now on this one opens it.
            let account = self.vaults().seal(Arc::clone(&keys), Zeroizing::new(password.to_owned())).await?;
            let mut batch = Batch::new();
            batch.put_encoded(Tree::Accounts, login.as_bytes(), &account);
            self.ledger().keep(batch).await?;
        }
        // Whoever comes to their shift finds what was written to the role.
        if let Err(error) = self.appointments().renew().await {
            tracing::warn!(event = "role_not_renewed", %error);
        }
        Ok(self.desk().sessions.change(|sessions| sessions.begin(keys, clock::now())))
    }

    /// Ends a session and wipes its keys.
    pub fn logout(&self, session: SessionId) {
        self.desk().sessions.change(|sessions| sessions.end(session));
    }

    /// Who a session is.
    ///
    /// # Errors
    /// [`Refused::NoSession`].
    pub fn who(&self, session: SessionId) -> Result<Me, Refused> {
        let (_, record) = self.person(session)?;
        let now = clock::now();
        let acts_for = self.desk().acts_for(record.person, now);
        let writes = record.active && !self.desk().directory().is_suspended(self.desk().me);
        let it = self.desk().is_keeper(record.person).then_some(super::keepers::IT);
        let rights = writes.then_some("post").into_iter().chain(it).map(str::to_owned).collect();
        Ok(Me {
            person: self.person_view(&record),
            office: self.desk().my_office(),
            district: self.desk().district(now),
            rights,
            acts_for,
            alarms: self.alarm_codes(),
        })
    }

    /// What should not be, by names that the page has words for.
    fn alarm_codes(&self) -> Vec<String> {
        let mut codes: Vec<_> = self.ledger().alarms().iter().map(|alarm| alarm.code().to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    }

    pub(super) fn person_view(&self, record: &PersonRecord) -> view::Person {
        view::Person {
            id: record.person,
            name: record.name.clone(),
            position: record.position.clone(),
            unit: record.unit,
            unit_name: self.desk().directory().title(Topic::Unit(record.unit)),
        }
    }

    pub(super) fn keys(&self, session: SessionId) -> Result<Arc<Unlocked>, Refused> {
        self.desk().sessions.change(|sessions| sessions.keys(session, clock::now())).ok_or(Refused::NoSession)
    }

    pub(super) fn person(&self, session: SessionId) -> Result<(Arc<Unlocked>, PersonRecord), Refused> {
        let keys = self.keys(session)?;
        let record = self.desk().record(keys.person).ok_or(Refused::NoSession)?;
        Ok((keys, record))
    }
}

/// Passwords and sessions.
impl Handle {
    /// Closes a person's keys under another password and ends their other sessions; says how many.
    ///
    /// # Errors
    /// [`Refused::WrongPassword`] when the old one does not open; nothing was changed then.
    pub async fn change_password(&self, session: SessionId, old: &str, new: &str) -> Result<usize, Refused> {
        let person = self.who(session)?.person.id;
        let (login, account) = self.account_of(person)?.ok_or(Refused::NoSession)?;
        let opened = self.vaults().open(Some(account.clone()), Zeroizing::new(old.to_owned())).await;
        let keys = opened.map_err(|refused| if matches!(refused, Refused::WrongLogin) { Refused::WrongPassword } else { refused })?;
        let changed = self.vaults().seal(Arc::new(keys), Zeroizing::new(new.to_owned())).await?;
        let _turn = self.turn().await;
        // Who was reset or let go meanwhile has no password to change.
        let now = self.account_of(person)?.ok_or(Refused::NoSession)?.1;
        if now != account {
            return Err(Refused::NoSession);
        }
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Accounts, login.as_bytes(), &changed);
        self.ledger().keep(batch).await?;
        Ok(self.desk().end_sessions(person, Some(session)))
    }

    /// The login of whoever has this session.
    ///
    /// # Errors
    /// [`Refused::NoSession`].
    pub fn login_of(&self, session: SessionId) -> Result<String, Refused> {
        let person = self.who(session)?.person.id;
        self.account_of(person)?.map(|(login, _)| login).ok_or(Refused::NoSession)
    }

    /// Remembers from where a session began, for whoever lists their sessions.
    pub fn came(&self, session: SessionId, from: Origin) {
        self.desk().sessions.change(|sessions| sessions.came(session, from));
    }

    /// A person's own sessions, the newest first.
    ///
    /// # Errors
    /// [`Refused::NoSession`].
    pub fn own_sessions(&self, session: SessionId) -> Result<view::Sessions, Refused> {
        let person = self.who(session)?.person.id;
        Ok(self.listed(person, Some(session)))
    }

    /// The sessions of a person of this office, for the administrator.
    ///
    /// # Errors
    /// [`Refused::NoSuchPerson`] when nobody here has this number.
    pub fn sessions_of(&self, person: PersonId) -> Result<view::Sessions, Refused> {
        self.account_of(person)?.ok_or(Refused::NoSuchPerson)?;
        Ok(self.listed(person, None))
    }

    /// Ends one of a person's own sessions by what it is called; the session itself where it is the one that asks.
    ///
    /// # Errors
    /// [`Refused::NoSuchSession`].
    pub fn end_own_session(&self, session: SessionId, mark: &str) -> Result<(), Refused> {
        let person = self.who(session)?.person.id;
        let running = self.desk().sessions.read(|sessions| sessions.of(person, clock::now()));
        let id = running.iter().map(|one| one.id).find(|id| id.mark() == mark).ok_or(Refused::NoSuchSession)?;
        self.desk().end_session(id);
        Ok(())
    }

    /// Ends all of a person's own sessions but the one that asks; says how many.
    ///
    /// # Errors
    /// [`Refused::NoSession`].
    pub fn end_other_sessions(&self, session: SessionId) -> Result<usize, Refused> {
        let person = self.who(session)?.person.id;
        Ok(self.desk().end_sessions(person, Some(session)))
    }

    fn listed(&self, person: PersonId, current: Option<SessionId>) -> view::Sessions {
        let running = self.desk().sessions.read(|sessions| sessions.of(person, clock::now()));
        let view = |one: super::sessions::Running| view::Session {
            id: one.id.mark(),
            began: one.began,
            used: one.used,
            current: Some(one.id) == current,
            address: one.from.map(|from| from.address.to_string()),
            device: one.from.map(|from| from.device).unwrap_or_default(),
        };
        view::Sessions { sessions: running.into_iter().map(view).collect() }
    }
}
