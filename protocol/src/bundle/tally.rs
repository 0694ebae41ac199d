//! What a bundle was to hold, what came of it, and what is missing.

use std::collections::BTreeMap;

use super::record::Run;
use crate::ids::{LogId, Seq};

/// Gaps that are named; of more the number is known.
const MAX_GAPS: usize = 4_096;
/// Logs that are watched; no district has so many.
const MAX_LOGS: usize = 1 << 18;

/// Compares what comes with what was announced.
#[derive(Debug, Default)]
pub struct Tally {
    /// The place that is next in each log, and the last that there should be.
    logs: BTreeMap<LogId, (Seq, Seq)>,
    gaps: Vec<Run>,
    missing: u64,
}

impl Tally {
    /// These are to come.
    pub fn expect(&mut self, runs: &[Run]) {
        for run in runs {
            if self.logs.len() < MAX_LOGS {
                self.logs.insert(run.log, (run.from, run.to));
            }
        }
    }

    /// An entry came.
    pub fn came(&mut self, log: &LogId, seq: Seq) {
        let Some((next, to)) = self.logs.get_mut(log) else { return };
        if seq < *next || seq > *to {
            return;
        }
        let gap = (seq > *next).then_some(Run { log: *log, from: *next, to: Seq(seq.0 - 1) });
        *next = seq.next();
        gap.into_iter().for_each(|gap| self.gap(gap));
    }

    fn gap(&mut self, gap: Run) {
        self.missing = self.missing.saturating_add((gap.to.0 - gap.from.0).saturating_add(1));
        if self.gaps.len() < MAX_GAPS {
            self.gaps.push(gap);
        }
    }

    /// What did not come, sorted by log: the first of the gaps, and how many entries are missing in all.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Run>, u64) {
        for (log, (next, to)) in std::mem::take(&mut self.logs) {
            if next <= to {
                self.gap(Run { log, from: next, to });
            }
        }
        self.gaps.sort_by_key(|gap| (gap.log, gap.from));
        (self.gaps, self.missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::log;

    #[test]
    fn what_did_not_come_is_named() {
        let run = |from, to| Run { log: log(), from: Seq(from), to: Seq(to) };
        let mut tally = Tally::default();
        tally.expect(&[run(5, 12)]);
        for seq in [5, 6, 9, 9, 2, 40] {
            tally.came(&log(), Seq(seq));
        }
        assert_eq!(tally.finish(), (vec![run(7, 8), run(10, 12)], 5));
        assert_eq!(Tally::default().finish(), (vec![], 0));
    }
}
