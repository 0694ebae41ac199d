//! The task that owns the swarm. It never waits for anybody: what it hands out is queued, refused or dropped.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::core::ConnectedPoint;
use libp2p::identity::Keypair;
use libp2p::swarm::ConnectionId;
use libp2p::{PeerId, Swarm};
use okrug_protocol::ids::{OfficeId, Topic};
use rand_core::RngCore;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::addresses::Addresses;
use super::arbiter::Arbiter;
use super::behaviour::Behaviour;
use super::config::{Admission, Links};
use super::copies::{Granted, Place, Sockets, Wanted};
use super::event::EventSender;
use super::exchange::{Ended, Redirected};
use super::gossip::Topics;
use super::handle::{Command, Watched};
use super::hearsay::Hearsay;
use super::hints::Met;
use super::knocking::Knocked;
use super::linking::Greeted;
use super::meter::{Meter, Meters};
use super::redial::Redial;
use super::status::Table;
use crate::clock;

/// How long goodbyes may take.
const GOODBYE: Duration = Duration::from_secs(1);
/// Reports of the tasks that wait for the loop at most; they wait, the loop does not.
const MAX_REPORTS: usize = 64;

/// A connection that stands.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    pub(super) peer: PeerId,
    pub(super) office: OfficeId,
    pub(super) point: ConnectedPoint,
    pub(super) meter: Arc<Meter>,
}

/// A link's task.
pub(super) struct Running {
    pub(super) connection: ConnectionId,
    pub(super) cancel: CancellationToken,
    pub(super) done: oneshot::Receiver<()>,
    pub(super) copies: Arc<Place>,
}

/// What the loop is made of.
pub(super) struct Parts {
    pub(super) swarm: Swarm<Behaviour>,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) events: EventSender,
    pub(super) watched: Watched,
    pub(super) admission: Arc<dyn Admission>,
    pub(super) keys: Keypair,
    pub(super) topics: Topics,
    pub(super) table: Table,
    pub(super) meters: Meters,
    pub(super) settings: Links,
    pub(super) sockets: Sockets,
    pub(super) granted: Granted,
    pub(super) cancel: CancellationToken,
}

pub(super) struct EventLoop {
    pub(super) swarm: Swarm<Behaviour>,
    commands: mpsc::Receiver<Command>,
    pub(super) events: EventSender,
    pub(super) watched: Watched,
    pub(super) admission: Arc<dyn Admission>,
    pub(super) topics: Topics,
    pub(super) subscribed: BTreeSet<Topic>,
    pub(super) table: Table,
    pub(super) meters: Meters,
    pub(super) arbiter: Arbiter,
    pub(super) addresses: Addresses,
    pub(super) redial: Redial,
    pub(super) neighbours: BTreeSet<OfficeId>,
    pub(super) connections: HashMap<ConnectionId, Connection>,
    pub(super) links: HashMap<OfficeId, Running>,
    pub(super) greeted: (mpsc::Sender<Greeted>, mpsc::Receiver<Greeted>),
    /// Whose doors are being visited.
    pub(super) knocking: HashSet<PeerId>,
    pub(super) keys: Keypair,
    pub(super) knocked: (mpsc::Sender<Knocked>, mpsc::Receiver<Knocked>),
    pub(super) hearsay: (mpsc::Sender<Hearsay>, mpsc::Receiver<Hearsay>),
    /// Where offices were met, for the links to pass on.
    pub(super) met: watch::Sender<Met>,
    pub(super) ended: (mpsc::Sender<Ended>, mpsc::Receiver<Ended>),
    pub(super) redirected: (mpsc::Sender<Redirected>, mpsc::Receiver<Redirected>),
    /// Who is to be asked for copies.
    pub(super) wanted: (mpsc::Sender<Wanted>, mpsc::Receiver<Wanted>),
    pub(super) sockets: Sockets,
    pub(super) granted: Granted,
    pub(super) settings: Links,
    pub(super) cancel: CancellationToken,
}

impl EventLoop {
    pub(super) fn new(parts: Parts) -> Self {
        let ourselves = *parts.swarm.local_peer_id();
        Self {
            swarm: parts.swarm,
            commands: parts.commands,
            events: parts.events,
            watched: parts.watched,
            admission: parts.admission,
            topics: parts.topics,
            subscribed: BTreeSet::new(),
            table: parts.table,
            meters: parts.meters,
            arbiter: Arbiter::new(ourselves, clock::rng().next_u64()),
            addresses: Addresses::default(),
            redial: Redial::default(),
            neighbours: BTreeSet::new(),
            connections: HashMap::new(),
            links: HashMap::new(),
            greeted: mpsc::channel(MAX_REPORTS),
            knocking: HashSet::new(),
            keys: parts.keys,
            knocked: mpsc::channel(MAX_REPORTS),
            hearsay: mpsc::channel(MAX_REPORTS),
            met: watch::Sender::new(Met::new()),
            ended: mpsc::channel(MAX_REPORTS),
            redirected: mpsc::channel(MAX_REPORTS),
            wanted: mpsc::channel(MAX_REPORTS),
            sockets: parts.sockets,
            granted: parts.granted,
            settings: parts.settings,
            cancel: parts.cancel,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            let due = self.redial.next_due();
            tokio::select! {
                () = self.cancel.cancelled() => break,
                event = self.swarm.select_next_some() => self.on_swarm(event),
                Some(greeted) = self.greeted.1.recv() => self.on_greeted(greeted),
                Some(knocked) = self.knocked.1.recv() => self.on_knocked(&knocked),
                Some(hearsay) = self.hearsay.1.recv() => self.on_hearsay(hearsay),
                Some(redirected) = self.redirected.1.recv() => self.on_redirected(&redirected),
                Some(wanted) = self.wanted.1.recv() => self.on_wanted(&wanted),
                Some(ended) = self.ended.1.recv() => self.on_ended(&ended),
                command = self.commands.recv() => match command {
                    Some(command) => self.on_command(command),
                    None => break,
                },
                () = until(due) => self.dial_due(),
            }
        }
        self.say_goodbye().await;
    }

    /// Closes all links, so that the others need not find out by silence.
    async fn say_goodbye(mut self) {
        let links: Vec<_> = self.links.drain().map(|(_, link)| link).collect();
        for link in &links {
            link.cancel.cancel();
        }
        // Whoever listens to events may be gone or slow: a limit on everything.
        let _ = timeout(GOODBYE, all_done(links)).await;
        let peers: Vec<_> = self.swarm.connected_peers().copied().collect();
        for peer in peers {
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        let swarm = &mut self.swarm;
        let closing = async {
            while swarm.network_info().num_peers() > 0 {
                swarm.select_next_some().await;
            }
        };
        let _ = timeout(GOODBYE, closing).await;
    }
}

async fn all_done(links: Vec<Running>) {
    for link in links {
        let _ = link.done.await;
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => future::pending().await,
    }
}
