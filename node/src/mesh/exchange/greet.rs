//! The first words on a link: who I am in time.
//!
//! Sixteen bytes each way. Whoever dialled speaks first; an answer says that this connection is the link, a
//! closed stream says that it is not.

use std::io;
use std::time::Duration;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Orders what one peer has said, so that old words are told from new ones.
///
/// `boot` is drawn when the node starts; `count` rises with every greeting it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mesh) struct Greeting {
    /// Which run of the node.
    pub(in crate::mesh) boot: u64,
    /// Which greeting of that run.
    pub(in crate::mesh) count: u64,
}

impl Greeting {
    /// Whether this was certainly said before `other`.
    pub(in crate::mesh) fn is_before(&self, other: &Self) -> bool {
        self.boot == other.boot && self.count < other.count
    }

    fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.boot.to_be_bytes());
        bytes[8..].copy_from_slice(&self.count.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: [u8; 16]) -> Self {
        let [boot, count] = [0, 8].map(|at| bytes[at..at + 8].iter().fold(0, |n, byte| (n << 8) | u64::from(*byte)));
        Self { boot, count }
    }
}

/// Greets first and waits for the answer; each word may take so long.
///
/// # Errors
/// `UnexpectedEof` when the other side chose another connection; otherwise the stream's.
pub(in crate::mesh) async fn ask(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    ours: Greeting,
    patience: Duration,
) -> io::Result<Greeting> {
    say(stream, ours, patience).await?;
    hear(stream, patience).await
}

/// Hears the greeting of whoever dialled.
///
/// # Errors
/// The stream's.
pub(in crate::mesh) async fn hear(stream: &mut (impl AsyncRead + Unpin), patience: Duration) -> io::Result<Greeting> {
    let mut bytes = [0; 16];
    within(patience, stream.read_exact(&mut bytes)).await?;
    Ok(Greeting::from_bytes(bytes))
}

/// Answers it: this connection is the link.
///
/// # Errors
/// The stream's.
pub(in crate::mesh) async fn say(stream: &mut (impl AsyncWrite + Unpin), ours: Greeting, patience: Duration) -> io::Result<()> {
    within(patience, stream.write_all(&ours.to_bytes())).await?;
    within(patience, stream.flush()).await
}

async fn within<T>(patience: Duration, step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(patience, step).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_reads_back_and_only_one_run_is_ordered() {
        let greeting = Greeting { boot: 0x0102_0304_0506_0708, count: 9 };
        assert_eq!(Greeting::from_bytes(greeting.to_bytes()), greeting);
        assert!(greeting.is_before(&Greeting { count: 10, ..greeting }));
        assert!(!greeting.is_before(&greeting));
        assert!(!greeting.is_before(&Greeting { boot: 1, count: 10 }));
    }
    #[tokio::test(start_paused = true)]
    async fn a_greeting_is_waited_for_as_long_as_was_said_and_no_longer() {
        use tokio_util::compat::TokioAsyncReadCompatExt;
        let greeting = Greeting { boot: 1, count: 2 };
        for (seconds, heard) in [(39, true), (41, false)] {
            let (here, there) = tokio::io::duplex(64);
            let (mut here, mut there) = (here.compat(), there.compat());
            let patience = Duration::from_secs(40);
            let late = async {
                let theirs = hear(&mut there, patience).await.unwrap();
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                let _ = say(&mut there, theirs, patience).await;
            };
            let (answer, ()) = tokio::join!(ask(&mut here, greeting, patience), late);
            assert_eq!(answer.is_ok(), heard, "{seconds} s: {answer:?}");
        }
    }
}
