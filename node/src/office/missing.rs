//! What others are known to hold and this office has not: how much of a catching-up is left.

use okrug_protocol::ids::LogId;

use super::handle::Handle;

/// How far this office is behind what its neighbours have told it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Behind {
    /// Entries that are held here.
    pub held: u64,
    /// Entries that others hold and this office is meant to have.
    pub missing: u64,
    /// Offices that are linked.
    pub linked: usize,
}

impl Handle {
    /// Compares what is held here with what others were heard to hold.
    #[must_use]
    pub fn behind(&self) -> Behind {
        let (directory, me) = (self.desk.directory(), self.desk.me);
        let ours = |log: &LogId| log.office == me || directory.wants(me, log.topic);
        let furthest = self.desk.holdings.read(|holdings| holdings.furthest_of_all(me));
        let missing = furthest.into_iter().filter(|(log, _)| ours(log)).map(|(log, seq)| {
            let held = self.ledger.head(&log).map_or(0, |head| head.seq.0);
            seq.0.saturating_sub(held)
        });
        let linked = self.desk.links.read(|links| links.values().filter(|link| link.up).count());
        Behind { held: self.ledger.entries(), missing: missing.fold(0, u64::saturating_add), linked }
    }
}
