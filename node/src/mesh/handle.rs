//! The only way into the mesh: cheap to clone, every call short.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use libp2p::Multiaddr;
use okrug_protocol::bounds::MAX_FRAME;
use okrug_protocol::ids::{OfficeId, Precedence, Topic};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::config::Declared;
use super::event::{GossipToken, Verdict};
use super::gossip::Heard;
use super::secure::Refused;
use super::status::{Brought, Coming, LinkStatus, Table};

/// Commands that wait at most; callers wait beyond that.
const MAX_COMMANDS: usize = 256;

/// A frame was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No link stands to this office; its next `Up` is the time to try again.
    #[error("no link to {0}")]
    NoLink(OfficeId),
    /// The frame is longer than the longest that is read on the other side.
    #[error("a frame of {0} bytes is too long")]
    TooLong(usize),
}

/// No round trip was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PingError {
    /// No link stands to this office, or it ended meanwhile.
    #[error("no link to {0}")]
    NoLink(OfficeId),
    /// The link stands, and no answer came in time.
    #[error("no answer from {0}")]
    NoAnswer(OfficeId),
}

/// Where an address was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The signed bootstrap list, or the configuration.
    Bootstrap,
    /// A link stood over it before.
    LastGood,
    /// Announced on the LAN.
    Lan,
    /// Told by the office itself over a link.
    Told,
    /// Told of it by another office.
    Heard,
}

/// The way into the mesh.
#[derive(Debug, Clone)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    table: Table,
    refused: Refused,
    heard: watch::Receiver<Heard>,
    listening: watch::Receiver<Vec<Multiaddr>>,
    reached: watch::Receiver<BTreeMap<OfficeId, Multiaddr>>,
    declared: watch::Receiver<BTreeMap<OfficeId, Declared>>,
}

/// What the event loop is asked to do.
#[derive(Debug)]
pub(super) enum Command {
    Publish(Topic, Bytes),
    Subscribe(Vec<Topic>),
    Address(OfficeId, Vec<Multiaddr>, Source),
    Recheck,
    Verdict(GossipToken, Verdict),
}

/// What the event loop lets others watch.
#[derive(Debug)]
pub(super) struct Watched {
    listening: watch::Sender<Vec<Multiaddr>>,
    reached: watch::Sender<BTreeMap<OfficeId, Multiaddr>>,
}

pub(super) fn channel(
    table: Table,
    refused: Refused,
    heard: watch::Receiver<Heard>,
    declared: watch::Receiver<BTreeMap<OfficeId, Declared>>,
) -> (Handle, mpsc::Receiver<Command>, Watched) {
    let (commands, receiver) = mpsc::channel(MAX_COMMANDS);
    let (listening_sender, listening) = watch::channel(Vec::new());
    let (reached_sender, reached) = watch::channel(BTreeMap::new());
    let watched = Watched { listening: listening_sender, reached: reached_sender };
    (Handle { commands, table, refused, heard, listening, reached, declared }, receiver, watched)
}

impl Watched {
    /// The node listens here too.
    pub(super) fn listening(&self, address: Multiaddr) {
        self.listening.send_modify(|addresses| addresses.push(address));
    }

    /// It no longer does.
    pub(super) fn silent(&self, address: &Multiaddr) {
        self.listening.send_modify(|addresses| addresses.retain(|other| other != address));
    }

    /// A link to the office stands over an address that we dialled.
    pub(super) fn reached(&self, office: OfficeId, address: Option<Multiaddr>) {
        self.reached.send_if_modified(|reached| {
            let before = reached.get(&office).cloned();
            let changed = before != address;
            if let (true, Some(address)) = (changed, address) {
                reached.insert(office, address);
            }
            changed
        });
    }
}

impl Handle {
    /// Gives bytes to gossip; that nobody hears them is no fault, the exchange brings them.
    pub async fn publish(&self, topic: Topic, bytes: Bytes) {
        self.command(Command::Publish(topic, bytes)).await;
    }

    /// Sets the topics whose gossip is wanted; others are left.
    pub async fn subscribe(&self, topics: Vec<Topic>) {
        self.command(Command::Subscribe(topics)).await;
    }

