//! The engine: data, ledger, office, mesh and exchange of one node, started and stopped together.
//!
//! ```text
//!   start   data ─ office ─ ledger ─ mesh ─ exchange
//!   stop    exchange and mesh first: nothing comes in any more; then the ledger flushes and ends
//! ```

mod admission;
mod neighbours;
#[cfg(feature = "outside")]
pub mod outside;
mod rations;
mod salvage;
mod scrub;

use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::ids::OfficeId;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::documents::Documents;
use crate::home::Home;
use crate::journal::JournalError;
use crate::keys::NodeKeys;
use crate::ledger::{self, Alarm, Data, DataError, Fatal};
use crate::office::{self, Office, OfficeKeys, Pace};
use crate::rest::Rest;
use crate::store::{Limits, Store, StoreError};
use crate::{mesh, sync};

pub use admission::Admitted;

/// What an engine is made of.
#[derive(Debug)]
pub struct Setup {
    /// Which office this is.
    pub office: OfficeId,
    /// Its keys.
    pub keys: NodeKeys,
    /// What is believed of its district.
    pub documents: Arc<Documents>,
    /// Its data directory.
    pub home: Home,
    /// Where it listens.
    pub listen: Vec<mesh::Multiaddr>,
    /// What holds for the links.
    pub links: mesh::Links,
    /// The links that were declared thin.
    pub thin: Vec<Declaration>,
    /// How long receipts for gossip wait for company, in milliseconds.
    pub ack_delay_ms: u64,
    /// How long checkpoints wait for company.
    pub pace: Pace,
    /// What is kept free on the disk.
    pub limits: Limits,
}

/// A link that was declared thin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Slug or number of the office, such as `yarensk` or `o7`.
    pub office: String,
    /// What may go over it.
    pub ration: mesh::Ration,
}

/// Why an engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Journal or store.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] ledger::StartError),
    /// The mesh.
    #[error(transparent)]
    Mesh(#[from] mesh::StartError),
}

/// An engine that runs.
#[derive(Debug)]
pub struct Engine {
    /// The way into the office.
    pub office: office::Handle,
    /// Entries.
    pub ledger: ledger::Handle,
    /// Links.
    pub mesh: mesh::Handle,
    /// The store, for reading.
    pub store: Store,
    admission: Arc<Admitted>,
    ledger_ended: JoinHandle<Result<(), Fatal>>,
    /// Cancelled when the ledger has ended, for whatever reason.
    over: CancellationToken,
    /// Cancelled when damage to the journal was found.
    journal_damaged: CancellationToken,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Ours as long as this lives.
    home: Home,
}

