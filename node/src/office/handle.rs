//! The office's handle: all that its people, its administrators and its neighbours ask of it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use okrug_protocol::act::Act;
use okrug_protocol::behalf::Behalf;
use okrug_protocol::codec;
use okrug_protocol::delivery::Holdings;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::ids::{LogId, OfficeId, PersonId, Seq, Topic};
use okrug_protocol::person::{PersonRecord, SignedPerson};
use okrug_protocol::role::RoleRecord;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::timeline::Position;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use zeroize::Zeroizing;

use super::Refused;
use super::accounts::{self, Account, Vaults};
use super::acts;
use super::appoint::{Appointments, keep_terms};
use super::chat::ChatKey;
use super::compose::Composer;
use super::desk::{Desk, Link};
use super::duties::Duties;
use super::events::{Events, Happened};
use super::filing::Filer;
use super::invitations::Run;
use super::moving::hand_out_all;
use super::people::read_people;
use super::receipts::{Dirty, Pace, write_checkpoints};
use super::sessions::{SessionId, Sessions, Unlocked};
use super::staffing::tidy_up;
use super::stream::{EventStream, Missed};
use super::view::{self, BehalfId, ChatId, Cursor, Me, NewPerson, NodeStatus, Page, PersonView, Post, Posted};
use crate::documents::Documents;
use crate::ledger::{self, Filing};
use crate::shared::Shared;
use crate::store::key::split_log;
use crate::store::{Batch, Store, StoreError, Tree};

/// Messages of one page of history.
const MAX_PAGE: usize = 200;

/// An office whose ledger does not run yet.
#[derive(Debug)]
pub struct Office {
    desk: Arc<Desk>,
    dirty: Dirty,
    vaults: Vaults,
    act_key: SharedKey,
    unended: Vec<(Vec<u8>, Act)>,
    run: Run,
}

impl Office {
    /// Reads what the office knows from its store.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn open(me: OfficeId, documents: Arc<Documents>, store: Store, vault_key: SharedKey) -> Result<Self, StoreError> {
        let people = read_people(&store, &documents)?;
        let (duties, holdings) = (read_duties(&store)?, read_holdings(&store)?);
        let desk = Arc::new(Desk {
            me,
            documents,
            store,
            people: Shared::new(people),
            duties: Shared::new(duties),
            holdings: Shared::new(holdings),
            sessions: Shared::new(Sessions::default()),
            links: Shared::new(HashMap::new()),
            events: Events::new(),
            started: crate::clock::now(),
            outgoing: tokio::sync::Notify::new(),
        });
        let unended = acts::unended(&desk.store)?;
        let run = Run::read(&desk.store)?;
        Ok(Self { run, desk, dirty: Dirty::default(), vaults: Vaults::new(vault_key.clone()), act_key: vault_key, unended })
    }

    /// What files entries on the ledger's thread.
    #[must_use]
    pub fn filing(&self) -> Box<dyn Filing> {
        Box::new(Filer::new(Arc::clone(&self.desk), self.dirty.clone()))
    }

    /// Begins to work with the ledger; checkpoints are written until `stop`.
    #[must_use]
    pub fn start(self, ledger: ledger::Handle, pace: Pace, tasks: &TaskTracker, stop: CancellationToken) -> Handle {
        let composer = Composer::new(Arc::clone(&self.desk), ledger.clone());
        tasks.spawn(write_checkpoints(self.dirty, ledger.clone(), pace, stop.clone()));
        let enrolling = Arc::new(tokio::sync::Mutex::new(()));
        let act_key = Arc::new(self.act_key);
        let appointments = Appointments::new(Arc::clone(&self.desk), ledger.clone(), Arc::clone(&act_key));
        tasks.spawn(keep_terms(appointments.clone(), stop.clone()));
        let handle = Handle { desk: self.desk, composer, vaults: self.vaults, ledger, act_key, appointments, run: self.run, enrolling };
        tasks.spawn(tidy_up(handle.clone(), stop.clone()));
        tasks.spawn(hand_out_all(handle.clone(), stop));
        tasks.spawn(acts::end_all(handle.clone(), self.unended));
        handle
    }
}

/// The way into the office; cheap to clone.
#[derive(Debug, Clone)]
pub struct Handle {
    desk: Arc<Desk>,
    composer: Composer,
    vaults: Vaults,
    ledger: ledger::Handle,
    /// Opens this office's acts.
    act_key: Arc<SharedKey>,
    appointments: Appointments,
    run: Run,
    /// Held while a number is given.
    enrolling: Arc<tokio::sync::Mutex<()>>,
}

