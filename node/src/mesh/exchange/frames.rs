//! Frames on the stream: a length of four bytes, big-endian, then so many bytes.
//!
//! Three lengths that no frame has are signs instead: a beat, the echo that answers it, and hints of where others are.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use okrug_protocol::bounds::MAX_FRAME;
use tokio::time::timeout;

use crate::mesh::hints;

/// "Are you there?"
const BEAT: u32 = u32::MAX;
/// "I am."
const ECHO: u32 = u32::MAX - 1;
/// "I met others there."
const HINTS: u32 = u32::MAX - 2;
/// What goes out in one write: one multiplexer frame, one Noise message.
const CHUNK: usize = 16 << 10;
/// A chunk that is not taken for so long means a dead or stuck other side, even at 9,600 bit/s.
const STUCK: Duration = Duration::from_secs(30);

/// Something read from the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// A frame.
    Frame(Vec<u8>),
    /// The other side wants an echo.
    Beat,
    /// The echo of our beat.
    Echo,
    /// Where the other side met others.
    Hints(Vec<u8>),
}

/// Something to be written.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// A frame, at most [`MAX_FRAME`] long.
    Frame(Bytes),
    /// Asks for an echo.
    Beat,
    /// Answers a beat.
    Echo,
    /// Where others were met, at most [`hints::MAX_BYTES`] long.
    Hints(Vec<u8>),
}

/// Reads the next thing.
///
/// # Errors
/// `InvalidData` when a length is beyond [`MAX_FRAME`]; nothing of such a frame is read.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Incoming> {
    match length(stream).await? {
        BEAT => Ok(Incoming::Beat),
        ECHO => Ok(Incoming::Echo),
        HINTS => {
            let length = length(stream).await?;
            body(stream, length, hints::MAX_BYTES).await.map(Incoming::Hints)
        }
        length => body(stream, length, MAX_FRAME).await.map(Incoming::Frame),
    }
}

async fn length(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<u32> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).await?;
    Ok(u32::from_be_bytes(length))
}

async fn body(stream: &mut (impl AsyncRead + Unpin), length: u32, max: usize) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > max {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Memory grows as bytes come, not as they are promised.
    let mut frame = Vec::with_capacity(length.min(CHUNK));
    stream.take(u64::try_from(length).unwrap_or(u64::MAX)).read_to_end(&mut frame).await?;
    if frame.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(frame)
}

/// Collects what is to be written, so that small frames share one packet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: BytesMut,
}

impl Outbox {
    /// Whether more small frames fit in before the next write.
    pub(super) fn has_room(&self) -> bool {
        self.bytes.len() < CHUNK
    }

    /// Adds one thing.
    pub(super) fn push(&mut self, outgoing: Outgoing) {
        match outgoing {
            Outgoing::Beat => self.bytes.extend_from_slice(&BEAT.to_be_bytes()),
            Outgoing::Echo => self.bytes.extend_from_slice(&ECHO.to_be_bytes()),
            Outgoing::Frame(frame) => self.sized(&frame),
            Outgoing::Hints(hints) => {
                self.bytes.extend_from_slice(&HINTS.to_be_bytes());
                self.sized(&hints);
            }
        }
    }

    fn sized(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).expect("nothing longer than MAX_FRAME is written");
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes everything.
    ///
    /// # Errors
    /// `TimedOut` when the other side takes nothing; otherwise the stream's.
    pub(super) async fn flush(&mut self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        while !self.bytes.is_empty() {
            let chunk = self.bytes.split_to(self.bytes.len().min(CHUNK));
            in_time(stream.write_all(&chunk)).await?;
        }
        // A frame of megabytes is rare; its buffer is not kept.
        if self.bytes.capacity() > 2 * CHUNK {
            self.bytes = BytesMut::new();
        }
        in_time(stream.flush()).await
    }
}

async fn in_time(step: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    timeout(STUCK, step).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use futures::io::Cursor;

    use super::*;

    #[tokio::test]
    async fn frames_and_signs_read_back_in_order() {
        let (mut outbox, mut wire) = (Outbox::default(), Vec::new());
        outbox.push(Outgoing::Frame(Bytes::from_static(b"one")));
        outbox.push(Outgoing::Beat);
        outbox.push(Outgoing::Hints(b"there".to_vec()));
        outbox.push(Outgoing::Frame(Bytes::from(vec![7; 3 * CHUNK])));
        outbox.push(Outgoing::Echo);
        outbox.flush(&mut wire).await.unwrap();
        let mut stream = Cursor::new(wire);
        assert_eq!(read(&mut stream).await.unwrap(), Incoming::Frame(b"one".to_vec()));
        assert_eq!(read(&mut stream).await.unwrap(), Incoming::Beat);
        assert_eq!(read(&mut stream).await.unwrap(), Incoming::Hints(b"there".to_vec()));
        assert_eq!(read(&mut stream).await.unwrap(), Incoming::Frame(vec![7; 3 * CHUNK]));
        assert_eq!(read(&mut stream).await.unwrap(), Incoming::Echo);
        assert!(read(&mut stream).await.is_err());
    }

    #[tokio::test]
    async fn a_length_beyond_the_bound_is_refused_before_anything_is_allocated() {
        let length = u32::try_from(MAX_FRAME).unwrap() + 1;
        let error = read(&mut Cursor::new(length.to_be_bytes())).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn a_frame_that_ends_early_is_an_error() {
        let error = read(&mut Cursor::new(b"\0\0\0\x05four".to_vec())).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
