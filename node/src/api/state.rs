//! What the handlers share. The API holds no state but sessions.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use okrug_protocol::ids::OfficeId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::cookie::Cookie;
use super::metrics::Metrics;
use super::patience::Patience;
use super::shown::Shown;
use super::streams::Streams;
use super::throttle::Throttle;
use super::token::{Ticket, Token, TokenHash, Tokens};
use crate::backup::Source;
use crate::office::{Handle, Origin, SessionId};
use crate::shared::Shared;

/// Measures the round trip to an office over its link; nothing when there is no link or no answer in time.
pub type Ping = Arc<dyn Fn(OfficeId, Duration) -> BoxFuture<'static, Option<Duration>> + Send + Sync>;

/// Shared by all handlers; cheap to clone.
pub(crate) type App = Arc<Desk>;

/// The counter at which requests are answered.
pub(crate) struct Desk {
    pub(crate) office: Handle,
    pub(crate) cookie: Cookie,
    pub(crate) throttle: Shared<Throttle>,
    pub(crate) metrics: Metrics,
    pub(crate) streams: Streams,
    pub(crate) ready: watch::Receiver<bool>,
    pub(crate) stop: CancellationToken,
    pub(crate) patience: Patience,
    pub(crate) tokens: Shared<Tokens>,
    pub(crate) admin: TokenHash,
    pub(crate) ping: Ping,
    pub(crate) shown: Arc<Shown>,
    pub(crate) backup: Option<Arc<Source>>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("office", &self.office).finish_non_exhaustive()
    }
}

impl Desk {
    /// Gives a session its token, and remembers from where it began.
    pub(crate) fn begin(&self, session: SessionId, from: Origin) -> Token {
        self.office.came(session, from);
        let (token, gone) = self.tokens.change(|tokens| tokens.begin(session, crate::clock::now()));
        for ticket in gone {
            ticket.ended.cancel();
            self.office.logout(ticket.session);
        }
        token
    }

    /// Ends a session here and in the office.
    pub(crate) fn end(&self, ticket: &Ticket) {
        self.tokens.change(|tokens| tokens.end(ticket.hash));
        self.office.logout(ticket.session);
    }
}
