//! One simulated office: an exchange, and a store that is a count per log.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::content::{Content, Flaw, Readers};
use crate::document::DocumentKind;
use crate::exchange::{Config, Edition, Editions, Exchange, Settled};
use crate::frontier::Short;
use crate::ids::{LogId, OfficeId, Seq, Version};

/// One simulated office.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) id: OfficeId,
    /// `None` while it is off.
    pub(super) exchange: Option<Exchange>,
    /// Counts its lives, so that what was meant for an earlier one is recognised.
    pub(super) life: u64,
    /// What survives a restart.
    pub(super) durable: BTreeMap<LogId, Seq>,
    pub(super) editions: Editions,
    pub(super) receipts: BTreeMap<(OfficeId, LogId), Seq>,
    pub(super) arrivals: BTreeMap<(LogId, Seq), u64>,
    /// Entries that the exchange fetched although they were held.
    pub(super) duplicates: u64,
    pub(super) asks: u64,
    pub(super) footprint: usize,
}

impl Office {
    pub(super) fn new(id: OfficeId) -> Self {
        Self {
            id,
            exchange: None,
            life: 0,
            durable: BTreeMap::new(),
            editions: Editions::NONE,
            receipts: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            duplicates: 0,
            asks: 0,
            footprint: 0,
        }
    }

    /// Begins a life with what is durable.
    pub(super) fn start(&mut self, content: &Content, readers: &Readers, ack_delay_ms: u64) {
        self.life += 1;
        let heads = self.durable.iter().filter_map(|(log, seq)| content.head(log, *seq));
        let config = Config { me: self.id, ack_delay_ms };
        self.exchange = Some(Exchange::new(config, Arc::new(readers.clone()), self.editions, heads));
    }

    pub(super) fn seq(&self, log: &LogId) -> Seq {
        self.durable.get(log).copied().unwrap_or(Seq::ZERO)
    }

    /// Judges entries as a ledger does; gives the verdict and how many were appended.
    pub(super) fn accept(&mut self, content: &Content, log: LogId, entries: &[impl AsRef<[u8]>], now_us: u64) -> (Settled, u64) {
        let mut appended = 0;
        for entry in entries {
            let held = self.seq(&log);
            match content.judge(&log, entry.as_ref(), self.editions.chart.version) {
                Err(Flaw::Forged) => return (Settled::Refused, appended),
                Ok(seq) if seq <= held => self.duplicates += 1,
                Ok(seq) if seq > held.next() => return (Settled::Gap, appended),
                Err(Flaw::Pending) => return (Settled::Pending, appended),
                Ok(seq) => {
                    self.durable.insert(log, seq);
                    self.arrivals.insert((log, seq), now_us);
                    appended += 1;
                }
            }
        }
        (Settled::Taken, appended)
    }

    /// Takes a document if it is the next charter or a newer one of another kind.
    pub(super) fn take_document(&mut self, kind: DocumentKind, version: Version) -> bool {
        let held = match kind {
            DocumentKind::Revocations => &mut self.editions.revocations,
            DocumentKind::Charter => &mut self.editions.charter,
            DocumentKind::Chart => &mut self.editions.chart,
            DocumentKind::Bootstrap => &mut self.editions.bootstrap,
            // The simulated offices know of no delegation.
            DocumentKind::Subchart(_) => return false,
        };
        let newer = version > held.version && (kind != DocumentKind::Charter || version.0 == held.version.0 + 1);
        if newer {
            *held = Edition { version, hash: Short(u64::from(version.0).to_be_bytes()) };
        }
        newer
    }
}