impl Engine {
    /// Starts all parts; they stop with `stop`.
    ///
    /// # Errors
    /// See [`StartError`]; nothing runs then.
    pub async fn start(setup: Setup, stop: CancellationToken) -> Result<Self, StartError> {
        let Setup { office: me, keys, documents, home, listen, links, thin, ack_delay_ms, pace, limits } = setup;
        let directory = documents.directory();
        let data = Data::open(&home, &keys.at_rest, limits)?;
        let (store, aside) = (data.store().clone(), data.aside().cloned());
        let at_rest = Rest::new(&keys.at_rest);
        let own = OfficeKeys {
            vault: keys.vault,
            sign: keys.sign.clone(),
            seal: [keys.seal.clone()].into_iter().chain(data.renewed()).collect(),
        };
        let office = Office::open(me, Arc::clone(&documents), store.clone(), own)?;
        let writer = ledger::Setup { office: me, sign: keys.sign, seal: keys.seal, directory: Arc::clone(&directory), threads: 0 };
        let (ledger, running) = data.start(writer, office.filing())?;
        if let Some(path) = documents.set_aside() {
            ledger.raise(Alarm::FileSetAside { path: path.to_owned() });
        }
        let admission = Arc::new(Admitted::new(&documents));
        let (rations, declared) = rations::Rations::open(thin, home.path(), &directory);
        let links = mesh::Links { declared, ..links };
        let config = mesh::Config { links, ..mesh::Config::of(directory.district(), listen) };
        let (mesh, events) = match mesh::spawn(config, &keys.peer.seed(), admission.clone(), stop.child_token()) {
            Ok(started) => started,
            Err(error) => {
                ledger.stop().await;
                return Err(error.into());
            }
        };
        let tasks = TaskTracker::new();
        let office = office.start(ledger.clone(), pace, &tasks, stop.child_token());
        let watch = Arc::new(neighbours::Neighbours::new(mesh.clone(), office.clone()));
        tasks.spawn(neighbours::refresh(Arc::clone(&watch), stop.child_token()));
        tasks.spawn(rations.keep(mesh.clone(), Arc::clone(&documents), stop.child_token()));
        let parts = sync::Parts { me, ack_delay_ms, documents, ledger: ledger.clone(), mesh: mesh.clone(), watch };
        sync::start(parts, events, &tasks, stop.child_token());
        tasks.spawn(tend(ledger.clone(), stop.child_token()));
        let journal_damaged = CancellationToken::new();
        let (path, damaged) = (home.path().to_owned(), journal_damaged.clone());
        let reading = scrub::Reading { store: store.clone(), home: path, rest: at_rest.clone(), damaged };
        tasks.spawn(scrub::run(reading, stop.child_token()));
        if let Some(aside) = aside {
            tasks.spawn(stop.clone().run_until_cancelled_owned(salvage::run(me, aside, at_rest, ledger.clone())));
        }
        let over = CancellationToken::new();
        let guard = over.clone().drop_guard();
        let ledger_ended = tokio::spawn(async move {
            let ended = running.ended().await;
            drop(guard);
            ended
        });
        Ok(Self { office, ledger, mesh, store, admission, ledger_ended, over, journal_damaged, tasks, stop, home })
    }

    /// Who is let in, for whoever looks for offices.
    #[must_use]
    pub fn admission(&self) -> Arc<Admitted> {
        Arc::clone(&self.admission)
    }

    /// Closes all links, and takes and makes none, as if the line were down; or lets them stand again.
    pub async fn cut(&self, cut: bool) {
        self.admission.set_cut(cut);
        self.mesh.recheck().await;
    }

    /// Has no link to these offices from now on, and may have one to all others: lines and stars for tests.
    pub async fn apart_from(&self, offices: impl IntoIterator<Item = OfficeId>) {
        self.admission.set_apart(offices.into_iter().collect());
        self.mesh.recheck().await;
    }

    /// Waits until the ledger cannot go on, or damage to store or journal is met; for ever, as long as all is well.
    pub async fn broken(&self) {
        tokio::select! {
            () = self.over.cancelled() => {}
            _ = self.store.damaged() => {}
            () = self.journal_damaged.cancelled() => {}
        }
    }

    /// Stops all parts; what was accepted is on the disk when this returns.
    ///
    /// # Errors
    /// The ledger ended because it could not go on, or store or journal are damaged: they are set aside when they are opened again.
    pub async fn stop(self) -> Result<(), Fatal> {
        self.stop.cancel();
        self.tasks.close();
        self.mesh.stopped().await;
        self.ledger.stop().await;
        let ended = self.ledger_ended.await.unwrap_or(Err(Fatal::Panicked));
        self.tasks.wait().await;
        let damage = self.store.damage();
        self.store.close();
        let path = self.home.path().join("journal");
        drop(self.home);
        match damage {
            _ if ended.is_err() => ended,
            Some(error) => Err(Fatal::Store(error)),
            None if self.journal_damaged.is_cancelled() => {
                Err(Fatal::Journal(JournalError::Damaged { path, what: "a record, or the place where one was" }))
            }
            None => ended,
        }
    }
}

/// How often the ledger looks after its keys.
const TEND_EVERY: Duration = Duration::from_secs(60);

async fn tend(ledger: ledger::Handle, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TEND_EVERY) => ledger.tend().await,
        }
    }
}
