//! Frames on the stream, in pieces: a header of four bytes, big-endian, then so many bytes.
//!
//! The two highest bits of a header name the lane, the next says that the frame goes on in another piece of this lane, the
//! others are the piece's length. A header of the fourth lane is a sign: a beat, the echo that answers it, how much was
//! taken, terms for the link, or hints of where others are.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use okrug_protocol::bounds::MAX_FRAME;
use tokio::time::timeout;

use super::terms::Terms;
use crate::mesh::hints;
use crate::mesh::lanes::LANES;

/// "Are you there?"
const BEAT: u32 = u32::MAX;
/// "I am."
const ECHO: u32 = u32::MAX - 1;
/// "I met others there."
const HINTS: u32 = u32::MAX - 2;
/// "So many bytes of yours I have taken."
const TAKEN: u32 = u32::MAX - 3;
/// "This is how the link is to be used."
const TERMS: u32 = u32::MAX - 4;
/// Where the lane stands in a header.
const LANE_AT: u32 = 30;
/// The frame goes on.
const MORE: u32 = 1 << 29;
/// What goes out in one write: one multiplexer frame, one Noise message.
const CHUNK: usize = 16 << 10;
/// A chunk that is not taken for so long means a dead or stuck other side, even at 9,600 bit/s.
pub(super) const STUCK: Duration = Duration::from_secs(30);

/// Something read from the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// A piece of a frame, to be added to what came before it in this lane.
    Piece {
        /// Which lane.
        lane: usize,
        /// Whether the frame goes on.
        more: bool,
        /// How much there is of it.
        length: usize,
    },
    /// The other side wants an echo.
    Beat,
    /// The echo of our beat.
    Echo,
    /// Where the other side met others.
    Hints(Vec<u8>),
    /// How much the other side has taken, as the lower half of the number.
    Taken(u32),
    /// What the other side wants of the link.
    Terms(Terms),
}

impl Incoming {
    /// Bytes on the stream.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Beat | Self::Echo => 4,
            Self::Terms(_) => 5,
            Self::Taken(_) => 8,
            Self::Hints(hints) => 8 + hints.len(),
            Self::Piece { length, .. } => 4 + length,
        }
    }
}

/// Something to be written.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// A piece of a frame.
    Piece {
        /// In which lane.
        lane: usize,
        /// Whether the frame goes on.
        more: bool,
        /// The piece.
        bytes: Bytes,
    },
    /// Asks for an echo.
    Beat,
    /// Answers a beat.
    Echo,
    /// Where others were met, at most [`hints::MAX_BYTES`] long.
    Hints(Vec<u8>),
    /// How much was taken.
    Taken(u32),
    /// How this side wants the link to be used.
    Terms(Terms),
}

/// The frames that came in part, one in each lane.
#[derive(Debug, Default)]
pub(super) struct Parts([Vec<u8>; LANES]);

impl Parts {
    /// Takes a whole frame out.
    pub(super) fn take(&mut self, lane: usize) -> Vec<u8> {
        self.0.get_mut(lane).map(std::mem::take).unwrap_or_default()
    }
}

/// Reads the next thing; a piece goes to `parts`.
///
/// # Errors
/// `InvalidData` when a frame grows beyond [`MAX_FRAME`], or a sign is none; nothing more of it is read.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin), parts: &mut Parts) -> io::Result<Incoming> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    match length(stream).await? {
        BEAT => Ok(Incoming::Beat),
        ECHO => Ok(Incoming::Echo),
        TAKEN => length(stream).await.map(Incoming::Taken),
        TERMS => {
            let mut byte = [0];
            stream.read_exact(&mut byte).await?;
            Terms::read(byte[0]).map(Incoming::Terms).ok_or_else(invalid)
        }
        HINTS => {
            let length = usize::try_from(length(stream).await?).unwrap_or(usize::MAX);
            let mut hints = Vec::new();
            body(stream, length, &mut hints, hints::MAX_BYTES).await?;
            Ok(Incoming::Hints(hints))
        }
        header => {
            let lane = usize::try_from(header >> LANE_AT).unwrap_or(usize::MAX);
            let length = usize::try_from(header & (MORE - 1)).unwrap_or(usize::MAX);
            let part = parts.0.get_mut(lane).ok_or_else(invalid)?;
            body(stream, length, part, MAX_FRAME).await?;
            Ok(Incoming::Piece { lane, more: header & MORE != 0, length })
        }
    }
}

async fn length(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<u32> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).await?;
    Ok(u32::from_be_bytes(length))
}

