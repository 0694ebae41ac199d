//! How long clients may take, in one place.

use std::time::Duration;

/// How long a client may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the head of a request; a TLS handshake has ten seconds of its own.
    pub head: Duration,
    /// For a request, from its head to the head of the answer; streams of events go on beyond.
    pub request: Duration,
    /// A connection on which nothing moves for so long is closed.
    pub silence: Duration,
    /// A stream of events is never silent for longer.
    pub ping: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let [head, request, silence, ping] = [10, 30, 60, 20].map(Duration::from_secs);
        Self { head, request, silence, ping }
    }
}
