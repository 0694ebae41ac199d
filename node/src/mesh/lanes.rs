//! The three lanes of frames that wait for one link: flash is taken before urgent, urgent before routine.
//!
//! A lane that is full makes its senders wait, and only them: a flash frame never waits for routine ones.

use std::sync::Arc;

use bytes::Bytes;
use okrug_protocol::ids::Precedence;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Frames that wait in one lane at most.
const MAX_FRAMES: usize = 256;
/// Bytes that wait in one lane at most; a longer frame has the lane to itself.
const MAX_BYTES: u32 = 1 << 20;

/// How many there are.
pub(super) const LANES: usize = 3;

#[derive(Debug)]
struct Queued {
    frame: Bytes,
    _room: OwnedSemaphorePermit,
}

/// The link is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

/// The senders' end.
#[derive(Debug, Clone)]
pub(super) struct Lanes {
    queues: [mpsc::Sender<Queued>; LANES],
    room: [Arc<Semaphore>; LANES],
}

/// The link's end.
#[derive(Debug)]
pub(super) struct Waiting {
    queues: [mpsc::Receiver<Queued>; LANES],
}

fn lane(precedence: Precedence) -> usize {
    match precedence {
        Precedence::Flash => 0,
        Precedence::Urgent => 1,
        Precedence::Routine => 2,
    }
}

impl Lanes {
    /// Three empty lanes.
    pub(super) fn new() -> (Self, Waiting) {
        let (mut senders, mut receivers) = (Vec::new(), Vec::new());
        for _ in 0..LANES {
            let (sender, receiver) = mpsc::channel(MAX_FRAMES);
            senders.push(sender);
            receivers.push(receiver);
        }
        let three = "three were made";
        (
            Self {
                queues: senders.try_into().map_err(drop).expect(three),
                room: [(); LANES].map(|()| Arc::new(Semaphore::new(usize::try_from(MAX_BYTES).unwrap_or(usize::MAX)))),
            },
            Waiting { queues: receivers.try_into().map_err(drop).expect(three) },
        )
    }

    /// Queues a frame, waiting for room in its lane.
    pub(super) async fn send(&self, precedence: Precedence, frame: Bytes) -> Result<(), Gone> {
        let lane = lane(precedence);
        let bytes = u32::try_from(frame.len()).unwrap_or(u32::MAX).min(MAX_BYTES);
        // A link that goes while we wait closes the queue, not the semaphore: watch both.
        let room = tokio::select! {
            room = Arc::clone(&self.room[lane]).acquire_many_owned(bytes) => room.map_err(|_closed| Gone)?,
            () = self.queues[lane].closed() => return Err(Gone),
        };
        self.queues[lane].send(Queued { frame, _room: room }).await.map_err(|_closed| Gone)
    }
}

impl Waiting {
    /// The next frame by precedence and its lane; `None` when no sender is left.
    ///
    /// Shapes:  without `room` only flash is taken.
    pub(super) async fn next(&mut self, room: bool) -> Option<(usize, Bytes)> {
        let [flash, urgent, routine] = &mut self.queues;
        // All three senders go together, so one that is closed and empty says that all will be.
        let (lane, queued) = tokio::select! {
            biased;
            frame = flash.recv() => (0, frame),
            frame = urgent.recv(), if room => (1, frame),
            frame = routine.recv(), if room => (2, frame),
        };
        queued.map(|queued| (lane, queued.frame))
    }

    /// The next frame of a lane, if one waits.
    pub(super) fn try_next(&mut self, lane: usize) -> Option<Bytes> {
        self.queues.get_mut(lane)?.try_recv().ok().map(|queued| queued.frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn flash_overtakes_and_each_lane_keeps_its_order() {
        let (lanes, mut waiting) = Lanes::new();
        for (precedence, text) in
            [(Precedence::Routine, "r1"), (Precedence::Urgent, "u1"), (Precedence::Routine, "r2"), (Precedence::Flash, "f1")]
        {
            lanes.send(precedence, Bytes::from_static(text.as_bytes())).await.unwrap();
        }
        let mut order = Vec::new();
        for _ in 0..4 {
            order.push(waiting.next(true).await.unwrap());
        }
        assert_eq!(
            order.iter().map(|(lane, frame)| (*lane, &frame[..])).collect::<Vec<_>>(),
            [(0, &b"f1"[..]), (1, b"u1"), (2, b"r1"), (2, b"r2")]
        );
    }

    #[tokio::test]
    async fn a_full_lane_makes_its_own_senders_wait_and_a_lost_link_frees_them() {
        let (lanes, waiting) = Lanes::new();
        let whole = Bytes::from(vec![0; usize::try_from(MAX_BYTES).unwrap()]);
        lanes.send(Precedence::Routine, whole).await.unwrap();
        let mut blocked = Box::pin(lanes.send(Precedence::Routine, Bytes::from_static(b"next")));
        assert!(futures::poll!(&mut blocked).is_pending());
        lanes.send(Precedence::Flash, Bytes::from_static(b"flash")).await.unwrap();
        drop(waiting);
        assert_eq!(blocked.await, Err(Gone));
    }
}
