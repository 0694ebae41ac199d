//! One link, from its first word to its last: a task that reads, writes and listens for the pulse.
//!
//! It alone tells of the link, so `Up`, frames and `Down` of an office come in order and once each; a successor
//! waits until its predecessor has said `Down`.

mod agree;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::io::{AsyncReadExt, BufReader, ReadHalf, WriteHalf};
use libp2p::swarm::ConnectionId;
use okrug_protocol::ids::{OfficeId, Precedence};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::cutter::Cutter;
use super::flight::{Flight, MIN_WINDOW};
use super::frames::{Incoming, Outbox, Outgoing, Parts, STUCK, read};
use super::greet::{self, Greeting};
use super::pulse::{Carried, Due, LOOK, Pulse};
use super::taken::{self, Taken};
use super::terms::Terms;
use crate::mesh::class::Classes;
use crate::mesh::config::Declared;
use crate::mesh::copies::{Copier, Line, Lone};
use crate::mesh::event::{Deaf, Event, EventSender};
use crate::mesh::hearsay::Hearsay;
use crate::mesh::hints::{self, Met};
use crate::mesh::lanes::Waiting;
use crate::mesh::meter::Meter;
use crate::mesh::patience;
use crate::mesh::status::Table;
use crate::mesh::trips::Trips;

/// From one telling of where others were met to the next.
const BETWEEN_NEWS: Duration = Duration::from_secs(2);

/// From now on a link is used without gossip, or with it again.
#[derive(Debug)]
pub(in crate::mesh) struct Redirected {
    /// The other side.
    pub(in crate::mesh) office: OfficeId,
    /// The connection that it is on.
    pub(in crate::mesh) connection: ConnectionId,
    /// Without.
    pub(in crate::mesh) direct: bool,
}

/// A link has ended; its connection is to be closed.
#[derive(Debug)]
pub(in crate::mesh) struct Ended {
    /// The other side.
    pub(in crate::mesh) office: OfficeId,
    /// The connection that it was on.
    pub(in crate::mesh) connection: ConnectionId,
}

/// Somebody wants to know the round trip; dropped when the link ends first.
pub(in crate::mesh) type Probe = oneshot::Sender<Duration>;

/// Probes of one link that wait at most.
pub(in crate::mesh) const MAX_PROBES: usize = 16;

