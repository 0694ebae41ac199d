//! The door: where those are heard who do not belong yet, before the multiplexer and apart from the mesh.
//!
//! A caller asks for the door's own protocol in place of Noise alone, proves who it is, and does one of two errands:
//! it *shows* the documents that this node has not heard of, by which it may be an office already; or, being an office of
//! the directory without documents of its own, it *fetches* them. Then the connection ends; whoever is an office
//! now calls again as one. Nothing said here is believed: documents pass the gate that all documents pass.
//!
//! ```text
//!   caller ── errand, district ──▶ door
//!   shows:    ◀── editions ──   ── newer documents, an empty frame ──▶   ◀── 1: you are an office ──
//!                                                                        ◀── 2: you were one ──
//!                               ── editions ──▶      ◀── what says so, an empty frame ──
//!   fetches:  ◀── the district file, or an empty frame ──
//! ```
//!
//! Source:  FORMAT.md, section 6; bounds: one caller at a time and one a second from one address, few in all, half a
//! minute, one document at a time, and the first that is refused ends the visit.

mod crowd;
mod frame;
#[cfg(feature = "outside")]
pub(super) mod outside;
mod serve;
mod visit;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libp2p::identity::Keypair;
use libp2p::noise;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::config::Admission;
use super::secure::Socket;
use crowd::Crowd;

pub use visit::{FetchError, fetch};
pub(super) use visit::{Shown, show};

/// How long a visit may take: a directory over a thin line.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a caller wants, and the identity of the district that it means.
const ERRAND: usize = 1 + 32;
/// It shows documents.
const SHOWS: u8 = 1;
/// It fetches documents.
const FETCHES: u8 = 2;
/// After it showed them: the directory does not list it.
const UNKNOWN: u8 = 0;
/// It is an office.
const KNOWN: u8 = 1;
/// It was one, and is told by which documents it is none any more.
const FORMER: u8 = 2;

/// The door of a node; clones share it.
#[derive(Clone)]
pub(super) struct Door {
    protocol: Arc<str>,
    noise: noise::Config,
    admission: Arc<dyn Admission>,
    crowd: Crowd,
    stop: CancellationToken,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}

impl Door {
    pub(super) fn new(tag: &str, keys: &Keypair, admission: Arc<dyn Admission>, stop: CancellationToken) -> Result<Self, noise::Error> {
        Ok(Self { protocol: protocol(tag).into(), noise: noise::Config::new(keys)?, admission, crowd: Crowd::default(), stop })
    }

    /// What the door is called when both sides agree on it.
    pub(super) fn protocol(&self) -> &str {
        &self.protocol
    }

    /// Hears a caller in a task of its own, if it is not one too many.
    pub(super) fn open(&self, socket: impl Socket, from: Option<IpAddr>) {
        let Some(inside) = from.and_then(|ip| self.crowd.enter(ip, Instant::now())) else {
            tracing::debug!(?from, "too many at the door");
            return;
        };
        let door = self.clone();
        tokio::spawn(async move {
            let visit = timeout(PATIENCE, serve::hear(&door, socket));
            match door.stop.run_until_cancelled(visit).await {
                Some(Ok(Err(error))) => tracing::debug!(?from, %error, "at the door"),
                Some(Err(_)) => tracing::debug!(?from, "at the door: too slow"),
                Some(Ok(Ok(()))) | None => {}
            }
            drop(inside);
        });
    }
}

fn protocol(tag: &str) -> String {
    format!("/okrug/{tag}/door/1")
}
