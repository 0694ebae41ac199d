//! What a client shows to be let in: 256 bits that are kept here as a hash only.

use std::collections::HashMap;
use std::fmt;

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::{hex, unhex};
use rand_core::RngCore;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::office::{SESSION_MAX_MS, SessionId};

/// Sessions of all people together; the oldest ends when there would be more.
const MAX_SESSIONS: usize = 4_096;

/// A secret for one client; it leaves this process once, in the answer to a login or in `api.json`.
#[derive(Clone)]
pub(crate) struct Token([u8; 32]);

/// What is remembered of a token.
///
/// Comparing hashes tells a guesser nothing about the token, however long it takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

impl Token {
    pub(crate) fn fresh() -> Self {
        let mut bytes = [0; 32];
        crate::clock::rng().fill_bytes(&mut bytes);
        Self(bytes)
    }

    pub(crate) fn text(&self) -> String {
        hex(&self.0)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        // The length first: nobody makes us decode a megabyte.
        (text.len() == 64).then(|| unhex(text)?.try_into().ok().map(Self))?
    }

    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("token")
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("token hash")
    }
}

/// A session as the API knows it: the office holds its keys.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) hash: TokenHash,
    pub(crate) session: SessionId,
    /// Ends the session's streams.
    pub(crate) ended: CancellationToken,
    began: Millis,
}

/// Which token stands for which session.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    by_hash: HashMap<TokenHash, Ticket>,
}

impl Tokens {
    /// Makes a token for a session that has begun; also the sessions that must end for it.
    pub(crate) fn begin(&mut self, session: SessionId, now: Millis) -> (Token, Vec<Ticket>) {
        let mut gone: Vec<_> = self.by_hash.values().filter(|ticket| now.since(ticket.began) > SESSION_MAX_MS).cloned().collect();
        if self.by_hash.len() - gone.len() >= MAX_SESSIONS {
            gone.extend(self.by_hash.values().min_by_key(|ticket| ticket.began).cloned());
        }
        gone.iter().for_each(|ticket| drop(self.by_hash.remove(&ticket.hash)));
        let token = Token::fresh();
        let hash = token.hash();
        self.by_hash.insert(hash, Ticket { hash, session, ended: CancellationToken::new(), began: now });
        (token, gone)
    }

    pub(crate) fn find(&self, token: &Token) -> Option<Ticket> {
        self.by_hash.get(&token.hash()).cloned()
    }

    /// Forgets a session and ends its streams.
    pub(crate) fn end(&mut self, hash: TokenHash) {
        if let Some(ticket) = self.by_hash.remove(&hash) {
            ticket.ended.cancel();
        }
    }
}