/// One link.
pub(in crate::mesh) struct Link {
    /// The other side.
    pub(in crate::mesh) office: OfficeId,
    /// The connection that it is on.
    pub(in crate::mesh) connection: ConnectionId,
    /// The exchange's stream.
    pub(in crate::mesh) stream: libp2p::Stream,
    /// To be said first by the side that was called.
    pub(in crate::mesh) answer: Option<Greeting>,
    /// The round trip of the greeting, on the side that dialled.
    pub(in crate::mesh) rtt_ms: Option<u32>,
    /// Counts the connection's bytes.
    pub(in crate::mesh) meter: Arc<Meter>,
    /// What is known of the line.
    pub(in crate::mesh) classes: Classes,
    /// Bytes a second that it carries, where that is remembered.
    pub(in crate::mesh) rate: Option<u64>,
    /// How it is to be used, as far as this side is concerned.
    pub(in crate::mesh) terms: Terms,
    /// What was declared of it, as it changes.
    pub(in crate::mesh) declared: watch::Receiver<BTreeMap<OfficeId, Declared>>,
    /// Where it is reported that gossip is not to use it any more, or is to use it again.
    pub(in crate::mesh) redirected: mpsc::Sender<Redirected>,
    /// The silence after which it is asked whether the other side is still there.
    pub(in crate::mesh) idle: Duration,
    /// A random number that makes one of the two sides the more patient.
    pub(in crate::mesh) lean: u8,
    /// Frames to be sent.
    pub(in crate::mesh) waiting: Waiting,
    /// Sends copies of some of them, where the line loses packets.
    pub(in crate::mesh) copier: Copier,
    /// Who wants to know the round trip now.
    pub(in crate::mesh) probes: mpsc::Receiver<Probe>,
    /// Where everything is told.
    pub(in crate::mesh) events: EventSender,
    /// Where round trips are noted.
    pub(in crate::mesh) table: Table,
    /// Where offices were met, as it changes.
    pub(in crate::mesh) met: watch::Receiver<Met>,
    /// Where it is reported what the other side tells of others.
    pub(in crate::mesh) hearsay: mpsc::Sender<Hearsay>,
    /// Ends the link from outside.
    pub(in crate::mesh) cancel: CancellationToken,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("office", &self.office).field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl Link {
    /// Runs the link to its end.
    ///
    /// Shapes:  `before` fires when the office's previous link has said `Down`, `after` when this one has.
    pub(in crate::mesh) async fn run(self, before: Option<oneshot::Receiver<()>>, after: oneshot::Sender<()>, ended: mpsc::Sender<Ended>) {
        let (office, connection) = (self.office, self.connection);
        let table = self.table.clone();
        if let Err(error) = self.stand(before).await {
            tracing::debug!(%office, %error, "link ended");
            if error.kind() == io::ErrorKind::InvalidData {
                table.offended(office);
            }
        }
        let _ = after.send(());
        let _ = ended.send(Ended { office, connection }).await;
    }

    async fn stand(mut self, before: Option<oneshot::Receiver<()>>) -> io::Result<()> {
        // Answered before anything that could take time here: the other side waits with a limit.
        if let Some(answer) = self.answer {
            greet::say(&mut self.stream, answer, patience::greeting(self.meter.handshake())).await?;
        }
        if let Some(before) = before {
            let _ = before.await;
        }
        let (office, events, rtt_ms) = (self.office, self.events.clone(), self.rtt_ms);
        events.send(Event::Up { office, rtt_ms }, None).await.map_err(aborted)?;
        if self.terms != Terms::USUAL {
            events.send(Event::Terms { office, terms: self.terms }, None).await.map_err(aborted)?;
        }
        let end = self.talk().await;
        events.send(Event::Down { office }, None).await.map_err(aborted)?;
        end
    }

    async fn talk(self) -> io::Result<()> {
        let (reader, writer) = self.stream.split();
        let mut pulse = Pulse::new(Instant::now(), self.idle, self.lean);
        self.rtt_ms.into_iter().for_each(|trip| pulse.trip(Duration::from_millis(trip.into())));
        let mut flight = Flight::new(Instant::now()).knowing(self.rate);
        self.rtt_ms.into_iter().for_each(|trip| flight.trip(Duration::from_millis(trip.into())));
        let mut trips = Trips::default();
        self.rtt_ms.into_iter().for_each(|trip| trips.measured(Duration::from_millis(trip.into())));
        let shared = Shared {
            office: self.office,
            connection: self.connection,
            flight: Mutex::new(flight),
            landed: Notify::new(),
            taken: Mutex::new(Taken::default()),
            enough: Notify::new(),
            confirm: Notify::new(),
            line: Mutex::new(Known { classes: self.classes, trips, ours: self.terms, theirs: Terms::USUAL }),
            agree: Notify::new(),
            redirected: self.redirected,
            beat: Notify::new(),
            echo: Notify::new(),
            pulse: Mutex::new(pulse),
            probes: Mutex::new(Vec::new()),
            meter: self.meter,
            events: self.events,
            table: self.table,
            news: Mutex::new(None),
            tell: Notify::new(),
            hearsay: self.hearsay,
        };
        if self.terms != Terms::USUAL {
            shared.agree.notify_one();
        }
        if self.rtt_ms.is_none() {
            // Who was called does not know the round trip yet, and all that is sent follows from it.
            shared.ask();
        }
        // Eight futures of one task: whichever ends first ends the link.
        tokio::select! {
            end = shared.read(reader) => end,
            end = shared.write(writer, self.waiting, self.copier) => end,
            end = shared.listen_for_pulse() => end,
            end = shared.keep_to(self.declared) => end,
            () = shared.confirm_now_and_then() => Ok(()),
            () = shared.take_probes(self.probes) => Ok(()),
            () = shared.gather_news(self.met) => Ok(()),
            () = shared.measure_again() => Ok(()),
            () = self.cancel.cancelled() => Ok(()),
        }
    }
}

/// What kind of link it is, and what the two sides want of it.
#[derive(Debug)]
struct Known {
    classes: Classes,
    trips: Trips,
    ours: Terms,
    theirs: Terms,
}

/// What the futures of a link share.
struct Shared {
    office: OfficeId,
    connection: ConnectionId,
    beat: Notify,
    echo: Notify,
    pulse: Mutex<Pulse>,
    /// Who waits for the next echo.
    probes: Mutex<Vec<Probe>>,
    meter: Arc<Meter>,
    events: EventSender,
    table: Table,
    /// What is to be told of other offices next.
    news: Mutex<Option<Vec<u8>>>,
    tell: Notify,
    hearsay: mpsc::Sender<Hearsay>,
    flight: Mutex<Flight>,
    /// Something of what was under way has arrived.
    landed: Notify,
    taken: Mutex<Taken>,
    /// Enough was taken to be confirmed.
    enough: Notify,
    confirm: Notify,
    line: Mutex<Known>,
    agree: Notify,
    redirected: mpsc::Sender<Redirected>,
}

impl Shared {
    async fn read(&self, stream: ReadHalf<libp2p::Stream>) -> io::Result<()> {
        let mut stream = BufReader::with_capacity(4 << 10, stream);
        let mut told: Option<Instant> = None;
        let mut parts = Parts::default();
        loop {
            let incoming = read(&mut stream, &mut parts).await?;
            self.took(incoming.len());
            match incoming {
                Incoming::Beat => self.echo.notify_one(),
                Incoming::Echo => self.echoed().await?,
                Incoming::Piece { more: true, .. } => {}
                Incoming::Piece { lane, .. } => self.deliver(parts.take(lane)).await?,
                Incoming::Taken(bytes) => self.confirmed(bytes).await?,
                Incoming::Terms(theirs) => {
                    let before = self.terms();
                    locked(&self.line).theirs = theirs;
                    self.agreed(before).await?;
                }
                // Whoever tells more often than an honest office does is not listened to.
                Incoming::Hints(_) if told.is_some_and(|at| at.elapsed() < BETWEEN_NEWS / 2) => {}
                Incoming::Hints(bytes) => {
                    told = Some(Instant::now());
                    let met = hints::read(&bytes).ok_or(io::ErrorKind::InvalidData)?;
                    // A loop that has no time now loses a hint.
                    let _ = self.hearsay.try_send(Hearsay { teller: self.office, met });
                }
            }
        }
    }