/// Adds a body to what is there already.
async fn body(stream: &mut (impl AsyncRead + Unpin), length: usize, to: &mut Vec<u8>, max: usize) -> io::Result<()> {
    if length > max.saturating_sub(to.len()) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Memory grows as bytes come, not as they are promised.
    to.reserve(length.min(CHUNK));
    let end = to.len() + length;
    stream.take(u64::try_from(length).unwrap_or(u64::MAX)).read_to_end(to).await?;
    if to.len() < end { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

/// Collects what is to be written, so that small frames share one packet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    bytes: BytesMut,
}

impl Outbox {
    /// Bytes that are to be written.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds one thing.
    pub(super) fn push(&mut self, outgoing: Outgoing) {
        match outgoing {
            Outgoing::Beat => self.bytes.extend_from_slice(&BEAT.to_be_bytes()),
            Outgoing::Echo => self.bytes.extend_from_slice(&ECHO.to_be_bytes()),
            Outgoing::Piece { lane, more, bytes } => {
                let lane = u32::try_from(lane).expect("there are three lanes") << LANE_AT;
                let length = u32::try_from(bytes.len()).expect("nothing longer than MAX_FRAME is written");
                self.bytes.extend_from_slice(&(lane | if more { MORE } else { 0 } | length).to_be_bytes());
                self.bytes.extend_from_slice(&bytes);
            }
            Outgoing::Taken(bytes) => {
                self.bytes.extend_from_slice(&TAKEN.to_be_bytes());
                self.bytes.extend_from_slice(&bytes.to_be_bytes());
            }
            Outgoing::Terms(terms) => {
                self.bytes.extend_from_slice(&TERMS.to_be_bytes());
                self.bytes.extend_from_slice(&[terms.byte()]);
            }
            Outgoing::Hints(hints) => {
                self.bytes.extend_from_slice(&HINTS.to_be_bytes());
                let length = u32::try_from(hints.len()).expect("hints are short");
                self.bytes.extend_from_slice(&length.to_be_bytes());
                self.bytes.extend_from_slice(&hints);
            }
        }
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

    fn piece(lane: usize, more: bool, bytes: Vec<u8>) -> Outgoing {
        Outgoing::Piece { lane, more, bytes: bytes.into() }
    }

    #[tokio::test]
    async fn frames_and_signs_read_back_in_order() {
        let (mut outbox, mut wire) = (Outbox::default(), Vec::new());
        let terms = Terms::read(3).unwrap();
        outbox.push(piece(2, true, b"on".to_vec()));
        outbox.push(Outgoing::Beat);
        outbox.push(Outgoing::Hints(b"there".to_vec()));
        outbox.push(piece(0, false, vec![7; 3 * CHUNK]));
        outbox.push(Outgoing::Taken(u32::MAX));
        outbox.push(Outgoing::Terms(terms));
        outbox.push(piece(2, false, b"e".to_vec()));
        outbox.push(Outgoing::Echo);
        let written = outbox.len();
        outbox.flush(&mut wire).await.unwrap();
        assert_eq!(wire.len(), written);
        let (mut stream, mut parts) = (Cursor::new(wire), Parts::default());
        let expected = [
            Incoming::Piece { lane: 2, more: true, length: 2 },
            Incoming::Beat,
            Incoming::Hints(b"there".to_vec()),
            Incoming::Piece { lane: 0, more: false, length: 3 * CHUNK },
            Incoming::Taken(u32::MAX),
            Incoming::Terms(terms),
            Incoming::Piece { lane: 2, more: false, length: 1 },
            Incoming::Echo,
        ];
        let mut read_back = 0;
        for expected in expected {
            let incoming = read(&mut stream, &mut parts).await.unwrap();
            read_back += incoming.len();
            assert_eq!(incoming, expected);
        }
        assert_eq!(read_back, written);
        assert_eq!((parts.take(0), parts.take(2)), (vec![7; 3 * CHUNK], b"one".to_vec()));
        assert!(read(&mut stream, &mut parts).await.is_err());
    }

    #[tokio::test]
    async fn a_frame_beyond_the_bound_is_refused_before_anything_is_allocated_for_it_in_one_piece_or_in_many() {
        let refused = async |header: u32, parts: &mut Parts| {
            let error = read(&mut Cursor::new(header.to_be_bytes()), parts).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        };
        let longest = u32::try_from(MAX_FRAME).unwrap();
        refused(longest + 1, &mut Parts::default()).await;
        refused(u32::MAX - 9, &mut Parts::default()).await;
        let mut parts = Parts::default();
        let begun = [&(MORE | 1).to_be_bytes()[..], b"x"].concat();
        read(&mut Cursor::new(begun), &mut parts).await.unwrap();
        refused(longest, &mut parts).await;
    }

    #[tokio::test]
    async fn a_frame_that_ends_early_is_an_error() {
        let error = read(&mut Cursor::new(b"\0\0\0\x05four".to_vec()), &mut Parts::default()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
