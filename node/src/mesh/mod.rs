//! The mesh: links to the other offices, gossip and the exchange's frames, all of it opaque bytes.
//!
//! The only module that names libp2p. It knows which peer is which office (by [`Admission`]) and nothing
//! else about the district: no entry is opened here, and nobody is let in whom the directory does not know.
//!
//! ```text
//!   Handle ── Command ──▶ event loop ──▶ swarm ── TCP · Noise + admission · yamux ──▶ the other offices
//!                             │            ├─ gossip    live bytes by topic, on one connection per peer
//!                             │            ├─ exchange  one stream per link, frames in three lanes
//!   Events ◀── Event ─────────┴─ link ◀────┘
//! ```

#![allow(dead_code, reason = "the swarm behind these types follows in the next commit")]

mod config;
mod event;
mod handle;
mod status;

pub use config::{Admission, Config};
pub use event::{Event, Events, GossipToken, Verdict};
pub use handle::{Handle, SendError, Source, StartError};
/// Where an office listens: `/ip4/10.0.3.7/tcp/4001`.
pub use libp2p::Multiaddr;
pub use status::LinkStatus;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

/// Starts the mesh; it stops when `cancel` does.
///
/// Shapes:  `identity_seed` is the Ed25519 seed whose public half the directory lists as the office's peer key.
///
/// # Errors
/// [`StartError`] when an address cannot be listened on.
pub fn spawn(
    config: Config,
    identity_seed: &[u8; 32],
    admission: Arc<dyn Admission>,
    cancel: CancellationToken,
) -> Result<(Handle, Events), StartError> {
    let _ = (config, identity_seed, admission);
    let (handle, mut commands) = handle::channel();
    let (sender, events) = event::channel();
    tokio::spawn(async move {
        let _sender = sender;
        loop {
            tokio::select! {
                () = cancel.cancelled() => break,
                command = commands.recv() => if command.is_none() { break },
            }
        }
    });
    Ok((handle, events))
}