    async fn deliver(&self, bytes: Vec<u8>) -> io::Result<()> {
        // While there is no room nothing more is read, the window fills, and the other side waits.
        let room = self.events.room(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).await.map_err(aborted)?;
        self.events.send(Event::Frame { office: self.office, bytes }, Some(room)).await.map_err(aborted)
    }

    /// Takes note of bytes of the other side.
    fn took(&self, bytes: usize) {
        let mut taken = locked(&self.taken);
        taken.took(bytes, Instant::now());
        if taken.is_very_much() {
            self.confirm.notify_one();
        } else if taken.is_something() {
            self.enough.notify_one();
        }
    }

    /// Has what was taken confirmed, not too often, and with something else where that can wait.
    async fn confirm_now_and_then(&self) {
        loop {
            self.enough.notified().await;
            loop {
                let wait = locked(&self.taken).wait(Instant::now());
                match wait {
                    None => break,
                    Some(Duration::ZERO) => {
                        self.confirm.notify_one();
                        tokio::time::sleep(taken::BETWEEN_CONFIRMATIONS).await;
                        break;
                    }
                    Some(wait) => tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = self.enough.notified() => {}
                    },
                }
            }
        }
    }

    async fn write(&self, mut stream: WriteHalf<libp2p::Stream>, mut waiting: Waiting, mut copier: Copier) -> io::Result<()> {
        let (mut outbox, mut cutter, mut lone) = (Outbox::default(), Cutter::default(), Lone::default());
        loop {
            let (room, piece) = {
                let flight = locked(&self.flight);
                (flight.has_room(), usize::try_from(flight.piece()).unwrap_or(usize::MAX))
            };
            tokio::select! {
                biased;
                () = self.echo.notified() => outbox.push(Outgoing::Echo),
                () = self.beat.notified() => outbox.push(Outgoing::Beat),
                // Told below.
                () = self.confirm.notified() => {}
                () = self.agree.notified() => outbox.push(Outgoing::Terms(locked(&self.line).ours)),
                () = self.tell.notified() => {
                    let news = locked(&self.news).take();
                    news.into_iter().for_each(|news| outbox.push(Outgoing::Hints(news)));
                }
                next = cutter.next(&mut waiting, room, piece) => match next {
                    Some(next) => {
                        note(&mut lone, &next);
                        outbox.push(next);
                    }
                    None => return Ok(()),
                },
                () = self.landed.notified(), if !room => continue,
                () = tokio::time::sleep(STUCK), if !room => return Err(io::ErrorKind::TimedOut.into()),
            }
            // What was taken is told with whatever goes now, if it is worth telling.
            let told = locked(&self.taken).confirm();
            told.into_iter().for_each(|told| outbox.push(Outgoing::Taken(told)));
            // Small ones share a packet.
            let mut more = true;
            while more && outbox.len() < piece {
                let next = cutter.try_next(&mut waiting, room, piece - outbox.len());
                more = next.is_some();
                if let Some(next) = next {
                    note(&mut lone, &next);
                    outbox.push(next);
                }
            }
            if outbox.len() == 0 {
                continue;
            }
            let (rests, line) = {
                let mut flight = locked(&self.flight);
                let rests = !more && flight.under_way() <= MIN_WINDOW;
                flight.sent(outbox.len(), Instant::now());
                if !more {
                    flight.idle();
                }
                (rests, Line { trip: flight.shortest_trip(), rate: flight.rate() })
            };
            outbox.flush(&mut stream).await?;
            // Whichever is there first is taken.
            if let Some(frame) = lone.take().filter(|_| rests && self.terms().least == Precedence::Routine) {
                copier.went(&frame, line);
            }
        }
    }

