//! The mesh: links to the other offices, gossip and the exchange's frames, all of it opaque bytes.
//!
//! The only module that names libp2p. It knows which peer is which office (by [`Admission`]) and nothing
//! else about the district: no entry is opened here, and nobody is let in whom the directory does not know.
//!
//! ```text
//!   Handle ── Command ──▶ event loop ──▶ swarm ── TCP · Noise + admission · yamux ──▶ the other offices
//!                             │            ├─ gossip    live bytes by topic, on one connection per peer
//!                             │            ├─ exchange  one stream per connection
//!                             ├── link ◀──────┘          frames in three lanes, one task per link
//!   Events ◀── Event ─────────┴── copies ◀── UDP         small new frames once more, where a line loses packets
//! ```

#[cfg(feature = "outside")]
pub mod outside;
mod ration;
mod config;
mod identity;
mod endpoint;
mod meter;
mod secure;
mod unpinged;
mod mux;
mod door;
mod patience;
mod transport;
mod event;
mod lanes;
mod class;
mod trips;
mod status;
mod hints;
mod streams;
mod copies;
mod exchange;
mod gossip;
mod handle;
mod doorstep;
mod behaviour;
mod addresses;
mod redial;
mod neighbours;
mod arbiter;
mod event_loop;
mod linking;
mod copying;
mod dialling;
mod knocking;
mod hearsay;
mod on_command;
mod on_swarm;
mod thread;
mod start;

pub use class::Class;
pub use config::{Admission, Config, Declared, Links, Papers};
pub use door::{FetchError, fetch};
pub use endpoint::{address_of, endpoint_of};
pub use event::{Event, Events, GossipToken, Verdict};
pub use exchange::Terms;
pub use gossip::Heard;
pub use handle::{Handle, PingError, SendError, Source};
pub use identity::{peer_key, peer_name};
/// Where an office listens: `/ip4/10.0.3.7/tcp/4001`.
pub use libp2p::Multiaddr;
pub use ration::{Hours, Pause, Ration, Spent, Why};
pub use start::{StartError, spawn};
pub use status::{Brought, Coming, LinkStatus};

use okrug_protocol::bounds::MAX_GOSSIP_BYTES;

/// The longest gossip message: entries, and what holds them together.
pub const MAX_GOSSIP: usize = MAX_GOSSIP_BYTES + (1 << 10);
