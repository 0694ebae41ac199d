//! One office: what it holds, what it believes, and its end of the dialogue.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ledger::Ledger;
use super::lies::Liar;
use crate::clock::{Hybrid, Millis, Timestamp};
use crate::exchange::{Config, Delegated, Edition, Editions, Exchange, Holdings};
use crate::ids::{Hash32, LogId, OfficeId, Version};
use crate::trust::Trust;

/// One office.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) id: OfficeId,
    pub(super) trust: Trust,
    pub(super) ledger: Ledger,
    /// `None` while it is off.
    pub(super) exchange: Option<Exchange>,
    /// Counts its lives, so that what was meant for an earlier one is recognised.
    pub(super) life: u64,
    pub(super) clock: Hybrid,
    /// How far its clock is from the true time, in milliseconds.
    pub(super) skew_ms: i64,
    /// The latest that its own clock ever showed.
    pub(super) latest: Millis,
    /// Who has the key of the running epoch of its own logs.
    pub(super) readers: BTreeMap<LogId, Vec<OfficeId>>,
    /// What it was told is written.
    pub(super) acknowledged: Vec<(LogId, u64)>,
    pub(super) footprint: usize,
    /// What it does beside that, when it lies.
    pub(super) liar: Option<Liar>,
}

impl Member {
    pub(super) fn new(id: OfficeId, trust: Trust, liar: Option<Liar>) -> Self {
        Self {
            id,
            trust,
            ledger: Ledger::default(),
            exchange: None,
            life: 0,
            clock: Hybrid::after(Timestamp::ZERO),
            skew_ms: 0,
            latest: Millis(0),
            readers: BTreeMap::new(),
            acknowledged: Vec::new(),
            footprint: 0,
            liar,
        }
    }

    /// What its clock shows.
    pub(super) fn now(&mut self, true_ms: u64) -> Millis {
        let now = Millis(true_ms.saturating_add_signed(self.skew_ms));
        self.latest = self.latest.max(now);
        now
    }

    /// Begins a life with what is durable.
    pub(super) fn start(&mut self) {
        self.life += 1;
        let own = |(log, held): (&LogId, &super::ledger::Held)| (log.office == self.id).then_some(held.state.time);
        let last = self.ledger.logs.iter().filter_map(own).max();
        self.clock = Hybrid::after(last.unwrap_or(Timestamp::ZERO));
        // A new process begins new epochs.
        self.readers.clear();
        let config = Config::of(self.id);
        let heads: Vec<_> = self.ledger.heads().collect();
        self.exchange = Some(Exchange::new(config, self.trust.directory(), self.holdings(), heads));
    }

    /// The documents that it holds, as the exchange names them.
    pub(super) fn holdings(&self) -> Holdings {
        let versions = self.trust.versions();
        let edition = |(version, hash): (Version, Hash32)| Edition { version, hash: hash.into() };
        let told = Editions {
            revocations: edition(versions.revocations),
            charter: edition(versions.charter),
            chart: edition(versions.chart),
            bootstrap: edition(versions.bootstrap),
            delegated: None,
        };
        Holdings::new(told, Delegated::new())
    }

    pub(super) fn is_on(&self) -> bool {
        self.exchange.is_some()
    }

    pub(super) fn directory(&self) -> Arc<crate::directory::Directory> {
        self.trust.directory()
    }
}
