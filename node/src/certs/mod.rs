//! The certificates of the offices' pages: one root for the district, one certificate for each office, short-lived leaves.
//!
//! ```text
//!   root      made once, key in the authority's folder; its SHA-256 stands in the signed chart
//!    └─ office    issued by `okrug tls issue`, for the names of one office and no other
//!        └─ leaf      made by the node itself, 90 days, renewed at two thirds, without anybody
//! ```
//!
//! Browsers enforce the names: what an office signs for another office's name is refused by them, not by us. The
//! machine's own names (`localhost` and the loopback addresses) are allowed to every office, for programs beside the node.
//!
//! Source:  RFC 5280, sections 4.2.1.9 and 4.2.1.10; threats.md, M43.

mod error;
mod params;
mod root;
mod grant;
mod accept;
mod key;
mod leaf;
mod keeper;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use okrug_protocol::clock::Millis;
use okrug_protocol::ids::Hash32;
use sha2::{Digest, Sha256};

pub use accept::{accepted, root_of};
pub use error::CertsError;
pub(crate) use grant::base64;
pub use grant::{Grant, pem};
pub use keeper::{Keeper, RootHash};
pub use key::OfficeKey;
pub use leaf::Leaf;
pub use root::Root;

/// Under which the names of all pages stand; `internal` is nobody's on the Internet.
pub const DOMAIN: &str = "okrug.internal";
/// For how long a root is made.
pub const ROOT_DAYS: u64 = 20 * 365;
/// For how long an office's certificate is issued by default.
pub const DEFAULT_OFFICE_DAYS: u64 = 2 * 365;
/// For how long a leaf is made.
pub const LEAF_DAYS: u64 = 90;
/// What every machine calls itself.
pub const LOCAL_NAME: &str = "localhost";
/// The addresses of the machine itself.
pub const LOCAL_ADDRESSES: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// The name of an office's page.
#[must_use]
pub fn host(slug: &str) -> String {
    format!("{slug}.{DOMAIN}")
}

/// The fingerprint of a certificate, as browsers and `openssl x509 -fingerprint -sha256` show it.
#[must_use]
pub fn fingerprint(der: &[u8]) -> Hash32 {
    Hash32(Sha256::digest(der).into())
}

/// So many days after a time.
fn days_after(from: Millis, days: u64) -> Millis {
    from.plus(days.saturating_mul(DAY_MS))
}

#[cfg(test)]
mod tests;