    async fn listen_for_pulse(&self) -> io::Result<()> {
        let mut ticks = tokio::time::interval(LOOK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.look() {
                Due::Nothing => {}
                Due::Beat => self.beat.notify_one(),
                Due::Dead => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }

    /// Has the other side told where offices were met, whenever there is something new and not too often.
    async fn gather_news(&self, mut met: watch::Receiver<Met>) {
        let mut told = Met::new();
        loop {
            // Where it is itself the other side knows best.
            let mut now = met.borrow_and_update().clone();
            now.remove(&self.office);
            let news = hints::news(&mut told, &now);
            let more = news.is_some();
            if more {
                *locked(&self.news) = news;
                self.tell.notify_one();
            }
            tokio::time::sleep(BETWEEN_NEWS).await;
            if !more && met.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Asks the other side for whoever wants to know; ends when nobody can any more.
    async fn take_probes(&self, mut probes: mpsc::Receiver<Probe>) {
        while let Some(probe) = probes.recv().await {
            let mut waiting = locked(&self.probes);
            waiting.retain(|other| !other.is_closed());
            if waiting.len() < MAX_PROBES {
                waiting.push(probe);
            }
            drop(waiting);
            self.ask();
        }
    }

    /// Asks for the round trip now.
    fn ask(&self) {
        if locked(&self.pulse).ask(Instant::now()) {
            self.beat.notify_one();
        }
    }

    fn look(&self) -> Due {
        let meter = &self.meter;
        let carried = Carried { received: meter.bytes_in(), sent: meter.bytes_out(), unanswered: meter.unanswered() };
        locked(&self.pulse).look(Instant::now(), carried)
    }

    async fn echoed(&self) -> io::Result<()> {
        let trip = locked(&self.pulse).echoed(Instant::now());
        if let Some(rtt) = trip {
            locked(&self.flight).trip(rtt);
            self.table.measured(self.office, millis(rtt));
            for probe in locked(&self.probes).drain(..) {
                // Whoever asked may have lost patience.
                let _ = probe.send(rtt);
            }
            self.took_a_trip(rtt).await?;
        }
        Ok(())
    }
}

fn note(lone: &mut Lone, goes: &Outgoing) {
    if let Outgoing::Piece { lane, more, bytes } = goes {
        lone.piece(*lane, *more, bytes);
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

fn aborted(_: Deaf) -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

/// Whole milliseconds, rounded up, so that a measured trip is never 0.
pub(in crate::mesh) fn millis(trip: Duration) -> u32 {
    u32::try_from(trip.as_micros().div_ceil(1_000)).unwrap_or(u32::MAX)
}