impl Handle {
    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(super) fn appointments(&self) -> &Appointments {
        &self.appointments
    }

    pub(super) fn shared_desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    pub(super) fn ledger(&self) -> &ledger::Handle {
        &self.ledger
    }

    pub(super) fn act_key(&self) -> &SharedKey {
        &self.act_key
    }

    pub(super) fn vaults(&self) -> &Vaults {
        &self.vaults
    }

    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    /// Whoever changes the staff of this office does it in turn.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.enrolling.lock().await
    }
}

/// People of this office.
impl Handle {
    /// Opens a person's keys and begins a session.
    ///
    /// # Errors
    /// [`Refused::WrongLogin`] after the same time whether the login exists or not; [`Refused::Busy`].
    pub async fn login(&self, login: &str, password: &str) -> Result<SessionId, Refused> {
        let account: Option<Account> = self.desk.store.get_decoded(Tree::Accounts, login.as_bytes())?;
        let came = account.as_ref().is_some_and(|account| account.share.is_some());
        let keys = Arc::new(self.vaults.open(account, Zeroizing::new(password.to_owned())).await?);
        let revoked = self.desk.directory().person_revoked_since(keys.person).is_some();
        if revoked || !self.desk.record(keys.person).is_some_and(|record| record.active && record.office == self.desk.me) {
            return Err(Refused::WrongLogin);
        }
        if came {
            // The vault was closed at another node; from now on this one opens it.
            let account = self.vaults.seal(Arc::clone(&keys), Zeroizing::new(password.to_owned())).await?;
            let mut batch = Batch::new();
            batch.put_encoded(Tree::Accounts, login.as_bytes(), &account);
            self.ledger.keep(batch).await?;
        }
        // Whoever comes to their shift finds what was written to the role.
        if let Err(error) = self.appointments.renew().await {
            tracing::warn!(event = "role_not_renewed", %error);
        }
        Ok(self.desk.sessions.change(|sessions| sessions.begin(keys, crate::clock::now())))
    }

    /// Ends a session and wipes its keys.
    pub fn logout(&self, session: SessionId) {
        self.desk.sessions.change(|sessions| sessions.end(session));
    }

    /// Who a session is.
    ///
    /// # Errors
    /// [`Refused::NoSession`].
    pub fn who(&self, session: SessionId) -> Result<Me, Refused> {
        let (_, record) = self.person(session)?;
        let now = crate::clock::now();
        let acts_for = self.desk.acts_for(record.person, now);
        let rights = if record.active { vec!["post".to_owned()] } else { Vec::new() };
        Ok(Me {
            person: self.person_view(&record),
            office: self.desk.my_office(),
            district: self.desk.district(now),
            rights,
            acts_for,
            alarms: self.alarm_codes(),
        })
    }

    /// What should not be, by names that the page has words for.
    fn alarm_codes(&self) -> Vec<String> {
        let mut codes: Vec<_> = self.ledger.alarms().iter().map(|alarm| alarm.code().to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    }

    fn person_view(&self, record: &PersonRecord) -> view::Person {
        view::Person {
            id: record.person,
            name: record.name.clone(),
            position: record.position.clone(),
            unit: record.unit,
            unit_name: self.desk.directory().title(Topic::Unit(record.unit)),
        }
    }

    pub(super) fn keys(&self, session: SessionId) -> Result<Arc<Unlocked>, Refused> {
        self.desk.sessions.change(|sessions| sessions.keys(session, crate::clock::now())).ok_or(Refused::NoSession)
    }

    fn person(&self, session: SessionId) -> Result<(Arc<Unlocked>, PersonRecord), Refused> {
        let keys = self.keys(session)?;
        let record = self.desk.record(keys.person).ok_or(Refused::NoSession)?;
        Ok((keys, record))
    }
}

/// What a person reads and writes.
impl Handle {
    /// The organisation tree.
    ///
    /// # Errors
    /// [`Refused::NoSession`].
    pub fn tree(&self, session: SessionId) -> Result<view::Tree, Refused> {
        Ok(self.desk.tree(Some(self.keys(session)?.person)))
    }

    /// A person's conversations.
    ///
    /// # Errors
    /// [`Refused::NoSession`], or the store does not answer.
    pub fn chats(&self, session: SessionId) -> Result<Vec<view::Chat>, Refused> {
        let (mut chats, unopened) = (self.desk.chats(&*self.keys(session)?)?, self.ledger.unopened());
        for chat in &mut chats {
            let topic = match chat.id {
                ChatId::District => Topic::District,
                ChatId::Unit(unit) => Topic::Unit(unit),
                ChatId::Group(group) => Topic::Group(group),
                // Nobody can tell of a direct message that does not open for whom it was.
                _ => continue,
            };
            chat.unopened = super::unopened::of_topic(topic, &unopened);
        }
        Ok(chats)
    }

