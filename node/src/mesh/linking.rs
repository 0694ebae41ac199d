//! From a connection to a link, and back: greetings, the choice between connections, the link's task.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libp2p::core::ConnectedPoint;
use libp2p::swarm::ConnectionId;
use libp2p::{PeerId, Stream};
use okrug_protocol::ids::OfficeId;
use rand_core::RngCore;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::arbiter::Choice;
use super::class::{Class, Classes};
use super::copies::{Copier, Place, Wanted};
use super::event::Event;
use super::event_loop::{EventLoop, Running};
use super::exchange::{self, Ended, Greeting, Link, Redirected, Terms};
use super::handle::Source;
use super::lanes::Lanes;
use super::patience;
use super::status::Ways;
use super::streams::Opened;
use super::trips::Trips;
use crate::clock;

/// What came of the first words on a connection.
#[derive(Debug)]
pub(super) struct Greeted {
    peer: PeerId,
    connection: ConnectionId,
    stream: Stream,
    /// The round trip, where we spoke first.
    rtt_ms: Option<u32>,
    theirs: io::Result<Greeting>,
    asked: bool,
}

impl EventLoop {
    /// The exchange's stream is open on a connection: whoever dialled greets.
    pub(super) fn on_opened(&mut self, opened: Opened) {
        let Opened { peer, connection, stream, .. } = opened;
        let Some(known) = self.connections.get(&connection) else { return };
        let Some(mut stream) = stream else {
            let office = known.office;
            return self.try_again(office);
        };
        let report = self.greeted.0.clone();
        let patience = patience::greeting(known.meter.handshake());
        if known.point.is_dialer() {
            let Some(ours) = self.arbiter.ask(peer, connection) else {
                self.swarm.close_connection(connection);
                return;
            };
            tokio::spawn(async move {
                let asked_at = Instant::now();
                let theirs = exchange::ask(&mut stream, ours, patience).await;
                let rtt_ms = theirs.is_ok().then(|| exchange::millis(asked_at.elapsed()));
                let _ = report.send(Greeted { peer, connection, stream, rtt_ms, theirs, asked: true }).await;
            });
        } else {
            tokio::spawn(async move {
                let theirs = exchange::hear(&mut stream, patience).await;
                let _ = report.send(Greeted { peer, connection, stream, rtt_ms: None, theirs, asked: false }).await;
            });
        }
    }

    /// A greeting was given and answered, or heard; or not.
    pub(super) fn on_greeted(&mut self, greeted: Greeted) {
        let (peer, connection) = (greeted.peer, greeted.connection);
        if !self.connections.contains_key(&connection) {
            return;
        }
        if let (Ok(theirs), Some(known)) = (&greeted.theirs, self.connections.get(&connection))
            && self.arbiter.is_two(peer, *theirs)
        {
            // Where there is no room it is told with the next greeting: the two take the link from each other.
            self.events.offer(Event::Twins { office: known.office }, 0);
        }
        let answer = match (&greeted.theirs, greeted.asked) {
            (Ok(theirs), true) => self.arbiter.answered(peer, connection, *theirs).then_some(None),
            (Ok(theirs), false) => match self.arbiter.greeted(peer, connection, *theirs) {
                Choice::Accept(ours) => Some(Some(ours)),
                Choice::Refuse => None,
            },
            (Err(error), _) => {
                tracing::debug!(%peer, %error, "no link on this connection");
                None
            }
        };
        match answer {
            Some(answer) => self.start_link(greeted, answer),
            None => {
                self.arbiter.closed(&peer, connection);
                self.swarm.close_connection(connection);
            }
        }
    }

