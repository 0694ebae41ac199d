//! What was granted to neighbours, by token; who has no grant is not heard.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use okrug_protocol::ids::OfficeId;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::allowance::Allowance;
use super::seal::{Grant, Opener, Token, token};
use crate::clock;
use crate::mesh::meter::Meter;

/// The copies of one neighbour that are taken, in bytes a second, and at once.
const RATION: (u64, u64) = (16_000, 64_000);
/// A word that the other side does not take in this time ends the grant.
const STUCK: Duration = Duration::from_secs(30);
/// The first copy has come.
pub(super) const CAME: u8 = 1;

/// One grant.
struct Row {
    office: OfficeId,
    opener: Opener,
    ration: Allowance,
    meter: Arc<Meter>,
    came: Arc<Notify>,
}

/// The grants of a node, one for each connection at most.
#[derive(Clone, Default)]
pub(in crate::mesh) struct Granted(Arc<Mutex<HashMap<Token, Row>>>);

impl fmt::Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Granted").field(&self.rows().len()).finish()
    }
}

/// A grant that stands until this is dropped.
struct Standing<'a> {
    granted: &'a Granted,
    token: Token,
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        self.granted.rows().remove(&self.token);
    }
}

impl Granted {
    fn rows(&self) -> MutexGuard<'_, HashMap<Token, Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Grants an office copies for as long as the stream stands on which it asked for them.
    pub(in crate::mesh) async fn give(
        self,
        office: OfficeId,
        meter: Arc<Meter>,
        port: u16,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
    ) {
        let (grant, came) = (Grant::draw(port, &mut clock::rng()), Arc::new(Notify::new()));
        let row = Row { office, opener: Opener::new(&grant), ration: Allowance::new(RATION.1, Instant::now()), meter, came: came.clone() };
        // Before it is told: a copy may be here sooner than we are.
        let standing = Standing { granted: &self, token: grant.token };
        self.rows().insert(standing.token, row);
        if !say(&mut stream, &*grant.to_bytes()).await {
            return;
        }
        drop(grant);
        // The other side has nothing to say on it: whatever comes ends it.
        let mut nothing = [0];
        tokio::select! {
            _ = stream.read(&mut nothing) => return,
            () = came.notified() => {}
        }
        if say(&mut stream, &[CAME]).await {
            let _ = stream.read(&mut nothing).await;
        }
    }

    /// The frame in a datagram and who sent it; `None` for everything that nobody was granted.
    ///
    /// Of junk nothing is kept, and nothing is allocated for it.
    pub(super) fn open(&self, datagram: &mut [u8]) -> Option<(OfficeId, Vec<u8>)> {
        let (token, length) = (token(datagram)?, datagram.len());
        let mut rows = self.rows();
        let row = rows.get_mut(&token)?;
        let frame = row.opener.open(datagram)?;
        row.meter.copy_came(length);
        row.came.notify_one();
        row.ration.take(length, RATION.0, Instant::now()).then(|| (row.office, frame.to_vec()))
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> bool {
    let said = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    matches!(timeout(STUCK, said).await, Ok(Ok(())))
}

#[cfg(test)]
mod tests {
    use tokio_util::compat::TokioAsyncReadCompatExt;

    use super::*;
    use crate::mesh::copies::seal::{GRANT, MAX_DATAGRAM, Sealer};

    const OFFICE: OfficeId = OfficeId(7);

    #[tokio::test]
    async fn who_was_granted_copies_is_heard_is_told_so_once_and_is_forgotten_with_the_stream() {
        let (granted, meter) = (Granted::default(), Arc::new(Meter::default()));
        let (here, there) = tokio::io::duplex(100);
        let given = tokio::spawn(granted.clone().give(OFFICE, meter.clone(), 7_600, here.compat()));
        let mut there = there.compat();
        let mut bytes = [0; GRANT];
        there.read_exact(&mut bytes).await.unwrap();
        let mut sealer = Sealer::new(&Grant::read(&bytes).unwrap());
        for frame in [&b"one"[..], b"two"] {
            let mut datagram = sealer.seal(frame).unwrap();
            assert_eq!(granted.open(&mut datagram), Some((OFFICE, frame.to_vec())));
        }
        let mut word = [0];
        there.read_exact(&mut word).await.unwrap();
        assert_eq!(word, [CAME]);
        assert_eq!((meter.all_in(), meter.bytes_in(), meter.heard()), (2 * 31, 0, None), "it is the connection that has to live");
        drop(there);
        given.await.unwrap();
        assert_eq!(granted.open(&mut sealer.seal(b"three").unwrap()), None);
        assert!(granted.rows().is_empty());
    }

    #[tokio::test]
    async fn junk_leaves_everything_as_it_is() {
        let (granted, meter) = (Granted::default(), Arc::new(Meter::default()));
        let (here, there) = tokio::io::duplex(100);
        let given = tokio::spawn(granted.clone().give(OFFICE, meter.clone(), 7_600, here.compat()));
        let mut there = there.compat();
        let mut bytes = [0; GRANT];
        there.read_exact(&mut bytes).await.unwrap();
        let mut sealer = Sealer::new(&Grant::read(&bytes).unwrap());
        for length in 0..MAX_DATAGRAM {
            let mut junk = vec![1; length];
            assert_eq!(granted.open(&mut junk), None);
            // With a token that was seen on the way.
            junk.iter_mut().zip(&bytes).take(8).for_each(|(junk, token)| *junk = *token);
            assert_eq!(granted.open(&mut junk), None);
        }
        assert_eq!(meter.all_in(), 0);
        let mut word = [0];
        assert!(futures::poll!(there.read(&mut word)).is_pending(), "nobody is told");
        assert!(granted.open(&mut sealer.seal(b"one").unwrap()).is_some(), "and no number is spent");
        given.abort();
    }

    #[tokio::test]
    async fn a_neighbour_that_sends_more_than_its_ration_is_not_heard_for_the_rest() {
        let (granted, meter) = (Granted::default(), Arc::new(Meter::default()));
        let (here, there) = tokio::io::duplex(100);
        let given = tokio::spawn(granted.clone().give(OFFICE, meter.clone(), 7_600, here.compat()));
        let mut bytes = [0; GRANT];
        there.compat().read_exact(&mut bytes).await.unwrap();
        let mut sealer = Sealer::new(&Grant::read(&bytes).unwrap());
        let heard = (0..1_000).filter(|_| granted.open(&mut sealer.seal(&[1; 1_000]).unwrap()).is_some()).count();
        assert!((62..500).contains(&heard), "{heard}");
        given.abort();
    }
}
