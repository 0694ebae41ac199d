//! What is known of the links, for the status page and the metrics.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use libp2p::Multiaddr;
use okrug_protocol::clock::Millis;
use okrug_protocol::ids::OfficeId;
use tokio::sync::mpsc;

use super::class::Class;
use super::config::Declared;
use super::endpoint::host;
use super::exchange::Probe;
use super::lanes::Lanes;
use super::meter::Meter;
use super::patience::Known;

/// Entries that an office brought because they were asked for, or because they are new and gossip is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brought {
    /// Entries that were taken.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Entries that were here already.
    pub known: u64,
}

/// What an office still has to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coming {
    /// Entries, by what it says that it holds and what is here.
    pub entries: u64,
    /// Their bytes, by the length of those that came lately.
    pub bytes: u64,
    /// How long that takes at the rate that was measured, in milliseconds.
    pub ms: u64,
}

/// The link to one office, as it stands or as it was last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStatus {
    /// The other side.
    pub office: OfficeId,
    /// Whether the link stands.
    pub connected: bool,
    /// The last measured round trip.
    pub rtt_ms: Option<u32>,
    /// What kind of link it is, by what was measured or declared; `None` while it never stood.
    pub class: Option<Class>,
    /// Bytes a second that it carries towards the office; known once there was always something to send for a while.
    pub rate: Option<u64>,
    /// Bytes received since the start, handshakes and copies included.
    pub bytes_in: u64,
    /// Bytes sent since the start, handshakes and copies included.
    pub bytes_out: u64,
    /// When anything was last heard from it.
    pub last_contact: Option<Millis>,
    /// The address in use, or the one used last.
    pub address: Option<Multiaddr>,
    /// How often it broke a rule since the start.
    pub offences: u64,
    /// What it brought over the exchange since the start.
    pub brought: Brought,
    /// What it still has to bring; nothing while the link is down.
    pub coming: Coming,
    /// What was declared of the link, where it was declared thin.
    pub declared: Option<Declared>,
}

/// The ways into a link.
#[derive(Debug)]
pub(super) struct Ways {
    /// For frames.
    pub(super) lanes: Lanes,
    /// For whoever wants to know its round trip.
    pub(super) probes: mpsc::Sender<Probe>,
}

#[derive(Debug, Default)]
struct Row {
    lanes: Option<Lanes>,
    probes: Option<mpsc::Sender<Probe>>,
    rtt_ms: Option<u32>,
    class: Option<Class>,
    rate: Option<u64>,
    open: Vec<Arc<Meter>>,
    past_in: u64,
    past_out: u64,
    heard: Option<Millis>,
    address: Option<Multiaddr>,
    offences: u64,
    brought: Brought,
    coming: Coming,
}

/// One row for every office that was ever reached or hinted at; shared by the event loop, the links and the handle.
#[derive(Debug, Clone, Default)]
pub(super) struct Table(Arc<Mutex<BTreeMap<OfficeId, Row>>>);

impl Table {
    fn rows(&self) -> MutexGuard<'_, BTreeMap<OfficeId, Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that the office has a row.
    pub(super) fn known(&self, office: OfficeId) {
        self.rows().entry(office).or_default();
    }

    /// A connection to the office was made; its bytes count from now on.
    pub(super) fn opened(&self, office: OfficeId, meter: Arc<Meter>) {
        self.rows().entry(office).or_default().open.push(meter);
    }

    /// A connection is gone; what it counted is kept.
    pub(super) fn closed(&self, office: OfficeId, meter: &Arc<Meter>) {
        if let Some(row) = self.rows().get_mut(&office) {
            row.open.retain(|open| !Arc::ptr_eq(open, meter));
            row.past_in += meter.all_in();
            row.past_out += meter.all_out();
            row.heard = row.heard.max(meter.heard());
        }
    }

    /// The link stands.
    pub(super) fn up(&self, office: OfficeId, ways: Ways, rtt_ms: Option<u32>, address: Multiaddr) {
        let mut rows = self.rows();
        let row = rows.entry(office).or_default();
        row.lanes = Some(ways.lanes);
        row.probes = Some(ways.probes);
        row.rtt_ms = rtt_ms.or(row.rtt_ms);
        row.address = Some(address);
    }

    /// The link is gone.
    pub(super) fn down(&self, office: OfficeId) {
        if let Some(row) = self.rows().get_mut(&office) {
            (row.lanes, row.probes, row.coming) = (None, None, Coming::default());
        }
    }

