//! The task that owns the exchange machine.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use okrug_protocol::exchange::{Config, Exchange, In, Out, Slowdown};
use okrug_protocol::ids::OfficeId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::gossip::Publisher;
use super::intake::{self, Intake};
use super::senders::Senders;
use super::steady::Steady;
use super::{Parts, documents, gossip};
use crate::ledger::{Appended, Slowed, Struck, Way};
use crate::mesh;

/// Answers that wait for the machine.
const MAX_ANSWERS: usize = 256;
/// How often the links' round trips are read.
const LOOK_AT_LINKS: Duration = Duration::from_secs(20);
/// How often it is told what is still to come.
const FORECAST: Duration = Duration::from_secs(2);

/// The exchange of a node.
pub(super) struct EventLoop {
    pub(super) parts: Parts,
    pub(super) tasks: TaskTracker,
    pub(super) senders: Senders,
    pub(super) intake: Intake,
    pub(super) answers: mpsc::Sender<In>,
    pub(super) wake: Option<Instant>,
    pub(super) time: Steady,
    answered: mpsc::Receiver<In>,
    publisher: Publisher,
    machine: Exchange,
    /// Inputs that follow from outputs.
    follow_ups: VecDeque<In>,
    /// What was told to the machine of each link: its round trip, and the bytes a second that were declared.
    measured: BTreeMap<OfficeId, (Option<u32>, Option<u64>)>,
    /// How each link is used, where it is not as usual.
    terms: BTreeMap<OfficeId, mesh::Terms>,
    heard: mesh::Heard,
    /// Whose logs wait, as the machine was told.
    slowed: BTreeMap<OfficeId, Slowdown>,
    stop: CancellationToken,
}

impl EventLoop {
    pub(super) fn new(parts: Parts, tasks: TaskTracker, stop: CancellationToken) -> Self {
        let directory = parts.documents.directory();
        let config = Config { me: parts.me, ack_delay_ms: parts.ack_delay_ms };
        let editions = documents::editions(&parts.documents);
        let machine = Exchange::new(config, directory, editions, []);
        let (answers, answered) = mpsc::channel(MAX_ANSWERS);
        let (intake, waiting) = intake::channel();
        let (publisher, fresh) = Publisher::channel();
        tasks.spawn(intake::run(parts.ledger.clone(), parts.mesh.clone(), waiting, answers.clone()));
        tasks.spawn(gossip::run(parts.mesh.clone(), fresh));
        let senders = Senders::new(parts.mesh.clone(), tasks.clone());
        Self {
            parts,
            tasks,
            senders,
            intake,
            answers,
            wake: None,
            time: Steady::begin(),
            answered,
            publisher,
            machine,
            follow_ups: VecDeque::new(),
            measured: BTreeMap::new(),
            terms: BTreeMap::new(),
            heard: mesh::Heard::new(),
            slowed: BTreeMap::new(),
            stop,
        }
    }

    pub(super) async fn run(mut self, mut events: mesh::Events) {
        let mut appended = self.parts.ledger.subscribe();
        let mut directory = self.parts.documents.follow();
        let mut audience = self.parts.mesh.audience();
        self.read_heads();
        self.directory_changed().await;
        let ledger = self.parts.ledger.clone();
        let mut look = tokio::time::interval(LOOK_AT_LINKS);
        let mut forecast = tokio::time::interval(FORECAST);
        loop {
            let stop = self.stop.clone();
            let wake = self.wake.unwrap_or_else(|| Instant::now() + LOOK_AT_LINKS);
            tokio::select! {
                () = stop.cancelled() => return,
                event = events.recv() => match event {
                    Some(event) => self.on_mesh(event),
                    None => return,
                },
                Some(input) = self.answered.recv() => self.take(input),
                grown = appended.recv() => match grown {
                    Ok(grown) => self.on_appended(&grown),
                    Err(RecvError::Lagged(_)) => self.read_heads(),
                    Err(RecvError::Closed) => return,
                },
                rows = ledger.gave_up() => self.take(In::Kept(rows)),
                Ok(()) = directory.changed() => self.directory_changed().await,
                Ok(()) = audience.changed() => self.audience_changed(),
                () = tokio::time::sleep_until(wake), if self.wake.is_some() => {
                    self.wake = None;
                    self.take(In::Tick);
                }
                _ = look.tick() => self.look_at_links(),
                _ = forecast.tick() => {
                    self.look_at_quotas();
                    self.forecast();
                }
            }
        }
    }

    fn on_mesh(&mut self, event: mesh::Event) {
        match event {
            mesh::Event::Up { office, rtt_ms } => {
                self.terms.remove(&office);
                self.begin(office, rtt_ms);
                self.take_what_follows();
                self.look_at_links();
                self.parts.watch.link(office, true);
            }
            mesh::Event::Terms { office, terms } => {
                self.terms.insert(office, terms);
                self.take(said(office, terms));
            }
            mesh::Event::Down { office } => {
                self.senders.down(office);
                self.take(In::PeerDown { peer: office });
                self.parts.watch.link(office, false);
            }
            mesh::Event::Frame { office, bytes } => self.take(In::Frame { peer: office, bytes }),
            mesh::Event::Copy { office, bytes } => self.take(In::Copy { peer: office, bytes }),
            mesh::Event::Gossip { topic, from, bytes, token } => {
                self.intake.gossip(intake::Gossip { from, topic, bytes, token });
            }
            mesh::Event::Twins { office } => self.parts.ledger.raise(crate::ledger::Alarm::TwoNodes { office }),
            mesh::Event::Listening(address) => tracing::info!(event = "mesh_listening", %address),
        }
    }