    fn start_link(&mut self, greeted: Greeted, answer: Option<Greeting>) {
        let Some(known) = self.connections.get(&greeted.connection).cloned() else { return };
        let (office, connection) = (known.office, greeted.connection);
        let before = self.links.remove(&office).map(|old| {
            old.cancel.cancel();
            old.done
        });
        let ((lanes, waiting), (after, done), cancel) = (Lanes::new(), oneshot::channel(), CancellationToken::new());
        let (asking, probes) = mpsc::channel(exchange::MAX_PROBES);
        let (class, rate) = self.table.remembered(office);
        let trip = greeted.rtt_ms.map(|trip| Duration::from_millis(trip.into()));
        let declared = self.settings.declared.borrow().get(&office).copied();
        let classes = match (declared, class) {
            (Some(_), _) => Classes::declared(),
            (None, Some(class)) => Classes::known(class),
            (None, None) => Classes::new(trip),
        };
        let mut trips = Trips::default();
        trip.into_iter().for_each(|trip| trips.measured(trip));
        // What it carried in better times says nothing of now.
        let measured = Terms { direct: trips.are_long() || class == Some(Class::Thin), ..Terms::USUAL };
        let terms = declared.map_or(measured, Terms::declared);
        let (copies, follow) = (Arc::new(Place::default()), self.settings.declared.clone());
        if !self.settings.copies {
            copies.close();
        }
        let copier = Copier::new(Wanted { office, connection }, copies.clone(), self.wanted.0.clone(), known.meter.clone(), follow);
        let link = Link {
            office,
            classes,
            rate,
            terms,
            declared: self.settings.declared.clone(),
            redirected: self.redirected.0.clone(),
            connection,
            stream: greeted.stream,
            answer,
            rtt_ms: greeted.rtt_ms,
            meter: known.meter,
            idle: self.settings.ping,
            lean: self.draw(),
            waiting,
            copier,
            probes,
            events: self.events.clone(),
            table: self.table.clone(),
            met: self.met.subscribe(),
            hearsay: self.hearsay.0.clone(),
            cancel: cancel.clone(),
        };
        self.table.up(office, Ways { lanes, probes: asking }, greeted.rtt_ms, known.point.get_remote_address().clone());
        self.links.insert(office, Running { connection, cancel, done, copies });
        // Before the link tells that it stands: what the office hears is then no longer what it heard before.
        let gossip = &mut self.swarm.behaviour_mut().gossip;
        if terms.direct {
            gossip.shun(known.peer);
        } else {
            gossip.prefer(known.peer, connection);
        }
        self.table.line(office, classes.class(), rate);
        tokio::spawn(link.run(before, after, self.ended.0.clone()));
        self.close_others(known.peer, connection);
        self.redial.linked(office);
        if let ConnectedPoint::Dialer { address, .. } = known.point {
            self.addresses.set(office, Source::LastGood, vec![address]);
            self.watched.reached(office, self.addresses.last_good(office));
        }
        self.pass_on();
    }

    /// A link is used without gossip from now on, or with it again.
    pub(super) fn on_redirected(&mut self, redirected: &Redirected) {
        let Redirected { office, connection, direct } = redirected;
        if self.links.get(office).is_some_and(|link| link.connection == *connection)
            && let Some(known) = self.connections.get(connection)
        {
            let gossip = &mut self.swarm.behaviour_mut().gossip;
            if *direct {
                gossip.shun(known.peer);
            } else {
                gossip.prefer(known.peer, *connection);
            }
        }
    }

    /// A link's task has ended.
    pub(super) fn on_ended(&mut self, ended: &Ended) {
        self.swarm.close_connection(ended.connection);
        if self.links.get(&ended.office).is_some_and(|link| link.connection == ended.connection) {
            self.links.remove(&ended.office);
            self.table.down(ended.office);
            self.try_again(ended.office);
        }
        if let Some(known) = self.connections.get(&ended.connection) {
            self.arbiter.closed(&known.peer, ended.connection);
        }
    }

    /// The office is to be dialled again, after the next longer wait.
    pub(super) fn try_again(&mut self, office: OfficeId) {
        let jitter = self.draw();
        self.redial.failed(office, Instant::now(), jitter);
    }

    fn close_others(&mut self, peer: PeerId, kept: ConnectionId) {
        let others = self.connections.iter().filter(|(id, known)| known.peer == peer && **id != kept).map(|(id, _)| *id);
        for other in others.collect::<Vec<_>>() {
            self.swarm.close_connection(other);
        }
    }

    fn draw(&self) -> u8 {
        clock::rng().next_u32().to_le_bytes()[0]
    }
}
