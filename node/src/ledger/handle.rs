//! The way in: a cheap handle to the ledger's thread.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use okrug_protocol::directory::Directory;
use okrug_protocol::frontier::{HeadOf, Kept};
use okrug_protocol::ids::{Epoch, Incarnation, LogId, OfficeId, Seq};
use okrug_protocol::log::LogState;
use tokio::sync::{Notify, broadcast, mpsc, oneshot};

use super::bundle::Wish;
use super::carried::{Carried, DEFAULT_QUOTA};
use super::pace::{Slowed, Waiting};
use super::{Alarm, Draft, Unopened, Verdict, WriteError, Written};
use crate::store::{Batch, Store, StoreError};

/// Commands that wait for the ledger's thread; when there are so many, the next one waits to be sent.
const MAX_COMMANDS: usize = 1_024;
/// Appended entries that a slow subscriber may be behind; then it is told that it lagged.
const MAX_EVENTS: usize = 1_024;
/// Alarms that are kept for the status page; of more, the latest.
const MAX_ALARMS: usize = 64;

/// A log has grown, durably.
#[derive(Clone)]
pub struct Appended {
    /// Its head now.
    pub head: HeadOf,
    /// The neighbour that brought the entry; `None` for what this office wrote.
    pub from: Option<OfficeId>,
    /// By which way it came.
    pub way: Way,
    /// The entry as it travels; `None` when it is longer than a gossip message takes.
    pub bytes: Option<Arc<[u8]>>,
}

impl fmt::Debug for Appended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "appended {}/{}", self.head.log, self.head.seq)
    }
}

/// By which way an entry came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Live, as it was written.
    Gossip,
    /// Asked for.
    Exchange,
    /// In a file.
    Bundle,
}

/// Entries of other offices that were appended since the start, by the way they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrivals {
    /// Live, as they were written.
    pub gossip: u64,
    /// Asked for.
    pub exchange: u64,
    /// In files.
    pub bundle: u64,
}

/// A log that is shorter than it was: its office was revoked, and what lies behind this head no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Struck {
    /// The log.
    pub log: LogId,
    /// Its head now; `None` when nothing of it counts.
    pub head: Option<HeadOf>,
}

/// What the handle asks of the thread.
pub(super) enum Command {
    Write(Draft, oneshot::Sender<Result<Written, WriteError>>),
    Accept(Offer, oneshot::Sender<Vec<Verdict>>),
    Keep(Batch, oneshot::Sender<Result<(), WriteError>>),
    Tend(oneshot::Sender<()>),
    Adopt(oneshot::Sender<Vec<Struck>>),
    Bundle(Wish),
    Stop,
}

/// Entries that a neighbour brought.
pub(super) struct Offer {
    pub(super) peer: OfficeId,
    pub(super) entries: Vec<Vec<u8>>,
    pub(super) way: Way,
}

/// What the thread shows to everybody.
pub(super) struct Shared {
    pub(super) store: Store,
    logs: RwLock<BTreeMap<LogId, LogState>>,
    directory: RwLock<Arc<Directory>>,
    incarnation: Mutex<Incarnation>,
    alarms: Mutex<Vec<Alarm>>,
    unopened: Mutex<Vec<(LogId, Epoch, Unopened)>>,
    carried: Mutex<Carried>,
    waiting: Mutex<Waiting>,
    /// What was given up and the exchange does not know yet.
    kept: Mutex<BTreeMap<LogId, (Kept, Option<HeadOf>)>>,
    gave_up: Notify,
    events: broadcast::Sender<Appended>,
    by_gossip: AtomicU64,
    by_exchange: AtomicU64,
    by_bundle: AtomicU64,
}

/// The ledger; cheap to clone.
#[derive(Clone)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ledger of {} logs", self.shared.read_logs(BTreeMap::len))
    }
}

impl Handle {
    pub(super) fn new(shared: Arc<Shared>) -> (Self, mpsc::Receiver<Command>) {
        let (commands, receiver) = mpsc::channel(MAX_COMMANDS);
        (Self { commands, shared }, receiver)
    }

