//! How many streams of events are open: few to a session, and not too many in all.

use std::collections::HashMap;

use super::token::TokenHash;
use crate::shared::Shared;

/// Streams of one session; a browser needs one for all its tabs.
pub const MAX_STREAMS_PER_SESSION: usize = 8;
/// Streams of all sessions.
pub const MAX_STREAMS: usize = 1_024;

/// The open streams.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streams(Shared<HashMap<TokenHash, usize>>);

/// One open stream; closed when dropped.
#[derive(Debug)]
pub(crate) struct Stream {
    streams: Shared<HashMap<TokenHash, usize>>,
    of: TokenHash,
}

impl Streams {
    /// Opens one more; `None` when there are enough.
    pub(crate) fn open(&self, of: TokenHash) -> Option<Stream> {
        let is_open = self.0.change(|streams| {
            let all: usize = streams.values().sum();
            let mine = streams.get(&of).copied().unwrap_or(0);
            let fits = all < MAX_STREAMS && mine < MAX_STREAMS_PER_SESSION;
            if fits {
                streams.insert(of, mine + 1);
            }
            fits
        });
        is_open.then(|| Stream { streams: self.0.clone(), of })
    }

    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        self.0.read(|streams| streams.values().sum())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.streams.change(|streams| {
            if let Some(mine) = streams.get_mut(&self.of) {
                *mine -= 1;
                if *mine == 0 {
                    streams.remove(&self.of);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::Token;
    use super::*;

    #[test]
    fn a_session_has_few_streams_and_a_closed_one_makes_room() {
        let streams = Streams::default();
        let (one, other) = (Token::fresh().hash(), Token::fresh().hash());
        let mut open: Vec<_> = (0..MAX_STREAMS_PER_SESSION).map(|_| streams.open(one).unwrap()).collect();
        assert!(streams.open(one).is_none());
        assert!(streams.open(other).is_some());
        open.pop();
        assert!(streams.open(one).is_some());
        drop(open);
        assert_eq!(streams.count(), 0);
        assert!(streams.0.read(HashMap::is_empty));
    }
}
