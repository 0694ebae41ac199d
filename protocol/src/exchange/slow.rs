//! Offices that have written more than the policy's quota: what is theirs waits with whoever holds it.
//!
//! Who keeps the accounts says whose logs wait. They are not asked for meanwhile, and from their next entry on afterwards: a
//! quota slows, it never makes a gap.

use std::collections::BTreeMap;

use super::Exchange;
use super::input::{Out, Slow};
use super::item::Item;
use crate::ids::{LogId, OfficeId};
use crate::quota::is_reserved;

impl Exchange {
    /// Whether a log waits, since its writer has written too much.
    pub(super) fn is_slowed(&self, log: &LogId) -> bool {
        match self.pulls.slowed.get(&log.office) {
            None => false,
            Some(Slow::Common) => !is_reserved(log),
            Some(Slow::All) => true,
        }
    }

    /// An entry was not taken, since its writer has written too much.
    pub(super) fn slow_down(&mut self, log: &LogId, out: &mut Vec<Out>) {
        let slow = if is_reserved(log) { Slow::All } else { Slow::Common };
        let known = self.pulls.slowed.entry(log.office).or_insert(slow);
        *known = slow.max(*known);
        self.stop_slowed(out);
    }

    /// From now on the logs of these offices wait, and of no others.
    pub(super) fn on_slowed(&mut self, slowed: BTreeMap<OfficeId, Slow>, out: &mut Vec<Out>) {
        self.pulls.slowed = slowed;
        self.stop_slowed(out);
    }

    fn stop_slowed(&mut self, out: &mut Vec<Out>) {
        let asked = self.peers.iter().flat_map(|(id, peer)| peer.streams.iter().map(move |(item, stream)| (*id, *item, stream.probe)));
        let slowed = |item: &Item| matches!(item, Item::Log(log) if self.is_slowed(log));
        let stopped: Vec<(OfficeId, Item)> =
            asked.filter(|(_, item, probe)| !probe && slowed(item)).map(|(id, item, _)| (id, item)).collect();
        stopped.into_iter().for_each(|(id, item)| self.stop(id, &item, out));
    }
}