    /// Writes an entry of this office; it is on the disk when this returns.
    ///
    /// # Errors
    /// See [`WriteError`]; nothing was written then.
    pub async fn write(&self, draft: Draft) -> Result<Written, WriteError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Write(draft, reply)).await.map_err(|_| WriteError::Unavailable)?;
        answer.await.unwrap_or(Err(WriteError::Unavailable))
    }

    /// Keeps what only this office knows and no other can give back, such as logins: it goes the way of own entries,
    /// first to the journal, and comes back should the store be lost.
    ///
    /// # Errors
    /// See [`WriteError`]; nothing was kept then.
    pub async fn keep(&self, batch: Batch) -> Result<(), WriteError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Keep(batch, reply)).await.map_err(|_| WriteError::Unavailable)?;
        answer.await.unwrap_or(Err(WriteError::Unavailable))
    }

    /// Offers entries that a neighbour brought, in the order in which they came; one verdict for each.
    ///
    /// Whatever is appended is on the disk when this returns.
    pub async fn accept(&self, peer: OfficeId, entries: Vec<Vec<u8>>, by_gossip: bool) -> Vec<Verdict> {
        self.accept_by(if by_gossip { Way::Gossip } else { Way::Exchange }, peer, entries).await
    }

    /// The same by any way; `peer` is who gave them.
    pub async fn accept_by(&self, way: Way, peer: OfficeId, entries: Vec<Vec<u8>>) -> Vec<Verdict> {
        let unavailable = vec![Verdict::Unavailable; entries.len()];
        let (reply, answer) = oneshot::channel();
        if self.commands.send(Command::Accept(Offer { peer, entries, way }, reply)).await.is_err() {
            return unavailable;
        }
        answer.await.unwrap_or(unavailable)
    }

    /// Every entry that is appended from now on, in order.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Appended> {
        self.shared.events.subscribe()
    }

    /// The durable heads of all logs.
    #[must_use]
    pub fn heads(&self) -> Vec<HeadOf> {
        self.shared.read_logs(|logs| logs.iter().map(|(log, state)| head_of(*log, state)).collect())
    }

    /// The durable head of one log; `None` when nothing of it is here.
    #[must_use]
    pub fn head(&self, log: &LogId) -> Option<HeadOf> {
        self.shared.read_logs(|logs| logs.get(log).map(|state| head_of(*log, state)))
    }

    /// Entries of a log as they travel, in order, from `from` on: at least one where there is one, then as many as
    /// fit into both limits.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn range(&self, log: LogId, from: Seq, max_entries: usize, max_bytes: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let Some(head) = self.head(&log) else { return Ok(Vec::new()) };
        let store = self.shared.store.clone();
        let reading = tokio::task::spawn_blocking(move || store.range(&log, from, head.seq, max_entries, max_bytes));
        reading.await.unwrap_or_else(|e| Err(StoreError::Failed(e.to_string())))
    }

    /// From now on entries are judged by this directory, and what it ends is shortened; gives the logs that are shorter now.
    pub async fn adopt(&self, directory: Arc<Directory>) -> Vec<Struck> {
        // Whatever is judged from here on is judged by it, even before the thread comes to it.
        self.set_directory(directory);
        let (reply, answer) = oneshot::channel();
        if self.commands.send(Command::Adopt(reply)).await.is_err() {
            return Vec::new();
        }
        answer.await.unwrap_or_default()
    }

    /// From now on entries are judged by this directory.
    pub fn set_directory(&self, directory: Arc<Directory>) {
        *self.shared.directory.write().unwrap_or_else(PoisonError::into_inner) = directory;
    }

    /// As which incarnation this office writes.
    #[must_use]
    pub fn incarnation(&self) -> Incarnation {
        *self.shared.incarnation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an administrator must hear of, oldest first.
    #[must_use]
    pub fn alarms(&self) -> Vec<Alarm> {
        self.shared.alarms.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells of something that an administrator must hear of, once.
    pub fn raise(&self, alarm: Alarm) {
        if !self.alarms().contains(&alarm) {
            self.shared.raise(alarm);
        }
    }

    /// What this office was meant to read and cannot open, by log and epoch.
    #[must_use]
    pub fn unopened(&self) -> Vec<(LogId, Epoch, Unopened)> {
        self.shared.unopened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does what is due from time to time: sealing keys announced and destroyed, what cannot be opened asked for again.
    pub async fn tend(&self) {
        let (reply, done) = oneshot::channel();
        if self.commands.send(Command::Tend(reply)).await.is_ok() {
            // An error means that it is stopping.
            let _ = done.await;
        }
    }

    /// What this office carries for others.
    #[must_use]
    pub fn carried(&self) -> Carried {
        self.shared.carried(|carried| carried.clone())
    }

    /// Whether nothing more is carried for others, since nothing can be given up.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.shared.carried(|carried| carried.full)
    }

    /// Whose entries wait, since they have written more than the district's quota.
    #[must_use]
    pub fn slowed(&self) -> Vec<Slowed> {
        self.shared.waiting(|waiting| waiting.rows().collect())
    }

    /// Carries so many bytes for others at most.
    pub fn set_carrier_quota(&self, bytes: u64) {
        self.shared.carried(|carried| carried.quota = bytes);
    }

    /// What is left of logs whose beginnings were given up since this was asked last; waits until there is something.
    pub async fn gave_up(&self) -> Vec<(Kept, Option<HeadOf>)> {
        loop {
            let gave_up = self.shared.gave_up.notified();
            let rows = std::mem::take(&mut *self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner));
            if !rows.is_empty() {
                return rows.into_values().collect();
            }
            gave_up.await;
        }
    }

    /// Entries in the store, of all logs.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.shared.read_logs(|logs| logs.values().fold(0, |sum: u64, state| sum.saturating_add(state.seq.0)))
    }

    /// By which ways entries of other offices have come.
    #[must_use]
    pub fn arrivals(&self) -> Arrivals {
        Arrivals {
            gossip: self.shared.by_gossip.load(Relaxed),
            exchange: self.shared.by_exchange.load(Relaxed),
            bundle: self.shared.by_bundle.load(Relaxed),
        }
    }

    /// Asks something of the keys that the thread owns; `None` when it has ended.
    pub(super) async fn wish<T>(&self, wish: impl FnOnce(oneshot::Sender<T>) -> Wish) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Bundle(wish(reply))).await.ok()?;
        answer.await.ok()
    }

    /// Lets the thread finish what it was asked so far, flush and end.
    pub async fn stop(&self) {
        // An error means that it has ended already.
        let _ = self.commands.send(Command::Stop).await;
    }
}