    fn on_appended(&mut self, grown: &Appended) {
        match (grown.from, grown.way) {
            (None, _) => {
                let bytes = grown.bytes.as_ref();
                let gossiped = bytes.is_some_and(|bytes| self.publisher.publish(grown.head.log.topic, bytes));
                self.take(In::Appended { head: grown.head, from: None, gossiped });
            }
            (from @ Some(_), Way::Gossip) => self.take(In::Appended { head: grown.head, from, gossiped: true }),
            // What a range brought is settled by its ticket.
            (Some(_), Way::Exchange) => {}
            // Nobody on the network gave it: all are told, as of what is written here.
            (Some(_), Way::Bundle) => self.take(In::Appended { head: grown.head, from: None, gossiped: false }),
        }
    }

    /// Tells the machine of every head, at the start and after events were missed.
    fn read_heads(&mut self) {
        for head in self.parts.ledger.heads() {
            self.take(In::Appended { head, from: None, gossiped: false });
        }
    }

    async fn directory_changed(&mut self) {
        let directory = self.parts.documents.directory();
        // Before anything else: whoever was removed hears nothing more.
        self.parts.mesh.recheck().await;
        let struck = self.parts.ledger.adopt(Arc::clone(&directory)).await;
        self.take(In::Documents(documents::editions(&self.parts.documents)));
        self.take(In::Interest(Arc::<okrug_protocol::directory::Directory>::clone(&directory)));
        struck.into_iter().for_each(|Struck { log, head }| self.take(In::Cut { log, head }));
        self.parts.watch.directory();
        let me = self.parts.me;
        let carries = directory.member(me).is_some_and(|office| office.carrier);
        let all = || {
            let units = directory.units().map(|unit| okrug_protocol::ids::Topic::Unit(unit.id));
            let groups = directory.groups().map(|group| okrug_protocol::ids::Topic::Group(group.id));
            let inboxes = directory.offices().map(|office| okrug_protocol::ids::Topic::Inbox(office.id));
            [okrug_protocol::ids::Topic::District].into_iter().chain(units).chain(groups).chain(inboxes).collect()
        };
        let topics = if carries { all() } else { directory.topics_of(me) };
        self.parts.mesh.subscribe(topics).await;
    }

    /// Begins a dialogue, with all that is known of the link; the machine remembers nothing of an earlier one.
    pub(super) fn begin(&mut self, peer: OfficeId, rtt_ms: Option<u32>) {
        self.senders.up(peer);
        self.measured.remove(&peer);
        self.later(In::PeerUp { peer, rtt_ms });
        self.terms.get(&peer).into_iter().for_each(|terms| self.follow_ups.push_back(said(peer, *terms)));
        self.later(self.what_is_heard(peer));
    }

    /// Which topics a neighbour hears by gossip: none until it has said so.
    fn what_is_heard(&self, peer: OfficeId) -> In {
        In::Hears { peer, topics: self.heard.get(&peer).cloned().unwrap_or_default() }
    }

    fn audience_changed(&mut self) {
        let heard = self.parts.mesh.audience().borrow().clone();
        let before = std::mem::replace(&mut self.heard, heard);
        let offices: BTreeSet<OfficeId> = before.keys().chain(self.heard.keys()).copied().collect();
        for office in offices {
            if before.get(&office) != self.heard.get(&office) {
                self.take(self.what_is_heard(office));
            }
        }
    }

    /// Tells the machine whose logs wait, since they have written more than the quota, and whose no longer.
    fn look_at_quotas(&mut self) {
        let me = self.parts.me;
        let rows = self.parts.ledger.slowed().into_iter().filter(|row| row.office != me);
        let now = self.time.now();
        let slowdown = |row: Slowed| (row.office, Slowdown { slow: row.slow, until: now.plus(row.for_ms) });
        let slowed: BTreeMap<OfficeId, Slowdown> = rows.map(slowdown).collect();
        let is_news = |(office, word): (&OfficeId, &Slowdown)| self.slowed.get(office).is_none_or(|before| word.is_news_after(before));
        if slowed.len() != self.slowed.len() || slowed.iter().any(is_news) {
            self.slowed.clone_from(&slowed);
            self.take(In::Slowed(slowed));
        }
    }

    fn forecast(&self) {
        for (office, entries, bytes, ms) in self.machine.coming() {
            self.parts.mesh.coming(office, mesh::Coming { entries, bytes, ms });
        }
    }

    fn look_at_links(&mut self) {
        for link in self.parts.mesh.links() {
            let bytes_per_s = link.declared.and_then(|declared| declared.bytes_a_second);
            if !link.connected || (link.rtt_ms.is_none() && bytes_per_s.is_none()) {
                continue;
            }
            if self.measured.insert(link.office, (link.rtt_ms, bytes_per_s)) != Some((link.rtt_ms, bytes_per_s)) {
                self.take(In::Link { peer: link.office, rtt_ms: link.rtt_ms, bytes_per_s });
            }
        }
    }

    /// An input that follows from an output of the machine.
    pub(super) fn later(&mut self, input: In) {
        self.follow_ups.push_back(input);
    }

    fn take(&mut self, input: In) {
        // An answer may have waited while other documents were learnt.
        let input = if matches!(input, In::Documents(_)) { In::Documents(documents::editions(&self.parts.documents)) } else { input };
        self.later(input);
        self.take_what_follows();
    }

    fn take_what_follows(&mut self) {
        while let Some(input) = self.follow_ups.pop_front() {
            let mut out: Vec<Out> = Vec::new();
            self.machine.handle(input, self.time.now(), &mut out);
            out.into_iter().for_each(|out| self.perform(out));
        }
    }
}

fn said(peer: OfficeId, terms: mesh::Terms) -> In {
    In::Terms { peer, direct: terms.direct, least: terms.least }
}
