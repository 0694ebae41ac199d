//! The HTTP API and the page: what a browser and the command line talk to.
//!
//! ```text
//!   unread: gate ──> door ─┬─> tls ──> router: headers, words, panics, count, guard, clock ──> resource ──> office
//!                          └─> clear: how to come to trust, and the way to TLS
//! ```
//!
//! It holds no state but sessions, and knows nothing of the mesh, the store or the keys.

mod code;
mod problem;
mod headers;
mod guard;
mod throttle;
#[cfg(feature = "outside")]
pub mod outside;
mod token;
mod shown;
mod cookie;
mod device;
mod streams;
mod metrics;
mod patience;
mod state;
mod peer;
mod auth;
mod body;
mod refused;
mod acts;
mod plain;
mod unread;
mod gate;
mod door;
mod resource;
mod document;
mod router;
mod clear;
mod tls;
mod listen;
mod file;
mod ask;
mod serve;

pub use ask::ask;
pub use body::{MAX_FILE_BYTES, MAX_JSON_BYTES};
pub use code::{Code, Row};
pub use file::{Access, FILE};
pub use gate::{MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS};
pub use guard::WRITE_HEADER;
pub use headers::CONTENT_SECURITY_POLICY;
pub use listen::StartError;
pub use metrics::{Links, Strangers};
pub use patience::Patience;
pub use problem::ProblemBody;
pub use router::openapi;
pub use serve::{Parts, Running, start};
pub use state::Ping;
pub use streams::{MAX_STREAMS, MAX_STREAMS_PER_SESSION};
pub use throttle::{FREE_TRIES, LONGEST_WAIT};
pub use tls::TlsError;
