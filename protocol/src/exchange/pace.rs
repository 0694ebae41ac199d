//! The byte budget towards one neighbour: never more than a second of its rate queued beneath flash.

use crate::clock::Millis;

/// The smallest frame that a thin link is given, so that slow links move at all, in bytes.
const MIN_FRAME: u64 = 512;

/// What was handed to a link, and how fast it drains.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    rate: Option<u64>,
    queued: u64,
    /// Of a byte, drained and not yet counted.
    thousandths: u64,
    at: Option<Millis>,
}

impl Pace {
    pub(super) fn told(&mut self, bytes_per_s: Option<u64>) {
        self.rate = bytes_per_s.map(|rate| rate.max(1));
    }

    /// Whether there is a budget at all.
    pub(super) fn is_thin(&self) -> bool {
        self.rate.is_some()
    }

    /// Takes note of bytes that were handed to the link.
    pub(super) fn spend(&mut self, bytes: usize, now: Millis) {
        self.drain(now);
        if self.rate.is_some() {
            self.queued = self.queued.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        }
    }

    /// Bytes that the next frame beneath flash may have; `None` when it has to wait.
    pub(super) fn room(&mut self, now: Millis) -> Option<u64> {
        self.drain(now);
        let Some(rate) = self.rate else { return Some(u64::MAX) };
        let frame = frame_of(rate);
        (self.queued.saturating_add(frame) <= rate.max(frame)).then_some(frame)
    }

    /// When there is room again.
    pub(super) fn ready_at(&self, now: Millis) -> Millis {
        let Some(rate) = self.rate else { return now };
        let frame = frame_of(rate);
        let excess = self.queued.saturating_add(frame).saturating_sub(rate.max(frame));
        now.plus(excess.saturating_mul(1_000).div_ceil(rate))
    }

    fn drain(&mut self, now: Millis) {
        let elapsed = now.since(self.at.unwrap_or(now));
        match self.rate {
            Some(rate) => {
                // Only whole bytes drain: their thousandths are kept for the next look.
                let thousandths = rate.saturating_mul(elapsed).saturating_add(self.thousandths);
                self.thousandths = thousandths % 1_000;
                let drained = thousandths / 1_000;
                self.queued = self.queued.saturating_sub(drained);
            }
            None => self.queued = 0,
        }
        self.at = Some(now);
    }
}

/// A quarter of a second of the rate.
fn frame_of(rate: u64) -> u64 {
    (rate / 4).max(MIN_FRAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thin_link_never_has_more_than_a_second_queued() {
        let mut pace = Pace::default();
        pace.told(Some(8_000));
        let (mut sent, mut now) = (0, Millis(0));
        while now < Millis(10_000) {
            match pace.room(now) {
                Some(room) => {
                    pace.spend(usize::try_from(room).unwrap(), now);
                    sent += room;
                    assert!(sent <= 8 * now.0 + 8_000, "{sent} at {now:?}");
                }
                None => {
                    let ready = pace.ready_at(now);
                    assert!(ready > now);
                    now = ready;
                }
            }
        }
        assert!(sent >= 80_000, "the link is kept busy: {sent}");
    }

    #[test]
    fn a_link_without_a_known_rate_has_no_budget() {
        let mut pace = Pace::default();
        pace.spend(1 << 30, Millis(0));
        assert_eq!(pace.room(Millis(0)), Some(u64::MAX));
    }

    #[test]
    fn looking_often_does_not_stop_the_drain() {
        let mut pace = Pace::default();
        pace.told(Some(600));
        pace.spend(600, Millis(0));
        for ms in 0..1_000 {
            pace.room(Millis(ms));
        }
        assert_eq!(pace.room(Millis(1_000)), Some(512));
    }
}