impl Shared {
    pub(super) fn new(store: Store, directory: Arc<Directory>, incarnation: Incarnation) -> Self {
        Self {
            store,
            logs: RwLock::default(),
            directory: RwLock::new(directory),
            incarnation: Mutex::new(incarnation),
            alarms: Mutex::default(),
            unopened: Mutex::default(),
            carried: Mutex::new(Carried { quota: DEFAULT_QUOTA, ..Carried::default() }),
            waiting: Mutex::default(),
            kept: Mutex::default(),
            gave_up: Notify::new(),
            events: broadcast::channel(MAX_EVENTS).0,
            by_gossip: AtomicU64::new(0),
            by_exchange: AtomicU64::new(0),
            by_bundle: AtomicU64::new(0),
        }
    }

    pub(super) fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_incarnation(&self, incarnation: Incarnation) {
        *self.incarnation.lock().unwrap_or_else(PoisonError::into_inner) = incarnation;
    }

    /// Shows new states of logs.
    pub(super) fn set_logs(&self, states: impl IntoIterator<Item = (LogId, LogState)>) {
        self.logs.write().unwrap_or_else(PoisonError::into_inner).extend(states);
    }

    /// Shows a log as it is, though it be shorter; without a state there is nothing of it.
    pub(super) fn replace_log(&self, log: LogId, state: Option<LogState>) {
        let mut logs = self.logs.write().unwrap_or_else(PoisonError::into_inner);
        match state {
            Some(state) => drop(logs.insert(log, state)),
            None => drop(logs.remove(&log)),
        }
    }

    pub(super) fn announce(&self, appended: Appended) {
        let count = match appended.way {
            Way::Gossip => &self.by_gossip,
            Way::Exchange => &self.by_exchange,
            Way::Bundle => &self.by_bundle,
        };
        if appended.from.is_some() {
            count.fetch_add(1, Relaxed);
        }
        // An error means that nobody listens.
        let _ = self.events.send(appended);
    }

    /// Does something with those whose entries wait.
    pub(super) fn waiting<T>(&self, with: impl FnOnce(&mut Waiting) -> T) -> T {
        with(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Does something with what is carried.
    pub(super) fn carried<T>(&self, with: impl FnOnce(&mut Carried) -> T) -> T {
        with(&mut self.carried.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts what is carried as it is in the store, and tells of all that was given up.
    pub(super) fn reread_carried(&self) {
        let quota = self.carried(|carried| carried.quota);
        match Carried::read(&self.store, quota) {
            Ok(read) => {
                let given_up = read.logs.iter().filter(|(_, row)| row.after > Seq::ZERO);
                for (log, row) in given_up {
                    if let Some(head) = self.read_logs(|logs| logs.get(log).map(|state| head_of(*log, state))) {
                        self.tell_kept(Kept { log: *log, after: row.after, to: head.seq }, Some(head));
                    }
                }
                self.carried(|carried| *carried = read);
            }
            Err(error) => tracing::error!(event = "carried_not_read", %error),
        }
    }

    /// The exchange is to hear of what is left of a log.
    pub(super) fn tell_kept(&self, row: Kept, head: Option<HeadOf>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Where all was given up in between, that is what the exchange must hear first.
        let anew = kept.get(&row.log).is_some_and(|(_, head)| head.is_none());
        kept.insert(row.log, (row, head.filter(|_| !anew)));
        drop(kept);
        self.gave_up.notify_one();
    }

    pub(super) fn set_unopened(&self, unopened: Vec<(LogId, Epoch, Unopened)>) {
        *self.unopened.lock().unwrap_or_else(PoisonError::into_inner) = unopened;
    }

    pub(super) fn raise(&self, alarm: Alarm) {
        tracing::error!(event = "ledger_alarm", %alarm);
        let mut alarms = self.alarms.lock().unwrap_or_else(PoisonError::into_inner);
        if alarms.len() == MAX_ALARMS {
            alarms.remove(0);
        }
        alarms.push(alarm);
    }

    fn read_logs<T>(&self, read: impl FnOnce(&BTreeMap<LogId, LogState>) -> T) -> T {
        read(&self.logs.read().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(super) fn head_of(log: LogId, state: &LogState) -> HeadOf {
    HeadOf { log, seq: state.seq, id: state.id.into() }
}
