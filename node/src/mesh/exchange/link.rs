//! One link, from its first word to its last: a task that reads, writes and listens for the pulse.
//!
//! It alone tells of the link, so `Up`, frames and `Down` of an office come in order and once each; a successor
//! waits until its predecessor has said `Down`.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::io::{AsyncReadExt, BufReader, ReadHalf, WriteHalf};
use libp2p::swarm::ConnectionId;
use okrug_protocol::ids::OfficeId;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::frames::{Incoming, Outbox, Outgoing, read};
use super::greet::{self, Greeting};
use super::pulse::{Due, LOOK, Pulse};
use crate::mesh::event::{Deaf, Event, EventSender};
use crate::mesh::hearsay::Hearsay;
use crate::mesh::hints::{self, Met};
use crate::mesh::lanes::Waiting;
use crate::mesh::meter::Meter;
use crate::mesh::status::Table;

/// From one telling of where others were met to the next.
const BETWEEN_NEWS: Duration = Duration::from_secs(2);

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
    /// The silence after which it is asked whether the other side is still there.
    pub(in crate::mesh) idle: Duration,
    /// A random number that makes one of the two sides the more patient.
    pub(in crate::mesh) lean: u8,
    /// Frames to be sent.
    pub(in crate::mesh) waiting: Waiting,
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
            greet::say(&mut self.stream, answer).await?;
        }
        if let Some(before) = before {
            let _ = before.await;
        }
        let (office, events, rtt_ms) = (self.office, self.events.clone(), self.rtt_ms);
        events.send(Event::Up { office, rtt_ms }, None).await.map_err(aborted)?;
        let end = self.talk().await;
        events.send(Event::Down { office }, None).await.map_err(aborted)?;
        end
    }

    async fn talk(self) -> io::Result<()> {
        let (reader, writer) = self.stream.split();
        let mut pulse = Pulse::new(Instant::now(), self.idle, self.lean);
        self.rtt_ms.into_iter().for_each(|trip| pulse.trip(Duration::from_millis(trip.into())));
        let shared = Shared {
            office: self.office,
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
        // Five futures of one task: whichever ends first ends the link.
        tokio::select! {
            end = shared.read(reader) => end,
            end = shared.write(writer, self.waiting) => end,
            end = shared.listen_for_pulse() => end,
            () = shared.take_probes(self.probes) => Ok(()),
            () = shared.gather_news(self.met) => Ok(()),
            () = self.cancel.cancelled() => Ok(()),
        }
    }
}

/// What the three futures of a link share.
struct Shared {
    office: OfficeId,
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
}

impl Shared {
    async fn read(&self, stream: ReadHalf<libp2p::Stream>) -> io::Result<()> {
        let mut stream = BufReader::with_capacity(4 << 10, stream);
        let mut told: Option<Instant> = None;
        loop {
            match read(&mut stream).await? {
                Incoming::Beat => self.echo.notify_one(),
                Incoming::Echo => self.echoed(),
                Incoming::Frame(frame) => self.deliver(frame).await?,
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

    async fn write(&self, mut stream: WriteHalf<libp2p::Stream>, mut waiting: Waiting) -> io::Result<()> {
        let mut outbox = Outbox::default();
        loop {
            tokio::select! {
                biased;
                () = self.echo.notified() => outbox.push(Outgoing::Echo),
                () = self.beat.notified() => outbox.push(Outgoing::Beat),
                () = self.tell.notified() => {
                    let news = self.news.lock().unwrap_or_else(PoisonError::into_inner).take();
                    news.into_iter().for_each(|news| outbox.push(Outgoing::Hints(news)));
                }
                frame = waiting.next() => match frame {
                    Some(frame) => outbox.push(Outgoing::Frame(frame)),
                    None => return Ok(()),
                },
            }
            while outbox.has_room()
                && let Some(frame) = waiting.try_next()
            {
                outbox.push(Outgoing::Frame(frame));
            }
            outbox.flush(&mut stream).await?;
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
                *self.news.lock().unwrap_or_else(PoisonError::into_inner) = news;
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
            let mut waiting = self.probes.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|other| !other.is_closed());
            if waiting.len() < MAX_PROBES {
                waiting.push(probe);
            }
            if self.pulse.lock().unwrap_or_else(PoisonError::into_inner).ask(Instant::now()) {
                self.beat.notify_one();
            }
        }
    }

    fn look(&self) -> Due {
        let (received, sent) = (self.meter.bytes_in(), self.meter.bytes_out());
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner).look(Instant::now(), received, sent)
    }

    fn echoed(&self) {
        if let Some(rtt) = self.pulse.lock().unwrap_or_else(PoisonError::into_inner).echoed(Instant::now()) {
            self.table.measured(self.office, millis(rtt));
            for probe in self.probes.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                // Whoever asked may have lost patience.
                let _ = probe.send(rtt);
            }
        }
    }
}

fn aborted(_: Deaf) -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

/// Whole milliseconds, rounded up, so that a measured trip is never 0.
pub(in crate::mesh) fn millis(trip: Duration) -> u32 {
    u32::try_from(trip.as_micros().div_ceil(1_000)).unwrap_or(u32::MAX)
}
