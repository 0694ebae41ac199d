//! From data on the disk to a running ledger.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::thread;

use okrug_protocol::clock::{Hybrid, Timestamp};
use okrug_protocol::directory::Directory;
use okrug_protocol::heard::Heard;
use okrug_protocol::ids::{Incarnation, OfficeId};
use okrug_protocol::seal::OpenKey;
use okrug_protocol::sign::SecretKey;
use tokio::sync::oneshot;

use super::announced::AnnouncedKeys;
use super::data::Data;
use super::forks::Forks;
use super::handle::Shared;
use super::keyring::KeyRing;
use super::pace::{Pace, Waiting};
use super::past::Past;
use super::reseal::Requests;
use super::unopened::UnopenedEpochs;
use super::worker::Worker;
use super::{Alarm, Fatal, Filing, Handle};
use crate::here::Here;
use crate::keyring::Harm;
use crate::store::StoreError;

/// Who writes, and by which directory.
#[derive(Debug)]
pub struct Setup {
    /// This office.
    pub office: OfficeId,
    /// Signs its entries.
    pub sign: SecretKey,
    /// Opens what is sealed to it.
    pub seal: OpenKey,
    /// What entries are judged by.
    pub directory: Arc<Directory>,
    /// How many signatures are verified at once; 0 for as many as there are processors.
    pub threads: usize,
}

/// A ledger's thread, to be waited for.
#[derive(Debug)]
pub struct Running(oneshot::Receiver<Result<(), Fatal>>);

impl Running {
    /// Waits until the thread has ended, by [`Handle::stop`] or because it cannot go on.
    ///
    /// # Errors
    /// See [`Fatal`]: the node must stop.
    pub async fn ended(self) -> Result<(), Fatal> {
        self.0.await.unwrap_or(Err(Fatal::Panicked))
    }
}

/// Why a ledger does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It failed while it caught up with the journal.
    #[error(transparent)]
    Fatal(#[from] Fatal),
    /// The system gives no thread.
    #[error("no thread for the ledger: {0}")]
    Thread(std::io::Error),
}

impl Data {
    /// Lets the store catch up with the journal, settles as which incarnation this office writes, and starts the thread.
    ///
    /// On a full disk it starts as well, and does both as soon as there is room.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(self, setup: Setup, filing: Box<dyn Filing>) -> Result<(Handle, Running), StartError> {
        let Self { store, journal, report, alarms, sealing, epochs, renewal, time, here, marker, witness, old_journal, .. } = self;
        let Setup { office, sign, seal, directory, threads } = setup;
        let past = Past::read(&store, &journal, &report, here, old_journal.is_some())?;
        let shared = Arc::new(Shared::new(store.clone(), directory, past.incarnation().unwrap_or(Incarnation(0))));
        alarms.into_iter().for_each(|alarm| shared.raise(alarm));
        let logs: HashMap<_, _> = store.logs()?.into_iter().collect();
        let last = logs.iter().filter(|(log, _)| log.office == office).map(|(_, state)| state.time).max();
        shared.set_logs(logs.iter().map(|(log, state)| (*log, state.clone())));
        let (directory, mut heard) = (shared.directory(), Heard::default());
        logs.iter().filter(|(log, _)| log.office != office).for_each(|(log, state)| heard.take_up(*log, state, &directory));
        shared.waiting(|waiting| *waiting = Waiting::new(time.clone()));
        let pace = Pace::read(&store, &time, &directory)?;
        let (handle, commands) = Handle::new(Arc::clone(&shared));
        let mut worker = Worker {
            me: office,
            sign,
            keys: KeyRing::new(office, seal, store.clone(), sealing, epochs, renewal),
            announced: AnnouncedKeys::read(&store)?,
            unopened: UnopenedEpochs::read(&store)?,
            requests: Requests::read(&store)?,
            missed: HashSet::new(),
            pace,
            begun_anew: HashMap::new(),
            elsewhere: HashSet::new(),
            marker,
            witness,
            marked: here == Here::Same,
            due: false,
            time,
            forks: Forks::read(&store)?,
            heard,
            shared,
            store,
            journal,
            old_journal,
            filing,
            clock: Hybrid::after(last.unwrap_or(Timestamp::ZERO)),
            logs,
            epochs: HashMap::new(),
            past,
            threads: if threads == 0 { thread::available_parallelism().map_or(1, usize::from) } else { threads },
        };
        for Harm { path, mended, lost } in worker.keys.mend() {
            tracing::error!(event = "keyring_damaged", file = %path.display(), mended, lost);
            worker.shared.raise(Alarm::KeyringDamaged { path, mended, lost });
        }
        for (log, at) in worker.forks.places() {
            worker.filing.forked(log, at);
        }
        worker.shared.reread_carried();
        worker.settle_or_wait()?;
        worker.tend()?;
        worker.strike()?;
        let (done, running) = oneshot::channel();
        let body = move || {
            // Nobody waits any more when the node is gone.
            let _ = done.send(worker.run(commands));
        };
        thread::Builder::new().name("ledger".to_owned()).spawn(body).map_err(StartError::Thread)?;
        Ok((handle, Running(running)))
    }
}
