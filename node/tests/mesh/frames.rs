//! The exchange's frames: whole, in order within a lane, flash first.

use bytes::Bytes;
use okrug_node::mesh::{Event, SendError};
use okrug_protocol::bounds::MAX_FRAME;
use okrug_protocol::ids::Precedence;

use crate::district::{pair, within};

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_every_length_arrive_whole_and_in_order() {
    let (a, mut b) = pair().await;
    let lengths = [0, 1, 200, 16 << 10, (16 << 10) + 1, 1 << 20, MAX_FRAME];
    let (handle, office) = (a.handle.clone(), b.office);
    let sender = tokio::spawn(async move {
        for (number, length) in lengths.into_iter().enumerate() {
            let frame = Bytes::from(vec![u8::try_from(number).unwrap(); length]);
            handle.send(office, Precedence::Urgent, frame).await.unwrap();
        }
    });
    for (number, length) in lengths.into_iter().enumerate() {
        let frame = b.frame().await;
        assert_eq!(frame.len(), length);
        assert!(frame.iter().all(|byte| usize::from(*byte) == number));
    }
    sender.await.unwrap();
    let long = Bytes::from(vec![0; MAX_FRAME + 1]);
    assert_eq!(a.handle.send(b.office, Precedence::Flash, long).await, Err(SendError::TooLong(MAX_FRAME + 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flash_frame_overtakes_the_routine_ones_that_wait() {
    const ROUTINE: usize = 32;
    let (a, mut b) = pair().await;
    let (handle, office) = (a.handle.clone(), b.office);
    let (started, mut progress) = tokio::sync::mpsc::channel(ROUTINE);
    let routine = tokio::spawn(async move {
        for number in 0..ROUTINE {
            let frame = Bytes::from(vec![u8::try_from(number).unwrap(); 1 << 20]);
            handle.send(office, Precedence::Routine, frame).await.unwrap();
            started.send(()).await.unwrap();
        }
    });
    // The other side reads nothing yet, and 32 MiB fit nowhere: most of it waits in the lane when flash comes.
    for _ in 0..4 {
        within(progress.recv()).await.unwrap();
    }
    a.handle.send(b.office, Precedence::Flash, Bytes::from_static(b"flash")).await.unwrap();
    let mut order = Vec::new();
    while order.len() < ROUTINE + 1 {
        if let Event::Frame { bytes, .. } = b.next().await {
            order.push(if bytes == b"flash" { usize::MAX } else { usize::from(bytes[0]) });
        }
    }
    let place = order.iter().position(|number| *number == usize::MAX).unwrap();
    assert!(place < ROUTINE, "flash came last");
    order.remove(place);
    assert_eq!(order, (0..ROUTINE).collect::<Vec<_>>());
    routine.await.unwrap();
}
