//! What the handlers share. The API holds no state but sessions.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::cookie::Cookie;
use super::metrics::Metrics;
use super::patience::Patience;
use super::streams::Streams;
use super::throttle::Throttle;
use super::token::{Ticket, Token, TokenHash, Tokens};
use crate::office::{Handle, SessionId};
use crate::shared::Shared;

/// Shared by all handlers; cheap to clone.
pub(crate) type App = Arc<Desk>;

/// The counter at which requests are answered.
#[derive(Debug)]
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
}

impl Desk {
    /// Gives a session its token.
    pub(crate) fn begin(&self, session: SessionId) -> Token {
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
