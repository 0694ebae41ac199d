//! What kind of link it is, and how both sides want it to be used.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use okrug_protocol::ids::OfficeId;
use tokio::sync::watch;

use super::{Known, Redirected, Shared, aborted, locked};
use crate::mesh::class::Class;
use crate::mesh::config::Declared;
use crate::mesh::event::Event;
use crate::mesh::exchange::terms::Terms;

/// After so long, one after the other.
const AGAIN: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(8), Duration::from_secs(30)];

impl Shared {
    /// The other side has taken so much: the line is known a little better.
    pub(super) async fn confirmed(&self, bytes: u32) -> io::Result<()> {
        let before = self.terms();
        {
            let mut flight = locked(&self.flight);
            flight.confirmed(bytes, Instant::now());
            let (trip, rate) = (flight.shortest_trip(), flight.rate());
            let mut line = locked(&self.line);
            line.classes.measured(trip, rate);
            self.table.line(self.office, line.classes.class(), rate);
            self.see_about_gossip(&mut line);
        }
        self.landed.notify_one();
        self.agreed(before).await
    }

    /// Keeps to what was declared of the link, as it changes.
    pub(super) async fn keep_to(&self, mut declared: watch::Receiver<BTreeMap<OfficeId, Declared>>) -> io::Result<()> {
        loop {
            let now = declared.borrow_and_update().get(&self.office).copied();
            if let Some(ours) = now.map(Terms::declared) {
                let before = self.terms();
                if std::mem::replace(&mut locked(&self.line).ours, ours) != ours {
                    self.agree.notify_one();
                }
                self.agreed(before).await?;
            }
            if declared.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// A round trip was measured.
    pub(super) async fn took_a_trip(&self, trip: Duration) -> io::Result<()> {
        let before = self.terms();
        {
            let mut line = locked(&self.line);
            line.trips.measured(trip);
            self.see_about_gossip(&mut line);
        }
        self.agreed(before).await
    }

    /// Has the link used with gossip or without, as what is known of the line says.
    fn see_about_gossip(&self, line: &mut Known) {
        let doubtful = line.trips.are_long() && !line.classes.is_fast();
        let direct = line.classes.class() == Class::Thin || doubtful;
        if !line.classes.is_declared() && line.ours.direct != direct {
            line.ours.direct = direct;
            self.agree.notify_one();
        }
    }

    /// Measures the round trip a few times more where the first one was long: a busy machine may have made it so.
    pub(super) async fn measure_again(&self) {
        for wait in AGAIN {
            tokio::time::sleep(wait).await;
            let doubtful = {
                let line = locked(&self.line);
                line.trips.are_long() && !line.classes.is_fast() && line.classes.class() != Class::Thin
            };
            if doubtful {
                self.ask();
            }
        }
        std::future::pending().await
    }

    /// What both sides want together.
    pub(super) fn terms(&self) -> Terms {
        let line = locked(&self.line);
        line.ours.and(line.theirs)
    }

    /// Tells it where what both sides want together is not what it was before.
    pub(super) async fn agreed(&self, before: Terms) -> io::Result<()> {
        let terms = self.terms();
        if terms == before {
            return Ok(());
        }
        if terms.direct != before.direct {
            let Terms { direct, .. } = terms;
            // A loop that has ended needs no reports.
            let _ = self.redirected.send(Redirected { office: self.office, connection: self.connection, direct }).await;
        }
        self.events.send(Event::Terms { office: self.office, terms }, None).await.map_err(aborted)
    }
}
