//! What stands where an office signed two entries, and behind that.
//!
//! Each office holds one of the two stories, the one that came first, and goes on showing it: nobody can say which one the
//! people meant. So it stands under a warning, like what nobody confirms of a revoked office.

use okrug_protocol::ids::{LogId, Seq};

use super::desk::Desk;
use super::events::Happened;

impl Desk {
    /// Whether an entry is to be shown under a warning: its office signed another one for its place, or for one before it.
    pub(crate) fn is_disputed(&self, log: &LogId, seq: Seq) -> bool {
        self.forked.read(|forked| forked.get(log).is_some_and(|at| seq >= *at))
    }

    /// Takes note of a fork; whoever looks at what stands there is told of it anew.
    pub(crate) fn learn_fork(&self, log: LogId, at: Seq) {
        let news = self.forked.change(|forked| {
            let known = forked.entry(log).or_insert(Seq(u64::MAX));
            let news = at < *known;
            *known = at.min(*known);
            news
        });
        let held = self.store.log_state(&log).ok().flatten().map_or(Seq::ZERO, |state| state.seq);
        if news && held >= at {
            self.events.tell(Happened::Held { log, from: Seq(at.0.saturating_sub(1)), to: held });
        }
    }
}