    /// Queues a frame for an office; waits while its lane is full.
    ///
    /// A link that takes nothing for half a minute is dropped, which ends the wait. Callers with many neighbours
    /// send to each from a task of its own, so that a slow one holds up nobody else.
    ///
    /// # Errors
    /// [`SendError`] when the frame was not taken; a frame that was taken can still be lost with its link.
    pub async fn send(&self, office: OfficeId, precedence: Precedence, frame: Bytes) -> Result<(), SendError> {
        if frame.len() > MAX_FRAME {
            return Err(SendError::TooLong(frame.len()));
        }
        let lanes = self.table.lanes(office).ok_or(SendError::NoLink(office))?;
        lanes.send(precedence, frame).await.map_err(|_gone| SendError::NoLink(office))
    }

    /// Measures the round trip to an office over its link: a few bytes each way.
    ///
    /// # Errors
    /// [`PingError`].
    pub async fn ping(&self, office: OfficeId, patience: Duration) -> Result<Duration, PingError> {
        let probes = self.table.probes(office).ok_or(PingError::NoLink(office))?;
        let (probe, answer) = oneshot::channel();
        match probes.try_send(probe) {
            Err(TrySendError::Closed(_)) => return Err(PingError::NoLink(office)),
            Err(TrySendError::Full(_)) => return Err(PingError::NoAnswer(office)),
            Ok(()) => {}
        }
        // Nothing of ours may keep the link's own end from being noticed.
        drop(probes);
        match timeout(patience, answer).await {
            Ok(Ok(trip)) => Ok(trip),
            Ok(Err(_)) => Err(PingError::NoLink(office)),
            Err(_) => Err(PingError::NoAnswer(office)),
        }
    }

    /// Tells all that a source knows of where an office may be found; a hint, dialled only while the directory
    /// lists the office.
    pub async fn address(&self, office: OfficeId, addresses: Vec<Multiaddr>, source: Source) {
        self.command(Command::Address(office, addresses, source)).await;
    }

    /// The directory has changed: links of offices that are no longer admitted are closed.
    pub async fn recheck(&self) {
        self.command(Command::Recheck).await;
    }

    /// Says what is to become of a gossip message.
    pub async fn verdict(&self, token: GossipToken, verdict: Verdict) {
        self.command(Command::Verdict(token, verdict)).await;
    }

    /// Every office that was linked or is to be dialled, by number.
    #[must_use]
    pub fn links(&self) -> Vec<LinkStatus> {
        let declared = self.declared.borrow();
        let links = self.table.links().into_iter();
        links.map(|link| LinkStatus { declared: declared.get(&link.office).copied(), ..link }).collect()
    }

    /// Says what an office still has to bring.
    pub fn coming(&self, office: OfficeId, what: Coming) {
        self.table.coming(office, what);
    }

    /// Which topics each neighbour hears by gossip, as it changes; a neighbour that is not in it is served by
    /// the exchange alone.
    #[must_use]
    pub fn audience(&self) -> watch::Receiver<Heard> {
        self.heard.clone()
    }

    /// Handshakes that ended because the directory lists no such peer.
    #[must_use]
    pub fn strangers(&self) -> u64 {
        self.refused.total()
    }

    /// Counts that an office sent what no honest one sends.
    pub fn offended(&self, office: OfficeId) {
        self.table.offended(office);
    }

    /// Counts what an office brought over the exchange.
    pub fn brought(&self, office: OfficeId, what: Brought) {
        self.table.brought(office, what);
    }

    /// Where the node listens, as it changes.
    #[must_use]
    pub fn listening(&self) -> watch::Receiver<Vec<Multiaddr>> {
        self.listening.clone()
    }

    /// The address over which each office was last reached, as it changes.
    #[must_use]
    pub fn reached(&self) -> watch::Receiver<BTreeMap<OfficeId, Multiaddr>> {
        self.reached.clone()
    }

    /// Returns when the mesh has stopped and said goodbye.
    pub async fn stopped(&self) {
        self.commands.closed().await;
    }

    /// A mesh that has stopped takes no commands, which is normal at shutdown.
    async fn command(&self, command: Command) {
        let _ = self.commands.send(command).await;
    }
}
