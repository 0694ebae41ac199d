//! Whether a line loses packets, by what the system says of the link's connection.

use std::time::{Duration, Instant};

/// What the system has counted of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Told {
    /// Packets that were sent again and were missing; those that were only late are not in it.
    pub(super) lost: u32,
    /// Packets with something in them that were sent.
    pub(super) sent: u32,
}

/// A line loses packets while one of the last so many was lost.
const LATELY: u32 = 500;
/// And for no longer than this.
const LONG_AGO: Duration = Duration::from_secs(3_600);
/// The other side has a round trip and so long to say that a packet which was sent again had come.
const SURE: Duration = Duration::from_millis(900);

/// The losses of one connection.
#[derive(Debug, Default)]
pub(super) struct Losses {
    known: u32,
    /// Since when more are counted, which may turn out to have been only late.
    doubt: Option<Instant>,
    /// When the last one showed, and what had been sent by then.
    last: Option<(Instant, u32)>,
}

impl Losses {
    /// Whether the line loses packets, as the system counts now.
    pub(super) fn look(&mut self, told: Told, trip: Duration, now: Instant) -> bool {
        if told.lost <= self.known {
            (self.known, self.doubt) = (told.lost, None);
        } else if now.duration_since(*self.doubt.get_or_insert(now)) >= trip.max(SURE) {
            *self = Self { known: told.lost, doubt: None, last: Some((now, told.sent)) };
        }
        self.last.is_some_and(|(at, sent)| now.duration_since(at) < LONG_AGO && told.sent.wrapping_sub(sent) < LATELY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said when each second so much was counted.
    fn looks(counts: impl IntoIterator<Item = (u32, u32)>) -> Vec<bool> {
        let (mut losses, start) = (Losses::default(), Instant::now());
        let looks = counts.into_iter().zip(0_u64..);
        looks
            .map(|((lost, sent), second)| losses.look(Told { lost, sent }, Duration::from_millis(600), start + Duration::from_secs(second)))
            .collect()
    }

    #[test]
    fn a_line_that_loses_nothing_loses_nothing_however_much_is_sent() {
        assert!(looks((0..5_000).map(|n| (0, n * 7))).iter().all(|loses| !loses));
    }

    #[test]
    fn a_loss_is_believed_when_it_is_still_counted_a_moment_later() {
        assert_eq!(looks([(0, 1), (1, 2), (1, 3), (1, 4)]), [false, false, true, true]);
        assert_eq!(looks([(0, 1), (1, 2), (0, 3), (0, 4), (0, 5)]), [false; 5], "it was only late");
        assert_eq!(looks([(0, 1), (1, 2), (0, 3), (1, 4), (0, 5)]), [false; 5], "so was each of two");
    }

    #[test]
    fn it_is_forgotten_after_so_many_packets_or_so_long() {
        let after = |sent| looks([(1, 0), (1, 0), (1, sent)]).pop().unwrap();
        assert!(after(LATELY - 1) && !after(LATELY));
        let mut losses = Losses::default();
        let start = Instant::now();
        let mut look = |lost, seconds| losses.look(Told { lost, sent: 0 }, Duration::ZERO, start + Duration::from_secs(seconds));
        assert_eq!(
            [(1, 0), (1, 1), (1, 3_600), (1, 3_601), (2, 3_602), (2, 3_603)].map(|(lost, at)| look(lost, at)),
            [false, true, true, false, false, true]
        );
    }
}