    /// A page of a conversation, oldest first, ending before `before` or at the end.
    ///
    /// # Errors
    /// [`Refused::NoSuchChat`] when the person has no part in it.
    pub fn history(&self, session: SessionId, chat: ChatId, before: Option<Cursor>, limit: usize) -> Result<Page, Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        let limit = limit.clamp(1, MAX_PAGE);
        let rows = self.desk.rows_before(&chat, before.map(|cursor| cursor.0).as_ref(), limit)?;
        let before = (rows.len() == limit).then(|| rows.first().map(|(position, _)| Cursor(*position))).flatten();
        Ok(Page { messages: rows.iter().filter_map(|row| self.desk.seen(&chat, row, &keys)).collect(), before })
    }

    /// Says something; it is on this office's disk when this returns.
    ///
    /// # Errors
    /// See [`Refused`]; nothing was written then.
    pub async fn post(&self, session: SessionId, chat: ChatId, mut post: Post) -> Result<Posted, Refused> {
        let keys = self.keys(session)?;
        if let ChatId::Desk(role, _) = chat {
            post.on_behalf_of.get_or_insert(BehalfId(Behalf::Role(role)));
        }
        let chat = ChatKey::named(chat, keys.person);
        let (place, repeated) = self.composer.post(&keys, chat, post).await?;
        let (header, _) = self.desk.message(&place).ok_or(Refused::NoSuchMessage)?;
        let position = Position { time: header.time, log: place.log, seq: place.seq };
        let row = self.desk.row(&chat, &position)?.ok_or(Refused::NoSuchMessage)?;
        let message = self.desk.seen(&chat, &(position, row), &keys).ok_or(Refused::NoSuchChat)?;
        Ok(Posted { message, repeated })
    }

    /// Marks a conversation as read up to a message.
    ///
    /// # Errors
    /// [`Refused::NoSuchChat`] or [`Refused::NoSuchMessage`].
    pub fn read(&self, session: SessionId, chat: ChatId, cursor: Cursor) -> Result<(), Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        if self.desk.set_mark(keys.person, &chat, &cursor.0)? {
            self.desk.events.tell(Happened::Read { person: keys.person, chat });
        }
        Ok(())
    }

    /// What happens from now on, or since the number `after`.
    ///
    /// # Errors
    /// [`Refused::NoSession`], or the store does not answer.
    pub fn events(&self, session: SessionId, after: Option<u64>, missed: Missed) -> Result<EventStream, Refused> {
        let keys = self.keys(session)?;
        EventStream::begin(Arc::clone(&self.desk), session, keys, after, missed)
    }

    pub(super) fn seen_chat(&self, session: SessionId, chat: ChatId) -> Result<(Arc<Unlocked>, ChatKey), Refused> {
        let (keys, record) = self.person(session)?;
        let chat = ChatKey::named(chat, keys.person);
        let known = match chat {
            ChatKey::Role(role, with) => self.desk.duties.read(|duties| duties.role(role).is_some()) && self.desk.record(with).is_some(),
            _ => chat.other(keys.person).is_none_or(|other| self.desk.record(other).is_some()),
        };
        if self.desk.sees(&record, &chat) && known { Ok((keys, chat)) } else { Err(Refused::NoSuchChat) }
    }
}