    /// A round trip was measured.
    pub(super) fn measured(&self, office: OfficeId, rtt_ms: u32) {
        if let Some(row) = self.rows().get_mut(&office) {
            row.rtt_ms = Some(rtt_ms);
        }
    }

    /// The line is known better.
    pub(super) fn line(&self, office: OfficeId, class: Class, rate: Option<u64>) {
        if let Some(row) = self.rows().get_mut(&office) {
            row.class = Some(class);
            row.rate = rate.or(row.rate);
        }
    }

    /// What is remembered of the line: its class, and its rate where it is a thin one.
    ///
    /// Another rate is found within a round trip or two; the one that a line had in better times would fill a thin one.
    pub(super) fn remembered(&self, office: OfficeId) -> (Option<Class>, Option<u64>) {
        let rows = self.rows();
        // Without a rate nothing was measured but the round trip, and that is measured again.
        let Some((row, rate)) = rows.get(&office).and_then(|row| Some((row, row.rate?))) else { return (None, None) };
        (row.class, Some(rate).filter(|_| row.class == Some(Class::Thin)))
    }

    /// What is known of the line to a host, from the link to an office that was there last.
    pub(super) fn line_to(&self, there: IpAddr) -> Option<Known> {
        let rows = self.rows();
        let row = rows.values().filter(|row| row.rtt_ms.is_some()).find(|row| row.address.as_ref().and_then(host) == Some(there))?;
        Some(Known { trip: Duration::from_millis(row.rtt_ms?.into()), rate: row.rate })
    }

    /// The office broke a rule.
    pub(super) fn offended(&self, office: OfficeId) {
        self.rows().entry(office).or_default().offences += 1;
    }

    /// The office brought something.
    pub(super) fn brought(&self, office: OfficeId, more: Brought) {
        if let Some(Row { brought, .. }) = self.rows().get_mut(&office) {
            brought.entries += more.entries;
            brought.bytes += more.bytes;
            brought.known += more.known;
        }
    }

    /// The office still has to bring this.
    pub(super) fn coming(&self, office: OfficeId, what: Coming) {
        if let Some(row) = self.rows().get_mut(&office).filter(|row| row.lanes.is_some()) {
            row.coming = what;
        }
    }

    /// Where frames for the office are queued while its link stands.
    pub(super) fn lanes(&self, office: OfficeId) -> Option<Lanes> {
        self.rows().get(&office)?.lanes.clone()
    }

    /// Where the office's round trip is asked for while its link stands.
    pub(super) fn probes(&self, office: OfficeId) -> Option<mpsc::Sender<Probe>> {
        self.rows().get(&office)?.probes.clone()
    }

    /// Every row.
    pub(super) fn links(&self) -> Vec<LinkStatus> {
        self.rows().iter().map(|(office, row)| row.status(*office)).collect()
    }
}

impl Row {
    fn status(&self, office: OfficeId) -> LinkStatus {
        LinkStatus {
            office,
            connected: self.lanes.is_some(),
            rtt_ms: self.rtt_ms,
            class: self.class,
            rate: self.rate,
            bytes_in: self.past_in + self.open.iter().map(|meter| meter.all_in()).sum::<u64>(),
            bytes_out: self.past_out + self.open.iter().map(|meter| meter.all_out()).sum::<u64>(),
            last_contact: self.open.iter().filter_map(|meter| meter.heard()).max().max(self.heard),
            address: self.address.clone(),
            offences: self.offences,
            brought: self.brought,
            coming: self.coming,
            declared: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_to_a_host_is_that_to_the_office_that_was_met_there_also_when_its_link_is_gone() {
        let (table, office) = (Table::default(), OfficeId(1));
        let ways = Ways { lanes: Lanes::new().0, probes: mpsc::channel(1).0 };
        table.up(office, ways, Some(900), "/ip4/10.0.0.1/tcp/49152".parse().unwrap());
        table.down(office);
        let [there, elsewhere] = ["10.0.0.1", "10.0.0.2"].map(|host| table.line_to(host.parse().unwrap()));
        assert_eq!((there, elsewhere), (Some(Known { trip: Duration::from_millis(900), rate: None }), None));
    }

    #[test]
    fn what_a_closed_connection_counted_is_kept() {
        let (table, office, meter) = (Table::default(), OfficeId(1), Arc::new(Meter::default()));
        table.opened(office, Arc::clone(&meter));
        table.closed(office, &meter);
        table.closed(OfficeId(2), &meter);
        assert_eq!(table.links().len(), 1);
        assert_eq!(table.links()[0].bytes_in, meter.bytes_in());
        assert!(!table.links()[0].connected);
    }
}
