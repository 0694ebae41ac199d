//! What kind of link it is, and how both sides want it to be used.

use std::collections::BTreeMap;
use std::io;
use std::time::Instant;

use okrug_protocol::ids::OfficeId;
use tokio::sync::watch;

use super::{Known, Redirected, Shared, aborted, locked};
use crate::mesh::class::Class;
use crate::mesh::config::Declared;
use crate::mesh::event::Event;
use crate::mesh::exchange::terms::Terms;

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
            if line.classes.class() == Class::Thin {
                self.without_gossip(&mut line);
            }
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

    /// Has the link used without gossip.
    pub(super) fn without_gossip(&self, line: &mut Known) {
        if !line.ours.direct {
            line.ours.direct = true;
            self.agree.notify_one();
        }
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
        if terms.direct && !before.direct {
            // A loop that has ended needs no reports.
            let _ = self.redirected.send(Redirected { office: self.office, connection: self.connection }).await;
        }
        self.events.send(Event::Terms { office: self.office, terms }, None).await.map_err(aborted)
    }
}