/// What administrators ask.
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
        let mut account = self.vaults.seal(Arc::clone(&draft), password).await?;
        let _turn = self.enrolling.lock().await;
        if self.desk.store.get(Tree::Accounts, new.login.as_bytes())?.is_some() {
            return Err(Refused::LoginTaken);
        }
        let promised = self.invitations()?.into_iter().map(|invitation| invitation.id);
        let person = self.desk.people.read(|people| people.next_number(self.desk.me, promised)).ok_or(Refused::NoNumberLeft)?;
        account.person = person;
        let record = self.first_record(person, new.unit, &new.name, &new.position, &draft);
        let signed = SignedPerson::write(record, self.desk.directory().district(), &draft.sign).map_err(|_| Refused::BadName)?;
        self.announce(signed).await?;
        let mut batch = Batch::new();
        batch.put_encoded(Tree::Accounts, new.login.as_bytes(), &account);
        // Nobody else can give a vault back: it goes to the journal too, should the store be lost.
        self.ledger.keep(batch).await?;
        self.people_views()?.into_iter().find(|view| view.id == person).ok_or(Refused::NoSuchPerson)
    }

    /// The people of this office with their logins.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn people_views(&self) -> Result<Vec<PersonView>, Refused> {
        let rows = self.desk.store.scan(Tree::Accounts, &[]).rows(usize::MAX)?;
        let view = |(login, bytes): (Vec<u8>, Vec<u8>)| {
            let account = accounts::read(&bytes)?;
            let record = self.desk.record(account.person)?;
            let view::Person { id, name, position, unit, unit_name } = self.person_view(&record);
            Some(PersonView { id, login: String::from_utf8(login).ok()?, name, position, unit, unit_name, active: record.active })
        };
        let mut people: Vec<_> = rows.into_iter().filter_map(view).collect();
        // They lie by login.
        people.sort_by_key(|person| person.id);
        Ok(people)
    }

    /// The office's name.
    #[must_use]
    pub fn name(&self) -> String {
        self.desk.my_office().name
    }

    /// The organisation tree, as it is to nobody in particular.
    #[must_use]
    pub fn whole_tree(&self) -> view::Tree {
        self.desk.tree(None)
    }

    /// Takes a district file.
    ///
    /// # Errors
    /// Nothing of it is taken when a part is not to be believed.
    pub fn district_file(&self, bytes: &[u8]) -> Result<view::Accepted, Refused> {
        let newer = self.desk.documents.accept_file(bytes)?;
        self.directory_changed();
        Ok(view::Accepted { newer, documents: self.desk.document_versions(crate::clock::now()) })
    }

    /// The node's state.
    #[must_use]
    pub fn status(&self) -> NodeStatus {
        let heads: Vec<_> = self.ledger.heads().into_iter().map(|head| (head.log, head.seq)).collect();
        self.desk.status(&heads, &self.ledger.alarms(), &self.ledger.unopened())
    }

    /// By which ways entries of other offices have come.
    #[must_use]
    pub fn arrivals(&self) -> ledger::Arrivals {
        self.ledger.arrivals()
    }
}

/// What the mesh and the exchange tell.
impl Handle {
    /// How a link stands now.
    pub fn link(&self, office: OfficeId, link: Link) {
        let changed = self.desk.links.change(|links| {
            let before = links.insert(office, link.clone());
            before.is_none_or(|before| before.up != link.up)
        });
        if changed {
            self.desk.events.tell(Happened::Link(office));
        }
    }

    /// What a neighbour durably holds.
    pub fn holds(&self, office: OfficeId, heads: &[(LogId, Seq)]) {
        self.desk.neighbour_holds(office, heads);
    }

    /// The chart or the people changed.
    pub fn directory_changed(&self) {
        let directory = self.desk.directory();
        let revoked = |person| directory.person_revoked_since(person).is_some();
        if self.desk.sessions.change(|sessions| sessions.end_of(revoked)) > 0 {
            self.desk.events.tell(Happened::Ended);
        }
        self.desk.events.tell(Happened::Directory(self.desk.directory().version()));
    }
}

pub(super) fn check_login(login: &str) -> Result<(), Refused> {
    let fits = (1..=okrug_protocol::bounds::MAX_SLUG).contains(&login.len());
    let plain = login.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if fits && plain { Ok(()) } else { Err(Refused::BadLogin) }
}

fn read_duties(store: &Store) -> Result<Duties, StoreError> {
    let mut duties = Duties::default();
    store.scan(Tree::Roles, &[]).each(|_, bytes| {
        RoleRecord::read(&bytes).iter().for_each(|record| duties.learn_role(record));
        ControlFlow::Continue(())
    })?;
    store.scan(Tree::Deputies, &[]).each(|_, bytes| {
        DeputyRecord::read(&bytes).iter().for_each(|record| duties.learn_deputy(record));
        ControlFlow::Continue(())
    })?;
    Ok(duties)
}

fn read_holdings(store: &Store) -> Result<Holdings, StoreError> {
    let mut holdings = Holdings::default();
    store.scan(Tree::Holdings, &[]).each(|key, bytes| {
        let held = split_log(key).and_then(|(log, office)| Some((log, OfficeId(u32::from_be_bytes(office.try_into().ok()?)))));
        if let (Some((log, office)), Ok(seq)) = (held, codec::decode::<Seq>(&bytes, 16)) {
            holdings.learn(office, log, seq);
        }
        ControlFlow::Continue(())
    })?;
    Ok(holdings)
}
