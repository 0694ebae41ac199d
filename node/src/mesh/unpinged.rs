//! yamux without its own pings.
//!
//! yamux asks for the round trip every ten seconds while anything crosses a connection, in both directions, and
//! there is no way to tell it not to: four packets and their acknowledgements, 32 to 50 bytes for each message where
//! one is written a second. It wants the answer to let receive windows grow, which are small here on purpose, and
//! the exchange measures round trips by itself. So its questions stay here. A peer's are answered as ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{AsyncRead, AsyncWrite};

/// Bytes of a frame's header: version, kind, flags (2), stream (4), length (4).
const HEADER: usize = 12;
/// Kinds of frames.
const DATA: u8 = 0;
const PING: u8 = 2;
/// The flag by which a ping is a question.
const SYN: u16 = 1;

/// What lies beneath yamux; a question that yamux asks does not go through.
#[derive(Debug)]
pub(super) struct Unpinged<S> {
    socket: S,
    header: [u8; HEADER],
    /// Bytes of the header that have come.
    come: usize,
    /// Bytes at the header's end that have not been passed on yet.
    left: usize,
    /// Bytes of the body that are still to come.
    body: usize,
}

impl<S> Unpinged<S> {
    pub(super) fn new(socket: S) -> Self {
        Self { socket, header: [0; HEADER], come: 0, left: 0, body: 0 }
    }

    /// Takes bytes of a header; says how many.
    fn collect(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(HEADER - self.come);
        self.header[self.come..self.come + taken].copy_from_slice(&bytes[..taken]);
        self.come += taken;
        if self.come == HEADER {
            self.come = 0;
            let [_, kind, flag0, flag1, .., l0, l1, l2, l3] = self.header;
            let asks = kind == PING && u16::from_be_bytes([flag0, flag1]) & SYN != 0;
            self.left = if asks { 0 } else { HEADER };
            // In a ping, a window update and a farewell the length says something else.
            let length = if kind == DATA { u32::from_be_bytes([l0, l1, l2, l3]) } else { 0 };
            self.body = usize::try_from(length).unwrap_or(usize::MAX);
        }
        taken
    }
}

impl<S: AsyncWrite + Unpin> Unpinged<S> {
    /// Passes on what is left of a header.
    fn pass(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.left > 0 {
            let written = ready!(Pin::new(&mut self.socket).poll_write(cx, &self.header[HEADER - self.left..]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.left -= written;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Unpinged<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.pass(cx))?;
        if self.body == 0 {
            return Poll::Ready(Ok(self.collect(buf)));
        }
        let most = buf.len().min(self.body);
        let written = ready!(Pin::new(&mut self.socket).poll_write(cx, &buf[..most]))?;
        self.body -= written;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.pass(cx))?;
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.pass(cx))?;
        Pin::new(&mut self.socket).poll_close(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Unpinged<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

#[cfg(test)]
mod tests {
    use futures::AsyncWriteExt;
    use proptest::prelude::*;

    use super::*;

    fn frame(kind: u8, flags: u16, length: u32, body: &[u8]) -> Vec<u8> {
        [&[0, kind][..], &flags.to_be_bytes(), &7_u32.to_be_bytes(), &length.to_be_bytes(), body].concat()
    }

    fn frames() -> impl Strategy<Value = Vec<u8>> {
        let data = proptest::collection::vec(any::<u8>(), 0..40);
        prop_oneof![
            data.prop_map(|body| frame(DATA, 0, u32::try_from(body.len()).unwrap(), &body)),
            (1..=3_u8, any::<u16>(), any::<u32>()).prop_map(|(kind, flags, length)| frame(kind, flags, length, &[])),
            any::<u32>().prop_map(|id| frame(PING, SYN, id, &[])),
        ]
    }

    /// Takes a byte or a few at a time and has no room every other time, as a thin line does.
    #[derive(Debug, Default)]
    struct Thin {
        bytes: Vec<u8>,
        full: bool,
    }

    impl AsyncWrite for Thin {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            self.full = !self.full;
            if self.full {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let taken = buf.len().min(5);
            self.bytes.extend_from_slice(&buf[..taken]);
            Poll::Ready(Ok(taken))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    proptest! {
        #[test]
        fn everything_but_questions_goes_through_however_it_is_cut(frames in proptest::collection::vec(frames(), 0..12), cut in 1_usize..30) {
            let asks = |frame: &&Vec<u8>| !(frame[1] == PING && frame[3] & 1 != 0);
            let expected: Vec<u8> = frames.iter().filter(asks).flatten().copied().collect();
            let mut wire = Unpinged::new(Thin::default());
            futures::executor::block_on(async {
                for piece in frames.concat().chunks(cut) {
                    wire.write_all(piece).await.unwrap();
                }
                wire.flush().await.unwrap();
            });
            prop_assert_eq!(&wire.socket.bytes, &expected);
        }
    }
}
