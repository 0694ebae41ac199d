//! Who is logged in: the only place where a person's secret keys are open.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use okrug_protocol::clock::Millis;
use okrug_protocol::digest;
use okrug_protocol::ids::{PersonId, hex};
use okrug_protocol::labels;
use okrug_protocol::seal::OpenKey;
use okrug_protocol::sign::SecretKey;
use rand_core::RngCore;

use super::duties::Opened;
use super::view::{Device, Program};

/// A session ends after so long without a request.
pub(crate) const SESSION_IDLE_MS: u64 = 30 * 60 * 1_000;
/// A session ends after so long in any case.
pub const SESSION_MAX_MS: u64 = 8 * 60 * 60 * 1_000;
/// Sessions of one person at once; the oldest ends when there would be more.
const MAX_PER_PERSON: usize = 16;

/// Names a session; known to its holder alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId([u8; 32]);

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("session")
    }
}

impl SessionId {
    /// As text, for a cookie.
    #[must_use]
    pub fn to_text(&self) -> String {
        hex(&self.0)
    }

    /// What a session is called where it is listed: it says nothing about the id.
    #[must_use]
    pub fn mark(&self) -> String {
        hex(&digest::hash(labels::SESSION_MARK, &[&self.0]).0[..6])
    }

    /// Reads the text.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        okrug_protocol::ids::unhex(text)?.try_into().ok().map(Self)
    }
}

/// From where somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The address of the connection.
    pub address: IpAddr,
    /// What it called itself.
    pub device: Device,
}

/// A running session, as it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Running {
    pub(crate) id: SessionId,
    pub(crate) began: Millis,
    pub(crate) used: Millis,
    pub(crate) from: Option<Origin>,
}

/// A person's open keys; wiped when the last holder drops them.
#[derive(Debug)]
pub(crate) struct Unlocked {
    pub(crate) person: PersonId,
    pub(crate) sign: SecretKey,
    pub(crate) open: OpenKey,
    /// What these keys have opened of the roles whose duty the person has.
    pub(crate) opened: Opened,
}

#[derive(Debug)]
struct Session {
    keys: Arc<Unlocked>,
    began: Millis,
    used: Millis,
    from: Option<Origin>,
}

/// All sessions of this office.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    running: HashMap<SessionId, Session>,
}

impl Sessions {
    /// Begins a session.
    pub(crate) fn begin(&mut self, keys: impl Into<Arc<Unlocked>>, now: Millis) -> SessionId {
        let keys = keys.into();
        self.sweep(now);
        let person = keys.person;
        let mine = |session: &Session| session.keys.person == person;
        if self.running.values().filter(|s| mine(s)).count() >= MAX_PER_PERSON {
            let oldest = self.running.iter().filter(|(_, s)| mine(s)).min_by_key(|(_, s)| s.used).map(|(id, _)| *id);
            oldest.map(|id| self.running.remove(&id));
        }
        let mut id = SessionId([0; 32]);
        crate::clock::rng().fill_bytes(&mut id.0);
        self.running.insert(id, Session { keys, began: now, used: now, from: None });
        id
    }

    /// Remembers from where a session began.
    pub(crate) fn came(&mut self, id: SessionId, from: Origin) {
        if let Some(session) = self.running.get_mut(&id) {
            session.from = Some(from);
        }
    }

    /// The program that a session came from, where it was told.
    pub(crate) fn program(&self, id: SessionId) -> Option<Program> {
        self.running.get(&id)?.from.map(|from| from.device.program)
    }

    /// The keys of a session that has not ended; being asked for keeps it alive.
    pub(crate) fn keys(&mut self, id: SessionId, now: Millis) -> Option<Arc<Unlocked>> {
        let session = self.running.get_mut(&id)?;
        if is_over(session, now) {
            self.running.remove(&id);
            return None;
        }
        session.used = now;
        Some(Arc::clone(&session.keys))
    }

    /// Ends a session.
    pub(crate) fn end(&mut self, id: SessionId) {
        self.running.remove(&id);
    }

