//! Frames cut into pieces, so that a flash frame waits for no more than the piece that is being written.

use bytes::Bytes;

use super::frames::Outgoing;
use crate::mesh::lanes::{LANES, Waiting};

/// The frames of which pieces were written, one in each lane.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    begun: [Option<Bytes>; LANES],
}

impl Cutter {
    /// The next piece by precedence; `None` when no sender is left.
    ///
    /// Shapes:  without `room` only flash moves. Nothing is lost when it is dropped before it ends.
    pub(super) async fn next(&mut self, waiting: &mut Waiting, room: bool, most: usize) -> Option<Outgoing> {
        if let Some(piece) = self.try_next(waiting, room, most) {
            return Some(piece);
        }
        let (lane, frame) = waiting.next(room).await?;
        self.begun[lane] = Some(frame);
        self.cut(lane, most)
    }

    /// The next piece by precedence, if there is one.
    pub(super) fn try_next(&mut self, waiting: &mut Waiting, room: bool, most: usize) -> Option<Outgoing> {
        for lane in 0..if room { LANES } else { 1 } {
            if self.begun[lane].is_none() {
                self.begun[lane] = waiting.try_next(lane);
            }
            if let Some(piece) = self.cut(lane, most) {
                return Some(piece);
            }
        }
        None
    }

    fn cut(&mut self, lane: usize, most: usize) -> Option<Outgoing> {
        let frame = self.begun[lane].as_mut()?;
        let bytes = frame.split_to(frame.len().min(most));
        let more = !frame.is_empty();
        if !more {
            self.begun[lane] = None;
        }
        Some(Outgoing::Piece { lane, more, bytes })
    }
}

#[cfg(test)]
mod tests {
    use okrug_protocol::ids::Precedence;

    use super::*;
    use crate::mesh::lanes::Lanes;

    fn said(piece: Option<Outgoing>) -> (usize, bool, usize) {
        match piece {
            Some(Outgoing::Piece { lane, more, bytes }) => (lane, more, bytes.len()),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn flash_goes_between_the_pieces_of_a_long_frame_and_without_room_goes_alone() {
        let (lanes, mut waiting) = Lanes::new();
        let mut cutter = Cutter::default();
        lanes.send(Precedence::Routine, Bytes::from(vec![1; 25])).await.unwrap();
        assert_eq!(said(cutter.try_next(&mut waiting, true, 10)), (2, true, 10));
        lanes.send(Precedence::Urgent, Bytes::from(vec![2; 5])).await.unwrap();
        lanes.send(Precedence::Flash, Bytes::from(vec![3; 12])).await.unwrap();
        assert_eq!(said(cutter.try_next(&mut waiting, false, 10)), (0, true, 10));
        assert_eq!(said(cutter.try_next(&mut waiting, false, 10)), (0, false, 2));
        assert!(cutter.try_next(&mut waiting, false, 10).is_none());
        assert!(futures::poll!(std::pin::pin!(cutter.next(&mut waiting, false, 10))).is_pending());
        assert_eq!(said(cutter.next(&mut waiting, true, 10).await), (1, false, 5));
        assert_eq!(said(cutter.try_next(&mut waiting, true, 10)), (2, true, 10));
        assert_eq!(said(cutter.try_next(&mut waiting, true, 10)), (2, false, 5));
        lanes.send(Precedence::Routine, Bytes::new()).await.unwrap();
        assert_eq!(said(cutter.try_next(&mut waiting, true, 10)), (2, false, 0));
    }
}
