//! The thread: takes what has arrived, and does it as one.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use okrug_protocol::clock::{Hybrid, Millis};
use okrug_protocol::epoch::EpochState;
use okrug_protocol::heard::Heard;
use okrug_protocol::ids::{Incarnation, LogId, OfficeId};
use okrug_protocol::log::LogState;
use okrug_protocol::sign::SecretKey;
use tokio::sync::{mpsc, oneshot};

use super::announced::AnnouncedKeys;
use super::bundle::Wish;
use super::forks::Forks;
use super::handle::{Command, Offer, Shared};
use super::keyring::KeyRing;
use super::pace::Pace;
use super::past::Past;
use super::reseal::Requests;
use super::unopened::UnopenedEpochs;
use super::{Draft, Filing, Struck, Verdict, WriteError, Written};
use crate::clock::Clock;
use crate::here::{Marker, Witness};
use crate::journal::{Journal, JournalError};
use crate::store::{Batch, Store, StoreError};

/// Drafts that are written together.
const MAX_DRAFTS: usize = 256;
/// Entries of others that are appended together; more would keep our own people waiting.
const MAX_ENTRIES: usize = 256;

/// Why the ledger cannot go on; the node must stop. What was told to be written is on the disk.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    /// The journal failed.
    #[error(transparent)]
    Journal(JournalError),
    /// The store failed; where it is damaged it is set aside at the next start.
    #[error(transparent)]
    Store(StoreError),
    /// A fault in this program.
    #[error("the ledger stopped at a fault in the program")]
    Panicked,
}

/// Why something cannot be done now.
#[derive(Debug)]
pub(super) enum Hitch {
    /// No room on the disk: later perhaps.
    Full,
    /// The node must stop.
    Fatal(Fatal),
}

impl From<JournalError> for Hitch {
    fn from(error: JournalError) -> Self {
        if matches!(error, JournalError::Full) { Self::Full } else { Self::Fatal(Fatal::Journal(error)) }
    }
}

pub(super) type DraftReply = oneshot::Sender<Result<Written, WriteError>>;
pub(super) type KeepReply = oneshot::Sender<Result<(), WriteError>>;
pub(super) type AdoptReply = oneshot::Sender<Vec<Struck>>;
pub(super) type OfferReply = oneshot::Sender<Vec<Verdict>>;

/// All that the thread owns.
pub(super) struct Worker {
    pub(super) me: OfficeId,
    pub(super) sign: SecretKey,
    pub(super) keys: KeyRing,
    pub(super) shared: Arc<Shared>,
    pub(super) store: Store,
    pub(super) journal: Journal,
    /// The one that was damaged so that it could not be opened, where it was set aside.
    pub(super) old_journal: Option<PathBuf>,
    pub(super) filing: Box<dyn Filing>,
    pub(super) clock: Hybrid,
    /// The state of each log, as it is in the store.
    pub(super) logs: HashMap<LogId, LogState>,
    /// The running epochs of our own logs; empty at the start, so that a new process begins new ones.
    pub(super) epochs: HashMap<LogId, EpochState>,
    /// Which logs have forked.
    pub(super) forks: Forks,
    /// What the others have shown that they know of removals.
    pub(super) heard: Heard,
    pub(super) past: Past,
    /// Says that these data are where they are written.
    pub(super) marker: Marker,
    pub(super) marked: bool,
    /// Says outside of them how far the journal has come.
    pub(super) witness: Option<Witness>,
    /// Incarnations of this office that others brought and that were told of.
    pub(super) elsewhere: HashSet<Incarnation>,
    /// The sealing keys of all offices.
    pub(super) announced: AnnouncedKeys,
    /// What cannot be opened here.
    pub(super) unopened: UnopenedEpochs,
    /// What others want sealed again.
    pub(super) requests: Requests,
    /// Sealing keys whose absence was told.
    pub(super) missed: HashSet<u32>,
    /// How much each office has written lately.
    pub(super) pace: Pace,
    /// When logs that are carried were last begun anew.
    pub(super) begun_anew: HashMap<LogId, Millis>,
    /// Whether something came that is to be tended to at once.
    pub(super) due: bool,
    pub(super) time: Clock,
    /// How many signatures are verified at once.
    pub(super) threads: usize,
}

/// What is done together.
#[derive(Default)]
struct Round {
    drafts: Vec<(Draft, DraftReply)>,
    offers: Vec<(Offer, OfferReply)>,
    keeps: Vec<(Batch, KeepReply)>,
    tends: Vec<oneshot::Sender<()>>,
    adopts: Vec<AdoptReply>,
    wishes: Vec<Wish>,
    entries: usize,
    stop: bool,
}

impl Round {
    fn add(&mut self, command: Command) {
        match command {
            Command::Write(draft, reply) => self.drafts.push((draft, reply)),
            Command::Accept(offer, reply) => {
                self.entries += offer.entries.len();
                self.offers.push((offer, reply));
            }
            Command::Keep(batch, reply) => self.keeps.push((batch, reply)),
            Command::Tend(reply) => self.tends.push(reply),
            Command::Adopt(reply) => self.adopts.push(reply),
            Command::Bundle(wish) => self.wishes.push(wish),
            Command::Stop => self.stop = true,
        }
    }

    fn is_full(&self) -> bool {
        self.drafts.len() >= MAX_DRAFTS || self.entries >= MAX_ENTRIES
    }
}

impl Worker {
    /// Works until it is told to stop, nobody can ask any more, or it cannot go on.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) -> Result<(), Fatal> {
        while let Some(command) = commands.blocking_recv() {
            let mut round = Round::default();
            round.add(command);
            while !round.is_full() {
                let Ok(command) = commands.try_recv() else { break };
                round.add(command);
            }
            // Our own people first: they wait for the answer.
            self.write(round.drafts)?;
            self.keep(round.keeps)?;
            self.accept(round.offers)?;
            if self.past.is_doubted() {
                // Nobody may be about to write for days; that something is wrong is to be known now.
                self.settle_or_wait()?;
            }
            if std::mem::take(&mut self.due) || !round.tends.is_empty() {
                self.tend()?;
            }
            for reply in round.tends {
                // Whoever asked may have gone meanwhile.
                let _ = reply.send(());
            }
            if !round.adopts.is_empty() {
                self.reconsider_quotas();
                let struck = self.strike()?;
                round.adopts.into_iter().for_each(|reply| drop(reply.send(struck.clone())));
            }
            round.wishes.into_iter().for_each(|wish| self.fulfil(wish));
            if round.stop {
                // What was asked before is still answered.
                commands.close();
            }
        }
        self.remember_running();
        if let Err(error) = self.store.flush() {
            tracing::warn!(event = "store_not_flushed", %error);
        }
        Ok(())
    }
}
