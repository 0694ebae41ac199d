//! What a person does with their own password and sessions.

use std::sync::Arc;

use okrug_protocol::ids::PersonId;
use zeroize::Zeroizing;

use super::Refused;
use super::handle::Handle;
use super::sessions::SessionId;
use super::view;
use crate::clock;
use crate::store::{Batch, Tree};

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
        };
        view::Sessions { sessions: running.into_iter().map(view).collect() }
    }
}