    /// The running sessions of a person, the newest first.
    pub(crate) fn of(&self, person: PersonId, now: Millis) -> Vec<Running> {
        let mine = self.running.iter().filter(|(_, session)| session.keys.person == person && !is_over(session, now));
        let running =
            |(id, session): (&SessionId, &Session)| Running { id: *id, began: session.began, used: session.used, from: session.from };
        let mut all: Vec<_> = mine.map(running).collect();
        all.sort_by_key(|one| (std::cmp::Reverse(one.began), one.id.mark()));
        all
    }

    /// Ends all sessions of a person but one; says how many.
    pub(crate) fn end_all(&mut self, person: PersonId, but: Option<SessionId>) -> usize {
        let before = self.running.len();
        self.running.retain(|id, session| session.keys.person != person || Some(*id) == but);
        before - self.running.len()
    }

    /// Ends the sessions of everybody to whom this applies; says how many.
    pub(crate) fn end_of(&mut self, whose: impl Fn(PersonId) -> bool) -> usize {
        let before = self.running.len();
        self.running.retain(|_, session| !whose(session.keys.person));
        before - self.running.len()
    }

    /// Wipes what has ended.
    pub(crate) fn sweep(&mut self, now: Millis) {
        self.running.retain(|_, session| !is_over(session, now));
    }
}

fn is_over(session: &Session, now: Millis) -> bool {
    // A clock that went back ends no session: `since` gives 0 then.
    now.since(session.used) > SESSION_IDLE_MS || now.since(session.began) > SESSION_MAX_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Unlocked {
        Unlocked {
            person: PersonId(10_001),
            sign: SecretKey::from_seed(&[1; 32]),
            open: OpenKey::from_seed(&[2; 32]),
            opened: Opened::default(),
        }
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_not_longer_than_a_working_day() {
        let mut sessions = Sessions::default();
        let id = sessions.begin(keys(), Millis(0));
        let mut now = Millis(0);
        while now.0 <= SESSION_MAX_MS {
            assert!(sessions.keys(id, now).is_some(), "at {now:?}");
            now = now.plus(SESSION_IDLE_MS);
        }
        assert!(sessions.keys(id, now).is_none());
    }

    #[test]
    fn an_idle_session_ends_and_a_closed_one_too() {
        let mut sessions = Sessions::default();
        let id = sessions.begin(keys(), Millis(0));
        assert!(sessions.keys(id, Millis(SESSION_IDLE_MS + 1)).is_none());
        let id = sessions.begin(keys(), Millis(0));
        sessions.end(id);
        assert!(sessions.keys(id, Millis(0)).is_none());
    }

    #[test]
    fn all_sessions_of_one_person_end_together_and_nobody_elses() {
        let mut sessions = Sessions::default();
        let [own, other] = [0, 1].map(|n| sessions.begin(keys(), Millis(n)));
        let colleague = sessions.begin(Unlocked { person: PersonId(10_002), ..keys() }, Millis(0));
        assert_eq!(sessions.of(PersonId(10_001), Millis(1)).iter().map(|one| one.id).collect::<Vec<_>>(), [other, own]);
        assert_eq!(sessions.end_all(PersonId(10_001), Some(own)), 1);
        assert!(sessions.keys(own, Millis(1)).is_some() && sessions.keys(other, Millis(1)).is_none());
        assert_eq!(sessions.end_all(PersonId(10_001), None), 1);
        assert!(sessions.keys(colleague, Millis(1)).is_some() && sessions.of(PersonId(10_001), Millis(1)).is_empty());
    }

    #[test]
    fn one_person_cannot_fill_the_node_with_sessions() {
        let mut sessions = Sessions::default();
        let first = sessions.begin(keys(), Millis(0));
        for n in 1..=16 {
            sessions.begin(keys(), Millis(n));
        }
        assert_eq!(sessions.running.len(), MAX_PER_PERSON);
        assert!(sessions.keys(first, Millis(20)).is_none());
    }
}
